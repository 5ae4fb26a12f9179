// The phases of a cycle, and when the collector works (manual 2.5.1, 2.5.2).
//
//   kPause     nothing to do until memory has grown by Parameters::pause
//   kMark      roots are shaded, then gray objects are traversed one by one
//   (atomic)   in one go: roots again, coroutines, tables caught by the
//              barrier, weak tables, finalizable objects; the whites swap
//   kSweep     see sweep.cc
//   kFinalize  pending finalizers are called, a few a step
//
// When there is no memory for the collector's own lists, a cycle is abandoned:
// everything becomes white again, and nothing is garbage.  Up to the moment
// when the whites swap, the atomic phase does nothing to objects that are in
// use, so that is always possible.  (Gray objects can be found without a list.)
//
// Work is paid for with allocation: debt_ counts bytes allocated beyond the
// point where the next step is due.  A step works off `step_multiplier` units
// for each 16 bytes of debt, and goes on to build up credit for 2^step_size
// bytes more.
//
// Generational mode is, for now, complete cycles, each when memory has grown by
// minor_multiplier percent since the one before: the behaviour that programs
// can see (what is collected, and when at the latest) is there, the saving is
// not. Sticky marks need a touched-list in the backward barrier first.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

#include "lua/gc/collector.h"
#include "lua/gc/invariants.h"

