#include "lua/embed/buffer.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::Failure;
using testing::MustRun;
using testing::Show;

TEST(BufferTest, LuaReadsAndWritesInPlace) {
  Lua lua;
  std::vector<double> memory = {1, 2, 3};
  Buffer<double> buffer(memory);
  ASSERT_EQ(Failure(lua.Set("b", buffer)), "");
  EXPECT_EQ(Show(lua, "#b, b[1], b[3.0], b[0], b[4], b[1.5], b.x, b[-1]"),
            "3 1.0 3.0 nil nil nil nil nil");
  MustRun(lua, "for i, x in ipairs(b) do b[i] = x * 10 end");
  EXPECT_EQ(memory, (std::vector<double>{10, 20, 30}));
  memory[1] = 7;
  EXPECT_EQ(Show(lua, "b[2]"), "7.0");
  MustRun(lua,
          "s = ''; for i, x in pairs(b) do s = s .. i .. '=' .. x .. ' ' end");
  EXPECT_EQ(Show(lua, "s"), "1=10.0 2=7.0 3=30.0 ");
  MustRun(lua, "table.sort(b, function(x, y) return x > y end)");
  EXPECT_EQ(Show(lua, "table.concat(b, ' '), table.unpack(b)"),
            "30.0 10.0 7.0 30.0 10.0 7.0");
}

TEST(BufferTest, WritesAreChecked) {
  struct Row {
    const char* code;
    const char* error;
  };
  constexpr Row kRows[] = {
      {"b[1] = 255; b[2] = 0", ""},
      {"b[1] = 256", "error: element 1: number out of range"},
      {"b[2] = -1", "error: element 2: number out of range"},
      {"b[2] = 1.5", "error: element 2: number has no integer representation"},
      {"b[3] = '1'", "error: element 3: number expected, got string"},
      {"b[3] = nil", "error: element 3: number expected, got nil"},
      {"b[4] = 1", "error: no element '4' in a buffer of 3"},
      {"b[0] = 1", "error: no element '0' in a buffer of 3"},
      {"b[math.mininteger] = 1",
       "error: no element '-9223372036854775808' in a buffer of 3"},
      {"b.x = 1", "error: no element 'x' in a buffer of 3"},
      {"c[1] = 1", "error: the buffer is read only"},
  };
  Lua lua;
  std::array<uint8_t, 3> memory = {1, 2, 3};
  Buffer<uint8_t> buffer(memory);
  Buffer<const uint8_t> constant(memory);
  ASSERT_EQ(Failure(lua.Set("b", buffer)), "");
  ASSERT_EQ(Failure(lua.Set("c", constant)), "");
  for (const Row& row : kRows) EXPECT_EQ(Show(lua, row.code), row.error);
  EXPECT_EQ(memory, (std::array<uint8_t, 3>{255, 0, 3}))
      << "a write that failed has changed something";
  EXPECT_EQ(Show(lua, "c[1], #c"), "255 3");
}

enum class Color { kRed, kGreen };

TEST(BufferTest, ElementsOfManyTypes) {
  Lua lua;
  std::vector<std::string> strings = {"a", "b"};
  Color colors[] = {Color::kRed, Color::kGreen};
  bool flags[] = {true, false};
  Buffer<std::string> s(strings);
  Buffer<Color> c(colors);
  Buffer<bool> f(flags);
  ASSERT_EQ(Failure(lua.Set("s", s)), "");
  ASSERT_EQ(Failure(lua.Set("c", c)), "");
  ASSERT_EQ(Failure(lua.Set("f", f)), "");
  MustRun(lua, "s[2] = s[1] .. s[2]; c[1] = c[2]; f[1], f[2] = f[2], f[1]");
  EXPECT_EQ(strings[1], "ab");
  EXPECT_EQ(colors[0], Color::kGreen);
  EXPECT_TRUE(!flags[0] && flags[1]);
}

TEST(BufferTest, FailsCleanlyOnceItIsRevoked) {
  constexpr std::string_view kUses[] = {"b[1]", "b[1] = 1", "#b",
                                        "ipairs(b)(b, 0)", "pairs(b)"};
  Lua lua;
  auto memory = std::make_unique<int[]>(3);
  {
    Buffer<int> buffer(std::span<int>(memory.get(), 3));
    ASSERT_EQ(Failure(lua.Set("b", buffer)), "");
    ASSERT_EQ(Failure(lua.Set("sum",
                              [](std::span<const int> s) {
                                return std::accumulate(s.begin(), s.end(), 0);
                              })),
              "");
    buffer.Revoke();
    EXPECT_EQ(Show(lua, "b[1]"), "error: the buffer is gone");
    EXPECT_TRUE(buffer.memory().empty());
    buffer.Reset(std::span<int>(memory.get(), 2));
    EXPECT_EQ(Show(lua, "#b, b[1]"), "2 0");
    EXPECT_EQ(buffer.memory().size(), 2u);
  }
  memory.reset();
  for (std::string_view use : kUses) {
    EXPECT_EQ(Show(lua, use), "error: the buffer is gone") << use;
  }
  EXPECT_EQ(Show(lua, "sum(b)"),
            "error: bad argument #1 to 'sum' (buffer expected, got one that is "
            "gone)");
}

