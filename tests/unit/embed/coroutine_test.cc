#include "lua/embed/coroutine.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::Failure;
using testing::MessageOf;
using testing::MustRun;
using testing::Show;

CoroutineRef Start(Lua& lua, const char* function) {
  return lua.NewCoroutine(lua.Eval<FunctionRef>(function).value()).value();
}

TEST(CoroutineTest, TheHostDrives) {
  Lua lua;
  CoroutineRef co = Start(lua,
                          "function(a, b) local c = coroutine.yield(a + b) "
                          "local d, e = coroutine.yield(c, 'x') return d .. e "
                          "end");
  EXPECT_TRUE(co.suspended());
  EXPECT_EQ(co.Resume<int>(1, 2).value(), 3);
  EXPECT_EQ((co.Resume<int, std::string>(10).value()),
            (std::tuple<int, std::string>(10, "x")));
  EXPECT_FALSE(co.done());
  EXPECT_EQ(co.Resume<std::string>("a", "b").value(), "ab");
  EXPECT_TRUE(co.done());
  EXPECT_EQ(MessageOf(co.Resume()), "cannot resume dead coroutine");

  CoroutineRef counter =
      Start(lua, "function() for i = 1, 3 do coroutine.yield(i) end end");
  std::vector<int> seen;
  while (!counter.done()) {
    auto next = counter.Resume<std::optional<int>>();
    ASSERT_EQ(Failure(next.status()), "");
    if (next->has_value()) seen.push_back(**next);
  }
  EXPECT_EQ(seen, (std::vector<int>{1, 2, 3}));
}

TEST(CoroutineTest, ErrorsAreStatusesWithTracebacks) {
  Lua lua;
  MustRun(lua, "closed = 0");
  CoroutineRef co = Start(lua, R"(function()
    local x <close> = setmetatable({}, {__close = function()
      closed = closed + 1 end})
    coroutine.yield()
    error('oops')
  end)");
  EXPECT_EQ(Failure(co.Resume()), "");
  absl::Status status = co.Resume();
  EXPECT_TRUE(co.done());
  EXPECT_EQ(MessageOf(status).substr(MessageOf(status).size() - 8), ":5: oops");
  const ErrorInfo* info = ErrorInfo::Of(status);
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->line(), 5);
  EXPECT_NE(info->traceback().find("in function 'error'"), std::string::npos)
      << info->traceback();
  EXPECT_EQ(Show(lua, "closed"), "1") << "variables are closed at once";

  status = Start(lua, "function() error({1}) end").Resume();
  EXPECT_EQ(MessageOf(status), "(error object is a table value)");
  EXPECT_TRUE(ErrorInfo::Of(status)->value().is_table());
}

