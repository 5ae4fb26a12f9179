// Guarded by tests/unit/engine/{budget,limits,suspend}_test.cc.
#include "lua/runtime/limits.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"

namespace m3lua {
namespace {

// Instructions that may run between two looks under a deadline.
constexpr int64_t kTimedInstructions = 1 << 18;

}  // namespace

std::string_view StopMessage(Stop reason) {
  switch (reason) {
    case Stop::kNone:
      break;
    case Stop::kInterrupt:
      return "interrupted!";
    case Stop::kBudget:
      return "instruction budget exhausted";
    case Stop::kDeadline:
      return "deadline exceeded";
    case Stop::kMemory:
      return "not enough memory";
  }
  return "";
}

int64_t Limits::Now() const {
  if (clock_ != nullptr) return clock_(clock_context_);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void Limits::SetBudget(int64_t steps) {
  EndSlice(*state_.current);
  left_ = steps < 0 ? kUnlimited : steps;
  if (stop_ == Stop::kBudget) stop_ = Stop::kNone;
  halted_ = false;
}

void Limits::SetDeadline(int64_t nanoseconds) {
  EndSlice(*state_.current);
  deadline_ = nanoseconds;
  allowance_ = nanoseconds == kNoDeadline ? 0 : nanoseconds - Now();
  if (stop_ == Stop::kDeadline) stop_ = Stop::kNone;
  halted_ = false;
}

void Limits::Restore(const Settings& settings) {
  EndSlice(*state_.current);
  left_ = settings.left;
  deadline_ = settings.deadline;
  allowance_ = settings.allowance;
  on_stop_ = settings.on_stop;
}

int64_t Limits::steps_left() const { return left_ + state_.current->budget; }

Stop Limits::Look() {
  if (stop_ != Stop::kNone) return stop_;
  if (state_.interrupt.load(std::memory_order_relaxed) &&
      state_.interrupt.exchange(false)) {
    return Stop::kInterrupt;
  }
  if (left_ < 0) return Stop::kBudget;
  if (deadline_ != kNoDeadline && Now() >= deadline_) return Stop::kDeadline;
  return Stop::kNone;
}

bool Limits::IsOver(const Coroutine& co) const {
  if (halted_ || stop_ != Stop::kNone) return true;
  if (co.budget > 0) return false;
  if (state_.interrupt.load(std::memory_order_relaxed)) return true;
  if (on_stop_ == OnStop::kSuspend && overdraft_ > 0) return false;
  return IsSpent(co);
}

bool Limits::RefusesClose(const Coroutine& co) {
  if (stop_ != Stop::kNone) return true;
  if (on_stop_ != OnStop::kRaise || !IsSpent(co)) return false;
  last_stop_ = steps_left() <= 0 ? Stop::kBudget : Stop::kDeadline;
  halted_ = true;
  return true;
}

void Limits::Grant(Coroutine& co) {
  const int64_t slice = has_deadline() ? timed_slice_ : kSlice;
  co.budget = std::min(left_, slice);
  left_ -= co.budget;
  halted_ = false;
}

bool Limits::AtSlice(Coroutine& co, bool may_suspend) {
  EndSlice(co);
  const Stop reason = Look();
  if (reason == Stop::kNone) {
    Grant(co);
    return true;
  }
  if (on_stop_ == OnStop::kSuspend && stop_ == Stop::kNone &&
      (reason == Stop::kBudget || reason == Stop::kDeadline)) {
    last_stop_ = reason;
    if (may_suspend) {
      // (The step that found out may have to be taken again.)
      if (left_ < 0 && left_ >= -kFreeSteps) left_ = 0;
      return false;
    }
    if (overdraft_ > 0) {
      // Slices stay short: once the native function has returned, the next
      // one ends the run.
      co.budget = std::min(overdraft_, kOverdraftSlice);
      overdraft_ -= co.budget;
      left_ -= co.budget;
      return true;
    }
  }
  Raise(co, reason);
}

void Limits::Raise(Coroutine& co, Stop reason) {
  last_stop_ = reason;
  halted_ = true;
  if (on_stop_ != OnStop::kRaise) stop_ = reason;
  // (The position of a native function is that of its caller.)
  Engine& engine = state_.engine();
  std::string text = engine.Where(co, 0);
  if (text.empty()) text = engine.Where(co, 1);
  text.append(StopMessage(reason));
  ThrowValue(state_, Value::Of(NewString(state_, text)));
}

void Limits::LookBefore(Coroutine& co, int64_t nanoseconds) {
  if (co.budget < 0) AtSlice(co, false);
  if (on_stop_ == OnStop::kSuspend) return;
  if (has_deadline() && Now() > deadline_ - nanoseconds) {
    EndSlice(co);
    Raise(co, Stop::kDeadline);
  }
}

void Limits::NoteCode(Coroutine& co, size_t instructions) {
  const int64_t slice = std::clamp<int64_t>(
      kTimedInstructions / static_cast<int64_t>(instructions + 1), 1,
      kTimedSlice);
  if (slice >= timed_slice_) return;
  timed_slice_ = slice;
  if (has_deadline() && &co == state_.current) EndSlice(co);
}

void Limits::NoteMemoryError(Coroutine& co) {
  if (on_stop_ == OnStop::kRaise || stop_ != Stop::kNone) return;
  stop_ = last_stop_ = Stop::kMemory;
  halted_ = true;
  EndSlice(co);
}

}  // namespace m3lua
