// A run may be ended at any step (lua/runtime/limits.h): each program of
// sweep_programs.h is run under budgets of 0, 1, 2 and so on steps until it
// comes to its own end, in each of the ways in which a run can be ended.  After
// each run the state must be as after any other.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lua/gc/heap.h"
#include "lua/gc/invariants.h"
#include "lua/runtime/limits.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/table.h"
#include "tests/unit/engine/machine.h"
#include "tests/unit/engine/sweep_programs.h"

namespace m3lua {
namespace {

using testing::kSweepPrelude;
using testing::kSweepPrograms;
using testing::Machine;
using testing::SweepProgram;

constexpr std::string_view kExhausted = "instruction budget exhausted";
constexpr int64_t kTooMany = 20000;

#ifdef M3LUA_STRESS
constexpr bool kStress = true;
#else
constexpr bool kStress = false;
#endif

constexpr char kCheck[] = R"lua(
local n = 0
local function guard(x)
  return setmetatable({}, {__close = function() n = n + x end})
end
local co = coroutine.wrap(function(a)
  local c <close> = guard(1)
  return coroutine.yield(a + 1)
end)
local b = co(1)
co(b)
local ok, e = pcall(function() local c <close> = guard(10) error('x', 0) end)
for i in next, {1, 2}, nil, guard(100) do n = n + 1000 end
return n, b, ok, e, select('#', xpcall(error, function() return 1 end)))lua";
constexpr char kCheckResult[] = "2111 2 false x 2";

// ---- what the programs need of the host

// How often each of the host's values has been closed, or finalized, in the
// order in which they were made.
struct HostValues {
  std::vector<int> closed;
  std::vector<int> finalized;
};
HostValues host;

// Makes the table that is the argument one of `values`, with the metatable of
// that name.  (Without a charge: it is marked as to be closed next.)
NativeResult Adopt(NativeCall& call, std::vector<int>& values,
                   std::string_view metatable) {
  State& state = call.state();
  Table* value = call.CheckTable(1);
  SetField(state, value, "id",
           Value::Integer(static_cast<int64_t>(values.size())));
  SetMetatable(state, value,
               GetField(state, state.registry, metatable).table());
  values.push_back(0);
  return call.Return(call.arg(1));
}
NativeResult Count(NativeCall& call, std::vector<int>& values) {
  const Value id = GetField(call.state(), call.arg(1).table(), "id");
  ++values[static_cast<size_t>(id.integer())];
  return call.Return();
}

NativeResult MarkClosed(NativeCall& call) {
  return Adopt(call, host.closed, "closed");
}
NativeResult MarkFinalized(NativeCall& call) {
  return Adopt(call, host.finalized, "finalized");
}
NativeResult Close(NativeCall& call) { return Count(call, host.closed); }
NativeResult Finalize(NativeCall& call) { return Count(call, host.finalized); }

NativeResult CallIt(NativeCall& call) {
  return call.Return(call.Call(call.arg(1), {call.arg(2), call.arg(3)}, 1)[0]);
}

NativeResult Try(NativeCall& call) {
  const Value arguments[] = {call.arg(2), call.arg(3)};
  std::span<Value> results;
  call.state().engine().ProtectedCall(call.co, call.arg(1), arguments, 1,
                                      Value::Nil(), results);
  call.slot(1).Set(results[0]);
  call.Spend(1);  // (perhaps the error is one that goes on)
  return call.Return(call.arg(1));
}

// ---- a run and what is seen of it

struct Seen {
  std::string result;
  std::vector<std::string> log;
  std::vector<int> closed;
};

bool IsPrefix(const std::vector<std::string>& part,
              const std::vector<std::string>& all) {
  return part.size() <= all.size() &&
         std::equal(part.begin(), part.end(), all.begin());
}

std::string Show(const Seen& seen) {
  std::string text = seen.result + "\n  log:";
  for (const std::string& s : seen.log) absl::StrAppend(&text, " ", s);
  text += "\n  closed:";
  for (int n : seen.closed) absl::StrAppend(&text, " ", n);
  return text;
}

class Sweep {
 public:
  explicit Sweep(const SweepProgram& program) : program_(program) {
    m_.Register("mark", MarkClosed);
    m_.Register("finalized", MarkFinalized);
    m_.Register("call", CallIt);
    m_.Register("try", Try);
    State& state = m_.state;
    const auto metatable = [&](std::string_view name, std::string_view event,
                               NativeFunction function) {
      Table* t = NewTable(state);
      SetField(state, state.registry, name, Value::Of(t));
      SetField(state, t, event,
               Value::Of(static_cast<Function*>(NewNative(state, function))));
    };
    metatable("closed", "__close", Close);
    metatable("finalized", "__gc", Finalize);
    m_.Run(kCheck);
    frames_ = state.engine().FrameCount(*state.main);
    whole_ = Run([this] { limits().SetBudget(kTooMany); });
    steps_ = kTooMany - left_;
    EXPECT_EQ(whole_.result.find("t:"), whole_.result.npos) << whole_.result;
  }

