// The sweep: garbage becomes free cells, survivors become white.
//
// Lazy: after the atomic phase blocks wait until the allocator needs cells of
// their class (Impl::TakeCells) or a step comes to them.  Steps go through the
// large objects first, then through the classes; blocks without survivors go
// back to the system, unless the allocator got there first.
#include <cstdint>
#include <memory>

#include "lua/bytecode/liveness.h"
#include "lua/gc/allocator.h"
#include "lua/gc/collector.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/runtime/table_site.h"

namespace m3lua::gc {

void Heap::Impl::StartSweep() {
  ++sweep_number;
  DropCells();
  large_read = large_write = 0;
  sweep_class = 0;
  sweep_block = nullptr;
  heap.phase_ = Phase::kSweep;
}

namespace {

// The mark of a survivor: white, and whatever does not belong to one cycle.
uint8_t Repainted(uint8_t mark, uint8_t white) {
  return static_cast<uint8_t>((mark & (kHasFinalizer | kKindBit)) | white);
}

// Whether ReleaseBuffers has something to do, for most objects.
inline bool OwnsMemory(const Object* o) {
  switch (o->kind) {
    case ObjectKind::kTable: {
      const Table* t = static_cast<const Table*>(o);
      return (t->nodes != &kEmptyNode && !t->HasInlineNodes()) ||
             (t->array != nullptr && !t->HasInlineArray());
    }
    case ObjectKind::kString:
      return o->mark & kKindBit;
    case ObjectKind::kCoroutine:
    case ObjectKind::kPrototype:
      return true;
    default:
      return false;
  }
}

}  // namespace

uint32_t Heap::Impl::SweepBlock(Block* block) {
  size_t before = heap.bytes();
  const uint8_t white = heap.current_white_;
  const uint8_t dead = heap.OtherWhite();
  uint32_t live = 0;
  uint32_t freed = 0;
  FreeCell* head = nullptr;
  FreeCell** tail = &head;
  for (uint32_t i = 0; i < block->carved; ++i) {
    Object* o = block->cell(i);
    if (o->kind != ObjectKind::kFree) {
      if (!(o->mark & dead)) {
        o->mark = Repainted(o->mark, white);
        ++live;
        continue;
      }
      if (OwnsMemory(o)) ReleaseBuffers(o);
      o->kind = ObjectKind::kFree;
      ++freed;
    }
    *tail = static_cast<FreeCell*>(o);
    tail = &static_cast<FreeCell*>(o)->next;
  }
  *tail = nullptr;
  block->free = head;
  block->swept = sweep_number;
  if (live == 0) {
    block->free = nullptr;
    block->carved = 0;
  }
  heap.Uncount(size_t{freed} * block->cell_bytes);
  estimate -= before - heap.bytes();
  return live;
}

int64_t Heap::Impl::SweepStep(int64_t budget) {
  int64_t work = 0;
  const uint8_t dead = heap.OtherWhite();
  size_t before = heap.bytes();
  for (; large_read < large.size() && work < budget; ++large_read, ++work) {
    LargeObject* l = large[large_read];
    Object* o = l->object();
    if (o->mark & dead) {
      FreeLarge(l);
    } else {
      o->mark = Repainted(o->mark, heap.current_white_);
      large[large_write++] = l;
    }
  }
  estimate -= before - heap.bytes();
  while (work < budget) {
    if (sweep_block == nullptr) {
      if (++sweep_class >= kSizeClasses) break;
      sweep_block = classes[sweep_class].first;
      continue;
    }
    Block* block = sweep_block;
    sweep_block = block->next;
    ++work;
    // The allocator has passed it: then it is in use, even if all is free.
    if (block->swept == sweep_number) continue;
    work += block->carved;
    if (SweepBlock(block) == 0) {
      classes[sweep_class].Remove(block);
      heap.footprint_ -= block->bytes;
      SystemFree(block);
    }
  }
  // Large objects may have come since.
  if (work >= budget || large_read < large.size()) return work;
  large.resize(large_write);
  if (large.capacity() > 2 * large.size() + 64) large.shrink_to_fit();
  if (sweep_counts) {
    ++heap.cycles_;
    TrimInterned(state);
  }
  heap.phase_ = HasPendingFinalizers() ? Phase::kFinalize : Phase::kPause;
  return work + 1;
}

void Heap::Impl::FinishSweep() {
  while (heap.phase_ == Phase::kSweep) SweepStep(INT64_MAX / 2);
}

void Heap::Impl::FreeLarge(LargeObject* l) {
  ReleaseBuffers(l->object());
  heap.footprint_ -= l->bytes;
  heap.Uncount(l->bytes);
  SystemFree(l);
}

void Heap::Impl::ReleaseBuffers(Object* object) {
  switch (object->kind) {
    case ObjectKind::kString: {
      String* s = static_cast<String*>(object);
      if (s->mark & kKindBit) RemoveInterned(state, s);
      break;
    }
    case ObjectKind::kTable: {
      Table* t = static_cast<Table*>(object);
      // Not so while it is under construction.
      if (t->nodes != nullptr) FreeTableBuffers(state, t);
      break;
    }
    case ObjectKind::kCoroutine: {
      Coroutine* co = static_cast<Coroutine*>(object);
      for (ArenaChunk* chunk = co->chunk; chunk != nullptr;) {
        ArenaChunk* previous = chunk->previous;
        heap.FreeBuffer(chunk, BytesOf(chunk));
        chunk = previous;
      }
      heap.FreeBuffer(co->to_be_closed,
                      co->to_be_closed_capacity * sizeof(Value*));
      delete co->hook;
      break;
    }
    case ObjectKind::kPrototype: {
      Prototype* p = static_cast<Prototype*>(object);
      if (const bytecode::Function* f = p->function) {
        heap.FreeBuffer(p->constants, f->constants.size() * sizeof(Value));
        heap.FreeBuffer(p->prototypes,
                        f->functions.size() * sizeof(Prototype*));
      }
      heap.FreeBuffer(p->cells, CellBytes(p));
      heap.FreeBuffer(p->cell_to_word, CellWordBytes(p));
      FreeSites(state, p);
      heap.UncountBytecode(p);
      if (p->liveness != nullptr) {
        heap.AddExternal(-static_cast<int64_t>(p->liveness->bytes()));
        delete p->liveness;
      }
      std::destroy_at(&p->chunk);
      break;
    }
    case ObjectKind::kFree:
    case ObjectKind::kLuaClosure:
    case ObjectKind::kNativeClosure:
    case ObjectKind::kUserdata:
    case ObjectKind::kUpvalue:
      break;
  }
}

}  // namespace m3lua::gc
