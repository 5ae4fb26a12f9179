// Chunks changed at random.
//
// Whatever the bytes are, loading them ends in a function or an error.  What
// passes the verifier is run here by a machine that knows only where values
// are: it walks along random paths and checks, at each instruction, what the
// engine and the collector rely on.
//
// The seeds are fixed, so a failure is found again; M3LUA_RANDOM_ROUNDS in the
// environment makes the test longer.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lua/bytecode/disassembler.h"
#include "lua/bytecode/liveness.h"
#include "lua/bytecode/register_effects.h"
#include "lua/bytecode/serializer.h"
#include "lua/bytecode/verifier.h"
#include "tests/unit/bytecode/samples.h"

namespace m3lua::bytecode {
namespace {

int Rounds() {
  const char* rounds = std::getenv("M3LUA_RANDOM_ROUNDS");
  return rounds == nullptr ? 1500 : std::atoi(rounds);
}

class Machine {
 public:
  // `structured`: no register is open on one of two paths that meet, as if the
  // code came from a compiler; then open ones must be visible.
  Machine(const Function& function, bool structured, std::mt19937& random)
      : f_(function),
        structured_(structured),
        live_(function),
        random_(random) {
    values_ = RegisterRange(0, f_.parameter_count);
  }

  // False after the first violation, which is reported.
  bool Walk(int steps) {
    EXPECT_TRUE((live_.live_at_entry() & ~values_).none());
    uint32_t pc = 0;
    while (steps-- > 0) {
      if (!Check(pc)) return false;
      const OpcodeInfo& info = InfoOf(f_.code[pc].op());
      if ((info.effects & kEnds) && !info.jumps()) return true;
      pc = Step(pc);
    }
    return true;
  }

 private:
  bool Check(uint32_t pc) {
    const Instruction i = f_.code[pc];
    const RegisterEffects e = EffectsOf(f_, pc);
    const RegisterSet visible = live_.Visible(pc, false);
    const RegisterSet in_call = live_.Visible(pc, true);
    EXPECT_EQ(IsOpenConsumer(i), open_list_) << "open values get lost";
    EXPECT_TRUE((visible & ~values_).none()) << "visits garbage";
    EXPECT_TRUE((e.uses & ~visible).none()) << "misses an operand";
    EXPECT_TRUE((open_ & ~values_).none()) << "an open register has no value";
    EXPECT_TRUE(!structured_ || (open_ & ~visible).none())
        << "misses an open register";
    EXPECT_TRUE((in_call & ~visible).none());
    if (const auto window = CallWindowStart(i)) {
      EXPECT_TRUE((in_call >> *window).none()) << "looks into the window";
      if (i.op() != Opcode::kTailCall) {
        EXPECT_TRUE((open_ >> *window).none()) << "open under a frame";
      }
    }
    EXPECT_TRUE((visible & ~RegisterRange(0, f_.register_count)).none());
    const bool leaves =
        (InfoOf(i.op()).effects & kEnds) && !InfoOf(i.op()).jumps();
    const bool closes =
        (i.op() == Opcode::kReturn || i.op() == Opcode::kTailCall) && i.c();
    EXPECT_TRUE(!leaves || closes || open_.none()) << "leaves them open";
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "at pc " << pc << " of\n"
                    << Disassemble(f_, {.nested = false});
      return false;
    }
    return true;
  }

  // Returns the next instruction.
  uint32_t Step(uint32_t pc) {
    const Instruction i = f_.code[pc];
    const OpcodeInfo& info = InfoOf(i.op());
    const RegisterEffects e = EffectsOf(f_, pc);
    values_ = (values_ & ~e.clobbers) | e.defs;
    open_list_ = IsOpenProducer(i);
    if (i.op() == Opcode::kClosure) open_ |= CapturedBy(f_, pc);
    if (const auto marked = MarkedToBeClosed(i)) open_.set(*marked);
    if (i.op() == Opcode::kClose) open_ &= RegisterRange(0, i.a());
    const uint32_t next = pc + InstructionLength(i);
    if (info.effects & kSkips) return next + 1;
    if (info.jumps() && ((info.effects & kEnds) || random_() % 2 == 0)) {
      values_ |= e.jump_defs;
      return static_cast<uint32_t>(int64_t{next} + f_.code[pc + 1].word());
    }
    values_ |= e.fall_defs;
    return next;
  }

