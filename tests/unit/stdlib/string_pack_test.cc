// string.pack and its kin.  More cases, against PUC's answers:
// tests/conformance/string_pack.lua.
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lua/stdlib/libraries.h"
#include "tests/unit/stdlib/library_tester.h"

namespace m3lua {
namespace {

using namespace std::string_view_literals;
using testing::Arg;
using testing::CheckCalls;
using testing::LibraryTester;

struct PackTest : ::testing::Test {
  LibraryTester lua{stdlib::OpenString};

  std::string Hex(std::string_view format, std::vector<Arg> arguments) {
    arguments.insert(arguments.begin(), Arg(format));
    std::string bytes = lua.Run("string.pack", arguments);
    if (bytes.starts_with("error")) return bytes;
    std::string hex;
    for (unsigned char c : bytes) {
      hex += "0123456789abcdef"[c >> 4];
      hex += "0123456789abcdef"[c & 15];
    }
    return hex;
  }
  std::string Unpack(std::string_view format, std::string_view data,
                     Arg position = 1) {
    return lua.Run("string.unpack", {format, data, position});
  }
};

TEST_F(PackTest, Layouts) {
  EXPECT_EQ(Hex("<i4>i4=i2", {1, 1, 1}), "01000000000000010100");
  EXPECT_EQ(Hex("<i3>i3", {-2, -2}),
            "feffff"
            "fffffe");
  EXPECT_EQ(Hex("<i16", {-1}), std::string(32, 'f'));
  EXPECT_EQ(Hex("<I16", {-1}), std::string(16, 'f') + std::string(16, '0'));
  EXPECT_EQ(Hex(">I10", {1}), "00000000000000000001");
  EXPECT_EQ(Hex("<f>f", {1.0, 1.0}),
            "0000803f"
            "3f800000");
  EXPECT_EQ(Hex("<d", {1.0}), "000000000000f03f");
  EXPECT_EQ(Hex("<s1>s2z", {"ab", "c", "d"}),
            "026162"
            "000163"
            "6400");
  EXPECT_EQ(Hex("c4c0", {"ab", ""}), "61620000");
  EXPECT_EQ(Hex("bxxb", {1, 2}), "01000002");
  EXPECT_EQ(Hex("!4 b i8", {1, 2}),
            "01000000"
            "0200000000000000");
  EXPECT_EQ(Hex("! b d", {1, 0.0}),
            "0100000000000000"
            "0000000000000000");
  EXPECT_EQ(Hex("bi4", {1, 2}),
            "01"
            "02000000");
  EXPECT_EQ(Hex("!b Xi4 b", {1, 2}), "0100000002");
  EXPECT_EQ(Hex("bXi4b", {1, 2}), "0102");
  EXPECT_EQ(Hex("j", {INT64_MIN}), "0000000000000080");
}

TEST_F(PackTest, RoundTrips) {
  for (int size = 1; size <= 16; ++size) {
    for (const char* order : {"<", ">"}) {
      for (int64_t n : {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{127},
                        int64_t{-128}, INT64_MAX, INT64_MIN}) {
        if (size < 8 && (n >> (size * 8 - 1)) != 0 &&
            (n >> (size * 8 - 1)) != -1) {
          continue;
        }
        std::string format = order + ("i" + std::to_string(size));
        ASSERT_FALSE(lua.Run("string.pack", {format, n}).starts_with("error"));
        EXPECT_EQ(Unpack(format, lua.last[0].string()->view()),
                  std::to_string(n) + " " + std::to_string(size + 1))
            << format;
      }
    }
  }
}

TEST_F(PackTest, Unpack) {
  EXPECT_EQ(Unpack("<i4", "\1\0\0\0\2\0\0\0"sv, 5), "2 9");
  EXPECT_EQ(Unpack("<I2", "\xFF\xFF"), "65535 3");
  EXPECT_EQ(Unpack("<i2", "\xFF\xFF"), "-1 3");
  EXPECT_EQ(Unpack("s1z", "\2abcd\0"sv), "ab cd 7");
  EXPECT_EQ(Unpack("c0", "abc", -1), " 3");
  EXPECT_EQ(Unpack("", "abc", 4), "4");
  EXPECT_EQ(Unpack("!4 b Xi4 b", "a...b"), "97 98 6");
  EXPECT_EQ(Unpack("<i9", std::string(9, '\xFF')), "-1 10");
  EXPECT_EQ(Unpack("<f", "\0\0\xC0\x3F"sv), "1.5 5");
  EXPECT_EQ(
      lua.Run("string.unpack", {std::string(3000, 'B'), std::string(3000, 'x')})
          .substr(0, 8),
      "120 120 ");
  EXPECT_EQ(lua.last.size(), 3001u);
}

TEST_F(PackTest, Sizes) {
  CheckCalls(lua, {{"string.packsize", {"bhilj"}, "23"},
                   {"string.packsize", {"!8 b i8"}, "16"},
                   {"string.packsize", {"< !4 b d"}, "12"},
                   {"string.packsize",
                    {"c2147483647"},
                    "error: invalid format "
                    "option '7'"},
                   {"string.packsize", {"c200000000c200000000"}, "400000000"},
                   {"string.packsize",
                    {"s"},
                    "error: bad argument #1 to "
                    "'string.packsize' (variable-length "
                    "format)"}});
  std::string format;
  for (int i = 0; i < 7; ++i) format += "c268435456";
  EXPECT_EQ(lua.Run("string.packsize", {format + "c268435455"}), "2147483647");
  EXPECT_EQ(lua.Run("string.packsize", {format + "c268435456"}),
            "error: bad argument #1 to 'string.packsize' (format result too "
            "large)");
}

TEST_F(PackTest, Errors) {
  struct {
    std::string_view format;
    Arg argument;
    const char* error;
  } const kPack[] = {
      {"i0", 1, "integral size (0) out of limits [1,16]"},
      {"!17", 1, "integral size (17) out of limits [1,16]"},
      {"r", 1, "invalid format option 'r'"},
      {"c", "", "missing size for format option 'c'"},
      {"!4i3", 1,
       "bad argument #1 to 'string.pack' (format asks for "
       "alignment not power of 2)"},
      {"X", 1,
       "bad argument #1 to 'string.pack' (invalid next option for "
       "option 'X')"},
      {"Xc1", 1,
       "bad argument #1 to 'string.pack' (invalid next option for "
       "option 'X')"},
      {"b", 128, "bad argument #2 to 'string.pack' (integer overflow)"},
      {"B", -1, "bad argument #2 to 'string.pack' (unsigned overflow)"},
      {"i7", INT64_MAX, "bad argument #2 to 'string.pack' (integer overflow)"},
      {"c1", "ab",
       "bad argument #2 to 'string.pack' (string longer than "
       "given size)"},
      {"z", "a\0"sv,
       "bad argument #2 to 'string.pack' (string contains "
       "zeros)"},
      {"bb", 1, "bad argument #3 to 'string.pack' (number expected, got nil)"},
      {"bz", 1, "bad argument #3 to 'string.pack' (string expected, got nil)"},
  };
  for (auto& c : kPack) {
    EXPECT_EQ(lua.Run("string.pack", {c.format, c.argument}),
              "error: " + std::string(c.error))
        << c.format;
  }
  EXPECT_EQ(lua.Run("string.pack", {"s1", std::string(256, 'x')}),
            "error: bad argument #2 to 'string.pack' (string length does not "
            "fit in given size)");
  const std::string kShort =
      "error: bad argument #2 to 'string.unpack' (data string too short)";
  EXPECT_EQ(Unpack("i4", "abc"), kShort);
  EXPECT_EQ(Unpack("s1", "\5ab"), kShort);
  EXPECT_EQ(Unpack("s8", std::string(8, '\xFF')), kShort);
  EXPECT_EQ(Unpack("c200000000", "ab"), kShort);
  EXPECT_EQ(Unpack("z", "abc"),
            "error: bad argument #2 to 'string.unpack' (unfinished string for "
            "format 'z')");
  EXPECT_EQ(Unpack("b", "abc", 5),
            "error: bad argument #3 to 'string.unpack' (initial position out "
            "of string)");
  EXPECT_EQ(Unpack("<I9", std::string(8, '\0') + "\1"),
            "error: 9-byte integer does not fit into Lua Integer");
}

}  // namespace
}  // namespace m3lua
