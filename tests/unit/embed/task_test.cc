#include "lua/embed/task.h"

#include <coroutine>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::Failure;
using testing::MessageOf;
using testing::MustRun;
using testing::Show;

// What tasks wait for: resumes them in order, when the test says so.
class Queue {
 public:
  struct Awaiter {
    explicit Awaiter(Queue& queue) : queue(queue) {}
    // (A task that is destroyed must not be resumed.)
    ~Awaiter() { std::erase(queue.waiting_, handle); }
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> h) {
      handle = h;
      queue.waiting_.push_back(h);
    }
    void await_resume() {}
    Queue& queue;
    std::coroutine_handle<> handle;
  };
  Awaiter Next() { return Awaiter(*this); }
  bool RunOne() {
    if (waiting_.empty()) return false;
    auto handle = waiting_.front();
    waiting_.pop_front();
    handle.resume();
    return true;
  }
  size_t size() const { return waiting_.size(); }

 private:
  std::deque<std::coroutine_handle<>> waiting_;
};

struct Counted {
  explicit Counted(int& count) : count(count) { ++count; }
  Counted(const Counted&) = delete;
  ~Counted() { --count; }
  int& count;
};

struct Fixture {
  Fixture() {
    auto set = [&](const char* name, auto f) {
      ASSERT_EQ(Failure(lua.Set(name, std::move(f))), "");
    };
    set("wait", [this](int rounds) -> Task<> {
      Counted counted(alive);
      for (int i = 0; i < rounds; ++i) co_await queue.Next();
    });
    set("echo", [this](std::string_view text) -> Task<std::string> {
      Counted counted(alive);
      co_await queue.Next();
      // (Lua keeps the bytes while the call waits.)
      co_return std::string(text) + "!";
    });
    set("divide", [this](int a, int b) -> Task<absl::StatusOr<int>> {
      Counted counted(alive);
      co_await queue.Next();
      if (b == 0) co_return absl::InvalidArgumentError("by zero");
      co_return a / b;
    });
    set("pair", [this](int a) -> Task<std::tuple<int, std::string>> {
      co_await queue.Next();
      co_return std::tuple<int, std::string>(a, "b");
    });
    set("throws", [this](bool late) -> Task<int> {
      Counted counted(alive);
      if (late) co_await queue.Next();
      throw std::runtime_error("thrown");
    });
    set("at_once", [](int n) -> Task<int> { co_return n + 1; });
  }
  // Runs a function to its end, and returns its results or its error.
  std::string Run(const std::string& body) {
    std::string text = "not done";
    FunctionRef f = lua.Load(body, "=c").value();
    auto co = lua.Spawn(f, [&](absl::StatusOr<Values> results) {
      if (!results.ok()) {
        text = "error: " + MessageOf(results.status());
        return;
      }
      text.clear();
      for (const Ref& r : *results) text += r.ToString().value() + " ";
    });
    EXPECT_EQ(Failure(co.status()), "");
    while (queue.RunOne()) lua.Collect();
    return text;
  }

  int alive = 0;
  Queue queue;
  Lua lua;
};

TEST(TaskTest, SuspendsTheCallingCoroutine) {
  Fixture f;
  EXPECT_EQ(f.Run("wait(3) return 'done'"), "done ");
  EXPECT_EQ(f.Run("return echo('a' .. 'b'), echo('c')"), "ab! c! ");
  EXPECT_EQ(f.Run("return pair(7)"), "7 b ");
  EXPECT_EQ(f.Run("return divide(7, 2)"), "3 ");
  EXPECT_EQ(f.Run("return divide(7, 0)"), "error: c:1: by zero");
  EXPECT_EQ(f.Run("return pcall(divide, 7, 0)"), "false by zero ");
  EXPECT_EQ(f.Run("return throws(true)"), "error: c:1: thrown");
  EXPECT_EQ(f.Run("return throws(false)"), "error: c:1: thrown");
  EXPECT_EQ(f.Run("return divide('x')"),
            "error: c:1: bad argument #1 to 'divide' (number expected, got "
            "string)");
  EXPECT_EQ(f.alive, 0);
}

TEST(TaskTest, OneThatDoesNotSuspendMayBeCalledFromAnywhere) {
  Fixture f;
  EXPECT_EQ(Show(f.lua, "at_once(4)"), "5");
  EXPECT_EQ(Show(f.lua, "wait(0)"), "");
  EXPECT_EQ(Show(f.lua, "wait(1)"),
            "error: attempt to suspend from outside a coroutine");
  EXPECT_EQ(f.alive, 0) << "and is destroyed";
  EXPECT_EQ(f.queue.size(), 0u);
}

TEST(TaskTest, InterleavesManyCoroutines) {
  Fixture f;
  std::string log;
  ASSERT_EQ(f.lua.Set("log", [&](std::string_view s) { log += s; }),
            absl::OkStatus());
  auto body = f.lua
                  .Load(
                      "local name = ... for i = 1, 3 do log(name .. i .. ' ') "
                      "wait(1) end")
                  .value();
  for (const char* name : {"a", "b"}) {
    ASSERT_EQ(Failure(f.lua.Spawn(body, nullptr, name).status()), "");
  }
  while (f.queue.RunOne()) {
  }
  EXPECT_EQ(log, "a1 b1 a2 b2 a3 b3 ");
}

TEST(TaskTest, IsDestroyedWhenItsCoroutineIsClosed) {
  Fixture f;
  auto body = f.lua.Load("wait(5)").value();
  CoroutineRef co = f.lua.Spawn(body, nullptr).value();
  EXPECT_EQ(f.alive, 1);
  EXPECT_EQ(Failure(co.Close()), "");
  co.Reset();
  f.lua.Collect();
  f.lua.Collect();
  EXPECT_EQ(f.alive, 0);
  EXPECT_EQ(f.queue.size(), 0u) << "its awaiter has gone, too";
}

TEST(TaskTest, IsDestroyedWithItsState) {
  int alive = 0;
  Queue queue;
  {
    Lua lua;
    ASSERT_EQ(lua.Set("wait",
                      [&](int) -> Task<> {
                        Counted counted(alive);
                        co_await queue.Next();
                      }),
              absl::OkStatus());
    auto body = lua.Load("wait(5)").value();
    ASSERT_EQ(Failure(lua.Spawn(body, nullptr).status()), "");
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(queue.size(), 0u);
}

// The function goes while a call of it waits: its captures must not.
TEST(TaskTest, KeepsItsCallable) {
  Lua lua;
  Queue queue;
  std::string text;
  ASSERT_EQ(lua.Set("later",
                    [&queue, big = std::string(100, 'x')]() -> Task<size_t> {
                      co_await queue.Next();
                      co_return big.size();
                    }),
            absl::OkStatus());
  auto body = lua.Load("local f = later later = nil return f()").value();
  ASSERT_EQ(Failure(lua.Spawn(body,
                              [&](absl::StatusOr<Values> r) {
                                text = (*r)[0].ToString().value();
                              })
                        .status()),
            "");
  body.Reset();
  lua.Collect();
  EXPECT_TRUE(queue.RunOne());
  EXPECT_EQ(text, "100");
}

}  // namespace
}  // namespace m3lua
