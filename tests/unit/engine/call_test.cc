// Calls, returns, varargs, __call, and frames that outgrow their chunk.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "m3style/frame/frame.h"
#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

TEST(CallTest, ArgumentsAndResultsAreAdjusted) {
  struct {
    const char* code;
    const char* want;
  } const kCases[] = {
      {"local function f(a, b) return a, b end return f(1)", "1 nil"},
      {"local function f(a, b) return a, b end return f(1, 2, 3)", "1 2"},
      {"local function f() end local a, b = f() return a, b", "nil nil"},
      {"local function f() return 1, 2, 3 end local a, b = f() return a, b",
       "1 2"},
      {"local function f() return 1, 2, 3 end return (f())", "1"},
      {"local function f() return 1, 2 end return 0, f(), f()", "0 1 1 2"},
      {"local function f() return 1, 2 end return #{f(), f()}", "3"},
      {"return (function(...) return select('#', ...), ... end)()", "0"},
      {"return (function(...) return select('#', ...), ... end)(nil, 2, nil)",
       "3 nil 2 nil"},
      {"return (function(a, ...) local b, c = ... return a, b, c end)(1, 2)",
       "1 2 nil"},
      {"local function f(n) if n == 0 then return 'end', n end "
       "return f(n - 1) end return f(100000)",
       "end 0"},
      {"local t = setmetatable({}, {__call = function(self, a, b) "
       "return type(self), a, b end}) return t(1, 2, 3)",
       "table 1 2"},
      {"local t = setmetatable({}, {__call = function(self, a) return a end}) "
       "local u = setmetatable({}, {__call = t}) return type(u(7)), (t(7))",
       "table 7"},
      {"local t = setmetatable({}, {__call = function(_, ...) "
       "return select('#', ...) end}) local function f(...) return t(...) end "
       "return f(), f(1), f(1, 2)",
       "0 1 2"},
  };
  for (const auto& c : kCases) {
    Machine m;
    EXPECT_EQ(m.Run(c.code), c.want) << c.code;
  }
}

TEST(CallTest, CachedCallsSeeAnotherFunction) {
  // One call instruction, several callees: more and fewer parameters, varargs,
  // natives, closures of one prototype, values with __call.
  Machine m;
  EXPECT_EQ(m.Run(R"(
    local function make(k) return function(a) return a + k end end
    local callees = {
      make(1), make(2), function(a, b, c) return a, b, c end,
      function(...) return select('#', ...) end, math.abs,
      setmetatable({}, {__call = function(_, x) return x * 10 end}),
      function() return 'none' end, make(3),
    }
    local out = {}
    for round = 1, 3 do
      for i = 1, #callees do out[#out + 1] = tostring((callees[i](-5, 7))) end
    end
    return table.concat(out, ' ', 1, 8), table.concat(out, ' ', 17)
  )"),
            "-4 -3 -5 2 5 -50 none -2 -4 -3 -5 2 5 -50 none -2");
}

TEST(CallTest, ValuesThatCannotBeCalledAreNamed) {
  struct {
    const char* code;
    const char* want;
  } const kCases[] = {
      {"local f f()", "error: t:1: attempt to call a nil value (local 'f')"},
      {"undefined()",
       "error: t:1: attempt to call a nil value (global 'undefined')"},
      {"local t = {} t.x.y()",
       "error: t:1: attempt to index a nil value (field 'x')"},
      {"local t = {} t:go()",
       "error: t:1: attempt to call a nil value (method 'go')"},
      {"return pcall(1)", "false attempt to call a number value"},
  };
  for (const auto& c : kCases) {
    Machine m;
    EXPECT_EQ(m.Run(c.code), c.want) << c.code;
  }
}

