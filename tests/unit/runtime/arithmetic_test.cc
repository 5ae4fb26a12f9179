#include "lua/runtime/arithmetic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "lua/object/value.h"

namespace m3lua {
namespace {

constexpr Value I(int64_t i) { return Value::Integer(i); }
constexpr Value F(double d) { return Value::Float(d); }
constexpr int64_t kMin = INT64_MIN;
constexpr int64_t kMax = INT64_MAX;

bool Same(Value a, Value b) {
  if (a.tag != b.tag) return false;
  return RawEquals(a, b) ||
         (a.is_float() && std::isnan(a.number()) && std::isnan(b.number()));
}

TEST(ArithmeticTest, Results) {
  struct {
    Event event;
    Value a, b, result;
  } cases[] = {
      {Event::kAdd, I(1), I(2), I(3)},
      {Event::kAdd, I(kMax), I(1), I(kMin)},
      {Event::kAdd, I(1), F(2), F(3)},
      {Event::kSub, I(kMin), I(1), I(kMax)},
      {Event::kMul, I(kMin), I(-1), I(kMin)},
      {Event::kMul, F(0.5), I(4), F(2)},
      {Event::kDiv, I(6), I(3), F(2)},
      {Event::kDiv, I(1), I(0), F(INFINITY)},
      {Event::kPow, I(2), I(10), F(1024)},
      {Event::kPow, F(3), I(2), F(9)},
      {Event::kMod, I(5), I(3), I(2)},
      {Event::kMod, I(-5), I(3), I(1)},
      {Event::kMod, I(5), I(-3), I(-1)},
      {Event::kMod, I(-6), I(3), I(0)},
      {Event::kMod, I(kMin), I(-1), I(0)},
      {Event::kMod, F(5.5), I(-2), F(-0.5)},
      {Event::kMod, F(-1), F(INFINITY), F(INFINITY)},
      {Event::kMod, F(1), F(-INFINITY), F(-INFINITY)},
      {Event::kMod, F(1), F(INFINITY), F(1)},
      {Event::kMod, F(1), I(0), F(NAN)},
      {Event::kIDiv, I(7), I(2), I(3)},
      {Event::kIDiv, I(-7), I(2), I(-4)},
      {Event::kIDiv, I(7), I(-2), I(-4)},
      {Event::kIDiv, I(kMin), I(-1), I(kMin)},
      {Event::kIDiv, F(7), I(-2), F(-4)},
      {Event::kIDiv, F(1), I(0), F(INFINITY)},
      {Event::kUnm, I(kMin), I(0), I(kMin)},
      {Event::kUnm, F(1.5), Value::Nil(), F(-1.5)},
      {Event::kBAnd, I(6), F(3), I(2)},
      {Event::kBOr, F(4), I(1), I(5)},
      {Event::kBXor, I(7), I(2), I(5)},
      {Event::kBNot, I(0), Value::Nil(), I(-1)},
      {Event::kShl, I(1), I(63), I(kMin)},
      {Event::kShl, I(1), I(64), I(0)},
      {Event::kShl, I(-1), I(-63), I(1)},
      {Event::kShr, I(-1), I(63), I(1)},
      {Event::kShr, I(1), I(-1), I(2)},
      {Event::kShr, I(1), I(kMin), I(0)},
      {Event::kShl, I(1), I(kMax), I(0)},
  };
  for (const auto& c : cases) {
    Value out = Value::Nil();
    SCOPED_TRACE(static_cast<int>(c.event));
    ASSERT_EQ(Arithmetic(c.event, c.a, c.b, out), ArithmeticResult::kOk);
    EXPECT_TRUE(Same(out, c.result))
        << (out.is_float() ? out.number() : out.integer()) << " instead of "
        << (c.result.is_float() ? c.result.number() : c.result.integer());
  }
}

TEST(ArithmeticTest, WhatIsLeftToOthers) {
  Value out;
  for (Event event : {Event::kMod, Event::kIDiv}) {
    EXPECT_EQ(Arithmetic(event, I(1), I(0), out),
              ArithmeticResult::kDivideByZero);
  }
  for (Value v : {Value::Nil(), Value::Boolean(true)}) {
    EXPECT_EQ(Arithmetic(Event::kAdd, v, I(1), out),
              ArithmeticResult::kNotNumbers);
    EXPECT_EQ(Arithmetic(Event::kAdd, I(1), v, out),
              ArithmeticResult::kNotNumbers);
    EXPECT_EQ(Arithmetic(Event::kUnm, v, v, out),
              ArithmeticResult::kNotNumbers);
    EXPECT_EQ(Arithmetic(Event::kBNot, v, v, out),
              ArithmeticResult::kNotNumbers);
  }
  EXPECT_EQ(Arithmetic(Event::kBAnd, F(1.5), I(1), out),
            ArithmeticResult::kNotNumbers);
  EXPECT_EQ(Arithmetic(Event::kBAnd, I(1), F(0x1p63), out),
            ArithmeticResult::kNotNumbers);
}

// Ascending; each is less than all that follow.
TEST(ArithmeticTest, OrderOfMixedNumbersIsExact) {
  constexpr int64_t k53 = int64_t{1} << 53;
  const Value ascending[] = {F(-INFINITY),  F(-0x1.0000000000001p63),
                             I(kMin),       I(kMin + 1),
                             I(-k53 - 1),   F(-0x1p53),
                             I(-1),         F(-0.5),
                             I(0),          F(0.5),
                             I(1),          F(1.5),
                             I(k53),        I(k53 + 1),
                             F(0x1p53 + 2), I(k53 + 3),
                             I(kMax - 1),   I(kMax),
                             F(0x1p63),     F(INFINITY)};
  for (size_t i = 0; i < std::size(ascending); ++i) {
    for (size_t j = 0; j < std::size(ascending); ++j) {
      EXPECT_EQ(NumberLess(ascending[i], ascending[j]), i < j) << i << " " << j;
      EXPECT_EQ(NumberLessEqual(ascending[i], ascending[j]), i <= j)
          << i << " " << j;
    }
  }
  for (Value v : ascending) {
    EXPECT_FALSE(NumberLess(v, F(NAN)) || NumberLess(F(NAN), v));
    EXPECT_FALSE(NumberLessEqual(v, F(NAN)) || NumberLessEqual(F(NAN), v));
  }
  EXPECT_TRUE(NumberLessEqual(I(3), F(3)) && NumberLessEqual(F(3), I(3)));
  EXPECT_TRUE(NumberLessEqual(I(kMin), F(-0x1p63)) &&
              NumberLessEqual(F(-0x1p63), I(kMin)));
}

}  // namespace
}  // namespace m3lua
