// The pattern matcher alone: no state, no heap.
#include "lua/stdlib/pattern.h"

#include <cctype>
#include <stdexcept>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace m3lua::stdlib {
namespace {

struct Stopped {};

class TestHost final : public PatternHost {
 public:
  void PatternError(std::string_view message) override {
    throw std::runtime_error(std::string(message));
  }
  void PatternCheck(int64_t) override {
    ++checks;
    if (checks == stop_after) throw Stopped();
  }
  int checks = 0;
  int stop_after = 0;
};

std::string Repeat(std::string_view s, int n) {
  std::string result;
  while (n-- > 0) result += s;
  return result;
}

// "first-last:capture,capture"; "none"; "error: …".
std::string Find(std::string_view subject, std::string_view pattern,
                 size_t from = 0) {
  TestHost host;
  try {
    PatternMatcher m(&host, subject, pattern, PatternMatcher::Anchors::kHonour);
    const char* start;
    const char* end = m.Find(subject.data() + from, nullptr, start);
    if (end == nullptr) return "none";
    std::string result = std::to_string(start - subject.data() + 1) + "-" +
                         std::to_string(end - subject.data());
    for (int i = 0; i < m.capture_count(); ++i) {
      auto capture = m.GetCapture(i, start, end);
      result += i == 0 ? ":" : ",";
      if (capture.is_position()) {
        result += "@" + std::to_string(capture.start - subject.data() + 1);
      } else {
        result.append(capture.start, static_cast<size_t>(capture.length));
      }
    }
    return result;
  } catch (const std::runtime_error& error) {
    return std::string("error: ") + error.what();
  }
}

struct Case {
  std::string_view subject, pattern;
  const char* result;
};

void Check(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(Find(c.subject, c.pattern), c.result)
        << "pattern \"" << c.pattern << "\" on \"" << c.subject << '"';
  }
}

using namespace std::string_view_literals;

TEST(PatternTest, SingleBytesAndClasses) {
  Check({
      {"hello", "l", "3-3"},
      {"hello", "", "1-0"},
      {"", "", "1-0"},
      {"", ".", "none"},
      {"hello", "lo", "4-5"},
      {"hello", "x", "none"},
      {"a\0b"sv, "\0b"sv, "2-3"},
      {"a\0b"sv, "%z", "2-2"},
      {"a\0b"sv, "%Z", "1-1"},
      {"x1y", "%d", "2-2"},
      {"12a", "%D", "3-3"},
      {"ab C", "%u", "4-4"},
      {"AB c", "%l", "4-4"},
      {"a.b", "%.", "2-2"},
      {"a.b", "%p", "2-2"},
      {"a b", "%s", "2-2"},
      {"\x7F", "%c", "1-1"},
      {"-f", "%x", "2-2"},
      {" !", "%g", "2-2"},
      {"\xE4", "%a", "none"},
      {"\xE4_", "%W", "1-1"},
      {"a$b", "$b", "2-3"},
      {"a^b", "a^b", "1-3"},
      {"*a", "*a", "1-2"},
  });
}

TEST(PatternTest, Brackets) {
  Check({
      {"hello", "[le]", "2-2"},
      {"hello", "[^hel]", "5-5"},
      {"a-b", "[+-]", "2-2"},
      {"a-b", "[a-]+", "1-2"},
      {"ab-] z", "[]-a]", "1-1"},
      {"x]", "[]]", "2-2"},
      {"]x", "[^]]", "2-2"},
      {"foo_9!", "[%w_]+", "1-5"},
      {"b5", "[%a-z]5", "1-2"},
      {"-5", "[%a-z]5", "1-2"},
      {"ab-] z", "[a-%%]", "4-4"},  // quirk: "%]" is an escaped bracket
      {"x%y", "[%%]", "2-2"},
      {"a\xFFz", "[\x80-\xFF]", "2-2"},
      {"abc", "[c-a]", "none"},
      {"[[:alpha:]]", "[[:alpha:]]", "9-10"},
  });
}

