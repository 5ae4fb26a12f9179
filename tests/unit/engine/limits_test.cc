// Budget, deadline and interrupt (lua/runtime/limits.h): who may catch what
// they raise, and that every library function which may take long looks at
// them.
#include "lua/runtime/limits.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "lua/gc/heap.h"
#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

// A clock that goes on by one nanosecond whenever it is looked at.
struct Ticks {
  int64_t now = 0;
  static int64_t Look(void* context) {
    return ++static_cast<Ticks*>(context)->now;
  }
};

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// What a script may do so that nothing ends it.  Each is run under a budget and
// under a deadline, caught and not.
constexpr const char* kNeverEnding[] = {
    "while true do end",
    "while true do pcall(function() while true do end end) end",
    "local function f() pcall(f) return f() end f()",
    "local function f() xpcall(f, f) return f() end f()",
    "while true do coroutine.wrap(function() for i = 1, 1e9 do end end)() end",
    "while true do coroutine.resume(coroutine.create(function() while true do "
    "end end)) end",
    "local function nest() return coroutine.wrap(nest)() end "
    "while true do pcall(nest) end",
    "repeat local c <close> = setmetatable({}, {__close = function() while "
    "true "
    "do end end}) until false",
    "local co = coroutine.create(function() local c <close> = setmetatable({}, "
    "{__close = function() while true do end end}) coroutine.yield() end) "
    "coroutine.resume(co) coroutine.close(co) while true do end",
    "setmetatable({}, {__gc = function() while true do end end}) "
    "collectgarbage() while true do end",
    // A finalizer that resurrects its object, for ever.
    "local function again() setmetatable({}, {__gc = again}) end again() "
    "while true do collectgarbage() end",
    "table.sort({3, 1, 2}, function() while true do end end)",
    "while true do pcall(table.sort, {3, 1, 2}, function() while true do end "
    "end) end",
    "string.gsub('aaa', 'a', function() while true do end end)",
    "while true do pcall(string.gsub, 'a', 'a', function() while true do end "
    "end) end",
    "while true do load(function() while true do end end) end",
    "load(function() return ' ' end)",
    "load(function() return 'x = 1 ' end)",
    "local t = setmetatable({}, {__index = function(t, k) return t[k] end}) "
    "while true do pcall(function() return t.x end) end",
    "while true do tostring(setmetatable({}, {__tostring = function() while "
    "true do end end})) end",
    "while true do pcall(error, setmetatable({}, {__tostring = error})) end",
    "for _ in ('a'):rep(30):gmatch('(a*)*b') do end while true do end",
    "while true do ('a'):rep(3000):find('.-.-.-b$') end",
    "while true do for _ in pairs({}) do end end",
    "for _ in function() return 1 end do end",
    "debug.sethook(function() debug.sethook() while true do end end, 'l') "
    "local x = 1",
    "debug.sethook(function() end, '', 1) pcall(function() while true do end "
    "end) debug.sethook()",
};

constexpr const char* kPrelude =
    "size = 1 << 40 huge = setmetatable({}, {__len = function() return size "
    "end, __index = rawlen}) text = ('a'):rep(1 << 20) list = {} for i = 1, "
    "40000 do list[i] = i end ";