TEST(BufferTest, EndsWithTheObjectThatHasIt) {
  struct Image {
    explicit Image(size_t n) : pixels(n) {}
    std::vector<uint32_t> pixels;
    Buffer<uint32_t> buffer{pixels};
  };
  Lua lua;
  auto image = std::make_unique<Image>(4);
  ASSERT_EQ(Failure(lua.Set("pixels", image->buffer)), "");
  MustRun(lua, "pixels[4] = 0xff00ff00");
  EXPECT_EQ(image->pixels[3], 0xff00ff00u);
  image->pixels.resize(1000);
  image->buffer.Reset(image->pixels);
  EXPECT_EQ(Show(lua, "#pixels, pixels[4] == 0xff00ff00"), "1000 true");
  image.reset();
  EXPECT_EQ(Show(lua, "pixels[4]"), "error: the buffer is gone");
}

TEST(BufferTest, MovesAndOutlivesTheState) {
  int memory[] = {1, 2};
  int others[] = {3};
  Buffer<int> kept;
  {
    Lua lua;
    Buffer<int> buffer{std::span<int>(memory)};
    Buffer<int> other{std::span<int>(others)};
    ASSERT_EQ(Failure(lua.Set("a", buffer)), "");
    ASSERT_EQ(Failure(lua.Set("b", other)), "");
    kept = std::move(buffer);
    EXPECT_EQ(Show(lua, "#a, #b"), "2 1");
    kept = std::move(other);
    EXPECT_EQ(Show(lua, "#b"), "1");
    EXPECT_EQ(Show(lua, "#a"), "error: the buffer is gone");
    MustRun(lua, "a, b = nil");
    lua.Collect();
  }
  EXPECT_EQ(kept.memory().data(), others);
}

TEST(BufferTest, SpansAreBuffersInBothDirections) {
  Lua lua;
  std::vector<int> memory = {3, 4};
  ASSERT_EQ(Failure(lua.Set("std", std::span<int>(memory))), "");
  ASSERT_EQ(Failure(lua.Set("absl", absl::Span<const int>(memory))), "");
  ASSERT_EQ(Failure(lua.Set("fill",
                            [](std::span<int> s, int x) {
                              for (int& element : s) element = x;
                            })),
            "");
  ASSERT_EQ(Failure(lua.Set("first",
                            [](absl::Span<const int> s) { return s.at(0); })),
            "");
  EXPECT_EQ(Show(lua, "first(std), first(absl)"), "3 3");
  MustRun(lua, "fill(std, 9)");
  EXPECT_EQ(memory, (std::vector<int>{9, 9}));
  EXPECT_EQ(lua.Get<std::span<int>>("std")->data(), memory.data());
  EXPECT_EQ(Show(lua, "fill(absl, 1)"),
            "error: bad argument #1 to 'fill' (writable buffer expected, got "
            "one that is read only)");
  EXPECT_EQ(Show(lua, "fill({1}, 1)"),
            "error: bad argument #1 to 'fill' (buffer of int expected, got "
            "table)");
  std::vector<double> doubles(1);
  ASSERT_EQ(Failure(lua.Set("doubles", std::span<double>(doubles))), "");
  EXPECT_EQ(Show(lua, "fill(doubles, 1)"),
            "error: bad argument #1 to 'fill' (buffer of int expected, got one "
            "of double)");
}

TEST(BufferTest, ConstBytesAreStringsOrBuffers) {
  Lua lua;
  ASSERT_EQ(Failure(lua.Set("sum",
                            [](std::span<const uint8_t> s) {
                              return std::accumulate(s.begin(), s.end(), 0);
                            })),
            "");
  uint8_t bytes[] = {1, 2};
  Buffer<uint8_t> buffer{std::span<uint8_t>(bytes)};
  ASSERT_EQ(Failure(lua.Set("b", buffer)), "");
  ASSERT_EQ(Failure(lua.Set("s", absl::Span<const char>("abc", 3))), "");
  EXPECT_EQ(Show(lua, "sum('\\1\\3'), sum(b), s"), "4 3 abc");
  EXPECT_EQ(Show(lua, "sum(1)"),
            "error: bad argument #1 to 'sum' (string expected, got number)");
}

// Memory is never taken for what it is not, whatever a script does.
TEST(BufferTest, MetamethodsCheckWhatTheyGet) {
  Lua lua;
  int memory[] = {1};
  Buffer<int> buffer{std::span<int>(memory)};
  ASSERT_EQ(Failure(lua.Set("b", buffer)), "");
  EXPECT_EQ(Show(lua, "getmetatable(b)"), "buffer");
  for (std::string_view name : {"__index", "__newindex", "__len", "__pairs"}) {
    std::string call = "debug.getmetatable(b)." + std::string(name);
    for (std::string_view wrong : {"{}", "io.stdout", "nil", "1"}) {
      std::string code = call + "(" + std::string(wrong) + ", 1, 1)";
      EXPECT_NE(Show(lua, code).find("buffer expected"), std::string::npos)
          << code << " gave " << Show(lua, code);
    }
  }
  MustRun(lua, "debug.setmetatable(b, nil)");
  EXPECT_EQ(lua.Get<std::span<int>>("b")->data(), memory);
}

}  // namespace
}  // namespace m3lua
