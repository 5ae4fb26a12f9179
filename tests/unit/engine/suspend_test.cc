// Runs that are left when a budget is used up, and continued
// (Engine::ResumeBounded).
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "lua/gc/heap.h"
#include "lua/runtime/limits.h"
#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

class SuspendTest : public ::testing::Test {
 protected:
  // Runs the chunk in slices of so many steps, with a collection and other code
  // in between: its results.
  std::string RunInSlices(std::string_view code, int64_t steps,
                          bool collect = true) {
    State& state = m_.state;
    Coroutine* co = NewCoroutine(code);
    slices_ = 0;
    for (;;) {
      std::span<Value> results;
      const ResumeStatus status = RunSlice(co, steps, results);
      if (status == ResumeStatus::kSuspended) {
        if (++slices_ > 5000) return "no progress";
        if (collect) state.heap().FullCollection(*state.main);
        EXPECT_EQ(m_.Run("local t = {} for i = 1, 10 do t[i] = {i} end return "
                         "#t"),
                  "10");
        continue;
      }
      std::string text = status == ResumeStatus::kFailed ? "error:" : "";
      for (Value v : results) {
        if (!text.empty()) text += ' ';
        text += m_.Text(v);
      }
      return text;
    }
  }

  // Of that chunk; kept from the collector.
  Coroutine* NewCoroutine(std::string_view code) {
    Coroutine* co = m_.state.engine().NewCoroutine(m_.state, m_.Compile(code));
    SetField(m_.state, m_.state.registry, "test", Value::Of(co));
    return co;
  }

  ResumeStatus RunSlice(Coroutine* co, int64_t steps,
                        std::span<Value>& results) {
    Limits& limits = m_.state.limits;
    limits.set_on_stop(OnStop::kSuspend);
    limits.set_overdraft(overdraft_);
    limits.SetBudget(steps);
    const ResumeStatus status =
        m_.state.engine().ResumeBounded(*co, m_.state.main, {}, results);
    limits.SetBudget(-1);
    limits.set_on_stop(OnStop::kRaise);
    return status;
  }

  Machine m_;
  int slices_ = 0;
  int64_t overdraft_ = 1000000;
};

struct Program {
  const char* code;
  const char* result;
};

// Suspended at every third step, wherever that is.
TEST_F(SuspendTest, ProgramsDoNotNotice) {
  const Program kPrograms[] = {
      {"local n = 0 for i = 1, 100 do n = n + i end return n", "5050"},
      {"local n = 0 while n < 50 do n = n + 1 end return n", "50"},
      {"local function fib(n) if n < 2 then return n end return fib(n - 1) + "
       "fib(n - 2) end return fib(10)",
       "55"},
      {"local function count(n) if n == 0 then return 'end' end return count(n "
       "- 1) end return count(40)",
       "end"},
      {"local function sum(a, ...) if not a then return 0 end return a + "
       "sum(...) end return sum(1, 2, 3, 4, 5)",
       "15"},
      {"local t = {} for i = 1, 30 do t[#t + 1] = tostring(i) .. '' end return "
       "table.concat(t, ',', 28)",
       "28,29,30"},
      {"local n = 0 for k, v in pairs({1, 2, 3, a = 4, b = 5}) do n = n + v "
       "end "
       "return n",
       "15"},
      {"local n = 0 for i, v in ipairs({5, 6, 7}) do n = n + i * v end return "
       "n",
       "38"},
      {"return pcall(function() for i = 1, 20 do end error('x', 0) end)",
       "false x"},
      {"return xpcall(function() for i = 1, 20 do end error('x', 0) end, "
       "function(m) for i = 1, 20 do end return m .. '!' end)",
       "false x!"},
      {"local co = coroutine.wrap(function(a) for i = 1, 10 do a = "
       "coroutine.yield(a + i) end return 'done' end) local n = co(1) for i = "
       "1, 8 do n = co(n) end return n, co(0), co(0)",
       "46 10 done"},
      {"local function gen(n) return coroutine.wrap(function() if n > 0 then "
       "for v in gen(n - 1) do coroutine.yield(v + 1) end end "
       "coroutine.yield(0) end) end local s = 0 for v in gen(6) do s = s + v "
       "end return s",
       "21"},
      {"local mt = {} mt.__add = function(a, b) for i = 1, 5 do end return 7 "
       "end "
       "mt.__index = function(t, k) for i = 1, 5 do end return k end mt.__lt = "
       "function() for i = 1, 5 do end return true end mt.__concat = "
       "function() "
       "for i = 1, 5 do end return 'c' end local t = setmetatable({}, mt) "
       "return t + 1, t.x, t < t, 'a' .. t",
       "7 x true c"},
      {"local log = '' do local a <close> = setmetatable({}, {__close = "
       "function() for i = 1, 9 do end log = log .. 'a' end}) local b <close> "
       "= "
       "setmetatable({}, {__close = function() for i = 1, 9 do end log = log "
       ".. "
       "'b' end}) end return log",
       "ba"},
      {"local f = {} for i = 1, 5 do f[i] = function() i = i + 1 return i end "
       "end return f[1](), f[1](), f[5]()",
       "2 3 6"},
      {"local a, b = {}, {} for i = 1, 20 do a[i] = function(...) return ... "
       "end b[i] = {a[i](i, nil, 'x')} end return b[7][1], b[7][3]",
       "7 x"},
      {"goto start ::back:: do return 'ok' end ::start:: for i = 1, 9 do end "
       "goto back",
       "ok"},
  };
  for (const Program& p : kPrograms) {
    for (const int64_t steps : {1, 3}) {
      EXPECT_EQ(RunInSlices(p.code, steps), p.result)
          << steps << " steps a slice: " << p.code;
    }
  }
}

