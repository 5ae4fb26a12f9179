// What bounds a running state besides its memory cap: a budget of steps, a
// deadline, and an interrupt that any thread may raise.
//
// Steps are counted by the engine in Coroutine::budget: one for each jump
// backward and each call, and what library functions charge for their own work
// (about one for each element that they move, each 32 bytes that they copy).
// The count does not depend on time or addresses.  It lives in the coroutine
// that runs and goes along when another one is resumed.
//
// When the part of the steps that was granted - a slice - is used up, AtSlice
// looks: at the interrupt, at what is left of the budget, and, if there is a
// deadline, at the clock.  With a deadline slices are short, so a look comes
// every few dozen microseconds.  Work that is long and can't be left off
// half-way (a rehash, a collection) asks BeforeLong: it is not begun if it
// would not end by the deadline.
//
// What then happens is the host's choice:
//   kRaise    a Lua error, which pcall may catch.  A budget that is used up and
//             a deadline that has passed go on to raise one at every step, so
//             no program gets past them; an interrupt is raised once.
//   kUnwind   an error that nothing in Lua catches: it passes pcall, xpcall,
//             coroutine.resume and native functions that called back, up to the
//             host.  __close and __gc of host objects (native functions) run,
//             those that are Lua functions do not.
//   kSuspend  a coroutine that the host drives (Engine::ResumeBounded) is left
//             where it stands and can be continued.  Inside of a native
//             function that called back nothing can be left: the run goes on,
//             for up to `overdraft` steps more, until that function has
//             returned.  After those, and for interrupts: as kUnwind.
//
// Guarded by tests/unit/engine/{budget,limits,suspend}_test.cc.
#ifndef LUA_RUNTIME_LIMITS_H_
#define LUA_RUNTIME_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lua/object/coroutine.h"

namespace m3lua {

class State;

// Why a run ends before its time.
enum class Stop : uint8_t { kNone, kInterrupt, kBudget, kDeadline, kMemory };

// The text of the error: "interrupted!", "instruction budget exhausted",
// "deadline exceeded", "not enough memory"; behind the position, as of any
// error.
std::string_view StopMessage(Stop reason);

enum class OnStop : uint8_t { kRaise, kUnwind, kSuspend };

class Limits {
 public:
  static constexpr int64_t kUnlimited = INT64_MAX / 4;
  static constexpr int64_t kNoDeadline = INT64_MAX;
  // Steps between two looks; with a deadline.
  static constexpr int64_t kSlice = 1 << 16;
  static constexpr int64_t kTimedSlice = 1 << 10;
  // What work is charged.
  static constexpr int64_t kBytesPerStep = 32;
  static constexpr int64_t kNanosecondsPerStep = 16;
  // Slices of what a run may take beyond its budget.
  static constexpr int64_t kOverdraftSlice = 256;
  // Nobody is charged for having found a budget used up.
  static constexpr int64_t kFreeSteps = 4;
  // Shorter work than that, in nanoseconds, is not worth a look at the clock.
  static constexpr int64_t kShortWork = 20000;
  // How much a native works between two looks of its own.
  static constexpr size_t kPiece = 64 * 1024;

  explicit Limits(State& state) : state_(state) {}
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;

  // ---- settings; none of them interrupts what runs.
  // From now on; negative: no limit.
  void SetBudget(int64_t steps);
  // By the clock; kNoDeadline: none.
  void SetDeadline(int64_t nanoseconds);
  int64_t deadline() const { return deadline_; }
  void set_on_stop(OnStop on_stop) { on_stop_ = on_stop; }
  OnStop on_stop() const { return on_stop_; }
  void set_overdraft(int64_t steps) { overdraft_ = steps; }
  // Instead of the system's monotonic clock; null: that again.
  using Clock = int64_t (*)(void* context);
  void SetClock(Clock clock, void* context) {
    clock_ = clock;
    clock_context_ = context;
  }
  // Nanoseconds.
  int64_t Now() const;

  // All of them, to be put back after others were in force for a while.
  struct Settings {
    int64_t left;
    int64_t deadline;
    int64_t allowance;
    OnStop on_stop;
  };
  Settings settings() const {
    return {steps_left(), deadline_, allowance_, on_stop_};
  }
  void Restore(const Settings& settings);

  // ---- what there is to know
  bool has_budget() const { return left_ < kUnlimited / 2; }
  bool has_deadline() const { return deadline_ != kNoDeadline; }
  // Steps that are left; may be negative.  Without a budget: very many.
  int64_t steps_left() const;
  // Why the last run that a limit ended was ended (kNone once a run begins).
  Stop last_stop() const { return last_stop_; }
  // An error that nothing in Lua may catch is on its way to the host.
  bool unwinding() const { return stop_ != Stop::kNone; }
  // The last look found that the run must end, and no other has been passed.
  bool halted() const { return halted_; }
  // What takes a step now would only raise an error for that: the run must end,
  // whether or not a look has found out yet.
  bool IsOver(const Coroutine& co) const;

