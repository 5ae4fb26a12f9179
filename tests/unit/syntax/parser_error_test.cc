// What the parser says about wrong programs.  The expected messages are those
// of PUC Lua 5.4.
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "lua/syntax/concat.h"
#include "lua/syntax/parser.h"

namespace m3lua::syntax {
namespace {

std::string Message(std::string_view source) {
  const absl::StatusOr<Tree> tree = Parse(source, "=x");
  return tree.ok() ? "ok" : std::string(tree.status().message());
}

TEST(ParserErrors, Syntax) {
  const struct {
    std::string_view source;
    std::string_view message;
  } kCases[] = {
      {"x", "x:1: syntax error near <eof>"},
      {"x y", "x:1: syntax error near 'y'"},
      {"x = = 1", "x:1: unexpected symbol near '='"},
      {"x = }", "x:1: unexpected symbol near '}'"},
      {"x =\n\n'a' 'b' =", "x:3: unexpected symbol near ''b''"},
      {"1 = 2", "x:1: unexpected symbol near '1'"},
      {"a\x01 = 1", "x:1: syntax error near '<\\1>'"},
      {"\xff = 1", "x:1: unexpected symbol near '<\\255>'"},
      {"f() = 1", "x:1: syntax error near '='"},
      {"(a) = 1", "x:1: syntax error near '='"},
      {"a, f() = 1", "x:1: syntax error near '='"},
      {"a, b", "x:1: '=' expected near <eof>"},
      {"a:b = 1", "x:1: function arguments expected near '='"},
      {"x = a.'b'", "x:1: <name> expected near ''b''"},
      {"a[1", "x:1: ']' expected near <eof>"},
      {"f(\n1", "x:2: ')' expected (to close '(' at line 1) near <eof>"},
      {"f\n(\n1\n", "x:4: ')' expected (to close '(' at line 2) near <eof>"},
      {"x = {1 2}", "x:1: '}' expected near '2'"},
      {"x = {\n1 2}", "x:2: '}' expected (to close '{' at line 1) near '2'"},
      {"x = {[1]}", "x:1: '=' expected near '}'"},
      {"return 1 2", "x:1: <eof> expected near '2'"},
      {"return; x()", "x:1: <eof> expected near 'x'"},
      {"end", "x:1: <eof> expected near 'end'"},
      {"if x", "x:1: 'then' expected near <eof>"},
      {"if x then", "x:1: 'end' expected near <eof>"},
      {"if x then\nelse\n",
       "x:3: 'end' expected (to close 'if' at line 1) near <eof>"},
      {"while x do\n",
       "x:2: 'end' expected (to close 'while' at line 1) near <eof>"},
      {"repeat\nx()",
       "x:2: 'until' expected (to close 'repeat' at line 1) near <eof>"},
      {"do\n", "x:2: 'end' expected (to close 'do' at line 1) near <eof>"},
      {"for\n", "x:2: <name> expected near <eof>"},
      {"for i do", "x:1: '=' or 'in' expected near 'do'"},
      {"for i = 1 do", "x:1: ',' expected near 'do'"},
      {"for i, j = 1", "x:1: 'in' expected near '='"},
      {"function f(a,)", "x:1: <name> or '...' expected near ')'"},
      {"function f(..., a)", "x:1: ')' expected near ','"},
      {"function f:a.b() end", "x:1: '(' expected near '.'"},
      {"function f()\n\n",
       "x:3: 'end' expected (to close 'function' at line 1) near <eof>"},
      {"function f() return ... end",
       "x:1: cannot use '...' outside a vararg function near '...'"},
      {"local and", "x:1: <name> expected near 'and'"},
      {"goto 1", "x:1: <name> expected near '1'"},
      {"::a", "x:1: '::' expected near <eof>"},
      {"x = 'abc", "x:1: unfinished string near <eof>"},
      {"x = {a 'b\n", "x:1: unfinished string near ''b'"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Message(c.source), c.message);
  EXPECT_EQ(Message(std::string_view("x = \0", 5)), "x:1: unexpected symbol");
}

TEST(ParserErrors, Attributes) {
  const struct {
    std::string_view source;
    std::string_view message;
  } kCases[] = {
      {"local x <foo> = 1", "x:1: unknown attribute 'foo'"},
      {"local x <foo\n", "x:2: '>' expected near <eof>"},
      {"local x <close>, y <close>\n = 1",
       "x:2: multiple to-be-closed variables in local list"},
      {"local x <const> = 1; x = 2",
       "x:1: attempt to assign to const variable 'x'"},
      {"local x <const> = {}; x, y = 2",
       "x:1: attempt to assign to const variable 'x'"},
      {"local x <close> = nil; x = 2",
       "x:1: attempt to assign to const variable 'x'"},
      {"local x <const> = {}; function f() x = 2 end",
       "x:1: attempt to assign to const variable 'x'"},
      {"local x <const> = 1; function f() x = 2 end",
       "x:1: attempt to assign to const variable 'x'"},
      {"local x <const> = {}\nfunction x()\n\nend",
       "x:4: attempt to assign to const variable 'x'"},
      {"local x <const> = 1; (x) = 2", "x:1: syntax error near '='"},
      {"local x <const> = 1; x.y = 2", "ok"},
      {"local x <const> = 1; local x = 2; x = 3", "ok"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Message(c.source), c.message);
}

TEST(ParserErrors, Jumps) {
  const struct {
    std::string_view source;
    std::string_view message;
  } kCases[] = {
      {"break", "x:1: break outside loop at line 1"},
      {"function f()\nbreak end\n\nx=1", "x:4: break outside loop at line 2"},
      {"while 1 do function f() break end end",
       "x:1: break outside loop at line 1"},
      {"goto a", "x:1: no visible label 'a' for <goto> at line 1"},
      {"goto\na do ::a:: end\n",
       "x:3: no visible label 'a' for <goto> at line 2"},
      {"do ::a:: end goto a", "x:1: no visible label 'a' for <goto> at line 1"},
      {"::a:: function f() goto a end",
       "x:1: no visible label 'a' for <goto> at line 1"},
      {"break goto a", "x:1: break outside loop at line 1"},
      {"goto a break", "x:1: no visible label 'a' for <goto> at line 1"},
      {"goto a; local b, c ::a:: f()",
       "x:1: <goto a> at line 1 jumps into the scope of local 'b'"},
      {"do local z goto a end local b ::a:: f()",
       "x:1: <goto a> at line 1 jumps into the scope of local 'b'"},
      {"repeat goto a; local b ::a:: until b",
       "x:1: <goto a> at line 1 jumps into the scope of local 'b'"},
      {"goto a; local b ::a:: ; ::c:: ;", "ok"},
      {"::a::\n::a::", "x:2: label 'a' already defined on line 2"},
      {"::a:: do\n::a:: end", "x:2: label 'a' already defined on line 1"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Message(c.source), c.message);
}

std::string Repeat(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

// Each case names the deepest nesting that PUC's stand-alone interpreter
// takes; one more is an error, and so is a great many.
TEST(ParserErrors, NestingIsLimited) {
  const struct {
    std::string_view before, open, middle, close, after;
    int deepest;
  } kCases[] = {
      {"return ", "(", "1", ")", "", 195},
      {"return ", "{", "", "}", "", 196},
      {"return ", "- ", "1", "", "", 195},
      {"return ", "a..", "a", "", "", 195},
      {"return ", "2^", "2", "", "", 195},
      {"", "do ", "", "end ", "", 197},
      {"", "while 1 do ", "", "end ", "", 196},
      {"", "repeat ", "", "until 1 ", "", 196},
      {"", "if 1 then ", "", "end ", "", 196},
      {"", "function f() ", "", "end ", "", 197},
      {"", "x = function() ", "", "end ", "", 98},
      {"", "a, ", "a = 1", "", "", 195},
      {"x", "[x", "", "]", " = 1", 196},
      {"", "f(", "", ")", "", 197},
      {"", "::a%:: ", "", "", "", 197},
  };
  for (const auto& c : kCases) {
    const auto source = [&](int depth) {
      std::string text(c.before);
      for (int i = 0; i < depth; ++i) {
        // Labels must differ.
        const size_t hole = c.open.find('%');
        text +=
            hole == std::string_view::npos
                ? std::string(c.open)
                : Concat(c.open.substr(0, hole), i, c.open.substr(hole + 1));
      }
      return Concat(text, c.middle, Repeat(c.close, depth), c.after);
    };
    EXPECT_EQ(Message(source(c.deepest)), "ok") << c.open;
    EXPECT_EQ(Message(source(c.deepest + 1)), "C stack overflow") << c.open;
    EXPECT_EQ(Message(source(100000)), "C stack overflow") << c.open;
  }
}

std::string Names(std::string_view stem, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += Concat(i > 0 ? "," : "", stem, i);
  return out;
}

TEST(ParserErrors, LocalsAreLimited) {
  EXPECT_EQ(Message("local " + Names("a", 200)), "ok");
  EXPECT_EQ(Message("local " + Names("a", 201) + " = 1"),
            "x:1: too many local variables (limit is 200) in main function "
            "near '='");
  EXPECT_EQ(Message("\nfunction f(" + Names("a", 201) + ") end"),
            "x:2: too many local variables (limit is 200) in function at line "
            "2 near ')'");
  // A loop has hidden variables: three, or four.
  EXPECT_EQ(Message("local " + Names("a", 196) + " = 1 for i = 1, 2 do end"),
            "ok");
  EXPECT_EQ(Message("local " + Names("a", 197) + " = 1 for i = 1, 2 do end"),
            "x:1: too many local variables (limit is 200) in main function "
            "near '='");
  EXPECT_EQ(Message("local " + Names("a", 196) + " = 1 for i in f do end"),
            "x:1: too many local variables (limit is 200) in main function "
            "near 'in'");
  EXPECT_EQ(Message("local " + Names("a", 199) +
                    " do local b end do local b end local function f() " +
                    "local " + Names("c", 200) + " end"),
            "ok");
}

TEST(ParserErrors, UpvaluesAreLimited) {
  const auto source = [](int count) {
    std::string uses;
    for (int i = 0; i < count; ++i) {
      uses += Concat("+", i % 2 == 0 ? "a" : "b", i / 2);
    }
    return "local " + Names("a", 150) + "\nlocal function f()\nlocal " +
           Names("b", 150) + "\nlocal function g()\nreturn 0" + uses +
           "\nend end";
  };
  EXPECT_EQ(Message(source(255)), "ok");
  EXPECT_EQ(Message(source(256)),
            "x:6: too many upvalues (limit is 255) in function at line 4 near "
            "'end'");
}

// Every prefix and every one-token damage of a program must end in a tree or
// a message, never in a crash or a hang.
TEST(ParserErrors, DamagedProgramsAreHarmless) {
  const std::string_view kProgram = R"(
    local a <const>, b <close> = 1, f{x = 1, [2] = '\u{41}'; ...}
    function a.b:c(d, ...) goto e; for i = 1, #d // 2 do break end ::e:: end
    for k, v in pairs(a) do repeat local x = -v ^ 2 until x .. [[y]] end
    if a then elseif b then else end while 0x1p4 do return a or not b end)";
  for (size_t i = 0; i <= kProgram.size(); ++i) {
    EXPECT_FALSE(Message(kProgram.substr(0, i)).empty());
    EXPECT_FALSE(Message(kProgram.substr(i)).empty());
    for (const std::string_view damage : {"(", "end ", "{", "'", "[[", "= ",
                                          "...", "::", "\n", "local ", "<"}) {
      EXPECT_FALSE(
          Message(Concat(kProgram.substr(0, i), damage, kProgram.substr(i)))
              .empty());
    }
  }
}

}  // namespace
}  // namespace m3lua::syntax
