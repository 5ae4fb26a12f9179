// The lexer: source text to a stream of tokens with one token of lookahead,
// and the place where the errors of lexer, resolver and parser meet.
//
// Errors are sticky.  The first one is kept, and from then on the stream is at
// its end for good, so that the parser, which never loops at the end of its
// input, simply runs out; it need not test for errors after each step.
//
// Guarded by tests/unit/syntax/lexer_test.cc.
#ifndef LUA_SYNTAX_LEXER_H_
#define LUA_SYNTAX_LEXER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "lua/syntax/ast.h"
#include "lua/syntax/token.h"

namespace m3lua::syntax {

class Lexer {
 public:
  // Copies the source into the arena: the texts of tokens, and so the names in
  // the tree, are views into that copy.  `chunk_id` starts every message.
  Lexer(std::string_view source, std::string_view chunk_id, Arena* arena);
  Lexer(const Lexer&) = delete;
  Lexer& operator=(const Lexer&) = delete;

  const Token& current() const { return current_; }
  // The first token is there only after the first call of Advance.
  void Advance();
  // Kind of the token after the current one.
  TokenKind Peek();
  // Line of the token before the current one.
  int32_t last_line() const { return last_line_; }

  bool failed() const { return failed_; }
  const std::string& error() const { return error_; }
  // "chunk:line: message near 'current token'".
  void FailNear(std::string_view message);
  // "chunk:line: message".
  void FailHere(std::string_view message);
  // The message alone.
  void FailPlain(std::string_view message);

 private:
  void Scan(Token* token);
  void ScanName(Token* token, const char* p);
  void ScanNumeral(Token* token, const char* p);
  void ScanString(Token* token, const char* p);
  // Reads one escape sequence, `p` at its backslash, into buffer_.  Returns
  // the place after it, or null after an error.
  const char* ScanEscape(const char* p);
  const char* ScanHexEscape(const char* backslash);
  const char* ScanUnicodeEscape(const char* backslash);
  const char* ScanDecimalEscape(const char* backslash);
  // `p` at a '['.  Returns the number of '=' when a long bracket opens there;
  // else -1 for a lone '[', -2 for one followed by '='.
  int BracketLevel(const char* p) const;
  // Reads a long string or comment, `p` after its opening bracket.  Returns
  // the place after its closing bracket, or null after an error; `text`, if
  // asked for, gets the value.
  const char* ScanLong(const char* p, int level, std::string_view* text);
  const char* SkipComment(const char* p);
  // `p` at a newline; skips it, as one with a following partner (\r\n, \n\r).
  const char* SkipNewline(const char* p);
  void Finish(Token* token, TokenKind kind, const char* end) {
    token->kind = kind;
    token->line = line_;
    next_ = end;
  }
  // An error in an escape sequence, noticed at `p`.
  const char* FailEscape(std::string_view message, const char* backslash,
                         const char* p);
  void Fail(int32_t line, std::string_view message, std::string_view near);

  const char* next_;
  const char* end_;  // a NUL stands here
  int32_t line_ = 1;
  int32_t last_line_ = 1;
  bool has_ahead_ = false;
  bool failed_ = false;
  Token current_;
  Token ahead_;
  Arena* arena_;
  std::string buffer_;  // a string with escapes: the quote, then its value
  std::string chunk_id_;
  std::string error_;
};

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_LEXER_H_
