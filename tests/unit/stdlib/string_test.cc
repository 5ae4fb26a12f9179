// The simple functions of the string library.  More cases, against PUC's
// answers: tests/conformance/string_basic.lua.
#include <climits>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/operations.h"
#include "lua/stdlib/libraries.h"
#include "lua/stdlib/string_position.h"
#include "tests/unit/stdlib/library_tester.h"

namespace m3lua {
namespace {

using namespace std::string_view_literals;
using testing::Arg;
using testing::CheckCalls;
using testing::LibraryTester;

struct StringTest : ::testing::Test {
  LibraryTester lua{stdlib::OpenString};
  const std::string long_text =
      std::string(100, 'a') + "B" + std::string(100, 'c');
};

TEST(StringPositionTest, CountsFromBothEnds) {
  using stdlib::EndPosition;
  using stdlib::StartPosition;
  struct {
    int64_t position;
    size_t start, end;
  } const kCases[] = {{1, 1, 1},  {5, 5, 5},         {6, 6, 5},
                      {0, 1, 0},  {-1, 5, 5},        {-5, 1, 1},
                      {-6, 1, 0}, {INT64_MIN, 1, 0}, {INT64_MAX, INT64_MAX, 5}};
  for (auto& c : kCases) {
    EXPECT_EQ(StartPosition(c.position, 5), c.start) << c.position;
    EXPECT_EQ(EndPosition(c.position, 5), c.end) << c.position;
  }
}

TEST_F(StringTest, SimpleFunctions) {
  CheckCalls(lua,
             {{"string.len", {"a\0b"sv}, "3"},
              {"string.len", {12}, "2"},
              {"string.sub", {"hello", 2, 4}, "ell"},
              {"string.sub", {"hello", -3}, "llo"},
              {"string.sub", {"hello", 4, 2}, ""},
              {"string.sub", {"hello", INT64_MIN, INT64_MAX}, "hello"},
              {"string.sub", {"hello", 0}, "hello"},
              {"string.sub", {long_text, 101, 101}, "B"},
              {"string.sub", {long_text, 1, 101}, long_text.substr(0, 101)},
              {"string.upper", {"aZ\xE4 1"}, "AZ\xE4 1"},
              {"string.lower", {"aZ\xC4 1"}, "az\xC4 1"},
              {"string.lower",
               {long_text},
               std::string(100, 'a') + "b" + std::string(100, 'c')},
              {"string.reverse", {"abc"}, "cba"},
              {"string.reverse",
               {long_text},
               std::string(100, 'c') + "B" + std::string(100, 'a')},
              {"string.byte", {"A"}, "65"},
              {"string.byte", {"AB", -1}, "66"},
              {"string.byte", {"ABC", 1, -1}, "65 66 67"},
              {"string.byte", {"AB", 3}, "(none)"},
              {"string.byte", {""}, "(none)"},
              {"string.char", {}, ""},
              {"string.char", {72, "105", 33.0}, "Hi!"},
              {"string.rep", {"ab", 3}, "ababab"},
              {"string.rep", {"ab", 3, ","}, "ab,ab,ab"},
              {"string.rep", {"ab", 1, ","}, "ab"},
              {"string.rep", {"ab", 0}, ""},
              {"string.rep", {"ab", -1}, ""},
              {"string.rep", {"", 5, "x"}, "xxxx"},
              {"string.rep", {"", INT64_MAX}, ""},
              {"string.rep",
               {"xyz", 50},
               [] {
                 std::string s;
                 for (int i = 0; i < 50; ++i) s += "xyz";
                 return s;
               }()},
              {"string.rep", {"x", 200}, std::string(200, 'x')}});
}

TEST_F(StringTest, Errors) {
  CheckCalls(
      lua,
      {{"string.len",
        {},
        "error: bad argument #1 to 'string.len' (string "
        "expected, got no value)"},
       {"string.sub",
        {"x"},
        "error: bad argument #2 to 'string.sub' (number "
        "expected, got no value)"},
       {"string.rep",
        {"x", "y"},
        "error: bad argument #2 to 'string.rep' "
        "(number expected, got string)"},
       {"string.rep",
        {"x", int64_t{1} << 31},
        "error: resulting string too "
        "large"},
       {"string.rep", {"x", INT64_MAX}, "error: resulting string too large"},
       {"string.rep", {"xx", 1 << 30}, "error: resulting string too large"},
       {"string.rep",
        {"", INT64_MAX, "x"},
        "error: resulting string too "
        "large"},
       {"string.char",
        {256},
        "error: bad argument #1 to 'string.char' (value "
        "out of range)"},
       {"string.char",
        {1, -1},
        "error: bad argument #2 to 'string.char' "
        "(value out of range)"},
       {"string.byte",
        {std::string(2000000, 'x'), 1, -1},
        "error: stack overflow (string slice too long)"},
       {"string.dump",
        {1},
        "error: bad argument #1 to 'string.dump' "
        "(function expected, got number)"},
       {"string.dump",
        {lua.Function("string.dump")},
        "error: unable to dump given function"}});
  lua.state.heap().set_limit(lua.state.heap().bytes() + (1 << 20));
  EXPECT_EQ(lua.Run("string.rep", {"x", 1 << 24}), "error: not enough memory");
}

// Strings have arithmetic metamethods; a direct call tells what they do.
TEST_F(StringTest, Arithmetic) {
  Table* metatable = lua.state.type_metatables[static_cast<int>(Type::kString)];
  auto run = [&](const char* event, std::vector<Arg> arguments) {
    return lua.RunValue(GetField(lua.state, metatable, event), arguments);
  };
  EXPECT_EQ(run("__add", {"10", 1}), "11");
  EXPECT_EQ(run("__add", {"0x10", "1.5"}), "17.5");
  EXPECT_EQ(run("__sub", {" 10 ", 1}), "9");
  EXPECT_EQ(run("__mul", {"3", "4"}), "12");
  EXPECT_EQ(run("__div", {"3", 2}), "1.5");
  EXPECT_EQ(run("__mod", {"7", 4}), "3");
  EXPECT_EQ(run("__pow", {"2", 3}), "8.0");
  EXPECT_EQ(run("__idiv", {"7", 2}), "3");
  EXPECT_EQ(run("__unm", {"7", "7"}), "-7");
  EXPECT_EQ(run("__add", {"x", 1}),
            "error: attempt to add a 'string' with a 'number'");
  EXPECT_EQ(run("__add", {Arg(), "1"}),
            "error: attempt to add a 'nil' with a 'string'");
  EXPECT_EQ(run("__unm", {"x", "x"}),
            "error: attempt to unm a 'string' with a 'string'");
  EXPECT_EQ(run("__idiv", {"1", 0}), "error: attempt to divide by zero");
  EXPECT_EQ(run("__mod", {"1", 0}), "error: attempt to perform 'n%0'");
  // The other operand's metamethod.
  Table* table = NewTable(lua.state);
  Table* meta = NewTable(lua.state);
  SetMetatable(lua.state, table, meta);
  SetField(lua.state, meta, "__add",
           Value::Of(NewNative(lua.state, [](NativeCall& call) {
             return call.Return(call.arg(1));
           })));
  EXPECT_EQ(run("__add", {"x", Value::Of(table)}), "x");
  EXPECT_EQ(Index(lua.co, lua.Str("x"), lua.Str("len")).function(),
            lua.Function("string.len").function());
}

}  // namespace
}  // namespace m3lua
