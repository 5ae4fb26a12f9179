// Guards lua/compiler/function_state.
#include "lua/compiler/function_state.h"

#include <cstdint>
#include <string>
#include <variant>

#include "gtest/gtest.h"

namespace m3lua::compiler {
namespace {

using bytecode::Opcode;

class FunctionStateTest : public testing::Test {
 protected:
  Diagnostics diagnostics_{"test"};
  bytecode::Function function_;
  FunctionState state_{&diagnostics_, &function_};
};

TEST_F(FunctionStateTest, EqualConstantsAreOneConstant) {
  EXPECT_EQ(state_.ConstantIndex(Literal::Integer(1)), 0);
  EXPECT_EQ(state_.ConstantIndex(Literal::Float(1)), 1) << "1 is not 1.0";
  EXPECT_EQ(state_.ConstantIndex(Literal::Float(0.0)), 2);
  EXPECT_EQ(state_.ConstantIndex(Literal::Float(-0.0)), 3) << "signs differ";
  EXPECT_EQ(state_.ConstantIndex(Literal::String("a\0b")), 4);
  EXPECT_EQ(state_.ConstantIndex(Literal{}), 5);
  EXPECT_EQ(state_.ConstantIndex(Literal::Boolean(false)), 6);
  EXPECT_EQ(state_.ConstantIndex(Literal::Boolean(true)), 7);
  EXPECT_EQ(state_.ConstantIndex(Literal::Integer(1)), 0);
  EXPECT_EQ(state_.ConstantIndex(Literal::Float(1)), 1);
  EXPECT_EQ(state_.ConstantIndex(Literal::String("a\0b")), 4);
  EXPECT_EQ(state_.ConstantIndex(Literal{}), 5);
  EXPECT_EQ(function_.constants.size(), 8u);
}

TEST_F(FunctionStateTest, ByteConstantsEndAt255) {
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(state_.ByteConstant(Literal::Integer(1000 + i)), i);
  }
  EXPECT_EQ(state_.ByteConstant(Literal::Integer(5)), -1);
  EXPECT_EQ(function_.constants.size(), 256u) << "an unusable one was added";
  EXPECT_EQ(state_.ByteConstant(Literal::Integer(1255)), 255);
  EXPECT_EQ(state_.ConstantIndex(Literal::Integer(5)), 256);
  EXPECT_EQ(state_.ByteConstant(Literal::Integer(5)), -1);
}

TEST_F(FunctionStateTest, LiteralsAreLoadedByTheShortestInstruction) {
  const struct {
    Literal literal;
    Opcode op;
  } cases[] = {
      {Literal{}, Opcode::kLoadNil},
      {Literal::Boolean(true), Opcode::kLoadTrue},
      {Literal::Boolean(false), Opcode::kLoadFalse},
      {Literal::Integer(32767), Opcode::kLoadInt},
      {Literal::Integer(-32768), Opcode::kLoadInt},
      {Literal::Integer(32768), Opcode::kLoadConst},
      {Literal::Integer(-32769), Opcode::kLoadConst},
      {Literal::Float(-32768), Opcode::kLoadFloat},
      {Literal::Float(0.5), Opcode::kLoadConst},
      {Literal::Float(-0.0), Opcode::kLoadConst},
      {Literal::String("x"), Opcode::kLoadConst},
  };
  for (const auto& c : cases) {
    const uint32_t at = state_.pc();
    state_.EmitLiteral(c.literal, 0, 1);
    EXPECT_EQ(function_.code[at].op(), c.op) << "case " << (&c - cases);
    EXPECT_EQ(state_.pc(), at + 1);
  }
}

TEST_F(FunctionStateTest, ConnectedNilsAreOneInstruction) {
  state_.EmitNil(2, 1, 1);
  state_.EmitNil(3, 2, 1);
  state_.EmitNil(1, 1, 1);
  EXPECT_EQ(function_.code.size(), 1u);
  EXPECT_EQ(function_.code[0].a(), 1u);
  EXPECT_EQ(function_.code[0].b(), 3u);
  state_.EmitNil(6, 1, 1);
  EXPECT_EQ(function_.code.size(), 2u) << "register 5 lies between";
  state_.MarkTarget();
  state_.EmitNil(7, 1, 1);
  EXPECT_EQ(function_.code.size(), 3u) << "a jump may come here";
}

TEST_F(FunctionStateTest, JumpsToJumpsAreShortened) {
  JumpList first, second;
  state_.EmitJump(&first, 1);                 // 0
  state_.Emit(Opcode::kReturn0, 0, 0, 0, 1);  // 2
  state_.PatchHere(first);
  state_.EmitJump(&second, 1);                // 3
  state_.Emit(Opcode::kReturn0, 0, 0, 0, 1);  // 5
  state_.PatchHere(second);
  state_.Emit(Opcode::kReturn0, 0, 0, 0, 1);  // 6
  state_.Finish();
  EXPECT_EQ(function_.code[1].word(), 4);
}

TEST_F(FunctionStateTest, ACycleOfJumpsEnds) {
  const uint32_t start = state_.MarkTarget();
  state_.EmitJumpTo(start, 1);
  state_.Finish();
  EXPECT_EQ(function_.code[1].word(), -2);
}

TEST_F(FunctionStateTest, NothingIsReachedAfterAJumpUntilATarget) {
  EXPECT_TRUE(state_.Reachable());
  JumpList list;
  state_.EmitJump(&list, 1);
  EXPECT_FALSE(state_.Reachable());
  state_.PatchHere({});
  EXPECT_FALSE(state_.Reachable()) << "an empty list makes no target";
  state_.PatchHere(list);
  EXPECT_TRUE(state_.Reachable());
}

TEST_F(FunctionStateTest, TooManyRegistersAreAnError) {
  state_.set_statement_line(7);
  state_.Reserve(254);
  EXPECT_TRUE(diagnostics_.ok());
  state_.Reserve(1);
  EXPECT_EQ(diagnostics_.status().message().substr(0, 55),
            "test:7: function or expression needs too many registers");
}

TEST_F(FunctionStateTest, VariablesAreOpenOnceCaptured) {
  syntax::Local plain, captured;
  captured.captured = true;
  state_.Reserve(2);
  state_.Activate(&plain, 0);
  state_.Activate(&captured, 1);
  EXPECT_EQ(state_.FirstOpen(0), -1) << "no closure was made yet";
  state_.EnterLoop();
  EXPECT_EQ(state_.FirstOpen(0), 1) << "an earlier round may have made it";
  state_.LeaveLoop();
  EXPECT_EQ(state_.FirstOpen(0), -1);
  state_.MarkCaptured(&captured);
  EXPECT_EQ(state_.FirstOpen(0), 1);
  EXPECT_EQ(state_.FirstOpen(2), -1);
  state_.Deactivate(0);
  EXPECT_EQ(state_.free(), 0);
}

TEST_F(FunctionStateTest, ALabelMayBeJumpedBackTo) {
  syntax::Local captured;
  captured.captured = true;
  state_.Activate(&captured, 0);
  state_.NoteLabel();
  EXPECT_EQ(state_.FirstOpen(0), 0);
}

TEST_F(FunctionStateTest, ScopesCountSourceVariablesOnly) {
  syntax::Local a, b, constant;
  state_.Activate(&a, 0);
  state_.ActivateHidden(1, false);
  state_.ActivateHidden(2, true);
  state_.Activate(&b, 3);
  state_.ActivateConstant(&constant);
  EXPECT_EQ(state_.ScopeOf(0), 0u);
  EXPECT_EQ(state_.ScopeOf(1), 1u) << "hidden variables belong to what follows";
  EXPECT_EQ(state_.ScopeOf(2), 4u);
  EXPECT_EQ(state_.ScopeOf(3), 5u);
  EXPECT_TRUE(state_.InsideToBeClosed());
  EXPECT_EQ(state_.FirstOpen(0), 2);
  EXPECT_EQ(state_.level(), 4);
}

}  // namespace
}  // namespace m3lua::compiler
