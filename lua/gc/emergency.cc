// Emergency collections: an allocation was refused, and a whole cycle may make
// room for it.
//
// They happen inside an allocation, that is, not at a safepoint: C++ code may
// hold objects in plain variables.  These are taken for roots:
//
// Objects allocated since the last safepoint (the "window").  Their total size
// is at most D = debt_ - window_start_, since each safepoint notes the debt,
// and whatever else changes the debt moves the note along.  Nothing is recorded
// at an allocation; but cells of a class are handed out in the order of the
// blocks and of addresses (block.h), so those of the window are among the last
// D bytes of new objects (kNew) below the point of allocation of each class,
// and large ones among the last D bytes of the list.  Objects that are a bit
// older than the safepoint and happen to lie there survive one collection more.
//
// Interned strings found, not made, since the sweep last saw them: making a
// string may return one that was garbage so far (Heap::Resurrect notes it).
//
// Open upvalues of living coroutines, since code that makes closures walks
// their lists.
//
// The collection starts a new round of allocation, so the window can't be found
// again by the next one: its objects stay in `pinned` until a safepoint passes.
// That is seen by window_start_, which is set to debt_ - 1 here; it differs
// from what any safepoint sets it to.
//
// The price of emergency collections.  A program whose live data nearly fill
// the limit would need one for every few allocations, and one that catches the
// error and goes on, one for every attempt (as finalizers do that run out of
// memory, one after the other): neither would fail, but not get on either.  So
// they are paid for, in bytes looked at:
//
//   - a collection costs the heap's footprint, and earns kRefund times what it
//     freed: one that frees 1/32 of the heap pays for itself;
//   - an ordinary cycle earns as much as it looks at (it comes at most after
//     every 32nd of the limit, see SetPause);
//   - a refusal without a collection earns kRefusalEarns;
//   - no more is saved up than kMaxCredit collections cost.
//
// While there is a debt, an allocation that does not fit is refused without a
// collection, and one that would fit after a poor collection that used the last
// credit is refused as well: that counts as being out of memory.  So the work
// is linear in what a program allocates and in the errors that it catches, with
// sixteen collections besides.  One with 90 % of the limit alive that makes
// garbage all the time earns three times what it pays.  One that has caught
// more than sixteen errors in a full heap, and then drops what it held, may see
// one more for each 64 KiB of the heap before its garbage is found; a call from
// the host clears the debt.
//
// What exceeds the whole limit is refused at once.
//
// Guarded by tests/unit/gc/allocation_test.cc and tests/limit/runaway.
#include <algorithm>
#include <new>

#include "lua/gc/collector.h"

namespace m3lua::gc {
namespace {

constexpr int64_t kRefund = 32;
constexpr int64_t kRefusalEarns = 64 * 1024;
constexpr int64_t kMaxCredit = 16;

}  // namespace

bool Heap::emergency_allowed() const {
  // Before there is a coroutine, the state is under construction.
  return emergency_enabled_ && !collecting_ && state_.current != nullptr;
}

void Heap::Impl::PinWindow() {
  const int64_t window = heap.debt_ - heap.window_start_;
  int64_t left = window;
  for (size_t i = large.size(); i > 0 && left > 0; --i) {
    pinned.push_back(large[i - 1]->object());
    left -= static_cast<int64_t>(large[i - 1]->bytes);
  }
  for (size_t k = 0; k < kSizeClasses; ++k) {
    left = window;
    for (Block* block = classes[k].current; block != nullptr && left > 0;
         block = block->previous) {
      // Blocks before the current one are used up.
      uint32_t position = block->carved;
      if (block == classes[k].current) {
        if (heap.free_[k] != nullptr) {
          position = block->IndexOf(heap.free_[k]);
        } else if (block->free != nullptr) {
          position = block->IndexOf(block->free);
        }
      }
      while (position > 0 && left > 0) {
        Object* o = block->cell(--position);
        if (o->kind == ObjectKind::kFree || !(o->mark & kNew)) continue;
        pinned.push_back(o);
        left -= block->cell_bytes;
      }
    }
  }
}

void Heap::Impl::PinRecentlyFound() {
  auto look_at = [&](Object* o) {
    if (o->kind == ObjectKind::kString && (o->mark & kRecentlyFound)) {
      pinned.push_back(o);
    }
  };
  for (LargeObject* l : large) look_at(l->object());
  for (SizeClass& c : classes) {
    for (Block* block = c.first; block != nullptr; block = block->next) {
      for (uint32_t i = 0; i < block->carved; ++i) look_at(block->cell(i));
    }
  }
}

void Heap::Impl::EarnEmergencies(int64_t bytes) {
  const int64_t most = kMaxCredit * static_cast<int64_t>(heap.footprint_);
  emergency_credit = std::min(most, std::min(most, emergency_credit) + bytes);
}

void Heap::RenewEmergencyCredit() {
  if (impl_->emergency_credit < 0) impl_->emergency_credit = 0;
}

bool Heap::Impl::MakeRoom(size_t bytes) {
  if (!heap.emergency_allowed()) return false;
  if (bytes > kMaxRequest || (heap.limit_ != 0 && bytes > heap.limit_)) {
    return false;
  }
  const int64_t price = static_cast<int64_t>(heap.footprint_);
  if (emergency_credit < 0) {
    EarnEmergencies(kRefusalEarns);
    return false;
  }
  // (A run that would be stopped by its deadline meanwhile is stopped now.)
  if (!state.limits.Affords(heap.FullCollectionTime())) return false;
  const size_t before = heap.bytes();
  if (!EmergencyCollection()) return false;
  const size_t freed = before - std::min(before, heap.bytes());
  EarnEmergencies(kRefund * static_cast<int64_t>(freed) - price);
  return emergency_credit >= 0;
}

// False if there was no memory for the roots: then nothing was freed.
bool Heap::Impl::EmergencyCollection() {
  if (!heap.emergency_allowed()) return false;
  bool complete = false;
  try {
    Collecting collecting(heap);
    // Before pinning: afterwards there are no unswept cells, and what lies
    // below the points of allocation is where it was.
    if (heap.phase_ == Phase::kSweep) FinishSweep();
    if (heap.window_start_ != heap.pinned_window_) pinned.clear();
    PinWindow();
    PinRecentlyFound();
    std::sort(pinned.begin(), pinned.end());
    pinned.erase(std::unique(pinned.begin(), pinned.end()), pinned.end());
    state.code_cache.ForgetUse();
    emergency = true;
    complete = CollectCycle();
  } catch (const std::bad_alloc&) {
    // There was no memory to note the roots.
  }
  emergency = false;
  if (!complete) return false;
  ++heap.emergencies_;
  SetPause();
  // Finalizers wait for the next safepoint.
  if (HasPendingFinalizers()) heap.SetDebt(1);
  heap.window_start_ = heap.pinned_window_ = heap.debt_ - 1;
  return true;
}

}  // namespace m3lua::gc
