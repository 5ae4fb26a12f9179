// One function a kind of token, dispatched by the first byte.  The source ends
// in a NUL of our own, so that loops stop there without a test for the end;
// a NUL before the end is a byte like any other.
//
// Guarded by tests/unit/syntax/lexer_test.cc.
#include "lua/syntax/lexer.h"

#include <array>
#include <cstring>
#include <variant>

#include "lua/syntax/character_class.h"
#include "lua/syntax/concat.h"
#include "lua/syntax/numeral.h"

namespace m3lua::syntax {
namespace {

// The reserved words that start with each letter: [first, last).
struct WordRange {
  uint8_t first = 0;
  uint8_t last = 0;
};
constexpr std::array<WordRange, 256> kWordsByLetter = [] {
  std::array<WordRange, 256> ranges{};
  for (size_t i = 0; i < kReservedWords; ++i) {
    WordRange& range = ranges[static_cast<uint8_t>(kSpellings[i][0])];
    if (range.last == 0) range.first = static_cast<uint8_t>(i);
    range.last = static_cast<uint8_t>(i + 1);
  }
  return ranges;
}();
constexpr size_t kLongestWord = 8;  // "function"

// How a message names a token: as written, in quotes.  Strings show their
// value with escapes done, as PUC has it in its buffer.
std::string NearText(const Token& token) {
  std::string text;
  switch (token.kind) {
    case TokenKind::kEof:
      return "<eof>";
    case TokenKind::kUnknown: {
      const auto byte = static_cast<uint8_t>(token.integer);
      if (byte == 0) return "";
      if (byte >= ' ' && byte <= '~') {
        text = static_cast<char>(byte);
      } else {
        text = Concat("<\\", int{byte}, ">");
      }
      break;
    }
    case TokenKind::kString:
      if (*token.start == '[') {
        const char* equals = token.start + 1;
        while (*equals == '=') ++equals;
        const std::string_view level(
            token.start + 1, static_cast<size_t>(equals - (token.start + 1)));
        text = Concat("[", level, "[", token.text, "]", level, "]");
      } else {
        const std::string_view quote(token.start, 1);
        text = Concat(quote, token.text, quote);
      }
      break;
    case TokenKind::kName:
    case TokenKind::kInteger:
    case TokenKind::kFloat:
      text = token.text;
      break;
    default:
      text = Spelling(token.kind);
  }
  return Concat("'", text.c_str(), "'");
}

}  // namespace

Lexer::Lexer(std::string_view source, std::string_view chunk_id, Arena* arena)
    : arena_(arena), chunk_id_(chunk_id) {
  const std::string_view copy = arena->Copy(source);
  next_ = copy.data();
  end_ = next_ + copy.size();
}

void Lexer::Advance() {
  last_line_ = current_.line;
  arena_->Step();
  if (has_ahead_) {
    has_ahead_ = false;
    current_ = ahead_;
  } else {
    Scan(&current_);
  }
  if (failed_) current_.kind = TokenKind::kEof;
}

TokenKind Lexer::Peek() {
  if (!has_ahead_) {
    Scan(&ahead_);
    has_ahead_ = true;
  }
  return failed_ ? TokenKind::kEof : ahead_.kind;
}

void Lexer::Fail(int32_t line, std::string_view message,
                 std::string_view near) {
  std::string text = Concat(chunk_id_, ":", line, ": ", message);
  if (!near.empty()) text += Concat(" near ", near);
  FailPlain(text);
}

void Lexer::FailNear(std::string_view message) {
  if (!failed_) Fail(current_.line, message, NearText(current_));
}

void Lexer::FailHere(std::string_view message) {
  if (!failed_) Fail(current_.line, message, "");
}

void Lexer::FailPlain(std::string_view message) {
  if (failed_) return;
  failed_ = true;
  error_ = message;
  next_ = end_;
  has_ahead_ = false;
  current_.kind = TokenKind::kEof;
}

const char* Lexer::SkipNewline(const char* p) {
  const char other = *p == '\n' ? '\r' : '\n';
  ++line_;
  return p + (p[1] == other ? 2 : 1);
}

void Lexer::Scan(Token* token) {
  using enum TokenKind;
  const char* p = next_;
  for (;;) {
    token->start = p;
    switch (*p) {
      case ' ':
      case '\t':
      case '\v':
      case '\f':
        ++p;
        continue;
      case '\n':
      case '\r':
        p = SkipNewline(p);
        continue;
      case '-':
        if (p[1] != '-') return Finish(token, kMinus, p + 1);
        p = SkipComment(p + 2);
        if (p == nullptr) return Finish(token, kEof, end_);
        continue;
      case '[': {
        const int level = BracketLevel(p);
        if (level == -1) return Finish(token, kLeftBracket, p + 1);
        if (level == -2) {
          const size_t length = 1 + std::strspn(p + 1, "=");
          Fail(line_, "invalid long string delimiter",
               Concat("'", std::string_view(p, length), "'"));
          return Finish(token, kEof, end_);
        }
        p = ScanLong(p + level + 2, level, &token->text);
        if (p == nullptr) return Finish(token, kEof, end_);
        return Finish(token, kString, p);
      }
      case '"':
      case '\'':
        return ScanString(token, p);
      case '0':
      case '1':
      case '2':
      case '3':
      case '4':
      case '5':
      case '6':
      case '7':
      case '8':
      case '9':
        return ScanNumeral(token, p);
      case '.':
        if (IsDigit(p[1])) return ScanNumeral(token, p);
        if (p[1] != '.') return Finish(token, kDot, p + 1);
        if (p[2] != '.') return Finish(token, kConcat, p + 2);
        return Finish(token, kEllipsis, p + 3);
      case '=':
        if (p[1] == '=') return Finish(token, kEqual, p + 2);
        return Finish(token, kAssign, p + 1);
      case '<':
        if (p[1] == '=') return Finish(token, kLessEqual, p + 2);
        if (p[1] == '<') return Finish(token, kShiftLeft, p + 2);
        return Finish(token, kLess, p + 1);
      case '>':
        if (p[1] == '=') return Finish(token, kGreaterEqual, p + 2);
        if (p[1] == '>') return Finish(token, kShiftRight, p + 2);
        return Finish(token, kGreater, p + 1);
      case '~':
        if (p[1] == '=') return Finish(token, kNotEqual, p + 2);
        return Finish(token, kTilde, p + 1);
      case ':':
        if (p[1] == ':') return Finish(token, kDoubleColon, p + 2);
        return Finish(token, kColon, p + 1);
      case '/':
        if (p[1] == '/') return Finish(token, kDoubleSlash, p + 2);
        return Finish(token, kSlash, p + 1);
      case '+':
        return Finish(token, kPlus, p + 1);
      case '*':
        return Finish(token, kStar, p + 1);
      case '%':
        return Finish(token, kPercent, p + 1);
      case '^':
        return Finish(token, kCaret, p + 1);
      case '#':
        return Finish(token, kHash, p + 1);
      case '&':
        return Finish(token, kAmpersand, p + 1);
      case '|':
        return Finish(token, kPipe, p + 1);
      case '(':
        return Finish(token, kLeftParen, p + 1);
      case ')':
        return Finish(token, kRightParen, p + 1);
      case '{':
        return Finish(token, kLeftBrace, p + 1);
      case '}':
        return Finish(token, kRightBrace, p + 1);
      case ']':
        return Finish(token, kRightBracket, p + 1);
      case ';':
        return Finish(token, kSemicolon, p + 1);
      case ',':
        return Finish(token, kComma, p + 1);
      default:
        if (IsNameStart(*p)) return ScanName(token, p);
        if (p == end_) return Finish(token, kEof, p);
        token->integer = static_cast<uint8_t>(*p);
        return Finish(token, kUnknown, p + 1);
    }
  }
}

void Lexer::ScanName(Token* token, const char* p) {
  const char* start = p;
  do ++p;
  while (IsNamePart(*p));
  token->text = {start, static_cast<size_t>(p - start)};
  if (token->text.size() <= kLongestWord) {
    const WordRange range = kWordsByLetter[static_cast<uint8_t>(*start)];
    for (size_t i = range.first; i < range.last; ++i) {
      if (kSpellings[i] == token->text) {
        return Finish(token, static_cast<TokenKind>(i), p);
      }
    }
  }
  Finish(token, TokenKind::kName, p);
}

void Lexer::ScanNumeral(Token* token, const char* p) {
  const char* start = p;
  // Almost all numerals are short decimal integers: 18 digits always fit.
  int64_t value = 0;
  while (IsDigit(*p) && p - start < 18) value = value * 10 + (*p++ - '0');
  if (!IsNamePart(*p) && *p != '.') {
    token->text = {start, static_cast<size_t>(p - start)};
    token->integer = value;
    return Finish(token, TokenKind::kInteger, p);
  }
  // Take whatever looks like part of a numeral, then see whether it is one.
  char exponent = 'e';
  // (".0x" starts like a hexadecimal one too; it is malformed as a whole.)
  p = *start == '.' ? start + 1 : start;
  if (*p == '0' && (p[1] | 0x20) == 'x') {
    exponent = 'p';
    p += 2;
  }
  for (;;) {
    if ((*p | 0x20) == exponent) {
      ++p;
      if (*p == '+' || *p == '-') ++p;
    } else if (IsHexDigit(*p) || *p == '.') {
      ++p;
    } else {
      break;
    }
  }
  if (IsNameStart(*p)) ++p;  // a numeral that touches a letter is malformed
  token->text = {start, static_cast<size_t>(p - start)};
  const std::optional<Number> number = ParseNumber(token->text);
  if (!number.has_value()) {
    Fail(line_, "malformed number", Concat("'", token->text, "'"));
    return Finish(token, TokenKind::kEof, end_);
  }
  if (const int64_t* integer = std::get_if<int64_t>(&*number)) {
    token->integer = *integer;
    return Finish(token, TokenKind::kInteger, p);
  }
  token->number = std::get<double>(*number);
  Finish(token, TokenKind::kFloat, p);
}

const char* Lexer::SkipComment(const char* p) {
  if (*p == '[') {
    const int level = BracketLevel(p);
    if (level >= 0) return ScanLong(p + level + 2, level, nullptr);
  }
  while (*p != '\n' && *p != '\r' && p != end_) ++p;
  return p;
}

}  // namespace m3lua::syntax
