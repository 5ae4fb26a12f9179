// Native functions that the engine runs itself, because they change the flow
// of control (no native recursion) or because they are called too often for a
// frame.  The number is in NativeClosure::aux32.
#ifndef LUA_RUNTIME_INTRINSICS_H_
#define LUA_RUNTIME_INTRINSICS_H_

#include <cstdint>

namespace m3lua {

enum class Intrinsic : uint32_t {
  kNone = 0,
  kPcall,
  kXpcall,
  kError,
  kResume,   // coroutine.resume
  kYield,    // coroutine.yield
  kWrapped,  // the function that coroutine.wrap returns; upvalue 1: coroutine
  kPairs,
  kNext,        // an ordinary function; generic for runs it without a call
  kIpairsStep,  // likewise, the iterator of ipairs
  // Ordinary functions whose common case needs no call (m3style/ops/builtins.h)
  kType,  // upvalues: the names of the types
  kSelect,
  kIpairs,  // upvalue 1: the iterator
  kFloor,   // math.floor
  kByte,    // string.byte
  kSqrt,    // math.sqrt
  kAbs,     // math.abs
  kMax,     // math.max
  kMin,     // math.min
  kAssert,
  kSetMetatable,
  kInsert,  // table.insert
  // Ordinary functions whose upvalues are not Lua's business: the debug library
  // does not show them (lua/embed/bind.h).
  kHost,
};
inline constexpr int kIntrinsicCount = 23;

}  // namespace m3lua

#endif  // LUA_RUNTIME_INTRINSICS_H_
