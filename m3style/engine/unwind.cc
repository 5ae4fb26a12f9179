// Errors on their way to whoever protects.
//
// An error unwinds frames directly to the nearest frame of pcall or xpcall of
// its coroutine, to a protected call from native code, or to the coroutine's
// end.  First the message handler in force is called, above all frames, so
// that it can look at them.  Then the variables between the error and the
// protected frame are closed, newest first, each __close in a frame of its
// own whose continuation (UnwindCloseDone) goes on here: so they may yield, and
// an error in one of them replaces the error.
#include <new>

#include "lua/runtime/errors.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/strings.h"
#include "m3style/engine/engine_impl.h"
#include "m3style/engine/frame_walker.h"
#include "m3style/engine/hooks.h"
#include "m3style/engine/variables.h"
#include "m3style/frame/arena.h"
#include "m3style/ops/call.h"
#include "m3style/ops/control.h"

namespace m3lua::m3 {
namespace {

// For a message handler of the host whose run is over.
constexpr int64_t kHandlerSteps = 10000;

// How often an error in a message handler goes to the handler again.
constexpr int kMaxHandlerDepth = 10;

Intrinsic IntrinsicOf(const Function* f) {
  return IsLua(f) ? Intrinsic::kNone : static_cast<Intrinsic>(f->aux32);
}

// Where the way of an error through its coroutine ends: `ret` is what the
// nearest frame that stops it returns to, `base` the frame below that one.
struct Barrier {
  const Cell* ret;
  Value* base;
  uint32_t passed;  // frames of pcall and xpcall on the way
};

// (As FrameWalker, for one thing only; errors pass many frames.)  `passes`:
// nothing in Lua stops it.
Barrier FindBarrier(const Coroutine& co, bool passes) {
  const Cell* cells = co.static_cells;
  const auto is = [cells](const Cell* cell, StaticId id) {
    return cell == StaticCell(cells, id);
  };
  ArenaChunk* chunk = co.chunk;
  uint32_t passed = 0;
  for (Value* base = co.base;; base = HeaderOf(base).previous) {
    const Cell* ret = HeaderOf(base).ret;
    if (M3_LIKELY(ret < cells || ret >= cells + kStaticCount * 3)) continue;
    if (is(ret, StaticId::kLeaveChunk)) {
      while (!Contains(chunk, base)) chunk = chunk->previous;
      do {
        ret = RecordedReturn(chunk);
        chunk = chunk->previous;
      } while (is(ret, StaticId::kLeaveChunk));
    }
    const bool in_lua = is(ret, StaticId::kPcallDone) ||
                        is(ret, StaticId::kXpcallDone) ||
                        is(ret, StaticId::kUnwindCloseDone);
    if (in_lua && passes) {
      ++passed;
      continue;
    }
    if (in_lua || is(ret, StaticId::kRunExit) ||
        is(ret, StaticId::kRunExitOne) || is(ret, StaticId::kRunExitClose) ||
        is(ret, StaticId::kRunExitProtected) ||
        is(ret, StaticId::kRunExitProtectedOne) ||
        is(ret, StaticId::kCoroutineEnd)) {
      return {ret, HeaderOf(base).previous, passed};
    }
  }
}

}  // namespace

void EngineImpl::CallMessageHandler(Coroutine& co) {
  // A handler could do nothing without memory (and PUC calls none).
  const Value error = state_.pending_error;
  if (error.is_string() && error.string() == state_.memory_error) return;

  const bool unwinding = state_.limits.unwinding();
  Value handler = Value::Nil();
  const ProtectedScope* scope = protected_;
  for (FrameWalker walker(co); !walker.done(); walker.Next()) {
    const Cell* ret = walker.ret();
    if (unwinding && (walker.Is(ret, StaticId::kPcallDone) ||
                      walker.Is(ret, StaticId::kXpcallDone) ||
                      walker.Is(ret, StaticId::kUnwindCloseDone))) {
      continue;
    }
    if (walker.Is(ret, StaticId::kPcallDone) ||
        walker.Is(ret, StaticId::kRunExitClose)) {
      return;
    }
    if (walker.Is(ret, StaticId::kUnwindCloseDone) ||
        walker.Is(ret, StaticId::kXpcallDone)) {
      Value* base = HeaderOf(walker.base()).previous;
      if (IntrinsicOf(FunctionOf(base)) == Intrinsic::kPcall) return;
      handler = base[1];
      break;
    }
    if (walker.Is(ret, StaticId::kRunExitProtected) ||
        walker.Is(ret, StaticId::kRunExitProtectedOne)) {
      while (scope != nullptr && scope->co != &co) scope = scope->outer;
      if (scope == nullptr) break;
      if (scope->inherits) {
        scope = scope->outer;
        continue;
      }
      handler = scope->handler;
      break;
    }
    if (walker.Is(ret, StaticId::kCoroutineEnd)) return;
  }
  if (handler.is_nil()) return;
  if (unwinding && !IsNative(handler)) return;
  // One of the host may look, but runs no Lua code to speak of.
  const bool extra = state_.limits.halted() && IsNative(handler);
  if (extra) co.budget = kHandlerSteps;
  if (co.in_handler >= kMaxHandlerDepth) {
    state_.pending_error =
        Value::Of(NewString(state_, "error in error handling"));
    return;
  }
  ++co.in_handler;
  const Value arguments[] = {error};
  try {
    state_.pending_error = Call(co, handler, arguments, 1)[0];
  } catch (const LuaError&) {
    // That error has been through the handler, too, as deep as it goes.
  } catch (const std::bad_alloc&) {
    state_.pending_error = Value::Of(state_.memory_error);
  }
  --co.in_handler;
  if (extra) co.budget = 0;
}

Value EngineImpl::HandleError(Coroutine& co, Value error) {
  state_.pending_error = error;
  CallMessageHandler(co);
  return TakeError();
}

const Cell* EngineImpl::Unwind(Registers& r) {
  for (;;) {
    Coroutine& co = *state_.current;
    r = {co.base, &co, 0};
    if (state_.pending_error.is_string() &&
        state_.pending_error.string() == state_.memory_error) {
      state_.limits.NoteMemoryError(co);
    }
    Barrier stop = FindBarrier(co, state_.limits.unwinding());
    const auto stops_at = [&](StaticId id) {
      return stop.ret == StaticCell(co.static_cells, id);
    };
    if (!error_handled && !stops_at(StaticId::kPcallDone)) {
      CallMessageHandler(co);
      error_handled = true;
      stop = FindBarrier(co, state_.limits.unwinding());
    }
    co.protected_depth -= stop.passed;
    if (stops_at(StaticId::kPcallDone) || stops_at(StaticId::kXpcallDone) ||
        stops_at(StaticId::kUnwindCloseDone)) {
      error_handled = false;
      stop.base[0].Set(TakeError());
      return UnwindStep(r, stop.base);
    }
    if (stops_at(StaticId::kRunExit) || stops_at(StaticId::kRunExitOne) ||
        stops_at(StaticId::kRunExitClose)) {
      // Through native code, which may catch it; else an outer run goes on.
      r.base = stop.base;
      return LeaveChain(r, ExitReason::kRethrow);
    }
    if (stops_at(StaticId::kRunExitProtected) ||
        stops_at(StaticId::kRunExitProtectedOne)) {
      r.base = stop.base;
      return LeaveChain(r, ExitReason::kFailed);
    }
    // The coroutine dies; its frames stay for tracebacks.
    co.status = CoroutineStatus::kDead;
    co.failed = 1;
    co.error_value = TakeError();
    if (co.host_resumed) return LeaveChain(r, ExitReason::kFailed);
    Coroutine& to = *co.resumer;
    co.resumer = nullptr;
    to.status = CoroutineStatus::kRunning;
    state_.current = &to;
    to.budget = co.budget;
    Value* base = to.base;
    r = {base, &to, 0};
    error_handled = false;
    if (state_.limits.unwinding()) {
      Value error = co.error_value;
      CloseCoroutine(co, &to, error);
      state_.pending_error = error;
      continue;
    }
    if (IntrinsicOf(FunctionOf(base)) == Intrinsic::kResume) {
      base[0].SetBoolean(false);
      base[1].Set(co.error_value);
      return ReturnFromNative(r, base, base, 2);
    }
    // coroutine.wrap: the error goes on in the resumer, the coroutine is
    // closed.
    Value error = co.error_value;
    CloseCoroutine(co, &to, error);
    state_.pending_error = error;
    if (error.is_string() && error.string() != state_.memory_error) {
      std::string text = Where(to, 1);
      if (!text.empty()) {
        text.append(error.string()->view());
        error = Value::Of(NewString(state_, text));
      }
    }
    state_.pending_error = error;
    error_handled = false;
  }
}

const Cell* EngineImpl::UnwindStep(Registers& r, Value* base) {
  Coroutine& co = *r.co;
  uint32_t level = base[-2].spare32();
  co.base = base;
  r.base = base;
  while (co.to_be_closed_count > level) {
    Value* slot = PopVariable(co);
    if (IsMarker(slot)) continue;
    CloseUpvaluesAbove(co, slot);
    DropChunksAbove(co, slot);
    if (!IsNative(MetamethodOf(state_, *slot, Event::kClose)) &&
        state_.limits.RefusesClose(co)) {
      continue;
    }
    co.pc = nullptr;
    // (Paid, but not looked at: no frame here could raise an error.)
    Limits::Charge(co, 1);
    return CallClose(r, slot, slot + 1, base[0], StaticId::kUnwindCloseDone);
  }
  CloseUpvaluesAbove(co, base);
  DropChunksAbove(co, base);
  --co.protected_depth;
  Value error = base[0];
  base[0].SetBoolean(false);
  base[1].Set(error);
  return ReturnFromNative(r, base, base, 2);
}

}  // namespace m3lua::m3
