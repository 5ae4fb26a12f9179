#include "lua/embed/bind.h"

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "lua/runtime/native.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::Failure;
using testing::MessageOf;
using testing::Show;

double Hypot(double x, double y) { return std::sqrt(x * x + y * y); }
int NoThrow(int x) noexcept { return x + 1; }

struct Functor {
  std::string text;
  std::string operator()(int n) const { return text + std::to_string(n); }
};

template <typename F>
void Bind(Lua& lua, const char* name, F&& f) {
  ASSERT_EQ(Failure(lua.Set(name, std::forward<F>(f))), "");
}

TEST(BindTest, CallablesOfAllKinds) {
  Lua lua;
  Bind(lua, "hypot", Hypot);
  Bind(lua, "pointer", &Hypot);
  Bind(lua, "nothrow", NoThrow);
  int calls = 0;
  Bind(lua, "captures", [&calls](int n) { return calls += n; });
  Bind(lua, "counter", [n = 0]() mutable { return ++n; });
  Bind(lua, "functor", Functor{"number "});
  Bind(lua, "function", std::function<bool(bool)>([](bool b) { return !b; }));
  Bind(lua, "big",
       [a = 1, b = 2.5, c = std::string("c"), d = std::vector<int>{1, 2}] {
         return std::make_tuple(a, b, c, d.size());
       });
  Bind(lua, "move_only",
       [p = std::make_unique<int>(5)](int n) { return *p + n; });
  Bind(lua, "none", std::function<void()>());
  EXPECT_EQ(Show(lua, "hypot(3, 4), pointer(3, 4), nothrow(1)"), "5.0 5.0 2");
  EXPECT_EQ(Show(lua, "captures(2), captures(3)"), "2 5");
  EXPECT_EQ(calls, 5);
  EXPECT_EQ(Show(lua, "counter(), counter(), counter()"), "1 2 3");
  EXPECT_EQ(Show(lua, "functor(7), function_ == nil"), "number 7 true");
  EXPECT_EQ(Show(lua, "_G['function'](true)"), "false");
  EXPECT_EQ(Show(lua, "big()"), "1 2.5 c 2");
  EXPECT_EQ(Show(lua, "move_only(1)"), "6");
  EXPECT_EQ(Show(lua, "none"), "nil");
}

TEST(BindTest, ArgumentsAreChecked) {
  Lua lua;
  Bind(lua, "resize", [](const std::string&, int, bool) {});
  Bind(lua, "list", [](std::vector<int>) {});
  Bind(lua, "small", [](int8_t) {});
  const std::pair<const char*, const char*> kCases[] = {
      {"resize('a', 'b', true)",
       "bad argument #2 to 'resize' (number expected, got string)"},
      {"resize('a')",
       "bad argument #2 to 'resize' (number expected, got no value)"},
      {"resize('a', nil)",
       "bad argument #2 to 'resize' (number expected, got nil)"},
      {"resize(1, 2, 3)",
       "bad argument #1 to 'resize' (string expected, got number)"},
      {"resize('a', 1.5)",
       "bad argument #2 to 'resize' (number has no integer representation)"},
      {"resize('a', 1, 1)",
       "bad argument #3 to 'resize' (boolean expected, got number)"},
      {"list({1, 'x'})",
       "bad argument #1 to 'list' (element 2: number expected, got string)"},
      {"small(128)", "bad argument #1 to 'small' (number out of range)"},
      {"('x'):resize()", "attempt to call a nil value (method 'resize')"},
  };
  for (const auto& [code, message] : kCases) {
    EXPECT_EQ(Show(lua, code), std::string("error: ") + message);
  }
  EXPECT_EQ(Show(lua, "resize('a', 1, true, 'more', 'values')"), "");
  EXPECT_EQ(MessageOf(lua.RunString("\nresize()", "=c")),
            "c:2: bad argument #1 to 'resize' (string expected, got no value)");
}

