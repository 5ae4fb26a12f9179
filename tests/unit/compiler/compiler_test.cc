// Guards lua/compiler as a whole: what tests/golden can't show - limits, long
// chains, debug information.
#include "lua/compiler/compiler.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lua/bytecode/chunk.h"
#include "tests/unit/compiler/listing.h"

namespace m3lua::compiler {
namespace {

using bytecode::Function;
using bytecode::Opcode;

std::string Repeat(std::string_view text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

TEST(Compiler, VariablesAreOperandsInPlace) {
  const struct {
    std::string_view source, code;
  } cases[] = {
      {"local a, b; local c = a + b", "LoadNil 0 1; Add 2 0 1"},
      {"local a; a = a + 1", "LoadNil 0 0; AddK 0 0 0"},
      {"local a; local b = a.x.y",
       "LoadNil 0 0; GetField 1 0 w0; GetField 1 1 w1"},
      {"local t, k; t[k] = t", "LoadNil 0 1; SetIndex 0 1 0"},
      {"local a; a = a", "LoadNil 0 0"},
      {"local f; local x = f()", "LoadNil 0 0; Move 1 0; Call 1 1 2"},
      {"local a, b; a, b = b, a + b",
       "LoadNil 0 1; Move 2 1; Add 1 0 1; Move 0 2"},
      {"local a, b; return a, b", "LoadNil 0 1; Return 0 3 0"},
      {"local a, b; return b, a",
       "LoadNil 0 1; Move 2 1; Move 3 0; "
       "Return 2 3 0"},
      {"local a; a = a or {}", "LoadNil 0 0; Test 0 1 to 6; NewTable 0 0 w0"},
  };
  for (const auto& c : cases) EXPECT_EQ(Brief(c.source), c.code) << c.source;
}

TEST(Compiler, KnownConditionsMakeNoBranch) {
  const struct {
    std::string_view source, code;
  } cases[] = {
      {"while nil do f() end", ""},
      {"while true do end", "Jump to 1"},
      {"if false then f() end", ""},
      {"local a if not nil then a = 1 else a = 2 end",
       "LoadNil 0 0; LoadInt 0 1"},
      {"repeat until true", ""},
      {"local a; local b = a and nil and f()",
       "LoadNil 0 0; TestSet 1 0 0 to "
       "5; LoadNil 1 0"},
      {"local a = false or nil or 5", "LoadInt 0 5"},
      {"local a = not (nil and f())", "LoadTrue 0"},
      {"local a; if a and nil then f() end", "LoadNil 0 0; Test 0 0 to 4"},
  };
  for (const auto& c : cases) EXPECT_EQ(Brief(c.source), c.code) << c.source;
}

TEST(Compiler, LongChainsNeedNoNativeStack) {
  constexpr int kCount = 100000;
  const struct {
    std::string_view head, element;
  } cases[] = {
      {"local a = 1 return a", "+a"},   {"local a return 1", "+1"},
      {"local a return a", ".b"},       {"local a return a", "[a]"},
      {"local a return a", "()"},       {"local a return a", ":m()"},
      {"local a return a", " and a"},   {"local a return a", " or a"},
      {"local a return a", "<a"},       {"local a return a", "==a"},
      {"local a return a and a", "+a"}, {"local a a.b", ".b"},
      {"local a return a", "*a+a/a-a"}, {"local a; a", " 'x'"},
  };
  for (const auto& c : cases) {
    std::string source = std::string(c.head) + Repeat(c.element, kCount);
    if (c.head == "local a a.b") source += " = 1";
    Compiled(source);
  }
  Compiled("local a if a" + Repeat(" and a", kCount) + " then a = 1 end");
  Compiled("local a if a then" + Repeat(" elseif a then", kCount) + " end");
}

TEST(Compiler, OperandsBeyondAByteAreLoaded) {
  std::string source = "local a = ...\n";
  for (int i = 0; i < 300; ++i) {
    source += "a = a * " + std::to_string(i) + ".5\n";
  }
  source += "a.x = 300.5; a.y = 'text'; a = a == 'more'; a = a < 777.5\n";
  const auto function = Compiled(source);
  std::vector<Opcode> ops;
  for (size_t pc = 0; pc < function->code.size();
       pc += bytecode::InstructionLength(function->code[pc])) {
    ops.push_back(function->code[pc].op());
  }
  EXPECT_EQ(std::count(ops.begin(), ops.end(), Opcode::kMulK), 256);
  EXPECT_EQ(std::count(ops.begin(), ops.end(), Opcode::kMul), 44);
  EXPECT_EQ(std::count(ops.begin(), ops.end(), Opcode::kSetField), 2);
  EXPECT_EQ(std::count(ops.begin(), ops.end(), Opcode::kEq), 1);
  EXPECT_EQ(std::count(ops.begin(), ops.end(), Opcode::kLt), 1);
}

TEST(Compiler, ConstantsBeyond65535) {
  std::string source = "return {";
  for (int i = 0; i < 65600; ++i) source += "'" + std::to_string(i) + "',";
  const auto function = Compiled(source + "}");
  ASSERT_EQ(function->constants.size(), 65600u);
  int wide = 0;
  for (size_t pc = 0; pc < function->code.size();
       pc += bytecode::InstructionLength(function->code[pc])) {
    if (function->code[pc].op() != Opcode::kLoadConstX) continue;
    EXPECT_EQ(function->code[pc + 1].word(), 65536 + wide++);
  }
  EXPECT_EQ(wide, 64);
}

TEST(Compiler, TooManyRegisters) {
  const std::string text = "function or expression needs too many registers";
  EXPECT_EQ(
      Failure("\nf(" + Repeat("1,", 300) + "1)").rfind("test:2: " + text, 0),
      0u);
  // 255 values and one would be a count that its operand cannot hold.
  EXPECT_EQ(Failure("return " + Repeat("1,", 253) + "1"), "");
  EXPECT_NE(Failure("return " + Repeat("1,", 254) + "1"), "");
  // Never more than fifty values of a constructor wait in registers.
  EXPECT_EQ(Failure("return {" + Repeat("1,", 1000) + "1}"), "");
  std::string locals;
  for (int i = 0; i < 190; ++i) locals += "local v" + std::to_string(i) + "\n";
  EXPECT_NE(Failure(locals + "f(" + Repeat("1,", 80) + "1)"), "");
  EXPECT_EQ(Failure(locals + "f(" + Repeat("1,", 50) + "1)"), "");
}

TEST(Compiler, WindowsCountAsRegisters) {
  EXPECT_EQ(Compiled("")->register_count, 2);
  EXPECT_EQ(Compiled("f()")->register_count, 2);
  EXPECT_EQ(Compiled("f(1)")->register_count, 3);
  EXPECT_EQ(Compiled("f(f())")->register_count, 4);
  EXPECT_EQ(Compiled("for k in f do end")->register_count, 8);
  EXPECT_EQ(Compiled("for a, b, c, d, e in f do end")->register_count, 9);
  EXPECT_EQ(Compiled("local a, b, c, d = f()")->register_count, 4);
}

std::string Scopes(const Function& function) {
  std::string text;
  for (const bytecode::LocalInfo& local : function.locals) {
    text += local.name + "@" + std::to_string(local.reg) + ":" +
            std::to_string(local.start) + "-" + std::to_string(local.end) + " ";
  }
  return text;
}

TEST(Compiler, ScopesOfVariables) {
  const struct {
    std::string_view source, scopes;
  } cases[] = {
      {"local a = 1; local b = a", "a@0:2-4 b@1:3-4 "},
      {"local a = 1; do local a = 2; f(a) end local b",
       "a@0:2-9 a@1:3-7 b@1:8-9 "},
      {"local function f() return f end", "f@0:2-3 "},
      {"for i = 1, 2 do f() end",
       "(for state)@0:4-11 (for state)@1:4-11 (for state)@2:4-11 i@3:6-9 "},
      {"for k, v in f do end",
       "(for state)@0:4-9 (for state)@1:4-9 (for state)@2:4-9 "
       "(for state)@3:4-9 k@4:6-6 v@5:6-6 "},
      {"local a <const> = 1; local b = a", "b@0:2-3 "},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Scopes(*Compiled(c.source)), c.scopes) << c.source;
  }
  EXPECT_EQ(Scopes(*Compiled("function f(a, b, ...) end")->functions[0]),
            "a@0:0-2 b@1:0-2 ");
}

TEST(Compiler, ConstantsAreNoUpvalues) {
  const auto function = Compiled(
      "local x, y = 1, 2\n"
      "local k <const> = 2 * 3\n"
      "function f()\n"
      "  local a = k + x\n"
      "  return function() return k, y, x end\n"
      "end");
  ASSERT_EQ(function->functions.size(), 1u);
  const Function& f = *function->functions[0];
  ASSERT_EQ(f.upvalues.size(), 2u) << "the literal k got an upvalue";
  EXPECT_EQ(f.upvalues[0].name, "x");
  EXPECT_EQ(f.upvalues[1].name, "y");
  const Function& g = *f.functions[0];
  ASSERT_EQ(g.upvalues.size(), 2u);
  EXPECT_EQ(g.upvalues[0].name, "y");
  EXPECT_EQ(g.upvalues[0].index, 1);
  EXPECT_EQ(g.upvalues[1].name, "x");
  EXPECT_EQ(g.upvalues[1].index, 0);
  EXPECT_FALSE(g.upvalues[1].in_register);
}

TEST(Compiler, UpvaluesOfVariablesAssignedOnceAreImmutable) {
  const auto function = Compiled(
      "local once, twice = 1, 2\n"
      "function f() twice = once end");
  const auto& upvalues = function->functions[0]->upvalues;
  ASSERT_EQ(upvalues.size(), 2u);
  EXPECT_FALSE(upvalues[0].immutable) << upvalues[0].name;
  EXPECT_TRUE(upvalues[1].immutable) << upvalues[1].name;
  EXPECT_TRUE(upvalues[1].in_register);
  EXPECT_EQ(upvalues[1].index, 0);
  ASSERT_EQ(function->upvalues.size(), 1u);
  EXPECT_EQ(function->upvalues[0].name, "_ENV");
  EXPECT_TRUE(function->upvalues[0].in_register);
  EXPECT_FALSE(function->upvalues[0].immutable);
}

TEST(Compiler, FunctionsKnowWhereTheyComeFrom) {
  const auto function = Compiled("\nlocal function f(a, ...)\nend\n");
  EXPECT_EQ(function->source, "=test");
  EXPECT_EQ(function->line_defined, 0);
  EXPECT_TRUE(function->is_vararg);
  const Function& f = *function->functions[0];
  EXPECT_EQ(f.line_defined, 2);
  EXPECT_EQ(f.last_line_defined, 3);
  EXPECT_EQ(f.parameter_count, 1);
  EXPECT_TRUE(f.is_vararg);
  EXPECT_EQ(f.lines.size(), f.code.size());
}

// The line of each instruction, one number a run of equal lines.
std::vector<int> Lines(const Function& function) {
  std::vector<int> lines(function.lines.begin(), function.lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

// (ForLoop's C: the variable is the index, because nothing else writes to it.)
TEST(Compiler, LoopsSayWhetherTheirVariableIsAssigned) {
  const struct {
    std::string_view body;
    bool kept;
  } cases[] = {
      {"f(i)", true},
      {"i = 2", false},
      {"i = i + 1", false},
      {"a, i = 1, 2", false},
      {"local function g() return i end", true},
      {"local function g() i = 2 end", false},
      {"local function g() return function() i = 2 end end", false},
      {"local i = 5; i = 6", true},
      {"do local i; function i() end end", true},
      {"function i() end", false},
      {"while true do if f() then i = 2 end end", false},
      {"for j in f, i do j = 7 end", true},
  };
  for (const auto& c : cases) {
    std::string source = "for i = 1, 3 do " + std::string(c.body) + " end";
    const auto function = Compiled(source);
    int loops = 0;
    for (const bytecode::Instruction i : function->code) {
      if (i.op() != Opcode::kForLoop) continue;
      ++loops;
      EXPECT_EQ(i.c() != 0, c.kept) << source;
    }
    EXPECT_EQ(loops, 1) << source;
  }
}

TEST(Compiler, LinesOfInstructions) {
  const struct {
    std::string_view source;
    std::vector<int> lines;
  } cases[] = {
      {"local a = b\n+ c\n* d", {1, 2, 3, 2, 3}},
      {"f(\na\n,\nb\n)", {1, 2, 5, 1, 5}},
      {"local t = {\na,\nb\n}", {1, 2, 4}},
      {"if a\nthen\nb()\nend", {1, 2, 3, 4}},
      {"for i = 1,\n2\ndo\nf()\nend", {1, 2, 3, 4, 1, 5}},
      {"while a\ndo\nf()\nend", {1, 3, 1, 4}},
      {"function f()\nend", {1, 2, 1, 2}},
      {"local x = a\n<\nb", {1, 2, 3}},
      {"local s = a\n..\nb\n..\nc", {1, 2, 4, 5, 4, 5}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Lines(*Compiled(c.source)), c.lines) << c.source;
  }
}

TEST(Compiler, ErrorsOfTheParserPassThrough) {
  EXPECT_EQ(Failure("x ="), "test:1: unexpected symbol near <eof>");
  EXPECT_EQ(Failure("goto nowhere"),
            "test:1: no visible label 'nowhere' for <goto> at line 1");
}

}  // namespace
}  // namespace m3lua::compiler