  // ---- for library functions and slow paths of the engine
  // To be paid at the next step.
  static void Charge(Coroutine& co, int64_t steps) { co.budget -= steps; }
  // May raise.
  void Spend(Coroutine& co, int64_t steps) {
    co.budget -= steps;
    if (co.budget < 0) AtSlice(co, false);
  }
  void SpendBytes(Coroutine& co, size_t bytes) {
    Spend(co, static_cast<int64_t>(bytes / kBytesPerStep));
  }
  // Work of at most about so many nanoseconds is going to be done in one piece.
  // Charges for it; raises an error if it would not end by the deadline.
  void BeforeLong(Coroutine& co, int64_t nanoseconds) {
    co.budget -= nanoseconds / kNanosecondsPerStep;
    if (nanoseconds >= kShortWork) LookBefore(co, nanoseconds);
  }
  // The same as a question, for the collector, which can put work off.  But not
  // for ever: what does not fit into the time that runs are given is done.
  bool Affords(int64_t nanoseconds) const {
    return deadline_ == kNoDeadline || on_stop_ == OnStop::kSuspend ||
           nanoseconds > allowance_ / 2 || Now() <= deadline_ - nanoseconds;
  }

  // ---- for the engine
  // A slice is over.  Grants another one, or raises, or (false) the run is to
  // be suspended, if `may_suspend`.
  bool AtSlice(Coroutine& co, bool may_suspend);
  // The running coroutine's slice ends with its next step.
  void EndSlice(Coroutine& co) {
    left_ += co.budget;
    co.budget = 0;
  }
  // The host's own call of a Lua function has been paid.  May raise.
  void LookAtBegin(Coroutine& co) {
    if (steps_left() < 0) AtSlice(co, false);
  }
  // A __close that is a Lua function is not called any more on the way of an
  // error: the run must end for lack of steps or time, even if scripts may
  // catch that.  (It would not get far, but there might be millions of them:
  // what each of them leaves to be closed comes on the way of its own error.)
  bool RefusesClose(const Coroutine& co);
  // A function of so many instructions, perhaps without a step among them, is
  // about to run for the first time.
  void NoteCode(Coroutine& co, size_t instructions);
  // An error for lack of memory is in flight.
  void NoteMemoryError(Coroutine& co);
  // The host's outermost call begins, or has ended.
  void BeginRun() {
    stop_ = Stop::kNone;
    last_stop_ = Stop::kNone;
    halted_ = false;
  }
  void EndRun() { stop_ = Stop::kNone; }
  // While this is alive nothing of Lua runs: every step raises.
  class Halt {
   public:
    explicit Halt(Limits& limits)
        : limits_(limits),
          stop_(limits.stop_),
          last_stop_(limits.last_stop_),
          halted_(limits.halted_) {
      limits.stop_ = Stop::kInterrupt;
      limits.halted_ = true;
    }
    Halt(const Halt&) = delete;
    Halt& operator=(const Halt&) = delete;
    ~Halt() {
      limits_.stop_ = stop_;
      limits_.last_stop_ = last_stop_;
      limits_.halted_ = halted_;
    }

   private:
    Limits& limits_;
    const Stop stop_;
    const Stop last_stop_;
    const bool halted_;
  };

 private:
  Stop Look();
  // The next step comes after the last that there was time for.
  bool IsSpent(const Coroutine& co) const {
    return co.budget <= 0 &&
           (steps_left() <= 0 || (has_deadline() && Now() >= deadline_));
  }
  void LookBefore(Coroutine& co, int64_t nanoseconds);
  void Grant(Coroutine& co);
  [[noreturn]] void Raise(Coroutine& co, Stop reason);

  State& state_;
  int64_t left_ = kUnlimited;  // not granted yet
  int64_t deadline_ = kNoDeadline;
  int64_t allowance_ = 0;  // how far away that was when it was set
  int64_t overdraft_ = 1000000;
  int64_t timed_slice_ = kTimedSlice;
  Clock clock_ = nullptr;
  void* clock_context_ = nullptr;
  OnStop on_stop_ = OnStop::kRaise;
  Stop stop_ = Stop::kNone;
  Stop last_stop_ = Stop::kNone;
  bool halted_ = false;
};

}  // namespace m3lua

#endif  // LUA_RUNTIME_LIMITS_H_
