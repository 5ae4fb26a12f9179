// The table library below the level of Lua: memory, metamethods that collect
// garbage.  What its functions compute is in tests/conformance/table.lua.
#include <gtest/gtest.h>

#include <string>

#include "lua/runtime/metatables.h"
#include "lua/stdlib/libraries.h"
#include "tests/unit/stdlib/library_state.h"

namespace m3lua::testing {
namespace {

TEST(TableTest, InsertsAndRemoves) {
  LibraryState lua(stdlib::OpenTable);
  Table* t = lua.List({});
  Value v = Value::Of(t);
  for (int64_t i = 1; i <= 5; ++i) lua.Call("table.insert", {v, Int(i)});
  lua.Call("table.insert", {v, Int(2), lua.Str("x")});
  lua.Call("table.insert", {v, Int(7), lua.Str("y")});
  lua.Call("table.insert", {v, Int(1), Flt(0.5)});
  EXPECT_EQ(lua.Elements(t), "0.5 1 x 2 3 4 5 y");
  EXPECT_EQ(lua.Call("table.remove", {v, Int(3)}), "x");
  EXPECT_EQ(lua.Call("table.remove", {v}), "y");
  EXPECT_EQ(lua.Call("table.remove", {v, Int(1)}), "0.5");
  EXPECT_EQ(lua.Elements(t), "1 2 3 4 5");
  EXPECT_EQ(lua.Error("table.insert", {v, Int(7), v}),
            "bad argument #2 to 'table.insert' (position out of bounds)");
  EXPECT_EQ(lua.Error("table.remove", {v, Int(7)}),
            "bad argument #1 to 'table.remove' (position out of bounds)");
  EXPECT_EQ(lua.Error("table.insert", {v}),
            "wrong number of arguments to 'insert'");
  EXPECT_EQ(lua.Error("table.insert", {Int(1), v}),
            "bad argument #1 to 'table.insert' (table expected, got number)");
}

TEST(TableTest, MovesWithinAndBetweenTables) {
  LibraryState lua(stdlib::OpenTable);
  struct Case {
    int64_t first, last, to;
    const char* expected;
  } cases[] = {
      {1, 5, 1, "1 2 3 4 5"},
      {1, 4, 2, "1 1 2 3 4"},
      {2, 5, 1, "2 3 4 5 5"},
      {1, 5, 3, "1 2 1 2 3 4 5"},
      {1, 5, 6, "1 2 3 4 5 1 2 3 4 5"},
      {3, 2, 1, "1 2 3 4 5"},
      {5, 7, 1, "5"},
  };
  for (const Case& c : cases) {
    Table* t = lua.List({Int(1), Int(2), Int(3), Int(4), Int(5)});
    lua.Call("table.move",
             {Value::Of(t), Int(c.first), Int(c.last), Int(c.to)});
    std::string elements = lua.Elements(t);
    EXPECT_EQ(elements.substr(0, std::string(c.expected).size()), c.expected)
        << "moving " << c.first << " to " << c.last << " to " << c.to;
  }
}

TEST(TableTest, ConcatenatesAllKindsOfNumbers) {
  LibraryState lua(stdlib::OpenTable);
  Table* t = lua.List({Int(0), Int(-1), Int(INT64_MIN), Int(INT64_MAX), Int(10),
                       Int(99), Flt(1), Flt(-0.5), Flt(1e100), lua.Str("end")});
  EXPECT_EQ(lua.Call("table.concat", {Value::Of(t), lua.Str("|")}),
            "0|-1|-9223372036854775808|9223372036854775807|10|99|1.0|-0.5|"
            "1e+100|end");
  SetInteger(lua.state, t, 2, Value::Boolean(true));
  EXPECT_EQ(lua.Error("table.concat", {Value::Of(t)}),
            "invalid value (boolean) at index 2 in table for 'concat'");
}

TEST(TableTest, ConcatRespectsTheMemoryLimit) {
  LibraryState lua(stdlib::OpenTable);
  Table* t = lua.List({});
  Value big = lua.Str(std::string(1 << 20, 'x'));
  for (int64_t i = 1; i <= 100; ++i) SetInteger(lua.state, t, i, big);
  lua.state.heap().set_limit(16 << 20);
  EXPECT_EQ(lua.Error("table.concat", {Value::Of(t)}), "not enough memory");
  EXPECT_EQ(
      lua.Call("table.concat", {Value::Of(t), lua.Str(""), Int(1), Int(2)})
          .size(),
      2u << 20);
}

TEST(TableTest, ConcatKeepsWhatMetamethodsReturn) {
  LibraryState lua(stdlib::OpenTable);
  lua.engine.collect_after_calls = true;
  Table* t = lua.List({});
  Table* metatable = lua.List({}, "metatable");
  SetMetatable(lua.state, t, metatable);
  SetField(lua.state, metatable, "__len",
           Value::Of(NewNative(lua.state, [](NativeCall& call) {
             return call.Return(Value::Integer(50));
           })));
  SetField(lua.state, metatable, "__index",
           Value::Of(NewNative(lua.state, [](NativeCall& call) {
             // A new string each time, which only the caller knows.
             return call.ReturnString(
                 "element number " + std::to_string(call.arg(2).integer()) +
                 " with a text that is too long to be interned");
           })));
  std::string text = lua.Call("table.concat", {Value::Of(t), lua.Str("\n")});
  EXPECT_EQ(text.substr(0, 18), "element number 1 w");
  EXPECT_NE(text.find("element number 50 with"), std::string::npos);
  EXPECT_EQ(lua.Call("table.remove", {Value::Of(t)}).substr(0, 17),
            "element number 50");
}

TEST(TableTest, UnpacksNoMoreThanTheStackHolds) {
  LibraryState lua(stdlib::OpenTable);
  Value v = Value::Of(lua.List({Int(7)}));
  EXPECT_EQ(lua.Results("table.unpack", {v, Int(1), Int(1000)}).size(), 1000u);
  EXPECT_EQ(lua.Error("table.unpack", {v, Int(1), Int(1 << 30)}),
            "too many results to unpack");
  EXPECT_EQ(lua.Error("table.unpack", {v, Int(INT64_MIN), Int(INT64_MAX)}),
            "too many results to unpack");
}

}  // namespace
}  // namespace m3lua::testing
