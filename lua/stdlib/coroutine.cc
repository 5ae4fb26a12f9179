// The library `coroutine` (manual 6.2).  Switching itself is the engine's.
//
// Guarded by tests/conformance/coroutine.lua.
#include <string_view>

#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/stdlib/intrinsic.h"
#include "lua/stdlib/libraries.h"
#include "lua/syntax/concat.h"

namespace m3lua::stdlib {
namespace {

std::string_view StatusName(CoroutineStatus status) {
  switch (status) {
    case CoroutineStatus::kSuspended:
      return "suspended";
    case CoroutineStatus::kRunning:
      return "running";
    case CoroutineStatus::kNormal:
      return "normal";
    case CoroutineStatus::kDead:
      return "dead";
  }
  return "dead";
}

NativeResult Create(NativeCall& call) {
  Value f = call.CheckFunction(1);
  return call.Return(
      Value::Of(call.state().engine().NewCoroutine(call.state(), f)));
}

NativeResult Wrap(NativeCall& call) {
  Value f = call.CheckFunction(1);
  State& state = call.state();
  Coroutine* co = state.engine().NewCoroutine(state, f);
  NativeClosure* wrapped =
      NewIntrinsic(state, Intrinsic::kWrapped, nullptr, /*upvalue_count=*/1);
  wrapped->upvalues()[0].Set(Value::Of(co));
  call.heap().BarrierForward(wrapped, co);
  return call.Return(Value::Of(static_cast<Function*>(wrapped)));
}

NativeResult Status(NativeCall& call) {
  return call.ReturnString(StatusName(call.CheckCoroutine(1)->status));
}

NativeResult IsYieldable(NativeCall& call) {
  Coroutine& co = call.has(1) ? *call.CheckCoroutine(1) : call.co;
  return call.Return(Value::Boolean(co.nonyieldable == 0));
}

NativeResult Running(NativeCall& call) {
  call.Push(Value::Of(&call.co));
  call.Push(Value::Boolean(&call.co == call.state().main));
  return call.ReturnTop(2);
}

NativeResult Close(NativeCall& call) {
  Coroutine* co = call.CheckCoroutine(1);
  if (co->status != CoroutineStatus::kSuspended &&
      co->status != CoroutineStatus::kDead) {
    call.Error(syntax::Concat("cannot close a ", StatusName(co->status),
                              " coroutine"));
  }
  Value error = Value::Nil();
  const bool closed =
      call.state().engine().CloseCoroutine(*co, &call.co, error);
  call.Spend(1);  // (what it closed may have ended the run)
  if (closed) {
    return call.Return(Value::Boolean(true));
  }
  call.Push(Value::Boolean(false));
  call.Push(error);
  return call.ReturnTop(2);
}

constexpr NativeEntry kFunctions[] = {
    {"close", Close},    {"create", Create},   {"isyieldable", IsYieldable},
    {"resume", nullptr}, {"running", Running}, {"status", Status},
    {"wrap", Wrap},      {"yield", nullptr},
};

}  // namespace

void OpenCoroutine(State& state) {
  Table* library = NewLibrary(state, "coroutine", kFunctions);
  auto set = [&](const char* name, Intrinsic number) {
    SetSharedField(
        state, library, name,
        Value::Of(static_cast<Function*>(NewIntrinsic(state, number))));
  };
  set("resume", Intrinsic::kResume);
  set("yield", Intrinsic::kYield);
}

}  // namespace m3lua::stdlib
