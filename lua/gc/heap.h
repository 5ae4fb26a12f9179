// The heap of a state: allocation, and the incremental collector.
//
// Objects live in cells of blocks of size classes (multiples of 16 bytes, each
// block holds one class), large ones in blocks of their own; they never move.
// Buffers (arrays, nodes, chunks of call arenas, cells) belong to one object
// and come from the allocator directly.  Every byte of both is counted.
//
// Collection is incremental, tri-colour, with a lazy sweep.  It happens only
// at safepoints (Safepoint(), called by handlers that allocate, and after
// native functions), never inside an allocation.  So C++ code may hold objects
// in plain variables as long as it does not call into Lua, and must keep them
// reachable (in a table, on the arena) when it does.
//
// An allocation that would exceed the limit, or that the system refuses, first
// tries an emergency collection where one is allowed, then raises the Lua error
// "not enough memory".  An emergency collection runs no finalizers, and takes
// what may be in C++ variables for roots: every object allocated since the last
// safepoint, and every interned string found since the last sweep.  It does not
// know of an older object that C++ code took out of the place that kept it
// alive: such code keeps it reachable (pushes it) while it allocates.  And it
// may look at objects under construction: their memory is cleared (all but a
// string's), null pointers and counts of zero are skipped, so an object gets
// its buffer first, then the count.
//
// What the mutator owes the collector:
//   - a store of a reference into a heap object is followed by a barrier
//     (below); stores to registers need none;
//   - an open upvalue may be black: SetUpvalue calls BarrierForward, and so
//   does
//     whoever closes one, after `closed` and `location` are set;
//   - a coroutine that gets its first open upvalue is noted
//     (NoteOpenUpvalues);
//   - caches in cells that come to hold an object call BarrierCache.
//
// Files: heap.cc (allocation, accounting), block.cc (blocks of cells),
// sweep.cc, mark.cc (tracing), cycle.cc (phases, pacing), weak.cc (weak tables,
// ephemerons), finalizer.cc, emergency.cc, statistics.cc; collector.h has what
// they share.
// Guarded by tests/unit/gc/.
#ifndef LUA_GC_HEAP_H_
#define LUA_GC_HEAP_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "lua/gc/statistics.h"
#include "lua/object/coroutine.h"
#include "lua/object/function.h"
#include "lua/object/object.h"
#include "lua/object/string.h"
#include "lua/object/table.h"
#include "lua/object/userdata.h"
#include "lua/object/value.h"

namespace m3lua {

class State;

namespace gc {

class Marker;

#ifdef M3LUA_SYSTEM_ALLOCATOR
// Sanitizer builds: every object is a block of its own.
inline constexpr size_t kMaxCellBytes = 0;
#else
// Larger objects are blocks of their own.
inline constexpr size_t kMaxCellBytes = 512;
#endif
inline constexpr size_t kCellUnit = 16;
inline constexpr size_t kSizeClasses = kMaxCellBytes / kCellUnit + 1;

// A cell without an object; its kind is kFree.
struct FreeCell : Object {
  FreeCell* next;
};
static_assert(sizeof(FreeCell) == kCellUnit);

enum class Phase : uint8_t {
  kPause,     // between cycles
  kMark,      // propagating gray objects
  kSweep,     // lazily turning garbage into free cells
  kFinalize,  // calling finalizers
};

enum class Mode : uint8_t { kIncremental, kGenerational };

// Parameters of collectgarbage, in the manual's units (2.5).
struct Parameters {
  int pause = 200;             // percent
  int step_multiplier = 100;   // percent
  int step_size = 13;          // log2 of bytes
  int minor_multiplier = 20;   // percent (generational)
  int major_multiplier = 100;  // percent (generational)
};

class Heap {
 public:
  explicit Heap(State& state);
  ~Heap();  // frees everything at once, runs no finalizers
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // ---- objects.  The header is set (current white); the rest, all zero except
  // in a string, is the caller's to initialise before the next safepoint.
  // `bytes` includes the header.
  Object* Allocate(ObjectKind kind, size_t bytes) {
    Object* o = TryAllocate(kind, bytes);
    return o != nullptr ? o : AllocateSlow(kind, bytes);
  }
  // The fast path alone: null when the cells at hand are used up (or the object
  // is large).  For handlers, which call Allocate in their slow path then.
  Object* TryAllocate(ObjectKind kind, size_t bytes) {
    FreeCell* cell = TakeCell(bytes);
    return cell != nullptr ? Initialise(cell, kind, bytes) : nullptr;
  }
  // The same, and all but the header is the caller's to fill.
  Object* TryAllocateUncleared(ObjectKind kind, size_t bytes) {
    FreeCell* cell = TakeCell(bytes);
    if (cell != nullptr) SetHeader(cell, kind);
    return cell;
  }
  template <typename T>
  T* New(ObjectKind kind, size_t extra_bytes = 0) {
    return static_cast<T*>(Allocate(kind, sizeof(T) + extra_bytes));
  }

