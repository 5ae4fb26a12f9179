#include "lua/bytecode/names.h"

#include <functional>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "lua/bytecode/builder.h"
#include "lua/bytecode/verifier.h"

namespace m3lua::bytecode {
namespace {

using Label = FunctionBuilder::Label;

std::string Text(const ValueName& name) {
  return name.kind.empty() ? "" : name.kind + " '" + name.name + "'";
}

// A function with two parameters, the upvalues _ENV and "up", the string
// constants "x" and "y" and the number 7.
std::unique_ptr<Function> Build(
    const std::function<void(FunctionBuilder&)>& body) {
  FunctionBuilder b;
  b.function().parameter_count = 2;
  b.function().upvalues = {{"_ENV", true, 0, false}, {"up", false, 0, false}};
  b.AddString("x");
  b.AddString("y");
  b.AddConstant(int64_t{7});
  body(b);
  auto f = *std::move(b).Finish();
  EXPECT_TRUE(Verify(*f).ok()) << Verify(*f);
  return f;
}

// The name of what the Call, last instruction but one, calls.
std::string Callee(const std::function<void(FunctionBuilder&)>& load) {
  uint32_t call = 0;
  const auto f = Build([&](FunctionBuilder& b) {
    load(b);
    call = b.Emit(Opcode::kCall, 4, 1, 1);
    b.Emit(Opcode::kReturn0);
  });
  EXPECT_EQ(Text(NameOfCallee(*f, call)), Text(NameOfRegister(*f, call, 4)));
  return Text(NameOfCallee(*f, call));
}

TEST(NamesTest, AFunctionIsNamedByTheInstructionThatLoadedIt) {
  const struct {
    const char* expected;
    std::function<void(FunctionBuilder&)> load;
  } kCases[] = {
      {"global 'x'",
       [](auto& b) { b.EmitWithWord(Opcode::kGetTabUp, 4, 0, 0, 0); }},
      {"field 'x'",
       [](auto& b) { b.EmitWithWord(Opcode::kGetTabUp, 4, 1, 0, 0); }},
      {"upvalue 'up'", [](auto& b) { b.Emit(Opcode::kGetUpvalue, 4, 1); }},
      {"field 'y'",
       [](auto& b) { b.EmitWithWord(Opcode::kGetField, 4, 0, 0, 1); }},
      {"field 'integer index'",
       [](auto& b) { b.Emit(Opcode::kGetIndexInt, 4, 0, 3); }},
      {"method 'y'",
       [](auto& b) { b.EmitWithWord(Opcode::kSelf, 4, 0, 0, 1); }},
      {"constant 'x'", [](auto& b) { b.EmitBx(Opcode::kLoadConst, 4, 0); }},
      {"", [](auto& b) { b.EmitBx(Opcode::kLoadConst, 4, 2); }},
      {"constant 'y'",
       [](auto& b) { b.EmitWithWord(Opcode::kLoadConstX, 4, 0, 0, 1); }},
      {"", [](auto& b) { b.Emit(Opcode::kLoadNil, 4, 0); }},
      {"", [](auto& b) { b.Emit(Opcode::kLoadNil, 2, 3); }},
      {"", [](auto& b) { b.EmitWithWord(Opcode::kNewTable, 4, 0, 0, 0); }},
      // t[k]: the key's value is known only if it is a constant.
      {"field 'x'",
       [](auto& b) {
         b.EmitBx(Opcode::kLoadConst, 3, 0);
         b.Emit(Opcode::kGetIndex, 4, 0, 3);
       }},
      {"field '?'", [](auto& b) { b.Emit(Opcode::kGetIndex, 4, 0, 1); }},
      // Through copies: up from a lower register only.
      {"upvalue 'up'",
       [](auto& b) {
         b.Emit(Opcode::kGetUpvalue, 3, 1);
         b.Emit(Opcode::kMove, 4, 3);
       }},
      {"",
       [](auto& b) {
         b.Emit(Opcode::kGetUpvalue, 5, 1);
         b.Emit(Opcode::kMove, 4, 5);
       }},
      // A result of an earlier call has no name, nor what it clobbered.
      {"",
       [](auto& b) {
         b.Emit(Opcode::kGetUpvalue, 4, 1);
         b.Emit(Opcode::kCall, 4, 1, 2);
       }},
  };
  for (size_t i = 0; i < std::size(kCases); ++i) {
    EXPECT_EQ(Callee(kCases[i].load), kCases[i].expected) << "case " << i;
  }
}

TEST(NamesTest, AFieldOfATableNamedEnvIsGlobal) {
  EXPECT_EQ(Callee([](auto& b) {
              b.StartLocal("_ENV", 1);
              b.EmitWithWord(Opcode::kGetField, 4, 1, 0, 0);
            }),
            "global 'x'");
  EXPECT_EQ(Callee([](auto& b) {
              b.Emit(Opcode::kGetUpvalue, 3, 0);
              b.EmitWithWord(Opcode::kGetField, 4, 3, 0, 0);
            }),
            "global 'x'");
}

TEST(NamesTest, LocalsAreKnownInTheirScopeOnly) {
  const auto f = Build([](FunctionBuilder& b) {
    b.StartLocal("a", 0);  // 0
    size_t second = b.StartLocal("b", 1);
    b.Emit(Opcode::kMove, 2, 0);  // 0
    size_t third = b.StartLocal("c", 2);
    b.Emit(Opcode::kAdd, 3, 2, 2);  // 1
    b.EndLocal(third);
    b.EndLocal(second);
    b.Emit(Opcode::kMove, 3, 2);  // 2
    b.Emit(Opcode::kReturn0);     // 3
  });
  EXPECT_EQ(Text(NameOfRegister(*f, 1, 2)), "local 'c'");
  EXPECT_EQ(Text(NameOfRegister(*f, 2, 2)), "local 'a'")
      << "c is gone, but its value came from a";
  EXPECT_EQ(LocalInRegister(*f, 2, 1), nullptr);
  EXPECT_EQ(LocalInRegister(*f, 0, 2), nullptr) << "not yet in scope";
  ASSERT_NE(LocalInRegister(*f, 1, 1), nullptr);
  EXPECT_EQ(LocalInRegister(*f, 1, 1)->name, "b");
  ASSERT_NE(ActiveLocal(*f, 1, 3), nullptr);
  EXPECT_EQ(ActiveLocal(*f, 1, 3)->name, "c");
  EXPECT_EQ(ActiveLocal(*f, 1, 4), nullptr);
  EXPECT_EQ(ActiveLocal(*f, 2, 2), nullptr);
  EXPECT_EQ(ActiveLocal(*f, 1, 0), nullptr);
  EXPECT_EQ(ActiveLocal(*f, 1, -1), nullptr);
}

TEST(NamesTest, WhereTwoWaysMeetTheValueIsUnknown) {
  // (a and up or x)()
  EXPECT_EQ(Callee([](FunctionBuilder& b) {
              Label other = b.NewLabel(), done = b.NewLabel();
              b.EmitJump(Opcode::kTest, 0, 0, 0, other);
              b.Emit(Opcode::kGetUpvalue, 4, 1);
              b.EmitJump(done);
              b.Bind(other);
              b.EmitWithWord(Opcode::kGetTabUp, 4, 0, 0, 0);
              b.Bind(done);
            }),
            "");
  // The value is written after the ways have met.
  EXPECT_EQ(Callee([](FunctionBuilder& b) {
              Label done = b.NewLabel();
              b.EmitJump(Opcode::kTest, 0, 0, 0, done);
              b.Emit(Opcode::kMove, 1, 0);
              b.Bind(done);
              b.EmitWithWord(Opcode::kGetTabUp, 4, 0, 0, 0);
            }),
            "global 'x'");
  // A jump past the call matters not.
  EXPECT_EQ(Callee([](FunctionBuilder& b) {
              Label end = b.NewLabel();
              b.EmitJump(Opcode::kTest, 0, 0, 0, end);
              b.EmitWithWord(Opcode::kGetTabUp, 4, 0, 0, 0);
              b.Emit(Opcode::kCall, 4, 1, 1);
              b.Bind(end);
              b.EmitWithWord(Opcode::kGetTabUp, 4, 0, 0, 1);
            }),
            "global 'y'");
}

TEST(NamesTest, InstructionsWithMetamethodsNameTheEvent) {
  const struct {
    Opcode op;
    const char* event;
  } kCases[] = {
      {Opcode::kAdd, "add"},
      {Opcode::kIDivK, "idiv"},
      {Opcode::kUnm, "unm"},
      {Opcode::kBNot, "bnot"},
      {Opcode::kLen, "len"},
      {Opcode::kConcat, "concat"},
      {Opcode::kEq, "eq"},
      {Opcode::kGtK, "lt"},
      {Opcode::kGeK, "le"},
      {Opcode::kGetIndex, "index"},
      {Opcode::kSelf, "index"},
      {Opcode::kSetFieldK, "newindex"},
      {Opcode::kSetTabUp, "newindex"},
      {Opcode::kClose, "close"},
      {Opcode::kReturn, "close"},
  };
  for (const auto& c : kCases) {
    Function f;
    f.code = {Instruction::Abc(c.op, 0, 0, 0), Instruction::Word(0)};
    EXPECT_EQ(Text(NameOfCallee(f, 0)),
              std::string("metamethod '") + c.event + "'")
        << InfoOf(c.op).name;
  }
  Function f;
  f.code = {Instruction::Abc(Opcode::kTForCall, 0, 0, 1)};
  EXPECT_EQ(Text(NameOfCallee(f, 0)), "for iterator 'for iterator'");
  f.code = {Instruction::Abc(Opcode::kMove, 0, 1)};
  EXPECT_EQ(Text(NameOfCallee(f, 0)), "") << "a Move calls nothing";
  EXPECT_EQ(Text(NameOfCallee(f, 9)), "") << "behind the end";
}

TEST(NamesTest, StrippedFunctionsHaveQuestionMarks) {
  Function f;
  f.upvalues = {{"", true, 0, false}};
  f.constants = {std::string("x")};
  f.code = {Instruction::Abc(Opcode::kGetUpvalue, 1, 0),
            Instruction::Abc(Opcode::kGetTabUp, 2, 0), Instruction::Word(0),
            Instruction::Abc(Opcode::kCall, 1, 1, 1),
            Instruction::Abc(Opcode::kReturn0, 0)};
  EXPECT_EQ(Text(NameOfRegister(f, 3, 1)), "upvalue '?'");
  EXPECT_EQ(Text(NameOfRegister(f, 3, 2)), "field 'x'");
  EXPECT_EQ(Text(NameOfRegister(f, 3, 3)), "");
  EXPECT_EQ(Text(NameOfRegister(f, 3, -1)), "");
}

}  // namespace
}  // namespace m3lua::bytecode
