// Guarded by tests/unit/embed/module_test.cc.
#include "lua/embed/module.h"

#include <memory>

#include "lua/embed/host.h"
#include "lua/runtime/native.h"
#include "lua/runtime/table.h"

namespace m3lua::embed {
namespace {

// Upvalue 1: the opening function.
NativeResult OpenModule(NativeCall& call) {
  State& state = call.state();
  // The API needs a host, which a state that a Lua object made has.
  if (state.host == nullptr) {
    state.owned_host = std::make_shared<Host>(state, nullptr);
  }
  Value table = Value::Of(NewTable(state));
  call.Push(table);
  Value result = call.Call(call.upvalue(1), {table, call.arg(1)}, 1)[0];
  return call.Return(result.is_nil() ? table : result);
}

}  // namespace

Value NewModuleLoader(State& state, Value open) {
  NativeClosure* loader = NewNative(state, OpenModule, 1);
  loader->upvalues()[0].Set(open);
  state.heap().BarrierForward(loader, open);
  return Value::Of(static_cast<Function*>(loader));
}

}  // namespace m3lua::embed
