// debug.sethook and gethook.
//
// Each coroutine has its own hook; a new one has none.  When the engine calls
// it is described in m3style/engine/hooks.h.
//
// Guarded by tests/conformance/hooks.lua.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "lua/object/coroutine.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/debug_functions.h"

namespace m3lua::stdlib {
namespace {

void CallLuaHook(Coroutine& co, Hook& hook, const char* event, int line) {
  // (Its first step would raise an error in whatever the event is about, which
  // may be a function of the host that is called on the way of an error.)
  if (co.state->limits.IsOver(co)) return;
  const Value arguments[] = {
      Value::Of(NewString(*co.state, event)),
      line >= 0 ? Value::Integer(line) : Value::Nil(),
  };
  co.state->engine().Call(co, hook.lua_function, arguments, 0);
}

uint8_t MaskOf(std::string_view letters, int64_t count) {
  const auto has = [&](char letter) {
    return letters.find(letter) != std::string_view::npos;
  };
  return static_cast<uint8_t>(
      (has('c') ? kHookCall : 0) | (has('r') ? kHookReturn : 0) |
      (has('l') ? kHookLine : 0) | (count > 0 ? kHookCount : 0));
}

std::string LettersOf(uint8_t mask) {
  std::string letters;
  if (mask & kHookCall) letters += 'c';
  if (mask & kHookReturn) letters += 'r';
  if (mask & kHookLine) letters += 'l';
  return letters;
}

// Scripts find a coroutine's hook function where PUC Lua has it: in a table of
// the registry, with weak keys.
void NoteInRegistry(NativeCall& call, Coroutine& of, Value function) {
  constexpr std::string_view kKey = "_HOOKKEY";
  State& state = call.state();
  Value hooks = GetField(state, state.registry, kKey);
  if (!hooks.is_table()) {
    hooks = Value::Of(NewTable(state));
    SetField(state, state.registry, kKey, hooks);
    SetField(state, hooks.table(), "__mode", Value::Of(NewString(state, "k")));
    SetMetatable(state, hooks.table(), hooks.table());
  }
  Set(call.co, hooks.table(), Value::Of(&of), function);
}

}  // namespace

NativeResult DebugSetHook(NativeCall& call) {
  int shift;
  Coroutine& of = CoroutineArgument(call, shift);
  Value function = Value::Nil();
  uint8_t mask = 0;
  int64_t count = 0;
  if (!call.is_none_or_nil(shift + 1)) {
    std::string_view letters = call.CheckView(shift + 2);
    function = call.CheckFunction(shift + 1);
    count = call.OptInteger(shift + 3, 0);
    mask = MaskOf(letters, count);
  }
  if (of.hook == nullptr) {
    if (mask == 0) return call.Return();
    of.hook = new Hook;
  }
  if (mask == 0) function = Value::Nil();
  NoteInRegistry(call, of, function);
  Hook& hook = *of.hook;
  hook.function = mask == 0 ? nullptr : CallLuaHook;
  hook.lua_function.Set(function);
  hook.mask = mask;
  hook.count = static_cast<int32_t>(std::min<int64_t>(count, INT32_MAX));
  hook.count_left = hook.count;
  of.hook_mask = mask;
  // (Coroutines are visited again before a collection ends: no barrier.)
  call.state().engine().HooksChanged(of);
  return call.Return();
}

NativeResult DebugGetHook(NativeCall& call) {
  int shift;
  const Coroutine& of = CoroutineArgument(call, shift);
  if (of.hook == nullptr || of.hook->mask == 0) {
    return call.Return(Value::Nil());
  }
  const Hook& hook = *of.hook;
  if (hook.function == CallLuaHook) {
    call.Push(hook.lua_function);
  } else {
    call.PushString("external hook");
  }
  call.PushString(LettersOf(hook.mask));
  call.Push(Value::Integer(hook.count));
  return call.ReturnTop(3);
}

}  // namespace m3lua::stdlib
