// The loop of stepping mode, and the events of Lua functions (hooks.h).
#include "m3style/engine/stepping.h"

#include <limits>

#include "m3style/engine/engine_impl.h"
#include "m3style/engine/exit.h"
#include "m3style/engine/frame_walker.h"
#include "m3style/engine/variables.h"

namespace m3lua::m3 {
namespace {

// Before which every instruction is on a new line.
constexpr uint32_t kEntered = std::numeric_limits<uint32_t>::max();

// A slice must not end within a step: the step would be made, and its events
// reported, twice.
constexpr int64_t kBudgetOfAStep = 8;

bool IsReturn(HandlerId id) {
  return id == HandlerId::kReturn0 || id == HandlerId::kReturn1 ||
         id == HandlerId::kReturn || id == HandlerId::kReturnOpen;
}

// Where the events of Lua functions are found, one step at a time.
class Stepper {
 public:
  Stepper(const Strategy& strategy, Registers& r)
      : strategy_(strategy), r_(r) {}

  // The next cell's instruction has had its events.
  bool repeats() const { return repeats_; }

  // Events that come before the step at `pc`.
  void Before(HandlerId id, const Cell* pc) {
    if (id == HandlerId::kReturnCloseDone) {
      BeforeLastClose();
    } else if (!IsStatic(pc)) {
      BeforeCell(id, pc);
    }
  }

  // The step of the cell `pc`, with handler `id`.
  const Cell* Step(HandlerId id, const Cell* pc) {
    Coroutine& co = *r_.co;
    repeats_ = id == HandlerId::kCloseDone;
    if (id == HandlerId::kTForCall && HooksActive(co)) {
      // Iterators that run without a call are called, and TForLoop is run.
      return Slow(pc, r_, StaticId::kTForCallSlow);
    }
    const Value* base = r_.base;
    const Cell* next = m3::Step(strategy_, pc, r_);
    bool entered = false;
    if (id == HandlerId::kEnter || id == HandlerId::kEnterVarArg) {
      entered = next == pc + 1;
    } else if (id == HandlerId::kCall && r_.base != base) {
      // A cached call may go behind the entry cell.
      // (Before the first run of a function it has no cells.)
      const Cell* cells = IsLua(FunctionOf(r_.base))
                              ? ClosureOf(r_.base)->prototype->cells
                              : nullptr;
      entered = cells != nullptr && next == cells + 1;
    }
    if (entered && HooksActive(co)) Entered();
    return next;
  }

  bool IsEntry(const Cell* pc) const {
    return pc == ClosureOf(r_.base)->prototype->cells;
  }
  bool IsStatic(const Cell* pc) const {
    const Cell* cells = r_.co->static_cells;
    return pc >= cells && pc < cells + kStaticCount * 3;
  }

 private:
  void BeforeCell(HandlerId id, const Cell* pc) {
    const Prototype& p = *ClosureOf(r_.base)->prototype;
    uint32_t cell = static_cast<uint32_t>(pc - p.cells);
    if (cell == 0) return;  // the entry
    uint32_t word = p.cell_to_word[cell];
    bool starts = cell == 1 || p.cell_to_word[cell - 1] != word;
    Coroutine& co = *r_.co;
    Hook& hook = *co.hook;
    co.base = r_.base;
    co.pc = pc;
    if (starts && !repeats_) {
      if ((hook.mask & kHookCount) && --hook.count_left <= 0) {
        hook.count_left = hook.count;
        Report(co, "count", -1, 0, 0);
      }
      if (hook.mask & kHookLine) LineEvent(*p.function, word);
      hook.last_word = word;
      r_.base = co.base;
    }
    if (!IsReturn(id)) return;
    if (!(pc->c & kClosesVariables) || !HasVariableToClose(co, r_.base)) {
      Value* first = &RA(pc, r_);
      ReturnEvent(first, ResultsOf(id, pc, first));
    }
  }

  void LineEvent(const bytecode::Function& f, uint32_t word) {
    Coroutine& co = *r_.co;
    uint32_t last = co.hook->last_word;
    bool known = !f.lines.empty();
    if (word > last && (!known || f.lines[word] == f.lines[last])) return;
    Report(co, "line", known ? f.lines[word] : -1, 0, 0);
  }

  uint64_t ResultsOf(HandlerId id, const Cell* pc, const Value* first) const {
    switch (id) {
      case HandlerId::kReturn0:
        return 0;
      case HandlerId::kReturn1:
        return 1;
      case HandlerId::kReturn:
        return pc->b;
      default:
        return static_cast<uint64_t>(r_.co->top - first);
    }
  }

  void ReturnEvent(const Value* first, uint64_t n) {
    Coroutine& co = *r_.co;
    if (HooksActive(co) && (co.hook_mask & kHookReturn)) {
      Report(co, "return", -1, first - r_.base + 1, static_cast<int64_t>(n));
      r_.base = co.base;
    }
    if (HooksActive(co)) NoteReturn(co);
  }

  // A variable has been closed by a return instruction.
  void BeforeLastClose() {
    Coroutine& co = *r_.co;
    const Cell* pc;
    uint64_t n;
    PopMarkers(co, pc, n);
    bool more = HasVariableToClose(co, r_.base);
    co.to_be_closed_count += 2;  // the markers are still there
    if (more) return;
    Value* first = &RA(pc, r_);
    co.base = r_.base;
    co.pc = pc;
    co.top = first + n;
    ReturnEvent(first, n);
  }

  // The first instruction of a function is next.
  void Entered() {
    Coroutine& co = *r_.co;
    co.base = r_.base;
    co.pc = nullptr;
    if (co.hook_mask & kHookCall) {
      bool tail =
          FrameWalker::StartOf(r_.base)->tag == Tag::kTailCalledFunction;
      Report(co, tail ? "tail call" : "call", -1, 1,
             ClosureOf(r_.base)->prototype->function->parameter_count);
      r_.base = co.base;
    }
    co.hook->last_word = kEntered;
  }

  const Strategy& strategy_;
  Registers& r_;
  // The next cell is an instruction that goes on.
  bool repeats_ = false;
};

}  // namespace

void StepChain(const Strategy& strategy, const Cell* pc, Registers r) {
  const Cell* exit = StaticCell(r.co->static_cells, StaticId::kExit);
  Stepper stepper(strategy, r);
  // (After a step at least: there may be no more than a few steps left.)
  bool may_leave = false;
  while (pc != exit) {
    Coroutine& co = *r.co;
    // (Static cells may rely on r.n and co.pc.)
    if (!stepper.IsStatic(pc)) {
      co.pc = pc;
      if (!NeedsStepping(co)) {
        LeaveChain(r, ExitReason::kMode);
        return;
      }
    }
    // (In front of the events, which would come again.)
    if (may_leave && co.budget < kBudgetOfAStep && !stepper.IsStatic(pc) &&
        !stepper.IsEntry(pc) && !stepper.repeats()) {
      co.pc = pc;
      LeaveChain(r, ExitReason::kSlice);
      return;
    }
    HandlerId id = strategy.IdOf(pc);
    if (HooksActive(co)) {
      stepper.Before(id, pc);
      // (A hook that sets hooks ends the slice.  At an entry the frame is not
      // ready to be looked at.)
      if (co.budget < kBudgetOfAStep && !stepper.IsStatic(pc) &&
          !stepper.IsEntry(pc)) {
        co.pc = pc;
        co.base = r.base;
        co.state->limits.AtSlice(co, /*may_suspend=*/false);
      }
    }
    may_leave = true;
    pc = stepper.Step(id, pc);
  }
}

}  // namespace m3lua::m3
