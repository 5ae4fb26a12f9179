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
// A program whose live data nearly fill the limit would need a collection for
// every few allocations: it would not fail, but not get on either.  So when
// several emergency collections in a row have each freed less than a small
// share of the limit, and left less than that, that counts as being out of
// memory, though the allocation at hand would have fitted.  It still is
// preceded by a collection: a program that drops what it had can always go on.
#include <algorithm>
#include <new>

#include "lua/gc/collector.h"

namespace m3lua::gc {
namespace {

// A collection is poor if it frees less than this part of the limit, and less
// than that is left...
constexpr size_t kPoorShare = 64;
// ...and so many of them may follow each other.
constexpr int kMaxPoorCollections = 4;

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

bool Heap::Impl::WasPoor(size_t freed) const {
  size_t share = heap.limit_ / kPoorShare;
  return freed < share && heap.footprint_ + share > heap.limit_;
}

// True if the allocation may be tried again.
bool Heap::Impl::EmergencyCollection(bool at_limit) {
  if (!heap.emergency_allowed()) return false;
  size_t before = heap.bytes();
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
  if (at_limit) {
    poor_collections = WasPoor(before - std::min(before, heap.bytes()))
                           ? std::min(poor_collections, kMaxPoorCollections) + 1
                           : 0;
  }
  SetPause();
  // Finalizers wait for the next safepoint.
  if (HasPendingFinalizers()) heap.SetDebt(1);
  heap.window_start_ = heap.pinned_window_ = heap.debt_ - 1;
  return poor_collections <= kMaxPoorCollections;
}

}  // namespace m3lua::gc
