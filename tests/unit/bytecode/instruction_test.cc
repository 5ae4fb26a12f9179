#include "lua/bytecode/instruction.h"

#include <set>
#include <string_view>

#include "gtest/gtest.h"
#include "lua/bytecode/chunk.h"

namespace m3lua::bytecode {
namespace {

TEST(InstructionTest, OperandsComeBackAsTheyWentIn) {
  const Instruction abc = Instruction::Abc(Opcode::kTbc, 255, 1, 254);
  EXPECT_EQ(abc.op(), Opcode::kTbc);
  EXPECT_EQ(abc.a(), 255u);
  EXPECT_EQ(abc.b(), 1u);
  EXPECT_EQ(abc.c(), 254u);
  const Instruction abx = Instruction::Abx(Opcode::kLoadConst, 7, 65535);
  EXPECT_EQ(abx.op(), Opcode::kLoadConst);
  EXPECT_EQ(abx.a(), 7u);
  EXPECT_EQ(abx.bx(), 65535u);
  for (const int value : {-32768, -1, 0, 32767}) {
    const Instruction asbx = Instruction::AsBx(Opcode::kLoadInt, 3, value);
    EXPECT_EQ(asbx.sbx(), value);
    EXPECT_EQ(asbx.a(), 3u);
  }
  EXPECT_EQ(Instruction::Word(-5).word(), -5);
}

TEST(InstructionTest, EveryOpcodeHasItsOwnNameAndASensibleRow) {
  std::set<std::string_view> names;
  for (int n = 0; n < kOpcodeCount; ++n) {
    const Opcode op = static_cast<Opcode>(n);
    const OpcodeInfo& info = InfoOf(op);
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_EQ(InstructionLength(Instruction::Abc(op, 0)),
              info.has_word() ? 2 : 1)
        << info.name;
    // Bx takes the place of C.
    if (info.b == OperandKind::kBxK || info.b == OperandKind::kBxInt ||
        info.b == OperandKind::kBxProto) {
      EXPECT_EQ(info.c, OperandKind::kNone) << info.name;
    }
    // Only a word is wide enough for a distance, and windows start at A.
    for (const OperandKind kind : {info.a, info.b, info.c}) {
      EXPECT_NE(kind, OperandKind::kJump) << info.name;
    }
    for (const OperandKind kind : {info.b, info.c, info.word}) {
      EXPECT_NE(kind, OperandKind::kWin) << info.name;
    }
    if (info.effects & kSkips) {
      EXPECT_FALSE(info.jumps()) << info.name;
    }
  }
}

}  // namespace
}  // namespace m3lua::bytecode
