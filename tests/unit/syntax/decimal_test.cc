// FormatFixed and FormatGeneral14 against printf.
#include "lua/syntax/decimal.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <string>

namespace m3lua::syntax {
namespace {

std::string Printed(const char* format, int precision, double value) {
  char text[512];
  return std::string(text, static_cast<size_t>(std::snprintf(
                               text, sizeof text, format, precision, value)));
}

// False: FormatFixed leaves this number to others.
bool FixedIsRight(double value, int precision) {
  char text[kFixedBytes + 1];
  text[kFixedBytes] = '!';
  const char* end = FormatFixed(value, precision, text);
  EXPECT_EQ(text[kFixedBytes], '!') << "wrote too far: " << value;
  if (end == nullptr) return false;
  EXPECT_EQ(std::string(text, static_cast<size_t>(end - text)),
            Printed("%.*f", precision, value))
      << "precision " << precision;
  return true;
}

bool GeneralIsRight(double value) {
  char text[kFixedBytes + 1];
  text[kFixedBytes] = '!';
  const char* end = FormatGeneral14(value, text);
  EXPECT_EQ(text[kFixedBytes], '!') << "wrote too far: " << value;
  if (end == nullptr) return false;
  EXPECT_EQ(std::string(text, static_cast<size_t>(end - text)),
            Printed("%.*g", 14, value));
  return true;
}

TEST(DecimalTest, EverydayNumbersAreTaken) {
  for (double value : {0.0, 1.0, 0.5, 0.1, 0.25, 2.5, 3.14159, 99.995, 1234.5,
                       1e6, 123456789.125, 9007199254740991.0}) {
    for (int precision : {0, 1, 2, 3}) {
      EXPECT_TRUE(FixedIsRight(value, precision)) << value;
    }
  }
  for (double value : {1.0, 0.5, 0.1, 0.001, 0.0001, 3.14159265358979, 100.0,
                       1e13, 99999999999999.0, 12345678.9}) {
    EXPECT_TRUE(GeneralIsRight(value)) << value;
  }
}

TEST(DecimalTest, TiesGoToEven) {
  for (int i = 0; i < 64; ++i) {
    for (int precision = 0; precision < 6; ++precision) {
      EXPECT_TRUE(FixedIsRight(i / 8.0, precision));
      EXPECT_TRUE(FixedIsRight(1000 + i / 64.0, precision));
    }
  }
}

TEST(DecimalTest, AroundPowersOfTen) {
  for (int exponent = -9; exponent <= 20; ++exponent) {
    const double power = std::pow(10.0, exponent);
    double value = power;
    for (int i = 0; i < 40; ++i) value = std::nextafter(value, 0.0);
    for (int i = 0; i < 80; ++i, value = std::nextafter(value, 1e300)) {
      GeneralIsRight(value);
      for (int precision : {0, 2, 6, 14, 17}) FixedIsRight(value, precision);
    }
    for (double part : {1e-12, 1e-13, 4.9e-14, 5e-14, 5.1e-14, 1e-14, 1e-15}) {
      GeneralIsRight(power * (1 - part));
      GeneralIsRight(power * (1 + part));
    }
  }
}

TEST(DecimalTest, AnyNumber) {
  std::mt19937_64 random(42);
  for (int i = 0; i < 20000; ++i) {
    // All bits at random, and magnitudes that are usual.
    double value = std::fabs(std::bit_cast<double>(random()));
    if (std::isfinite(value)) {
      FixedIsRight(value, static_cast<int>(random() % 20));
      GeneralIsRight(value);
    }
    value = std::ldexp(static_cast<double>(random() >> 11),
                       -static_cast<int>(random() % 80));
    FixedIsRight(value, static_cast<int>(random() % 20));
    GeneralIsRight(value);
    value = static_cast<double>(random() % 1000000) / 1000;
    EXPECT_TRUE(FixedIsRight(value, static_cast<int>(random() % 7))) << value;
    if (value >= 1e-4) {
      EXPECT_TRUE(GeneralIsRight(value)) << value;
    }
  }
  EXPECT_FALSE(GeneralIsRight(0));
  EXPECT_FALSE(GeneralIsRight(1e14));
  EXPECT_FALSE(GeneralIsRight(HUGE_VAL));
  EXPECT_FALSE(GeneralIsRight(std::nan("")));
}

}  // namespace
}  // namespace m3lua::syntax
