// What debuggers and the collector see of frames.
#include <gtest/gtest.h>

#include <string>

#include "m3style/frame/frame.h"
#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

TEST(FramesTest, AFrameCostsTwoSlots) {
  EXPECT_EQ(sizeof(m3::FrameHeader), 16u);
  // A recursion of a function with r registers, in slots a level: what is
  // below the callee's window in the caller, and the callee's registers
  // overlap, so it is less than r + 2.
  Machine m;
  m.Register("distance", [](NativeCall& call) {
    Engine& engine = call.state().engine();
    FrameInfo inner = engine.Frame(call.co, 1, false);
    FrameInfo outer = engine.Frame(call.co, 2, false);
    return call.Return(Value::Integer(inner.base - outer.base));
  });
  // Window of f in f: register 1 (n is 0); function, header, then the base.
  EXPECT_EQ(m.Run("local function f(n) if n == 0 then return (distance()) end "
                  "local r = f(n - 1) return r end return f(3)"),
            "3");
}

TEST(FramesTest, LevelsAndNames) {
  Machine m;
  EXPECT_EQ(m.Run(R"(
    local function names()
      local out = {}
      for level = 2, 20 do
        local i = debug.getinfo(level, 'nSl')
        if not i then break end
        out[#out + 1] = (i.name or '?') .. ':' .. i.what .. ':' .. i.currentline
      end
      return table.concat(out, ' ')
    end
    local function inner() local s = names() return s end
    function outer() local s = inner() return s end
    local t = setmetatable({}, {__index = function() local s = outer() return s end})
    local s = t.x
    return s
  )"),
            "inner:Lua:11 outer:Lua:12 index:Lua:13 ?:main:14 ?:C:-1");
}

TEST(FramesTest, TailCallsAreMarked) {
  Machine m;
  EXPECT_EQ(m.Run("local function f() return debug.getinfo(1, 't').istailcall "
                  "end local function g() return f() end "
                  "return f() == false and g()"),
            "true");
}

TEST(FramesTest, OperandsAreNamedInMessages) {
  struct {
    const char* code;
    const char* want;
  } const kCases[] = {
      {"local a = {} return a.b.c",
       "error: t:1: attempt to index a nil value (field 'b')"},
      {"local a return a + 1",
       "error: t:1: attempt to perform arithmetic on a nil value (local 'a')"},
      {"return x .. 'y'",
       "error: t:1: attempt to concatenate a nil value (global 'x')"},
      {"local up return (function() return #up end)()",
       "error: t:1: attempt to get length of a nil value (upvalue 'up')"},
      {"return 1 < 'x'", "error: t:1: attempt to compare number with string"},
      {"for i = 1, 'x' do end",
       "error: t:1: bad 'for' limit (number expected, got string)"},
      {"return 1 // 0", "error: t:1: attempt to divide by zero"},
      {"return 1.5 | 1", "error: t:1: number has no integer representation"},
  };
  for (const auto& c : kCases) {
    Machine m;
    EXPECT_EQ(m.Run(c.code), c.want) << c.code;
  }
}

TEST(FramesTest, TheCollectorSeesNoStaleRegisters) {
  // Frames are not cleared.  What a dead register of an earlier call held must
  // neither be kept alive nor, once freed, be visited.
  Machine m;
  m.state.heap().set_stress(true);
  EXPECT_EQ(m.Run(R"(
    local weak = setmetatable({}, {__mode = 'v'})
    local function litter()
      local a, b, c, d = {}, {}, {}, {}
      weak[1] = a; weak[2] = d
      return nil
    end
    litter()
    local function frame()
      -- Its registers lie where those of litter were.
      local x = {}
      collectgarbage()
      local y = {x}
      return y[1] == x
    end
    local same = frame()
    return same, weak[1], weak[2]
  )"),
            "true nil nil");
}

TEST(FramesTest, TheCollectorSeesWhatIsInUse) {
  // Every kind of frame and record, with a collection at each safepoint.
  Machine m;
  m.state.heap().set_stress(true);
  EXPECT_EQ(m.Run(R"(
    local function new(s) return {s = s .. ''} end
    local mt = {}
    mt.__add = function(a, b) return setmetatable(new(a.s .. b.s), mt) end
    mt.__concat = mt.__add
    mt.__index = function(_, k) return new(k) end
    mt.__close = function() new('close') end
    local a, b = setmetatable(new('a'), mt), setmetatable(new('b'), mt)
    local function va(...) local t = {...} return #t, ... end
    local co = coroutine.wrap(function(x)
      while true do x = coroutine.yield(new(x.s), new('y')) end
    end)
    local out = {}
    for i, v in ipairs({new('p'), new('q')}) do out[#out + 1] = v.s end
    for k, v in pairs({new('r')}) do out[#out + 1] = v.s end
    out[#out + 1] = (a + b).s
    out[#out + 1] = (a .. b .. a).s
    out[#out + 1] = a.missing.s
    out[#out + 1] = select('#', va(new('1'), new('2'), new('3')))
    out[#out + 1] = co(new('c')).s
    out[#out + 1] = select(2, co(new('d'))).s
    out[#out + 1] = select(2, pcall(error, new('e'))).s
    out[#out + 1] = (function() local v <close> = a return new('f').s end)()
    out[#out + 1] = ('x'):gsub('x', function(s) return new(s .. 'g').s end)
    return table.concat(out, ' ')
  )"),
            "p q r ab aba missing 4 c y e f xg");
}

// ForLoop and SetList trust what is in their registers.
TEST(FramesTest, DebuggersCannotForgeTheStateOfLoops) {
  testing::Machine m;
  const char* const kLoops[] = {"for i = 1, 3 do", "for i = 1.0, 3 do",
                                "for i = 3, 1, -1 do",
                                "for i = 1, 3 do local t = {"};
  for (const char* loop : kLoops) {
    for (int local = 1; local <= 8; ++local) {
      std::string code =
          "local function poke() for _, v in ipairs {'abc', {}, true} do "
          "debug.setlocal(3, " +
          std::to_string(local) + ", v) local _, now = debug.getlocal(3, " +
          std::to_string(local) +
          ") local _ = tostring(now) .. 'x' end return 1 end pcall(function() ";
      code += loop;
      code += loop[std::string_view(loop).size() - 1] == '{'
                  ? " 1, pcall(poke), 2, pcall(poke)} "
                  : " pcall(poke) ";
      code += "end end) collectgarbage() return 'alive'";
      EXPECT_EQ(m.Run(code), "alive") << code;
    }
  }
  // A value of the same type may be put there.
  EXPECT_EQ(m.Run("local n = 0 for i = 1, 10 do n = n + 1 "
                  "if i == 1 then debug.setlocal(1, 3, 1) end end return n"),
            "2");
}

}  // namespace
}  // namespace m3lua
