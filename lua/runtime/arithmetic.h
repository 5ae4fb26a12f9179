// Arithmetic on values, without metamethods.
//
// Guarded by tests/unit/runtime/arithmetic_test.cc.
#ifndef LUA_RUNTIME_ARITHMETIC_H_
#define LUA_RUNTIME_ARITHMETIC_H_

#include <cmath>
#include <cstdint>

#include "lua/object/value.h"
#include "lua/runtime/metatables.h"

namespace m3lua {

inline int64_t WrapAdd(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) +
                              static_cast<uint64_t>(b));
}
inline int64_t WrapSub(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) -
                              static_cast<uint64_t>(b));
}
inline int64_t WrapMul(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) *
                              static_cast<uint64_t>(b));
}
inline int64_t WrapNegate(int64_t a) {
  return static_cast<int64_t>(0 - static_cast<uint64_t>(a));
}
// Floor division and modulo; the divisor is not 0.
inline int64_t FloorDivide(int64_t a, int64_t b) {
  if (b == -1) return WrapNegate(a);
  int64_t q = a / b;
  return q - ((a % b != 0) & ((a ^ b) < 0));
}
inline int64_t FloorModulo(int64_t a, int64_t b) {
  if (b == -1) return 0;
  int64_t r = a % b;
  return r + (((r != 0) & ((r ^ b) < 0)) ? b : 0);
}
inline double FloorDivide(double a, double b) { return std::floor(a / b); }
inline double FloorModulo(double a, double b) {
  double r = std::fmod(a, b);
  if (r != 0 && (r < 0) != (b < 0)) r += b;
  return r;
}
// Logical shifts; negative counts shift the other way, 64 and more give 0.
inline int64_t ShiftLeft(int64_t a, int64_t n) {
  if (n <= -64 || n >= 64) return 0;
  uint64_t u = static_cast<uint64_t>(a);
  return static_cast<int64_t>(n >= 0 ? u << n : u >> -n);
}
inline int64_t ShiftRight(int64_t a, int64_t n) {
  if (n <= -64 || n >= 64) return 0;
  uint64_t u = static_cast<uint64_t>(a);
  return static_cast<int64_t>(n >= 0 ? u >> n : u << -n);
}

enum class ArithmeticResult : uint8_t {
  kOk,
  kNotNumbers,    // a metamethod or an error is due
  kDivideByZero,  // integer // or % by 0
};

// `event` is kAdd ... kShr, kUnm, kBNot (`b` is ignored by the last two).
// Numbers only: arithmetic on numeric strings is what the metamethods of
// strings do.  Bitwise operations convert floats with exact integer values.
ArithmeticResult Arithmetic(Event event, Value a, Value b, Value& out);

// Order of numbers of mixed kinds, exact.
bool NumberLess(Value a, Value b);
bool NumberLessEqual(Value a, Value b);

}  // namespace m3lua

#endif  // LUA_RUNTIME_ARITHMETIC_H_
