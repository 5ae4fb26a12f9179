#include "lua/runtime/chunk_file.h"

#include <string_view>

#include "gtest/gtest.h"

namespace m3lua {
namespace {

TEST(ChunkFileTest, SkipsMarkAndFirstLine) {
  struct {
    std::string_view contents;
    std::string_view wanted;
  } kCases[] = {
      {"", ""},
      {"x = 1", "x = 1"},
      {"#!lua\nx = 1", "\nx = 1"},
      {"#", ""},
      {"#only", ""},
      {"#\n", "\n"},
      {"\xEF\xBB\xBF", ""},
      {"\xEF\xBB\xBFx", "x"},
      {"\xEF\xBB\xBF#c\nx", "\nx"},
      {"\xEF\xBB", "\xEF\xBB"},
      {"\xEFx", "\xEFx"},
      {"#c\n\x1bLua", "\x1bLua"},
      {"\x1bLua", "\x1bLua"},
      {" #no", " #no"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(SkipFileHeader(c.contents), c.wanted) << c.contents;
  }
}

TEST(ChunkFileTest, BinaryChunks) {
  EXPECT_TRUE(IsBinaryChunk("\x1bLua"));
  EXPECT_TRUE(IsBinaryChunk("\x1b"));
  EXPECT_FALSE(IsBinaryChunk("return 1"));
  EXPECT_FALSE(IsBinaryChunk(""));
}

}  // namespace
}  // namespace m3lua
