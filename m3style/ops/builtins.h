// Library functions that are called too often for a call of their own: the
// common case of each, as the entry of the function.  Anything else, hooks
// included, goes the way of all native functions (CallNative), to the function
// of the library.
//
// Guarded by tests/conformance/builtins.lua.
#ifndef M3STYLE_OPS_BUILTINS_H_
#define M3STYLE_OPS_BUILTINS_H_

#include "m3style/ops/call.h"

namespace m3lua::m3 {

// One result is wanted, or all, and nobody watches.
M3_HOT bool TakesOne(const Registers& r) {
  return (HeaderOf(r.base).ret[-2].d & ~2u) == 0 && r.co->hook_mask == 0;
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

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_BUILTINS_H_
