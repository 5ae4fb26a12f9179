// Numbers in text: shared by the lexer, tonumber and implicit conversions.
//
// Guarded by tests/unit/syntax/numeral_test.cc.
#ifndef LUA_SYNTAX_NUMERAL_H_
#define LUA_SYNTAX_NUMERAL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace m3lua::syntax {

using Number = std::variant<int64_t, double>;

// Converts a numeral as lua_stringtonumber does: white space around it is
// allowed, a sign too; decimal and hexadecimal integers (the latter wrap
// around), decimal and hexadecimal floats; a decimal integer that does not fit
// becomes a float; "inf" and "nan" are rejected.  Manual 3.1 and 3.4.3.
std::optional<Number> ParseNumber(std::string_view text);

// The shortest form that PUC prints: "%d" for integers, "%.14g" for floats
// with ".0" added when it looks like an integer; inf, -inf, nan, -nan.
std::string FormatNumber(int64_t value);
std::string FormatNumber(double value);

// The same into a buffer of at least kNumberBufferSize bytes; returns the
// length.  No NUL is written.
inline constexpr size_t kNumberBufferSize = 32;
size_t FormatNumber(int64_t value, char* buffer);
size_t FormatNumber(double value, char* buffer);

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_NUMERAL_H_
