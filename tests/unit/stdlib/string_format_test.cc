// string.format.  More cases, against PUC's answers:
// tests/conformance/string_format.lua.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "lua/runtime/metatables.h"
#include "lua/stdlib/libraries.h"
#include "tests/unit/stdlib/library_tester.h"

namespace m3lua {
namespace {

using namespace std::string_view_literals;
using testing::Arg;
using testing::LibraryTester;

struct FormatTest : ::testing::Test {
  LibraryTester lua{stdlib::OpenString};

  std::string Format(std::string_view format, std::vector<Arg> arguments) {
    arguments.insert(arguments.begin(), Arg(format));
    return lua.Run("string.format", arguments);
  }
};

// All modifiers of C that Lua lets through, against C's printf.
TEST_F(FormatTest, NumbersAreCs) {
  const double kFloats[] = {
      0.0,   -0.0,     1.0,       -1.5, 0.1,    123456.789, 1e15,
      1e16,  1e-5,     1e-4,      2.5,  3.5,    1e100,      5e-324,
      1e308, INFINITY, -INFINITY, 0.5,  99.995, 9.9999999,  1e21};
  const int64_t kIntegers[] = {0, 1, -1, 42, -12345, INT64_MAX, INT64_MIN};
  const char* const kFlags[] = {"",   "-",  "+",  " ",  "0", "#",
                                "-+", "+0", " 0", "#0", "-0"};
  const char* const kSizes[] = {"",   "1", "8",   "25",   ".0",   ".1",
                                ".3", ".", ".17", "12.4", "30.20"};
  auto allowed = [](std::string_view flags, std::string_view set) {
    return flags.find_first_not_of(set) == std::string_view::npos;
  };
  char expected[1024];
  for (const char* flags : kFlags) {
    for (const char* size : kSizes) {
      for (char conversion : "aAeEfgG"sv) {
        std::string format = std::string("%") + flags + size + conversion;
        for (double d : kFloats) {
          std::snprintf(expected, sizeof expected, format.c_str(), d);
          EXPECT_EQ(Format(format, {d}), expected) << format << " of " << d;
        }
      }
      for (char conversion : "dioxX"sv) {
        const bool is_signed = conversion == 'd' || conversion == 'i';
        std::string modifiers = std::string("%") + flags + size;
        std::string format = modifiers + conversion;
        for (int64_t n : kIntegers) {
          if (!allowed(flags, is_signed ? "-+0 " : "-#0")) {
            EXPECT_EQ(
                Format(format, {n}),
                "error: invalid conversion specification: '" + format + "'");
            continue;
          }
          std::string c_format = modifiers + "ll" + conversion;
          std::snprintf(expected, sizeof expected, c_format.c_str(),
                        static_cast<long long>(n));
          EXPECT_EQ(Format(format, {n}), expected) << format << " of " << n;
        }
      }
    }
  }
}

TEST_F(FormatTest, RandomFloatsAreCs) {
  std::mt19937_64 random(42);
  char expected[1024];
  for (int i = 0; i < 3000; ++i) {
    uint64_t bits = random();
    double d;
    std::memcpy(&d, &bits, sizeof d);
    if (!std::isfinite(d)) continue;
    for (const char* format : {"%.14g", "%.17g", "%.3f", "%e", "%.0f"}) {
      std::snprintf(expected, sizeof expected, format, d);
      EXPECT_EQ(Format(format, {d}), expected) << format;
    }
  }
}

TEST_F(FormatTest, StringsCharactersPointers) {
  EXPECT_EQ(Format("%s|%5s|%-5s|%.2s|%5.1s|", {"a", "b", "c", "def", "gh"}),
            "a|    b|c    |de|    g|");
  EXPECT_EQ(Format("%s", {"a\0b"sv}), "a\0b"sv);
  EXPECT_EQ(Format("%3s", {"a\0b"sv}),
            "error: bad argument #2 to 'string.format' (string contains "
            "zeros)");
  EXPECT_EQ(Format("%5s", {std::string(100, 'x')}), std::string(100, 'x'));
  EXPECT_EQ(Format("%.5s", {std::string(100, 'x')}), "xxxxx");
  EXPECT_EQ(Format("%s %s %s %s", {Arg(), true, 1, 1.0}), "nil true 1 1.0");
  EXPECT_EQ(Format("%c%c%c", {65, 0, 66}), "A\0B"sv);
  EXPECT_EQ(Format("%3c|%-3c|", {65, 66}), "  A|B  |");
  EXPECT_EQ(Format("%p|%10p|%-8p|", {1, Arg(), true}),
            "(null)|    (null)|(null)  |");
  EXPECT_EQ(Format("%p", {Value::Of(lua.state.globals)}).substr(0, 2), "0x");
  EXPECT_EQ(Format("%d%%%d", {1, 2}), "1%2");
  EXPECT_EQ(Format("", {1}), "");
}

TEST_F(FormatTest, UsesToString) {
  Table* table = NewTable(lua.state);
  SetField(lua.state, lua.state.globals, "kept", Value::Of(table));
  Table* meta = NewTable(lua.state);
  SetMetatable(lua.state, table, meta);
  SetField(lua.state, meta, "__tostring",
           Value::Of(NewNative(lua.state, [](NativeCall& call) {
             return call.ReturnString("shown");
           })));
  lua.engine.collect_after_calls = true;
  EXPECT_EQ(Format("%s|%6s|%.2s",
                   {Value::Of(table), Value::Of(table), Value::Of(table)}),
            "shown| shown|sh");
}

TEST_F(FormatTest, Literals) {
  EXPECT_EQ(Format("%q", {"a\"b\\c\nd\0e\0001\r\x7F\xC8"sv}),
            "\"a\\\"b\\\\c\\\nd\\0e\\0001\\13\\127\xC8\"");
  EXPECT_EQ(Format("%q %q %q", {Arg(), true, false}), "nil true false");
  EXPECT_EQ(Format("%q %q", {-1, INT64_MIN}), "-1 0x8000000000000000");
  EXPECT_EQ(Format("%q %q", {1.5, -0.0}), "0x1.8p+0 -0x0p+0");
  EXPECT_EQ(Format("%q %q %q", {INFINITY, -INFINITY, NAN}),
            "1e9999 -1e9999 (0/0)");
  EXPECT_EQ(Format("%q", {Value::Of(lua.state.globals)}),
            "error: bad argument #2 to 'string.format' (value has no literal "
            "form)");
  EXPECT_EQ(Format("%5q", {1}), "error: specifier '%q' cannot have modifiers");
}

TEST_F(FormatTest, Errors) {
  EXPECT_EQ(Format("%d", {}),
            "error: bad argument #2 to 'string.format' (no value)");
  EXPECT_EQ(Format("%d", {"x"}),
            "error: bad argument #2 to 'string.format' (number expected, got "
            "string)");
  EXPECT_EQ(Format("%d", {1.5}),
            "error: bad argument #2 to 'string.format' (number has no integer "
            "representation)");
  EXPECT_EQ(Format("%", {1}), "error: invalid conversion '%' to 'format'");
  EXPECT_EQ(Format("%y", {1}), "error: invalid conversion '%y' to 'format'");
  EXPECT_EQ(Format("%5\0a"sv, {1}),
            "error: invalid conversion '%5' to 'format'");
  EXPECT_EQ(Format("%" + std::string(20, '0') + "d", {1}), "1");
  EXPECT_EQ(Format("%" + std::string(21, '0') + "d", {1}),
            "error: invalid format (too long)");
  for (const char* format : {"%100d", "%.100d", "%10.123d", "%#d", "%+x", "%0s",
                             "%.3c", "%5.3p", "%+u", "%#i"}) {
    EXPECT_EQ(Format(format, {1}),
              "error: invalid conversion specification: "
              "'" +
                  std::string(format) + "'");
  }
}

}  // namespace
}  // namespace m3lua
