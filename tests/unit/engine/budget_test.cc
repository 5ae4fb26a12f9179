// Slices: back-edges and calls count the budget down, and Run() looks at
// interrupts between slices.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "lua/bytecode/serializer.h"
#include "m3style/engine/engine_impl.h"
#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

NativeResult Budget(NativeCall& call) {
  return call.Return(Value::Integer(call.co.budget));
}

TEST(BudgetTest, BackEdgesAndCallsCount) {
  Machine m;
  m.Register("budget", Budget);
  // What `code` costs more in 300 rounds than in 100.
  auto cost = [&](std::string code) {
    return m.Run(
        "local budget, f = budget, function() end "
        "local function spent(n) local b = budget() " +
        code +
        " return b - budget() end "
        "spent(1) local x = spent(100) return spent(300) - x");
  };
  EXPECT_EQ(cost("for i = 1, n do end"), "200");
  EXPECT_EQ(cost("for i = 1.0, n do end"), "200");
  EXPECT_EQ(cost("while n > 0 do n = n - 1 end"), "200");
  EXPECT_EQ(cost("repeat n = n - 1 until n == 0"), "200");
  EXPECT_EQ(cost("::a:: n = n - 1 if n > 0 then goto a end"), "200");
  EXPECT_EQ(cost("for i = 1, n do f() end"), "400") << "a call counts too";
}

TEST(BudgetTest, ManySlicesMakeNoDifference) {
  Machine m;
  int64_t rounds = Limits::kSlice * 3 + 17;
  EXPECT_EQ(m.Run("local n, f = 0, function(x) return x + 1 end for i = 1, " +
                  std::to_string(rounds) + " do n = f(n) end return n"),
            std::to_string(rounds));
  EXPECT_EQ(m.Run("local function f(n) if n == 0 then return 'end' end "
                  "return f(n - 1) end return f(" +
                  std::to_string(rounds) + ")"),
            "end");
  EXPECT_EQ(m.Run("local co = coroutine.wrap(function() for i = 1, " +
                  std::to_string(rounds) +
                  " do end coroutine.yield(1) return 2 end) return co(), co()"),
            "1 2");
}

TEST(BudgetTest, AnExhaustedBudgetIsRenewed) {
  Machine m;
  m.state.main->budget = 0;
  EXPECT_EQ(m.Run("local n = 0 for i = 1, 100 do n = n + i end return n"),
            "5050");
  EXPECT_GT(m.state.main->budget, 0);
}

// Whatever a program catches, it ends when its steps are used up.
TEST(BudgetTest, StepsCanBeLimited) {
  const char* const kEndless[] = {
      "while true do end",
      "while true do pcall(function() while true do end end) end",
      "local function f() pcall(f) return f() end f()",
      "repeat local c <close> = setmetatable({}, {__close = function() "
      "while true do end end}) until false",
      "while true do coroutine.wrap(function() for i = 1, 1e9 do end end)() "
      "end",
      "while true do xpcall(error, function() while true do end end) end",
      "setmetatable({}, {__gc = function() while true do end end}) "
      "collectgarbage() while true do end",
      "for _ in ('a'):rep(30):gmatch('(a*)*b') do end while true do end",
      "load(function() return ' ' end) while true do end",
      "while true do ('a'):rep(40):find('.-.-.-.-.-.-.-.-b') end",
  };
  for (const char* code : kEndless) {
    Machine m;
    m.state.limits.SetBudget(3 * Limits::kSlice);
    EXPECT_NE(m.Run(code).find("instruction budget exhausted"),
              std::string::npos)
        << code;
    EXPECT_LE(m.state.limits.steps_left(), 0) << code;
    m.state.limits.SetBudget(100);
    EXPECT_EQ(m.Run("return 'usable'"), "usable") << "after " << code;
    m.state.limits.SetBudget(-1);
    EXPECT_EQ(m.Run("for i = 1, 300000 do end return 'unlimited'"),
              "unlimited");
  }
}

