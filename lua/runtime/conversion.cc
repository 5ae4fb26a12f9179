// Conversions.  Numerals are read and written by lua/syntax/numeral.h, for
// the lexer as well.  Guarded by tests/unit/runtime/conversion_test.cc.
#include "lua/runtime/conversion.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <variant>

#include "lua/object/string.h"
#include "lua/runtime/strings.h"
#include "lua/syntax/numeral.h"

namespace m3lua {

bool FloatToInteger(double d, int64_t& out, Rounding rounding) {
  double floor = std::floor(d);
  if (floor != d) {
    if (rounding == Rounding::kExact) return false;
    if (rounding == Rounding::kCeil) floor += 1;
  }
  return FloatToInteger(floor, out);
}

bool ToIntegerNoString(Value v, int64_t& out) {
  if (v.is_integer()) {
    out = v.integer();
    return true;
  }
  return v.is_float() && FloatToInteger(v.number(), out);
}

bool ToFloatNoString(Value v, double& out) {
  if (v.is_float()) {
    out = v.number();
    return true;
  }
  if (!v.is_integer()) return false;
  out = static_cast<double>(v.integer());
  return true;
}

bool ToNumber(Value v, Value& out) {
  if (v.is_number()) {
    out.Set(v);
    return true;
  }
  if (!v.is_string()) return false;
  std::optional<syntax::Number> number =
      syntax::ParseNumber(v.string()->view());
  if (!number) return false;
  if (const int64_t* i = std::get_if<int64_t>(&*number)) {
    out.SetInteger(*i);
  } else {
    out.SetFloat(std::get<double>(*number));
  }
  return true;
}

bool ToInteger(Value v, int64_t& out) {
  Value number;
  return ToNumber(v, number) && ToIntegerNoString(number, out);
}

bool ToFloat(Value v, double& out) {
  Value number;
  return ToNumber(v, number) && ToFloatNoString(number, out);
}

size_t FormatNumberTo(Value v, char* buffer) {
  if (v.is_integer()) {
    return std::to_chars(buffer, buffer + 64, v.integer()).ptr - buffer;
  }
  return syntax::FormatNumber(v.number(), buffer);
}

String* ToString(State& state, Value v) {
  if (v.is_string()) return v.string();
  if (!v.is_number()) return nullptr;
  char buffer[64];
  return NewString(state, {buffer, FormatNumberTo(v, buffer)});
}

}  // namespace m3lua
