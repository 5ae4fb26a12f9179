// Guarded by tests/conformance/{base,coroutine}.lua.
#include "lua/stdlib/intrinsic.h"

namespace m3lua::stdlib {
namespace {

NativeResult EngineOnly(NativeCall& call) {
  call.Error("function can't be called without an engine");
}

}  // namespace

NativeClosure* NewIntrinsic(State& state, Intrinsic number,
                            NativeFunction function, int upvalue_count) {
  if (function == nullptr) function = EngineOnly;
  if (upvalue_count == 0) return SharedNative(state, function, number);
  NativeClosure* closure = NewNative(state, function, upvalue_count);
  closure->aux32 = static_cast<uint32_t>(number);
  closure->entry = state.engine().NativeEntry(static_cast<int>(number));
  return closure;
}

}  // namespace m3lua::stdlib