TEST(PatternTest, Repetitions) {
  Check({
      {"aaab", "a*", "1-3"},
      {"baaa", "a*", "1-0"},
      {"baaa", "a+", "2-4"},
      {"aaab", "a-b", "1-4"},
      {"aaab", "a-", "1-0"},
      {"colour", "colou?r", "1-6"},
      {"color", "colou?r", "1-5"},
      {"aaa", "a?a?a?a?", "1-3"},
      {"a,b,c", ".*,", "1-4"},
      {"a,b,c", ".-,", "1-2"},
      {"<<a>>", "<(.-)>", "1-4:<a"},
      {"  trim  ", "^%s*(.-)%s*$", "1-8:trim"},
      {"x = 10", "(%w+)%s*=%s*(%w+)", "1-6:x,10"},
      {"aXb", "%u?b", "2-3"},
      {"a**", "a**", "1-2"},
      {"key;", "[^;]*;", "1-4"},
      {"foo(bar)", "(%a+)%((%a*)%)", "1-8:foo,bar"},
      {"aab", "(a*)b", "1-3:aa"},
      {"aaa", "(a*)a", "1-3:aa"},
      {"aaa", "(a-)$", "1-3:aaa"},
      {"abcabc", "[abc]+c", "1-6"},
      {"xxabab", "[ab]-b$", "3-6"},
  });
}

TEST(PatternTest, AnchorsOnlyAtTheEnds) {
  Check({
      {"ab", "^b", "none"},
      {"ab", "^a", "1-1"},
      {"ab", "b$", "2-2"},
      {"abab", "ab$", "3-4"},
      {"ab", "^$", "none"},
      {"", "^$", "1-0"},
      {"a$", "a$$", "1-2"},
  });
  EXPECT_EQ(Find("aab", "^a", 1), "2-2");
}

TEST(PatternTest, Captures) {
  Check({
      {"abc", "(a)(b)(c)", "1-3:a,b,c"},
      {"abc", "((a)(b))", "1-2:ab,a,b"},
      {"abc", "()b()", "2-2:@2,@3"},
      {"abc", "a(x?)", "1-1:"},
      {"=[==[x]==]", "%[(=*)%[(.-)%]%1%]", "2-10:==,x"},
      {"'a\"b'", "(['\"]).-%1", "1-5:'"},
      {"abab", "(ab)%1", "1-4:ab"},
      {"aa", "()%1", "none"},
  });
  EXPECT_EQ(Find(Repeat("a", 40), Repeat("(a)", 33)),
            "error: too many captures");
}

TEST(PatternTest, BalanceAndFrontier) {
  Check({
      {"f(a(b)c)d", "%b()", "2-8"},
      {"((a)", "%b()", "2-4"},
      {"((", "%b()", "none"},
      {"|a|b|", "%b||", "1-3"},
      {"THE (quick) fox", "%f[%a]%a+%f[%A]", "1-3"},
      {"the end", "%f[%w]%w+$", "5-7"},
      {"", "%f[^%z]", "none"},
      {"a", "%f[%z]", "2-1"},
      {"aXb", "%f[%u]", "2-1"},
  });
}

TEST(PatternTest, Malformed) {
  Check({
      {"a", "%", "error: malformed pattern (ends with '%')"},
      {"a", "[a", "error: malformed pattern (missing ']')"},
      {"a", "[", "error: malformed pattern (missing ']')"},
      {"a", "[^", "error: malformed pattern (missing ']')"},
      {"a", "[]", "error: malformed pattern (missing ']')"},
      {"a", "[^]", "error: malformed pattern (missing ']')"},
      {"a", "[%", "error: malformed pattern (missing ']')"},
      {"a", "[a%", "error: malformed pattern (missing ']')"},
      {"a", "[a%]", "error: malformed pattern (missing ']')"},
      {"a", "([a", "error: malformed pattern (missing ']')"},
      {"a", "%f", "error: missing '[' after '%f' in pattern"},
      {"a", "%fa", "error: missing '[' after '%f' in pattern"},
      {"a", "%f[a", "error: malformed pattern (missing ']')"},
      {"a", "%b", "error: malformed pattern (missing arguments to '%b')"},
      {"a", "%b(", "error: malformed pattern (missing arguments to '%b')"},
      {"a", "(", "error: unfinished capture"},
      {"a", "(a", "error: unfinished capture"},
      {"a", "(()", "error: unfinished capture"},
      {"a", ")", "error: invalid pattern capture"},
      {"a", "a)", "error: invalid pattern capture"},
      {"a", ".*)a", "error: invalid pattern capture"},
      {"a", "%0", "error: invalid capture index %0"},
      {"a", "%1", "error: invalid capture index %1"},
      {"a", "(%1)", "error: invalid capture index %1"},
      {"a", "(a)%2", "error: invalid capture index %2"},
      // What is never reached is never complained about.
      {"b", "a%", "none"},
      {"b", "a[", "none"},
  });
}

