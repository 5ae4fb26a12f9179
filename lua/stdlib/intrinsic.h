// Library functions that the engine runs itself (lua/runtime/intrinsics.h).
//
// Guarded by tests/conformance/{base,coroutine}.lua.
#ifndef LUA_STDLIB_INTRINSIC_H_
#define LUA_STDLIB_INTRINSIC_H_

#include "lua/runtime/intrinsics.h"
#include "lua/runtime/native.h"

namespace m3lua::stdlib {

// `function` stands in for the intrinsic where the engine calls it as an
// ordinary one; null: it never does.
NativeClosure* NewIntrinsic(State& state, Intrinsic number,
                            NativeFunction function = nullptr,
                            int upvalue_count = 0);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_INTRINSIC_H_