// Library functions that would take very long, or for ever, with few steps of
// Lua code.
constexpr const char* kLong[] = {
    "('a'):rep(3000):find('.-.-.-b$')",
    "('a'):rep(3000):match('.-.-.-.-b$')",
    "('a'):rep(3000):gsub('.-.-.-.-b$', '')",
    "for _ in ('a'):rep(3000):gmatch('.-.-.-.-b$') do end",
    "table.move({}, 1, 1 << 40, 2)",
    "table.move({}, 2, 1 << 40, 1)",
    "table.move({}, 1, 1 << 40, 1, {})",
    "table.insert(huge, 1, 'x')",
    "table.remove(huge, 1)",
    "table.concat(huge)",
    "table.concat(setmetatable({}, {__len = function() return size end, "
    "__index = function() return '' end}))",
    "table.sort(setmetatable({}, {__len = function() return 1 << 30 end, "
    "__index = rawlen}))",
    "while true do pcall(table.sort, list, function() return true end) end",
    "while true do table.sort(list) end",
    "local t = {} for i = 1, 40000 do t[i] = 'x' .. i end while true do "
    "table.sort(t) end",
    "local t = {} for i = 1, 300 do t[i] = text end while true do "
    "table.sort(t) end",
    "local t, k = {[text .. 'x'] = 1}, text .. 'x' while true do local v = "
    "t[k] end",
    "while true do table.insert(list, 1, 0) end",
    "while true do table.unpack(list) end",
    "while true do table.pack(table.unpack(list)) end",
    "local function f(...) while true do select('#', ...) end end "
    "f(table.unpack(list))",
    "while true do string.char(table.unpack(list, 1, 255)) end",
    "while true do text:byte(1, 100000) end",
    "while true do text:upper() end",
    "while true do text:reverse() end",
    "while true do text:rep(3) end",
    "while true do text:sub(2) end",
    "while true do local s = text .. text end",
    "while true do string.format('%q', text) end",
    "while true do string.format('%s', text) end",
    "while true do string.format(('%%'):rep(1 << 18)) end",
    "while true do string.pack(('x'):rep(1 << 18)) end",
    "while true do string.packsize(('x'):rep(1 << 18)) end",
    "while true do string.unpack(('x'):rep(1 << 18), text) end",
    "while true do text:find('b', 1, true) end",
    "while true do text:find(('a'):rep(1 << 18) .. 'b', 1, true) end",
    "while true do text:gsub('a', 'b') end",
    "while true do text:gsub('', 'b') end",
    "while true do utf8.len(text) end",
    "while true do utf8.codepoint(text, 1, 100000) end",
    "while true do utf8.offset(text, 1 << 20) end",
    "while true do utf8.offset(('\\x80'):rep(1 << 18), 0, 1 << 18) end",
    "while true do tonumber(('1'):rep(1 << 18)) end",
    "while true do local n = ('1'):rep(1 << 18) + 1 end",
    "while true do math.floor(('1'):rep(1 << 18)) end",
    "while true do load('return ' .. ('1,'):rep(50000) .. '1') end",
    "while true do load('--' .. text) end",
    "while true do load('x = \"' .. text .. '\"') end",
    "while true do load('x = ' .. ('{'):rep(150)) end",
    "while true do load(('x = 1 '):rep(20000)) end",
    "local f = load(('x = 1 '):rep(20000)) while true do string.dump(f) end",
    "local n = 0 load(function() n = n + 1 return 'x = ' .. n .. ' ' end)",
    "local u = text:sub(1, -2) .. 'a' while true do local b = u == text end",
    "local u = text:sub(1, -2) .. 'a' while true do local b = u < text end",
    "while true do local t = {[text .. 'x'] = 1} end",
    "local t = {} for i = 1, 40000 do t[i] = i end for i = 1, 40000 do t[i] = "
    "nil end while true do for _ in pairs(t) do end end",
    "local t = {} for i = 1, 40000 do t['' .. i] = i end for k in pairs(t) do "
    "t[k] = nil end while true do next(t) end",
    "local t = {} for i = 1, 40000 do t['' .. i] = i end for k in pairs(t) do "
    "t[k] = nil end t.x = 1 while true do for k in pairs(t) do break end end",
    "for i = 1, 1 << 40 do list[i + 0.5] = i end",
    "while true do collectgarbage() end",
    "while true do collectgarbage('step', 100000) end",
    "for i = 1, 30000 do setmetatable({}, {__gc = function() end}) end "
    "while true do collectgarbage() end",
};

struct Mode {
  const char* name;
  bool deadline;
  OnStop on_stop;
};
constexpr Mode kModes[] = {
    {"budget, caught", false, OnStop::kRaise},
    {"budget", false, OnStop::kUnwind},
    {"deadline, caught", true, OnStop::kRaise},
    {"deadline", true, OnStop::kUnwind},
};

