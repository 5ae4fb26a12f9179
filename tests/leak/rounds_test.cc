// Rounds of everything in one state leave next to nothing behind, and the stack
// shrinks again.  (The other tests of this folder look at one thing each, and
// are exact.)
#include <gtest/gtest.h>

#include <string>

#include "tests/leak/leak_testing.h"

namespace m3lua {
namespace {

using testing::Machine;

// What `code` leaves in the heap after many rounds more.
int64_t Growth(Machine& m, const std::string& code, int count = 1000) {
  auto rounds = [&](int count) {
    for (int i = 0; i < count; ++i) m.Run(code);
    m.state.heap().FullCollection(*m.state.main);
    m.state.heap().FullCollection(*m.state.main);
    return static_cast<int64_t>(m.state.heap().bytes());
  };
  int64_t before = rounds(20);
  return rounds(count) - before;
}

TEST(RoundsTest, RoundsInOneStateLeaveNothing) {
  const std::string kRounds[] = {
      testing::Session(200),
      "load('return ' .. math.random(1 << 40))()",
      "load('syntax error ' .. math.random(1 << 40))",
      "error({})",
      "coroutine.wrap(function() coroutine.yield() end)()",
      "coroutine.close(coroutine.create(function() end))",
      "table.sort({1, 2, 3}, function() error('x') end)",
      "return string.dump(function() return held end)",
      "local f = load(string.dump(function(...) return ... end)) f(1)",
      "debug.sethook(function() end, 'crl') local x = 1 debug.sethook()",
      "local t = setmetatable({}, {__gc = function() error('lost') end})",
      "return require, package.loaded, os.time(), io.type(io.stdout)",
      "return ('x'):rep(5000):gsub('x', 'yy')",
  };
  for (const std::string& code : kRounds) {
    Machine m;
    m.state.warn = [](std::string_view, bool) {};
    // (An intern table or a block of cells may still be half used.)
    EXPECT_LE(Growth(m, code), 2048)
        << "bytes kept by 1,000 rounds of: " << code;
  }
}

TEST(RoundsTest, TheStackShrinksAgain) {
  Machine m;
  EXPECT_LE(Growth(m,
                   "local function f(n) if n > 0 then return 1 + f(n - 1) end "
                   "return 0 end return f(20000)",
                   100),
            0);
  EXPECT_LE(Growth(m, "local function f() return f() + 1 end f()", 20), 0);
}

}  // namespace
}  // namespace m3lua
