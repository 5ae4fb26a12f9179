#include "lua/bytecode/liveness.h"

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lua/bytecode/builder.h"
#include "lua/bytecode/verifier.h"
#include "tests/unit/bytecode/samples.h"

namespace m3lua::bytecode {
namespace {

// "0 2 5" for the registers in the set.
std::string Text(const RegisterSet& set) {
  std::string text;
  for (unsigned reg = 0; reg < set.size(); ++reg) {
    if (!set[reg]) continue;
    if (!text.empty()) text += ' ';
    text += std::to_string(reg);
  }
  return text;
}

std::unique_ptr<Function> Build(
    int parameters, const std::function<void(FunctionBuilder&)>& body) {
  FunctionBuilder b;
  b.function().parameter_count = static_cast<uint8_t>(parameters);
  b.function().upvalues = {{"_ENV", true, 0, false}};
  auto nested = std::make_unique<Function>();
  nested->upvalues = {{"a", true, 1, false}};
  nested->code = {Instruction::Abc(Opcode::kReturn0, 0)};
  b.AddFunction(std::move(nested));
  b.AddString("name");
  body(b);
  auto f = *std::move(b).Finish();
  EXPECT_TRUE(Verify(*f).ok()) << Verify(*f);
  return f;
}

TEST(LivenessTest, TemporariesDieAtTheirLastUse) {
  const auto f = Build(2, [](FunctionBuilder& b) {
    b.Emit(Opcode::kAdd, 2, 0, 0);                  // 0
    b.EmitWithWord(Opcode::kGetField, 3, 2, 0, 0);  // 1
    b.Emit(Opcode::kReturn1, 3);                    // 3
  });
  const Liveness live(*f);
  EXPECT_EQ(Text(live.live_at_entry()), "0");
  EXPECT_EQ(Text(live.Visible(0, false)), "0") << "2 is about to be written";
  EXPECT_EQ(Text(live.Visible(1, false)), "2");
  EXPECT_EQ(Text(live.Visible(3, false)), "3");
}

TEST(LivenessTest, AWindowBelongsToTheCallee) {
  const auto f = Build(1, [](FunctionBuilder& b) {
    b.Emit(Opcode::kMove, 2, 0);       // 0: function
    b.Emit(Opcode::kMove, 4, 0);       // 1: argument; 3 is the header
    b.Emit(Opcode::kCall, 2, 2, 3);    // 2
    b.Emit(Opcode::kAdd, 2, 2, 3);     // 3
    b.Emit(Opcode::kReturn, 2, 2, 0);  // 4
  });
  const Liveness live(*f);
  EXPECT_EQ(Text(live.Visible(1, false)), "0 2");
  EXPECT_EQ(Text(live.Visible(2, false)), "2 4") << "before the call";
  EXPECT_EQ(Text(live.Visible(2, true)), "") << "during the call";
  EXPECT_EQ(Text(live.Visible(3, false)), "2 3") << "both results";
}

TEST(LivenessTest, VariablesStayVisibleInTheirScope) {
  const auto f = Build(1, [](FunctionBuilder& b) {
    const size_t p = b.StartLocal("p", 0);
    const size_t early = b.StartLocal("early", 1);  // before it is written
    b.Emit(Opcode::kNot, 2, 0);                     // 0
    b.Emit(Opcode::kLoadTrue, 1);                   // 1
    b.Emit(Opcode::kNot, 2, 1);                     // 2
    b.EndLocal(early);
    b.Emit(Opcode::kNot, 2, 2);  // 3
    b.Emit(Opcode::kReturn0);    // 4
    b.EndLocal(p);
  });
  const Liveness live(*f);
  EXPECT_EQ(Text(live.Visible(0, false)), "0") << "1 is not written yet";
  EXPECT_EQ(Text(live.Visible(1, false)), "0");
  EXPECT_EQ(Text(live.Visible(2, false)), "0 1");
  EXPECT_EQ(Text(live.Visible(3, false)), "0 2") << "1 is out of scope";
  EXPECT_EQ(Text(live.Visible(4, false)), "0");
}

TEST(LivenessTest, NamesDoNotMakeTheWindowOfACallVisible) {
  // Debug information from outside may name any register.
  const auto f = Build(1, [](FunctionBuilder& b) {
    b.StartLocal("header", 2);
    b.StartLocal("argument", 3);
    b.Emit(Opcode::kLoadNil, 1, 2);  // 0
    b.Emit(Opcode::kMove, 1, 0);     // 1
    b.Emit(Opcode::kCall, 1, 2, 1);  // 2
    b.Emit(Opcode::kLoadTrue, 1);    // 3
    b.Emit(Opcode::kReturn0);        // 4
  });
  const Liveness live(*f);
  EXPECT_EQ(Text(live.Visible(2, false)), "1 2 3");
  EXPECT_EQ(Text(live.Visible(2, true)), "");
  EXPECT_EQ(Text(live.Visible(3, false)), "") << "clobbered by the call";
}

TEST(LivenessTest, OpenRegistersStayVisibleUntilTheyAreClosed) {
  const auto f = Build(1, [](FunctionBuilder& b) {
    b.Emit(Opcode::kMove, 1, 0);                    // 0
    b.EmitBx(Opcode::kClosure, 2, 0);               // 1: captures 1
    b.Emit(Opcode::kMove, 2, 0);                    // 2
    b.Emit(Opcode::kTbc, 2);                        // 3
    b.EmitWithWord(Opcode::kNewTable, 3, 0, 0, 0);  // 4
    b.Emit(Opcode::kClose, 2);                      // 6
    b.EmitWithWord(Opcode::kNewTable, 3, 0, 0, 0);  // 7
    b.Emit(Opcode::kClose, 1);                      // 9
    b.EmitWithWord(Opcode::kNewTable, 3, 0, 0, 0);  // 10
    b.Emit(Opcode::kReturn0);                       // 12
  });
  const Liveness live(*f);
  EXPECT_EQ(Text(live.Visible(1, false)), "0 1");
  EXPECT_EQ(Text(live.Visible(3, false)), "1 2");
  EXPECT_EQ(Text(live.Visible(4, false)), "1 2");
  EXPECT_EQ(Text(live.Visible(6, false)), "1 2") << "while they are closed";
  EXPECT_EQ(Text(live.Visible(7, false)), "1");
  EXPECT_EQ(Text(live.Visible(10, false)), "");
}

TEST(LivenessTest, LoopsKeepTheirState) {
  const auto f = Build(3, [](FunctionBuilder& b) {
    // for i = a, b, c do i.name end
    const auto out = b.NewLabel();
    b.EmitJump(Opcode::kForPrep, 0, 0, 0, out);  // 0
    const auto body = b.BindNewLabel();
    b.EmitWithWord(Opcode::kGetField, 4, 3, 0, 0);  // 2
    b.EmitJump(Opcode::kForLoop, 0, 0, 0, body);    // 4
    b.Bind(out);
    // for k in a, b, c do end
    b.Emit(Opcode::kLoadNil, 3, 0);  // 6
    const auto next = b.NewLabel();
    b.EmitJump(Opcode::kTForPrep, 0, 0, 0, next);  // 7
    const auto rounds = b.BindNewLabel();
    b.EmitWithWord(Opcode::kGetField, 5, 4, 0, 0);  // 9
    b.Bind(next);
    b.Emit(Opcode::kTForCall, 0, 0, 1);              // 11
    b.EmitJump(Opcode::kTForLoop, 0, 0, 0, rounds);  // 12
    b.Emit(Opcode::kClose, 0);                       // 14
    b.Emit(Opcode::kReturn0);                        // 15
  });
  const Liveness live(*f);
  EXPECT_EQ(Text(live.live_at_entry()), "0 1 2");
  EXPECT_EQ(Text(live.Visible(2, false)), "0 1 2 3");
  EXPECT_EQ(Text(live.Visible(4, false)), "0 1 2");
  EXPECT_EQ(Text(live.Visible(9, false)), "0 1 2 3 4");
  EXPECT_EQ(Text(live.Visible(11, false)), "0 1 2 3");
  EXPECT_EQ(Text(live.Visible(11, true)), "0 1 2 3") << "window from 4 on";
  EXPECT_EQ(Text(live.Visible(12, false)), "0 1 3 4") << "2 is replaced by 4";
  EXPECT_EQ(Text(live.Visible(14, false)), "3");
}

TEST(LivenessTest, OneArmedDefinitionsArePrecise) {
  const auto f = Build(2, [](FunctionBuilder& b) {
    // local x = p or q
    const auto done = b.NewLabel();
    b.EmitJump(Opcode::kTestSet, 2, 0, 1, done);  // 0
    b.Emit(Opcode::kMove, 2, 1);                  // 2
    b.Bind(done);
    b.Emit(Opcode::kReturn1, 2);  // 3
  });
  const Liveness live(*f);
  EXPECT_EQ(Text(live.live_at_entry()), "0 1");
  EXPECT_EQ(Text(live.Visible(2, false)), "1");
}

TEST(LivenessTest, OpenListsAreReadUpToTheProducer) {
  const auto f = Build(1, [](FunctionBuilder& b) {
    b.Emit(Opcode::kMove, 1, 0);     // 0
    b.Emit(Opcode::kMove, 3, 0);     // 1
    b.Emit(Opcode::kMove, 4, 0);     // 2
    b.Emit(Opcode::kCall, 4, 1, 0);  // 3
    b.Emit(Opcode::kCall, 1, 0, 1);  // 4
    b.Emit(Opcode::kReturn0);        // 5
  });
  const Liveness live(*f);
  EXPECT_EQ(Text(live.Visible(3, true)), "1 3");
  EXPECT_EQ(Text(live.Visible(4, false)), "1 3");
  EXPECT_EQ(OpenValuesStart(*f, 4), 4u);
  EXPECT_EQ(OpenValuesStart(*f, 3), std::nullopt);
}

// The definition, instruction by instruction.
std::vector<RegisterSet> PlainLiveness(const Function& f) {
  std::vector<RegisterSet> live(f.code.size() + 3);
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t pc = 0; pc < f.code.size();
         pc += InstructionLength(f.code[pc])) {
      const Instruction i = f.code[pc];
      const OpcodeInfo& info = InfoOf(i.op());
      const RegisterEffects e = EffectsOf(f, pc);
      RegisterSet after;
      if (!(info.effects & (kEnds | kSkips))) {
        after |= live[pc + InstructionLength(i)] & ~e.fall_defs;
      }
      if (info.jumps()) {
        after |= live[pc + 2 + f.code[pc + 1].word()] & ~e.jump_defs;
      }
      if (info.effects & kSkips) after |= live[pc + 2];
      const RegisterSet before = e.uses | (after & ~(e.defs | e.clobbers));
      changed |= before != live[pc];
      live[pc] = before;
    }
  }
  return live;
}

