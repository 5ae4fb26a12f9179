#include "lua/bytecode/disassembler.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "lua/bytecode/builder.h"
#include "tests/unit/bytecode/samples.h"

namespace m3lua::bytecode {
namespace {

TEST(DisassemblerTest, ListingsAreStable) {
  FunctionBuilder b;
  b.function().source = "@test.lua";
  b.function().is_vararg = true;
  b.function().upvalues = {{"_ENV", true, 0, false}};
  FunctionBuilder n;
  n.function().source = "@test.lua";
  n.function().line_defined = 9;
  n.function().last_line_defined = 10;
  n.function().parameter_count = 1;
  n.function().upvalues = {{"x", true, 0, true}};
  n.StartLocal("p", 0);
  n.SetLine(10);
  n.Emit(Opcode::kGetUpvalue, 1, 0);
  n.Emit(Opcode::kReturn1, 1);
  b.SetLine(1);
  b.Emit(Opcode::kVarArgPrep);
  b.EmitSignedBx(Opcode::kLoadInt, 0, -7);
  b.SetLine(9);
  b.EmitBx(Opcode::kClosure, 1, b.AddFunction(*std::move(n).Finish()));
  b.SetLine(11);
  const auto done = b.NewLabel();
  b.EmitJump(Opcode::kEqK, 0, b.AddConstant(1.0), 1, done);
  b.EmitWithWord(Opcode::kGetTabUp, 2, 0, 0, b.AddString("print"));
  b.Emit(Opcode::kVarArg, 4, 0, 0);
  b.Emit(Opcode::kCall, 2, 0, 1);
  b.Bind(done);
  b.Emit(Opcode::kReturn, 0, 1, 1);
  const auto f = *std::move(b).Finish();
  EXPECT_EQ(Disassemble(*f),
            "function <test.lua:0,0> (10 words, 2 constants, 1 upvalue, "
            "0+ parameters, 5 registers)\n"
            "   0  [1]   VarArgPrep\n"
            "   1  [1]   LoadInt        R0 -7\n"
            "   2  [9]   Closure        R1 F0           ; <test.lua:9,10>\n"
            "   3  [11]  EqK            R0 K0 1 to 9    ; 1.0\n"
            "   5  [11]  GetTabUp       R2 U0 K1        ; _ENV \"print\"\n"
            "   7  [11]  VarArg         R4 0            ; all out\n"
            "   8  [11]  Call           R2 0 1          ; all in, 0 out\n"
            "   9  [11]  Return         R0 1 1          ; 0 out\n"
            "\n"
            "function <test.lua:9,10> (2 words, 0 constants, 1 upvalue, "
            "1 parameter, 2 registers)\n"
            "  0  [10]  GetUpvalue     R1 U0           ; x\n"
            "  1  [10]  Return1        R1\n");
  EXPECT_EQ(Disassemble(*f->functions[0], {.lines = false, .full = true}),
            "function <test.lua:9,10> (2 words, 0 constants, 1 upvalue, "
            "1 parameter, 2 registers)\n"
            "  0  GetUpvalue     R1 U0           ; x\n"
            "  1  Return1        R1\n"
            "constants (0)\n"
            "locals (1)\n"
            "  0  p  R0  0 to 2\n"
            "upvalues (1)\n"
            "  0  x  R0  immutable\n");
  EXPECT_EQ(Disassemble(*f, {.nested = false}).find(":9,10> ("),
            std::string::npos);
}

TEST(DisassemblerTest, ConstantsAreExactAndPrintable) {
  const struct {
    Constant constant;
    const char* text;
  } cases[] = {
      {Nil(), "nil"},
      {true, "true"},
      {false, "false"},
      {int64_t{-5}, "-5"},
      {std::numeric_limits<int64_t>::min(), "-9223372036854775808"},
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {0.1, "0.1"},
      {1e100, "1e+100"},
      {1.0 / 3, "0.3333333333333333"},
      {HUGE_VAL, "inf"},
      {-HUGE_VAL, "-inf"},
      {std::numeric_limits<double>::quiet_NaN(), "nan"},
      {std::string("a\"\\\n\r\t\0\x1b\x7f\xff z", 12),
       R"("a\"\\\n\r\t\000\027\127\255 z")"},
      {std::string(), "\"\""},
  };
  for (const auto& c : cases) EXPECT_EQ(ConstantText(c.constant), c.text);
}

TEST(DisassemblerTest, LongTextsAreCutInComments) {
  FunctionBuilder b;
  b.function().source = "return 1\n" + std::string(100, 'x');
  b.EmitBx(Opcode::kLoadConst, 0, b.AddString(std::string(100, 'x')));
  b.Emit(Opcode::kReturn1, 0);
  const auto f = *std::move(b).Finish();
  const std::string text = Disassemble(*f, {.full = true});
  EXPECT_NE(text.find("<[string \"return 1\"...]:0,0>"), std::string::npos)
      << text;
  EXPECT_NE(text.find("; \"" + std::string(60, 'x') + "\"...\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  0  \"" + std::string(100, 'x') + "\"\n"),
            std::string::npos)
      << text;
}

TEST(DisassemblerTest, EveryOpcodeIsListed) {
  const std::string text = Disassemble(*SampleChunk());
  for (int op = 0; op < kOpcodeCount; ++op) {
    const std::string name(InfoOf(static_cast<Opcode>(op)).name);
    EXPECT_TRUE(text.find(" " + name + " ") != text.npos ||
                text.find(" " + name + "\n") != text.npos)
        << name << " is not in the samples (or listed wrongly)";
  }
}

TEST(DisassemblerTest, BrokenFunctionsCanBeListed) {
  Function f;
  f.functions.push_back(nullptr);
  f.code = {Instruction{0xFFFFFFFF},
            Instruction::Abx(Opcode::kLoadConst, 0, 7),
            Instruction::Abc(Opcode::kGetUpvalue, 0, 7),
            Instruction::Abx(Opcode::kClosure, 0, 0),
            Instruction::Abx(Opcode::kClosure, 0, 1),
            Instruction::Abc(Opcode::kGetField, 0, 0, 0),
            Instruction::Word(-1),
            Instruction::Abc(Opcode::kJump, 0)};
  f.upvalues = {{"a\nb", false, 0, false}};
  EXPECT_EQ(Disassemble(f, {.full = true}),
            "function <?:0,0> (8 words, 0 constants, 1 upvalue, 0 parameters, "
            "2 registers)\n"
            "  0  ?              0xffffffff\n"
            "  1  LoadConst      R0 K7           ; ?\n"
            "  2  GetUpvalue     R0 U7           ; ?\n"
            "  3  Closure        R0 F0           ; ?\n"
            "  4  Closure        R0 F1           ; ?\n"
            "  5  GetField       R0 R0 K-1       ; ?\n"
            "  7  Jump           ?\n"
            "constants (0)\n"
            "locals (0)\n"
            "upvalues (1)\n"
            "  0  a\\nb  U0\n");
  EXPECT_FALSE(Disassemble(Function()).empty());
}

}  // namespace
}  // namespace m3lua::bytecode
