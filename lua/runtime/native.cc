// What native functions use: checks of arguments with PUC's error texts, and
// library tables.  Guarded by tests/unit/runtime/native_test.cc.
#include "lua/runtime/native.h"

#include <cstring>
#include <string>

#include "lua/runtime/conversion.h"
#include "lua/runtime/function_names.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/syntax/concat.h"

namespace m3lua {

// ---- errors

void NativeCall::Error(std::string_view message) {
  ThrowString(state(), syntax::Concat(state().engine().Where(co, 1), message));
}

NativeResult NativeCall::RaiseString(std::string_view message) {
  return Raise(Value::Of(NewString(
      state(), syntax::Concat(state().engine().Where(co, 1), message))));
}

void NativeCall::ArgumentError(int i, std::string_view message) {
  FrameInfo frame = state().engine().Frame(co, 0, /*names=*/true);
  if (frame.base == nullptr) {
    Error(syntax::Concat("bad argument #", i, " (", message, ")"));
  }
  if (frame.name_what == "method") {
    --i;  // the object does not count
    if (i == 0) {
      Error(syntax::Concat("calling '", frame.name, "' on bad self (", message,
                           ")"));
    }
  }
  std::string name = frame.name;
  if (name.empty()) {
    name = GlobalFunctionName(state(), Value::Of(frame.function));
    if (name.empty()) name = "?";
  }
  Error(
      syntax::Concat("bad argument #", i, " to '", name, "' (", message, ")"));
}

void NativeCall::TypeError(int i, std::string_view expected) {
  std::string actual = "no value";
  if (has(i)) {
    Value v = arg(i);
    Value name = MetamethodOf(state(), v, Event::kName);
    if (name.is_string()) {
      actual = name.string()->view();
    } else if (v.is_light_userdata()) {
      actual = "light userdata";
    } else {
      actual = TypeName(v.type());
    }
  }
  ArgumentError(i, syntax::Concat(expected, " expected, got ", actual));
}

// ---- checks

void NativeCall::NoValue(int i) { ArgumentError(i, "value expected"); }

int64_t NativeCall::ConvertToInteger(int i) {
  Value v = arg(i);
  PayForNumeral(v);
  int64_t integer;
  if (ToInteger(v, integer)) return integer;
  Value number;
  if (ToNumber(v, number)) {
    ArgumentError(i, "number has no integer representation");
  }
  TypeError(i, "number");
}

double NativeCall::ConvertToNumber(int i) {
  double number;
  PayForNumeral(arg(i));
  if (!ToFloat(arg(i), number)) TypeError(i, "number");
  return number;
}

Value NativeCall::CheckNumberValue(int i) {
  Value number = Value::Nil();
  PayForNumeral(arg(i));
  if (!ToNumber(arg(i), number)) TypeError(i, "number");
  return number;
}

String* NativeCall::ConvertToString(int i) {
  Value v = arg(i);
  if (!v.is_number()) TypeError(i, "string");
  String* s = ToString(state(), v);
  slot(i).Set(Value::Of(s));
  return s;
}

Value NativeCall::CheckFunction(int i) {
  Value v = arg(i);
  if (!v.is_function()) TypeError(i, "function");
  return v;
}

Coroutine* NativeCall::CheckCoroutine(int i) {
  Value v = arg(i);
  if (!v.is_coroutine()) TypeError(i, "thread");
  return v.coroutine();
}

double NativeCall::OptNumber(int i, double otherwise) {
  return is_none_or_nil(i) ? otherwise : CheckNumber(i);
}

String* NativeCall::OptString(int i, String* otherwise) {
  return is_none_or_nil(i) ? otherwise : CheckString(i);
}

std::string_view NativeCall::OptView(int i, std::string_view otherwise) {
  return is_none_or_nil(i) ? otherwise : CheckView(i);
}

int NativeCall::CheckOption(int i, const char* otherwise,
                            std::span<const std::string_view> names) {
  std::string_view name =
      otherwise != nullptr ? OptView(i, otherwise) : CheckView(i);
  for (size_t n = 0; n < names.size(); ++n) {
    if (names[n] == name) return static_cast<int>(n);
  }
  ArgumentError(i, syntax::Concat("invalid option '", name, "'"));
}

void* NativeCall::TestUserdata(int i, std::string_view type_name) {
  Value v = arg(i);
  if (!v.is_userdata() || v.userdata()->metatable == nullptr) return nullptr;
  Value wanted = GetField(state(), state().registry, type_name);
  bool same = wanted.is_table() && wanted.table() == v.userdata()->metatable;
  return same ? v.userdata()->memory() : nullptr;
}

void* NativeCall::CheckUserdata(int i, std::string_view type_name) {
  void* memory = TestUserdata(i, type_name);
  if (memory == nullptr) TypeError(i, type_name);
  return memory;
}

// ---- values above the arguments, results

bool NativeCall::TryEnsureSlots(uint32_t slots) {
  return state().engine().EnsureSlots(co, slots);
}

void NativeCall::EnsureSlots(uint32_t slots, std::string_view message) {
  if (TryEnsureSlots(slots)) return;
  if (message.empty()) Error("stack overflow");
  Error(syntax::Concat("stack overflow (", message, ")"));
}

Value* NativeCall::PushString(std::string_view bytes) {
  return Push(Value::Of(NewString(state(), bytes)));
}

NativeResult NativeCall::ReturnString(std::string_view bytes) {
  return Return(Value::Of(NewString(state(), bytes)));
}

NativeResult NativeCall::ReturnFail(std::string_view message) {
  Push(Value::Nil());
  PushString(message);
  return ReturnTop(2);
}

// ---- library tables

// The heap hands out zeroed memory: upvalues and user values are nil.

void LongLoop::Look() {
  left_ = kInterval;
  call_.state().limits.Spend(call_.co, kInterval);
}

NativeClosure* NewNative(State& state, NativeFunction function,
                         int upvalue_count) {
  NativeClosure* closure = state.heap().New<NativeClosure>(
      ObjectKind::kNativeClosure, upvalue_count * sizeof(Value));
  closure->aux = static_cast<uint8_t>(upvalue_count);
  closure->entry = state.engine().NativeEntry(0);
  closure->function = function;
  return closure;
}

NativeClosure* SharedNative(State& state, NativeFunction function,
                            Intrinsic number) {
  const m3::Cell* entry = state.engine().NativeEntry(static_cast<int>(number));
  uint32_t intrinsic = static_cast<uint32_t>(number);
  if (auto* f = shared::FindOrMakeNative(function, entry, intrinsic)) return f;
  NativeClosure* own = NewNative(state, function);
  own->aux32 = intrinsic;
  own->entry = entry;
  return own;
}

Value SharedFunction(State& state, NativeFunction function) {
  return Value::Of(static_cast<Function*>(SharedNative(state, function)));
}

void SetFunctions(State& state, Table* library,
                  std::span<const NativeEntry> functions) {
  for (const NativeEntry& entry : functions) {
    // Without a function: a place for a field that is set later.
    Value v = entry.function != nullptr ? SharedFunction(state, entry.function)
                                        : Value::Boolean(false);
    SetSharedField(state, library, entry.name, v);
  }
}

void SetField(State& state, Table* t, std::string_view name, Value v) {
  SetString(state, t, NewString(state, name), v);
}

void SetSharedField(State& state, Table* t, std::string_view name, Value v) {
  SetString(state, t, SharedString(state, name), v);
}

Value GetField(State& state, Table* t, std::string_view name) {
  return GetString(state, t, NewString(state, name));
}

Table* MetatableNamed(State& state, std::string_view name) {
  Value present = GetField(state, state.registry, name);
  if (present.is_table()) return present.table();
  Table* metatable = NewTable(state, 0, 2);
  SetField(state, metatable, "__name", Value::Of(NewString(state, name)));
  SetField(state, state.registry, name, Value::Of(metatable));
  return metatable;
}

Userdata* NewUserdata(State& state, size_t bytes, int user_values,
                      Table* metatable) {
  size_t values = static_cast<size_t>(user_values) * sizeof(Value);
  if (bytes > PTRDIFF_MAX - sizeof(Userdata) - values) ThrowMemoryError(state);
  Userdata* userdata =
      state.heap().New<Userdata>(ObjectKind::kUserdata, values + bytes);
  userdata->aux32 = static_cast<uint32_t>(user_values);
  userdata->size = bytes;
  if (metatable != nullptr) SetMetatable(state, userdata, metatable);
  return userdata;
}

}  // namespace m3lua