TEST(LivenessTest, BlocksGiveTheSameAsSingleInstructions) {
  const auto chunk = SampleChunk();
  chunk->locals.clear();
  for (const Function* f : {chunk.get(), chunk->functions[0].get()}) {
    const Liveness live(*f);
    const std::vector<RegisterSet> plain = PlainLiveness(*f);
    const bool stripped = f->locals.empty();
    for (uint32_t pc = 0; pc < f->code.size();
         pc += InstructionLength(f->code[pc])) {
      const RegisterSet visible = live.Visible(pc, false);
      EXPECT_TRUE((plain[pc] & ~visible).none())
          << "pc " << pc << ": live " << Text(plain[pc]) << ", visible "
          << Text(visible);
      if (stripped) {
        // Besides, only open registers: x, f, the loop's and z.
        EXPECT_TRUE((visible & ~plain[pc] & ~RegisterRange(1, 7)).none())
            << "pc " << pc;
      }
    }
  }
}

TEST(LivenessTest, BigFunctionsTakeLittleTime) {
  // 40,000 loops side by side, 200 of them nested at a time, and one block of
  // 100,000 instructions.
  FunctionBuilder b;
  b.function().parameter_count = 1;
  for (int group = 0; group < 200; ++group) {
    std::vector<FunctionBuilder::Label> heads;
    for (int n = 0; n < 200; ++n) {
      heads.push_back(b.BindNewLabel());
      b.Emit(Opcode::kMove, static_cast<unsigned>(1 + n), 0);
    }
    while (!heads.empty()) {
      b.EmitJump(Opcode::kTest, static_cast<unsigned>(heads.size()), 0, 1,
                 heads.back());
      heads.pop_back();
    }
  }
  for (int n = 0; n < 100000; ++n) b.Emit(Opcode::kAdd, 1, 1, 0);
  b.Emit(Opcode::kReturn1, 1);
  const auto f = *std::move(b).Finish();
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(Verify(*f).ok()) << Verify(*f);
  const Liveness live(*f);
  for (uint32_t n = 0; n < 1000; ++n) {
    EXPECT_TRUE(
        live.Visible(static_cast<uint32_t>(f->code.size()) - 1 - n, false)[1]);
  }
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds", static_cast<int>(seconds.count() * 1000));
  EXPECT_LT(seconds.count(), 20) << "the analysis is not linear any more";
}

}  // namespace
}  // namespace m3lua::bytecode
