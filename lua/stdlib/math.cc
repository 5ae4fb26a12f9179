// The math library (manual 6.7).
//
// Functions ask for the tag first and leave the checks with their messages to
// the slow path, so the usual calls run straight through.  Numeric strings are
// accepted as arguments but count as floats even when they look like integers
// (math.abs("3") is 3.0), as in PUC Lua.
//
// The generator of math.random is in random.h; its state is a userdata that
// random and randomseed share as upvalue 1.
//
// Guarded by tests/unit/stdlib/math_test.cc, tests/conformance/math.lua.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <string_view>

#include "lua/runtime/arithmetic.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/stdlib/intrinsic.h"
#include "lua/stdlib/libraries.h"
#include "lua/stdlib/random.h"

namespace m3lua::stdlib {
namespace {

inline double Number(NativeCall& call, int i) {
  Value v = call.arg(i);
  if (v.is_float()) return v.number();
  if (v.is_integer()) return static_cast<double>(v.integer());
  return call.CheckNumber(i);
}

// A float as an integer if it fits, else as it is.
inline Value IntegerIfFits(double d) {
  int64_t i;
  return FloatToInteger(d, i) ? Value::Integer(i) : Value::Float(d);
}

// A function of one float.
template <double (*kFunction)(double)>
NativeResult Unary(NativeCall& call) {
  return call.Return(Value::Float(kFunction(Number(call, 1))));
}

double Sqrt(double x) { return std::sqrt(x); }
double Sin(double x) { return std::sin(x); }
double Cos(double x) { return std::cos(x); }
double Tan(double x) { return std::tan(x); }
double Asin(double x) { return std::asin(x); }
double Acos(double x) { return std::acos(x); }
double Exp(double x) { return std::exp(x); }
double Degrees(double x) { return x * (180.0 / std::numbers::pi); }
double Radians(double x) { return x * (std::numbers::pi / 180.0); }
double Sinh(double x) { return std::sinh(x); }
double Cosh(double x) { return std::cosh(x); }
double Tanh(double x) { return std::tanh(x); }
double Log10(double x) { return std::log10(x); }

// ---- rounding and parts

NativeResult Abs(NativeCall& call) {
  Value v = call.arg(1);
  if (v.is_integer()) {
    int64_t i = v.integer();
    return call.Return(Value::Integer(i < 0 ? WrapNegate(i) : i));
  }
  return call.Return(Value::Float(std::fabs(Number(call, 1))));
}

NativeResult Floor(NativeCall& call) {
  Value v = call.arg(1);
  if (v.is_integer()) return call.Return(v);
  return call.Return(IntegerIfFits(std::floor(Number(call, 1))));
}

NativeResult Ceil(NativeCall& call) {
  Value v = call.arg(1);
  if (v.is_integer()) return call.Return(v);
  return call.Return(IntegerIfFits(std::ceil(Number(call, 1))));
}

NativeResult Modf(NativeCall& call) {
  Value v = call.arg(1);
  if (v.is_integer()) {
    call.Push(v);
    call.Push(Value::Float(0));
    return call.ReturnTop(2);
  }
  double x = Number(call, 1);
  double whole = std::trunc(x);
  call.Push(IntegerIfFits(whole));
  call.Push(Value::Float(std::isinf(x) ? 0.0 : x - whole));
  return call.ReturnTop(2);
}

NativeResult Fmod(NativeCall& call) {
  Value a = call.arg(1);
  Value b = call.arg(2);
  if (a.is_integer() && b.is_integer()) {
    int64_t divisor = b.integer();
    if (divisor == 0) call.ArgumentError(2, "zero");
    // The machine's division overflows for the least integer and -1.
    return call.Return(
        Value::Integer(divisor == -1 ? 0 : a.integer() % divisor));
  }
  double y = Number(call, 2);  // (PUC checks this argument first.)
  return call.Return(Value::Float(std::fmod(Number(call, 1), y)));
}

NativeResult ToInteger(NativeCall& call) {
  Value v = call.arg(1);
  if (v.is_integer()) return call.Return(v);
  int64_t i;
  if (m3lua::ToInteger(v, i)) return call.Return(Value::Integer(i));
  call.CheckAny(1);
  return call.Return(Value::Nil());
}

// Upvalue 1: "integer", upvalue 2: "float".
NativeResult Type(NativeCall& call) {
  Value v = call.arg(1);
  if (v.is_integer()) return call.Return(call.upvalue(1));
  if (v.is_float()) return call.Return(call.upvalue(2));
  call.CheckAny(1);
  return call.Return(Value::Nil());
}

// ---- comparisons

inline bool Less(NativeCall& call, Value a, Value b) {
  if (a.is_integer() && b.is_integer()) return a.integer() < b.integer();
  if (a.is_float() && b.is_float()) return a.number() < b.number();
  // As the operator: other types, and metamethods, take part.
  return LessThan(call.co, a, b);
}

NativeResult Max(NativeCall& call) {
  int count = call.count();
  if (count < 1) call.ArgumentError(1, "value expected");
  int best = 1;
  for (int i = 2; i <= count; ++i) {
    if (Less(call, call.arg(best), call.arg(i))) best = i;
  }
  return call.Return(call.arg(best));
}

NativeResult Min(NativeCall& call) {
  int count = call.count();
  if (count < 1) call.ArgumentError(1, "value expected");
  int best = 1;
  for (int i = 2; i <= count; ++i) {
    if (Less(call, call.arg(i), call.arg(best))) best = i;
  }
  return call.Return(call.arg(best));
}

NativeResult Ult(NativeCall& call) {
  uint64_t a = static_cast<uint64_t>(call.CheckInteger(1));
  uint64_t b = static_cast<uint64_t>(call.CheckInteger(2));
  return call.Return(Value::Boolean(a < b));
}

// ---- exponentials, logarithms, angles

NativeResult Log(NativeCall& call) {
  double x = Number(call, 1);
  if (call.is_none_or_nil(2)) return call.Return(Value::Float(std::log(x)));
  double base = Number(call, 2);
  double result;
  if (base == 2) {
    result = std::log2(x);  // exact for powers of two
  } else if (base == 10) {
    result = std::log10(x);
  } else {
    result = std::log(x) / std::log(base);
  }
  return call.Return(Value::Float(result));
}

NativeResult Atan(NativeCall& call) {
  double y = Number(call, 1);
  double x = call.is_none_or_nil(2) ? 1.0 : Number(call, 2);
  return call.Return(Value::Float(std::atan2(y, x)));
}

NativeResult Pow(NativeCall& call) {
  double x = Number(call, 1);
  return call.Return(Value::Float(std::pow(x, Number(call, 2))));
}

NativeResult Frexp(NativeCall& call) {
  int exponent = 0;
  double fraction = std::frexp(Number(call, 1), &exponent);
  call.Push(Value::Float(fraction));
  call.Push(Value::Integer(exponent));
  return call.ReturnTop(2);
}

NativeResult Ldexp(NativeCall& call) {
  double x = Number(call, 1);
  int exponent = static_cast<int>(call.CheckInteger(2));
  return call.Return(Value::Float(std::ldexp(x, exponent)));
}

// ---- pseudo-random numbers

RandomState& GeneratorOf(NativeCall& call) {
  return *static_cast<RandomState*>(call.upvalue(1).userdata()->memory());
}

NativeResult Random(NativeCall& call) {
  RandomState& generator = GeneratorOf(call);
  uint64_t bits = generator.Next();
  int64_t low = 1;
  int64_t high;
  switch (call.count()) {
    case 0:
      return call.Return(Value::Float(RandomState::ToFloat(bits)));
    case 1:
      high = call.CheckInteger(1);
      if (high == 0) {
        return call.Return(Value::Integer(static_cast<int64_t>(bits)));
      }
      break;
    case 2:
      low = call.CheckInteger(1);
      high = call.CheckInteger(2);
      break;
    default:
      call.Error("wrong number of arguments");
  }
  if (low > high) call.ArgumentError(1, "interval is empty");
  uint64_t limit = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  uint64_t offset = generator.Project(bits, limit);
  return call.Return(
      Value::Integer(WrapAdd(low, static_cast<int64_t>(offset))));
}

// A seed that differs between runs and between states.
void SeedAnew(RandomState& generator, uint64_t& first, uint64_t& second) {
  first = static_cast<uint64_t>(
      std::chrono::system_clock::now().time_since_epoch().count());
  second = reinterpret_cast<uint64_t>(&generator);
  generator.Seed(first, second);
}

NativeResult RandomSeed(NativeCall& call) {
  RandomState& generator = GeneratorOf(call);
  uint64_t first;
  uint64_t second;
  if (call.count() == 0) {
    SeedAnew(generator, first, second);
  } else {
    first = static_cast<uint64_t>(call.CheckInteger(1));
    second = static_cast<uint64_t>(call.OptInteger(2, 0));
    generator.Seed(first, second);
  }
  call.Push(Value::Integer(static_cast<int64_t>(first)));
  call.Push(Value::Integer(static_cast<int64_t>(second)));
  return call.ReturnTop(2);
}

void AddRandom(State& state, Table* library) {
  Userdata* memory = NewUserdata(state, sizeof(RandomState), 0, nullptr);
  uint64_t first;
  uint64_t second;
  SeedAnew(*static_cast<RandomState*>(memory->memory()), first, second);
  constexpr NativeEntry kEntries[] = {{"random", Random},
                                      {"randomseed", RandomSeed}};
  for (const NativeEntry& entry : kEntries) {
    NativeClosure* function = NewNative(state, entry.function, 1);
    function->upvalues()[0] = Value::Of(memory);
    SetSharedField(state, library, entry.name, Value::Of(function));
  }
}

constexpr NativeEntry kFunctions[] = {
    {"acos", Unary<Acos>},
    {"asin", Unary<Asin>},
    {"atan", Atan},
    {"ceil", Ceil},
    {"cos", Unary<Cos>},
    {"deg", Unary<Degrees>},
    {"exp", Unary<Exp>},
    {"fmod", Fmod},
    {"log", Log},
    {"modf", Modf},
    {"rad", Unary<Radians>},
    {"sin", Unary<Sin>},
    {"tan", Unary<Tan>},
    {"tointeger", ToInteger},
    {"ult", Ult},
    // Gone from the manual since 5.3, but default builds of PUC Lua 5.4
    // (LUA_COMPAT_MATHLIB) still have them.
    {"atan2", Atan},
    {"cosh", Unary<Cosh>},
    {"frexp", Frexp},
    {"ldexp", Ldexp},
    {"log10", Unary<Log10>},
    {"pow", Pow},
    {"sinh", Unary<Sinh>},
    {"tanh", Unary<Tanh>},
};

}  // namespace

void OpenMath(State& state) {
  Table* library = NewLibrary(state, "math", kFunctions, /*more=*/12);
  NativeClosure* type = NewNative(state, Type, 2);
  type->upvalues()[0] = Value::Of(SharedString(state, "integer"));
  type->upvalues()[1] = Value::Of(SharedString(state, "float"));
  SetSharedField(state, library, "type", Value::Of(type));
  const struct {
    const char* name;
    Intrinsic number;
    NativeFunction function;
  } kIntrinsics[] = {
      {"floor", Intrinsic::kFloor, Floor},
      {"sqrt", Intrinsic::kSqrt, Unary<Sqrt>},
      {"abs", Intrinsic::kAbs, Abs},
      {"max", Intrinsic::kMax, Max},
      {"min", Intrinsic::kMin, Min},
  };
  for (const auto& f : kIntrinsics) {
    SetSharedField(state, library, f.name,
                   Value::Of(NewIntrinsic(state, f.number, f.function)));
  }
  AddRandom(state, library);
  SetSharedField(state, library, "pi", Value::Float(std::numbers::pi));
  SetSharedField(state, library, "huge",
                 Value::Float(std::numeric_limits<double>::infinity()));
  SetSharedField(state, library, "maxinteger", Value::Integer(INT64_MAX));
  SetSharedField(state, library, "mininteger", Value::Integer(INT64_MIN));
}

}  // namespace m3lua::stdlib
