#include "lua/embed/function.h"

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::MessageOf;
using testing::Show;

TEST(FunctionTest, CallsWithAnyNumberOfArgumentsAndResults) {
  Lua lua;
  auto f =
      lua.Eval<FunctionRef>("function(...) return select('#', ...), ... end")
          .value();
  EXPECT_EQ(f.Call(), absl::OkStatus());
  EXPECT_EQ(f.Call<void>(1), absl::OkStatus());
  EXPECT_EQ(f.Call<int>().value(), 0);
  EXPECT_EQ((f.Call<int, std::string>("x").value()),
            (std::tuple<int, std::string>(1, "x")));
  auto [n, a, b, c, d] =
      f.Call<int, bool, double, std::optional<int>, std::optional<int>>(
           true, 1.5, nullptr)
          .value();
  EXPECT_EQ(n, 3);
  EXPECT_TRUE(a);
  EXPECT_EQ(b, 1.5);
  EXPECT_EQ(c, std::nullopt);
  EXPECT_EQ(d, std::nullopt) << "an absent result";
  EXPECT_EQ(f.Call<Scalars>("a", 1.5).value(), (Scalars{int64_t{2}, "a", 1.5}));
  EXPECT_EQ(f.Call<Values>(1, 2, 3, 4, 5, 6, 7, 8, 9, 10).value().size(), 11u);
  EXPECT_EQ(f.Apply<int>(std::vector<int>(300, 1)).value(), 300);
  EXPECT_EQ(f.Apply<int>(std::vector<std::string>{"a", "b"}).value(), 2);
}

TEST(FunctionTest, ResultsAreChecked) {
  Lua lua;
  auto f = lua.Eval<FunctionRef>("function(...) return ... end").value();
  EXPECT_EQ(MessageOf(f.Call<int>("x").status()),
            "number expected, got string");
  EXPECT_EQ(MessageOf(f.Call<int>().status()), "number expected, got nil");
  EXPECT_EQ(MessageOf((f.Call<int, bool>(1, 2)).status()),
            "element 2: boolean expected, got number");
  EXPECT_EQ(MessageOf(f.Call<Many<int>>(1, "x").status()),
            "element 2: number expected, got string");
}

TEST(FunctionTest, CallableTablesCount) {
  Lua lua;
  auto f = lua.Eval<FunctionRef>(
      "setmetatable({}, {__call = function(self, x) return x * 2 end})");
  ASSERT_EQ(testing::Failure(f.status()), "");
  EXPECT_EQ(f->Call<int>(4).value(), 8);
}

TEST(FunctionTest, TypedFunctions) {
  Lua lua;
  testing::MustRun(lua, "function area(w, h) return w * h end");
  auto area = lua.Get<TypedFunction<double(double, double)>>("area").value();
  EXPECT_EQ(area(3, 4).value(), 12);
  TypedFunction<double(double, double)> empty;
  EXPECT_EQ(empty(1, 2).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_EQ(
      lua.Set("apply", [](TypedFunction<int(int)> f, int n) { return f(n); }),
      absl::OkStatus());
  EXPECT_EQ(Show(lua, "apply(function(n) return n + 1 end, 4)"), "5");
  EXPECT_EQ(Show(lua, "apply(function(n) return 'x' end, 4)"),
            "error: number expected, got string");
  EXPECT_EQ(
      Show(lua, "apply(5)"),
      "error: bad argument #1 to 'apply' (function expected, got number)");
}

TEST(FunctionTest, ManyCallsLeaveNothing) {
  Lua lua;
  auto f = lua.Eval<FunctionRef>("function(s) return s .. '!' end").value();
  const auto round = [&] {
    for (int i = 0; i < 1000; ++i) {
      ASSERT_EQ(f.Call<std::string>(std::string(100, 'x')).value().size(),
                101u);
    }
    lua.Collect();
  };
  round();  // makes its cells, and the collector's lists as long as they get
  const size_t before = lua.memory();
  for (int i = 0; i < 5; ++i) round();
  EXPECT_EQ(lua.memory(), before);
}

TEST(FunctionTest, InsideOfACoroutine) {
  Lua lua;
  auto f = lua.Eval<FunctionRef>("function() return coroutine.running() end")
               .value();
  ASSERT_EQ(lua.Set("call", [f] { return f.Call<Ref>(); }), absl::OkStatus());
  EXPECT_EQ(Show(lua,
                 "coroutine.wrap(function() return call() == "
                 "coroutine.running() end)()"),
            "true");
  auto yields = lua.Eval<FunctionRef>("coroutine.yield").value();
  EXPECT_EQ(MessageOf(yields.Call()),
            "attempt to yield from outside a coroutine");
}

}  // namespace
}  // namespace m3lua
