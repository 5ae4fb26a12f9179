// Bounds, interrupts and runs in slices, as a host uses them.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lua/embed/limits.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::MessageOf;
using testing::MustRun;
using testing::Show;
using Outcome = BoundedRun::Outcome;

TEST(BoundsTest, EachHasItsStatus) {
  const struct {
    const char* what;
    absl::StatusCode code;
    const char* message;
  } kCases[] = {
      {"steps", absl::StatusCode::kResourceExhausted,
       "s:1: instruction budget exhausted"},
      {"time", absl::StatusCode::kDeadlineExceeded, "s:1: deadline exceeded"},
      {"interrupt", absl::StatusCode::kCancelled, "s:1: interrupted!"},
      {"memory", absl::StatusCode::kResourceExhausted, "not enough memory"},
  };
  // (With few objects: each may be followed by a collection.)
  const std::string kEndless =
      "if stop then stop() end local t = {} "
      "while true do t[#t + 1] = ('x'):rep(20000 + #t) end";
  for (const auto& c : kCases) {
    for (const bool catchable : {false, true}) {
      const std::string what = c.what;
      Lua lua;
      Bounds bounds{.catchable = catchable};
      if (what == "steps") bounds.steps = 10000;
      if (what == "time") bounds.time = absl::Milliseconds(2);
      if (what == "interrupt") {
        ASSERT_TRUE(lua.Set("stop", [&] { lua.Interrupt(); }).ok());
      }
      if (what == "memory") lua.SetMemoryLimit(4 << 20);
      lua.SetBounds(bounds);
      absl::Status status = lua.RunString(kEndless, "=s");
      EXPECT_EQ(status.code(), c.code) << what << ": " << status.message();
      EXPECT_EQ(MessageOf(status), c.message) << what;
      if (what != "memory") {
        const ErrorInfo* info = ErrorInfo::Of(status);
        ASSERT_NE(info, nullptr) << what;
        EXPECT_EQ(info->line(), 1) << what;
        EXPECT_NE(info->traceback(), "") << what;
      }
      status = lua.RunString("pcall(function() " + kEndless +
                             " end) went_on = true");
      if (!catchable) {
        EXPECT_EQ(status.code(), c.code) << what;
      }
      lua.ClearBounds();
      lua.SetMemoryLimit(0);
      if (!catchable) {
        EXPECT_EQ(Show(lua, "went_on"), "nil") << what;
      }
      if (catchable && (what == "memory" || what == "interrupt")) {
        EXPECT_EQ(Show(lua, "went_on"), "true") << what;
      }
      MustRun(lua, "for i = 1, 100000 do end");
    }
  }
}

TEST(BoundsTest, OfTheOptions) {
  Lua::Options options;
  options.bounds = {.steps = 1000};
  Lua lua(std::move(options));
  EXPECT_EQ(Show(lua, "pcall(function() while true do end end)"),
            "error: instruction budget exhausted");
}

TEST(BoundsTest, StepsAreLeft) {
  Lua lua;
  EXPECT_EQ(lua.steps_left(), INT64_MAX);
  lua.SetBounds({.steps = 100000});
  MustRun(lua, "for i = 1, 1000 do end");
  EXPECT_LT(lua.steps_left(), 99010);
  EXPECT_GT(lua.steps_left(), 98900);
}

// An error of the script's own that reads like one of a bound is none.
TEST(BoundsTest, OnlyBoundsHaveTheirCodes) {
  Lua lua;
  EXPECT_EQ(lua.RunString("error('deadline exceeded')").code(),
            absl::StatusCode::kUnknown);
}

// A host function that calls Lua again gets the error, and can't keep it.
TEST(BoundsTest, HostFunctionsArePassed) {
  Lua lua;
  int seen = 0;
  ASSERT_TRUE(lua.Set("nested",
                      [&] {
                        if (!lua.RunString("while true do end").ok()) ++seen;
                      })
                  .ok());
  lua.SetBounds({.steps = 10000});
  absl::Status status = lua.RunString("while true do pcall(nested) end", "=s");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(seen, 1);
}