// Runs the script under a bound: the error.
std::string RunBounded(Machine& m, const Mode& mode, const std::string& code,
                       int64_t steps, Ticks& ticks) {
  m.state.limits.set_on_stop(mode.on_stop);
  if (mode.deadline) {
    m.state.limits.SetClock(Ticks::Look, &ticks);
    m.state.limits.SetDeadline(steps / Limits::kTimedSlice + 1);
  } else {
    m.state.limits.SetBudget(steps);
  }
  // (Natives may catch the error; what goes on then gets it again.)
  std::string result = m.Run(code + " while true do end");
  m.state.limits.SetBudget(-1);
  m.state.limits.SetDeadline(Limits::kNoDeadline);
  m.state.limits.SetClock(nullptr, nullptr);
  m.state.limits.set_on_stop(OnStop::kRaise);
  return result;
}

TEST(LimitsTest, WhateverAScriptDoesItEnds) {
  for (const Mode& mode : kModes) {
    for (const char* code : kNeverEnding) {
      Machine m;
      Ticks ticks;
      const std::string result = RunBounded(m, mode, code, 300000, ticks);
      EXPECT_TRUE(Has(result, mode.deadline ? "deadline exceeded"
                                            : "instruction budget exhausted"))
          << mode.name << ": " << code << ": " << result;
      EXPECT_EQ(m.Run("return 'usable'"), "usable") << "after " << code;
      EXPECT_EQ(m.state.main->native_depth, 0u) << code;
      EXPECT_EQ(m.state.main->protected_depth, 0u) << code;
      EXPECT_EQ(m.state.main->nonyieldable, 1u) << code;
      EXPECT_EQ(m.state.main->to_be_closed_count, 0u) << code;
    }
  }
}

// The same for library functions; and none of them works for long between two
// looks: it is charged steps, and a look comes with each slice of those.
TEST(LimitsTest, LongLibraryFunctionsEnd) {
  for (const Mode& mode : {kModes[1], kModes[3]}) {
    for (const char* code : kLong) {
      Machine m;
      m.Run(kPrelude);
      Ticks ticks;
      const std::string result =
          RunBounded(m, mode, code, mode.deadline ? 100000 : 500000, ticks);
      EXPECT_TRUE(Has(result, mode.deadline ? "deadline exceeded"
                                            : "instruction budget exhausted"))
          << mode.name << ": " << code << ": " << result;
      EXPECT_EQ(m.Run("return 'usable'"), "usable") << "after " << code;
    }
  }
}

TEST(LimitsTest, SomeAbsurdCallsAreNoWork) {
  Machine m;
  m.state.limits.SetBudget(100);
  EXPECT_EQ(m.Run("return ('').rep('', 1 << 62)"), "");
  EXPECT_TRUE(Has(m.Run("return ('x'):rep(1 << 62)"), "too large"));
}

// Also one that neither loops nor calls: the host's call is a step.
TEST(LimitsTest, NothingRunsWithoutSteps) {
  for (const OnStop on_stop : {OnStop::kRaise, OnStop::kUnwind}) {
    Machine m;
    m.state.limits.set_on_stop(on_stop);
    m.state.limits.SetBudget(0);
    EXPECT_EQ(m.Run("return 1"), "error: instruction budget exhausted");
    EXPECT_EQ(m.state.limits.last_stop(), Stop::kBudget);
    EXPECT_EQ(m.Run("return 1"), "error: instruction budget exhausted");
    m.state.limits.SetBudget(1);
    EXPECT_EQ(m.Run("return 1"), "1");
    EXPECT_EQ(m.Run("return 1"), "error: instruction budget exhausted");
  }
}

NativeResult RaiseInterrupt(NativeCall& call) {
  call.state().interrupt = true;
  return call.Return();
}