TEST(BindTest, Results) {
  Lua lua;
  Bind(lua, "none", [] {});
  Bind(lua, "pair", [] { return std::make_pair(1, "two"); });
  Bind(lua, "empty", [] { return std::tuple<>(); });
  Bind(lua, "many", [](int n) { return Many<int>(std::vector<int>(n, 7)); });
  Bind(lua, "maybe",
       [](bool b) { return b ? std::optional<int>(1) : std::nullopt; });
  Bind(lua, "same", [](Arguments all) { return all; });
  Bind(lua, "huge", [] { return ~uint64_t{0}; });
  EXPECT_EQ(Show(lua, "select('#', none()), select('#', empty())"), "0 0");
  EXPECT_EQ(Show(lua, "pair()"), "1 two");
  EXPECT_EQ(Show(lua, "select('#', many(0)), select('#', many(3))"), "0 3");
  EXPECT_EQ(Show(lua, "select('#', many(5000))"), "5000");
  EXPECT_EQ(Show(lua, "maybe(true), maybe(false)"), "1 nil");
  EXPECT_EQ(Show(lua, "same(1, nil, 'x')"), "1 nil x");
  EXPECT_EQ(Show(lua, "select('#', same(table.unpack({}, 1, 200)))"), "200");
  EXPECT_EQ(Show(lua, "huge()"), "error: number out of range");
}

TEST(BindTest, OptionalAndVariadicParameters) {
  Lua lua;
  Bind(lua, "greet",
       [](const std::string& name, std::optional<std::string> greeting) {
         return greeting.value_or("hello") + " " + name;
       });
  Bind(lua, "sum", [](std::string_view unit, Arguments rest) {
    double sum = 0;
    for (View v : rest) {
      double d;
      if (v.Get(d)) sum += d;
    }
    return std::to_string(static_cast<int>(sum)) + std::string(unit) + " of " +
           std::to_string(rest.size());
  });
  EXPECT_EQ(Show(lua, "greet('Ann'), greet('Bob', nil), greet('Cid', 'hi')"),
            "hello Ann hello Bob hi Cid");
  EXPECT_EQ(Show(lua, "greet('Ann', 1)"),
            "error: bad argument #2 to 'greet' (string expected, got number)");
  EXPECT_EQ(Show(lua, "sum('m'), sum('m', 1, 2, 'x', 4.0)"), "0m of 0 7m of 4");
}

TEST(BindTest, Defaults) {
  Lua lua;
  Bind(lua, "repeat_text",
       Defaults(
           [](const std::string& s, int n, const std::string& separator) {
             std::string out;
             for (int i = 0; i < n; ++i) {
               if (i > 0) out += separator;
               out += s;
             }
             return out;
           },
           2, std::string("-")));
  EXPECT_EQ(Show(lua,
                 "repeat_text('a'), repeat_text('a', 3), "
                 "repeat_text('a', nil, '+')"),
            "a-a a-a-a a+a");
  EXPECT_EQ(Show(lua, "repeat_text()"),
            "error: bad argument #1 to 'repeat_text' (string expected, got no "
            "value)");
  EXPECT_EQ(
      Show(lua, "repeat_text('a', 'b')"),
      "error: bad argument #2 to 'repeat_text' (number expected, got string)");
}

TEST(BindTest, Overloads) {
  Lua lua;
  Bind(lua, "kind",
       Overload([](double) { return "float"; },
                [](int64_t) { return "integer"; },
                [](const std::string&) { return "string"; },
                [](double, double) { return "two numbers"; },
                [](const std::string&, Arguments) { return "string and more"; },
                Defaults([](TableRef, int) { return "table"; }, 1),
                [] { return "nothing"; }));
  EXPECT_EQ(Show(lua, "kind(1.0), kind(1), kind('1'), kind()"),
            "float integer string nothing");
  EXPECT_EQ(Show(lua, "kind(1, 2.5)"), "two numbers");
  EXPECT_EQ(Show(lua, "kind('x', 1, 2)"), "string and more");
  EXPECT_EQ(Show(lua, "kind({}), kind({}, 2)"), "table table");
  EXPECT_EQ(Show(lua, "kind(true)"),
            "error: bad argument #1 to 'kind' (no overload for arguments "
            "(boolean))");
  EXPECT_EQ(Show(lua, "kind(1, 2, 3)"),
            "error: bad argument #1 to 'kind' (no overload for arguments "
            "(number, number, number))");
}

TEST(BindTest, TheStateAsParameter) {
  Lua lua;
  Bind(lua, "eval",
       [](Lua& l, std::string_view code) { return l.Eval<Values>(code); });
  Bind(lua, "is_mine", [&lua](State& state, int n) {
    return &state == &lua.state() && n == 1;
  });
  EXPECT_EQ(Show(lua, "eval('1 + 1, 2'), is_mine(1)"), "2 true");
  EXPECT_EQ(Show(lua, "eval('1 + {}')").substr(0, 12), "error: attem");
}

