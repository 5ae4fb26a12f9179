// A program with embedded scripts: where `require` finds them, and what their
// errors say. There is no file to be found.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "lua/embed/lua.h"

namespace {

class EmbedTest : public ::testing::Test {
 protected:
  EmbedTest() {
    lua_.RunString("package.path = ''; package.cpath = ''").IgnoreError();
  }
  std::string Eval(std::string_view expression) {
    absl::StatusOr<m3lua::Ref> value = lua_.Eval<m3lua::Ref>(expression);
    if (!value.ok()) return std::string(value.status().message());
    return *value->ToString();
  }
  m3lua::Lua lua_;
};

TEST_F(EmbedTest, FindsPackagesAndSubmodules) {
  EXPECT_EQ(Eval("require('scripts').name"), "scripts");
  EXPECT_EQ(Eval("require('scripts.enemy.goblin').loot"), "3");
  // Those of a lua_library in deps.
  EXPECT_EQ(Eval("require('geometry').name"), "geometry");
  EXPECT_EQ(Eval("require('geometry.shape').square(2).height"), "2");
}

TEST_F(EmbedTest, FindsNothingElse) {
  EXPECT_NE(Eval("select(2, pcall(require, 'geometry.undeclared'))")
                .find("no module 'geometry.undeclared' in this program"),
            std::string::npos);
}

TEST_F(EmbedTest, MessagesNameTheSource) {
  EXPECT_EQ(Eval("select(2, pcall(require('scripts').fail))"),
            "tests/bazel/geometry/angle.lua:9: no angle");
  EXPECT_EQ(Eval("select(2, pcall(require('tests.bazel.text')))"),
            "tests/bazel/text.lua:2: text");
  EXPECT_EQ(Eval("select(2, pcall(require('tests.bazel.stripped')))"),
            "stripped");
}

TEST_F(EmbedTest, TracebacksNameTheSource) {
  absl::Status status = lua_.RunString("require('scripts').fail()", "=test");
  std::string text = m3lua::Describe(status);
  EXPECT_NE(text.find("tests/bazel/scripts/init.lua:9: in"), std::string::npos)
      << text;
}

}  // namespace
