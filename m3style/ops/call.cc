#include "m3style/ops/call.h"

#include <algorithm>

#include "lua/runtime/errors.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/native.h"
#include "m3style/engine/engine_impl.h"
#include "m3style/engine/exit.h"
#include "m3style/engine/frame_walker.h"
#include "m3style/engine/hooks.h"
#include "m3style/engine/variables.h"
#include "m3style/frame/arena.h"
#include "m3style/ops/raise.h"

namespace m3lua::m3 {
namespace {

// How many values with __call may hide a function.
constexpr int kMaxCallChain = 200;

// The step of a call.  (The fast path may have found that there is none.)
bool TakeStep(Coroutine& co) { return co.budget >= 0 && --co.budget >= 0; }

// Makes room for `count` more slots above the argument area of the callee's
// frame at r.base.
void EnsureCalleeRoom(Registers& r, uint64_t count) {
  if (r.base + r.n + count <= r.co->limit) return;
  gc::Heap::InFlight arguments(r.co->state->heap(), r.base, r.n, r.base[-2]);
  r.base = MoveFrameToNewChunk(*r.co, r.base - 2, r.base, r.base + r.n,
                               static_cast<uint32_t>(count));
}

// Puts what __call names in front of the arguments of the call at r.base.
// False: the value can't be called.
bool InsertCallMetamethod(Registers& r) {
  State& state = *r.co->state;
  for (int depth = 0; depth < kMaxCallChain; ++depth) {
    Value f = r.base[-2];
    if (f.tag == Tag::kTailCalledFunction || f.is_function()) return true;
    Value mm = MetamethodOf(state, f, Event::kCall);
    if (mm.is_nil()) return false;
    EnsureCalleeRoom(r, 1);
    for (uint64_t i = r.n; i > 0; --i) r.base[i].Set(r.base[i - 1]);
    r.base[0].Set(f);
    r.base[-2].Set(mm);
    ++r.n;
  }
  return false;
}

// The frame at r.base is built but for its header; the caller's frame is
// co->base and its instruction co->pc.
const Cell* EnterFrom(Registers& r, const Cell* ret) {
  Value* caller = r.co->base;
  Value* called = r.base - 2;
  HeaderOf(r.base) = {ret, caller};
  if (M3_UNLIKELY(called->tag != Tag::kFunction) && !InsertCallMetamethod(r)) {
    // The frame may have moved off the caller's registers, which have the name.
    called->Set(r.base[-2]);
    return RaiseTypeError(r, called, "call");
  }
  return r.base[-2].function()->entry;
}

const Cell* FinishTailCall(const Cell* pc, Registers& r, uint64_t n) {
  Save(pc, r);
  Coroutine& co = *r.co;
  if (!TakeStep(co)) return LeaveChain(r, ExitReason::kRetry);
  Value* f = &RA(pc, r);
  // __call is resolved while the frame still is the caller's, for messages.
  if (f->tag != Tag::kFunction) {
    Registers callee{f + 2, r.co, n};
    HeaderOf(f + 2) = {pc, r.base};
    if (callee.base + n + kMaxCallChain > co.limit) {
      // Rare: make room by moving this whole frame.
      Value* start =
          pc->c & kVarArgFrame ? UnmovedBase(r.base) - 2 : r.base - 2;
      Value* moved =
          MoveFrameToNewChunk(co, start, r.base, f + 2 + n, kMaxCallChain);
      r.base = moved;
      co.base = moved;
      f = &RA(pc, r);
      callee.base = f + 2;
    }
    if (!InsertCallMetamethod(callee)) return RaiseTypeError(r, f, "call");
    n = callee.n;
  }
  if (!IsLua(f->function())) {
    // A native function gets a frame of its own; the cell behind the call
    // returns its results.
    r.base = f + 2;
    r.n = n;
    return EnterFrom(r, pc + 2);
  }
  if (pc->c & kClosesVariables) CloseUpvalues(co, r.base);
  Value* base = pc->c & kVarArgFrame ? UnmovedBase(r.base) : r.base;
  base[-2].Set(*f);
  base[-2].tag = Tag::kTailCalledFunction;
  for (uint64_t i = 0; i < n; ++i) base[i].Set(f[2 + i]);
  r.base = base;
  r.n = n;
  return base[-2].function()->entry;
}

// Closes the newest variable of the frame at r.base; the n values at `first`
// are returned once all are closed.
[[gnu::noinline]] const Cell* CloseBeforeReturn(const Cell* pc, Registers& r,
                                                Value* first, uint64_t n,
                                                bool open) {
  Coroutine& co = *r.co;
  Value* end = std::max(FrameEnd(r.base), open ? first + n : nullptr);
  if (open) co.top = first + n;
  PayForClose(co);
  ReserveVariables(co, 1);  // (one entry becomes two)
  Value* variable = PopVariable(co);
  PushMarkers(co, pc, n);
  const Value* base = r.base;
  const Cell* next =
      CallClose(r, variable, end, Value::Nil(), StaticId::kReturnCloseDone);
  end->set_spare32(static_cast<uint32_t>(first + n - base));
  return next;
}

const Cell* FinishLuaReturn(const Cell* pc, Registers& r, uint64_t n,
                            bool open) {
  Coroutine& co = *r.co;
  Save(pc, r);
  Value* first = &RA(pc, r);
  if (pc->c & kClosesVariables) {
    if (M3_UNLIKELY(HasVariableToClose(co, r.base))) {
      return CloseBeforeReturn(pc, r, first, n, open);
    }
    CloseUpvalues(co, r.base);
  }
  Value* base = pc->c & kVarArgFrame ? UnmovedBase(r.base) : r.base;
  return ReturnFrom(r, base, first, n);
}

}  // namespace

const Cell* EnterUnpaid(Registers& r) {
  if (M3_UNLIKELY(r.base[-2].tag != Tag::kFunction) &&
      !InsertCallMetamethod(r)) {
    // Raised from inside a frame of its own, so that it is an error of the
    // call and not of whoever makes it.
    r.base[0].Set(r.base[-2]);
    r.base[-2].Set(EngineOf(*r.co).call_error_function());
    r.n = 1;
  }
  return r.base[-2].function()->entry;
}

// Calls that are no call instructions (metamethods, __close) take a step, too:
// they may call each other in numbers that grow exponentially, without any
// loop.
const Cell* EnterValue(Registers& r) {
  r.co->state->limits.Spend(*r.co, 1);
  return EnterUnpaid(r);
}

const Cell* CallFill(const Cell*, Registers& r) {
  Coroutine& co = *r.co;
  const Cell* pc = co.pc;
  if (!TakeStep(co)) return LeaveChain(r, ExitReason::kRetry);
  Value* f = &RA(pc, r);
  uint64_t n = pc->b;
  if (f->tag == Tag::kFunction) {
    Function* function = f->function();
    Cell& call = Mutable(pc);
    Cell& cache = Mutable(pc + 1);
    cache.call.callee = nullptr;
    if (IsLua(function)) {
      auto* closure = static_cast<LuaClosure*>(function);
      Prototype* p = closure->prototype;
      const Cell* cells = EnsureDecoded(co, p);
      closure->entry = cells;
      const bytecode::Function& code = *p->function;
      bool direct = !code.is_vararg && n >= code.parameter_count;
      call.c = static_cast<uint16_t>(code.register_count * kRegisterSize);
      cache.call.entry = direct ? cells + 1 : cells;
    } else {
      call.c = 0;
      cache.call.entry = function->entry;
    }
    cache.call.callee = function;
    co.state->heap().BarrierCache(function);
  }
  r.base = f + 2;
  r.n = n;
  return EnterFrom(r, pc + 2);
}

const Cell* CallBudget(const Cell*, Registers& r) {
  return LeaveChain(r, ExitReason::kRetry);
}

const Cell* CallOpenSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Coroutine& co = *r.co;
  if (!TakeStep(co)) return LeaveChain(r, ExitReason::kRetry);
  Value* base = &RA(pc, r) + 2;
  r.n = static_cast<uint64_t>(co.top - base);
  r.base = base;
  return EnterFrom(r, pc + 2);
}

