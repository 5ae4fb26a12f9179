// Tokens, their values and lines, and the messages of lexical errors.  The
// expected messages are those of PUC Lua 5.4.
#include "lua/syntax/lexer.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "lua/syntax/numeral.h"

namespace m3lua::syntax {
namespace {

// All tokens in a row: operators and words as spelt, strings in brackets,
// names in '$', each with "@line" if `lines`.  An error comes last.
std::string Tokens(std::string_view source, bool lines = false) {
  Arena arena;
  Lexer lexer(source, "x", &arena);
  std::string out;
  for (lexer.Advance(); lexer.current().kind != TokenKind::kEof;
       lexer.Advance()) {
    const Token& token = lexer.current();
    if (!out.empty()) out += ' ';
    switch (token.kind) {
      case TokenKind::kInteger:
        out += FormatNumber(token.integer);
        break;
      case TokenKind::kFloat:
        out += FormatNumber(token.number);
        break;
      case TokenKind::kString:
        out += "<" + std::string(token.text) + ">";
        break;
      case TokenKind::kName:
        out += "$" + std::string(token.text);
        break;
      case TokenKind::kUnknown:
        out += "?" + std::to_string(token.integer);
        break;
      default:
        out += Spelling(token.kind);
    }
    if (lines) out += "@" + std::to_string(token.line);
  }
  if (lexer.failed()) out += (out.empty() ? "" : " ") + lexer.error();
  return out;
}

TEST(Lexer, ReservedWordsAndNames) {
  std::string all;
  for (size_t i = 0; i < kReservedWords; ++i) {
    all += std::string(i == 0 ? "" : " ") + std::string(kSpellings[i]);
  }
  EXPECT_EQ(Tokens(all), all);
  EXPECT_EQ(Tokens("And ands _end end_ functio functions i _ x1 nil1 gotoo"),
            "$And $ands $_end $end_ $functio $functions $i $_ $x1 $nil1 "
            "$gotoo");
}

TEST(Lexer, OperatorsTakeTheLongestMatch) {
  std::string all;
  for (size_t i = kReservedWords; i < static_cast<size_t>(TokenKind::kInteger);
       ++i) {
    all += std::string(all.empty() ? "" : " ") + std::string(kSpellings[i]);
  }
  EXPECT_EQ(Tokens(all), all);
  EXPECT_EQ(Tokens("<<=>>===~=~...:::..//a///"),
            "<< = >> == = ~= ~ ... :: : .. // $a // /");
  EXPECT_EQ(Tokens("a[b[=c"),
            "$a [ $b x:1: invalid long string delimiter near "
            "'[='");
}

TEST(Lexer, Numerals) {
  EXPECT_EQ(Tokens("0 12 999999999999999999 9223372036854775807 "
                   "9223372036854775808"),
            "0 12 999999999999999999 9223372036854775807 9.2233720368548e+18");
  EXPECT_EQ(Tokens("0xA 0Xfffffffffffffffff .5 5. 3e1 0x.8p1 0x1P-1"),
            "10 -1 0.5 5.0 30.0 1.0 0.5");
  EXPECT_EQ(Tokens("1-2"), "1 - 2");
  EXPECT_EQ(Tokens("a.b.1"), "$a . $b 0.1");
}

TEST(Lexer, Strings) {
  EXPECT_EQ(Tokens(R"('' "" 'a"b' "a'b" '\'' "\"")"),
            "<> <> <a\"b> <a'b> <'> <\">");
  EXPECT_EQ(Tokens(R"('\a\b\f\n\r\t\v\\')"), "<\a\b\f\n\r\t\v\\>");
  EXPECT_EQ(Tokens(R"('\x41\x7a' '\65\066\1230' '\z   a\z)"
                   "\n\n b'"),
            "<Az> <AB{0> <ab>");
  EXPECT_EQ(Tokens("'a\\\nb\\\r\nc\\\n\rd\\\re'"), "<a\nb\nc\nd\ne>");
  EXPECT_EQ(Tokens(std::string_view("'a\0b\\0c' \"\0\"", 12)),
            std::string("<a\0b\0c> <\0>", 11));
}

TEST(Lexer, UnicodeEscapesReachTwoToThe31) {
  EXPECT_EQ(Tokens(R"('\u{0}')"), std::string("<\0>", 3));
  EXPECT_EQ(Tokens(R"('\u{7f}\u{80}\u{7fF}\u{800}\u{ffff}')"),
            "<\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf>");
  EXPECT_EQ(Tokens(R"('\u{10000}\u{1fffff}\u{200000}')"),
            "<\xf0\x90\x80\x80\xf7\xbf\xbf\xbf\xf8\x88\x80\x80\x80>");
  EXPECT_EQ(Tokens(R"('\u{3ffffff}\u{4000000}\u{000000007fffffff}')"),
            "<\xfb\xbf\xbf\xbf\xbf\xfc\x84\x80\x80\x80\x80"
            "\xfd\xbf\xbf\xbf\xbf\xbf>");
}

TEST(Lexer, LongStringsAndComments) {
  EXPECT_EQ(Tokens("[[a]] [==[a]=]]===]]==] [=[]]=]"), "<a> <a]=]]===]> <]>");
  EXPECT_EQ(Tokens("[[\n\na\r\nb\n\rc\rd]]"), "<\na\nb\nc\nd>");
  EXPECT_EQ(Tokens("[[\\n]]"), "<\\n>");
  EXPECT_EQ(Tokens("a--b\nc--[d\ne--[[f\n]]g--[==[h]]\n]=]\n]==]i--"),
            "$a $c $e $g $i");
  EXPECT_EQ(Tokens("--"), "");
}

TEST(Lexer, Lines) {
  EXPECT_EQ(Tokens("a\nb\r\nc\n\rd\re\n\nf", true),
            "$a@1 $b@2 $c@3 $d@4 $e@5 $f@7");
  EXPECT_EQ(Tokens("[[\n\n]] 'a\\\n\\z\n\n' --[[\n]]x", true),
            "<\n>@3 <a\n>@6 $x@7");
}

TEST(Lexer, UnknownBytes) {
  EXPECT_EQ(Tokens("a @ $ \x80 \x01"), "$a ?64 ?36 ?128 ?1");
  EXPECT_EQ(Tokens(std::string_view("a\0b", 3)), "$a ?0 $b");
}

TEST(Lexer, PeekLeavesTheCurrentToken) {
  Arena arena;
  Lexer lexer("a\nb c", "x", &arena);
  lexer.Advance();
  EXPECT_EQ(lexer.Peek(), TokenKind::kName);
  EXPECT_EQ(lexer.Peek(), TokenKind::kName);
  EXPECT_EQ(lexer.current().text, "a");
  lexer.Advance();
  EXPECT_EQ(lexer.current().text, "b");
  EXPECT_EQ(lexer.current().line, 2);
  EXPECT_EQ(lexer.last_line(), 1);
  lexer.Advance();
  EXPECT_EQ(lexer.current().text, "c");
}

TEST(Lexer, Errors) {
  const struct {
    std::string_view source;
    std::string_view message;
  } kCases[] = {
      {"'abc", "x:1: unfinished string near <eof>"},
      {"\"abc\ny\"", "x:1: unfinished string near '\"abc'"},
      {"'abc\\", "x:1: unfinished string near <eof>"},
      {"'abc\\\nd", "x:2: unfinished string near <eof>"},
      {R"('a\tb\q')", "x:1: invalid escape sequence near ''a\tb\\q'"},
      {R"('\)", "x:1: unfinished string near <eof>"},
      {R"('\xag')", R"(x:1: hexadecimal digit expected near ''\xag')"},
      {R"('\x)", R"(x:1: hexadecimal digit expected near ''\x')"},
      {R"('\x4')", R"(x:1: hexadecimal digit expected near ''\x4'')"},
      {R"('\u12')", R"(x:1: missing '{' near ''\u1')"},
      {R"('\u{')", R"(x:1: hexadecimal digit expected near ''\u{'')"},
      {R"('\u{12')", R"(x:1: missing '}' near ''\u{12'')"},
      {R"('\u{80000000}')",
       R"(x:1: UTF-8 value too large near ''\u{80000000')"},
      {R"('a\300')", R"(x:1: decimal escape too large near ''a\300'')"},
      {R"('\2561')", R"(x:1: decimal escape too large near ''\2561')"},
      {R"('\30)", "x:1: unfinished string near <eof>"},
      {"\n[==[ a\n]=]",
       "x:3: unfinished long string (starting at line 2) near <eof>"},
      {"--[[\n\n",
       "x:3: unfinished long comment (starting at line 1) near "
       "<eof>"},
      {"[=x", "x:1: invalid long string delimiter near '[='"},
      {"[==", "x:1: invalid long string delimiter near '[=='"},
      {"3x", "x:1: malformed number near '3x'"},
      {"1..2", "x:1: malformed number near '1..2'"},
      {"0x", "x:1: malformed number near '0x'"},
      {"1e+", "x:1: malformed number near '1e+'"},
      {".0x12", "x:1: malformed number near '.0x12'"},
      {"0xep1z", "x:1: malformed number near '0xep1z'"},
      {"12345678901234567890a",
       "x:1: malformed number near "
       "'12345678901234567890a'"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Tokens(c.source), c.message);
  EXPECT_EQ(Tokens(std::string_view("'a\0b\n", 5)),
            "x:1: unfinished string near ''a'")
      << "messages are C strings: they end at a NUL";
}

TEST(Lexer, MessagesNameTheCurrentToken) {
  const struct {
    std::string_view source;
    std::string_view near;
  } kCases[] = {
      {"abc", "'abc'"},      {"0x1F", "'0x1F'"},
      {"1.50", "'1.50'"},    {"'a\\65'", "''aA''"},
      {"\"a\"", "'\"a\"'"},  {"[==[\na]==]", "'[==[a]==]'"},
      {"while", "'while'"},  {"<<", "'<<'"},
      {"@", "'@'"},          {"\x01", "'<\\1>'"},
      {"\xff", "'<\\255>'"}, {"", "<eof>"},
  };
  for (const auto& c : kCases) {
    Arena arena;
    Lexer lexer(c.source, "x", &arena);
    lexer.Advance();
    const std::string message = "x:" + std::to_string(lexer.current().line) +
                                ": oops near " + std::string(c.near);
    lexer.FailNear("oops");
    EXPECT_EQ(lexer.error(), message);
    EXPECT_EQ(lexer.current().kind, TokenKind::kEof)
        << "an error ends the stream";
    lexer.FailNear("again");
    EXPECT_EQ(lexer.error(), message)
        << "the first error is the one that counts";
  }
}

}  // namespace
}  // namespace m3lua::syntax
