// Coroutines that nobody will resume are garbage, whatever they were doing:
// object, arena, variables, code.
//
// Each case runs once to settle, then many times; the heap must be exactly as
// after the first.
#include <gtest/gtest.h>

#include <string>

#include "tests/leak/leak_testing.h"

namespace m3lua {
namespace {

using testing::Difference;
using testing::Machine;
using testing::Scaled;
using testing::Settle;

struct Case {
  const char* where;  // the coroutine is when it is forgotten
  const char* code;
};

const Case kCases[] = {
    {"never started", "coroutine.create(function() local t = {} end)"},
    {"never started, and holds its function's variables",
     "local t = {} local co co = coroutine.wrap(function() return t, co end)"},
    {"at its first yield",
     "coroutine.wrap(function() coroutine.yield() end)()"},
    {"in a numeric for loop",
     "coroutine.wrap(function() for i = 1, 10 do local t = {i} "
     "coroutine.yield(t) end end)()"},
    {"in a generic for loop",
     "coroutine.wrap(function() for k, v in pairs({1, {}, x = {}}) do "
     "coroutine.yield(k) end end)()"},
    {"in an iterator",
     "coroutine.wrap(function() for x in function() return "
     "coroutine.yield({}) end do end end)()"},
    {"in the closing value of a generic for",
     "local co = coroutine.wrap(function() "
     "for x in next, {1}, nil, setmetatable({}, {__close = function() "
     "coroutine.yield() end}) do end end) co()"},
    {"in pcall",
     "coroutine.wrap(function() pcall(function() "
     "coroutine.yield() end) end)()"},
    {"in a hundred nested pcalls",
     "coroutine.wrap(function() local function f(n) if n == 0 then "
     "coroutine.yield() else pcall(f, n - 1) end end f(100) end)()"},
    {"in xpcall",
     "coroutine.wrap(function() xpcall(function() "
     "coroutine.yield() end, debug.traceback) end)()"},
    {"in __index",
     "local t = setmetatable({}, {__index = function(t, k) "
     "return coroutine.yield(k) end}) "
     "coroutine.wrap(function() return t.x end)()"},
    {"in __newindex",
     "local t = setmetatable({}, {__newindex = function(t, k, v) "
     "coroutine.yield(v) end}) coroutine.wrap(function() t.x = {} end)()"},
    {"in __add",
     "local t = setmetatable({}, {__add = coroutine.yield}) "
     "coroutine.wrap(function() return t + 1 end)()"},
    {"in __concat",
     "local t = setmetatable({}, {__concat = coroutine.yield}) "
     "coroutine.wrap(function() return 'a' .. t .. 'b' end)()"},
    {"in __eq",
     "local t = setmetatable({}, {__eq = coroutine.yield}) "
     "coroutine.wrap(function() if t == setmetatable({}, "
     "getmetatable(t)) then return 1 end end)()"},
    {"in __lt",
     "local t = setmetatable({}, {__lt = coroutine.yield}) "
     "coroutine.wrap(function() if t < t then return end end)()"},
    {"in __len",
     "local t = setmetatable({}, {__len = coroutine.yield}) "
     "coroutine.wrap(function() return #t end)()"},
    {"in __call",
     "local t = setmetatable({}, {__call = coroutine.yield}) "
     "coroutine.wrap(function() return (t(1, 2, {})) end)()"},
    {"in __close",
     "local t = setmetatable({}, {__close = function() coroutine.yield() end}) "
     "coroutine.wrap(function() do local x <close> = t end end)()"},
    {"in __close while it returns values",
     "local t = setmetatable({}, {__close = function() coroutine.yield() end}) "
     "coroutine.wrap(function() local x <close> = t return {}, {}, {} end)()"},
    {"in __close while an error unwinds",
     "local t = setmetatable({}, {__close = function() coroutine.yield() end}) "
     "coroutine.wrap(function() pcall(function() local x <close> = t "
     "error({}) end) end)()"},
    {"with variables to be closed",
     "local t = setmetatable({}, {__close = function() end}) "
     "coroutine.wrap(function() local a <close> = t local b <close> = t "
     "for i = 1, 50 do local c <close> = t if i == 50 then "
     "coroutine.yield() end end end)()"},
    {"with many variables to be closed",
     "local t = setmetatable({}, {__close = function() end}) "
     "local function f(n) local a <close> = t if n == 0 then "
     "coroutine.yield() end return (f(n - 1)) end "
     "coroutine.wrap(function() f(200) end)()"},
    {"deep in a recursion",
     "coroutine.wrap(function() local function f(n) if n == 0 then "
     "coroutine.yield() else return 1 + f(n - 1) end end f(3000) end)()"},
    {"in a function with very many arguments",
     "coroutine.wrap(function(...) coroutine.yield(...) end)"
     "(table.unpack({}, 1, 5000))"},
    {"given very many values by yield",
     "local f = coroutine.wrap(function() local t = {coroutine.yield()} "
     "coroutine.yield() end) f() f(table.unpack({}, 1, 5000))"},
    {"inside nested coroutines",
     "local function nest(n) if n == 0 then coroutine.yield() end "
     "local f = coroutine.wrap(nest) while true do f(n - 1) "
     "coroutine.yield() end end coroutine.wrap(nest)(20)"},
    {"with a hook",
     "local co = coroutine.create(function() coroutine.yield() "
     "end) debug.sethook(co, function() end, 'crl', 1) "
     "coroutine.resume(co)"},
    {"with a hook that knows it",
     "local co co = coroutine.create(function() coroutine.yield() end) "
     "debug.sethook(co, function() return co end, 'l') coroutine.resume(co)"},
    {"dead by an error in its hook",
     "local co = coroutine.create(function() local x = 1 return x end) "
     "debug.sethook(co, function() error({}) end, 'l') coroutine.resume(co)"},
    {"dead by a yield in its hook",
     "local co = coroutine.create(function() local x = 1 return x end) "
     "debug.sethook(co, function() coroutine.yield({}) end, 'l') "
     "coroutine.resume(co)"},
    {"suspended by a comparison function",
     "table.sort({3, 1, 2}, function(a, b) coroutine.wrap(function() "
     "coroutine.yield() end)() return a < b end)"},
    {"dead by a yield in a comparison function",
     "coroutine.resume(coroutine.create(function() table.sort({3, 1, 2}, "
     "function(a, b) coroutine.yield() end) end))"},
    {"dead by an error in a comparison function",
     "coroutine.resume(coroutine.create(function() table.sort({3, 1, 2}, "
     "function(a, b) error({}) end) end))"},
    {"dead by a yield in gsub",
     "coroutine.resume(coroutine.create(function() return (('x'):rep(3000)"
     ":gsub('.', function() coroutine.yield() end)) end))"},
    {"dead by a yield in a reader of load",
     "coroutine.resume(coroutine.create(function() load(coroutine.yield) "
     "end))"},
    {"dead, normally",
     "coroutine.wrap(function() local t = {} return t end)()"},
    {"dead by an error",
     "coroutine.resume(coroutine.create(function() local t = {} error(t) "
     "end))"},
    {"dead by an error that knows it",
     "local co co = coroutine.create(function() error({co}) end) "
     "coroutine.resume(co)"},
    {"dead by an error, with upvalues that outlive it",
     "local f local co = coroutine.create(function() local t = {} "
     "f = function() return t, f end error(f) end) coroutine.resume(co) f()"},
    {"dead by a stack overflow",
     "coroutine.resume(coroutine.create(function() local function f() "
     "return 1 + f() end f() end))"},
    {"dead in coroutine.wrap, error passed on",
     "pcall(coroutine.wrap(function() local t <close> = setmetatable({}, "
     "{__close = function() error({}) end}) error({}) end))"},
    {"dead after 'cannot resume dead coroutine'",
     "local co = coroutine.create(function() end) coroutine.resume(co) "
     "coroutine.resume(co) pcall(coroutine.wrap(function() return "
     "coroutine.resume(co) end))"},
    {"closed before it started",
     "coroutine.close(coroutine.create(function() end))"},
    {"closed while suspended",
     "local co = coroutine.create(function() local t <close> = "
     "setmetatable({}, {__close = function() end}) local up = {} "
     "local f = function() return up end coroutine.yield(f) end) "
     "local _, f = coroutine.resume(co) coroutine.close(co) assert(f())"},
    {"closed, with errors in __close",
     "local co = coroutine.create(function() local t <close> = "
     "setmetatable({}, {__close = function() error({}) end}) "
     "coroutine.yield() end) coroutine.resume(co) coroutine.close(co)"},
    {"closed from inside __close of another",
     "local a = coroutine.create(function() coroutine.yield() end) "
     "coroutine.resume(a) local t = setmetatable({}, {__close = function() "
     "coroutine.close(a) end}) do local x <close> = t end"},
    {"normal when what it resumed fails",
     "coroutine.resume(coroutine.create(function() "
     "coroutine.wrap(function() error({}) end)() end))"},
    {"normal, and tried to be resumed",
     "local co co = coroutine.wrap(function() return pcall(coroutine.wrap("
     "function() return pcall(co) end)) end) co()"},
    {"shared by a live closure's open variable",
     "local get = coroutine.wrap(function() local x = {1} "
     "coroutine.yield(function() x[1] = x[1] + 1 return x[1] end) end)() "
     "collectgarbage() collectgarbage() assert(get() == 2 and get() == 3)"},
    {"sharing variables with a sibling",
     "local shared = {} local function body() coroutine.yield(function() "
     "shared = {shared} end) end local a, b = coroutine.wrap(body), "
     "coroutine.wrap(body) a()() b()()"},
    {"the key of a weak table",
     "weak = setmetatable({}, {__mode = 'k'}) for i = 1, 10 do local co = "
     "coroutine.create(function() coroutine.yield() end) "
     "coroutine.resume(co) weak[co] = {co} end collectgarbage() "
     "assert(next(weak) == nil) weak = nil"},
    {"the value of a weak table",
     "weak = setmetatable({}, {__mode = 'v'}) weak[1] = coroutine.wrap("
     "function() coroutine.yield() end) weak[1]() collectgarbage() "
     "assert(weak[1] == nil) weak = nil"},
    {"in a cycle with a closure and a table",
     "local t = {} t.co = coroutine.create(function() local me = t "
     "t.f = function() return me, t end coroutine.yield(t.f) end) "
     "coroutine.resume(t.co) setmetatable(t, t) t.__index = t"},
    {"in its own local variable",
     "local co = coroutine.create(function(me) local x = me "
     "coroutine.yield(x) return x end) coroutine.resume(co, co)"},
    {"held by an object with a finalizer",
     "local co = coroutine.create(function(me) coroutine.yield() end) "
     "coroutine.resume(co) setmetatable({co}, {__gc = function(o) "
     "coroutine.resume(o[1]) end})"},
    {"brought back by a finalizer",
     "local co = coroutine.create(function(me) coroutine.yield() end) "
     "coroutine.resume(co) setmetatable({co}, {__gc = function(o) "
     "back = o[1] end}) co = nil collectgarbage() assert(not back or "
     "coroutine.status(back) == 'suspended') back = nil"},
    {"known to a traceback",
     "local co = coroutine.create(function() local x = {} error(x) end) "
     "coroutine.resume(co) return #debug.traceback(co)"},
    {"inspected by debug.getinfo and getlocal",
     "local co = coroutine.create(function(a) local b = {} "
     "coroutine.yield() end) coroutine.resume(co, {}) "
     "local i = debug.getinfo(co, 1) assert(debug.getlocal(co, 1, 2) == 'b')"},
};

void ExpectNothingKept(const Case& c, const char* mode) {
  Machine m;
  m.state.warn = [](std::string_view, bool) {};
  m.Run(mode);
  auto rounds = [&](int count) {
    for (int i = 0; i < count; ++i) {
      std::string result = m.Run(c.code);
      ASSERT_EQ(result.find("error:"), std::string::npos)
          << result << "\nin: " << c.code;
    }
  };
  auto shrink_hook_table = [&] {
    Settle(m);
    m.Run("debug.getregistry()._HOOKKEY = false");
  };
  rounds(3);
  shrink_hook_table();
  gc::Statistics before = Settle(m);
  rounds(Scaled(100));
  shrink_hook_table();
  EXPECT_EQ(Difference(before, Settle(m)), "")
      << "kept by coroutines that were left " << c.where << "; " << mode;
}

TEST(CoroutineLeakTest, AbandonedInEveryState) {
  for (const Case& c : kCases) ExpectNothingKept(c, "");
}

TEST(CoroutineLeakTest, AbandonedInEveryStateGenerational) {
  for (const Case& c : kCases) {
    ExpectNothingKept(c, "collectgarbage('generational')");
  }
}

TEST(CoroutineLeakTest, AbandonedInEveryStateBySmallSteps) {
  for (const Case& c : kCases) {
    ExpectNothingKept(c, "collectgarbage('incremental', 100, 400, 5)");
  }
}

// All kinds at once in one state, at any time in a cycle.
TEST(CoroutineLeakTest, AbandonedAllTogether) {
  Machine m;
  m.state.warn = [](std::string_view, bool) {};
  auto round = [&](int steps) {
    for (const Case& c : kCases) {
      m.Run(c.code);
      if (steps > 0) m.state.heap().ManualStep(*m.state.main, steps);
    }
  };
  auto shrink_hook_table = [&] {
    Settle(m);
    m.Run("debug.getregistry()._HOOKKEY = false");
  };
  round(0);
  round(1);
  shrink_hook_table();
  gc::Statistics before = Settle(m);
  for (int i = 0; i < Scaled(30); ++i) round(i % 5);
  shrink_hook_table();
  EXPECT_EQ(Difference(before, Settle(m)), "");
}

}  // namespace
}  // namespace m3lua
