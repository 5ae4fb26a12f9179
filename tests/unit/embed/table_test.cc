#include "lua/embed/table.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::Failure;
using testing::MessageOf;
using testing::MustRun;
using testing::Show;

TEST(TableTest, FieldsAndElements) {
  Lua lua;
  TableRef t = lua.NewTable().value();
  EXPECT_EQ(t.Set("name", "box"), absl::OkStatus());
  EXPECT_EQ(t.Set(1, 10), absl::OkStatus());
  EXPECT_EQ(t.Set(2, 2.5), absl::OkStatus());
  EXPECT_EQ(t.Set(true, "yes"), absl::OkStatus());
  EXPECT_EQ(t.Get<std::string>("name").value(), "box");
  EXPECT_EQ(t.Get<int>(1).value(), 10);
  EXPECT_EQ(t.Get<double>(2).value(), 2.5);
  EXPECT_EQ(t.Get<std::string>(true).value(), "yes");
  EXPECT_EQ(t.length(), 2);
  EXPECT_EQ(t.Get<std::optional<int>>("absent").value(), std::nullopt);
  EXPECT_EQ(MessageOf(t.Get<int>("absent").status()),
            "number expected, got nil");
  EXPECT_EQ(t.Set("name", nullptr), absl::OkStatus());
  EXPECT_TRUE(t.Get<Ref>("name").value().is_nil());
  EXPECT_EQ(MessageOf(t.Set(nullptr, 1)), "table index is nil");
  EXPECT_EQ(lua.Set("t", t), absl::OkStatus());
  EXPECT_EQ(Show(lua, "t[1], t[true]"), "10 yes");
}

TEST(TableTest, NestedAccess) {
  Lua lua;
  MustRun(lua, "window = {size = {width = 640}, title = 'x', tags = {'a'}}");
  EXPECT_EQ(lua.Get<int>("window", "size", "width").value(), 640);
  EXPECT_EQ(lua.Get<std::string>("window", "tags", 1).value(), "a");
  EXPECT_EQ(lua.Set("window", "size", "height", 480), absl::OkStatus());
  EXPECT_EQ(Show(lua, "window.size.height"), "480");
  absl::Status status = lua.Get<int>("window", "nothing", "width").status();
  EXPECT_NE(MessageOf(status).find("attempt to index a nil value"),
            std::string::npos)
      << status;
  EXPECT_NE(MessageOf(lua.Set("none", "x", 1)).find("attempt to index a nil"),
            std::string::npos);
  TableRef window = lua.Get<TableRef>("window").value();
  TableRef made = window.Table("made").value();
  EXPECT_EQ(made.Set("x", 1), absl::OkStatus());
  EXPECT_TRUE(window.Table("made").value() == made);
  EXPECT_EQ(Show(lua, "window.made.x"), "1");
  EXPECT_EQ(MessageOf(window.Table("title").status()),
            "table expected, got string");
}

TEST(TableTest, MetamethodsAndRawAccess) {
  Lua lua;
  MustRun(lua, R"(
    log = {}
    t = setmetatable({own = 1}, {
      __index = function(t, k) return k .. '?' end,
      __newindex = function(t, k, v) log[#log + 1] = k .. '=' .. v end,
    })
    failing = setmetatable({}, {__index = function() error('no', 0) end,
                                __newindex = function() error('not', 0) end})
    inherits = setmetatable({}, {__index = {base = 7}}))");
  TableRef t = lua.Get<TableRef>("t").value();
  EXPECT_EQ(t.Get<int>("own").value(), 1);
  EXPECT_EQ(t.Get<std::string>("other").value(), "other?");
  EXPECT_TRUE(t.RawGet<Ref>("other").value().is_nil());
  EXPECT_EQ(t.Set("other", 5), absl::OkStatus());
  EXPECT_EQ(Show(lua, "log[1], rawget(t, 'other')"), "other=5 nil");
  EXPECT_EQ(t.RawSet("other", 6), absl::OkStatus());
  EXPECT_EQ(t.Get<int>("other").value(), 6);
  EXPECT_EQ(MessageOf(lua.Get<int>("failing", "x").status()), "no");
  EXPECT_EQ(MessageOf(lua.Set("failing", "x", 1)), "not");
  EXPECT_EQ(lua.Get<int>("inherits", "base").value(), 7);

  TableRef metatable = lua.NewTable().value();
  EXPECT_EQ(metatable.Set("__index",
                          [](TableRef, std::string_view key) {
                            return "host has " + std::string(key);
                          }),
            absl::OkStatus());
  TableRef made = lua.NewTable().value();
  EXPECT_EQ(made.SetMetatable(metatable), absl::OkStatus());
  EXPECT_TRUE(made.metatable().value() == metatable);
  EXPECT_EQ(made.Get<std::string>("it").value(), "host has it");
  EXPECT_EQ(made.SetMetatable(TableRef()), absl::OkStatus());
  EXPECT_FALSE(made.metatable().value().has_value());
}

TEST(TableTest, Iteration) {
  Lua lua;
  TableRef t =
      lua.Eval<TableRef>("{10, 20, 30, x = 'ex', [2.5] = true}").value();
  std::vector<std::string> seen;
  for (auto [key, value] : t) {
    seen.push_back(Ref(key).ToString().value() + "=" +
                   Ref(value).ToString().value());
  }
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(seen, (std::vector<std::string>{"1=10", "2.5=true", "2=20", "3=30",
                                            "x=ex"}));
  TableRef empty = lua.NewTable().value();
  EXPECT_TRUE(empty.begin() == empty.end());
  // Removing while iterating.
  for (auto [key, value] : t) {
    EXPECT_EQ(Failure(t.RawSet(key, nullptr)), "") << value.is_nil();
  }
  EXPECT_TRUE(t.begin() == t.end());
}

TEST(TableTest, IterationSurvivesGrowth) {
  Lua lua;
  TableRef t = lua.Eval<TableRef>("{a = 1, b = 2}").value();
  int rounds = 0;
  for (auto [key, value] : t) {
    ASSERT_LT(++rounds, 10000) << value.is_nil() << key.is_nil();
    if (rounds < 100) {
      ASSERT_EQ(Failure(t.RawSet(rounds, std::to_string(rounds))), "");
    }
  }
  EXPECT_EQ(t.length(), std::min(rounds, 99));
}

}  // namespace
}  // namespace m3lua
