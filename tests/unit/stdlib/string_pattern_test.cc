// find, match, gmatch and gsub over the matcher of pattern_test.cc.  More
// cases, against PUC's answers: tests/conformance/string_pattern.lua.
#include <string>

#include "gtest/gtest.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/operations.h"
#include "lua/stdlib/libraries.h"
#include "tests/unit/stdlib/library_tester.h"

namespace m3lua {
namespace {

using namespace std::string_view_literals;
using testing::Arg;
using testing::CheckCalls;
using testing::LibraryTester;

struct StringPatternTest : ::testing::Test {
  LibraryTester lua{stdlib::OpenString};

  Value Native(NativeFunction f) {
    Value v = Value::Of(NewNative(lua.state, f));
    SetField(lua.state, lua.state.globals, "native", v);
    return v;
  }
  // All that an iterator of gmatch gives, each in brackets.
  std::string All(std::vector<Arg> arguments) {
    std::string error = lua.Run("string.gmatch", arguments);
    if (error.starts_with("error")) return error;
    Value iterator = lua.last[0];
    SetField(lua.state, lua.state.globals, "iterator", iterator);
    std::string all;
    for (int i = 0; i < 100; ++i) {
      std::string text = lua.RunValue(iterator, {});
      if (text.starts_with("error")) return text;
      if (lua.last.empty()) return all;
      all += "[" + text + "]";
      lua.state.heap().FullCollection(lua.co);
    }
    return "endless";
  }
};

TEST_F(StringPatternTest, FindAndMatch) {
  CheckCalls(lua, {{"string.find", {"abc", "b"}, "2 2"},
                   {"string.find", {"abc", "bc"}, "2 3"},
                   {"string.find", {"abc", "x"}, "nil"},
                   {"string.find", {"a.b", ".", 1, true}, "2 2"},
                   {"string.find", {"a\0b\0c"sv, "\0c"sv}, "4 5"},
                   {"string.find", {"abc", "", 4}, "4 3"},
                   {"string.find", {"abc", "", 5}, "nil"},
                   {"string.find", {"abc", "b", -1}, "nil"},
                   {"string.find", {"abc", "(b)()"}, "2 2 b 3"},
                   {"string.find", {123, 2}, "2 2"},
                   {"string.match", {"k = v", "(%w+) = (%w+)"}, "k v"},
                   {"string.match", {"abc", "b."}, "bc"},
                   {"string.match", {"abc", "()b"}, "2"},
                   {"string.match", {"abc", "^b"}, "nil"},
                   {"string.match", {"abc", "^b", 2}, "b"},
                   {"string.match", {"abc", ".", 10}, "nil"},
                   {"string.match",
                    {"abc", "[a"},
                    "error: malformed pattern "
                    "(missing ']')"}});
  std::string pattern;
  std::string captures;
  for (int i = 0; i < 32; ++i) {
    pattern += "(.)";
    captures += i == 0 ? "x" : " x";
  }
  EXPECT_EQ(lua.Run("string.match", {std::string(32, 'x'), pattern}), captures);
  EXPECT_EQ(lua.Run("string.find", {std::string(32, 'x'), pattern}),
            "1 32 " + captures);
}

TEST_F(StringPatternTest, Gmatch) {
  EXPECT_EQ(All({"one two", "%a+"}), "[one][two]");
  EXPECT_EQ(All({"k=v, x=y", "(%w)=(%w)"}), "[k v][x y]");
  EXPECT_EQ(All({"abc", ""}), "[][][][]");
  EXPECT_EQ(All({"abc", "()", -2}), "[2][3][4]");
  EXPECT_EQ(All({"abc", "()", 10}), "");
  EXPECT_EQ(All({"abab", "^a"}), "");
  EXPECT_EQ(All({"x^ay", "^a"}), "[^a]");
  EXPECT_EQ(All({"hello", "l*"}), "[][][ll][]");
  EXPECT_EQ(All({1223, "2"}), "[2][2]");
  EXPECT_EQ(All({"abc", "%"}), "error: malformed pattern (ends with '%')");
}

TEST_F(StringPatternTest, GsubWithStrings) {
  CheckCalls(
      lua,
      {{"string.gsub", {"hello", "l", "L"}, "heLLo 2"},
       {"string.gsub", {"hello", "l", "L", 1}, "heLlo 1"},
       {"string.gsub", {"hello", "l", "L", 0}, "hello 0"},
       {"string.gsub", {"hello", "l", "L", INT64_MIN}, "hello 0"},
       {"string.gsub", {"hello", "x", "y"}, "hello 0"},
       {"string.gsub", {"abc", "", "-"}, "-a-b-c- 4"},
       {"string.gsub", {"abc", "^", "-"}, "-abc 1"},
       {"string.gsub", {"aaa", "^a", "b"}, "baa 1"},
       {"string.gsub", {"abc", "b*", "x"}, "xaxcx 3"},
       {"string.gsub", {"abc", "%w", "%0%0"}, "aabbcc 3"},
       {"string.gsub", {"abc", "%w", "%1"}, "abc 3"},
       {"string.gsub", {"k=v", "(%w)=(%w)", "%2=%1"}, "v=k 1"},
       {"string.gsub", {"abc", "()b", "%1"}, "a2c 1"},
       {"string.gsub", {"abc", "b", "%%"}, "a%c 1"},
       {"string.gsub", {"abc", "b", 1.5}, "a1.5c 1"},
       {"string.gsub", {"abc", "b", "%2"}, "error: invalid capture index %2"},
       {"string.gsub",
        {"abc", "b", "%x"},
        "error: invalid use of '%' in "
        "replacement string"},
       {"string.gsub",
        {"abc", "b", "%"},
        "error: invalid use of '%' in "
        "replacement string"},
       {"string.gsub", {"abc", "(b", "%1"}, "error: unfinished capture"},
       {"string.gsub",
        {"abc", "b", true},
        "error: bad argument #3 to "
        "'string.gsub' (string/function/"
        "table expected, got boolean)"},
       {"string.gsub",
        {"abc", "b"},
        "error: bad argument #3 to 'string.gsub' "
        "(string/function/table expected, got no "
        "value)"}});
}

TEST_F(StringPatternTest, GsubWithTables) {
  Table* table = NewTable(lua.state);
  SetField(lua.state, lua.state.globals, "table", Value::Of(table));
  SetField(lua.state, table, "a", Value::Integer(1));
  SetField(lua.state, table, "b", lua.Str("two"));
  SetField(lua.state, table, "c", Value::Boolean(false));
  SetField(lua.state, table, "x", Value::Boolean(true));
  Value t = Value::Of(table);
  EXPECT_EQ(lua.Run("string.gsub", {"abcd", "%w", t}), "1twocd 4");
  EXPECT_EQ(lua.Run("string.gsub", {"cd", "%w", t}), "cd 2");
  EXPECT_EQ(lua.Run("string.gsub", {"a=1", "(%w)=(%w)", t}), "1 1");
  EXPECT_EQ(lua.Run("string.gsub", {"x", "%w", t}),
            "error: invalid replacement value (a boolean)");
  Table* meta = NewTable(lua.state);
  SetMetatable(lua.state, table, meta);
  SetField(lua.state, meta, "__index", Native([](NativeCall& call) {
             return call.Return(Concatenate(call.co, call.arg(2), call.arg(2)));
           }));
  EXPECT_EQ(lua.Run("string.gsub", {"ad", "%w", t}), "1dd 2");
}

// The functions collect everything that nobody holds.
TEST_F(StringPatternTest, GsubWithFunctions) {
  lua.engine.collect_after_calls = true;
  Value twice = Native([](NativeCall& call) {
    return call.Return(Concatenate(call.co, call.arg(1),
                                   call.has(2) ? call.arg(2) : call.arg(1)));
  });
  EXPECT_EQ(lua.Run("string.gsub", {"abc", "%w", twice}), "aabbcc 3");
  EXPECT_EQ(lua.Run("string.gsub", {"k=v", "(%w)=(%w)", twice}), "kv 1");
  EXPECT_EQ(lua.Run("string.gsub", {"ab", "()", twice}), "11a22b33 3");
  const std::string long_text(5000, 'x');
  EXPECT_EQ(lua.Run("string.gsub", {long_text, "x", twice, 3}),
            "xxx" + long_text + " 3");
  Value nothing = Native([](NativeCall& call) { return call.Return(); });
  EXPECT_EQ(lua.Run("string.gsub", {"abc", "%w", nothing}), "abc 3");
  Value table = Native([](NativeCall& call) {
    return call.Return(Value::Of(call.state().globals));
  });
  EXPECT_EQ(lua.Run("string.gsub", {"abc", "%w", table}),
            "error: invalid replacement value (a table)");
}

TEST_F(StringPatternTest, GsubObeysTheMemoryLimit) {
  const std::string text(10000, 'x');
  lua.state.heap().set_limit(lua.state.heap().bytes() + (4 << 20));
  EXPECT_EQ(lua.Run("string.gsub", {text, "x", text}),
            "error: not enough memory");
}

TEST_F(StringPatternTest, HugePatternsDoNotCrash) {
  std::string pattern;
  for (int i = 0; i < 100000; ++i) pattern += "a?";
  const std::string subject(100000, 'a');
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(All({subject, pattern}), "error: pattern too complex");
  }
}

TEST_F(StringPatternTest, InterruptStopsALongSearch) {
  lua.state.interrupt = true;
  EXPECT_EQ(lua.Run("string.find", {std::string(3000, 'a'), ".-.-.-.-.-b"}),
            "error: interrupted!");
  EXPECT_FALSE(lua.state.interrupt);
}

}  // namespace
}  // namespace m3lua