const Cell* TailCallSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return FinishTailCall(pc, r, pc->b);
}
const Cell* TailCallOpenSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return FinishTailCall(pc, r,
                        static_cast<uint64_t>(r.co->top - &RA(pc, r) - 2));
}

void MoveCalleeToNewChunk(Registers& r, uint32_t slots) {
  // A stack overflow is an error of the caller: this frame has no room for
  // what would be called above it.
  Coroutine& co = *r.co;
  gc::Heap::InFlight callee(co.state->heap(), r.base, r.n, r.base[-2]);
  FrameWalker caller(co);
  caller.Next();
  if (!caller.done()) {
    co.base = caller.base();
    co.pc = caller.pc();
    if (!caller.is_lua()) {
      co.top = EndOfValues(co, caller);
    } else if (caller.callee_continuation() != nullptr) {
      co.top = caller.base() + caller.callee()[-1].spare32();
    }
  }
  try {
    r.base = MoveFrameToNewChunk(co, r.base - 2, r.base, r.base + r.n, slots);
  } catch (const LuaError&) {
    const Cell* ret = HeaderOf(r.base).ret;
    if (ret == Static(r, StaticId::kPcallDone) ||
        ret == Static(r, StaticId::kXpcallDone)) {
      // ...unless that is pcall, which is to catch it: then it is an error in a
      // frame without values, as of a native function.
      r.base[-2].Set(EngineOf(co).stack_error_function());
      co.base = co.top = r.base;
    }
    DropChunksAbove(co, co.base);
    throw;
  }
}

