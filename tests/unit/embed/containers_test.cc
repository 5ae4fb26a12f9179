#include "lua/embed/containers.h"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/types/optional.h"
#include "absl/types/variant.h"
#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::MessageOf;
using testing::Show;

template <typename T>
void ThereAndBack(const T& x, const char* as_lua) {
  Lua lua;
  testing::MustRun(lua, R"(
    -- A value as text, in an order.
    function text(v)
      if type(v) ~= 'table' then return tostring(v) end
      local keys, out = {}, {}
      for k in pairs(v) do keys[#keys + 1] = k end
      table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
      for _, k in ipairs(keys) do out[#out + 1] = k .. '=' .. text(v[k]) end
      return '{' .. table.concat(out, ' ') .. '}'
    end)");
  absl::Status status = lua.Set("v", x);
  ASSERT_EQ(testing::Failure(status), "");
  EXPECT_EQ(Show(lua, "text(v)"), as_lua);
  absl::StatusOr<T> back = lua.Get<T>("v");
  ASSERT_EQ(testing::Failure(back.status()), "") << as_lua;
  EXPECT_TRUE(*back == x) << as_lua;
}

TEST(ContainersTest, GoBothWays) {
  ThereAndBack(std::optional<int>(), "nil");
  ThereAndBack(std::optional<int>(3), "3");
  ThereAndBack(absl::optional<std::string>("x"), "x");
  ThereAndBack(std::variant<int, std::string>("s"), "s");
  ThereAndBack(absl::variant<int, std::string>(4), "4");
  ThereAndBack(std::variant<std::monostate, bool>(), "nil");
  ThereAndBack(std::variant<int64_t, double>(2.0), "2.0");
  ThereAndBack(std::variant<double, int64_t>(int64_t{2}), "2");
  ThereAndBack(std::pair<int, std::string>(1, "one"), "{1=1 2=one}");
  ThereAndBack(std::tuple<int, bool, double>(1, true, 0.5),
               "{1=1 2=true 3=0.5}");
  ThereAndBack(std::array<int, 3>{1, 2, 3}, "{1=1 2=2 3=3}");
  ThereAndBack(std::vector<int>{}, "{}");
  ThereAndBack(std::vector<std::string>{"a", "b"}, "{1=a 2=b}");
  ThereAndBack(std::vector<bool>{true, false}, "{1=true 2=false}");
  ThereAndBack(std::vector<std::vector<int>>{{1}, {2, 3}},
               "{1={1=1} 2={1=2 2=3}}");
  ThereAndBack(std::deque<int>{5, 6}, "{1=5 2=6}");
  ThereAndBack(absl::InlinedVector<int, 4>{5, 6}, "{1=5 2=6}");
  ThereAndBack(std::set<std::string>{"p", "q"}, "{1=p 2=q}");
  ThereAndBack(std::map<std::string, int>{{"a", 1}, {"b", 2}}, "{a=1 b=2}");
  ThereAndBack(std::unordered_map<int, std::string>{{10, "ten"}}, "{10=ten}");
  ThereAndBack(absl::flat_hash_map<std::string, double>{{"x", 0.5}}, "{x=0.5}");
  ThereAndBack(
      std::map<std::string, std::vector<std::optional<int>>>{{"k", {1, 2}}},
      "{k={1=1 2=2}}");
}

TEST(ContainersTest, ProblemsNameThePlace) {
  Lua lua;
  auto error = [&]<typename T>(T, const char* code) {
    return MessageOf(lua.Eval<T>(code).status());
  };
  EXPECT_EQ(error(std::vector<int>(), "{1, 'x'}"),
            "element 2: number expected, got string");
  EXPECT_EQ(error(std::vector<std::vector<int>>(), "{{1}, {2, {}}}"),
            "element 2: element 2: number expected, got table");
  EXPECT_EQ((error(std::map<std::string, int>(), "{a = true}")),
            "field 'a': number expected, got boolean");
  EXPECT_EQ((error(std::map<std::string, int>(), "{[5] = 1}")),
            "key 5: string expected, got number");
  EXPECT_EQ((error(std::tuple<int, int>(), "{1}")),
            "element 2: number expected, got nil");
  EXPECT_EQ((error(std::pair<int, int>(), "{1, 2, 3}")),
            "table with too many elements");
  EXPECT_EQ(error(std::vector<int>(), "5"), "table expected, got number");
  EXPECT_EQ(error(std::optional<int>(), "'x'"), "number expected, got string");
  EXPECT_EQ((error(std::variant<int, bool>(), "'x'")),
            "value of another type expected, got string");
}

TEST(ContainersTest, LongListsAreComplete) {
  Lua lua;
  std::vector<int> many(10000);
  for (size_t i = 0; i < many.size(); ++i) many[i] = static_cast<int>(i);
  ASSERT_EQ(lua.Set("v", many), absl::OkStatus());
  EXPECT_EQ(Show(lua, "#v, v[1], v[10000]"), "10000 0 9999");
  EXPECT_EQ(lua.Get<std::vector<int>>("v").value(), many);
}

TEST(ContainersTest, ElementsOfRvaluesAreMoved) {
  // (An object that can only be moved.)
  Lua lua;
  std::vector<std::unique_ptr<Lua>> none;
  none.emplace_back(nullptr);
  EXPECT_EQ(lua.Set("v", std::move(none)), absl::OkStatus());
  EXPECT_EQ(Show(lua, "#v"), "0");
}

}  // namespace
}  // namespace m3lua
