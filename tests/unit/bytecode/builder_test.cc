#include "lua/bytecode/builder.h"

#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "gtest/gtest.h"
#include "lua/bytecode/verifier.h"

namespace m3lua::bytecode {
namespace {

TEST(BuilderTest, EqualConstantsShareAnIndexAndOthersDoNot) {
  FunctionBuilder b;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double other_nan =
      std::bit_cast<double>(std::bit_cast<uint64_t>(nan) | 1);
  const Constant different[] = {Nil(),
                                true,
                                false,
                                int64_t{0},
                                int64_t{1},
                                0.0,
                                -0.0,
                                1.0,
                                nan,
                                other_nan,
                                std::string(),
                                std::string("n"),
                                std::string("t"),
                                std::string("1"),
                                std::string("a\0b", 3),
                                std::string("a"),
                                int64_t{0x7FF8000000000000},
                                std::string(1000, 'x'),
                                std::bit_cast<int64_t>(1.0)};
  int32_t index = 0;
  for (const Constant& k : different) EXPECT_EQ(b.AddConstant(k), index++);
  index = 0;
  for (const Constant& k : different) {
    EXPECT_EQ(b.AddConstant(k), index) << "constant " << index;
    ++index;
  }
  EXPECT_EQ(b.AddString("a"), b.AddConstant(std::string("a")));
  EXPECT_TRUE(std::signbit(std::get<double>(b.function().constants[6])));
}

TEST(BuilderTest, ConstantsLoadWithTheShortestInstruction) {
  const struct {
    Constant constant;
    Opcode op;
    int sbx;
  } cases[] = {
      {Nil(), Opcode::kLoadNil, 0},
      {true, Opcode::kLoadTrue, 0},
      {false, Opcode::kLoadFalse, 0},
      {int64_t{-32768}, Opcode::kLoadInt, -32768},
      {int64_t{32767}, Opcode::kLoadInt, 32767},
      {int64_t{32768}, Opcode::kLoadConst, 0},
      {-7.0, Opcode::kLoadFloat, -7},
      {0.0, Opcode::kLoadFloat, 0},
      {-0.0, Opcode::kLoadConst, 0},
      {0.5, Opcode::kLoadConst, 0},
      {32768.0, Opcode::kLoadConst, 0},
      {std::nan(""), Opcode::kLoadConst, 0},
      {HUGE_VAL, Opcode::kLoadConst, 0},
      {std::string("x"), Opcode::kLoadConst, 0},
  };
  for (const auto& c : cases) {
    FunctionBuilder b;
    const Instruction i = b.at(b.LoadConstant(9, c.constant));
    EXPECT_EQ(i.op(), c.op) << InfoOf(i.op()).name;
    EXPECT_EQ(i.a(), 9u);
    EXPECT_EQ(i.sbx(), c.sbx) << InfoOf(i.op()).name;
  }
  FunctionBuilder b;
  for (int n = 0; n < 65536; ++n) b.AddConstant(int64_t{100000} + n);
  EXPECT_EQ(b.at(b.LoadConstant(0, int64_t{165535})).bx(), 65535u);
  const uint32_t pc = b.LoadConstant(0, 0.25);
  EXPECT_EQ(b.at(pc).op(), Opcode::kLoadConstX);
  EXPECT_EQ(b.at(pc + 1).word(), 65536);
}

TEST(BuilderTest, JumpsFindTheirLabels) {
  FunctionBuilder b;
  const auto forward = b.NewLabel();
  const auto back = b.BindNewLabel();
  EXPECT_TRUE(b.IsBound(back));
  EXPECT_TRUE(b.LabelBoundHere());
  b.LoadConstant(0, Nil());
  EXPECT_FALSE(b.LabelBoundHere());
  const uint32_t first = b.EmitJump(Opcode::kTest, 0, 0, 1, forward);
  const uint32_t second = b.EmitJump(forward);
  const uint32_t third = b.EmitJump(back);
  EXPECT_FALSE(b.IsBound(forward));
  b.Bind(forward);
  const uint32_t target = b.pc();
  const uint32_t fourth = b.EmitJump(forward);
  const auto f = *std::move(b).Finish();
  const auto target_of = [&](uint32_t pc) {
    return int64_t{pc} + 2 + f->code[pc + 1].word();
  };
  EXPECT_EQ(target_of(first), target);
  EXPECT_EQ(target_of(second), target);
  EXPECT_EQ(target_of(third), 0);
  EXPECT_EQ(target_of(fourth), target);
  EXPECT_EQ(f->code[first].c(), 1u);
  EXPECT_TRUE(Verify(*f).ok()) << Verify(*f);
}

TEST(BuilderTest, UnboundLabelsMatterOnlyWhenJumpedTo) {
  FunctionBuilder fine;
  fine.NewLabel();
  fine.Emit(Opcode::kReturn0);
  EXPECT_TRUE(std::move(fine).Finish().ok());
  FunctionBuilder bad;
  bad.EmitJump(bad.NewLabel());
  EXPECT_EQ(std::move(bad).Finish().status().message(),
            "the jump at pc 0 has no target");
}

TEST(BuilderTest, RegistersAndLinesAreCounted) {
  FunctionBuilder b;
  b.SetLine(3);
  b.EmitWithWord(Opcode::kNewTable, 0, 0, 0, 0);
  b.SetLine(4);
  const uint32_t call = b.Emit(Opcode::kCall, 0, 1, 1);
  b.Emit(Opcode::kReturn0);
  b.at(call) = Instruction::Abc(Opcode::kCall, 0, 1, 6);
  b.NeedRegisters(5);
  const auto f = *std::move(b).Finish();
  EXPECT_EQ(f->lines, (std::vector<int32_t>{3, 3, 4, 4}));
  EXPECT_EQ(f->register_count, 5);

  FunctionBuilder small;
  small.Emit(Opcode::kReturn0);
  EXPECT_EQ((*std::move(small).Finish())->register_count, 2);

  FunctionBuilder big;
  big.Emit(Opcode::kLoadNil, 253, 0);
  big.Emit(Opcode::kReturn0);
  EXPECT_EQ((*std::move(big).Finish())->register_count, 254);

  FunctionBuilder too_big;
  too_big.Emit(Opcode::kLoadNil, 254, 0);
  EXPECT_EQ(std::move(too_big).Finish().status().message(),
            "function or expression needs too many registers");
}

TEST(BuilderTest, VariablesAreSortedAndClosed) {
  FunctionBuilder b;
  const size_t y = b.StartLocal("y", 1);
  b.StartLocal("x", 0);
  b.Emit(Opcode::kLoadNil, 0, 1);
  b.EndLocal(y);
  b.StartLocal("z", 1);
  b.Emit(Opcode::kReturn0);
  const auto f = *std::move(b).Finish();
  ASSERT_EQ(f->locals.size(), 3u);
  EXPECT_EQ(f->locals[0].name, "x");
  EXPECT_EQ(f->locals[0].end, 2u);
  EXPECT_EQ(f->locals[1].name, "y");
  EXPECT_EQ(f->locals[1].end, 1u);
  EXPECT_EQ(f->locals[2].start, 1u);
  EXPECT_TRUE(Verify(*f).ok()) << Verify(*f);
}

}  // namespace
}  // namespace m3lua::bytecode