  // ---- buffers, counted.  Errors: as objects.  Reallocate keeps contents.
  void* AllocateBuffer(size_t bytes);
  // For what can be done without: null instead of an error, and no emergency
  // collection.
  void* TryAllocateBuffer(size_t bytes);
  void* ReallocateBuffer(void* buffer, size_t old_bytes, size_t new_bytes);
  void FreeBuffer(void* buffer, size_t bytes);
  // Counts memory that others hold for an object (compiled chunks).
  void AddExternal(int64_t bytes);
  // Counts the bytecode of a new prototype (`function` is set, nested functions
  // not included); its death uncounts it.
  void CountBytecode(Prototype* prototype);

  // ---- barriers.  Forward: a black object `from` came to refer to a white
  // `to`: marks it.  Backward: a black table was written to: it turns gray.
  void BarrierForward(Object* from, Object* to) {
    if (from->IsBlack() && to->IsWhite()) BarrierForwardSlow(from, to);
  }
  void BarrierForward(Object* from, Value to) {
    if (to.is_collectable()) BarrierForward(from, to.object());
  }
  void BarrierBack(Table* table, Value to) {
    if (table->IsBlack() && to.is_collectable() && to.object()->IsWhite()) {
      BarrierBackSlow(table);
    }
  }
  void BarrierBackSlow(Table* table);
  void BarrierForwardSlow(Object* from, Object* to);
  // Shades an object that an inline cache now refers to.
  void BarrierCache(Object* to) {
    if (phase_ == Phase::kMark && to->IsWhite()) Shade(to);
  }

  // ---- collecting
  // True when a safepoint has work to do.
  bool NeedsStep() const { return debt_ > 0; }
  // The same, for code that is at a safepoint: what was allocated so far is
  // reachable now, so an emergency collection need not take it for a root.
  bool AtSafepoint() {
    window_start_ = debt_;
    return NeedsStep();
  }
  // Collects a bit if it is time to; runs finalizers (so: may call Lua).  `co`
  // must be in a state in which its frames can be walked: pc, base, top saved.
  void Safepoint(Coroutine& co) {
    if (AtSafepoint()) Step(co);
  }
  void Step(Coroutine& co);
  // A whole cycle from start to end; with `run_finalizers` the finalizers too.
  void FullCollection(Coroutine& co, bool run_finalizers = true);
  // collectgarbage("step", n): true if a cycle ended.
  bool ManualStep(Coroutine& co, int kilobytes);
  // Calls all finalizers (closing a state).
  void FinalizeAll(Coroutine& co);

  void Stop() { stopped_ = true; }
  void Restart() {
    stopped_ = false;
    SetDebt(0);
  }
  bool is_running() const { return !stopped_; }
  // collectgarbage does nothing in a finalizer, nor while the state closes.
  bool in_finalizer() const { return in_finalizer_ || closing_; }
  Mode mode() const { return mode_; }
  // Generational mode is whole cycles for now, at a growth of minor_multiplier
  // percent; see cycle.cc.
  void set_mode(Mode mode) {
    if (mode == mode_) return;
    mode_ = mode;
    SetDebt(0);
  }
  // Stress: a full collection at each safepoint that follows an allocation.
  // Builds with M3LUA_STRESS start with it.
  void set_stress(bool on) {
    stress_ = on;
    SetDebt(0);
  }
  // Looks for broken invariants (invariants.h) at the end of every n-th step of
  // the collector, and ends the process if there is one; 0: never.  Builds with
  // M3LUA_STRESS start with it.
  void set_self_check(uint32_t n) { self_check_ = self_check_left_ = n; }
  Parameters& parameters() { return parameters_; }
  Phase phase() const { return phase_; }

