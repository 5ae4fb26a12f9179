#include "lua/bytecode/register_effects.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace m3lua::bytecode {
namespace {

RegisterSet Set(const std::vector<unsigned>& registers) {
  RegisterSet set;
  for (const unsigned reg : registers) set.set(reg);
  return set;
}

struct Case {
  const char* what;
  std::vector<Instruction> code;  // the last instruction is looked at
  RegisterSet uses, defs, clobbers;
  RegisterSet jump_defs = {}, fall_defs = {};
};

TEST(RegisterEffectsTest, WindowsReadAndWriteWhatTheyShould) {
  using I = Instruction;
  using O = Opcode;
  const Case cases[] = {
      {"move", {I::Abc(O::kMove, 1, 2)}, Set({2}), Set({1}), {}},
      {"set index", {I::Abc(O::kSetIndex, 1, 2, 3)}, Set({1, 2, 3}), {}, {}},
      {"constants are no registers",
       {I::Abc(O::kSetIndexIntK, 1, 2, 3)},
       Set({1}),
       {},
       {}},
      {"nil range", {I::Abc(O::kLoadNil, 4, 2)}, {}, Set({4, 5, 6}), {}},
      {"nil at the end",
       {I::Abc(O::kLoadNil, 250, 255)},
       {},
       RegisterRange(250, 256),
       {}},
      {"self leaves the header alone",
       {I::Abc(O::kSelf, 4, 2)},
       Set({2}),
       Set({4, 6}),
       {}},
      {"set list", {I::Abc(O::kSetList, 4, 2)}, Set({4, 5, 6}), {}, {}},
      {"open set list",
       {I::Abc(O::kVarArg, 6, 0, 0), I::Abc(O::kSetList, 4, 0)},
       Set({4, 5}),
       {},
       {}},
      {"concat",
       {I::Abc(O::kConcat, 3, 3)},
       Set({3, 4, 5}),
       Set({3}),
       Set({4, 5})},
      {"test set writes if it jumps",
       {I::Abc(O::kTestSet, 3, 4)},
       Set({4}),
       {},
       {},
       Set({3})},
      {"for prep",
       {I::Abc(O::kForPrep, 3)},
       Set({3, 4, 5}),
       Set({3, 4, 5}),
       {},
       {},
       Set({6})},
      {"for loop",
       {I::Abc(O::kForLoop, 3)},
       Set({3, 4, 5}),
       Set({3, 4, 5}),
       {},
       Set({6})},
      {"for loop whose variable is its index",
       {I::Abc(O::kForLoop, 3, 0, 1)},
       Set({3, 4, 5, 6}),
       Set({3, 4, 5}),
       {},
       Set({6})},
      {"generic prep", {I::Abc(O::kTForPrep, 3)}, Set({6}), {}, {}},
      {"generic call",
       {I::Abc(O::kTForCall, 3, 0, 2)},
       Set({3, 4, 5}),
       Set({7, 8}),
       RegisterRange(9, 256)},
      {"generic loop", {I::Abc(O::kTForLoop, 3)}, Set({7}), {}, {}, Set({5})},
      {"call without anything",
       {I::Abc(O::kCall, 3, 1, 1)},
       Set({3}),
       {},
       RegisterRange(3, 256)},
      {"call with arguments and results",
       {I::Abc(O::kCall, 3, 3, 3)},
       Set({3, 5, 6}),
       Set({3, 4}),
       RegisterRange(5, 256)},
      {"open call of an open call",
       {I::Abc(O::kCall, 7, 1, 0), I::Abc(O::kCall, 3, 0, 0)},
       Set({3, 5, 6}),
       {},
       RegisterRange(3, 256)},
      {"tail call", {I::Abc(O::kTailCall, 3, 2)}, Set({3, 5}), {}, {}},
      {"return two", {I::Abc(O::kReturn, 3, 3)}, Set({3, 4}), {}, {}},
      {"return none", {I::Abc(O::kReturn, 3, 1)}, {}, {}, {}},
      {"return open",
       {I::Abc(O::kVarArg, 4, 0, 0), I::Abc(O::kReturn, 3, 0)},
       Set({3}),
       {},
       {}},
      {"varargs", {I::Abc(O::kVarArg, 3, 0, 3)}, {}, Set({3, 4}), {}},
      {"open varargs", {I::Abc(O::kVarArg, 3)}, {}, {}, RegisterRange(3, 256)},
      {"close", {I::Abc(O::kClose, 3)}, {}, {}, {}},
      {"to be closed", {I::Abc(O::kTbc, 3)}, Set({3}), {}, {}},
  };
  for (const Case& c : cases) {
    Function f;
    f.code = c.code;
    const RegisterEffects e =
        EffectsOf(f, static_cast<uint32_t>(c.code.size()) - 1);
    EXPECT_EQ(e.uses, c.uses) << c.what << ": reads";
    EXPECT_EQ(e.defs, c.defs) << c.what << ": writes";
    EXPECT_EQ(e.clobbers, c.clobbers) << c.what << ": clobbers";
    EXPECT_EQ(e.jump_defs, c.jump_defs) << c.what << ": writes and jumps";
    EXPECT_EQ(e.fall_defs, c.fall_defs) << c.what << ": writes and falls";
  }
}

TEST(RegisterEffectsTest, LimitsCoverTheWholeWindow) {
  using I = Instruction;
  using O = Opcode;
  const struct {
    Instruction i;
    unsigned limit;
  } cases[] = {
      {I::Abc(O::kMove, 1, 4), 5},          {I::Abc(O::kReturn0, 0), 0},
      {I::Abc(O::kLoadNil, 1, 3), 5},       {I::Abc(O::kSelf, 4, 1), 7},
      {I::Abc(O::kCall, 4, 1, 1), 6},       {I::Abc(O::kCall, 4, 3, 1), 8},
      {I::Abc(O::kCall, 4, 1, 6), 9},       {I::Abc(O::kCall, 4, 0, 0), 6},
      {I::Abc(O::kTailCall, 4, 2), 7},      {I::Abc(O::kReturn, 4, 1), 4},
      {I::Abc(O::kReturn, 4, 3), 6},        {I::Abc(O::kReturn, 4, 0), 5},
      {I::Abc(O::kConcat, 4, 3), 7},        {I::Abc(O::kSetList, 4, 3), 8},
      {I::Abc(O::kForLoop, 4), 8},          {I::Abc(O::kTForCall, 4, 0, 1), 12},
      {I::Abc(O::kTForCall, 4, 0, 6), 14},  {I::Abc(O::kTForLoop, 4), 9},
      {I::Abc(O::kVarArg, 4, 0, 4), 7},     {I::Abc(O::kVarArg, 4, 0, 0), 5},
      {I::Abc(O::kSetUpvalue, 4, 9), 5},    {I::Abc(O::kEqK, 4, 9, 1), 5},
      {I::Abc(O::kLoadNil, 255, 255), 511}, {I::Abx(O::kLoadInt, 4, 9999), 5},
      {I::Abc(O::kSetTabUp, 9, 4), 5},      {I::Abc(O::kJump, 0), 0},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(RegisterLimit(c.i), c.limit)
        << InfoOf(c.i.op()).name << " " << c.i.a() << " " << c.i.b() << " "
        << c.i.c();
  }
}

TEST(RegisterEffectsTest, EffectsStayWithinTheLimit) {
  // The verifier checks RegisterLimit only; so every register that is read or
  // written must be below it, for all operands.
  for (int op = 0; op < kOpcodeCount; ++op) {
    if (static_cast<Opcode>(op) == Opcode::kClosure) continue;
    for (unsigned n = 0; n < 64; ++n) {
      const Instruction i = Instruction::Abc(
          static_cast<Opcode>(op), n % 4 * 60, n / 4 % 4 * 3, n / 16 * 5);
      if (IsOpenConsumer(i)) continue;
      if (i.op() == Opcode::kConcat && i.b() < 2) continue;
      Function f;
      f.code = {i, Instruction::Word(0)};
      const RegisterEffects e = EffectsOf(f, 0);
      const RegisterSet touched = e.uses | e.defs | e.jump_defs | e.fall_defs;
      EXPECT_TRUE((touched & ~RegisterRange(0, RegisterLimit(i))).none())
          << InfoOf(i.op()).name << " " << i.a() << " " << i.b() << " "
          << i.c();
      EXPECT_TRUE((e.defs & e.clobbers).none()) << InfoOf(i.op()).name;
    }
  }
}

TEST(RegisterEffectsTest, ClosureReadsWhatItCapturesExceptItsResult) {
  Function f;
  f.code = {Instruction::Abx(Opcode::kClosure, 2, 0)};
  f.functions.push_back(std::make_unique<Function>());
  f.functions[0]->upvalues = {
      {"a", true, 1, false}, {"f", true, 2, false}, {"u", false, 5, false}};
  EXPECT_EQ(EffectsOf(f, 0).uses, Set({1}));
  EXPECT_EQ(EffectsOf(f, 0).defs, Set({2}));
  EXPECT_EQ(CapturedBy(f, 0), Set({1, 2}));
}

TEST(RegisterEffectsTest, Ranges) {
  EXPECT_TRUE(RegisterRange(3, 3).none());
  EXPECT_TRUE(RegisterRange(5, 3).none());
  EXPECT_TRUE(RegisterRange(0, 256).all());
  EXPECT_TRUE(RegisterRange(0, 1000).all());
  EXPECT_TRUE(RegisterRange(300, 1000).none());
  EXPECT_EQ(RegisterRange(255, 256), Set({255}));
  EXPECT_EQ(LowestRegister(Set({7, 9})), 7u);
}

}  // namespace
}  // namespace m3lua::bytecode