const Cell* EnterGrow(const Cell*, Registers& r) {
  // co->pc is the entry cell, co->base the callee's base.
  const Cell* pc = r.co->pc;
  r.base[-2].set_spare8(0);  // not a moved frame, whatever was here before
  uint32_t frame = static_cast<uint32_t>(pc->imm) / kRegisterSize;
  MoveCalleeToNewChunk(r, frame + 2 + static_cast<uint32_t>(r.n));
  return pc;
}

const Cell* Decode(const Cell*, Registers& r) {
  Coroutine& co = *r.co;
  auto* closure = ClosureOf(r.base);
  co.pc = nullptr;  // the entry
  r.base[-2].set_spare8(0);
  co.base = r.base;
  // An emergency collection sees the parameters, and all arguments.
  Value* parameters_end = std::min(
      r.base + closure->prototype->function->parameter_count, co.chunk->end);
  for (Value* v = r.base + r.n; v < parameters_end; ++v) v->SetNil();
  gc::Heap::InFlight arguments(co.state->heap(), r.base, r.n, r.base[-2]);
  closure->entry = EnsureDecoded(co, closure->prototype);
  return closure->entry;
}

const Cell* NativeReturn(const Cell*, Registers& r) {
  Coroutine& co = *r.co;
  NativeResult result{r.base, static_cast<int64_t>(r.n)};
  if (M3_UNLIKELY(result.count < 0 || co.hook_mask != 0)) {
    return FinishNative(r, result);
  }
  return ReturnFrom(r, co.base, result.first, r.n);
}

const Cell* ReturnSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return FinishLuaReturn(pc, r, pc->b, false);
}
const Cell* ReturnOpenSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return FinishLuaReturn(pc, r, static_cast<uint64_t>(r.co->top - &RA(pc, r)),
                         true);
}
const Cell* ReturnCloseDone(const Cell*, Registers& r) {
  uint64_t n;
  const Cell* pc;
  PopMarkers(*r.co, pc, n);
  return FinishLuaReturn(pc, r, n, true);
}

