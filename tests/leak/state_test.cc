// States that are made, used and closed leave nothing behind in the process.
//
// Resident memory is looked at, which may waver by some pages.  Where a
// sanitizer is at work it keeps freed memory back; there LeakSanitizer does the
// looking.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/leak/leak_testing.h"

namespace m3lua {
namespace {

using testing::kCountsResidentMemory;
using testing::Machine;
using testing::ResidentBytes;
using testing::Scaled;

// With things that a state owns once only.
const std::string kSession = testing::Session(60) + R"(
  debug.sethook(next(held), print, 'l')
  file = io.tmpfile()
  file:write('text')
)";

TEST(StateLeakTest, StatesAreClosedWhole) {
  auto sessions = [](int count) {
    for (int i = 0; i < count; ++i) {
      Machine m;
      if (i % 16 == 0) {
        ASSERT_EQ(m.Run(kSession), "");
      } else {
        ASSERT_EQ(m.Run("t = {} for i = 1, 20 do t[i] = {i} end "
                        "return #t, ('x'):rep(3)"),
                  "20 xxx");
      }
    }
    std::printf("resident after %d more states: %zu KiB\n", count,
                ResidentBytes() / 1024);
  };
  sessions(Scaled(1000));
  size_t before = ResidentBytes();
  sessions(Scaled(9000));
  size_t after = ResidentBytes();
  if (kCountsResidentMemory) {
    EXPECT_LE(after, before + (1u << 20))
        << "resident bytes grew with the number of states that were closed";
  }
}

// A state that is closed from where it hurts: garbage that is not swept, a
// cycle half-way, an error on its way.
TEST(StateLeakTest, StatesAreClosedInAnyPhase) {
  for (int steps = 0; steps < Scaled(400); ++steps) {
    Machine m;
    ASSERT_EQ(m.Run("collectgarbage('stop') junk = {} for i = 1, 200 do "
                    "junk[i] = setmetatable({('s'):rep(i * 7)}, {__gc = "
                    "function() local t = {} end}) "
                    "coroutine.wrap(function() coroutine.yield() end)() end "
                    "for i = 1, 200, 2 do junk[i] = nil end"),
              "");
    for (int i = 0; i < steps % 40; ++i) {
      m.state.heap().ManualStep(*m.state.main, 1 + steps / 40);
    }
  }
}

}  // namespace
}  // namespace m3lua