TEST(LimitsTest, TheHostChoosesWhetherPcallCatches) {
  const char* const code =
      "local ok, message = pcall(function() if spinning then spinning() end "
      "while true do end end) "
      "caught = message return 'went on'";
  for (const bool interrupt : {false, true}) {
    for (const bool caught : {false, true}) {
      Machine m;
      m.state.limits.set_on_stop(caught ? OnStop::kRaise : OnStop::kUnwind);
      if (interrupt) {
        m.Register("spinning", RaiseInterrupt);
      } else {
        m.state.limits.SetBudget(1000);
      }
      const std::string result = m.Run(code);
      EXPECT_EQ(result == "went on", caught) << result;
      EXPECT_EQ(m.Text(m.Global("caught")) != "nil", caught);
      EXPECT_EQ(m.state.limits.last_stop(),
                interrupt ? Stop::kInterrupt : Stop::kBudget);
      EXPECT_FALSE(m.state.interrupt);
    }
  }
}

// Each of these would catch an ordinary error.
TEST(LimitsTest, NothingCatchesWhatMayNotBeCaught) {
  const char* const kCatchers[] = {
      "pcall(spin)",
      "xpcall(spin, function() return 'handled' end)",
      "pcall(pcall, spin)",
      "coroutine.resume(coroutine.create(spin))",
      "pcall(coroutine.wrap(spin))",
      "pcall(table.sort, {3, 1, 2}, spin)",
      "pcall(string.gsub, 'a', 'a', spin)",
      "load(spin)",
      "pcall(tostring, setmetatable({}, {__tostring = spin}))",
      "pcall(function() local c <close> = setmetatable({}, {__close = spin}) "
      "end)",
      "pcall(function() local c <close> = setmetatable({}, {__close = spin}) "
      "error('x') end)",
      "coroutine.close(suspended())",
      "setmetatable({}, {__gc = spin}) collectgarbage()",
      "pcall(next, {}, setmetatable({}, {__eq = spin}) == {}) spin()",
      "pcall(function() return setmetatable({}, {__concat = spin}) .. 1 end)",
      "pcall(require, 'x') spin()",
  };
  for (const char* code : kCatchers) {
    Machine m;
    EXPECT_EQ(
        m.Run("closed = 0 function spin() while true do end end "
              "function suspended() local co = coroutine.create(function()"
              " local c <close> = setmetatable({}, {__close = spin}) "
              "coroutine.yield() end) coroutine.resume(co) return co end"),
        "");
    m.state.limits.SetBudget(20000);
    m.state.limits.set_on_stop(OnStop::kUnwind);
    const std::string result =
        m.Run(std::string("local mark <close> = setmetatable({}, {__close = "
                          "function() closed = closed + 1 end}) ") +
              code + " went_on = true return 'went on'");
    EXPECT_TRUE(Has(result, "instruction budget exhausted"))
        << code << ": " << result;
    EXPECT_EQ(m.Text(m.Global("went_on")), "nil") << code;
    EXPECT_EQ(m.Text(m.Global("closed")), "0")
        << "__close of Lua is not run: " << code;
    m.state.limits.SetBudget(-1);
    m.state.limits.set_on_stop(OnStop::kRaise);
    EXPECT_EQ(m.Run("return pcall(error, 'again')"), "false again") << code;
    m.state.heap().FullCollection(*m.state.main);
  }
}

NativeResult Count(NativeCall& call) {
  State& state = call.state();
  SetField(
      state, state.globals, "count",
      Value::Integer(GetField(state, state.globals, "count").integer() + 1));
  return call.Return();
}

// What the host's objects hold is released, whatever ended the run.
TEST(LimitsTest, NativeClosersRun) {
  Machine m;
  m.Register("note", Count);
  m.Run("count = 0");
  m.state.limits.SetBudget(5000);
  m.state.limits.set_on_stop(OnStop::kUnwind);
  EXPECT_TRUE(Has(
      m.Run("local mt = {__close = note} local a <close> = setmetatable({}, "
            "mt) pcall(function() local b <close> = setmetatable({}, mt) "
            "coroutine.wrap(function() local c <close> = setmetatable({}, mt)"
            " while true do end end)() end)"),
      "instruction budget exhausted"));
  EXPECT_EQ(m.Text(m.Global("count")), "3");
}

