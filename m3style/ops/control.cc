#include "m3style/ops/control.h"

#include "lua/runtime/errors.h"
#include "lua/runtime/intrinsics.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "m3style/engine/engine_impl.h"
#include "m3style/engine/exit.h"
#include "m3style/engine/hooks.h"
#include "m3style/engine/variables.h"
#include "m3style/frame/arena.h"
#include "m3style/ops/call.h"
#include "m3style/ops/raise.h"

namespace m3lua::m3 {
namespace {

// An intrinsic as an ordinary native call: for argument checks, and so that
// frames can be walked.  Makes room for `slots` above the arguments.
NativeCall AsNative(Registers& r, uint32_t slots) {
  Coroutine& co = *r.co;
  co.base = r.base;
  co.top = r.base + r.n;
  if (M3_UNLIKELY(co.hook_mask != 0)) NativeCallEvent(r);
  if (co.top + slots > co.limit) {
    r.base = MoveFrameToNewChunk(co, r.base - 2, r.base, co.top, slots);
    co.base = r.base;
    co.top = r.base + r.n;
  }
  return NativeCall(co, static_cast<uint32_t>(r.n));
}

// Calls what is at callee[-2] with the n arguments at `callee`, from the frame
// of an intrinsic.
const Cell* CallFrom(Registers& r, Value* callee, uint64_t n, StaticId then) {
  HeaderOf(callee) = {Static(r, then), r.base};
  r.base = callee;
  r.n = n;
  return EnterUnpaid(r);
}

// The same for pcall and xpcall, which count as native calls, as in PUC: an
// error on its way through thousands of them would take for ever.
const Cell* CallProtected(Registers& r, Value* callee, uint64_t n,
                          StaticId then) {
  Coroutine& co = *r.co;
  if (NativeDepth(co) + 1 >= co.state->options().native_depth_limit) {
    callee[-2].Set(EngineOf(co).stack_error_function());
  }
  ++co.protected_depth;
  return CallFrom(r, callee, n, then);
}

void MoveUp(Value* first, uint64_t n, ptrdiff_t distance) {
  for (uint64_t i = n; i > 0; --i) first[i - 1 + distance].Set(first[i - 1]);
}

Value Text(Registers& r, std::string_view text) {
  return Value::Of(NewString(*r.co->state, text));
}

// Room for `count` values from `target` on in the frame at r.base, which is a
// native function's or a Lua function's whose values end at `target`.
Value* EnsureTarget(Registers& r, Value* target, uint64_t count) {
  Coroutine& co = *r.co;
  if (target + count <= co.limit) return target;
  Value* base = r.base;
  Value* start = base - 2;
  if (IsLua(FunctionOf(base)) &&
      ClosureOf(base)->prototype->function->is_vararg) {
    start = UnmovedBase(base) - 2;
  }
  Value* moved = MoveFrameToNewChunk(
      co, start, base, target,
      static_cast<uint32_t>(count) + bytecode::kMaxRegisters);
  r.base = moved;
  co.base = moved;
  return moved + (target - base);
}

// Room for `count` results from `target` on, where a frame that has returned
// began; it goes on at `ret`, in the frame at r.base.
Value* EnsureResults(Registers& r, const Cell* ret, Value* target,
                     uint64_t count) {
  Coroutine& co = *r.co;
  if (target + count <= co.limit) return target;
  if (ret == Static(r, StaticId::kLeaveChunk)) {
    return ReplaceChunk(co, static_cast<uint32_t>(count));
  }
  return EnsureTarget(r, target, count);
}

// Run() is to look for hooks; then the native function at r.base returns its
// first n values.
const Cell* NativeDoneByRun(Registers& r, uint64_t n) {
  r.n = n;
  r.co->top = r.base + n;
  r.co->pc = Static(r, StaticId::kNativeDone);
  return LeaveChain(r, ExitReason::kMode);
}

}  // namespace

const Cell* PcallSlow(const Cell*, Registers& r) {
  NativeCall call = AsNative(r, 4);
  call.CheckAny(1);
  Value* base = r.base;
  base[-2].set_spare32(r.co->to_be_closed_count);
  MoveUp(base + 1, r.n - 1, 2);
  base[1].Set(base[0]);
  return CallProtected(r, base + 3, r.n - 1, StaticId::kPcallDone);
}

const Cell* Xpcall(const Cell*, Registers& r) {
  NativeCall call = AsNative(r, 4);
  call.CheckFunction(2);
  Value* base = r.base;
  base[-2].set_spare32(r.co->to_be_closed_count);
  MoveUp(base + 2, r.n - 2, 2);
  base[2].Set(base[0]);
  return CallProtected(r, base + 4, r.n - 2, StaticId::kXpcallDone);
}

const Cell* PcallDoneHooked(const Cell*, Registers& r) {
  return ReturnFromNative(r, r.base, r.base, r.n + 1);
}
const Cell* XpcallDone(const Cell*, Registers& r) {
  --r.co->protected_depth;
  r.base[1].SetBoolean(true);
  return ReturnFromNative(r, r.base, r.base + 1, r.n + 1);
}

const Cell* RaiseError(const Cell*, Registers& r) {
  NativeCall call = AsNative(r, 0);
  Coroutine& co = *r.co;
  Value error = call.arg(1);
  int64_t level = call.OptInteger(2, 1);
  if (error.is_string() && level > 0) {
    std::string where = EngineOf(co).Where(
        co, static_cast<int>(std::min<int64_t>(level, INT32_MAX)));
    if (!where.empty()) {
      where.append(error.string()->view());
      error = Text(r, where);
    }
  }
  co.state->pending_error.Set(error);
  return RaisePrepared(r);
}

const Cell* PairsSlow(const Cell*, Registers& r) {
  NativeCall call = AsNative(r, 8);
  call.CheckAny(1);
  Value* base = r.base;
  Value mm = MetamethodOf(*r.co->state, base[0], Event::kPairs);
  if (mm.is_nil()) {
    base[1].Set(base[0]);
    base[0].Set(static_cast<NativeClosure*>(FunctionOf(base))->upvalues()[0]);
    base[2].SetNil();
    return ReturnFromNative(r, base, base, 3);
  }
  base[1].Set(mm);
  base[3].Set(base[0]);
  return CallFrom(r, base + 3, 1, StaticId::kPairsDone);
}
const Cell* PairsDone(const Cell*, Registers& r) {
  return ReturnFromNative(r, r.base, r.base + 1, 3);
}

const Cell* SwitchTo(Registers& r, Coroutine* to, const Value* first,
                     uint64_t n) {
  Coroutine& from = *r.co;
  State& state = *from.state;
  from.base = r.base;
  Registers next{to->base, to, n};
  // Once there is room for the arguments: what goes wrong before is an error of
  // the resumer, which is still the one that runs (and whose frame keeps them).
  const auto begin = [&] {
    from.status = CoroutineStatus::kNormal;
    to->resumer = &from;
    to->host_resumed = false;
    to->native_depth = NativeDepth(from) + 1;
    to->status = CoroutineStatus::kRunning;
    to->budget = from.budget;
    state.current = to;
  };
  if (!to->started) {
    // (Not EnsureTarget: a vararg function is not in its moved frame yet.)
    if (next.base + n > to->limit) {
      next.base = MoveFrameToNewChunk(
          *to, next.base - 2, next.base, next.base,
          static_cast<uint32_t>(n) + bytecode::kMaxRegisters);
      to->base = next.base;
    }
    for (uint64_t i = 0; i < n; ++i) next.base[i].Set(first[i]);
    to->started = true;
    begin();
    to->pc = nullptr;
    r = next;
    const Cell* entry = EnterUnpaid(r);
    if (M3_UNLIKELY(to->hook_mask != 0 || from.hook_mask != 0)) {
      to->pc = entry;
      return LeaveChain(r, ExitReason::kMode);
    }
    return entry;
  }
  // It waits in the frame of yield.
  if (M3_UNLIKELY(to->hook_mask != 0)) {
    Value* target = EnsureTarget(next, to->base, n);
    begin();
    r = next;
    for (uint64_t i = 0; i < n; ++i) target[i].Set(first[i]);
    return NativeDoneByRun(r, n);
  }
  Value* base = to->base;
  FrameHeader header = HeaderOf(base);
  next.base = header.previous;
  Value* target = base - 2;
  if (header.ret[-2].d == 0 && target + n > to->limit) {
    target = EnsureResults(next, header.ret, target, n);
  }
  uint64_t wanted = header.ret[-2].d;
  uint64_t copied = wanted == 0 ? n : std::min(n, wanted - 1);
  for (uint64_t i = 0; i < copied; ++i) target[i].Set(first[i]);
  begin();
  r = next;
  const Cell* ret = FinishReturn(r, header.ret, target, n);
  if (M3_UNLIKELY(to->hook_mask != 0 || from.hook_mask != 0)) {
    to->pc = ret;
    return LeaveChain(r, ExitReason::kMode);
  }
  return ret;
}

const Cell* DeliverToResumer(Registers& r, const Value* first, uint64_t n,
                             CoroutineStatus status) {
  Coroutine& from = *r.co;
  State& state = *from.state;
  from.status = status;
  Coroutine* to = from.resumer;
  if (from.host_resumed) {
    from.top = const_cast<Value*>(first) + n;
    return LeaveChain(r, status == CoroutineStatus::kDead
                             ? ExitReason::kReturned
                             : ExitReason::kYielded);
  }
  from.resumer = nullptr;
  to->status = CoroutineStatus::kRunning;
  to->budget = from.budget;
  state.current = to;
  Value* base = to->base;
  FrameHeader header = HeaderOf(base);
  bool with_status =
      static_cast<Intrinsic>(FunctionOf(base)->aux32) == Intrinsic::kResume;
  if (M3_UNLIKELY(to->hook_mask != 0)) {
    r = {base, to, 0};
    gc::Heap::InFlight kept(state.heap(), first, n, Value::Of(&from));
    Value* out = EnsureTarget(r, base, n + 1);
    if (with_status) (out++)->SetBoolean(true);
    for (uint64_t i = 0; i < n; ++i) out[i].Set(first[i]);
    if (status == CoroutineStatus::kDead) {
      while (from.chunk != nullptr) DropChunk(from);
      from.base = nullptr;
    }
    return NativeDoneByRun(r, n + with_status);
  }
  uint64_t total = n + with_status;
  header = HeaderOf(base);
  Registers next{header.previous, to, 0};
  Value* target = base - 2;
  uint64_t wanted = header.ret[-2].d;
  if (wanted == 0 && target + total > to->limit && next.base != nullptr) {
    gc::Heap::InFlight kept(state.heap(), first, n, Value::Of(&from));
    target = EnsureResults(next, header.ret, target, total);
  }
  uint64_t room = wanted == 0 ? total : wanted - 1;
  Value* out = target;
  if (with_status && room > 0) {
    (out++)->SetBoolean(true);
    --room;
  }
  for (uint64_t i = 0; i < n && i < room; ++i) out[i].Set(first[i]);
  if (status == CoroutineStatus::kDead) {
    while (from.chunk != nullptr) DropChunk(from);
    from.base = nullptr;
  }
  r = next;
  const Cell* ret = FinishReturn(r, header.ret, target, total);
  if (M3_UNLIKELY(to->hook_mask != 0 || from.hook_mask != 0)) {
    to->pc = ret;
    return LeaveChain(r, ExitReason::kMode);
  }
  return ret;
}

const Cell* ResumeSlow(const Cell*, Registers& r) {
  NativeCall call = AsNative(r, 4);
  Coroutine* to = call.CheckCoroutine(1);
  const char* refusal = nullptr;
  if (to->status == CoroutineStatus::kDead) {
    refusal = "cannot resume dead coroutine";
  } else if (to->status != CoroutineStatus::kSuspended) {
    refusal = "cannot resume non-suspended coroutine";
  } else if (NativeDepth(*r.co) + 1 >=
             r.co->state->options().native_depth_limit) {
    refusal = "C stack overflow";
  }
  if (refusal != nullptr) {
    Value message = Text(r, refusal);
    r.base[0].SetBoolean(false);
    r.base[1].Set(message);
    return ReturnFromNative(r, r.base, r.base, 2);
  }
  return SwitchTo(r, to, r.base + 1, r.n - 1);
}

const Cell* WrappedSlow(const Cell*, Registers& r) {
  NativeCall call = AsNative(r, 4);
  Coroutine* to = call.upvalue(1).coroutine();
  const char* refusal = nullptr;
  if (to->status == CoroutineStatus::kDead) {
    refusal = "cannot resume dead coroutine";
  } else if (to->status != CoroutineStatus::kSuspended) {
    refusal = "cannot resume non-suspended coroutine";
  } else if (NativeDepth(*r.co) + 1 >=
             r.co->state->options().native_depth_limit) {
    refusal = "C stack overflow";
  }
  if (refusal != nullptr) {
    call.RaiseString(refusal);
    return RaisePrepared(r);
  }
  return SwitchTo(r, to, r.base, r.n);
}

const Cell* YieldSlow(const Cell*, Registers& r) {
  AsNative(r, 0);
  Coroutine& co = *r.co;
  if (M3_UNLIKELY(co.nonyieldable > 0)) {
    return RaiseRuntime(r, &co == co.state->main
                               ? "attempt to yield from outside a coroutine"
                               : "attempt to yield across a C-call boundary");
  }
  return DeliverToResumer(r, r.base, r.n, CoroutineStatus::kSuspended);
}

const Cell* CoroutineEnd(const Cell*, Registers& r) {
  return DeliverToResumer(r, r.co->top - r.n, r.n, CoroutineStatus::kDead);
}

const Cell* UnwindCloseDone(const Cell*, Registers& r) {
  return EngineOf(*r.co).UnwindStep(r, r.base);
}

const Cell* Unwind(const Cell*, Registers& r) {
  EngineImpl& engine = EngineOf(*r.co);
  engine.error_handled = false;
  return engine.Unwind(r);
}

const Cell* RunExit(const Cell*, Registers& r) {
  return LeaveChain(r, ExitReason::kReturned);
}
const Cell* RunExitProtected(const Cell*, Registers& r) {
  return LeaveChain(r, ExitReason::kReturned);
}
const Cell* RunExitClose(const Cell*, Registers& r) {
  return LeaveChain(r, ExitReason::kReturned);
}

const Cell* Exit(const Cell*, Registers&) { return nullptr; }

const Cell* LeaveChain(Registers& r, ExitReason reason) {
  // (One by one: a wide load of what was just stored by halves would wait.)
  Coroutine* co = r.co;
  Value* base = r.base;
  const uint64_t n = r.n;
  EngineImpl& engine = EngineOf(*co);
  co->base = base;
  engine.exit_reason = reason;
  engine.exit_registers.base = base;
  engine.exit_registers.co = co;
  engine.exit_registers.n = n;
  return StaticCell(co->static_cells, StaticId::kExit);
}

}  // namespace m3lua::m3