  // ---- accounting, bytes
  // Of objects (their cells) and buffers, garbage that is not swept included.
  size_t bytes() const { return static_cast<size_t>(base_ + debt_); }
  size_t peak_bytes() const { return bytes() > peak_ ? bytes() : peak_; }
  // What is taken from the system: bytes() and the free cells of blocks.
  size_t footprint() const { return footprint_; }
  size_t peak_footprint() const { return peak_footprint_; }
  // No allocation takes the footprint over the limit.  0: none.
  size_t limit() const { return limit_; }
  void set_limit(size_t bytes) { limit_ = bytes; }
  // What there is by kind; see statistics.h.
  Statistics GetStatistics() const;
  // Cycles that were completed.
  uint64_t cycles() const { return cycles_; }

  // Makes the n-th next allocation of an object or buffer fail, and if `sticky`
  // all after it; for tests.  0 turns it off.
  void FailAllocation(uint64_t n, bool sticky = false);
  // Allocations up to the one that is to fail.
  uint64_t allocations_to_failure() const { return fail_countdown_; }
  // An emergency collection at every `period`-th allocation, for tests: finds
  // native code that loses objects.  0 turns it off.
  void set_emergency_period(uint32_t period);
  // Emergency collections so far.
  uint64_t emergencies() const { return emergencies_; }
  // A call from the host begins: whatever ran before, emergency collections
  // may be tried again (emergency.cc).
  void ForgiveEmergencies() {
    // (Nothing was spent before the first.)
    if (emergencies_ != 0) [[unlikely]] {
      RenewEmergencyCredit();
    }
  }
  // The footprint that is left after everything was freed goes there; for
  // tests: it is 0, unless an owner forgot a buffer.
  void ReportAtEnd(size_t* footprint) { at_end_ = footprint; }

  // Values that are in no frame, or in one that can't be walked yet, while
  // memory is allocated: roots of an emergency collection.  Nothing calls Lua
  // meanwhile, so these don't nest.
  class InFlight {
   public:
    InFlight(Heap& heap, const Value* first, size_t count,
             Value function = Value::Nil())
        : heap_(heap) {
      heap.in_flight_first_ = first;
      heap.in_flight_count_ = count;
      heap.in_flight_function_.Set(function);
    }
    ~InFlight() {
      heap_.in_flight_count_ = 0;
      heap_.in_flight_function_.SetNil();
    }
    InFlight(const InFlight&) = delete;
    InFlight& operator=(const InFlight&) = delete;

   private:
    Heap& heap_;
  };

  // Emergency collections can be forbidden where frames can't be walked.
  void set_emergency_allowed(bool on) { emergency_enabled_ = on; }
  bool emergency_allowed() const;

  // ---- for setmetatable: `object` (table or userdata) has a metatable with
  // __gc from now on.  False: the state is closing, nothing more is finalized.
  bool RegisterFinalizer(Object* object);

  // A string found in the intern table may be garbage that the sweep has not
  // reached: keeps it.
  void Resurrect(String* string) {
    if (IsDead(string)) string->mark ^= kWhites;
    if (!(string->mark & kRecentlyFound)) string->mark |= kRecentlyFound;
  }
  // The same for an open upvalue found in a coroutine's list.
  void Revive(Upvalue* upvalue) {
    if (IsDead(upvalue)) upvalue->mark ^= kWhites;
  }
  bool IsDead(const Object* o) const { return o->mark & OtherWhite(); }
  uint8_t CurrentWhite() const { return current_white_; }
  uint8_t OtherWhite() const { return current_white_ ^ kWhites; }

  void Shade(Object* object);

  // A coroutine that has open upvalues (the atomic phase looks at it).
  void NoteOpenUpvalues(Coroutine* co);

 private:
  friend class InvariantChecker;
  friend class Marker;
  struct Impl;
  void SelfCheck();
  void RenewEmergencyCredit();
  // How long these take at most, in nanoseconds.
  int64_t FullCollectionTime() const;
  int64_t LongestStep() const;
  class Collecting;

  // Bits of Object::mark, besides MarkBits, that the sweep takes off.
  // A string that was found in the intern table: it may be in a C++ variable
  // only.
  static constexpr uint8_t kRecentlyFound = 32;
  // An object that no sweep has seen.
  static constexpr uint8_t kNew = 64;

