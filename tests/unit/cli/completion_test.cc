#include "lua/cli/completion.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lua/embed/lua.h"

namespace m3lua::cli {
namespace {

using Words = std::vector<std::string>;

class CompletionTest : public ::testing::Test {
 protected:
  void Run(const char* code) { ASSERT_TRUE(lua_.RunString(code).ok()) << code; }
  Words Complete(const char* word) { return Completions(lua_.state(), word); }
  bool Offers(const char* word, const char* wanted) {
    Words words = Complete(word);
    return std::find(words.begin(), words.end(), wanted) != words.end();
  }
  Lua lua_;
};

TEST_F(CompletionTest, GlobalsAndKeywords) {
  EXPECT_EQ(Complete("setm"), Words{"setmetatable"});
  EXPECT_EQ(Complete("repea"), Words{"repeat"});
  EXPECT_EQ(Complete("loa"), (Words{"load", "loadfile"}));
  EXPECT_TRUE(Complete("no_such_name").empty());
  EXPECT_TRUE(Offers("", "print"));
  EXPECT_TRUE(Offers("", "while"));
}

TEST_F(CompletionTest, Fields) {
  EXPECT_EQ(Complete("string.gs"), Words{"string.gsub"});
  EXPECT_EQ(Complete("_G._G.math.hu"), Words{"_G._G.math.huge"});
  EXPECT_TRUE(Complete("nowhere.x").empty());
  EXPECT_TRUE(Complete("print.x").empty());
  EXPECT_FALSE(Offers("math.", "math.while")) << "a keyword is no field";
}

TEST_F(CompletionTest, NamesOnly) {
  Run("t = {['not a name'] = 1, name = 2, [1] = 3, ['2x'] = 4}");
  EXPECT_EQ(Complete("t."), Words{"t.name"});
}

TEST_F(CompletionTest, MethodsComeFromMetatables) {
  Run("s = 'text'; "
      "o = setmetatable({own = 1, act = print}, {__index = {inherited = "
      "print}})");
  EXPECT_EQ(Complete("s:uppe"), Words{"s:upper"});
  EXPECT_EQ(Complete("o:"), (Words{"o:act", "o:inherited"}));
  EXPECT_EQ(Complete("o."), (Words{"o.act", "o.inherited", "o.own"}));
}

TEST_F(CompletionTest, NoLuaCodeRunsAndCyclesEnd) {
  Run("calls = 0; "
      "f = setmetatable({}, {__index = function() calls = calls + 1 end}); "
      "c = {}; setmetatable(c, {__index = c})");
  EXPECT_TRUE(Complete("f.x.y").empty());
  EXPECT_TRUE(Complete("f.").empty());
  EXPECT_TRUE(Complete("c.x.").empty());
  EXPECT_EQ(lua_.Get<int>("calls").value(), 0);
}

}  // namespace
}  // namespace m3lua::cli
