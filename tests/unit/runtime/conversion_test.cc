#include "lua/runtime/conversion.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "lua/runtime/strings.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

TEST(ConversionTest, FloatsToIntegers) {
  struct {
    double d;
    Rounding rounding;
    bool ok;
    int64_t result;
  } cases[] = {
      {3.0, Rounding::kExact, true, 3},
      {-0.0, Rounding::kExact, true, 0},
      {3.5, Rounding::kExact, false, 0},
      {3.5, Rounding::kFloor, true, 3},
      {3.5, Rounding::kCeil, true, 4},
      {-3.5, Rounding::kFloor, true, -4},
      {-3.5, Rounding::kCeil, true, -3},
      {-0x1p63, Rounding::kExact, true, INT64_MIN},
      {0x1p63, Rounding::kFloor, false, 0},
      {-0x1.0000000000001p63, Rounding::kCeil, false, 0},
      {NAN, Rounding::kExact, false, 0},
      {NAN, Rounding::kFloor, false, 0},
      {INFINITY, Rounding::kCeil, false, 0},
  };
  for (const auto& c : cases) {
    int64_t out = 0;
    EXPECT_EQ(FloatToInteger(c.d, out, c.rounding), c.ok) << c.d;
    if (c.ok) {
      EXPECT_EQ(out, c.result) << c.d;
    }
  }
}

TEST(ConversionTest, NumbersAndNumericStrings) {
  TestState s;
  Value out;
  int64_t i;
  double d;
  EXPECT_TRUE(ToInteger(s.Str(" 0x10 "), i));
  EXPECT_EQ(i, 16);
  EXPECT_TRUE(ToInteger(s.Str("1e2"), i));
  EXPECT_EQ(i, 100);
  EXPECT_FALSE(ToInteger(s.Str("1.5"), i));
  EXPECT_TRUE(ToFloat(s.Str("1.5"), d));
  EXPECT_EQ(d, 1.5);
  EXPECT_TRUE(ToFloat(Value::Integer(2), d));
  EXPECT_EQ(d, 2.0);
  EXPECT_TRUE(ToNumber(s.Str("9223372036854775808"), out));
  EXPECT_TRUE(out.is_float());
  EXPECT_TRUE(ToNumber(s.Str("-7"), out));
  EXPECT_TRUE(RawEquals(out, Value::Integer(-7)) && out.is_integer());
  for (Value v :
       {s.Str(""), s.Str("abc"), s.Str("1 2"), s.Str({"1\0", 2}), s.Str("inf"),
        s.Str("nan"), Value::Nil(), Value::Boolean(true)}) {
    EXPECT_FALSE(ToNumber(v, out));
    EXPECT_FALSE(ToInteger(v, i));
    EXPECT_FALSE(ToFloat(v, d));
  }
  EXPECT_FALSE(ToIntegerNoString(s.Str("1"), i));
  EXPECT_FALSE(ToFloatNoString(s.Str("1"), d));
  EXPECT_TRUE(ToIntegerNoString(Value::Float(4), i));
}

TEST(ConversionTest, NumbersAsTextLookAsInPuc) {
  TestState s;
  struct {
    Value v;
    const char* text;
  } cases[] = {
      {Value::Integer(0), "0"},
      {Value::Integer(INT64_MIN), "-9223372036854775808"},
      {Value::Float(1), "1.0"},
      {Value::Float(-0.0), "-0.0"},
      {Value::Float(0.1), "0.1"},
      {Value::Float(1e15), "1e+15"},
      {Value::Float(0x1p53), "9.007199254741e+15"},
      {Value::Float(1e100), "1e+100"},
      {Value::Float(-1.7976931348623157e308), "-1.7976931348623e+308"},
      {Value::Float(INFINITY), "inf"},
      {Value::Float(-INFINITY), "-inf"},
      {Value::Float(std::copysign(NAN, -1.0)), "-nan"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ToString(s.state, c.v)->view(), c.text);
  }
  Value text = s.Str("x");
  EXPECT_EQ(ToString(s.state, text), text.string());
  EXPECT_EQ(ToString(s.state, Value::Nil()), nullptr);
  EXPECT_EQ(ToString(s.state, Value::Boolean(true)), nullptr);
}

}  // namespace
}  // namespace m3lua
