// Coroutines as the host sees them: resuming from native code, closing.
#include "lua/runtime/errors.h"
#include "lua/runtime/strings.h"
#include "m3style/engine/engine_impl.h"
#include "m3style/engine/frame_walker.h"
#include "m3style/engine/variables.h"
#include "m3style/frame/arena.h"
#include "m3style/ops/call.h"
#include "m3style/ops/control.h"

namespace m3lua::m3 {

ResumeStatus EngineImpl::Resume(Coroutine& co, Coroutine* from,
                                std::span<const Value> arguments,
                                std::span<Value>& results) {
  return ResumeWith(co, from, arguments, results, /*may_suspend=*/false);
}

ResumeStatus EngineImpl::ResumeBounded(Coroutine& co, Coroutine* from,
                                       std::span<const Value> arguments,
                                       std::span<Value>& results) {
  return ResumeWith(co, from, arguments, results, /*may_suspend=*/true);
}

ExitReason EngineImpl::GoOn(Coroutine& co, Coroutine& from) {
  Coroutine& leaf = *co.resumer;
  co.suspended = 0;
  co.resumer = nullptr;
  const auto n = static_cast<uint64_t>(leaf.error_value.integer());
  leaf.error_value = Value::Nil();
  leaf.budget = from.budget;
  from.status = CoroutineStatus::kNormal;
  state_.current = &leaf;
  co.host_resumed = 1;
  return RunBounded(leaf.pc, leaf.base, n);
}

void EngineImpl::GiveUp(Coroutine& co, Coroutine* from) {
  Coroutine* leaf = co.resumer;
  co.suspended = 0;
  co.resumer = nullptr;
  leaf->error_value = Value::Nil();
  while (leaf != &co) {
    Coroutine* next = leaf->resumer;
    leaf->resumer = nullptr;
    leaf->status = CoroutineStatus::kSuspended;
    Value error;
    CloseCoroutine(*leaf, from, error);
    leaf = next;
  }
  co.status = CoroutineStatus::kSuspended;
}

ResumeStatus EngineImpl::ResumeWith(Coroutine& co, Coroutine* from,
                                    std::span<const Value> arguments,
                                    std::span<Value>& results,
                                    bool may_suspend) {
  const bool outermost = from->native_depth == 0;
  if (outermost) {
    state_.heap().ForgiveEmergencies();
    state_.limits.BeginRun();
  }
  const bool goes_on = co.suspended && may_suspend;
  const char* refusal = nullptr;
  if (goes_on) {
    // (Its status is that of a coroutine in use.)
  } else if (co.status == CoroutineStatus::kDead) {
    refusal = "cannot resume dead coroutine";
  } else if (co.status != CoroutineStatus::kSuspended) {
    refusal = "cannot resume non-suspended coroutine";
  } else if (NativeDepth(*from) + 1 >= state_.options().native_depth_limit) {
    refusal = "C stack overflow";
  }
  if (refusal != nullptr) {
    co.error_value = Value::Of(NewString(state_, refusal));
    results = {&co.error_value, 1};
    return ResumeStatus::kFailed;
  }
  const Cell* pc = from->pc;
  Value* base = from->base;
  Value* top = from->top;
  ExitReason reason;
  if (goes_on) {
    reason = GoOn(co, *from);
  } else {
    Registers r{base, from, 0};
    const Cell* next = SwitchTo(r, &co, arguments.data(), arguments.size());
    co.host_resumed = 1;
    if (exit_reason == ExitReason::kMode &&
        next == Static(r, StaticId::kExit)) {
      next = co.pc;  // hooks: Run() sees to it
    }
    reason =
        may_suspend ? RunBounded(next, r.base, r.n) : Run(next, r.base, r.n);
  }
  co.host_resumed = 0;
  co.resumer = nullptr;
  from->budget = state_.current->budget;
  if (reason == ExitReason::kSlice) {
    Coroutine* leaf = state_.current;
    leaf->error_value = Value::Integer(static_cast<int64_t>(exit_registers.n));
    co.resumer = leaf;
    co.suspended = 1;
  }
  from->pc = pc;
  from->base = base;
  from->top = top;
  from->status = CoroutineStatus::kRunning;
  state_.current = from;
  error_handled = false;
  if (outermost) state_.limits.EndRun();
  if (reason == ExitReason::kSlice) {
    results = {};
    return ResumeStatus::kSuspended;
  }
  if (reason == ExitReason::kFailed) {
    results = {&co.error_value, 1};
    return ResumeStatus::kFailed;
  }
  results = {co.top - exit_registers.n, exit_registers.n};
  return reason == ExitReason::kYielded ? ResumeStatus::kYielded
                                        : ResumeStatus::kReturned;
}

bool EngineImpl::CloseCoroutine(Coroutine& co, Coroutine* from, Value& error) {
  if (co.suspended) GiveUp(co, from);
  bool failed = co.failed;
  error = failed ? co.error_value : Value::Nil();
  if (&co == from || from == nullptr) {
    // The main coroutine, when its state closes.  It may be deep in calls
    // (os.exit): its frames are over, but for the host's.
    co.base = nullptr;
    co.pc = nullptr;
    state_.current = &co;
    CloseAbove(co, 0, error);
    while (co.chunk->previous != nullptr) {
      CloseUpvaluesAbove(co, co.chunk->slots());
      DropChunk(co);
    }
    co.base = co.chunk->slots() + 2;
    co.top = co.base;
    CloseUpvaluesAbove(co, co.base);
    return error.is_nil();
  }
  if (co.base != nullptr && co.chunk != nullptr) {
    // What is below the variables stays; the closing calls run on `co`.
    CoroutineStatus status = from->status;
    uint32_t depth = co.native_depth;
    from->status = CoroutineStatus::kNormal;
    co.status = CoroutineStatus::kRunning;
    co.native_depth = NativeDepth(*from) + 1;
    co.resumer = from;
    co.budget = from->budget;
    state_.current = &co;
    co.base = nullptr;  // its frames are over
    co.pc = nullptr;
    Value raised = error;
    if (!CloseAbove(co, 0, raised)) {
      failed = true;
      error = raised;
    }
    co.native_depth = depth;
    co.resumer = nullptr;
    from->budget = co.budget;
    from->status = status;
    state_.current = from;
    while (co.chunk != nullptr) {
      CloseUpvaluesAbove(co, co.chunk->slots());
      DropChunk(co);
    }
    co.base = nullptr;
    co.top = nullptr;
  }
  co.status = CoroutineStatus::kDead;
  co.failed = 0;
  co.error_value = Value::Nil();
  return !failed;
}

}  // namespace m3lua::m3
