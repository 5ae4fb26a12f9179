// Kinds of results and errors of the math library.  More in
// tests/conformance/math.lua.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lua/stdlib/libraries.h"
#include "tests/unit/stdlib/library_state.h"

namespace m3lua::testing {
namespace {

TEST(MathTest, GivesIntegersAndFloatsAsPuc) {
  LibraryState lua(stdlib::OpenMath);
  EXPECT_EQ(lua.Call("math.floor", {Flt(-2.5)}), "-3");
  EXPECT_EQ(lua.Call("math.floor", {Flt(0x1p63)}), "9.2233720368548e+18");
  EXPECT_EQ(lua.Call("math.ceil", {Flt(2.5)}), "3");
  EXPECT_EQ(lua.Call("math.abs", {Int(INT64_MIN)}), "-9223372036854775808");
  EXPECT_EQ(lua.Call("math.abs", {lua.Str("-3")}), "3.0");
  EXPECT_EQ(lua.Call("math.modf", {Flt(-3.25)}), "-3 -0.25");
  EXPECT_EQ(lua.Call("math.modf", {Flt(-INFINITY)}), "-inf 0.0");
  EXPECT_EQ(lua.Call("math.fmod", {Int(-6), Int(4)}), "-2");
  EXPECT_EQ(lua.Call("math.fmod", {Int(INT64_MIN), Int(-1)}), "0");
  EXPECT_EQ(lua.Call("math.max", {Int(1), Flt(2.5), Int(2)}), "2.5");
  EXPECT_EQ(lua.Call("math.min", {Flt(1), Int(1)}), "1.0");
  EXPECT_EQ(lua.Call("math.sqrt", {Int(9)}), "3.0");
  EXPECT_EQ(lua.Call("math.log", {Int(8), Int(2)}), "3.0");
  EXPECT_EQ(lua.Call("math.tointeger", {lua.Str("8")}), "8");
  EXPECT_EQ(lua.Call("math.tointeger", {Flt(8.5)}), "nil");
  EXPECT_EQ(lua.Call("math.type", {Flt(1)}), "float");
  EXPECT_EQ(lua.Call("math.ult", {Int(1), Int(-1)}), "true");
}

TEST(MathTest, NamesBadArguments) {
  LibraryState lua(stdlib::OpenMath);
  EXPECT_EQ(lua.Error("math.fmod", {Int(1), Int(0)}),
            "bad argument #2 to 'math.fmod' (zero)");
  EXPECT_EQ(lua.Error("math.floor", {}),
            "bad argument #1 to 'math.floor' (number expected, got no value)");
  EXPECT_EQ(lua.Error("math.max", {}),
            "bad argument #1 to 'math.max' (value expected)");
  EXPECT_EQ(lua.Error("math.random", {Int(2), Int(1)}),
            "bad argument #1 to 'math.random' (interval is empty)");
  EXPECT_EQ(lua.Error("math.random", {Int(1), Int(2), Int(3)}),
            "wrong number of arguments");
}

TEST(MathTest, StatesHaveGeneratorsOfTheirOwn) {
  LibraryState a(stdlib::OpenMath);
  LibraryState b(stdlib::OpenMath);
  a.Call("math.randomseed", {Int(5)});
  b.Call("math.randomseed", {Int(5)});
  std::string first = a.Call("math.random", {Int(0)});
  a.Call("math.random", {Int(0)});
  EXPECT_EQ(b.Call("math.random", {Int(0)}), first);
}

}  // namespace
}  // namespace m3lua::testing
