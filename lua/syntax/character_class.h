// What a byte may be in Lua source: one table for all questions, ASCII only
// whatever the C locale says.
//
// Guarded by tests/unit/syntax/lexer_test.cc.
#ifndef LUA_SYNTAX_CHARACTER_CLASS_H_
#define LUA_SYNTAX_CHARACTER_CLASS_H_

#include <array>
#include <cstdint>

namespace m3lua::syntax {

inline constexpr uint8_t kClassNameStart = 1;  // letters and '_'
inline constexpr uint8_t kClassDigit = 2;
inline constexpr uint8_t kClassHex = 4;
inline constexpr uint8_t kClassBlank = 8;       // space, but no newline
inline constexpr uint8_t kClassStringEnd = 16;  // quotes, \, newlines, NUL
inline constexpr uint8_t kClassLongEnd = 32;    // ], newlines, NUL

inline constexpr std::array<uint8_t, 256> kCharacterClasses = [] {
  std::array<uint8_t, 256> classes{};
  for (int c = 'a'; c <= 'z'; ++c) {
    const uint8_t hex = c <= 'f' ? kClassHex : 0;
    classes[c] = classes[c - 'a' + 'A'] = kClassNameStart | hex;
  }
  classes['_'] = kClassNameStart;
  for (int c = '0'; c <= '9'; ++c) classes[c] = kClassDigit | kClassHex;
  for (char c : {' ', '\t', '\v', '\f'}) classes[c] = kClassBlank;
  for (char c : {'"', '\'', '\\'}) classes[c] = kClassStringEnd;
  for (char c : {'\n', '\r', '\0'})
    classes[c] = kClassStringEnd | kClassLongEnd;
  classes[']'] = kClassLongEnd;
  return classes;
}();

constexpr uint8_t ClassOf(char c) {
  return kCharacterClasses[static_cast<uint8_t>(c)];
}
constexpr bool IsNameStart(char c) { return ClassOf(c) & kClassNameStart; }
constexpr bool IsNamePart(char c) {
  return ClassOf(c) & (kClassNameStart | kClassDigit);
}
constexpr bool IsDigit(char c) { return ClassOf(c) & kClassDigit; }
constexpr bool IsHexDigit(char c) { return ClassOf(c) & kClassHex; }
constexpr bool IsBlank(char c) { return ClassOf(c) & kClassBlank; }
constexpr bool EndsStringRun(char c) { return ClassOf(c) & kClassStringEnd; }
constexpr bool EndsLongRun(char c) { return ClassOf(c) & kClassLongEnd; }
constexpr int HexValue(char c) {
  return IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_CHARACTER_CLASS_H_
