// Arithmetic and order of numbers.  Guarded by
// tests/unit/runtime/arithmetic_test.cc.
#include "lua/runtime/arithmetic.h"

#include <cmath>

#include "lua/runtime/conversion.h"

namespace m3lua {
namespace {

// Integers of this magnitude are floats exactly.
constexpr int64_t kExactInFloat = int64_t{1} << 53;

bool IsExactInFloat(int64_t i) {
  return i >= -kExactInFloat && i <= kExactInFloat;
}

ArithmeticResult Bitwise(Event event, Value a, Value b, Value& out) {
  int64_t x;
  int64_t y;
  if (!ToIntegerNoString(a, x) || !ToIntegerNoString(b, y)) {
    return ArithmeticResult::kNotNumbers;
  }
  switch (event) {
    case Event::kBAnd:
      out.SetInteger(x & y);
      break;
    case Event::kBOr:
      out.SetInteger(x | y);
      break;
    case Event::kBXor:
      out.SetInteger(x ^ y);
      break;
    case Event::kShl:
      out.SetInteger(ShiftLeft(x, y));
      break;
    case Event::kShr:
      out.SetInteger(ShiftRight(x, y));
      break;
    default:
      out.SetInteger(~x);
      break;
  }
  return ArithmeticResult::kOk;
}

ArithmeticResult Integers(Event event, int64_t x, int64_t y, Value& out) {
  switch (event) {
    case Event::kAdd:
      out.SetInteger(WrapAdd(x, y));
      break;
    case Event::kSub:
      out.SetInteger(WrapSub(x, y));
      break;
    case Event::kMul:
      out.SetInteger(WrapMul(x, y));
      break;
    case Event::kMod:
      if (y == 0) return ArithmeticResult::kDivideByZero;
      out.SetInteger(FloorModulo(x, y));
      break;
    case Event::kIDiv:
      if (y == 0) return ArithmeticResult::kDivideByZero;
      out.SetInteger(FloorDivide(x, y));
      break;
    default:
      out.SetInteger(WrapNegate(x));
      break;
  }
  return ArithmeticResult::kOk;
}

ArithmeticResult Floats(Event event, double x, double y, Value& out) {
  switch (event) {
    case Event::kAdd:
      out.SetFloat(x + y);
      break;
    case Event::kSub:
      out.SetFloat(x - y);
      break;
    case Event::kMul:
      out.SetFloat(x * y);
      break;
    case Event::kMod:
      out.SetFloat(FloorModulo(x, y));
      break;
    case Event::kPow:
      out.SetFloat(y == 2 ? x * x : std::pow(x, y));
      break;
    case Event::kDiv:
      out.SetFloat(x / y);
      break;
    case Event::kIDiv:
      out.SetFloat(FloorDivide(x, y));
      break;
    default:
      out.SetFloat(-x);
      break;
  }
  return ArithmeticResult::kOk;
}

}  // namespace

ArithmeticResult Arithmetic(Event event, Value a, Value b, Value& out) {
  switch (event) {
    case Event::kBNot:
      return Bitwise(event, a, a, out);
    case Event::kBAnd:
    case Event::kBOr:
    case Event::kBXor:
    case Event::kShl:
    case Event::kShr:
      return Bitwise(event, a, b, out);
    case Event::kUnm:
      b.Set(a);
      break;
    default:
      break;
  }
  bool always_float = event == Event::kDiv || event == Event::kPow;
  if (!always_float && a.is_integer() && b.is_integer()) {
    return Integers(event, a.integer(), b.integer(), out);
  }
  double x;
  double y;
  if (!ToFloatNoString(a, x) || !ToFloatNoString(b, y)) {
    return ArithmeticResult::kNotNumbers;
  }
  return Floats(event, x, y, out);
}

// An integer and a float: compared as floats while the integer is one exactly,
// else as integers with the float rounded to the side that decides.  A float
// out of range is decided by its sign; NaN is less than nothing.
bool NumberLess(Value a, Value b) {
  if (a.is_integer()) {
    int64_t i = a.integer();
    if (b.is_integer()) return i < b.integer();
    double d = b.number();
    if (IsExactInFloat(i)) return static_cast<double>(i) < d;
    int64_t bound;
    return FloatToInteger(d, bound, Rounding::kCeil) ? i < bound : d > 0;
  }
  double d = a.number();
  if (b.is_float()) return d < b.number();
  int64_t i = b.integer();
  if (IsExactInFloat(i)) return d < static_cast<double>(i);
  int64_t bound;
  return FloatToInteger(d, bound, Rounding::kFloor) ? bound < i : d < 0;
}

bool NumberLessEqual(Value a, Value b) {
  if (a.is_integer()) {
    int64_t i = a.integer();
    if (b.is_integer()) return i <= b.integer();
    double d = b.number();
    if (IsExactInFloat(i)) return static_cast<double>(i) <= d;
    int64_t bound;
    return FloatToInteger(d, bound, Rounding::kFloor) ? i <= bound : d > 0;
  }
  double d = a.number();
  if (b.is_float()) return d <= b.number();
  int64_t i = b.integer();
  if (IsExactInFloat(i)) return d <= static_cast<double>(i);
  int64_t bound;
  return FloatToInteger(d, bound, Rounding::kCeil) ? bound <= i : d < 0;
}

}  // namespace m3lua
