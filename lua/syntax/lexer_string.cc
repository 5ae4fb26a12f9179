// Strings and long brackets.  A string is a view into the source as long as
// its value stands there byte for byte; the first escape sequence (or newline
// that is not a lone \n) starts a copy in buffer_.
//
// Guarded by tests/unit/syntax/lexer_test.cc.
#include <cstdint>
#include <string>
#include <string_view>

#include "lua/syntax/character_class.h"
#include "lua/syntax/concat.h"
#include "lua/syntax/lexer.h"

namespace m3lua::syntax {
namespace {

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
    return;
  }
  // Continuation bytes from the last to the first, then the leading byte.
  char bytes[6];
  int count = 0;
  uint32_t leading_room = 0x3f;
  do {
    bytes[count++] = static_cast<char>(0x80 | (code & 0x3f));
    code >>= 6;
    leading_room >>= 1;
  } while (code > leading_room);
  out->push_back(static_cast<char>((~leading_room << 1) | code));
  while (count > 0) out->push_back(bytes[--count]);
}

}  // namespace

void Lexer::ScanString(Token* token, const char* p) {
  const char quote = *p++;
  const char* start = p;
  while (!EndsStringRun(*p)) ++p;
  if (*p == quote) {
    token->text = {start, static_cast<size_t>(p - start)};
    return Finish(token, TokenKind::kString, p + 1);
  }
  buffer_.assign(start - 1, p);
  while (*p != quote) {
    if (p == end_) {
      Fail(line_, "unfinished string", "<eof>");
      return Finish(token, TokenKind::kEof, end_);
    }
    if (*p == '\n' || *p == '\r') {
      Fail(line_, "unfinished string", Concat("'", buffer_.c_str(), "'"));
      return Finish(token, TokenKind::kEof, end_);
    }
    if (*p == '\\') {
      p = ScanEscape(p);
      if (p == nullptr) return Finish(token, TokenKind::kEof, end_);
      continue;
    }
    // A run of ordinary bytes, or the other quote or a NUL alone.
    start = p++;
    while (!EndsStringRun(*p)) ++p;
    buffer_.append(start, p);
  }
  token->text = arena_->Copy(std::string_view(buffer_).substr(1));
  Finish(token, TokenKind::kString, p + 1);
}

const char* Lexer::FailEscape(std::string_view message, const char* backslash,
                              const char* p) {
  // The offending byte is shown too.
  const char* end = p < end_ ? p + 1 : p;
  buffer_.append(backslash, end);
  Fail(line_, message, Concat("'", buffer_.c_str(), "'"));
  return nullptr;
}

const char* Lexer::ScanEscape(const char* p) {
  char value;
  switch (p[1]) {
    case 'a':
      value = '\a';
      break;
    case 'b':
      value = '\b';
      break;
    case 'f':
      value = '\f';
      break;
    case 'n':
      value = '\n';
      break;
    case 'r':
      value = '\r';
      break;
    case 't':
      value = '\t';
      break;
    case 'v':
      value = '\v';
      break;
    case '\\':
    case '"':
    case '\'':
      value = p[1];
      break;
    case 'x':
      return ScanHexEscape(p);
    case 'u':
      return ScanUnicodeEscape(p);
    case '\n':
    case '\r':
      buffer_.push_back('\n');
      return SkipNewline(p + 1);
    case 'z':
      for (p += 2;;) {
        if (*p == '\n' || *p == '\r') {
          p = SkipNewline(p);
        } else if (IsBlank(*p)) {
          ++p;
        } else {
          return p;
        }
      }
    default:
      if (p + 1 == end_) return end_;  // the caller sees an unfinished string
      if (IsDigit(p[1])) return ScanDecimalEscape(p);
      return FailEscape("invalid escape sequence", p, p + 1);
  }
  buffer_.push_back(value);
  return p + 2;
}

const char* Lexer::ScanHexEscape(const char* backslash) {
  const char* p = backslash + 2;
  int value = 0;
  for (int i = 0; i < 2; ++i, ++p) {
    if (!IsHexDigit(*p)) {
      return FailEscape("hexadecimal digit expected", backslash, p);
    }
    value = value * 16 + HexValue(*p);
  }
  buffer_.push_back(static_cast<char>(value));
  return p;
}

const char* Lexer::ScanUnicodeEscape(const char* backslash) {
  const char* p = backslash + 2;
  if (*p != '{') return FailEscape("missing '{'", backslash, p);
  ++p;
  if (!IsHexDigit(*p)) {
    return FailEscape("hexadecimal digit expected", backslash, p);
  }
  uint32_t code = 0;
  for (; IsHexDigit(*p); ++p) {
    // 2^31 - 1 is the largest that (original) UTF-8 can hold.
    if (code > 0x7fffffffu >> 4) {
      return FailEscape("UTF-8 value too large", backslash, p);
    }
    code = code << 4 | static_cast<uint32_t>(HexValue(*p));
  }
  if (*p != '}') return FailEscape("missing '}'", backslash, p);
  AppendUtf8(code, &buffer_);
  return p + 1;
}

const char* Lexer::ScanDecimalEscape(const char* backslash) {
  const char* p = backslash + 1;
  int value = 0;
  for (int i = 0; i < 3 && IsDigit(*p); ++i) value = value * 10 + (*p++ - '0');
  if (value > 255) return FailEscape("decimal escape too large", backslash, p);
  buffer_.push_back(static_cast<char>(value));
  return p;
}

int Lexer::BracketLevel(const char* p) const {
  int level = 0;
  for (++p; *p == '='; ++p) ++level;
  if (*p == '[') return level;
  return level == 0 ? -1 : -2;
}

const char* Lexer::ScanLong(const char* p, int level, std::string_view* text) {
  const int32_t first_line = line_;
  if (*p == '\n' || *p == '\r') p = SkipNewline(p);
  // Bytes from `run` on are not in buffer_ yet.  The value is a view into the
  // source unless a newline had to be rewritten as \n.
  const char* run = p;
  bool copied = false;
  for (;;) {
    while (!EndsLongRun(*p)) ++p;
    if (*p == ']') {
      const char* q = p + 1;
      while (*q == '=') ++q;
      if (*q != ']' || q - p - 1 != level) {
        p = q;
        continue;
      }
      if (text != nullptr && copied) {
        buffer_.append(run, p);
        *text = arena_->Copy(buffer_);
      } else if (text != nullptr) {
        *text = {run, static_cast<size_t>(p - run)};
      }
      return q + 1;
    }
    if (*p == '\n' || *p == '\r') {
      const char* newline = p;
      p = SkipNewline(p);
      if (text != nullptr && (*newline == '\r' || p - newline == 2)) {
        if (!copied) buffer_.clear();
        copied = true;
        buffer_.append(run, newline).push_back('\n');
        run = p;
      }
    } else if (p == end_) {
      Fail(line_,
           Concat("unfinished long ", text != nullptr ? "string" : "comment",
                  " (starting at line ", first_line, ")"),
           "<eof>");
      return nullptr;
    } else {
      ++p;  // a NUL inside
    }
  }
}

}  // namespace m3lua::syntax