TEST(InterruptHandleTest, OutlivesTheState) {
  EXPECT_FALSE(InterruptHandle().Interrupt());
  InterruptHandle handle;
  {
    Lua lua;
    handle = lua.interrupt_handle();
    InterruptHandle copy = lua.interrupt_handle();
    EXPECT_TRUE(copy.Interrupt());
    EXPECT_EQ(lua.RunString("while true do end").code(),
              absl::StatusCode::kCancelled);
    EXPECT_TRUE(handle.Interrupt());
  }
  EXPECT_FALSE(handle.Interrupt());
}

// ---- slices

std::optional<BoundedRun> Make(Lua& lua, std::string_view code) {
  absl::StatusOr<FunctionRef> f = lua.Load(code, "=run");
  EXPECT_TRUE(f.ok()) << f.status().message();
  if (!f.ok()) return std::nullopt;
  return BoundedRun(*lua.NewCoroutine(*f));
}

// What of 100 scripts in one state, or each in its own, by turns on this
// thread.
void ServeFairly(std::vector<std::unique_ptr<Lua>>& states) {
  constexpr int kRuns = 100;
  std::vector<BoundedRun> runs;
  for (int i = 0; i < kRuns; ++i) {
    runs.push_back(*Make(
        *states[static_cast<size_t>(i) % states.size()],
        "local function work(n) if n == 0 then return 0 end return 1 + "
        "work(n - 1) end "
        "local co = coroutine.wrap(function() while true do "
        "coroutine.yield(work(20)) end end) "
        "local sum = 0 for i = 1, 100 do "
        "sum = sum + co() + select(2, pcall(work, 5)) end return sum + ..."));
  }
  std::vector<int> turns(kRuns);
  int done = 0;
  for (int round = 1; done < kRuns; ++round) {
    ASSERT_LT(round, 1000) << "somebody does not come to an end";
    for (int i = 0; i < kRuns; ++i) {
      BoundedRun& run = runs[static_cast<size_t>(i)];
      if (run.done()) continue;
      ++turns[static_cast<size_t>(i)];
      absl::StatusOr<Outcome> outcome = run.Run({.steps = 200}, i);
      ASSERT_EQ(testing::Failure(outcome.status()), "");
      if (*outcome != Outcome::kFinished) continue;
      ++done;
      EXPECT_EQ(run.results()[0].As<int>().value(), 2500 + i);
    }
  }
  const auto [least, most] = std::minmax_element(turns.begin(), turns.end());
  EXPECT_GT(*least, 5);
  EXPECT_LE(*most - *least, 1) << "all of them do the same work";
}

TEST(BoundedRunTest, ManyScriptsInOneState) {
  std::vector<std::unique_ptr<Lua>> states;
  states.push_back(std::make_unique<Lua>());
  ServeFairly(states);
}

TEST(BoundedRunTest, ManyScriptsInStatesOfTheirOwn) {
  std::vector<std::unique_ptr<Lua>> states;
  for (int i = 0; i < 10; ++i) states.push_back(std::make_unique<Lua>());
  ServeFairly(states);
}

