// Run(): the trampoline around the chain, and calls from native code.
#include <algorithm>
#include <new>

#include "lua/runtime/errors.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "m3style/engine/engine_impl.h"
#include "m3style/engine/stepping.h"
#include "m3style/engine/variables.h"
#include "m3style/ops/call.h"
#include "m3style/ops/metamethod.h"
#include "m3style/ops/raise.h"

namespace m3lua::m3 {
namespace {

// The host: lies below everything that a main coroutine runs.
NativeResult HostFrame(NativeCall& call) { return call.Return(); }

// Stands in for a value that can't be called; debuggers don't see its frame.
NativeResult RaiseCallError(NativeCall& call) {
  Engine& engine = call.state().engine();
  std::string message = "attempt to call a " +
                        TypeNameOf(call.state(), call.arg(1)) + " value" +
                        EngineOf(call.co).DescribeCallee(call.co);
  return call.Raise(
      Value::Of(NewString(call.state(), engine.Where(call.co, 0) + message)));
}

NativeResult RaiseStackError(NativeCall& call) {
  return call.Raise(Value::Of(NewString(call.state(), "C stack overflow")));
}

}  // namespace

inline void CheckNativeDepth(Coroutine& co) {
  if (NativeDepth(co) + 1 >= co.state->options().native_depth_limit) {
    ThrowRuntime(co, "C stack overflow");
  }
}

// Keeps what native code expects to find again after a nested run.
class RunScope {
 public:
  explicit RunScope(Coroutine& co)
      : co_(co), pc_(co.pc), base_(co.base), top_(co.top) {
    CheckNativeDepth(co);
    ++co.native_depth;
    ++co.nonyieldable;
  }
  ~RunScope() {
    --co_.native_depth;
    --co_.nonyieldable;
    co_.pc = pc_;
    co_.base = base_;
    co_.top = top_;
    co_.state->current = &co_;
    co_.status = CoroutineStatus::kRunning;
  }
  // The native frame may have been moved (rule R4).
  void Moved(Value* base) {
    top_ += base - base_;
    base_ = base;
  }

 private:
  Coroutine& co_;
  const Cell* pc_;
  Value* base_;
  Value* top_;
};

// While a chain runs, by steps or not.
class SteppingScope {
 public:
  SteppingScope(EngineImpl& engine, bool stepping)
      : engine_(engine), before_(engine.stepping) {
    engine_.stepping = stepping;
  }
  ~SteppingScope() { engine_.stepping = before_; }

