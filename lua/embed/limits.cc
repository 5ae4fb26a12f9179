// Guarded by tests/unit/embed/bounds_test.cc.
#include "lua/embed/limits.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <string_view>

#include "lua/embed/host.h"
#include "lua/embed/interrupt.h"
#include "lua/embed/state.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/limits.h"
#include "lua/runtime/state.h"

namespace m3lua {
namespace {

// By the state's clock; negative durations are over at once.
int64_t DeadlineOf(const Limits& limits, absl::Duration time) {
  if (time == absl::InfiniteDuration()) return Limits::kNoDeadline;
  const int64_t now = limits.Now();
  const int64_t nanoseconds =
      std::max<int64_t>(absl::ToInt64Nanoseconds(time), 0);
  return nanoseconds >= Limits::kNoDeadline - now ? Limits::kNoDeadline - 1
                                                  : now + nanoseconds;
}

void Apply(Limits& limits, const Bounds& bounds, OnStop on_stop) {
  limits.SetBudget(bounds.steps);
  limits.SetDeadline(DeadlineOf(limits, bounds.time));
  limits.set_on_stop(on_stop);
}

}  // namespace

// ---- the state's bounds

void Lua::SetBounds(const Bounds& bounds) {
  Apply(state_->limits, bounds,
        bounds.catchable ? OnStop::kRaise : OnStop::kUnwind);
}

void Lua::ClearBounds() { SetBounds({.catchable = true}); }

int64_t Lua::steps_left() const {
  const Limits& limits = state_->limits;
  return limits.has_budget() ? limits.steps_left() : INT64_MAX;
}

void Lua::SetMemoryLimit(size_t bytes) { state_->heap().set_limit(bytes); }

// ---- interrupts

bool InterruptHandle::Interrupt() const {
  if (shared_ == nullptr) return false;
  std::lock_guard lock(shared_->mutex);
  if (shared_->flag == nullptr) return false;
  shared_->flag->store(true, std::memory_order_relaxed);
  return true;
}

InterruptHandle Lua::interrupt_handle() {
  if (interrupts_ == nullptr) {
    interrupts_ = std::make_shared<InterruptHandle::Shared>();
    interrupts_->flag = &state_->interrupt;
  }
  return InterruptHandle(interrupts_);
}

void Lua::DropInterruptHandles() {
  if (interrupts_ == nullptr) return;
  std::lock_guard lock(interrupts_->mutex);
  interrupts_->flag = nullptr;
}

// ---- runs in slices

BoundedRun& BoundedRun::operator=(BoundedRun&& other) {
  if (this == &other) return *this;
  GiveUp();
  coroutine_ = std::move(other.coroutine_);
  results_ = std::move(other.results_);
  debt_ = other.debt_;
  suspended_ = other.suspended_;
  return *this;
}

bool BoundedRun::done() const { return coroutine_.done(); }

void BoundedRun::GiveUp() {
  if (!suspended_ || !coroutine_.has_value()) return;
  suspended_ = false;
  embed::GiveUpCoroutine(coroutine_);
  coroutine_.Reset();
}

absl::StatusOr<BoundedRun::Outcome> BoundedRun::RunWith(
    const Bounds& bounds, std::span<const embed::Outgoing> arguments) {
  results_.clear();
  State* state = coroutine_.state();
  if (state == nullptr) {
    return embed::MakeStatus(absl::StatusCode::kFailedPrecondition,
                             "the coroutine is none, or its state is gone");
  }
  if (done()) {
    return embed::MakeStatus(absl::StatusCode::kFailedPrecondition,
                             "the coroutine has ended");
  }
  embed::Host& host = *state->host;
  if (!host.IsOutside()) {
    return embed::MakeStatus(absl::StatusCode::kFailedPrecondition,
                             "a bounded run inside of Lua code");
  }
  if (bounds.steps >= 0 && debt_ >= std::max<int64_t>(bounds.steps, 1)) {
    debt_ -= bounds.steps;  // all of them pay for what was before
    return Outcome::kSuspended;
  }
  Limits& limits = state->limits;
  const Limits::Settings settings = limits.settings();
  Apply(limits, bounds, OnStop::kSuspend);
  if (bounds.steps >= 0) limits.SetBudget(bounds.steps - debt_);
  limits.set_overdraft(kOverdraft);
  embed::BoundedOutcome outcome;
  absl::Status status =
      embed::ResumeBounded(host, coroutine_, arguments, results_, outcome);
  debt_ = bounds.steps >= 0 ? std::max<int64_t>(0, -limits.steps_left()) : 0;
  limits.Restore(settings);
  suspended_ = outcome == embed::BoundedOutcome::kSuspended;
  if (!status.ok()) return status;
  switch (outcome) {
    case embed::BoundedOutcome::kSuspended:
      return Outcome::kSuspended;
    case embed::BoundedOutcome::kWaiting:
      return Outcome::kWaiting;
    case embed::BoundedOutcome::kYielded:
      return Outcome::kYielded;
    case embed::BoundedOutcome::kReturned:
      break;
  }
  return Outcome::kFinished;
}

}  // namespace m3lua
