// What the files of the heap share: the collector's working state.
//
// Invariants.
//  I1  While marking (Phase::kMark), no black object refers to a white one,
//      except a coroutine's registers: coroutines are never black then, they
//      are traversed once more in the atomic phase.
//  I2  An object is in `gray` or `gray_again` at most once, and only while it
//      is gray.  Both are empty outside of kMark.  Every gray object is in one
//      of them, unless `lost_gray` says that there was no memory for that: the
//      atomic phase looks for such objects in the whole heap then.
//  I3  Objects have the other white only between the atomic phase and the end
//  of
//      the sweep (kSweep): it means garbage.  Whoever follows a reference in a
//      live object never meets one; those who look objects up (interning) take
//      them back with Resurrect.
//  I4  Outside of kMark and kSweep every object has the current white.
//  I5  A block (or large object) is swept exactly once a cycle, before the next
//      cycle starts; cells are handed out of swept blocks only.
//  I6  Every object that can be reached by code after the atomic phase was
//  marked
//      in it, or was made after it: so no live object refers to garbage.  What
//      refers weakly is cleared there: weak tables, dead keys of tables
//      (Node::HasDeadKey), lists of open upvalues, the list of finalizable
//      objects.
#ifndef LUA_GC_COLLECTOR_H_
#define LUA_GC_COLLECTOR_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lua/base/flat_map.h"
#include "lua/gc/block.h"
#include "lua/gc/heap.h"
#include "lua/runtime/state.h"

namespace m3lua::gc {

// Larger requests are refused without asking the system (sanitizers abort on
// them, and sums of sizes can't overflow).
inline constexpr size_t kMaxRequest = size_t{1} << 39;

// Before each large object.
struct LargeObject {
  size_t bytes;  // with this header
  uint64_t unused;

  Object* object() { return reinterpret_cast<Object*>(this + 1); }
};
static_assert(sizeof(LargeObject) == kCellUnit);

// The key of a removed entry that nothing else has kept so far: from now on
// only its address counts.  (If it is marked after all, nothing is lost:
// looking the key up finds no entry either way.)
inline void ForgetKey(Node* n) {
  if (n->key_tag >= kFirstCollectableTag && !n->HasDeadKey() &&
      n->key.object->IsWhite()) {
    n->ForgetKey();
  }
}

// What ReleaseBuffers gives back and statistics count.
inline size_t BytesOf(const ArenaChunk* chunk) {
  return static_cast<size_t>(reinterpret_cast<const char*>(chunk->end) -
                             reinterpret_cast<const char*>(chunk));
}
inline size_t CellBytes(const Prototype* p) {
  // A cell is 16 bytes (asserted in m3style/code/cell.h).
  return size_t{p->cell_count} * 16;
}
inline size_t CellWordBytes(const Prototype* p) {
  return p->cell_count * sizeof(uint32_t);
}
// The object and what it owns, without the heap's rounding (statistics.cc).
size_t BytesOf(const Object* object);
// Of its buffers alone, as the heap counts them.
size_t BufferBytesOf(const Object* object);

// How a table refers to its entries.
enum class Weakness : uint8_t { kStrong, kValues, kKeys, kAll };

struct Heap::Impl {
  Impl(Heap& heap, State& state) : heap(heap), state(state) {}
  ~Impl();

  Heap& heap;
  State& state;

  // ---- memory: heap.cc
  SizeClass classes[kSizeClasses];
  std::vector<LargeObject*> large;  // in order of allocation

  // A chain of free cells, detached from its block; null: a new block is
  // refused.
  FreeCell* TakeCells(size_t size_class);
  Object* AllocateCell(ObjectKind kind, size_t bytes);
  Object* AllocateLarge(ObjectKind kind, size_t bytes);
  // Forgets the cells at hand, before the blocks are swept anew.
  void DropCells();
  // Puts the cells at hand back into their blocks.
  void StashCells();
  // What tests ask for at each allocation: an emergency collection
  // (Heap::set_emergency_period), or that it fails (Heap::FailAllocation;
  // true).
  bool AtAllocation();
  // Sends every allocation to AtAllocation, if there is something to do.
  void CountEach();
  bool FitsLimit(size_t bytes) const {
    return heap.limit_ == 0 ||
           (bytes <= heap.limit_ && heap.footprint_ <= heap.limit_ - bytes);
  }

  // ---- sweep: sweep.cc
  uint32_t sweep_number = 0;
  size_t large_read = 0, large_write = 0;  // large objects: compaction
  size_t sweep_class = 0;
  Block* sweep_block = nullptr;
  bool sweep_counts = false;  // it ends a cycle (was not abandoned)
  size_t estimate = 0;        // bytes that survived the cycle, so far
  // Of these, garbage that waits for finalizers; an approximation.
  size_t resurrected_bytes = 0;

  void StartSweep();
  // Sweeps about `budget` objects; returns how many.  Moves on to the next
  // phase at the end.
  int64_t SweepStep(int64_t budget);
  void FinishSweep();
  uint32_t SweepBlock(Block* block);  // returns the number of live objects
  void ReleaseBuffers(Object* object);
  void FreeLarge(LargeObject* object);

