// The utf8 library.  More cases, against PUC's answers:
// tests/conformance/utf8.lua.
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lua/stdlib/libraries.h"
#include "tests/unit/stdlib/library_tester.h"

namespace m3lua {
namespace {

using testing::Arg;
using testing::CheckCalls;
using testing::LibraryTester;

struct Utf8Test : ::testing::Test {
  LibraryTester lua{stdlib::OpenUtf8};
};

// The first and last code of each length, there and back.
TEST_F(Utf8Test, EveryLengthRoundTrips) {
  struct {
    int64_t code;
    size_t length;
    bool strict;
  } const kCodes[] = {
      {0, 1, true},          {0x7F, 1, true},       {0x80, 2, true},
      {0x7FF, 2, true},      {0x800, 3, true},      {0xD7FF, 3, true},
      {0xD800, 3, false},    {0xDFFF, 3, false},    {0xE000, 3, true},
      {0xFFFF, 3, true},     {0x10000, 4, true},    {0x10FFFF, 4, true},
      {0x110000, 4, false},  {0x1FFFFF, 4, false},  {0x200000, 5, false},
      {0x3FFFFFF, 5, false}, {0x4000000, 6, false}, {0x7FFFFFFF, 6, false}};
  for (auto& c : kCodes) {
    std::string bytes = lua.Run("utf8.char", {c.code});
    EXPECT_EQ(bytes.size(), c.length) << c.code;
    EXPECT_EQ(lua.Run("utf8.codepoint", {bytes, 1, 1, true}),
              std::to_string(c.code));
    EXPECT_EQ(lua.Run("utf8.codepoint", {bytes}),
              c.strict ? std::to_string(c.code) : "error: invalid UTF-8 code");
    EXPECT_EQ(lua.Run("utf8.len", {bytes}), c.strict ? "1" : "nil 1");
    EXPECT_EQ(lua.Run("utf8.len", {bytes, 1, -1, true}), "1");
    // Cut short it is invalid.
    if (c.length > 1) {
      bytes.pop_back();
      EXPECT_EQ(lua.Run("utf8.len", {bytes, 1, -1, true}), "nil 1");
    }
  }
}

TEST_F(Utf8Test, OverlongAndStrayBytesAreInvalid) {
  for (const char* bytes :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF",
        "\xF8\x87\xBF\xBF\xBF", "\xFC\x83\xBF\xBF\xBF\xBF", "\x80", "\xBF",
        "\xFE", "\xFF", "\xE4", "\xE4\x80", "\xE4\x80z"}) {
    EXPECT_EQ(lua.Run("utf8.len", {bytes, 1, -1, true}), "nil 1");
    EXPECT_EQ(lua.Run("utf8.codepoint", {bytes, 1, 1, true}),
              "error: invalid UTF-8 code");
  }
}

TEST_F(Utf8Test, PositionsAndErrors) {
  const char* text = "\u00E4\u00F6\u00FC";  // 2 bytes each
  CheckCalls(lua, {{"utf8.len", {text}, "3"},
                   {"utf8.len", {text, 3}, "2"},
                   {"utf8.len", {text, 2}, "nil 2"},
                   {"utf8.len", {text, 7}, "0"},
                   {"utf8.len",
                    {text, 8},
                    "error: bad argument #2 to 'utf8.len' (initial "
                    "position out of bounds)"},
                   {"utf8.len",
                    {text, 1, 7},
                    "error: bad argument #3 to 'utf8.len' "
                    "(final position out of bounds)"},
                   {"utf8.codepoint", {text, 1, -1}, "228 246 252"},
                   {"utf8.codepoint", {text, 3, 1}, "(none)"},
                   {"utf8.codepoint",
                    {text, 0},
                    "error: bad argument #2 to "
                    "'utf8.codepoint' (out of bounds)"},
                   {"utf8.offset", {text, 3}, "5"},
                   {"utf8.offset", {text, 4}, "7"},
                   {"utf8.offset", {text, 5}, "nil"},
                   {"utf8.offset", {text, -1}, "5"},
                   {"utf8.offset", {text, -4}, "nil"},
                   {"utf8.offset", {text, 0, 4}, "3"},
                   {"utf8.offset",
                    {text, 1, 2},
                    "error: initial position is a "
                    "continuation byte"},
                   {"utf8.offset",
                    {text, 1, 8},
                    "error: bad argument #3 to 'utf8.offset' "
                    "(position out of bounds)"},
                   {"utf8.offset", {text, INT64_MAX}, "nil"},
                   {"utf8.offset", {text, INT64_MIN}, "nil"},
                   {"utf8.char",
                    {-1},
                    "error: bad argument #1 to 'utf8.char' (value out "
                    "of range)"},
                   {"utf8.char", {}, ""}});
}

TEST_F(Utf8Test, Codes) {
  auto walk = [&](std::string text, bool lax) {
    std::string all = lua.Run("utf8.codes", {text, lax});
    if (all.starts_with("error")) return all;
    Value next = lua.last[0];
    all.clear();
    Arg control = 0;
    for (int i = 0; i < 100; ++i) {
      std::string step = lua.RunValue(next, {text, control});
      if (step.starts_with("error")) return step;
      if (lua.last.empty()) break;
      control = Arg(lua.last[0]);
      all += "[" + step + "]";
    }
    return all;
  };
  EXPECT_EQ(walk("a\u00E4\u20AC\U0001F600", false),
            "[1 97][2 228][4 8364][7 128512]");
  EXPECT_EQ(walk("", false), "");
  EXPECT_EQ(walk("\xED\xA0\x80", false), "error: invalid UTF-8 code");
  EXPECT_EQ(walk("\xED\xA0\x80", true), "[1 55296]");
  EXPECT_EQ(walk("ab\xFF", false), "error: invalid UTF-8 code");
  EXPECT_EQ(walk("a\x80", false), "error: invalid UTF-8 code");
  EXPECT_EQ(walk("\xBFx", false),
            "error: bad argument #1 to 'utf8.codes' (invalid UTF-8 code)");
  lua.Run("utf8.codes", {""});
  Value next = lua.last[0];
  for (int64_t control : {int64_t{2}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(lua.RunValue(next, {"", control}), "(none)");
  }
}

}  // namespace
}  // namespace m3lua