namespace m3lua::gc {
namespace {

constexpr int64_t kWorkUnitBytes = 16;
constexpr int64_t kSweepStepObjects = 100;
constexpr int kFinalizersPerStep = 10;
constexpr int64_t kFinalizerWork = 50;
// While the collector is stopped, or in a finalizer, the debt is looked at
// every so many bytes.
constexpr int64_t kStoppedCredit = 2000;
// A cycle starts at the latest when half of what the limit leaves is used, but
// not more often than after this part of the limit: then emergency collections
// see to it.
constexpr size_t kLimitedShare = 32;

}  // namespace

void Heap::Impl::StartCycle() {
  heap.phase_ = Phase::kMark;
  MarkRoots();
}

int64_t Heap::Impl::Atomic() {
  atomic = true;
  if (!emergency) EarnEmergencies(static_cast<int64_t>(heap.footprint_));
  MarkRoots();  // some may have changed: stores to them have no barrier
  PropagateAll();
  int64_t work = static_cast<int64_t>(gray_again.size());
  gray.swap(gray_again);
  PropagateAll();
  RemarkOpenUpvalues();
  PropagateAll();
  // All that is strongly reachable is marked.  Values go before finalizable
  // objects are resurrected, keys after.
  ClearByValues(weak_values, 0);
  ClearByValues(weak_all, 0);
  size_t values_done = weak_values.size();
  size_t all_done = weak_all.size();
  SeparateFinalizable();
  resurrected_bytes = 0;
  heap.resurrecting_ = true;
  MarkPendingFinalizers();
  PropagateAll();
  heap.resurrecting_ = false;
  ClearByKeys(weak_keys);
  ClearByKeys(weak_all);
  ClearByValues(weak_values, values_done);  // tables that were resurrected
  ClearByValues(weak_all, all_done);
  SettleOpenUpvalues();
  state.code_cache.DropGarbage();

  work += static_cast<int64_t>(weak_values.size() + weak_keys.size() +
                               weak_all.size() + pending.size());
  TrimLists();
  atomic = false;
  heap.current_white_ = heap.OtherWhite();
  estimate = heap.bytes();
  sweep_counts = true;
  StartSweep();
  return work + 1;
}

void Heap::Impl::AbandonCycle() {
  gray.clear();
  gray_again.clear();
  heap.resurrecting_ = false;
  ready_keys.clear();
  lost_gray = false;
  atomic = false;
  TrimLists();
  estimate = heap.bytes();
  sweep_counts = false;
  // The whites do not swap, so nothing is garbage.
  StartSweep();
}

namespace {

template <typename List>
void Trim(List& list) {
  constexpr size_t kKept = 1024;
  if (list.capacity() > kKept) {
    List().swap(list);
  } else {
    list.clear();
  }
}

}  // namespace

void Heap::Impl::TrimLists() {
  Trim(gray);
  Trim(gray_again);
  Trim(weak_values);
  Trim(weak_keys);
  Trim(weak_all);
  Trim(pending);
  Trim(pending_keys);
  Trim(ready_keys);
  pending_stale = false;
  pending_looks = 0;
}

bool Heap::Impl::CollectCycle() {
  Collecting collecting(heap);
  if (heap.phase_ == Phase::kMark) AbandonCycle();
  if (heap.phase_ == Phase::kSweep) FinishSweep();
  bool complete = true;
  try {
    StartCycle();
    Atomic();
  } catch (const std::bad_alloc&) {
    AbandonCycle();
    complete = false;
  }
  FinishSweep();
  return complete;
}

int64_t Heap::Impl::SingleStep(Coroutine& co) {
  if (heap.phase_ == Phase::kFinalize) {
    int64_t work = 1;
    for (int i = 0; i < kFinalizersPerStep && HasPendingFinalizers(); ++i) {
      if (state.limits.IsOver(co)) break;
      CallOneFinalizer(co);
      work += kFinalizerWork;
    }
    // (An emergency collection may have happened in a finalizer, but it does
    // not stop half-way.)
    if (!HasPendingFinalizers()) heap.phase_ = Phase::kPause;
    return work;
  }
  Collecting collecting(heap);
  switch (heap.phase_) {
    case Phase::kPause:
    case Phase::kMark:
      try {
        if (heap.phase_ == Phase::kMark) {
          return gray.empty() ? Atomic() : PropagateOne();
        }
        StartCycle();
      } catch (const std::bad_alloc&) {
        // (It turns black before its references are followed, so it can't be
        // taken up again.)
        AbandonCycle();
      }
      return 1;
    default:
      return SweepStep(kSweepStepObjects);
  }
}

void Heap::Impl::EnterSafepoint() {
  heap.window_start_ = heap.debt_;
  pinned.clear();
  state.code_cache.Release();
}

void Heap::Impl::SetPause() {
  if (heap.stress_) {
    heap.SetDebt(0);
    return;
  }
  const Parameters& p = heap.parameters_;
  int64_t bytes = static_cast<int64_t>(heap.bytes());
  int64_t percent = heap.mode_ == Mode::kGenerational
                        ? 100 + int64_t{p.minor_multiplier}
                        : int64_t{p.pause};
  // What waits for finalizers is garbage in the next cycle.  Would it count as
  // living, each cycle would start later than the one before, by as much as
  // died in that: the heap of a program that makes such objects all the time
  // would grow without end.
  int64_t waiting = static_cast<int64_t>(std::min(resurrected_bytes, estimate));
  int64_t threshold =
      (static_cast<int64_t>(estimate) - waiting) / 100 * percent + waiting;
  if (heap.limit_ != 0) {
    int64_t room = static_cast<int64_t>(heap.limit_) -
                   static_cast<int64_t>(heap.footprint_);
    int64_t least = static_cast<int64_t>(heap.limit_ / kLimitedShare);
    threshold = std::min(threshold, bytes + std::max(room / 2, least));
  }
  heap.SetDebt(std::min<int64_t>(bytes - threshold, 0));
}

void Heap::Impl::IncrementalStep(Coroutine& co) {
  const Parameters& p = heap.parameters_;
  int64_t multiplier = std::max(p.step_multiplier, 0) | 1;
  int64_t work = heap.debt_ / kWorkUnitBytes * multiplier;
  int64_t credit = p.step_size < 30 ? (int64_t{1} << std::max(p.step_size, 0)) /
                                          kWorkUnitBytes * multiplier
                                    : INT64_MAX / 2;
  do {
    work -= SingleStep(co);
    if (heap.phase_ == Phase::kFinalize && state.limits.halted()) {
      heap.SetDebt(-kStoppedCredit);
      return;
    }
  } while (work > -credit && heap.phase_ != Phase::kPause);
  if (heap.phase_ == Phase::kPause) {
    SetPause();
  } else {
    heap.SetDebt(work / multiplier * kWorkUnitBytes);
  }
}

void Heap::SelfCheck() {
  if (--self_check_left_ != 0) return;
  self_check_left_ = self_check_;
  std::string broken = BrokenInvariant(*this, /*in_natives=*/true);
  if (broken.empty()) return;
  std::fprintf(stderr, "the heap is broken: %s\n", broken.c_str());
  std::abort();
}

// Three quarters of a nanosecond a byte: marking and sweeping take 0.4.  A step
// that is not the whole cycle may be the atomic phase, or a table as large as
// the heap.
int64_t Heap::FullCollectionTime() const {
  return static_cast<int64_t>(bytes()) * 3 / 4;
}
int64_t Heap::LongestStep() const {
  constexpr int64_t kLargeDebt = 1 << 20;
  return debt_ > kLargeDebt || mode_ == Mode::kGenerational
             ? FullCollectionTime()
             : static_cast<int64_t>(bytes()) / 4;
}

void Heap::Step(Coroutine& co) {
  impl_->EnterSafepoint();
  if (stopped_ || in_finalizer() || collecting_ ||
      !state_.limits.Affords(LongestStep())) {
    SetDebt(-kStoppedCredit);
  } else if (stress_ || mode_ == Mode::kGenerational) {
    impl_->CollectFully(co);
  } else {
    impl_->IncrementalStep(co);
  }
  if (self_check_ != 0) SelfCheck();
}

void Heap::FullCollection(Coroutine& co, bool run_finalizers) {
  if (in_finalizer() || collecting_) return;
  state_.limits.BeforeLong(co, FullCollectionTime());
  state_.code_cache.ForgetUse();
  impl_->CollectFully(co, run_finalizers);
}

void Heap::Impl::CollectFully(Coroutine& co, bool run_finalizers) {
  EnterSafepoint();
  CollectCycle();
  if (run_finalizers) {
    CallAllFinalizers(co);
    heap.phase_ = HasPendingFinalizers() ? Phase::kFinalize : Phase::kPause;
  }
  SetPause();
}

bool Heap::ManualStep(Coroutine& co, int kilobytes) {
  if (in_finalizer() || collecting_) return false;
  if (kilobytes != 0) state_.limits.BeforeLong(co, LongestStep());
  impl_->EnterSafepoint();
  // Without a size: a basic step.  With one: as if so much had been allocated.
  int64_t debt = kilobytes == 0 ? 0 : debt_ + int64_t{kilobytes} * 1024;
  SetDebt(debt);
  if (kilobytes != 0 && debt <= 0) return false;
  if (mode_ == Mode::kGenerational) {
    impl_->CollectFully(co);
    return false;  // as PUC: not a step of an incremental cycle
  }
  impl_->IncrementalStep(co);
  return phase_ == Phase::kPause;
}

}  // namespace m3lua::gc
