// Tokens: what the lexer hands to the parser.
//
// Guarded by tests/unit/syntax/lexer_test.cc.
#ifndef LUA_SYNTAX_TOKEN_H_
#define LUA_SYNTAX_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace m3lua::syntax {

enum class TokenKind : uint8_t {
  // Reserved words, in alphabetical order (kSpellings relies on it).
  kAnd,
  kBreak,
  kDo,
  kElse,
  kElseIf,
  kEnd,
  kFalse,
  kFor,
  kFunction,
  kGoto,
  kIf,
  kIn,
  kLocal,
  kNil,
  kNot,
  kOr,
  kRepeat,
  kReturn,
  kThen,
  kTrue,
  kUntil,
  kWhile,
  // Operators and punctuation.
  kPlus,
  kMinus,
  kStar,
  kSlash,
  kDoubleSlash,
  kPercent,
  kCaret,
  kHash,
  kAmpersand,
  kTilde,
  kPipe,
  kShiftLeft,
  kShiftRight,
  kEqual,
  kNotEqual,
  kLessEqual,
  kGreaterEqual,
  kLess,
  kGreater,
  kAssign,
  kLeftParen,
  kRightParen,
  kLeftBrace,
  kRightBrace,
  kLeftBracket,
  kRightBracket,
  kDoubleColon,
  kSemicolon,
  kColon,
  kComma,
  kDot,
  kConcat,
  kEllipsis,
  // Tokens with a value.
  kInteger,
  kFloat,
  kString,
  kName,
  kUnknown,  // a byte that starts no token; `integer` has it
  kEof,
};
inline constexpr size_t kTokenKinds = static_cast<size_t>(TokenKind::kEof) + 1;
inline constexpr size_t kReservedWords =
    static_cast<size_t>(TokenKind::kWhile) + 1;

inline constexpr std::string_view kSpellings[kTokenKinds] = {
    "and",   "break",     "do",       "else",     "elseif", "end",
    "false", "for",       "function", "goto",     "if",     "in",
    "local", "nil",       "not",      "or",       "repeat", "return",
    "then",  "true",      "until",    "while",    "+",      "-",
    "*",     "/",         "//",       "%",        "^",      "#",
    "&",     "~",         "|",        "<<",       ">>",     "==",
    "~=",    "<=",        ">=",       "<",        ">",      "=",
    "(",     ")",         "{",        "}",        "[",      "]",
    "::",    ";",         ":",        ",",        ".",      "..",
    "...",   "<integer>", "<number>", "<string>", "<name>", "<unknown>",
    "<eof>",
};

constexpr std::string_view Spelling(TokenKind kind) {
  return kSpellings[static_cast<size_t>(kind)];
}

struct Token {
  TokenKind kind = TokenKind::kEof;
  int32_t line = 1;  // where it ends
  union {
    int64_t integer = 0;  // kInteger, kUnknown
    double number;        // kFloat
  };
  std::string_view text = {};   // kName, numerals: as written; kString: value
  const char* start = nullptr;  // its first byte in the source
};

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_TOKEN_H_
