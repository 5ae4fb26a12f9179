#include "lua/stdlib/search_path.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "gtest/gtest.h"

namespace m3lua::stdlib {
namespace {

TEST(SearchPathTest, ReplaceAll) {
  EXPECT_EQ(ReplaceAll("a.b.c", ".", "/"), "a/b/c");
  EXPECT_EQ(ReplaceAll("??", "?", "?x?"), "?x??x?");
  EXPECT_EQ(ReplaceAll("", "?", "x"), "");
  EXPECT_EQ(ReplaceAll("none", "?", "x"), "none");
}

TEST(SearchPathTest, FirstReadableFile) {
  std::string folder = ::testing::TempDir();
  std::ofstream(folder + "search_x_y.lua") << "";
  std::string file;
  EXPECT_TRUE(SearchPath("x.y", "/nowhere/?;" + folder + "search_?.lua", ".",
                         "_", file));
  EXPECT_EQ(file, folder + "search_x_y.lua");
  std::remove(file.c_str());
}

TEST(SearchPathTest, ListsWhatItTried) {
  std::string file;
  EXPECT_FALSE(SearchPath("a.b", "/no/?.1;/no/?/?.2", ".", "/", file));
  EXPECT_EQ(file, "no file '/no/a/b.1'\n\tno file '/no/a/b/a/b.2'");
  EXPECT_FALSE(SearchPath("a", "", ".", "/", file));
  EXPECT_EQ(file, "no file ''");
  EXPECT_FALSE(SearchPath("a.b", "/no?", "", "/", file));
  EXPECT_EQ(file, "no file '/noa.b'");
}

TEST(SearchPathTest, Environment) {
  struct {
    const char* value;
    const char* wanted;
  } kCases[] = {
      {"x", "x"},
      {"", ""},
      {";", ";"},
      {";;", "D"},
      {"a;;", "a;D"},
      {";;b", "D;b"},
      {"a;;b", "a;D;b"},
      {"a;b;;c", "a;b;D;c"},
      {"a;;b;;c", "a;D;b;;c"},
  };
  unsetenv("M3TEST_PATH_5_4");
  for (const auto& c : kCases) {
    setenv("M3TEST_PATH", c.value, 1);
    EXPECT_EQ(PathFromEnvironment("M3TEST_PATH", false, "D"), c.wanted)
        << c.value;
    EXPECT_EQ(PathFromEnvironment("M3TEST_PATH", true, "D"), "D");
  }
  setenv("M3TEST_PATH_5_4", "first", 1);
  EXPECT_EQ(PathFromEnvironment("M3TEST_PATH", false, "D"), "first");
  unsetenv("M3TEST_PATH_5_4");
  unsetenv("M3TEST_PATH");
  EXPECT_EQ(PathFromEnvironment("M3TEST_PATH", false, "D"), "D");
}

}  // namespace
}  // namespace m3lua::stdlib