  // ---- marking: mark.cc
  std::vector<Object*> gray;
  // To be traversed again in the atomic phase: coroutines, weak tables, tables
  // caught by the backward barrier.
  std::vector<Object*> gray_again;
  bool lost_gray = false;
  bool atomic = false;
  // Coroutines that may have open upvalues, linked through
  // next_with_open_upvalues; the last one refers to itself.
  Coroutine* with_open_upvalues = nullptr;

  void Mark(Object* o) {
    if (o != nullptr && o->IsWhite()) heap.Shade(o);
  }
  void Mark(Value v) {
    if (v.is_collectable() && v.object()->IsWhite()) heap.Shade(v.object());
  }
  void VisitRoots(Marker& marker);
  void MarkRoots();
  int64_t PropagateOne();
  void PropagateAll();
  // Onto `gray` or `gray_again`; does not fail (see I2).
  void PushGray(std::vector<Object*>& list, Object* object) noexcept;
  void FindLostGray();
  int64_t Traverse(Object* object);
  int64_t TraverseTable(Table* table);
  int64_t TraverseStrongTable(Table* table);
  int64_t TraverseCoroutine(Coroutine* co);
  int64_t TraversePrototype(Prototype* prototype);
  void RemarkOpenUpvalues();
  void SettleOpenUpvalues();

  // ---- weak tables: weak.cc
  std::vector<Table*> weak_values, weak_keys, weak_all;
  // Ephemeron entries whose key and value are both white.
  struct PendingEntry {
    Object* key;
    Object* value;
    uint32_t next;  // of the same key, kNoPending at the end
  };
  static constexpr uint32_t kNoPending = UINT32_MAX;
  std::vector<PendingEntry> pending;
  bool pending_stale = false;  // something was marked since they were looked at
  int pending_looks = 0;       // that found a marked key
  static constexpr int kMaxPendingLooks = 2;
  // After so many of them: the first entry of each key.
  base::FlatMap<Object*, uint32_t> pending_keys;
  std::vector<Object*> ready_keys;  // of these, marked since

  Weakness WeaknessOf(Table* table);
  int64_t TraverseWeakValues(Table* table);
  int64_t TraverseEphemeron(Table* table);
  // `object` was shaded, and there are pending entries, or it is resurrected.
  void NoteShaded(Object* object);
  void EnterPending(uint32_t entry);
  void SettlePending();
  void MarkValuesOf(Object* key);
  bool IsCleared(Value v);
  void ClearByValues(const std::vector<Table*>& tables, size_t from);
  void ClearByKeys(const std::vector<Table*>& tables);

  // ---- finalizers: finalizer.cc
  std::vector<Object*> finalizable;  // in order of registration
  // To be called, from `next_finalizer` on.
  std::vector<Object*> pending_finalizers;
  size_t next_finalizer = 0;
  Object* in_finalizer_call = nullptr;  // whose finalizer is being called

  bool HasPendingFinalizers() const {
    return next_finalizer < pending_finalizers.size();
  }
  void SeparateFinalizable();
  void MarkPendingFinalizers();
  void CallFinalizer(Coroutine& co, Object* object);
  void CallOneFinalizer(Coroutine& co);
  void CallAllFinalizers(Coroutine& co);

  // ---- phases: cycle.cc
  void StartCycle();
  int64_t Atomic();
  // Everything becomes white again; leaves the phase kSweep.
  void AbandonCycle();
  // Gives back what the lists of a cycle took, if that is much.
  void TrimLists();
  // A whole cycle, up to the finalizers.  False: there was no memory for the
  // collector's own lists, so nothing was freed.
  bool CollectCycle();
  // A whole cycle at a safepoint.
  void CollectFully(Coroutine& co, bool run_finalizers = true);
  int64_t SingleStep(Coroutine& co);
  void IncrementalStep(Coroutine& co);
  // What every safepoint that collects does first.
  void EnterSafepoint();
  // Sets the debt at the end of a cycle.
  void SetPause();

  // ---- emergency.cc
  // Roots of emergency collections besides the ordinary ones; see there.
  std::vector<Object*> pinned;
  bool emergency = false;
  // What may be spent on them, in bytes to be looked at.
  int64_t emergency_credit = INT64_MAX;
  void EarnEmergencies(int64_t bytes);
  void PinWindow();
  void PinRecentlyFound();
  bool EmergencyCollection();
  // An allocation was refused.  True if it may be tried again.
  bool MakeRoom(size_t bytes);
};

// The collector is at work: no emergency collection, no step.
class Heap::Collecting {
 public:
  explicit Collecting(Heap& heap) : heap_(heap), before_(heap.collecting_) {
    heap_.collecting_ = true;
  }
  ~Collecting() { heap_.collecting_ = before_; }

 private:
  Heap& heap_;
  bool before_;
};

}  // namespace m3lua::gc

#endif  // LUA_GC_COLLECTOR_H_
