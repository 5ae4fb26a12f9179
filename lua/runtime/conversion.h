// Conversions between the basic types (manual 3.4.3).
//
// Guarded by tests/unit/runtime/conversion_test.cc.
#ifndef LUA_RUNTIME_CONVERSION_H_
#define LUA_RUNTIME_CONVERSION_H_

#include <cmath>
#include <cstdint>
#include <string>

#include "lua/object/value.h"

namespace m3lua {

class State;

// A float with an exact integer value in range.
inline bool FloatToInteger(double d, int64_t& out) {
  if (d >= -0x1p63 && d < 0x1p63) {
    out = static_cast<int64_t>(d);
    return static_cast<double>(out) == d;
  }
  return false;
}
enum class Rounding { kExact, kFloor, kCeil };
bool FloatToInteger(double d, int64_t& out, Rounding rounding);

// Numbers and numeric strings.
bool ToInteger(Value v, int64_t& out);  // exact values only
bool ToFloat(Value v, double& out);
bool ToNumber(Value v, Value& out);  // string -> number; numbers as they are
// Numbers only, no strings.
bool ToIntegerNoString(Value v, int64_t& out);
bool ToFloatNoString(Value v, double& out);

// Numbers and strings as a string; null for other types.
String* ToString(State& state, Value v);
// Text of a number as PUC prints it, into `buffer` (64 bytes); the length.
size_t FormatNumberTo(Value v, char* buffer);

}  // namespace m3lua

#endif  // LUA_RUNTIME_CONVERSION_H_