TEST(BoundedRunTest, YieldsAndErrors) {
  Lua lua;
  BoundedRun run = *Make(lua,
                         "local x = coroutine.yield(1, ...) for i = 1, 1000 do "
                         "end error(x, 0)");
  EXPECT_EQ(run.Run({}, "first").value(), Outcome::kYielded);
  ASSERT_EQ(run.results().size(), 2u);
  EXPECT_EQ(run.results()[1].As<std::string>().value(), "first");
  EXPECT_EQ(run.Run({.steps = 100}, "x").value(), Outcome::kSuspended);
  EXPECT_FALSE(run.done());
  absl::StatusOr<Outcome> last = run.Run({});
  EXPECT_EQ(MessageOf(last.status()), "x");
  EXPECT_TRUE(run.done());
  EXPECT_EQ(run.Run({}).status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(BoundedRunTest, ByTheClock) {
  Lua lua;
  BoundedRun run = *Make(lua, "while true do end");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(run.Run({.time = absl::Milliseconds(1)}).value(),
              Outcome::kSuspended);
  }
}

TEST(BoundedRunTest, InterruptsEndIt) {
  Lua lua;
  BoundedRun run = *Make(lua, "pcall(function() while true do end end)");
  EXPECT_EQ(run.Run({.steps = 100}).value(), Outcome::kSuspended);
  lua.Interrupt();
  EXPECT_EQ(run.Run({.steps = 100}).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_TRUE(run.done());
}

// While Lua code can't be left, a run takes more, and pays it back.
TEST(BoundedRunTest, OverdraftsArePaidBack) {
  Lua lua;
  BoundedRun run =
      *Make(lua,
            "string.gsub('x', 'x', function() for i = 1, 10000 do end end) "
            "for i = 1, 1000 do end return 'end'");
  EXPECT_EQ(run.Run({.steps = 1000}).value(), Outcome::kSuspended);
  int turns = 0;
  while (run.Run({.steps = 1000}).value() == Outcome::kSuspended) ++turns;
  EXPECT_GE(turns, 8);
  EXPECT_LE(turns, 10);
  // More than that is refused.
  BoundedRun endless =
      *Make(lua, "table.sort({1, 2, 3}, function() while true do end end)");
  EXPECT_EQ(endless.Run({.steps = 1000}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(BoundedRunTest, BoundsOfTheStateRestMeanwhile) {
  Lua lua;
  lua.SetBounds({.steps = 5000});
  BoundedRun run = *Make(lua, "for i = 1, 100000 do end");
  const int64_t left = lua.steps_left();
  EXPECT_EQ(run.Run({}).value(), Outcome::kFinished);
  EXPECT_EQ(lua.steps_left(), left);
  EXPECT_EQ(Show(lua, "pcall(function() while true do end end)"),
            "error: instruction budget exhausted");
}

TEST(BoundedRunTest, NotInsideOfLua) {
  Lua lua;
  BoundedRun run = *Make(lua, "return 1");
  absl::StatusCode code = absl::StatusCode::kOk;
  ASSERT_TRUE(lua.Set("f", [&] { code = run.Run({}).status().code(); }).ok());
  MustRun(lua, "f()");
  EXPECT_EQ(code, absl::StatusCode::kFailedPrecondition);
}

TEST(BoundedRunTest, WaitsForTheHost) {
  Lua lua;
  Resumer resumer;
  ASSERT_TRUE(lua.Set("wait", [&](Resumer r) { resumer = r; }).ok());
  BoundedRun run = *Make(lua, "answer = wait() for i = 1, 1000 do end");
  EXPECT_EQ(run.Run({.steps = 100}).value(), Outcome::kWaiting);
  EXPECT_EQ(run.Run({.steps = 100}).value(), Outcome::kWaiting);
  EXPECT_TRUE(resumer.Resume(42).ok());
  EXPECT_EQ(Show(lua, "answer"), "42");
  EXPECT_TRUE(run.done());
}

TEST(BoundedRunTest, GivenUp) {
  Lua lua;
  {
    BoundedRun run = *Make(
        lua,
        "local c <close> = setmetatable({}, {__close = function() closed "
        "= true end}) coroutine.wrap(function() while true do end end)()");
    EXPECT_EQ(run.Run({.steps = 100}).value(), Outcome::kSuspended);
    BoundedRun moved = std::move(run);
    EXPECT_EQ(moved.Run({.steps = 100}).value(), Outcome::kSuspended);
  }
  MustRun(lua, "assert(not closed) collectgarbage()");
  // The state may go first.
  std::optional<BoundedRun> left;
  {
    Lua other;
    left = Make(other, "while true do end");
    EXPECT_EQ(left->Run({.steps = 100}).value(), Outcome::kSuspended);
  }
  EXPECT_TRUE(left->done());
  EXPECT_EQ(left->Run({}).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace m3lua