  const Function& f_;
  const bool structured_;
  const Liveness live_;
  std::mt19937& random_;
  RegisterSet values_;
  RegisterSet open_;
  bool open_list_ = false;  // the instruction before left values up to the top
};

// False after a violation.
bool Exercise(const Function& f, bool structured, std::mt19937& random) {
  EXPECT_FALSE(Disassemble(f, {.full = true}).empty());
  for (int walk = 0; walk < 3; ++walk) {
    if (!Machine(f, structured, random).Walk(150)) return false;
  }
  for (const auto& nested : f.functions) {
    if (!Exercise(*nested, structured, random)) return false;
  }
  return true;
}

bool ExerciseChunk(const Function& f, bool structured, std::mt19937& random) {
  EXPECT_TRUE(Verify(f).ok()) << Verify(f);
  const auto copy = Deserialize(Serialize(f, false), "=copy");
  EXPECT_TRUE(copy.ok()) << copy.status();
  EXPECT_TRUE(copy.ok() && SameFunction(f, **copy));
  return Exercise(f, structured, random);
}

TEST(RandomChunkTest, SamplesObeyTheRules) {
  std::mt19937 random(1);
  for (int n = 0; n < 20; ++n) {
    ASSERT_TRUE(ExerciseChunk(*SampleChunk(), true, random));
  }
}

TEST(RandomChunkTest, ChangedBytesDoNoHarm) {
  std::mt19937 random(2);
  int loaded = 0;
  for (const bool strip : {false, true}) {
    const std::string bytes = Serialize(*SampleChunk(), strip);
    for (int round = 0; round < Rounds(); ++round) {
      std::string changed = bytes;
      for (uint32_t n = 1 + random() % 3; n > 0; --n) {
        // The header is looked at by other tests.
        char& byte = changed[48 + random() % (changed.size() - 48)];
        byte = static_cast<char>(random() % 2 ? random()
                                              : byte ^ 1 << random() % 8);
      }
      if (random() % 8 == 0) changed.resize(random() % changed.size());
      const auto f = Deserialize(changed, "=x");
      if (!f.ok()) continue;
      ++loaded;
      ASSERT_TRUE(ExerciseChunk(**f, false, random)) << "round " << round;
    }
  }
  EXPECT_GT(loaded, Rounds() / 20) << "too few to learn anything";
}

TEST(RandomChunkTest, ChangedOperandsDoNoHarm) {
  std::mt19937 random(3);
  int accepted = 0;
  for (int round = 0; round < Rounds(); ++round) {
    const auto chunk = SampleChunk();
    Function& f = round % 2 ? *chunk->functions[0] : *chunk;
    f.locals.clear();
    for (uint32_t n = 1 + random() % 2; n > 0; --n) {
      Instruction& word = f.code[random() % f.code.size()];
      // One field, a small value: these get furthest.
      const int shift = static_cast<int>(random() % 4) * 8;
      word.raw = (word.raw & ~(0xFFu << shift)) | (random() % 12) << shift;
    }
    if (!Verify(*chunk).ok()) continue;
    ++accepted;
    ASSERT_TRUE(ExerciseChunk(*chunk, false, random)) << "round " << round;
  }
  EXPECT_GT(accepted, Rounds() / 20) << "too few to learn anything";
}

// Functions of random instructions with small operands.
std::unique_ptr<Function> RandomFunction(std::mt19937& random) {
  auto f = std::make_unique<Function>();
  f->register_count = 12;
  f->parameter_count = 4;
  f->is_vararg = random() % 4 == 0;
  f->upvalues = {{"u", true, 0, false}};
  f->constants = {std::string("k"), int64_t{1}};
  for (uint8_t n = 0; n < 2; ++n) {
    f->functions.push_back(std::make_unique<Function>());
    f->functions.back()->upvalues = {{"r", true, n, false}};
    f->functions.back()->code = {Instruction::Abc(Opcode::kReturn0, 0)};
  }
  std::vector<uint32_t> starts, jumps;
  if (f->is_vararg) f->code.push_back(Instruction::Abc(Opcode::kVarArgPrep, 0));
  const size_t size = 4 + random() % 12;
  while (f->code.size() < size) {
    const Opcode op = static_cast<Opcode>(random() % kOpcodeCount);
    const OpcodeInfo& info = InfoOf(op);
    const auto value = [&](OperandKind kind) -> unsigned {
      switch (kind) {
        case OperandKind::kNone:
        case OperandKind::kUp:
        case OperandKind::kKStr:
          return 0;
        case OperandKind::kDef:
        case OperandKind::kUse:
        case OperandKind::kWin:
          return random() % 5;
        case OperandKind::kKNum:
          return 1;
        default:
          return random() % 2;
      }
    };
    const unsigned a = value(info.a), b = value(info.b), c = value(info.c);
    starts.push_back(static_cast<uint32_t>(f->code.size()));
    if (info.jumps()) jumps.push_back(starts.back());
    f->code.push_back(Instruction::Abc(op, a, b, c));
    if (info.has_word()) {
      f->code.push_back(
          Instruction::Word(static_cast<int32_t>(value(info.word))));
    }
    if (op == Opcode::kClosure && random() % 2) {
      f->code.push_back(Instruction::Abc(Opcode::kClose, random() % 3));
    }
  }
  f->code.push_back(Instruction::Abc(Opcode::kReturn, 0, 1, random() % 2));
  for (const uint32_t jump : jumps) {
    f->code[jump + 1] = Instruction::Word(
        static_cast<int32_t>(starts[random() % starts.size()]) -
        static_cast<int32_t>(jump + 2));
  }
  return f;
}

TEST(RandomChunkTest, RandomCodeThatIsAcceptedObeysTheRules) {
  std::mt19937 random(4);
  int accepted = 0;
  for (int round = 0; round < 20 * Rounds(); ++round) {
    const auto f = RandomFunction(random);
    if (!Verify(*f).ok()) continue;
    ++accepted;
    ASSERT_TRUE(ExerciseChunk(*f, false, random)) << "round " << round;
  }
  EXPECT_GT(accepted, Rounds() / 20) << "too few to learn anything";
}

}  // namespace
}  // namespace m3lua::bytecode