TEST(LimitsTest, LackOfMemoryCanBeMadeFinal) {
  StateOptions options;
  options.memory_limit = 4 << 20;
  for (const bool caught : {false, true}) {
    Machine m(options);
    m.state.limits.set_on_stop(caught ? OnStop::kRaise : OnStop::kUnwind);
    const std::string result = m.Run(
        "local ok, message = pcall(function() local t = {} for i = 1, 1e9 do "
        "t[i] = {} end end) for i = 1, 10 do end return message");
    EXPECT_EQ(result,
              caught ? "not enough memory" : "error: not enough memory");
    EXPECT_EQ(m.Run("return 1"), "1");
  }
}

// Time and addresses have no influence on where a budget ends.
TEST(LimitsTest, BudgetsAreDeterministic) {
  const char* const code =
      "n = 0 local cos = {} while true do n = n + 1 local co = "
      "coroutine.wrap(function() for i = 1, n % 7 do coroutine.yield(i) end "
      "end) "
      "co() table.sort({n, 3, 1}, function(a, b) return a < b end) "
      "local s = ('x'):rep(n % 9000):upper() .. n for k, v in pairs({n, a = "
      "n}) "
      "do end pcall(error) cos[n % 10] = co setmetatable({}, {__gc = "
      "function() "
      "end}) end";
  std::vector<std::string> counts;
  for (int i = 0; i < 3; ++i) {
    Machine m;
    m.state.limits.SetBudget(100000);
    m.state.limits.set_on_stop(OnStop::kUnwind);
    m.Run(code);
    counts.push_back(m.Text(m.Global("n")));
  }
  EXPECT_EQ(counts[0], counts[1]);
  EXPECT_EQ(counts[0], counts[2]);
}

// A coroutine can't be used to get more steps.
TEST(LimitsTest, CoroutinesShareTheBudget) {
  Machine m;
  m.state.limits.SetBudget(50000);
  m.state.limits.set_on_stop(OnStop::kUnwind);
  EXPECT_TRUE(
      Has(m.Run("n = 0 local function work() for i = 1, 100 do n = n + 1 "
                "end end while true do coroutine.wrap(work)() end"),
          "budget"));
  const int64_t rounds = m.Global("n").integer();
  EXPECT_GT(rounds, 40000);
  EXPECT_LE(rounds, 50000);
}

// While there is no time for it, work that can't be stopped is not begun.
TEST(LimitsTest, LongWorkIsNotBegunTooLate) {
  Machine m;
  Ticks ticks;
  m.Run("t = {} for i = 1, 70000 do t[i + 0.5] = i end");
  m.state.limits.set_on_stop(OnStop::kUnwind);
  m.state.limits.SetClock(Ticks::Look, &ticks);
  m.state.limits.SetDeadline(1000000);  // a rehash takes longer than that
  EXPECT_TRUE(Has(m.Run("for i = 70001, 200000 do t[i + 0.5] = i end"),
                  "deadline exceeded"));
  EXPECT_LT(ticks.now, 500000);
  EXPECT_EQ(m.Run("return t[100.5]"), "100");
}

// A million finalizers end soon, and are called later.
TEST(LimitsTest, FinalizersWaitForTime) {
  Machine m;
  m.Run(
      "n = 0 collectgarbage('stop') local mt = {__gc = function() n = n + 1 "
      "end} for i = 1, 20000 do setmetatable({}, mt) end");
  m.state.limits.SetBudget(1000);
  m.state.limits.set_on_stop(OnStop::kUnwind);
  EXPECT_TRUE(Has(m.Run("collectgarbage() for i = 1, 10 do end"), "budget"));
  EXPECT_LT(m.Global("n").integer(), 1000);
  m.state.limits.SetBudget(-1);
  m.Run("collectgarbage() collectgarbage()");
  EXPECT_GE(m.Global("n").integer(), 19990) << "(the interrupted one is lost)";
}

// Closing a state under a bound ends, too.
TEST(LimitsTest, ClosingEnds) {
  Machine m;
  m.Run(
      "collectgarbage('stop') for i = 1, 1000 do setmetatable({}, {__gc = "
      "function() while true do end end}) end");
  m.state.limits.SetBudget(10000);
  m.state.limits.set_on_stop(OnStop::kUnwind);
}

}  // namespace
}  // namespace m3lua
