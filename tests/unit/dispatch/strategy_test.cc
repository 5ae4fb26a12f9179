// Every strategy has all handlers, and runs the same programs to the same end;
// states of different strategies get along in one process.
#include "m3style/dispatch/strategy.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "m3style/dispatch/all.h"
#include "m3style/dispatch/default_strategy.h"
#include "tests/unit/dispatch/use_strategy.h"
#include "tests/unit/engine/machine.h"

namespace m3lua::m3 {
namespace {

using ::m3lua::testing::Machine;
using ::m3lua::testing::UseStrategy;

TEST(StrategyTest, NamesFindTheirStrategies) {
  std::set<std::string_view> names;
  for (const Strategy* strategy : AllStrategies()) {
    EXPECT_TRUE(names.insert(strategy->name()).second)
        << "two strategies are called " << strategy->name();
    EXPECT_EQ(FindStrategy(strategy->name()), strategy);
  }
  EXPECT_EQ(FindStrategy("no such strategy"), nullptr);
}

TEST(StrategyTest, TheBuildsDefaultIsOneOfThem) {
  EXPECT_EQ(FindStrategy(DefaultStrategy().name()), &DefaultStrategy());
}

TEST(StrategyTest, EachHandlerHasAWordOfItsOwn) {
  for (const Strategy* strategy : AllStrategies()) {
    for (int i = 0; i < kHandlerCount; ++i) {
      HandlerId id = static_cast<HandlerId>(i);
      Cell cell;
      cell.handler = strategy->handler_word()(id);
      EXPECT_EQ(strategy->IdOf(&cell), FirstOf(id))
          << strategy->name() << " takes the word of " << HandlerName(id)
          << " for that of " << HandlerName(strategy->IdOf(&cell));
    }
  }
}

TEST(StrategyTest, StaticCellsAreThoseOfTheirHandlers) {
  for (const Strategy* strategy : AllStrategies()) {
    const Cell* exit = StaticCell(strategy->static_cells(), StaticId::kExit);
    EXPECT_EQ(strategy->IdOf(exit), HandlerId::kExit) << strategy->name();
  }
}

constexpr const char* kProgram = R"lua(
  local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
  local log, closed = {fib(15)}, "open"
  local mt = {__index = function(t, k) return k * 2 end,
              __add = function(a, b) return coroutine.yield(a.v + b) end,
              __close = function() closed = "closed" end}
  local co = coroutine.wrap(function()
    local o <close> = setmetatable({v = 1}, mt)
    local got = o + 41
    return got .. o[21]
  end)
  log[#log + 1] = co()
  log[#log + 1] = co("answer ")
  log[#log + 1] = closed
  log[#log + 1] = select("#", pcall(error))
  log[#log + 1] = tostring(select(2, pcall(function() local x = nil; x() end)))
  debug.sethook(function(event) end, "crl")
  for _, w in ipairs({"a", "b"}) do log[#log + 1] = w end
  debug.sethook()
  log[#log + 1] = ("x"):rep(3, ","):gsub("x", function() return fib(5) end)
  return table.concat(log, " ")
)lua";
constexpr const char* kResult =
    "610 42 answer 42 closed 2 t:16: attempt to call a nil value (local 'x') "
    "a b 5,5,5";

TEST(StrategyTest, AllRunAProgramToTheSameEnd) {
  for (const Strategy* strategy : AllStrategies()) {
    UseStrategy use(*strategy);
    Machine m;
    EXPECT_EQ(m.Run(kProgram), kResult) << "under " << strategy->name();
  }
}

TEST(StrategyTest, AllAreInterruptedAndGoOn) {
  for (const Strategy* strategy : AllStrategies()) {
    UseStrategy use(*strategy);
    Machine m;
    m.state.interrupt = true;
    EXPECT_EQ(m.Run("while true do end"), "error: t:1: interrupted!")
        << "under " << strategy->name();
    EXPECT_EQ(m.Run("return 1"), "1") << "under " << strategy->name();
  }
}

TEST(StrategyTest, StatesOfAllLiveSideBySide) {
  std::vector<std::unique_ptr<Machine>> machines;
  for (const Strategy* strategy : AllStrategies()) {
    UseStrategy use(*strategy);
    machines.push_back(std::make_unique<Machine>());
  }
  for (int round = 1; round <= 3; ++round) {
    for (auto& m : machines) {
      EXPECT_EQ(m->Run("n = (n or 0) + 1 return n"), std::to_string(round));
    }
  }
}

}  // namespace
}  // namespace m3lua::m3