struct Tracker {
  explicit Tracker(int& count) : count(count) { ++count; }
  Tracker(const Tracker& other) : count(other.count) { ++count; }
  ~Tracker() { --count; }
  int& count;
};

TEST(BindTest, ErrorsOfAllKinds) {
  Lua lua;
  int alive = 0;
  Bind(lua, "status", [&alive](std::string_view text) {
    Tracker tracker(alive);
    return absl::NotFoundError(absl::string_view(text.data(), text.size()));
  });
  Bind(lua, "ok", [] { return absl::OkStatus(); });
  Bind(lua, "status_or", [&alive](int n) -> absl::StatusOr<int> {
    Tracker tracker(alive);
    if (n < 0) return absl::InvalidArgumentError("negative");
    return n * 2;
  });
  Bind(lua, "throws", [&alive](const std::string& text) {
    Tracker tracker(alive);
    throw std::runtime_error(text);
  });
  Bind(lua, "throws_int", [&alive] {
    Tracker tracker(alive);
    throw 42;
  });
  Bind(lua, "no_memory", [&alive] {
    Tracker tracker(alive);
    throw std::bad_alloc();
  });
  // What calls back in between is left by ordinary returns.
  Bind(lua, "through", [&alive](FunctionRef f) {
    Tracker tracker(alive);
    absl::Status status = f.Call();
    EXPECT_EQ(alive > 0, true);
    return status;
  });
  EXPECT_EQ(Show(lua, "status('not there')"), "error: not there");
  EXPECT_EQ(MessageOf(lua.RunString("\nstatus('x')", "=c")), "c:2: x");
  EXPECT_EQ(Show(lua, "select('#', ok()), status_or(4)"), "0 8");
  EXPECT_EQ(Show(lua, "pcall(status_or, -1)"), "false negative");
  EXPECT_EQ(Show(lua, "throws('thrown')"), "error: thrown");
  EXPECT_EQ(Show(lua, "pcall(throws_int)"), "false unknown C++ exception");
  EXPECT_EQ(lua.RunString("no_memory()").code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Show(lua, "pcall(no_memory)"), "false not enough memory");
  EXPECT_EQ(Show(lua,
                 "pcall(through, function() through(function() "
                 "throws('deep') end) end)"),
            "false [string \"pcall(through, function() through(function() "
            "...\"]:1: deep");
  EXPECT_EQ(alive, 0) << "objects of host functions that were left";
  EXPECT_EQ(Show(lua,
                 "coroutine.wrap(function() return pcall(throws, 'in a "
                 "coroutine') end)()"),
            "false in a coroutine");
}

TEST(BindTest, HostFunctionsMayCallBack) {
  Lua lua;
  Bind(lua, "again", [](Lua& l, int n) -> absl::StatusOr<std::string> {
    return l.Call<std::string>("f", n);
  });
  testing::MustRun(lua, R"(
    function f(n)
      if n == 0 then return 'bottom' end
      if n < 0 then error('negative', 0) end
      return again(n - 1)
    end)");
  EXPECT_EQ(Show(lua, "f(20)"), "bottom");
  EXPECT_EQ(Show(lua, "coroutine.wrap(function() return f(5) end)()"),
            "bottom");
  EXPECT_EQ(Show(lua, "select(2, pcall(f, -3))"), "negative");
  absl::Status endless =
      lua.RunString("function f(n) return again(n) end f(1)");
  EXPECT_NE(MessageOf(endless).find("C stack overflow"), std::string::npos)
      << MessageOf(endless);
}

TEST(BindTest, CallablesAreDestroyedWithTheirFunction) {
  int alive = 0;
  {
    Lua lua;
    Bind(lua, "f", [tracker = Tracker(alive)] { return tracker.count; });
    Bind(lua, "g", [tracker = Tracker(alive)] { return tracker.count; });
    EXPECT_EQ(Show(lua, "f()"), "2");
    testing::MustRun(lua, "f = nil collectgarbage()");
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

// Scripts with the library debug get at upvalues of native functions.
TEST(BindTest, UpvaluesAreOutOfReach) {
  Lua lua;
  Bind(lua, "f", [n = std::string("text")] { return n; });
  EXPECT_EQ(Show(lua,
                 "select('#', debug.getupvalue(f, 1)), "
                 "debug.setupvalue(f, 1, 5), debug.setupvalue(f, 2, nil), f()"),
            "0 nil nil text");
}

}  // namespace
}  // namespace m3lua