TEST(PatternTest, DepthIsBounded) {
  const std::string subject = Repeat("a", 100000);
  EXPECT_EQ(Find(subject, Repeat("a?", 199)), "1-199");
  EXPECT_EQ(Find(subject, Repeat("a?", 200)), "error: pattern too complex");
  for (const char* piece : {"a?", "a*", "a-", "()", "(a)", "[a]?", ".-"}) {
    const std::string result = Find(subject, Repeat(piece, 100000));
    EXPECT_TRUE(result == "error: pattern too complex" ||
                result == "error: too many captures")
        << piece << ": " << result.substr(0, 50);
  }
  // Plain items need no depth.
  EXPECT_EQ(Find(subject, subject), "1-100000");
  EXPECT_EQ(Find(subject, Repeat("[a]", 100000)), "1-100000");
}

TEST(PatternTest, EmptyMatchesDoNotFollowAMatch) {
  TestHost host;
  std::string_view subject = "abc";
  PatternMatcher m(&host, subject, "b*", PatternMatcher::Anchors::kHonour);
  std::string found;
  const char* from = subject.data();
  const char* last = nullptr;
  for (int i = 0; i < 10; ++i) {
    const char* start;
    const char* end = m.Find(from, last, start);
    if (end == nullptr) break;
    found += std::to_string(start - subject.data()) + "-" +
             std::to_string(end - subject.data()) + " ";
    from = last = end;
  }
  EXPECT_EQ(found, "0-0 1-2 3-3 ");
}

TEST(PatternTest, GmatchTakesACaretLiterally) {
  TestHost host;
  PatternMatcher m(&host, "a^a", "^a", PatternMatcher::Anchors::kIgnore);
  const char* start;
  EXPECT_NE(m.Find(m.subject(), nullptr, start), nullptr);
  EXPECT_EQ(start, m.subject() + 1);
}

// More sets than are kept at a time, in loops inside one another.
TEST(PatternTest, ManySets) {
  EXPECT_EQ(Find("abcdef", "[a]*[b]*[c]*[d]*[e]*[f]*"), "1-6");
  EXPECT_EQ(Find("abcdefx", "[a-z]-[b]-[c]-[d]-[e]-[f]-[x]$"), "1-7");
  EXPECT_EQ(Find("aabbccddeeff", "[a]*[^a]*[b-c]*[^b]*[d]*[%l]*$"), "1-12");
}

TEST(PatternTest, LongSearchesAskTheHost) {
  TestHost host;
  host.stop_after = 3;
  const std::string subject = Repeat("a", 3000);
  PatternMatcher m(&host, subject, ".-.-.-.-b",
                   PatternMatcher::Anchors::kHonour);
  const char* start;
  EXPECT_THROW(m.Find(m.subject(), nullptr, start), Stopped)
      << "a search of exponential time was not interrupted";
  EXPECT_EQ(host.checks, 3);
}

// Every set of the C locale, against the functions of C.
TEST(CharacterClassTest, AgreesWithCtype) {
  struct {
    char letter;
    int (*function)(int);
  } const kClasses[] = {{'a', isalpha}, {'c', iscntrl}, {'d', isdigit},
                        {'g', isgraph}, {'l', islower}, {'p', ispunct},
                        {'s', isspace}, {'u', isupper}, {'w', isalnum},
                        {'x', isxdigit}};
  for (auto& c : kClasses) {
    for (int byte = 0; byte < 256; ++byte) {
      EXPECT_EQ(ClassNamed(c.letter)->Has(byte), c.function(byte) != 0)
          << '%' << c.letter << " and byte " << byte;
      EXPECT_EQ(ClassNamed(toupper(c.letter))->Has(byte),
                c.function(byte) == 0);
    }
  }
  for (int byte = 0; byte < 256; ++byte) {
    EXPECT_EQ(static_cast<unsigned char>(ToUpper(static_cast<char>(byte))),
              toupper(byte));
  }
  EXPECT_EQ(ClassNamed('b'), nullptr);
  EXPECT_EQ(ClassNamed('['), nullptr);
}

}  // namespace
}  // namespace m3lua::stdlib