  // Runs the program, with what `bound` sets.
  template <typename Bound>
  Seen Run(Bound bound) {
    Prepare();
    const Value function = m_.Compile(program_.code);
    bound();
    const std::string result = m_.Call(function);
    return See(result);
  }

  void Prepare() {
    host.closed.clear();
    host.finalized.clear();
    m_.Run(kSweepPrelude);
  }

  // Clears the bounds and looks what has happened.
  Seen See(std::string result) {
    Limits& limits = m_.state.limits;
    stopped_ = limits.last_stop();
    left_ = limits.steps_left();
    limits.SetBudget(-1);
    limits.set_on_stop(OnStop::kRaise);
    Seen seen{std::move(result), {}, host.closed};
    Table* log = m_.Global("log").table();
    for (int64_t i = 1;; ++i) {
      const Value v = GetInteger(log, i);
      if (v.is_nil()) break;
      seen.log.push_back(m_.Text(v));
    }
    if (m_.state.main->hook_mask != 0) m_.Run("debug.sethook()");
    return seen;
  }

  // As without a bound.
  void ExpectWhole(const Seen& seen) const {
    EXPECT_TRUE(seen.result == whole_.result && seen.log == whole_.log &&
                (program_.hooks || seen.closed == whole_.closed))
        << Show(seen) << "\ninstead of\n"
        << Show(whole_);
  }

  // The state is as if nothing had happened.
  std::string Damage() {
    State& state = m_.state;
    Coroutine& co = *state.main;
    if (state.current != &co) return "another coroutine runs";
    if (co.status != CoroutineStatus::kRunning) return "main does not run";
    if (co.native_depth != 0) return "native calls are left";
    if (co.protected_depth != 0) return "protected calls are left";
    if (co.nonyieldable != 1) return "main can't be told from others";
    if (co.in_handler != 0) return "a message handler is left";
    if (co.to_be_closed_count != 0) return "variables are left to be closed";
    if (co.open_upvalues != nullptr) return "upvalues are open";
    if (co.chunk->previous != nullptr) return "chunks of the stack are left";
    if (state.engine().FrameCount(co) != frames_) return "frames are left";
    if (!state.pending_error.is_nil()) return "an error is left";
    if (state.limits.unwinding()) return "an error is on its way";
    if (state.interrupt) return "an interrupt is left";
    std::string result = m_.Run(kCheck);
    if (result != kCheckResult) return absl::StrCat("a program gets ", result);
    result = m_.Run("collectgarbage()");
    if (!result.empty()) return absl::StrCat("collectgarbage: ", result);
    for (int n : host.finalized) {
      if (n != 1) return absl::StrCat("a finalizer has run ", n, " times");
    }
    return gc::BrokenInvariant(state.heap());
  }

  const SweepProgram& program() const { return program_; }
  Machine& machine() { return m_; }
  Limits& limits() { return m_.state.limits; }
  // Steps of the program, in which there is no other error.
  int64_t steps() const { return steps_; }
  const Seen& whole() const { return whole_; }
  // Of the last run.
  Stop stopped() const { return stopped_; }
  int64_t left() const { return left_; }