const Cell* NativeDone(const Cell*, Registers& r) {
  return ReturnFromNative(r, r.base, r.co->top - r.n, r.n);
}

const Cell* VarArgOpenSlow(const Cell*, Registers& r) {
  Coroutine& co = *r.co;
  const Cell* pc = co.pc;
  uint32_t count = VarArgCount(r.base);
  uint32_t extra = count > pc->c ? count - pc->c : 0;
  co.budget -= count >> 5;
  if (&RA(pc, r) + extra > co.limit) {
    Value* start = UnmovedBase(r.base) - 2;
    r.base = MoveFrameToNewChunk(co, start, r.base, FrameEnd(r.base), extra);
    co.base = r.base;
  }
  Value* a = &RA(pc, r);
  const Value* from = UnmovedBase(r.base) + pc->c;
  for (uint32_t i = 0; i < extra; ++i) a[i].Set(from[i]);
  co.top = a + extra;
  return pc + 1;
}

const Cell* LeaveChunk(const Cell*, Registers& r) {
  Coroutine& co = *r.co;
  ArenaChunk* chunk = co.chunk;
  const Cell* ret = RecordedReturn(chunk);
  Value* target = RecordedTarget(chunk);
  const Value* from = chunk->slots() + kChunkRecordSlots;
  uint64_t n = r.n;
  while (ret == Static(r, StaticId::kLeaveChunk)) {
    // The frame was moved more than once: nothing of it is in between.
    ArenaChunk* between = chunk->previous;
    ret = RecordedReturn(between);
    target = RecordedTarget(between);
    SetChunk(co, between);
    DropChunk(co);
    chunk->previous = co.chunk;
    SetChunk(co, chunk);
  }
  uint64_t wanted = ret[-2].d;
  if (wanted != 0) {
    uint64_t copied = std::min(n, wanted - 1);
    for (uint64_t i = 0; i < copied; ++i) target[i].Set(from[i]);
    DropChunk(co);
    return FinishReturn(r, ret, target, n);
  }
  // (Only Lua code makes frames above the results.)
  bool to_lua =
      ret < co.static_cells || ret >= co.static_cells + kStaticCount * 3;
  if (target + n <= chunk->previous->end - (to_lua ? kFrameSlack : 0)) {
    for (uint64_t i = 0; i < n; ++i) target[i].Set(from[i]);
    DropChunk(co);
    return FinishReturn(r, ret, target, n);
  }
  if (r.base == nullptr) {
    // The end of a coroutine: it takes them from here.
    co.top = chunk->slots() + kChunkRecordSlots + n;
    return ret;
  }
  // All results, too many for the caller's chunk: the caller moves into a
  // chunk of its own, then takes them.  (The results' chunk is unlinked first
  // and freed last.)
  co.chunk = chunk->previous;
  SetChunk(co, co.chunk);
  Value* base = r.base;
  co.base = base;
  bool lua = IsLua(FunctionOf(base));
  if (lua) co.pc = to_lua ? ret - 2 : RecordedCell(target - 1);
  Value* start = base - 2;
  if (lua && ClosureOf(base)->prototype->function->is_vararg) {
    start = UnmovedBase(base) - 2;
  }
  Value* moved;
  try {
    gc::Heap::InFlight results(co.state->heap(), from, n);
    moved =
        MoveFrameToNewChunk(co, start, base, target,
                            static_cast<uint32_t>(n) + bytecode::kMaxRegisters);
  } catch (...) {
    ArenaChunk* current = co.chunk;
    chunk->previous = current;
    co.chunk = chunk;
    DropChunk(co);
    throw;
  }
  target = moved + (target - base);
  for (uint64_t i = 0; i < n; ++i) target[i].Set(from[i]);
  ArenaChunk* current = co.chunk;
  chunk->previous = current;
  co.chunk = chunk;
  DropChunk(co);
  r.base = moved;
  co.base = moved;
  return FinishReturn(r, ret, target, n);
}

}  // namespace m3lua::m3
