#include "lua/bytecode/flow_graph.h"

#include <utility>

#include "gtest/gtest.h"
#include "lua/bytecode/builder.h"

namespace m3lua::bytecode {
namespace {

TEST(FlowGraphTest, BlocksEndAtJumpsAndBeginAtTargets) {
  FunctionBuilder b;
  const auto done = b.NewLabel();
  b.Emit(Opcode::kLoadTrue, 0);              // 0
  b.EmitJump(Opcode::kTest, 0, 0, 1, done);  // 1
  b.Emit(Opcode::kLoadFalseSkip, 0);         // 3
  b.Emit(Opcode::kLoadTrue, 0);              // 4
  b.Bind(done);
  b.Emit(Opcode::kReturn1, 0);  // 5
  const auto f = *std::move(b).Finish();
  const FlowGraph graph(f->code);
  const auto& blocks = graph.blocks();
  ASSERT_EQ(blocks.size(), 4u);
  EXPECT_EQ(blocks[0].last, 1u);
  EXPECT_EQ(blocks[0].end, 3u);
  EXPECT_EQ(blocks[0].fall, 1);
  EXPECT_EQ(blocks[0].jump, 3);
  EXPECT_EQ(blocks[1].fall, Block::kNone) << "LoadFalseSkip falls through";
  EXPECT_EQ(blocks[1].jump, 3) << "LoadFalseSkip skips one instruction";
  EXPECT_EQ(blocks[2].fall, 3);
  EXPECT_EQ(blocks[3].fall, Block::kNone);
  EXPECT_EQ(blocks[3].jump, Block::kNone);
  for (uint32_t pc = 0; pc < 6; ++pc) {
    EXPECT_EQ(graph.BlockAt(pc), pc < 3 ? 0 : pc - 2) << "pc " << pc;
  }
}

TEST(FlowGraphTest, LongBlocksAreCutWhereInstructionsEnd) {
  FunctionBuilder b;
  b.EmitWithWord(Opcode::kNewTable, 0, 0, 0, 0);
  for (int n = 0; n < 1000; ++n) {
    b.Emit(Opcode::kMove, 1, 0);
    b.EmitWithWord(Opcode::kGetField, 1, 0, 0, 0);
  }
  b.Emit(Opcode::kReturn0);
  const auto f = *std::move(b).Finish();
  const FlowGraph graph(f->code);
  uint32_t expected = 0;
  for (const Block& block : graph.blocks()) {
    EXPECT_EQ(block.begin, expected);
    EXPECT_LE(block.end - block.begin, kMaxBlockWords + 1);
    EXPECT_EQ(block.last + InstructionLength(f->code[block.last]), block.end);
    expected = block.end;
  }
  EXPECT_EQ(expected, f->code.size());
}

TEST(FlowGraphTest, StatesMeetAtJoins) {
  FunctionBuilder b;
  b.function().parameter_count = 1;
  auto nested = std::make_unique<Function>();
  nested->upvalues = {{"a", true, 0, false}};
  const uint32_t closure = b.AddFunction(std::move(nested));
  const auto join = b.NewLabel();
  b.EmitWithWord(Opcode::kNewTable, 1, 0, 0, 0);
  b.EmitWithWord(Opcode::kNewTable, 2, 0, 0, 0);
  b.EmitJump(Opcode::kTest, 0, 0, 1, join);
  b.EmitBx(Opcode::kClosure, 3, closure);
  b.Emit(Opcode::kTbc, 2);
  b.Emit(Opcode::kMove, 1, 0);
  b.Bind(join);
  const uint32_t at_join = b.pc();
  b.Emit(Opcode::kClose, 1);
  const auto end = b.NewLabel();
  b.EmitJump(end);
  const uint32_t dead = b.pc();
  b.Emit(Opcode::kReturn0);
  b.Bind(end);
  b.Emit(Opcode::kReturn0);
  const uint32_t at_end = b.pc() - 1;
  const auto f = *std::move(b).Finish();
  const FlowGraph graph(f->code);
  const ForwardFlow flow(*f, graph);
  const RegisterState& join_state = flow.at(graph.BlockAt(at_join));
  EXPECT_EQ(join_state.initialised, RegisterRange(0, 3)) << "3 on one path";
  EXPECT_EQ(join_state.tables, RegisterRange(2, 3)) << "1 is moved over";
  EXPECT_EQ(join_state.captured, RegisterRange(0, 1));
  EXPECT_EQ(join_state.to_be_closed, RegisterRange(2, 3));
  EXPECT_FALSE(flow.reached(graph.BlockAt(dead)));
  const RegisterState& end_state = flow.at(graph.BlockAt(at_end));
  EXPECT_EQ(end_state.open(), RegisterRange(0, 1)) << "Close 1 keeps 0";
}

}  // namespace
}  // namespace m3lua::bytecode
