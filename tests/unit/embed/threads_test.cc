// States share nothing: eight threads make, run, interrupt and close states at
// the same time.  Meant for --config=tsan (tools/test tsan).
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "lua/embed/lua.h"

namespace m3lua {
namespace {

constexpr int kThreads = 8;
constexpr int kRounds = 6;

constexpr char kProgram[] =
    "local t = {} for i = 1, 500 do t[i] = tostring(i):rep(3) end "
    "table.sort(t) local n = 0 for k, v in pairs(t) do n = n + #v end "
    "local co = coroutine.wrap(function() for i = 1, 50 do coroutine.yield(i) "
    "end end) for i = 1, 50 do n = n + co() end "
    "n = n + select(2, ('x y z'):gsub('%a', string.upper)) "
    "assert(load('return ...'))(n) setmetatable({}, {__gc = function() end}) "
    "collectgarbage() pcall(error, {}) "
    "assert(os.time() > 0 and os.date('%Y') and string.format('%5.2f', n)) "
    "return n";
constexpr int kResult = 5454;

TEST(ThreadsTest, StatesShareNothing) {
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&failures] {
      for (int round = 0; round < kRounds; ++round) {
        Lua lua;
        lua.SetBounds({.steps = 1'000'000});
        absl::StatusOr<int> result = lua.Eval<int>(kProgram);
        if (!result.ok() || *result != kResult) ++failures;
        lua.SetBounds({.time = absl::Milliseconds(2)});
        if (lua.RunString("while true do end").code() !=
            absl::StatusCode::kDeadlineExceeded) {
          ++failures;
        }
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(failures, 0);
}

TEST(ThreadsTest, InterruptsComeFromOtherThreads) {
  std::vector<std::thread> threads;
  std::atomic<int> cancelled = 0;
  for (int i = 0; i < kThreads / 2; ++i) {
    threads.emplace_back([&cancelled] {
      for (int round = 0; round < kRounds; ++round) {
        Lua lua;
        lua.SetBounds({});
        std::thread other(
            [handle = lua.interrupt_handle()] { handle.Interrupt(); });
        if (lua.RunString("while true do pcall(error) end").code() ==
            absl::StatusCode::kCancelled) {
          ++cancelled;
        }
        other.join();
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(cancelled, kThreads / 2 * kRounds);
}

// A state may move from one thread to another, with what it has suspended.
TEST(ThreadsTest, StatesMayMove) {
  Lua lua;
  absl::StatusOr<FunctionRef> f =
      lua.Load("local n = 0 for i = 1, 1000 do n = n + 1 end return n", "=t");
  ASSERT_TRUE(f.ok());
  BoundedRun run(*lua.NewCoroutine(*f));
  for (int i = 0; i < kThreads && !run.done(); ++i) {
    std::thread([&run] { run.Run({.steps = 300}).IgnoreError(); }).join();
  }
  EXPECT_TRUE(run.done());
}

// Handles are used while their states go.
TEST(ThreadsTest, InterruptsMayComeTooLate) {
  for (int round = 0; round < kRounds; ++round) {
    auto lua = std::make_unique<Lua>();
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([handle = lua->interrupt_handle()] {
        while (handle.Interrupt()) std::this_thread::yield();
      });
    }
    EXPECT_EQ(lua->RunString("while true do end").code(),
              absl::StatusCode::kCancelled);
    lua.reset();
    for (std::thread& t : threads) t.join();
  }
}

}  // namespace
}  // namespace m3lua
