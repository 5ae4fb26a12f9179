// The library `debug` (manual 6.10): what is not about frames, upvalues or
// hooks.
//
// Guarded by tests/conformance/debug_*.lua.
#include <cstdio>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "lua/object/userdata.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/load.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/traceback.h"
#include "lua/stdlib/debug_functions.h"
#include "lua/stdlib/libraries.h"

namespace m3lua::stdlib {
namespace {

// What lua_setcstacklimit answers since it does nothing.
constexpr int64_t kCStackLimit = 200;

NativeResult Traceback(NativeCall& call) {
  int shift;
  Coroutine& of = CoroutineArgument(call, shift);
  Value v = call.arg(shift + 1);
  std::optional<std::string_view> message;
  if (!v.is_nil()) {
    String* text = ToString(call.state(), v);
    if (text == nullptr) return call.Return(v);
    call.slot(shift + 1).Set(Value::Of(text));
    message = text->view();
  }
  int64_t level = call.OptInteger(shift + 2, &of == &call.co ? 1 : 0);
  return call.ReturnString(
      m3lua::Traceback(call.co, of, message, static_cast<int>(level)));
}

// ---- interactive

void WriteError(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

// Reads lines and runs them, until "cont" or the end of the input.
NativeResult Debug(NativeCall& call) {
  State& state = call.state();
  for (;;) {
    WriteError("lua_debug> ");
    char line[250];
    if (std::fgets(line, sizeof line, stdin) == nullptr ||
        std::strcmp(line, "cont\n") == 0) {
      return call.Return();
    }
    Value function = Value::Nil();
    std::span<Value> results(&function, 1);
    if (!Load(state, line, "=(debug command)", "bt", function) ||
        !state.engine().ProtectedCall(call.co, function, {}, 0, Value::Nil(),
                                      results)) {
      String* message = ToDisplayString(call.co, results[0]);
      WriteError(message->view());
      WriteError("\n");
    }
  }
}

// ---- metatables, the registry, user values

NativeResult GetRegistry(NativeCall& call) {
  return call.Return(Value::Of(call.state().registry));
}

NativeResult GetMetatable(NativeCall& call) {
  call.CheckAny(1);
  Table* metatable = MetatableOf(call.state(), call.arg(1));
  return call.Return(metatable == nullptr ? Value::Nil()
                                          : Value::Of(metatable));
}

NativeResult SetMetatable(NativeCall& call) {
  State& state = call.state();
  Value v = call.arg(1);
  Value mt = call.arg(2);
  if (!call.has(2) || !(mt.is_nil() || mt.is_table())) {
    call.TypeError(2, "nil or table");
  }
  Table* metatable = mt.is_nil() ? nullptr : mt.table();
  if (v.is_table()) {
    m3lua::SetMetatable(state, v.table(), metatable);
  } else if (v.is_userdata()) {
    m3lua::SetMetatable(state, v.userdata(), metatable);
  } else {
    state.type_metatables[static_cast<int>(v.type())] = metatable;
  }
  return call.Return(v);
}

Value* UserValue(Value v, int64_t n) {
  // (Those of C++ objects are the host's: lua/embed/object.h.)
  if (v.userdata()->host != nullptr) return nullptr;
  if (n < 1 || n > v.userdata()->user_value_count()) return nullptr;
  return &v.userdata()->user_values()[n - 1];
}

NativeResult GetUserValue(NativeCall& call) {
  int64_t n = call.OptInteger(2, 1);
  Value v = call.arg(1);
  const Value* value = v.is_userdata() ? UserValue(v, n) : nullptr;
  if (value == nullptr) return call.Return(Value::Nil());
  call.Push(*value);
  call.Push(Value::Boolean(true));
  return call.ReturnTop(2);
}

NativeResult SetUserValue(NativeCall& call) {
  int64_t n = call.OptInteger(3, 1);
  Value v = call.arg(1);
  if (!v.is_userdata()) call.TypeError(1, "userdata");
  call.CheckAny(2);
  Value* slot = UserValue(v, n);
  if (slot == nullptr) return call.Return(Value::Nil());
  slot->Set(call.arg(2));
  call.heap().BarrierForward(v.userdata(), *slot);
  return call.Return(v);
}

NativeResult SetCStackLimit(NativeCall& call) {
  call.CheckInteger(1);
  return call.Return(Value::Integer(kCStackLimit));
}

constexpr NativeEntry kFunctions[] = {
    {"debug", Debug},
    {"getuservalue", GetUserValue},
    {"gethook", DebugGetHook},
    {"getinfo", DebugGetInfo},
    {"getlocal", DebugGetLocal},
    {"getregistry", GetRegistry},
    {"getmetatable", GetMetatable},
    {"getupvalue", DebugGetUpvalue},
    {"upvaluejoin", DebugUpvalueJoin},
    {"upvalueid", DebugUpvalueId},
    {"setuservalue", SetUserValue},
    {"sethook", DebugSetHook},
    {"setlocal", DebugSetLocal},
    {"setmetatable", SetMetatable},
    {"setupvalue", DebugSetUpvalue},
    {"traceback", Traceback},
    {"setcstacklimit", SetCStackLimit},
};

}  // namespace

void OpenDebug(State& state) { NewLibrary(state, "debug", kFunctions); }

}  // namespace m3lua::stdlib
