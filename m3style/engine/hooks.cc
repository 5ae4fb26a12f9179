#include "m3style/engine/hooks.h"

#include "m3style/engine/engine_impl.h"
#include "m3style/engine/exit.h"
#include "m3style/engine/frame_walker.h"

namespace m3lua::m3 {
namespace {

// The hook is running.
class ActiveScope {
 public:
  ActiveScope(Hook& hook, const Value* frame) : hook_(hook) {
    hook_.active = true;
    hook_.frame = frame;
  }
  ~ActiveScope() {
    hook_.active = false;
    hook_.frame = nullptr;
  }

 private:
  Hook& hook_;
};

// Makes results the last values of the frame at co.base, so that the hook's
// frame comes above them.
Value* PlaceResults(Coroutine& co, Value* first, uint64_t n) {
  Value* base = co.base;
  if (first >= base && first + n <= co.limit) {
    co.top = first + n;
    return first;
  }
  // They lie elsewhere (results of a nested run in another chunk).
  co.top = base;
  if (!EngineOf(co).EnsureSlots(co, static_cast<uint32_t>(n))) {
    return nullptr;
  }
  for (uint64_t i = 0; i < n; ++i) co.base[i].Set(first[i]);
  co.top = co.base + n;
  return co.base;
}

}  // namespace

void Report(Coroutine& co, const char* event, int line, int64_t first,
            int64_t count) {
  Hook& hook = *co.hook;
  if (hook.function == nullptr) return;
  ActiveScope scope(hook, co.base);
  hook.transfer_first = count == 0 ? 0 : first;
  hook.transfer_count = count;
  hook.function(co, hook, event, line);
}

void NativeCallEvent(Registers& r) {
  Coroutine& co = *r.co;
  if (!HooksActive(co) || !(co.hook_mask & kHookCall)) return;
  Report(co, "call", -1, 1, static_cast<int64_t>(r.n));
  r.base = co.base;
}

void NoteReturn(Coroutine& co) {
  FrameWalker caller(co);
  caller.Next();
  if (!caller.done() && caller.is_lua()) {
    co.hook->last_word = caller.word();
  }
}

const Cell* HookedReturn(Registers& r, Value* base, Value* first, uint64_t n) {
  Coroutine& co = *r.co;
  if (!HooksActive(co)) return ReturnFrom(r, base, first, n);
  co.base = base;
  if (co.hook_mask & kHookReturn) {
    Value* placed = PlaceResults(co, first, n);
    if (placed != nullptr) {
      ptrdiff_t offset = placed - co.base;
      Report(co, "return", -1, offset + 1, static_cast<int64_t>(n));
      base = co.base;
      first = base + offset;
    }
  }
  NoteReturn(co);
  const Cell* next = ReturnFrom(r, base, first, n);
  if (EngineOf(co).stepping) return next;
  // Hooks were just switched on: the rest goes by steps.
  co.pc = next;
  return LeaveChain(r, ExitReason::kMode);
}

}  // namespace m3lua::m3