  // A free cell for so many bytes, counted; null if there is none at hand.
  FreeCell* TakeCell(size_t bytes) {
    if (bytes > kMaxCellBytes) return nullptr;
    size_t size_class = (bytes + kCellUnit - 1) / kCellUnit;
    FreeCell* cell = free_[size_class];
    if (cell == nullptr) return nullptr;
    free_[size_class] = cell->next;
    debt_ += static_cast<int64_t>(size_class * kCellUnit);
    return cell;
  }
  void SetHeader(Object* o, ObjectKind kind) {
    uint64_t header = static_cast<uint64_t>(kind) |
                      static_cast<uint64_t>(current_white_ | kNew) << 8;
    std::memcpy(static_cast<void*>(o), &header, sizeof header);
  }
  Object* Initialise(Object* o, ObjectKind kind, size_t bytes) {
    SetHeader(o, kind);
    if (kind != ObjectKind::kString) {
      std::memset(reinterpret_cast<char*>(o) + sizeof(Object), 0,
                  bytes - sizeof(Object));
    }
    return o;
  }
  Object* AllocateSlow(ObjectKind kind, size_t bytes);
  void UncountBytecode(Prototype* prototype);

  // Sets the debt without changing bytes().
  void SetDebt(int64_t debt) {
    int64_t change = debt - debt_;
    debt_ = debt;
    base_ -= change;
    window_start_ += change;
    pinned_window_ += change;
  }
  void AddFootprint(size_t bytes) {
    footprint_ += bytes;
    if (footprint_ > peak_footprint_) peak_footprint_ = footprint_;
  }
  // Memory was given back.  Not an event for the windows of emergency.cc, so
  // they move along.
  void Uncount(size_t bytes);

  // bytes() == base_ + debt_, so that an allocation has one counter to update.
  // Hot members first.
  int64_t debt_ = 0;          // > 0: a step is due
  int64_t window_start_ = 0;  // debt_ at the last safepoint (emergency.cc)
  uint8_t current_white_ = kWhite0;
  Phase phase_ = Phase::kPause;
  Mode mode_ = Mode::kIncremental;
  bool stopped_ = false;
  bool in_finalizer_ = false;
  bool closing_ = false;
  bool collecting_ = false;  // the collector is at work: it can't be entered
  bool stress_ = false;
  // What is marked now was garbage but for a finalizer.
  bool resurrecting_ = false;
  bool emergency_enabled_ = true;
  bool fail_sticky_ = false;
  // Tests count allocations: no fast path.
  bool each_counts_ = false;
  // Free cells to be handed out next, by size class, in ascending order of
  // addresses.
  FreeCell* free_[kSizeClasses] = {};

  int64_t base_ = 0;
  int64_t pinned_window_ = 0;  // window_start_ after an emergency collection
  size_t footprint_ = 0;
  size_t peak_footprint_ = 0;
  size_t peak_ = 0;
  size_t limit_ = 0;
  uint64_t cycles_ = 0;
  uint64_t fail_countdown_ = 0;  // > 0: no fast path
  uint32_t emergency_period_ = 0;
  uint32_t emergency_countdown_ = 0;
  uint64_t emergencies_ = 0;
  size_t* at_end_ = nullptr;
  const Value* in_flight_first_ = nullptr;
  size_t in_flight_count_ = 0;
  Value in_flight_function_ = Value::Nil();
  uint32_t self_check_ = 0;  // check every so many steps
  uint32_t self_check_left_ = 0;
  Parameters parameters_;
  State& state_;
  std::unique_ptr<Impl> impl_;
};

// What the collector offers to those who know parts of the roots (the engine
// for frames and cells, the embedding API for references).
class Marker {
 public:
  // With `found`, nothing is marked: what would be is noted there.
  explicit Marker(Heap& heap, std::vector<Object*>* found = nullptr)
      : heap_(heap), found_(found) {}
  void Mark(Object* object) {
    if (object == nullptr) return;
    if (found_ != nullptr) {
      found_->push_back(object);
    } else if (object->IsWhite()) {
      heap_.Shade(object);
    }
  }
  void Mark(Value v) {
    if (v.is_collectable()) Mark(v.object());
  }
  Heap& heap() { return heap_; }

 private:
  Heap& heap_;
  std::vector<Object*>* found_;
};

}  // namespace gc
}  // namespace m3lua

#endif  // LUA_GC_HEAP_H_