// Natives whose loops run no Lua code look for themselves.
TEST(BudgetTest, LongNativeLoopsEnd) {
  const char* const kLong[] = {
      "table.move({}, 1, 1 << 60, 2)",
      "table.move({}, 2, 1 << 60, 1)",
      "table.move({}, 1, 1 << 60, 1, {})",
      "table.insert(huge, 1, 'x')",
      "table.remove(huge, 1)",
      "table.concat(huge)",
      "table.sort(huge, math.ult)",
      "table.sort(huge)",
      "('a'):rep(3000):find('.-.-.-.-b$')",
      "('a'):rep(3000):gsub('.-.-.-.-b$', '')",
  };
  for (const char* code : kLong) {
    const std::string script =
        std::string(
            "local size = 1 << 30 local huge = setmetatable({}, "
            "{__len = function() return size end, __index = rawlen}); ") +
        code;
    Machine m;
    m.state.limits.SetBudget(3 * Limits::kSlice);
    EXPECT_NE(m.Run(script).find("instruction budget exhausted"),
              std::string::npos)
        << code;
    m.state.limits.SetBudget(-1);
    m.state.interrupt = true;
    EXPECT_NE(m.Run(script).find("interrupted!"), std::string::npos) << code;
    EXPECT_FALSE(m.state.interrupt) << "the request is used up: " << code;
    EXPECT_EQ(m.Run("return 'usable'"), "usable") << "after " << code;
  }
  Machine m;
  m.state.limits.SetBudget(100);
  EXPECT_EQ(m.Run("return ('').rep('', 1 << 62)"), "");
  EXPECT_EQ(m.Run("return #table.move({1, 2, 3}, 1, 3, 2)"), "4");
}

// The compiler makes no such jump, but a binary chunk may have one.
TEST(BudgetTest, AJumpToItselfCounts) {
  for (const bytecode::Opcode op :
       {bytecode::Opcode::kTest, bytecode::Opcode::kTestSet,
        bytecode::Opcode::kEq, bytecode::Opcode::kJump}) {
    bytecode::Function f;
    f.code = {bytecode::Instruction::Abc(bytecode::Opcode::kLoadNil, 0, 1),
              bytecode::Instruction::Abc(op, 0, 0,
                                         op == bytecode::Opcode::kEq ? 1 : 0),
              bytecode::Instruction::Word(-2),
              bytecode::Instruction::Abc(bytecode::Opcode::kReturn0, 0)};
    Machine m;
    Value chunk = Value::Nil();
    ASSERT_TRUE(Load(m.state, bytecode::Serialize(f, true), "=x", "b", chunk))
        << chunk.string()->view();
    m.state.limits.SetBudget(10);
    EXPECT_NE(m.Call(chunk).find("instruction budget exhausted"),
              std::string::npos)
        << bytecode::InfoOf(op).name;
  }
}

TEST(BudgetTest, InterruptsReachEveryLoop) {
  const char* const kEndless[] = {
      "while true do end",
      "repeat until false",
      "for i = 1, math.huge do end",
      "::a:: goto a",
      "local function f() return f() end f()",
      "local function f() end while true do f() end",
      "coroutine.wrap(function() while true do end end)()",
      "pcall(function() while true do end end) error('caught', 0)",
      "local t = setmetatable({}, {__index = function() while true do end end})"
      " return t.x",
      "for _ in function() return 1 end do end",
      "local co = coroutine.wrap(function() while true do coroutine.yield() "
      "end "
      "end) while true do co() end",
  };
  Machine m;
  for (const char* code : kEndless) {
    m.state.interrupt = true;
    std::string got = m.Run(code);
    bool caught = got == "error: caught";
    EXPECT_TRUE(caught || got.find("interrupted!") != std::string::npos)
        << code << ": " << got;
    EXPECT_FALSE(m.state.interrupt) << "the request is used up";
    EXPECT_EQ(m.Run("return 'usable'"), "usable") << "after " << code;
  }
}

TEST(BudgetTest, InterruptFromAnotherThread) {
  Machine m;
  std::thread other([&m] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    m.state.interrupt = true;
  });
  EXPECT_EQ(m.Run("while true do end"), "error: t:1: interrupted!");
  other.join();
}

}  // namespace
}  // namespace m3lua