TEST(CoroutineTest, Close) {
  Lua lua;
  MustRun(lua, "closed = 0");
  CoroutineRef co = Start(lua, R"(function()
    local x <close> = setmetatable({}, {__close = function()
      closed = closed + 1 end})
    coroutine.yield()
  end)");
  EXPECT_EQ(Failure(co.Resume()), "");
  EXPECT_EQ(Failure(co.Close()), "");
  EXPECT_EQ(Show(lua, "closed"), "1");
  EXPECT_TRUE(co.done());
  CoroutineRef bad = Start(lua, R"(function()
    local x <close> = setmetatable({}, {__close = function()
      error('in close', 0) end})
    coroutine.yield()
  end)");
  EXPECT_EQ(Failure(bad.Resume()), "");
  EXPECT_EQ(MessageOf(bad.Close()), "in close");
  CoroutineRef gone;
  {
    Lua other;
    gone = Start(other, "function() end");
  }
  EXPECT_TRUE(gone.done());
  EXPECT_EQ(gone.Resume().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(gone.Close().code(), absl::StatusCode::kFailedPrecondition);
}

// ---- host functions that suspend

// A state with a function `wait` that leaves its Resumer to the test.
struct Waiting {
  Waiting() {
    EXPECT_EQ(Failure(lua.Set("wait",
                              [this](const std::string& name, Resumer resumer) {
                                names.push_back(name);
                                resumers.push_back(std::move(resumer));
                              })),
              "");
  }
  std::vector<std::string> names;
  std::vector<Resumer> resumers;
  Lua lua;
};

TEST(CoroutineTest, HostFunctionsSuspend) {
  Waiting w;
  std::string outcome;
  MustRun(w.lua, R"(
    function main(...)
      local a, b = wait('first')
      local ok, c = pcall(wait, 'second')        -- across pcall
      local t = setmetatable({}, {__index = function(_, k) return wait(k) end})
      return a, b, ok, c, t.third, ...           -- and metamethods
    end)");
  auto co = w.lua.Spawn(
      w.lua.Get<FunctionRef>("main").value(),
      [&](absl::StatusOr<Values> results) {
        ASSERT_EQ(Failure(results.status()), "");
        for (const Ref& r : *results) outcome += r.ToString().value() + " ";
      },
      "argument");
  ASSERT_EQ(Failure(co.status()), "");
  EXPECT_TRUE(co->waiting());
  EXPECT_EQ(w.lua.spawned(), 1u);
  EXPECT_EQ(MessageOf(co->Resume()), "the coroutine waits in a host function");
  w.lua.Collect();
  EXPECT_EQ(Failure(w.resumers[0].Resume(1, "two")), "");
  EXPECT_EQ(w.resumers[0].Resume().code(),
            absl::StatusCode::kFailedPrecondition)
      << "only once";
  EXPECT_FALSE(w.resumers[0].waiting());
  EXPECT_EQ(Failure(w.resumers[1].Fail(absl::InternalError("broken"))), "");
  EXPECT_EQ(outcome, "");
  EXPECT_EQ(Failure(w.resumers[2].Resume(2.5)), "");
  EXPECT_EQ(w.names, (std::vector<std::string>{"first", "second", "third"}));
  // (The caller of `wait` is pcall, which has no position.)
  EXPECT_EQ(outcome, "1 two false broken 2.5 argument ");
  EXPECT_EQ(w.lua.spawned(), 0u);
  EXPECT_TRUE(co->done());
}

TEST(CoroutineTest, FailuresHaveThePositionOfTheCaller) {
  Waiting w;
  absl::Status ended;
  auto f = w.lua.Load("\nwait('x')", "=c").value();
  ASSERT_EQ(Failure(w.lua
                        .Spawn(f,
                               [&](absl::StatusOr<Values> results) {
                                 ended = results.status();
                               })
                        .status()),
            "");
  absl::Status status = w.resumers[0].Fail(absl::NotFoundError("nothing"));
  EXPECT_EQ(MessageOf(status), "c:2: nothing");
  EXPECT_EQ(MessageOf(ended), "c:2: nothing");
  EXPECT_NE(ErrorInfo::Of(ended)->traceback().find("c:2: in "),
            std::string::npos)
      << ErrorInfo::Of(ended)->traceback();
}

TEST(CoroutineTest, ResultsMayBeThereAtOnce) {
  Lua lua;
  ASSERT_EQ(
      lua.Set("now",
              [](int n, Resumer resumer) {
                if (n < 0) {
                  resumer.Fail(absl::InternalError("negative")).IgnoreError();
                } else {
                  resumer.Resume(n, "at once").IgnoreError();
                }
              }),
      absl::OkStatus());
  EXPECT_EQ(Show(lua, "coroutine.wrap(function() return now(5) end)()"),
            "5 at once");
  EXPECT_EQ(Show(lua, "coroutine.wrap(function() return pcall(now, -5) end)()"),
            "false negative");
}

TEST(CoroutineTest, MistakesOfHostAndScript) {
  Waiting w;
  ASSERT_EQ(w.lua.Set("forget", [](Resumer) {}), absl::OkStatus());
  EXPECT_EQ(Show(w.lua, "wait('x')"),
            "error: attempt to suspend from outside a coroutine");
  EXPECT_NE(Show(w.lua,
                 "coroutine.wrap(function() table.sort({1, 2, 3}, function() "
                 "wait('x') end) end)()")
                .find("across a C-call boundary"),
            std::string::npos);
  EXPECT_EQ(w.resumers.size(), 0u);
  EXPECT_EQ(Show(w.lua, "coroutine.wrap(forget)()"),
            "error: nobody is left to resume this coroutine");
  // A script resumes what waits for the host: it goes on waiting.
  MustRun(w.lua,
          "co = coroutine.create(function() return 'got ' .. wait('x') end) "
          "for i = 1, 3 do assert(coroutine.resume(co)) end");
  ASSERT_EQ(w.resumers.size(), 1u);
  EXPECT_EQ(Failure(w.resumers[0].Resume("it")), "");
  EXPECT_EQ(Show(w.lua, "coroutine.status(co)"), "dead");
  // It closes it.
  MustRun(w.lua,
          "co = coroutine.create(wait) coroutine.resume(co, 'y') "
          "coroutine.close(co) co = nil collectgarbage() collectgarbage()");
  EXPECT_FALSE(w.resumers[1].waiting());
  EXPECT_EQ(w.resumers[1].Resume().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(CoroutineTest, WhatNobodyCanResumeIsCollected) {
  Waiting w;
  MustRun(w.lua,
          "gone = 0 local co = coroutine.create(function() local t = "
          "setmetatable({}, {__gc = function() gone = gone + 1 end}) wait('x') "
          "return t end) coroutine.resume(co)");
  w.lua.Collect();
  EXPECT_EQ(Show(w.lua, "gone"), "0") << "the resumer holds it";
  w.resumers.clear();
  w.lua.Collect();
  w.lua.Collect();
  EXPECT_EQ(Show(w.lua, "gone"), "1");
}

TEST(CoroutineTest, ResumersOutliveTheState) {
  std::vector<Resumer> resumers;
  {
    Waiting w;
    auto f = w.lua.Eval<FunctionRef>("function() wait('x') end").value();
    ASSERT_EQ(Failure(w.lua.Spawn(f, nullptr).status()), "");
    resumers = w.resumers;
  }
  EXPECT_FALSE(resumers[0].waiting());
  EXPECT_EQ(resumers[0].Resume(1).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(CoroutineTest, ManyAtOnce) {
#ifdef M3LUA_STRESS
  const int count = 50;
#else
  const int count = 2000;
#endif
  Waiting w;
  int64_t sum = 0;
  auto f = w.lua
               .Eval<FunctionRef>(
                   "function(n) local s = 0 for i = 1, 3 do s = s + "
                   "wait('x') end return s + n end")
               .value();
  for (int i = 0; i < count; ++i) {
    ASSERT_EQ(Failure(w.lua
                          .Spawn(
                              f,
                              [&](absl::StatusOr<Values> r) {
                                sum += (*r)[0].As<int64_t>().value();
                              },
                              i)
                          .status()),
              "");
  }
  EXPECT_EQ(w.lua.spawned(), static_cast<size_t>(count));
  for (size_t i = 0; i < w.resumers.size(); ++i) {
    Resumer resumer = std::move(w.resumers[i]);
    ASSERT_EQ(Failure(resumer.Resume(2)), "");
  }
  EXPECT_EQ(w.resumers.size(), static_cast<size_t>(3 * count));
  EXPECT_EQ(sum, 6LL * count + int64_t{count} * (count - 1) / 2);
  EXPECT_EQ(w.lua.spawned(), 0u);
}

}  // namespace
}  // namespace m3lua