TEST(CallTest, ManyValuesGoEverywhere) {
  constexpr const char* kMany = R"(
    local function many(n)
      local t = {}
      for i = 1, n do t[i] = i end
      return table.unpack(t)
    end
    local N = 200000
    local function check(what, ...)
      assert(select('#', ...) == N, what)
      assert(select(1, ...) == 1 and select(N, ...) == N, what)
    end
  )";
  struct {
    const char* what;
    const char* code;
  } const kCases[] = {
      {"a return", "check('return', many(N))"},
      {"a tail call",
       "local function f(...) return many(...) end check('tail', f(N))"},
      {"pcall", "check('pcall', select(2, pcall(many, N)))"},
      {"a return through several frames",
       "local function f(d) if d == 0 then return many(N) end "
       "local function g(...) return ... end return g(f(d - 1)) end "
       "check('frames', f(5))"},
      {"a constructor", "local t = {many(N)} assert(#t == N)"},
      // (Each level has a copy: 200,000 would be a stack overflow.)
      {"varargs",
       "N = 100000 local function f(...) check('varargs', ...) end f(many(N))"},
      {"a coroutine's start",
       "N = 100000 "
       "coroutine.wrap(function(...) check('in', ...) end)(many(N))"},
      {"a coroutine's start, without varargs",
       "assert(coroutine.wrap(function(a, b) return b end)(many(N)) == 2)"},
      {"a coroutine's end",
       "check('out', coroutine.wrap(function() return many(N) end)())"},
      {"resume and yield",
       "local co = coroutine.wrap(function() "
       "check('again', coroutine.yield(many(N))) return 'end' end) "
       "check('yield', co()) assert(co(many(N)) == 'end')"},
      {"a metamethod",
       "local t = setmetatable({}, {__call = function(_, ...) return ... end}) "
       "check('__call', t(many(N)))"},
  };
  for (const auto& c : kCases) {
    Machine m;
    EXPECT_EQ(m.Run(std::string(kMany) + c.code + " return 'good'"), "good")
        << "many values through " << c.what;
    EXPECT_EQ(m.Run("return 1 + 1"), "2");
  }
}

TEST(CallTest, StackSlotsAreGivenBack) {
  Machine m;
  m.Run("return 0");  // (The first call of a state makes its stack larger.)
  uint32_t before = m.state.main->slot_count;
  EXPECT_EQ(m.Run("local function f(n) if n > 0 then return 1 + f(n - 1) end "
                  "return 0 end return f(50000)"),
            "50000");
  EXPECT_EQ(m.state.main->slot_count, before)
      << "chunks of a deep recursion were kept";
}

TEST(CallTest, UpvaluesFollowAFrameThatMoves) {
  // The frame outgrows its chunk (unpack of an open list) while closures share
  // its variables.
  Machine m;
  EXPECT_EQ(m.Run(R"(
    local function f(...)
      local x = 1
      local function get() return x end
      local function set(v) x = v end
      local t = {...}
      local n = select('#', table.unpack(t))
      set(n)
      local again = (function(...) return select('#', ...) end)(...)
      x = x + 1
      return get(), again
    end
    local t = {}
    for i = 1, 3000 do t[i] = i end
    return f(table.unpack(t))
  )"),
            "3001 3000");
}

NativeResult ThrowRuntimeError(NativeCall&) {
  throw std::runtime_error("host trouble");
}
NativeResult ThrowBadAlloc(NativeCall&) { throw std::bad_alloc(); }

int alive = 0;
struct Counted {
  Counted() { ++alive; }
  ~Counted() { --alive; }
};
NativeResult CallWithLocal(NativeCall& call) {
  Counted counted;
  call.Call(call.arg(1), {}, 0);
  return call.Return();
}

TEST(CallTest, HostExceptionsBecomeErrors) {
  Machine m;
  m.Register("throw", ThrowRuntimeError);
  m.Register("bad_alloc", ThrowBadAlloc);
  m.Register("with_local", CallWithLocal);
  EXPECT_EQ(m.Run("return pcall(throw)"), "false host trouble");
  EXPECT_EQ(m.Run("throw()"), "error: host trouble");
  EXPECT_EQ(m.Run("return pcall(bad_alloc)"), "false not enough memory");
  EXPECT_EQ(m.Run("return xpcall(throw, function(e) return 'seen ' .. e end)"),
            "false seen host trouble");
  EXPECT_EQ(m.Run("local co = coroutine.create(throw) "
                  "return coroutine.resume(co)"),
            "false host trouble");
  EXPECT_EQ(m.Run("return pcall(with_local, throw)"), "false host trouble");
  EXPECT_EQ(m.Run("return pcall(with_local, function() local x = nil + 1 end)"),
            "false t:1: attempt to perform arithmetic on a nil value");
  EXPECT_EQ(alive, 0) << "destructors of native frames did not run";
  EXPECT_EQ(m.Run("with_local(function() end) return 'usable'"), "usable");
}

NativeResult Forward(NativeCall& call) {
  // Calls its first argument in its own place.
  return {&call.co.base[0], kTailCallRequest};
}

TEST(CallTest, NativesMayAskForATailCall) {
  Machine m;
  m.Register("forward", Forward);
  EXPECT_EQ(m.Run("return forward(function(...) return select('#', ...), ... "
                  "end, 'a', nil)"),
            "2 a nil");
  EXPECT_EQ(m.Run("return pcall(forward, error, 'x', 0)"), "false x");
  EXPECT_EQ(m.Run("local co = coroutine.wrap(function() "
                  "return 'got', forward(coroutine.yield, 1) end) "
                  "return co(), co(2)"),
            "1 got 2");
}

}  // namespace
}  // namespace m3lua