 private:
  EngineImpl& engine_;
  bool before_;
};

EngineImpl::EngineImpl(State& state, const Strategy& strategy)
    : state_(state), strategy_(strategy) {}
EngineImpl::~EngineImpl() = default;

Coroutine* EngineImpl::NewCoroutine(State& state, Value function) {
  bool is_main = state.main == nullptr;
  if (call_error_function_.is_nil()) {
    call_error_function_ = SharedFunction(state, RaiseCallError);
    stack_error_function_ = SharedFunction(state, RaiseStackError);
  }
  Value first = function;
  if (is_main) {
    first = SharedFunction(state, HostFrame);
    host_function_ = first;
  }
  auto* co = state.heap().New<Coroutine>(ObjectKind::kCoroutine);
  *reinterpret_cast<Object*>(co) = *static_cast<Object*>(co);
  co->pc = nullptr;
  co->base = nullptr;
  co->top = nullptr;
  co->limit = nullptr;
  co->budget = 0;  // it gets what its resumer has
  co->static_cells = strategy_.static_cells();
  co->open_upvalues = nullptr;
  co->state = &state;
  co->chunk = nullptr;
  co->resumer = nullptr;
  co->to_be_closed = nullptr;
  co->to_be_closed_count = 0;
  co->to_be_closed_capacity = 0;
  co->slot_count = 0;
  co->status = CoroutineStatus::kSuspended;
  co->hook_mask = 0;
  co->failed = 0;
  co->in_handler = 0;
  co->started = 0;
  co->host_resumed = 0;
  co->suspended = 0;
  co->native_depth = 0;
  co->protected_depth = 0;
  co->nonyieldable = 0;
  co->hook = nullptr;
  co->next_with_open_upvalues = nullptr;
  co->error_value = Value::Nil();
  uint32_t slots = 2 + NativeCall::kMinimumSlots + kFrameSlack;
  if (!is_main) {
    // Small: thousands of coroutines may be alive.  But the function should be
    // able to call a small one, or a native one, without another chunk.
    uint32_t frame = 8;
    if (function.is_function() && IsLua(function.function())) {
      frame = static_cast<LuaClosure*>(function.function())
                  ->prototype->function->register_count;
    }
    slots = 2 + frame + 4 + NativeCall::kMinimumSlots + kFrameSlack;
  }
  ArenaChunk* chunk = AddChunk(*co, slots);
  Value* start = chunk->slots();
  start[0] = Value::Nil();
  start[0].Set(first);
  co->base = start + 2;
  co->top = co->base;
  HeaderOf(co->base) = {
      StaticCell(co->static_cells,
                 is_main ? StaticId::kRunExit : StaticId::kCoroutineEnd),
      nullptr};
  if (is_main) {
    small_main_base_ = co->base;
    co->started = 1;
    co->nonyieldable = 1;
    co->status = CoroutineStatus::kRunning;
  }
  return co;
}

std::span<const Value> EngineImpl::GrowMainChunk(
    Coroutine& co, std::span<const Value> arguments) {
  small_main_base_ = nullptr;
  ArenaChunk* old = co.chunk;
  // Something else made room first (EnsureSlots).
  if (old->previous != nullptr) return arguments;
  // (A chunk of 4 KiB, header included.)
  constexpr uint32_t kSlots = 254;
  constexpr size_t kBytes = sizeof(ArenaChunk) + kSlots * sizeof(Value);
  void* memory = kSlots <= state_.options().stack_limit
                     ? state_.heap().TryAllocateBuffer(kBytes)
                     : nullptr;
  // Then the small one has to do; what does not fit gets another chunk.
  if (memory == nullptr) return arguments;
  ArenaChunk* chunk = static_cast<ArenaChunk*>(memory);
  chunk->previous = nullptr;
  chunk->end = chunk->slots() + kSlots;
  const size_t used = static_cast<size_t>(old->end - old->slots());
  for (size_t i = 0; i < used; ++i) chunk->slots()[i] = old->slots()[i];
  const ptrdiff_t distance = chunk->slots() - old->slots();
  if (Contains(old, co.top)) co.top += distance;
  co.base += distance;
  if (Contains(old, arguments.data())) {
    arguments = {arguments.data() + distance, arguments.size()};
  }
  co.slot_count += kSlots - static_cast<uint32_t>(used);
  SetChunk(co, chunk);
  state_.heap().FreeBuffer(old, sizeof(ArenaChunk) + used * sizeof(Value));
  return arguments;
}

LuaClosure* EngineImpl::NewClosure(Prototype* prototype) {
  size_t count = prototype->function->upvalues.size();
  auto* closure = state_.heap().New<LuaClosure>(ObjectKind::kLuaClosure,
                                                count * sizeof(Upvalue*));
  closure->aux = static_cast<uint8_t>(count);
  closure->prototype = prototype;
  closure->entry = EntryOf(prototype);
  M3_KEEP_LOOP
  for (size_t i = 0; i < count; ++i) closure->upvalues()[i] = nullptr;
  return closure;
}

const Cell* EngineImpl::EntryOf(const Prototype* prototype) {
  return prototype->cells != nullptr
             ? prototype->cells
             : StaticCell(strategy_.static_cells(), StaticId::kDecode);
}

const Cell* EngineImpl::NativeEntry(int intrinsic) {
  StaticId id = StaticId::kCallNative;
  switch (static_cast<Intrinsic>(intrinsic)) {
    case Intrinsic::kPcall:
      id = StaticId::kPcall;
      break;
    case Intrinsic::kXpcall:
      id = StaticId::kXpcall;
      break;
    case Intrinsic::kError:
      id = StaticId::kRaiseError;
      break;
    case Intrinsic::kResume:
      id = StaticId::kResume;
      break;
    case Intrinsic::kYield:
      id = StaticId::kYield;
      break;
    case Intrinsic::kWrapped:
      id = StaticId::kWrapped;
      break;
    case Intrinsic::kPairs:
      id = StaticId::kPairs;
      break;
    case Intrinsic::kType:
      id = StaticId::kBuiltinType;
      break;
    case Intrinsic::kSelect:
      id = StaticId::kBuiltinSelect;
      break;
    case Intrinsic::kIpairs:
      id = StaticId::kBuiltinIpairs;
      break;
    case Intrinsic::kFloor:
      id = StaticId::kBuiltinFloor;
      break;
    case Intrinsic::kByte:
      id = StaticId::kBuiltinByte;
      break;
    case Intrinsic::kSqrt:
      id = StaticId::kBuiltinSqrt;
      break;
    case Intrinsic::kAbs:
      id = StaticId::kBuiltinAbs;
      break;
    case Intrinsic::kMax:
      id = StaticId::kBuiltinMax;
      break;
    case Intrinsic::kMin:
      id = StaticId::kBuiltinMin;
      break;
    case Intrinsic::kAssert:
      id = StaticId::kBuiltinAssert;
      break;
    case Intrinsic::kSetMetatable:
      id = StaticId::kBuiltinSetMetatable;
      break;
    case Intrinsic::kInsert:
      id = StaticId::kBuiltinInsert;
      break;
    case Intrinsic::kNext:
    case Intrinsic::kIpairsStep:
    case Intrinsic::kHost:
    case Intrinsic::kNone:
      break;
  }
  return StaticCell(strategy_.static_cells(), id);
}

// ---- Run

template <bool kMaySuspend>
[[gnu::always_inline]] inline ExitReason EngineImpl::RunChain(const Cell* pc,
                                                              Value* base,
                                                              uint64_t n) {
  Coroutine* co = state_.current;
  if (M3_UNLIKELY(NeedsStepping(*co) || stepping)) {
    return RunOn(pc, {base, co, n}, /*failed=*/false, kMaySuspend);
  }
  // The usual way: once through the chain.
  bool failed = false;
  try {
    strategy_.Run(pc, {base, co, n});
  } catch (const std::exception&) {
    NoteException();
    failed = true;
  }
  if (M3_LIKELY(!failed && exit_reason > ExitReason::kMode)) return exit_reason;
  return RunOn(nullptr, exit_registers, failed, kMaySuspend);
}

ExitReason EngineImpl::Run(const Cell* pc, Value* base, uint64_t n) {
  return RunChain<false>(pc, base, n);
}
ExitReason EngineImpl::RunBounded(const Cell* pc, Value* base, uint64_t n) {
  return RunChain<true>(pc, base, n);
}

ExitReason EngineImpl::RunOn(const Cell* pc, Registers r, bool failed,
                             bool may_suspend) {
  for (;;) {
    try {
      if (failed) {
        failed = false;
        Coroutine* co = state_.current;
        r = {co->base, co, 0};
        pc = Unwind(r);
      } else if (pc == nullptr) {
        // The chain was left.
        if (exit_reason > ExitReason::kMode) return exit_reason;
        r = exit_registers;
        if (exit_reason != ExitReason::kMode) {
          const bool retry = exit_reason == ExitReason::kRetry;
          if (!state_.limits.AtSlice(*r.co, may_suspend)) {
            return ExitReason::kSlice;
          }
          if (retry) ++r.co->budget;
        }
        pc = r.co->pc;
      }
      if (M3_UNLIKELY(NeedsStepping(*r.co))) {
        SteppingScope scope(*this, true);
        StepChain(strategy_, pc, r);
      } else {
        SteppingScope scope(*this, false);
        strategy_.Run(pc, r);
      }
      pc = nullptr;
    } catch (const std::exception&) {
      NoteException();
      failed = true;
    }
  }
}

void EngineImpl::NoteException() {
  try {
    throw;
  } catch (const LuaError&) {
    // (The value is in pending_error.)
  } catch (const std::bad_alloc&) {
    state_.pending_error = Value::Of(state_.memory_error);
    error_handled = false;
  } catch (const std::exception& e) {
    // A host function threw.  (Nothing else derives from std::exception.)
    state_.pending_error = Value::Of(state_.memory_error);
    error_handled = false;
    try {
      state_.pending_error = Value::Of(NewString(state_, e.what()));
    } catch (const LuaError&) {
    }
  }
}

// ---- calls from native code

// (In line: a call from the host takes a few hundred instructions.)

// The first free slot above the current frame.
[[gnu::always_inline]] inline Value* EngineImpl::NativeFrameEnd(Coroutine& co) {
  if (!IsLua(FunctionOf(co.base))) return co.top;
  Value* end = FrameEnd(co.base);
  // In front of an open list of values (an error or a hook between its
  // producer and its consumer).
  if (co.top > end && co.top < co.chunk->end && Contains(co.chunk, end)) {
    end = co.top;
  }
  return end;
}

[[gnu::always_inline]] inline Value* EngineImpl::PushCall(
    Coroutine& co, Value f, std::span<const Value> arguments, StaticId ret) {
  Value* record = NativeFrameEnd(co);
  const Cell* then = StaticCell(co.static_cells, ret);
  // Where an open list of values ends, if the instruction takes one.
  bool in_frame = co.top >= co.base && co.top <= record;
  WriteRecord(record, co.pc,
              in_frame ? static_cast<uint32_t>(co.top - co.base) : 0);
  Value* start = record + 1;
  size_t needed = arguments.size() + 2 + kFrameSlack;
  if (!Contains(co.chunk, start) || start + needed > co.chunk->end) {
    gc::Heap::InFlight kept(state_.heap(), arguments.data(), arguments.size(),
                            f);
    ArenaChunk* chunk =
        AddChunk(co, kChunkRecordSlots + static_cast<uint32_t>(needed) + 16);
    WriteChunkRecord(chunk, then, start);
    then = StaticCell(co.static_cells, StaticId::kLeaveChunk);
    start = chunk->slots() + kChunkRecordSlots;
  }
  start[0].Set(f);
  Value* base = start + 2;
  HeaderOf(base) = {then, co.base};
  for (size_t i = 0; i < arguments.size(); ++i) base[i].Set(arguments[i]);
  return base;
}

void EngineImpl::HooksChanged(Coroutine& co) {
  if (&co == state_.current) state_.limits.EndSlice(co);
}

std::span<Value> EngineImpl::Call(Coroutine& co, Value f,
                                  std::span<const Value> arguments,
                                  int wanted) {
  if (co.native_depth == 0) state_.limits.BeginRun();
  if (co.base == small_main_base_) arguments = GrowMainChunk(co, arguments);
  RunScope scope(co);
  Value* before = co.base;
  Value* target = NativeFrameEnd(co) + 1;
  bool one = wanted == 0 || wanted == 1;
  Value* base = PushCall(co, f, arguments,
                         one ? StaticId::kRunExitOne : StaticId::kRunExit);
  Registers r{base, &co, arguments.size()};
  // (Native loops whose callbacks neither loop nor call pay here.)
  const Cell* entry = EnterValue(r);
  if (Run(entry, r.base, r.n) == ExitReason::kRethrow) throw LuaError();
  if (one) return {target, static_cast<size_t>(wanted)};
  if (exit_registers.base != before) {
    scope.Moved(exit_registers.base);
    target += exit_registers.base - before;
  }
  size_t n = exit_registers.n;
  if (wanted >= 0) {
    for (; n < static_cast<size_t>(wanted); ++n) target[n].SetNil();
    n = static_cast<size_t>(wanted);
  }
  return {target, n};
}

void EngineImpl::BeginCalls(CallSeries& series) {
  Coroutine& co = *series.co;
  CheckNativeDepth(co);
  Value* record = co.top;
  Value* base = record + 3;
  Value* end = base + series.count + kFrameSlack;
  series.arguments = series.own;
  if (series.function.is_function() && Contains(co.chunk, record) &&
      end <= co.chunk->end) {
    Function* f = series.function.function();
    series.entry = f->entry;
    if (IsLua(f)) {
      auto* closure = static_cast<LuaClosure*>(f);
      const bytecode::Function& code = *closure->prototype->function;
      series.entry = closure->entry = EnsureDecoded(co, closure->prototype);
      if (!code.is_vararg && series.count >= code.parameter_count &&
          base + code.register_count <= co.limit) {
        ++series.entry;  // the arguments are right, and there is room
      }
    }
    series.arguments = base;
    series.top = co.top;
    WriteRecord(record, co.pc, static_cast<uint32_t>(co.top - co.base));
  }
  ++co.native_depth;
  ++co.nonyieldable;
}

void EngineImpl::EndCalls(CallSeries& series) {
  --series.co->native_depth;
  --series.co->nonyieldable;
}

Value EngineImpl::CallAgain(CallSeries& series) {
  if (M3_UNLIKELY(series.entry == nullptr)) return Engine::CallAgain(series);
  Coroutine& co = *series.co;
  state_.limits.Spend(co, 1);
  // (The callee may have written into its function slot and header.)
  Value* base = series.arguments;
  base[-2].Set(series.function);
  HeaderOf(base) = {StaticCell(co.static_cells, StaticId::kRunExitOne),
                    co.base};
  // (Hooks report a call at the entry cell.)
  const Cell* entry = M3_UNLIKELY(co.hook_mask != 0)
                          ? series.function.function()->entry
                          : series.entry;
  ExitReason reason = Run(entry, base, series.count);
  co.top = series.top;
  if (M3_UNLIKELY(reason == ExitReason::kRethrow)) throw LuaError();
  return base[-2];
}

[[gnu::always_inline]] inline bool EngineImpl::CallWithin(
    ProtectedScope& protection, Value f, std::span<const Value> arguments,
    int wanted, std::span<Value>& results) {
  Coroutine& co = *protection.co;
  const bool outermost = co.native_depth == 0;
  if (outermost) {
    state_.heap().ForgiveEmergencies();
    state_.limits.BeginRun();
  }
  if (co.base == small_main_base_) arguments = GrowMainChunk(co, arguments);
  uint32_t level = co.to_be_closed_count;
  Value* before = co.base;
  Value error;
  try {
    RunScope scope(co);
    Value* target = NativeFrameEnd(co) + 1;
    const bool one = wanted == 0 || wanted == 1;
    Value* base = PushCall(
        co, f, arguments,
        one ? StaticId::kRunExitProtectedOne : StaticId::kRunExitProtected);
    Registers r{base, &co, arguments.size()};
    // (The host's own call looks at nothing but whether there are any steps:
    // what it calls can say where it stands.  That of a native function, which
    // may be a finalizer and would be lost, does not look at all.)
    if (M3_LIKELY(outermost) || IsNative(f)) {
      Limits::Charge(co, 1);
      if (M3_UNLIKELY(co.budget < 0) && !IsNative(f)) {
        state_.limits.LookAtBegin(co);
      }
    } else {
      state_.limits.Spend(co, 1);
    }
    const Cell* entry =
        M3_LIKELY(f.is_function()) ? f.function()->entry : EnterUnpaid(r);
    protected_ = &protection;
    ExitReason reason = RunChain<false>(entry, r.base, r.n);
    protected_ = protection.outer;
    // (A run that was ended in a finalizer may still come to its own end.)
    const bool stopped = outermost && state_.limits.unwinding();
    if (M3_LIKELY(reason == ExitReason::kReturned && !stopped)) {
      if (M3_LIKELY(one)) {
        results = {target, static_cast<size_t>(wanted)};
        return true;
      }
      if (exit_registers.base != before) {
        scope.Moved(exit_registers.base);
        target += exit_registers.base - before;
      }
      size_t n = exit_registers.n;
      if (wanted >= 0) {
        for (; n < static_cast<size_t>(wanted); ++n) target[n].SetNil();
        n = static_cast<size_t>(wanted);
      }
      results = {target, n};
      return true;
    }
    error = reason == ExitReason::kReturned
                ? Value::Of(
                      NewString(state_, StopMessage(state_.limits.last_stop())))
                : TakeError();
  } catch (const LuaError&) {
    protected_ = protection.outer;
    error = TakeError();
  } catch (const std::bad_alloc&) {
    protected_ = protection.outer;
    error = Value::Of(state_.memory_error);
  }
  error_handled = false;
  CloseAbove(co, level, error);
  Value* end = NativeFrameEnd(co);
  CloseUpvaluesAbove(co, end);
  DropChunksAbove(co, end);
  if (outermost) state_.limits.EndRun();
  end->Set(error);
  results = {end, 1};
  return false;
}

bool EngineImpl::ProtectedCall(Coroutine& co, Value f,
                               std::span<const Value> arguments, int wanted,
                               Value handler, std::span<Value>& results) {
  ProtectedScope protection{handler, &co, protected_};
  return CallWithin(protection, f, arguments, wanted, results);
}

bool EngineImpl::ProtectedCallInside(Coroutine& co, Value f,
                                     std::span<const Value> arguments,
                                     int wanted, std::span<Value>& results) {
  ProtectedScope protection{Value::Nil(), &co, protected_, true};
  return CallWithin(protection, f, arguments, wanted, results);
}

// The frames between the variables and co.base are dead, and are overwritten.
// So the record of each closing call also says how many values the frame at
// co.base (which may be null) has of its own.
bool EngineImpl::CloseAbove(Coroutine& co, uint32_t level, Value& error) {
  bool ok = true;
  uint32_t own = co.base == nullptr || IsLua(FunctionOf(co.base))
                     ? 0
                     : static_cast<uint32_t>(co.top - co.base);
  HeldError held(*this, error);
  while (co.to_be_closed_count > level) {
    Value* slot = PopVariable(co);
    if (IsMarker(slot)) continue;
    CloseUpvaluesAbove(co, slot);
    DropChunksAbove(co, slot);
    Value value = *slot;
    const Value close = MetamethodOf(state_, value, Event::kClose);
    if (!IsNative(close) && state_.limits.RefusesClose(co)) continue;
    try {
      RunScope scope(co);
      Value* record = slot + 1;
      WriteRecord(record, co.pc, own);
      record[1].Set(close);
      Value* base = record + 3;
      HeaderOf(base) = {StaticCell(co.static_cells, StaticId::kRunExitClose),
                        co.base};
      base[0].Set(value);
      base[1].Set(error);
      Registers r{base, &co, 2};
      // (Paid, but not looked at: no frame here could raise an error.)
      if (!state_.limits.unwinding()) Limits::Charge(co, 1);
      const Cell* entry = EnterUnpaid(r);
      if (Run(entry, r.base, r.n) == ExitReason::kRethrow) throw LuaError();
    } catch (const LuaError&) {
      error_handled = false;
      error = TakeError();
      ok = false;
    } catch (const std::bad_alloc&) {
      error_handled = false;
      error = Value::Of(state_.memory_error);
      ok = false;
    }
  }
  return ok;
}

bool EngineImpl::EnsureSlots(Coroutine& co, uint32_t slots) {
  if (co.top + slots <= co.limit) return true;
  uint32_t limit = state_.options().stack_limit;
  uint32_t used = static_cast<uint32_t>(co.top - co.base);
  if (slots > limit || co.slot_count + slots + used + 64 > limit) return false;
  Value* before = co.base;
  Value* base = MoveFrameToNewChunk(co, co.base - 2, co.base, co.top, slots);
  co.top += base - before;
  co.base = base;
  return true;
}

const Cell* FinishNative(Registers& r, NativeResult result) {
  Coroutine& co = *r.co;
  r.base = co.base;
  if (result.count == kRaiseRequest) return RaisePrepared(r);
  if (result.count == kTailCallRequest) {
    // The native function's frame stays, for tracebacks.
    Value* f = result.first;
    r.n = static_cast<uint64_t>(co.top - f - 1);
    for (uint64_t i = r.n; i > 0; --i) f[1 + i].Set(f[i]);
    HeaderOf(f + 2) = {Static(r, StaticId::kNativeDone), r.base};
    r.base = f + 2;
    return EnterValue(r);
  }
  // (What lies between its values and its results is none of either.)
  for (Value* v = co.top; v < result.first && v < co.limit; ++v) v->SetNil();
  return ReturnFromNative(r, r.base, result.first,
                          static_cast<uint64_t>(result.count));
}

const Cell* CallNativeSlow(const Cell*, Registers& r) {
  Coroutine& co = *r.co;
  NativeCallEvent(r);
  if (co.top + NativeCall::kMinimumSlots > co.limit) {
    MoveCalleeToNewChunk(r, NativeCall::kMinimumSlots + 4);
    co.base = r.base;
    co.top = r.base + r.n;
  }
  Safepoint(r);
  NativeCall call(co, static_cast<uint32_t>(r.n));
  NativeResult result =
      static_cast<NativeClosure*>(FunctionOf(r.base))->function(call);
  return FinishNative(r, result);
}

}  // namespace m3lua::m3
