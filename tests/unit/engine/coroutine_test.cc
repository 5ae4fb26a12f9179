// Coroutines: switching, what they cost, yields from everywhere.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/engine/machine.h"
#include "tests/unit/testing/resident_memory.h"

namespace m3lua {
namespace {

using testing::Machine;
using testing::ResidentBytes;

#ifdef M3LUA_STRESS
constexpr int kCoroutines = 200;  // a collection for each of them
#else
constexpr int kCoroutines = 10000;
#endif

TEST(CoroutineTest, TenThousandTakeLittle) {
  Machine m;
  // Pages that the process needs anyway.
  m.Run(
      "for i = 1, 100 do coroutine.wrap(function() coroutine.yield() end)() "
      "end collectgarbage()");
  SetField(m.state, m.state.globals, "N", Value::Integer(kCoroutines));
  size_t resident = ResidentBytes();
  size_t bytes = m.state.heap().bytes();
  ASSERT_EQ(m.Run(R"(
    all = {}
    for i = 1, N do
      local co = coroutine.create(function(a)
        local b = coroutine.yield(a)
        return a + b
      end)
      coroutine.resume(co, i)
      all[i] = co
    end
    return #all
  )"),
            std::to_string(kCoroutines));
  constexpr size_t kLimit = 12 * 1024 * 1024 / 10000 * kCoroutines;
  size_t grown = m.state.heap().bytes() - bytes;
  EXPECT_LT(grown, kLimit) << grown / kCoroutines << " bytes a coroutine";
#if !defined(M3LUA_SYSTEM_ALLOCATOR) && !defined(M3LUA_STRESS)
  size_t resident_grown = ResidentBytes() - resident;
  EXPECT_LT(resident_grown, kLimit)
      << resident_grown / kCoroutines << " resident bytes a coroutine";
#else
  (void)resident;
#endif
  EXPECT_EQ(m.Run("local n = 0 for i = 1, N do "
                  "n = n + select(2, coroutine.resume(all[i], 1)) - i end "
                  "return n, coroutine.status(all[1])"),
            std::to_string(kCoroutines) + " dead");
}

NativeResult Arm(NativeCall& call) {
  call.heap().FailAllocation(1, /*sticky=*/true);
  return call.Return();
}
NativeResult Disarm(NativeCall& call) {
  call.heap().FailAllocation(0);
  return call.Return();
}
NativeResult Bytes(NativeCall& call) {
  return call.Return(Value::Integer(static_cast<int64_t>(call.heap().bytes())));
}

TEST(CoroutineTest, SwitchingNeverAllocates) {
  Machine m;
  m.Register("arm", Arm);
  m.Register("disarm", Disarm);
  m.Register("bytes", Bytes);
  EXPECT_EQ(m.Run(R"(
    local resume, yield, wrap = coroutine.resume, coroutine.yield, coroutine.wrap
    local co = coroutine.create(function(a, b)
      while true do a, b = yield(b, a) end
    end)
    local wrapped = wrap(function(n) while true do n = yield(n + 1) end end)
    -- Everything has run once, and the collector rests.
    resume(co, 1, 2); wrapped(1); arm(); disarm()
    collectgarbage(); collectgarbage('stop')
    local before = bytes()
    arm()
    local n = 0
    for i = 1, 1000 do
      local ok, a, b = resume(co, i, -i)
      if not ok or a ~= -i or b ~= i then break end
      n = wrapped(n)
    end
    disarm()
    return n, bytes() - before
  )"),
            "1000 0");
}

TEST(CoroutineTest, YieldsCrossWhateverTheEngineCalls) {
  struct {
    const char* what;
    const char* body;  // yields 1, is sent 'a', returns 'done'
  } const kCases[] = {
      {"a function", "local function f() return y(1) end local r = f()"},
      {"pcall", "local _, r = pcall(y, 1)"},
      {"xpcall", "local _, r = xpcall(y, print, 1)"},
      {"nested pcalls", "local _, _, r = pcall(pcall, y, 1)"},
      {"__index",
       "local r = setmetatable({}, {__index = function() "
       "return y(1) end}).x"},
      {"__newindex",
       "local r setmetatable({}, {__newindex = function() "
       "r = y(1) end}).x = 1"},
      {"__add",
       "local r = setmetatable({}, {__add = function() "
       "return y(1) end}) + 1"},
      {"__concat",
       "local r = 'x' .. setmetatable({}, {__concat = function() "
       "return y(1) end})"},
      {"__len",
       "local r = #setmetatable({}, {__len = function() "
       "return y(1) end})"},
      {"__eq",
       "local mt = {__eq = function() r = y(1) return true end} "
       "local b = setmetatable({}, mt) == setmetatable({}, mt) "
       "assert(b == true)"},
      {"__lt",
       "local mt = {__lt = function() r = y(1) return true end} "
       "assert(setmetatable({}, mt) < setmetatable({}, mt))"},
      {"__call",
       "local r = setmetatable({}, {__call = function() "
       "return y(1) end})()"},
      {"an iterator",
       "local r for v in function(_, c) "
       "if c == nil then return y(1) end end do r = v end"},
      {"__pairs",
       "local r for k in pairs(setmetatable({}, {__pairs = "
       "function() r = y(1) return next, {} end})) do end"},
      {"__close",
       "local r do local c <close> = setmetatable({}, {__close = "
       "function() r = y(1) end}) end"},
      {"another coroutine's resumer",
       "local r = y(coroutine.wrap(function() coroutine.yield(1) end)())"},
  };
  for (const auto& c : kCases) {
    Machine m;
    std::string code =
        "local y = coroutine.yield local co = "
        "coroutine.create(function() " +
        std::string(c.body) +
        " return 'done', r end) "
        "local _, one = coroutine.resume(co) "
        "local ok, done, r = coroutine.resume(co, 'a') "
        "return one, ok, done, r, coroutine.status(co)";
    EXPECT_EQ(m.Run(code), "1 true done a dead") << "yield in " << c.what;
  }
}

TEST(CoroutineTest, NativeFramesCannotBeCrossed) {
  Machine m;
  EXPECT_EQ(m.Run("return coroutine.resume(coroutine.create(function() "
                  "table.sort({2, 1}, coroutine.yield) end))"),
            "false attempt to yield across a C-call boundary");
  EXPECT_EQ(m.Run("return pcall(coroutine.yield)"),
            "false attempt to yield from outside a coroutine");
}

TEST(CoroutineTest, Refusals) {
  struct {
    const char* code;
    const char* want;
  } const kCases[] = {
      {"local co = coroutine.create(function() end) coroutine.resume(co) "
       "return coroutine.resume(co)",
       "false cannot resume dead coroutine"},
      {"return coroutine.resume(coroutine.running())",
       "false cannot resume non-suspended coroutine"},
      {"local co co = coroutine.create(function() "
       "return coroutine.resume(co) end) return coroutine.resume(co)",
       "true false cannot resume non-suspended coroutine"},
      {"local w = coroutine.wrap(function() end) w() w()",
       "error: t:1: cannot resume dead coroutine"},
      {"local function f() return coroutine.wrap(f)() end return "
       "(select(2, pcall(f)):gsub('^.*: ', ''))",
       "C stack overflow"},
  };
  for (const auto& c : kCases) {
    Machine m;
    EXPECT_EQ(m.Run(c.code), c.want) << c.code;
  }
}

TEST(CoroutineTest, HostResumes) {
  Machine m;
  State& state = m.state;
  Engine& engine = state.engine();
  ASSERT_EQ(m.Run("function body(a, b) local c = coroutine.yield(a + b) "
                  "local d, e = coroutine.yield(c * 2) error(d .. e, 0) end"),
            "");
  Coroutine* co = engine.NewCoroutine(state, m.Global("body"));
  SetField(state, state.globals, "co", Value::Of(co));
  std::span<Value> results;
  const Value first[] = {Value::Integer(1), Value::Integer(2)};
  ASSERT_EQ(engine.Resume(*co, state.main, first, results),
            ResumeStatus::kYielded);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].integer(), 3);
  const Value second[] = {Value::Integer(21)};
  ASSERT_EQ(engine.Resume(*co, state.main, second, results),
            ResumeStatus::kYielded);
  EXPECT_EQ(results[0].integer(), 42);
  EXPECT_EQ(m.Run("return coroutine.status(co)"), "suspended");
  ASSERT_EQ(engine.Resume(*co, state.main, first, results),
            ResumeStatus::kFailed);
  EXPECT_EQ(m.Text(results[0]), "12");
  EXPECT_EQ(co->status, CoroutineStatus::kDead);
  ASSERT_EQ(engine.Resume(*co, state.main, first, results),
            ResumeStatus::kFailed);
  EXPECT_EQ(m.Text(results[0]), "cannot resume dead coroutine");
  EXPECT_EQ(state.current, state.main);
}

TEST(CoroutineTest, ClosingRunsCloseMethodsAndFreesTheStack) {
  Machine m;
  EXPECT_EQ(m.Run(R"(
    local log = {}
    co = coroutine.create(function()
      local a <close> = setmetatable({}, {__close = function() log[1] = 'a' end})
      coroutine.yield()
    end)
    coroutine.resume(co)
    local ok = coroutine.close(co)
    return ok, log[1], coroutine.status(co)
  )"),
            "true a dead");
  EXPECT_EQ(m.Global("co").coroutine()->chunk, nullptr);
}

}  // namespace
}  // namespace m3lua
