#include "lua/embed/value.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {

enum class Color { kRed, kGreen };
enum class Level : uint8_t { kLow = 1, kHigh = 200 };

template <>
struct EnumNames<Color> {
  static constexpr std::pair<const char*, Color> kNames[] = {
      {"red", Color::kRed}, {"green", Color::kGreen}};
};

struct Point {
  int x, y;
};
// A conversion of a user's own.
template <>
struct Convert<Point> : ByValue<Point> {
  static bool Get(View v, Point& point, Problem& why) {
    std::string_view text;
    if (!v.Get(text, why)) return false;
    if (text.size() != 3 || text[1] != ',') return why.Invalid("no point");
    point = {text[0] - '0', text[2] - '0'};
    return true;
  }
  static Value Put(State& state, const Point& p) {
    return m3lua::Put(state, std::to_string(p.x) + "," + std::to_string(p.y));
  }
};

namespace {

using testing::Failure;
using testing::MessageOf;
using testing::Show;

// Sets it, reads it back, and returns how Lua shows it.
template <typename T>
std::string ThereAndBack(Lua& lua, T x) {
  absl::Status status = lua.Set("v", x);
  if (!status.ok()) return "error: " + MessageOf(status);
  absl::StatusOr<T> back = lua.Get<T>("v");
  if (!back.ok()) return "no way back: " + MessageOf(back.status());
  if constexpr (!std::is_same_v<T, Point>) {
    EXPECT_EQ(*back, x);
  }
  return Show(lua, "math.type(v) or type(v)") + " " + Show(lua, "v");
}

TEST(ValueTest, BasicTypesGoBothWays) {
  Lua lua;
  EXPECT_EQ(ThereAndBack(lua, true), "boolean true");
  EXPECT_EQ(ThereAndBack(lua, 7), "integer 7");
  EXPECT_EQ(ThereAndBack(lua, int64_t{INT64_MIN}),
            "integer -9223372036854775808");
  EXPECT_EQ(ThereAndBack(lua, uint64_t{INT64_MAX}),
            "integer 9223372036854775807");
  EXPECT_EQ(ThereAndBack(lua, 7.0), "float 7.0");
  EXPECT_EQ(ThereAndBack(lua, 0.5f), "float 0.5");
  EXPECT_EQ(ThereAndBack(lua, std::string("a text")), "string a text");
  EXPECT_EQ(ThereAndBack(lua, std::string("zero\0s", 6)),
            std::string("string zero\0s", 13));
  EXPECT_EQ(ThereAndBack(lua, std::string_view("view")), "string view");
  EXPECT_EQ(ThereAndBack(lua, absl::string_view("abseil")), "string abseil");
  EXPECT_EQ(ThereAndBack(lua, Color::kGreen), "string green");
  EXPECT_EQ(ThereAndBack(lua, Level::kHigh), "integer 200");
  EXPECT_EQ(ThereAndBack(lua, nullptr), "nil nil");
  EXPECT_EQ(ThereAndBack(lua, Point{3, 4}), "string 3,4");
  void* p = &lua;
  EXPECT_EQ(lua.Set("v", p), absl::OkStatus());
  EXPECT_EQ(lua.Get<void*>("v").value(), p);
  EXPECT_EQ(ThereAndBack(lua, uint64_t{1} << 63), "error: number out of range");
}

TEST(ValueTest, ViewsOfStringsAreNoCopies) {
  Lua lua;
  testing::MustRun(lua, "v = ('x'):rep(1000)");
  auto first = lua.Get<std::string_view>("v").value();
  auto second = lua.Get<absl::string_view>("v").value();
  auto third = lua.Get<std::span<const std::byte>>("v").value();
  EXPECT_EQ(first.data(), second.data());
  EXPECT_EQ(static_cast<const void*>(first.data()), third.data());
  EXPECT_EQ(third.size(), 1000u);
}

template <typename T>
std::string ErrorOf(Lua& lua, const char* expression) {
  return MessageOf(lua.Eval<T>(expression).status());
}

TEST(ValueTest, WhatDoesNotFitIsAnError) {
  Lua lua;
  EXPECT_EQ(ErrorOf<bool>(lua, "nil"), "boolean expected, got nil");
  EXPECT_EQ(ErrorOf<int>(lua, "'10'"), "number expected, got string");
  EXPECT_EQ(ErrorOf<int>(lua, "1.5"), "number has no integer representation");
  EXPECT_EQ(ErrorOf<int>(lua, "1 << 40"), "number out of range");
  EXPECT_EQ(ErrorOf<int8_t>(lua, "-129"), "number out of range");
  EXPECT_EQ(ErrorOf<uint32_t>(lua, "-1"), "number out of range");
  EXPECT_EQ(ErrorOf<uint64_t>(lua, "-1"), "number out of range");
  EXPECT_EQ(ErrorOf<int64_t>(lua, "2.0^63"),
            "number has no integer representation");
  EXPECT_EQ(ErrorOf<double>(lua, "{}"), "number expected, got table");
  EXPECT_EQ(ErrorOf<float>(lua, "1e300"), "number out of range");
  EXPECT_EQ(ErrorOf<std::string>(lua, "1"), "string expected, got number");
  EXPECT_EQ(ErrorOf<std::string>(lua, "setmetatable({}, {__name = 'My.Type'})"),
            "string expected, got My.Type");
  EXPECT_EQ(ErrorOf<const char*>(lua, "'a\\0b'"), "string contains zeros");
  EXPECT_EQ(ErrorOf<Color>(lua, "'blue'"), "invalid option");
  EXPECT_EQ(ErrorOf<Color>(lua, "1"), "string expected, got number");
  EXPECT_EQ(ErrorOf<Level>(lua, "256"), "number out of range");
  EXPECT_EQ(ErrorOf<Point>(lua, "'?'"), "no point");
  EXPECT_EQ(ErrorOf<void*>(lua, "1"), "light userdata expected, got number");
  EXPECT_EQ(ErrorOf<TableRef>(lua, "1"), "table expected, got number");
  EXPECT_EQ(ErrorOf<FunctionRef>(lua, "{}"), "function expected, got table");
}

TEST(ValueTest, NumbersConvertWhereNothingIsLost) {
  Lua lua;
  EXPECT_EQ(lua.Eval<int>("3.0").value(), 3);
  EXPECT_EQ(lua.Eval<double>("3").value(), 3.0);
  EXPECT_TRUE(std::isinf(lua.Eval<float>("1/0").value()));
  EXPECT_TRUE(std::isnan(lua.Eval<float>("0/0").value()));
  EXPECT_EQ(lua.Eval<uint8_t>("255").value(), 255);
}

TEST(ValueTest, ViewsTellTypes) {
  Lua lua;
  EXPECT_EQ(lua.Set("kind",
                    [](View v) -> std::string {
                      if (v.is_nil()) return "nil";
                      if (v.is_boolean()) return "boolean";
                      if (v.is_integer()) return "integer";
                      if (v.is_float()) return "float";
                      if (v.is_string()) return "string";
                      if (v.is_table()) return "table";
                      if (v.is_function()) return "function";
                      return "other";
                    }),
            absl::OkStatus());
  EXPECT_EQ(Show(lua,
                 "kind(nil), kind(true), kind(1), kind(1.0), kind('s'), "
                 "kind({}), kind(print), kind(coroutine.create(print))"),
            "nil boolean integer float string table function other");
  EXPECT_EQ(lua.Set("is_int", [](View v) { return v.Is<int>(); }),
            absl::OkStatus());
  EXPECT_EQ(Show(lua, "is_int(1), is_int(1.0), is_int(1.5), is_int('1')"),
            "true true false false");
  EXPECT_EQ(lua.Set("same", [](View a, View b) { return a.Equals(b); }),
            absl::OkStatus());
  EXPECT_EQ(Show(lua, "same(1, 1.0), same({}, {}), same('a', 'a')"),
            "true false true");
}

}  // namespace
}  // namespace m3lua
