// Library functions that are called too often for a call of their own: the
// common case of each, as the entry of the function.  Anything else, hooks
// included, goes the way of all native functions (CallNative), to the function
// of the library.
//
// Guarded by tests/conformance/builtins.lua.
#ifndef M3STYLE_OPS_BUILTINS_H_
#define M3STYLE_OPS_BUILTINS_H_

#include <cmath>

#include "m3style/ops/arithmetic.h"
#include "m3style/ops/call.h"

namespace m3lua::m3 {

// One result is wanted, or none, or all, and nobody watches.
M3_HOT bool TakesOne(const Registers& r) {
  return HeaderOf(r.base).ret[-2].d <= 2 && r.co->hook_mask == 0;
}

// Returns what has been put where the function was.
M3_HOT const Cell* ReturnOne(Registers& r) {
  const FrameHeader& header = HeaderOf(r.base);
  r.co->top = r.base - 1;  // (these two for whoever takes all results)
  r.n = 1;
  r.base = header.previous;
  return header.ret;
}

// type(v).  The function's upvalues are the names of the types.
M3_HOT const Cell* BuiltinType(const Cell*, Registers& r) {
  Value* base = r.base;
  if (M3_UNLIKELY(r.n == 0 || !TakesOne(r))) {
    return Static(r, StaticId::kCallNative);
  }
  const auto* type = static_cast<NativeClosure*>(FunctionOf(base));
  base[-2].Set(type->upvalues()[static_cast<int>(base[0].type())]);
  return ReturnOne(r);
}

// select('#', ...), select(i, ...) with positive i.
M3_HOT const Cell* BuiltinSelect(const Cell*, Registers& r) {
  Value* base = r.base;
  if (M3_LIKELY(r.n > 0 && TakesOne(r))) {
    if (base[0].is_integer() && base[0].payload.bits - 1 < r.n - 1) {
      if (HeaderOf(base).ret[-2].d == 0) {
        const uint64_t i = base[0].payload.bits;
        return ReturnFrom(r, base, base + i, r.n - i);
      }
      base[-2].Set(base[base[0].payload.bits]);
      return ReturnOne(r);
    }
    if (base[0].is_string() && base[0].string()->data()[0] == '#') {
      base[-2].SetInteger(static_cast<int64_t>(r.n) - 1);
      return ReturnOne(r);
    }
  }
  return Static(r, StaticId::kCallNative);
}

// ipairs(v).  The function's upvalue is the iterator.
M3_HOT const Cell* BuiltinIpairs(const Cell*, Registers& r) {
  if (M3_UNLIKELY(r.n == 0 || r.co->hook_mask != 0)) {
    return Static(r, StaticId::kCallNative);
  }
  const auto* ipairs = static_cast<NativeClosure*>(FunctionOf(r.base));
  return ReturnThree(r, ipairs->upvalues()[0], Value::Integer(0));
}

// math.floor(x)
M3_HOT const Cell* BuiltinFloor(const Cell*, Registers& r) {
  Value* base = r.base;
  if (M3_LIKELY(r.n > 0 && TakesOne(r))) {
    if (base[0].is_float()) {
      double x = base[0].number();
      if (M3_LIKELY(x >= -0x1p63 && x < 0x1p63)) {
        int64_t i = static_cast<int64_t>(x);
        base[-2].SetInteger(i - (static_cast<double>(i) > x));
        return ReturnOne(r);
      }
    } else if (base[0].is_integer()) {
      base[-2].Set(base[0]);
      return ReturnOne(r);
    }
  }
  return Static(r, StaticId::kCallNative);
}

// string.byte(s [, i]) with positive i.
M3_HOT const Cell* BuiltinByte(const Cell*, Registers& r) {
  Value* base = r.base;
  uint64_t at = 0;
  if (M3_UNLIKELY(r.n - 1 > 1 || !base[0].is_string() || !TakesOne(r))) {
    return Static(r, StaticId::kCallNative);
  }
  if (r.n == 2) {
    if (!base[1].is_integer()) return Static(r, StaticId::kCallNative);
    at = base[1].payload.bits - 1;
  }
  const String* s = base[0].string();
  if (at >= s->size()) return Static(r, StaticId::kCallNative);
  base[-2].SetInteger(static_cast<uint8_t>(s->data()[at]));
  return ReturnOne(r);
}

// math.sqrt(x), math.abs(x)
M3_HOT double SquareRoot(double x) {
#if defined(__x86_64__)
  double result;
  asm("sqrtsd %1, %0" : "=x"(result) : "x"(x));
  return result;
#else
  return std::sqrt(x);
#endif
}
M3_HOT const Cell* BuiltinSqrt(const Cell*, Registers& r) {
  Value* base = r.base;
  if (M3_UNLIKELY(r.n == 0 || !base[0].is_number() || !TakesOne(r))) {
    return Static(r, StaticId::kCallNative);
  }
  base[-2].SetFloat(SquareRoot(
      base[0].is_float() ? base[0].number() : ToFloat(base[0].integer())));
  return ReturnOne(r);
}
M3_HOT const Cell* BuiltinAbs(const Cell*, Registers& r) {
  Value* base = r.base;
  if (M3_LIKELY(r.n > 0 && TakesOne(r))) {
    if (base[0].is_integer()) {
      const int64_t i = base[0].integer();
      base[-2].SetInteger(i < 0 ? WrapNegate(i) : i);
      return ReturnOne(r);
    }
    if (base[0].is_float()) {
      base[-2].SetFloat(std::fabs(base[0].number()));
      return ReturnOne(r);
    }
  }
  return Static(r, StaticId::kCallNative);
}

// math.max(x, y), math.min(x, y)
template <bool kMax>
M3_HOT const Cell* BuiltinExtreme(Registers& r) {
  Value* base = r.base;
  if (M3_LIKELY(r.n == 2 && base[0].tag == base[1].tag && TakesOne(r))) {
    const Value& smaller_first = base[kMax ? 0 : 1];
    const Value& larger_first = base[kMax ? 1 : 0];
    if (base[0].is_integer()) {
      const bool second = smaller_first.integer() < larger_first.integer();
      base[-2].Set(base[second]);
      return ReturnOne(r);
    }
    if (base[0].is_float()) {
      const bool second = smaller_first.number() < larger_first.number();
      base[-2].Set(base[second]);
      return ReturnOne(r);
    }
  }
  return Static(r, StaticId::kCallNative);
}
M3_HOT const Cell* BuiltinMax(const Cell*, Registers& r) {
  return BuiltinExtreme<true>(r);
}
M3_HOT const Cell* BuiltinMin(const Cell*, Registers& r) {
  return BuiltinExtreme<false>(r);
}

// assert(v, ...) of what is true.
M3_HOT const Cell* BuiltinAssert(const Cell*, Registers& r) {
  Value* base = r.base;
  if (M3_UNLIKELY(r.n == 0 || !base[0].is_truthy() || r.co->hook_mask != 0)) {
    return Static(r, StaticId::kCallNative);
  }
  return ReturnFrom(r, base, base, r.n);
}

// setmetatable(t, mt) of a table without metatable, if `mt` is known to have no
// finalizer.
M3_HOT const Cell* BuiltinSetMetatable(const Cell*, Registers& r) {
  Value* base = r.base;
  if (M3_LIKELY(r.n == 2 && base[0].is_table() && base[1].is_table() &&
                TakesOne(r))) {
    Table* t = base[0].table();
    Table* metatable = base[1].table();
    constexpr uint8_t kNoFinalizer = 1u << static_cast<int>(Event::kGc);
    if (M3_LIKELY(t->metatable == nullptr && !t->IsBlack() &&
                  (metatable->flags & kNoFinalizer) != 0)) {
      t->metatable = metatable;
      base[-2].Set(base[0]);
      return ReturnOne(r);
    }
  }
  return Static(r, StaticId::kCallNative);
}

// table.insert(t, v) as a statement, where the array part has room at its end.
M3_HOT const Cell* BuiltinInsert(const Cell*, Registers& r) {
  Value* base = r.base;
  const FrameHeader& header = HeaderOf(base);
  if (M3_LIKELY(r.n == 2 && base[0].is_table() && header.ret[-2].d == 1 &&
                r.co->hook_mask == 0)) {
    Table* t = base[0].table();
    uint32_t end = t->length_hint;
    if (M3_LIKELY(t->metatable == nullptr && end < t->array_size() &&
                  !t->IsBlack() && !base[1].is_nil())) {
      if (!IsBorder(t, end)) ++end;
      if (M3_LIKELY(end < t->array_size() && IsBorder(t, end))) {
        t->ArraySet(end, base[1]);
        t->length_hint = end;
        r.base = header.previous;
        return header.ret;
      }
    }
  }
  return Static(r, StaticId::kCallNative);
}

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_BUILTINS_H_