 private:
  const SweepProgram& program_;
  Machine m_;
  int frames_ = 0;
  int64_t steps_ = 0;
  Seen whole_;
  Stop stopped_ = Stop::kNone;
  int64_t left_ = 0;
};

// Values of Lua by name: how often they were made less how often closed.
std::map<std::string, int> Open(const Seen& seen) {
  std::map<std::string, int> open;
  for (const std::string& s : seen.log) {
    if (s[0] == '+') ++open[s.substr(1)];
    if (s[0] == '-') --open[s.substr(1)];
  }
  return open;
}

// What the host's values were not closed once; `some_left`: or not at all.
std::string BadlyClosed(const Seen& seen, bool some_left) {
  for (size_t i = 0; i < seen.closed.size(); ++i) {
    if (seen.closed[i] == 1 || (some_left && seen.closed[i] == 0)) continue;
    return absl::StrCat("value ", i, " of the host was closed ", seen.closed[i],
                        " times");
  }
  return "";
}

// Budgets from 0 on, until a run comes to its own end (and two more).  `check`
// runs the program under a budget: whether the run did.
template <typename Check>
void ForEachBudget(const Sweep& sweep, Check check) {
  // (The collector may have more work than in the first run.)
  const int64_t most =
      sweep.program().hooks ? sweep.steps() : sweep.steps() * 2 + 1000;
  int more = 3;
  for (int64_t steps = 0; more > 0; ++steps) {
    if (steps >= most) {
      ASSERT_TRUE(sweep.program().hooks) << "does not come to an end";
      return;
    }
    if (check(steps)) --more;
    if (::testing::Test::HasFailure()) FAIL() << "with " << steps << " steps";
  }
}

// ---- the sweeps

class BudgetSweep : public ::testing::TestWithParam<SweepProgram> {};

// Errors that nothing in Lua catches: what Lua code does is what it would have
// done up to there.  The host's values are closed.
TEST_P(BudgetSweep, NotCatchable) {
  Sweep sweep(GetParam());
  ForEachBudget(sweep, [&](int64_t steps) {
    const Seen seen = sweep.Run([&] {
      sweep.limits().set_on_stop(OnStop::kUnwind);
      sweep.limits().SetBudget(steps);
    });
    const bool ended = sweep.stopped() == Stop::kNone;
    if (ended) {
      sweep.ExpectWhole(seen);
    } else {
      EXPECT_EQ(sweep.stopped(), Stop::kBudget);
      EXPECT_TRUE(seen.result.starts_with("error:") &&
                  seen.result.ends_with(kExhausted))
          << seen.result;
      EXPECT_TRUE(IsPrefix(seen.log, sweep.whole().log))
          << "Lua code has noticed:\n"
          << Show(seen) << "\ninstead of\n"
          << Show(sweep.whole());
      EXPECT_EQ(BadlyClosed(seen, GetParam().abandons), "") << Show(seen);
    }
    EXPECT_EQ(sweep.Damage(), "");
    return ended;
  });
}

// Errors that pcall catches, again and again.
TEST_P(BudgetSweep, Catchable) {
  Sweep sweep(GetParam());
  ForEachBudget(sweep, [&](int64_t steps) {
    const Seen seen = sweep.Run([&] { sweep.limits().SetBudget(steps); });
    const bool ended = sweep.stopped() == Stop::kNone;
    if (ended) {
      sweep.ExpectWhole(seen);
    } else {
      // (A collection is charged in one piece.)
      EXPECT_GT(sweep.left(), kStress ? -100000 : -5000) << "it goes on and on";
      EXPECT_EQ(BadlyClosed(seen, GetParam().abandons), "") << Show(seen);
      for (const auto& [name, open] : Open(seen)) {
        EXPECT_GE(open, 0) << name << " is closed too often: " << Show(seen);
      }
    }
    EXPECT_EQ(sweep.Damage(), "");
    return ended;
  });
}

// One error at some step, and enough steps for what comes then.
TEST_P(BudgetSweep, InterruptedOnce) {
  Sweep sweep(GetParam());
  ForEachBudget(sweep, [&](int64_t steps) {
    const Seen seen = sweep.Run([&] {
      sweep.machine().state.interrupt = true;
      sweep.machine().state.main->budget = steps;
    });
    const bool ended = sweep.machine().state.interrupt.exchange(false);
    if (ended) {
      sweep.ExpectWhole(seen);
    } else {
      // (Stepping may be interrupted at any instruction, also before a variable
      // is marked as to be closed.)
      const bool some_left = GetParam().abandons || GetParam().hooks || kStress;
      EXPECT_EQ(BadlyClosed(seen, some_left), "") << Show(seen);
      for (const auto& [name, open] : Open(seen)) {
        EXPECT_GE(open, 0) << name << " is closed too often: " << Show(seen);
        if (some_left) continue;
        EXPECT_EQ(open, 0) << name << " is not closed: " << Show(seen);
      }
    }
    EXPECT_EQ(sweep.Damage(), "");
    return ended;
  });
}

// Slices of so many steps: the program does not notice.
TEST_P(BudgetSweep, InSlices) {
  Sweep sweep(GetParam());
  State& state = sweep.machine().state;
  Engine& engine = state.engine();
  for (const int64_t steps : {1, 2, 3, 5, 7, 16, 64, 250}) {
    sweep.Prepare();
    Coroutine* co =
        engine.NewCoroutine(state, sweep.machine().Compile(GetParam().code));
    SetField(state, state.registry, "run", Value::Of(co));
    std::string text;
    for (int slices = 0;; ++slices) {
      sweep.limits().set_on_stop(OnStop::kSuspend);
      sweep.limits().set_overdraft(1000000);
      sweep.limits().SetBudget(steps);
      std::span<Value> results;
      const ResumeStatus status =
          engine.ResumeBounded(*co, state.main, {}, results);
      if (status == ResumeStatus::kSuspended) {
        ASSERT_LT(slices, kTooMany) << "no progress";
        sweep.limits().SetBudget(-1);
        sweep.limits().set_on_stop(OnStop::kRaise);
        EXPECT_EQ(sweep.Damage(), "") << "after slice " << slices;
        continue;
      }
      text = status == ResumeStatus::kFailed ? "error:" : "";
      for (Value v : results) {
        absl::StrAppend(&text, text.empty() ? "" : " ",
                        sweep.machine().Text(v));
      }
      break;
    }
    const Seen seen = sweep.See(text);
    SCOPED_TRACE(absl::StrCat("in slices of ", steps));
    sweep.ExpectWhole(seen);
    EXPECT_EQ(sweep.Damage(), "");
  }
}

// Values whose __close leaves two others to be closed, each of which...  With
// the budget used up, they would take a step or two each.
TEST(BudgetSweepTest, ClosingValuesDoNotMultiply) {
  for (const char* last : {"", " error('x', 0)", " for i = 1, 3 do end"}) {
    for (const int64_t steps : {120, 121, 122, 123, 300}) {
      Machine m;
      m.state.limits.SetBudget(steps);
      const std::string result = m.Run(absl::StrCat(
          "local value = setmetatable({}, {__close = function() end}) "
          "for i = 1, 40 do local inner = value value = setmetatable({}, "
          "{__close = function() local a <close> = inner local b <close> = "
          "inner",
          last, " end}) end local c <close> = value"));
      EXPECT_EQ(m.state.limits.last_stop(), Stop::kBudget) << result;
      EXPECT_GT(m.state.limits.steps_left(), -500) << "after '" << last << "'";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Programs, BudgetSweep, ::testing::ValuesIn(kSweepPrograms),
    [](const ::testing::TestParamInfo<SweepProgram>& info) {
      std::string name = info.param.name;
      std::erase_if(name, [](char c) { return !std::isalnum(c); });
      return name;
    });

}  // namespace
}  // namespace m3lua
