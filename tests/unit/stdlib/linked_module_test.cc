// Modules linked into this program: what `require` makes of them.
#include "lua/stdlib/linked_module.h"

#include <gtest/gtest.h>

#include <string>

#include "lua/embed/lua.h"
#include "lua/runtime/native.h"

namespace m3lua {
namespace {

NativeResult OpenNative(NativeCall& call) {
  // The name, and what the searcher says of the place.
  return call.ReturnString(std::string(call.CheckView(1)) + " " +
                           std::string(call.CheckView(2)));
}

const stdlib::LinkedModule text("linked.text", "return 'text', ...",
                                "@linked/text.lua");
const stdlib::LinkedModule failing("linked.failing", "\nerror('no')",
                                   "@linked/failing.lua");
const stdlib::LinkedModule broken("linked.broken", "return +",
                                  "@linked/broken.lua");
const stdlib::LinkedModule truncated("linked.truncated", "\x1bLuaT",
                                     "@linked/truncated.lua");
const stdlib::LinkedModule native("linked.native", [](State& state) {
  return SharedFunction(state, OpenNative);
});
// Two libraries with the same source; two with the same name only.
const stdlib::LinkedModule same_1("linked.same", "return 1", "@same.lua");
const stdlib::LinkedModule same_2("linked.same", "return 1", "@same.lua");
const stdlib::LinkedModule other_1("linked.other", "return 1", "@other.lua");
const stdlib::LinkedModule other_2("linked.other", "return 2", "@other.lua");

class LinkedModuleTest : public ::testing::Test {
 protected:
  // What the expression gives, or the message of its error.
  std::string Eval(std::string_view expression) {
    absl::StatusOr<Ref> value = lua_.Eval<Ref>(expression);
    if (!value.ok()) return std::string(value.status().message());
    return *value->ToString();
  }
  Lua lua_;
};

TEST_F(LinkedModuleTest, IsFoundByItsName) {
  EXPECT_EQ(Eval("require 'linked.text'"), "text");
  EXPECT_EQ(Eval("select(2, require 'linked.same')"), ":linked:");
  EXPECT_EQ(Eval("require 'linked.native'"), "linked.native :linked:");
  EXPECT_EQ(Eval("package.loaded['linked.text']"), "text");
}

TEST_F(LinkedModuleTest, IsFoundByEveryState) {
  Lua other;
  EXPECT_EQ(*other.Eval<std::string>("require 'linked.text'"), "text");
  Lua::Options options;
  options.libraries = Library::kBase | Library::kPackage;
  Lua small(options);
  EXPECT_EQ(*small.Eval<std::string>("require 'linked.text'"), "text");
}

TEST_F(LinkedModuleTest, BytecodeOfTheProgramIsNoneOfAScript) {
  static const std::string code =
      lua_.Eval<std::string>("string.dump(load('return 7'))").value();
  static const stdlib::LinkedModule precompiled("linked.precompiled", code,
                                                "=precompiled");
  Lua::Options options;
  options.allow_bytecode = false;
  Lua strict(options);
  EXPECT_EQ(strict.Eval<int>("require 'linked.precompiled'").value(), 7);
  EXPECT_EQ(*strict.Eval<bool>("load(string.dump(load('return 7'))) == nil"),
            true)
      << "a script loads bytecode";
}

TEST_F(LinkedModuleTest, ComesAfterPreloadAndBeforeFiles) {
  EXPECT_EQ(Eval("#package.searchers"), "5");
  ASSERT_TRUE(lua_.RunString("package.preload['linked.text'] = "
                             "function() return 'preloaded' end")
                  .ok());
  EXPECT_EQ(Eval("require 'linked.text'"), "preloaded");
  EXPECT_EQ(Eval("package.searchers[2]('linked.text')").substr(0, 9),
            "function:");
}

TEST_F(LinkedModuleTest, TheHostsLoaderComesFirst) {
  Lua::Options options;
  options.loader = [](std::string_view) -> absl::StatusOr<std::string> {
    return "return 'host'";
  };
  Lua lua(options);
  EXPECT_EQ(*lua.Eval<std::string>("require 'linked.text'"), "host");
}

TEST_F(LinkedModuleTest, ErrorsNameTheSource) {
  EXPECT_EQ(Eval("require 'linked.failing'"), "linked/failing.lua:2: no");
  EXPECT_EQ(Eval("select(2, pcall(require, 'linked.broken'))"),
            "error loading module 'linked.broken' of this program:\n"
            "\tlinked/broken.lua:1: unexpected symbol near '+'");
  EXPECT_EQ(Eval("select(2, pcall(require, 'linked.truncated'))"),
            "error loading module 'linked.truncated' of this program:\n"
            "\tlinked/truncated.lua: bad binary format (truncated chunk)");
}

TEST_F(LinkedModuleTest, AModuleThatIsNowhereWasLookedForHere) {
  std::string message = Eval("select(2, pcall(require, 'linked.nowhere'))");
  EXPECT_NE(message.find("\n\tno module 'linked.nowhere' in this program"),
            std::string::npos)
      << message;
}

TEST_F(LinkedModuleTest, TwoOfOneNameAreAnErrorUnlessTheyAreTheSame) {
  EXPECT_EQ(Eval("require 'linked.same'"), "1");
  EXPECT_EQ(Eval("select(2, pcall(require, 'linked.other'))"),
            "this program has two modules 'linked.other'");
}

}  // namespace
}  // namespace m3lua
