// The usual floats in decimal, exactly and fast.
//
// A double is m * 2^e with 53 bits of m.  For numbers of everyday size,
// m * 10^digits fits in 128 bits, and so does all that a shift by e cuts off:
// rounding (half to even, as printf does it) needs no more.  What does not fit
// is left to std::to_chars, which takes some 500 instructions.
//
// Guarded by tests/unit/syntax/decimal_test.cc.
#ifndef LUA_SYNTAX_DECIMAL_H_
#define LUA_SYNTAX_DECIMAL_H_

#include <cstdint>

namespace m3lua::syntax {

// The largest `precision` that FormatFixed takes, and the bytes that it may
// write: 20 digits, the point and a zero before it.
inline constexpr int kMaxFixedPrecision = 17;
inline constexpr int kFixedBytes = 24;

// `value`, finite and not negative, as "%.<precision>f" prints it; returns the
// end.  Null: not one of the usual numbers, nothing is known.
char* FormatFixed(double value, int precision, char* out);

// The same as "%.14g" prints it: numbers from 0.0001 up to 1e14, for which that
// has no exponent.  Writes at most kFixedBytes bytes.
char* FormatGeneral14(double value, char* out);

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_DECIMAL_H_