TEST_F(SuspendTest, ErrorsEndTheRun) {
  EXPECT_EQ(RunInSlices("for i = 1, 50 do end error('oops')", 10),
            "error: t:1: oops");
}

// Inside native functions that called back there is no way out: the run goes on
// until they have returned.
TEST_F(SuspendTest, NativesAreFinishedFirst) {
  EXPECT_EQ(
      RunInSlices("local t = {} for i = 1, 200 do t[i] = -i end "
                  "table.sort(t, function(a, b) for i = 1, 9 do end return "
                  "a < b end) return t[1], t[200]",
                  100),
      "-200 -1");
  EXPECT_GE(slices_, 1);
  EXPECT_LT(slices_, 30) << "the sort is one piece";
  EXPECT_EQ(RunInSlices("return (('x'):rep(50):gsub('x', function() for i = 1, "
                        "50 do end return 'y' end))",
                        100),
            std::string(50, 'y'));
  EXPECT_EQ(RunInSlices("local n = 0 for i = 1, 50 do setmetatable({}, {__gc = "
                        "function() for i = 1, 50 do n = n + 1 end end}) "
                        "collectgarbage() end return n",
                        100),
            "2500");
}

// But not for ever.
TEST_F(SuspendTest, NativesThatDoNotReturnFail) {
  overdraft_ = 5000;
  for (const char* code :
       {"table.sort({3, 1, 2}, function() while true do end end)",
        "pcall(table.sort, {3, 1, 2}, function() while true do end end) return "
        "'caught'",
        "pcall(string.gsub, 'a', 'a', function() while true do end end)",
        "coroutine.wrap(function() string.gsub('a', 'a', function() while true "
        "do end end) end)()"}) {
    const std::string result = RunInSlices(code, 1000);
    EXPECT_NE(result.find("instruction budget exhausted"), std::string::npos)
        << code << ": " << result;
    EXPECT_EQ(m_.Run("return 'usable'"), "usable");
  }
}

TEST_F(SuspendTest, OthersCantTouchASuspendedRun) {
  State& state = m_.state;
  Coroutine* co = NewCoroutine("self = coroutine.running() while true do end");
  std::span<Value> results;
  ASSERT_EQ(RunSlice(co, 100, results), ResumeStatus::kSuspended);
  EXPECT_EQ(m_.Run("return coroutine.resume(self)"),
            "false cannot resume non-suspended coroutine");
  EXPECT_EQ(m_.Run("return pcall(coroutine.close, self)"),
            "false cannot close a running coroutine");
  EXPECT_NE(m_.Run("return debug.traceback(self)").find("t:1:"),
            std::string::npos);
  m_.state.heap().FullCollection(*state.main);
  // Given up: closed, with all that it had resumed.
  Value error;
  EXPECT_TRUE(state.engine().CloseCoroutine(*co, state.main, error));
  EXPECT_EQ(m_.Run("return coroutine.status(self)"), "dead");
}

TEST_F(SuspendTest, GivingUpClosesInnerCoroutines) {
  State& state = m_.state;
  Coroutine* co = NewCoroutine(
      "log = '' local a <close> = setmetatable({}, {__close = "
      "function() log = log .. 'outer' end}) coroutine.wrap(function()"
      " local b <close> = setmetatable({}, {__close = function() log "
      "= log .. 'inner ' end}) while true do end end)()");
  std::span<Value> results;
  ASSERT_EQ(RunSlice(co, 100, results), ResumeStatus::kSuspended);
  Value error;
  EXPECT_TRUE(state.engine().CloseCoroutine(*co, state.main, error));
  EXPECT_EQ(m_.Text(m_.Global("log")), "inner outer");
}

}  // namespace
}  // namespace m3lua
