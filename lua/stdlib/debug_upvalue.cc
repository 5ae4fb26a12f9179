// debug.getupvalue, setupvalue, upvalueid, upvaluejoin.
//
// Guarded by tests/conformance/debug_upvalue.lua.
#include <optional>
#include <string>

#include "lua/object/function.h"
#include "lua/runtime/native.h"
#include "lua/stdlib/debug_functions.h"

namespace m3lua::stdlib {
namespace {

bool IsLua(const Function* f) { return f->kind == ObjectKind::kLuaClosure; }

// One of the upvalues of a function.
struct UpvalueSlot {
  Value* slot;
  Object* owner;  // whom a write barrier is for
  const void* id;
  std::string name;
};

std::optional<UpvalueSlot> FindUpvalue(Function* f, int64_t n) {
  if (n < 1 || n > f->aux) return std::nullopt;
  if (!IsLua(f)) {
    if (f->aux32 == static_cast<uint32_t>(Intrinsic::kHost)) {
      return std::nullopt;
    }
    Value* slot = &static_cast<NativeClosure*>(f)->upvalues()[n - 1];
    return UpvalueSlot{slot, f, slot, ""};
  }
  auto* closure = static_cast<LuaClosure*>(f);
  Upvalue* upvalue = closure->upvalues()[n - 1];
  const std::string& name =
      closure->prototype->function->upvalues[static_cast<size_t>(n - 1)].name;
  return UpvalueSlot{upvalue->location, upvalue, upvalue,
                     name.empty() ? "(no name)" : name};
}

// The upvalue named by a function and a number among the arguments.
std::optional<UpvalueSlot> UpvalueArgument(NativeCall& call, int function,
                                           int number) {
  int64_t n = call.CheckInteger(number);
  return FindUpvalue(call.CheckFunction(function).function(), n);
}

// An upvalue of a Lua function, for upvaluejoin.
Upvalue*& LuaUpvalueArgument(NativeCall& call, int function, int number) {
  return static_cast<LuaClosure*>(call.arg(function).function())
      ->upvalues()[call.CheckInteger(number) - 1];
}

}  // namespace

NativeResult DebugGetUpvalue(NativeCall& call) {
  auto upvalue = UpvalueArgument(call, 1, 2);
  if (!upvalue) return call.Return();
  call.PushString(upvalue->name);
  call.Push(*upvalue->slot);
  return call.ReturnTop(2);
}

NativeResult DebugSetUpvalue(NativeCall& call) {
  call.CheckAny(3);
  auto upvalue = UpvalueArgument(call, 1, 2);
  if (!upvalue) return call.Return();
  upvalue->slot->Set(call.arg(3));
  call.heap().BarrierForward(upvalue->owner, call.arg(3));
  return call.ReturnString(upvalue->name);
}

NativeResult DebugUpvalueId(NativeCall& call) {
  auto upvalue = UpvalueArgument(call, 1, 2);
  if (!upvalue) return call.Return(Value::Nil());
  return call.Return(Value::LightUserdata(const_cast<void*>(upvalue->id)));
}

NativeResult DebugUpvalueJoin(NativeCall& call) {
  for (int function : {1, 3}) {
    if (!UpvalueArgument(call, function, function + 1)) {
      call.ArgumentError(function + 1, "invalid upvalue index");
    }
  }
  for (int function : {1, 3}) {
    if (!IsLua(call.arg(function).function())) {
      call.ArgumentError(function, "Lua function expected");
    }
  }
  Upvalue* joined = LuaUpvalueArgument(call, 3, 4);
  LuaUpvalueArgument(call, 1, 2) = joined;
  call.heap().BarrierForward(call.arg(1).function(), joined);
  return call.Return();
}

}  // namespace m3lua::stdlib
