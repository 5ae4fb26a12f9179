// Numerals: what they mean, which texts are none, how numbers are printed.
#include "lua/syntax/numeral.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace m3lua::syntax {
namespace {

constexpr int64_t kMinInteger = std::numeric_limits<int64_t>::min();
constexpr int64_t kMaxInteger = std::numeric_limits<int64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ParseNumber, Integers) {
  const struct {
    std::string_view text;
    int64_t value;
  } kCases[] = {
      {"0", 0},
      {"-0", 0},
      {"007", 7},
      {" \t\n\v\f\r42\r\n ", 42},
      {"+13", 13},
      {"-13", -13},
      {"9223372036854775807", kMaxInteger},
      {"-9223372036854775808", kMinInteger},
      {"0000000000000000000000000000000009", 9},
      {"0x10", 16},
      {"0XfF", 255},
      {"-0x1", -1},
      {"0xffffffffffffffff", -1},
      {"0x7fffffffffffffff", kMaxInteger},
      {"0x8000000000000000", kMinInteger},
      {"0x1ffffffffffffffff", -1},
      {"0x123456789abcdef01", 0x23456789abcdef01},
  };
  for (const auto& c : kCases) {
    const auto number = ParseNumber(c.text);
    ASSERT_TRUE(number.has_value()) << c.text << " should be a numeral";
    ASSERT_TRUE(std::holds_alternative<int64_t>(*number))
        << c.text << " should be an integer";
    EXPECT_EQ(std::get<int64_t>(*number), c.value) << c.text;
  }
}

TEST(ParseNumber, Floats) {
  const struct {
    std::string_view text;
    double value;
  } kCases[] = {
      {"1.5", 1.5},
      {" -1.5 ", -1.5},
      {"5.", 5},
      {".5", 0.5},
      {"1e2", 100},
      {"1E+2", 100},
      {"1e-2", 0.01},
      {"9223372036854775808", 9223372036854775808.0},
      {"-9223372036854775809", -9223372036854775809.0},
      {"1e308", 1e308},
      {"1e309", kInfinity},
      {"-1e309", -kInfinity},
      {"1e99999999999999999999999", kInfinity},
      {"0.0000001e400", kInfinity},
      {"1e-400", 0},
      {"1e-99999999999999999999999", 0},
      {"0e99999999999999999999999", 0},
      {"4.9e-324", 4.9e-324},
      {"2.2250738585072011e-308", 2.2250738585072011e-308},
      {"0x1p4", 16},
      {"0x.8", 0.5},
      {"0x8.", 8},
      {"0xA.8p1", 21},
      {"0xap-1", 5},
      {"-0x1p-1", -0.5},
      {"0x1P+3", 8},
      {"0x0p99999999999999999999", 0},
      {"0x1p1024", kInfinity},
      {"0x1p99999999999999999999", kInfinity},
      {"0x1p-99999999999999999999", 0},
      {"0x1p-1074", 4.9406564584124654e-324},
      {"0x1p-1075", 0},
      {"0x1.8p-1075", 4.9406564584124654e-324},
      {"0x1.fffffffffffffp1023", std::numeric_limits<double>::max()},
      {"0x1.fffffffffffff8p1023", kInfinity},
      {"0x1.00000000000008p0", 1.0},
      {"0x1.000000000000080000000000000000000001p0",
       1.0 + std::numeric_limits<double>::epsilon()},
      {"0xffffffffffffffffff.8", 4722366482869645213695.5},
      {"0x1ffffffffffffffff.0", 36893488147419103231.0},
  };
  for (const auto& c : kCases) {
    const auto number = ParseNumber(c.text);
    ASSERT_TRUE(number.has_value()) << c.text << " should be a numeral";
    ASSERT_TRUE(std::holds_alternative<double>(*number))
        << c.text << " should be a float";
    EXPECT_EQ(std::get<double>(*number), c.value) << c.text;
  }
  EXPECT_TRUE(std::signbit(std::get<double>(*ParseNumber("-0.0"))));
  EXPECT_TRUE(std::signbit(std::get<double>(*ParseNumber("-0x0p1"))));
}

TEST(ParseNumber, Rejects) {
  const std::string_view kCases[] = {
      "",
      " ",
      "-",
      "+",
      "--1",
      "+-1",
      "- 1",
      "1 2",
      "1e",
      "1e+",
      "e1",
      ".",
      "-.",
      ".e1",
      "1..2",
      "1.2.3",
      "0x",
      "0x.",
      "0xg",
      "0x.p1",
      "0x1p",
      "0x1p+",
      "0x1pz",
      "0x1.2.3",
      "1x",
      "inf",
      "-inf",
      "nan",
      "NaN",
      "infinity",
      "1f",
      "1_000",
      "0b1",
      "1e1e1",
      "x1",
      "0x 1",
      "0x-1",
      "--0x1",
      std::string_view("1\0", 2),
      std::string_view("\0"
                       "1",
                       2),
  };
  for (const std::string_view text : kCases) {
    EXPECT_FALSE(ParseNumber(text).has_value())
        << '"' << text << "\" should be no numeral";
  }
}

TEST(ParseNumber, HexadecimalFloatsRoundAsTheCLibraryDoes) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 20000; ++i) {
    char text[80];
    std::snprintf(text, sizeof text, "0x%llx.%llxp%d",
                  static_cast<unsigned long long>(random() >> (random() % 64)),
                  static_cast<unsigned long long>(random() >> (random() % 64)),
                  static_cast<int>(random() % 2300) - 1180);
    EXPECT_EQ(std::get<double>(*ParseNumber(text)), std::strtod(text, nullptr))
        << text;
  }
}

TEST(FormatNumber, Integers) {
  EXPECT_EQ(FormatNumber(int64_t{0}), "0");
  EXPECT_EQ(FormatNumber(int64_t{-42}), "-42");
  EXPECT_EQ(FormatNumber(kMaxInteger), "9223372036854775807");
  EXPECT_EQ(FormatNumber(kMinInteger), "-9223372036854775808");
}

TEST(FormatNumber, Floats) {
  const struct {
    double value;
    std::string_view text;
  } kCases[] = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1.0, "1.0"},
      {-2.0, "-2.0"},
      {0.1, "0.1"},
      {1.0 / 3, "0.33333333333333"},
      {1e14, "1e+14"},
      {123456789012345.0, "1.2345678901234e+14"},
      {99999999999999.0, "99999999999999.0"},
      {1e15, "1e+15"},
      {1e100, "1e+100"},
      {1e-5, "1e-05"},
      {0.0001, "0.0001"},
      {3.14159265358979, "3.1415926535898"},
      {std::numeric_limits<double>::max(), "1.7976931348623e+308"},
      {-std::numeric_limits<double>::denorm_min(), "-4.9406564584125e-324"},
      {kInfinity, "inf"},
      {-kInfinity, "-inf"},
      {std::copysign(std::nan(""), 1), "nan"},
      {std::copysign(std::nan(""), -1), "-nan"},
  };
  for (const auto& c : kCases) EXPECT_EQ(FormatNumber(c.value), c.text);
}

TEST(FormatNumber, FloatsPrintAsWithPrintf) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20000; ++i) {
    const uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    char expected[64];
    std::snprintf(expected, sizeof expected, "%.14g", value);
    if (std::strspn(expected, "-0123456789") == std::strlen(expected)) {
      std::strcat(expected, ".0");
    }
    ASSERT_EQ(FormatNumber(value), expected);
  }
}

}  // namespace
}  // namespace m3lua::syntax
