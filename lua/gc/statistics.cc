#include "lua/gc/statistics.h"

#include "lua/gc/collector.h"
#include "lua/runtime/table.h"
#include "lua/runtime/table_site.h"

namespace m3lua::gc {
namespace {

size_t BufferBytes(const Object* o, Statistics& s) {
  switch (o->kind) {
    case ObjectKind::kTable: {
      const Table* t = static_cast<const Table*>(o);
      return t->nodes != nullptr ? TableBufferBytes(t) : 0;
    }
    case ObjectKind::kCoroutine: {
      const Coroutine* co = static_cast<const Coroutine*>(o);
      size_t bytes = co->to_be_closed_capacity * sizeof(Value*);
      for (ArenaChunk* c = co->chunk; c != nullptr; c = c->previous) {
        bytes += BytesOf(c);
      }
      return bytes;
    }
    case ObjectKind::kPrototype: {
      const Prototype* p = static_cast<const Prototype*>(o);
      size_t bytecode = p->aux32;
      size_t cells = CellBytes(p) + CellWordBytes(p);
      s.bytecode_bytes += bytecode;
      s.cell_bytes += cells;
      if (p->function == nullptr) return bytecode + cells;
      size_t bytes = bytecode + cells + SiteBytes(p);
      if (p->constants != nullptr) {
        s.constant_count += p->function->constants.size();
        bytes += p->function->constants.size() * sizeof(Value);
      }
      if (p->prototypes != nullptr) {
        bytes += p->function->functions.size() * sizeof(Prototype*);
      }
      if (p->liveness != nullptr) bytes += p->liveness->bytes();
      return bytes;
    }
    default:
      return 0;
  }
}

size_t ObjectBytes(const Object* o) {
  switch (o->kind) {
    case ObjectKind::kString:
      return sizeof(String) + static_cast<const String*>(o)->size() + 1;
    case ObjectKind::kTable:
      return sizeof(Table) + o->aux * size_t{8};
    case ObjectKind::kLuaClosure:
      return sizeof(LuaClosure) + o->aux * sizeof(Upvalue*);
    case ObjectKind::kNativeClosure:
      return sizeof(NativeClosure) + o->aux * sizeof(Value);
    case ObjectKind::kUserdata:
      return sizeof(Userdata) + o->aux32 * sizeof(Value) +
             static_cast<const Userdata*>(o)->size;
    case ObjectKind::kCoroutine:
      return sizeof(Coroutine);
    case ObjectKind::kUpvalue:
      return sizeof(Upvalue);
    case ObjectKind::kPrototype:
      return sizeof(Prototype);
    case ObjectKind::kFree:
      break;
  }
  return 0;
}

}  // namespace

size_t BufferBytesOf(const Object* object) {
  Statistics unused;
  return BufferBytes(object, unused);
}

size_t BytesOf(const Object* object) {
  return ObjectBytes(object) + BufferBytesOf(object);
}

Statistics Heap::GetStatistics() const {
  Statistics s;
  auto count = [&](const Object* o, size_t bytes) {
    if (o->kind == ObjectKind::kFree) return;
    // (Before the whites swap nothing is known to be garbage.)
    if (phase_ == Phase::kSweep && impl_->sweep_counts && IsDead(o)) return;
    Statistics::Kind& kind = s.kinds[static_cast<size_t>(o->kind)];
    ++kind.count;
    kind.object_bytes += bytes;
    kind.buffer_bytes += BufferBytes(o, s);
  };
  for (size_t i = 0; i < impl_->large.size(); ++i) {
    // A sweep that is under way has freed these, or moved them down.
    if (phase_ == Phase::kSweep && i >= impl_->large_write &&
        i < impl_->large_read) {
      continue;
    }
    count(impl_->large[i]->object(), impl_->large[i]->bytes);
  }
  for (const SizeClass& c : impl_->classes) {
    for (Block* block = c.first; block != nullptr; block = block->next) {
      for (uint32_t i = 0; i < block->carved; ++i) {
        count(block->cell(i), block->cell_bytes);
      }
    }
  }
  const InternTable& strings = state_.strings;
  s.interned_strings = strings.count;
  s.intern_table_bytes = strings.bytes();
  s.cached_chunks = state_.code_cache.size();
  s.code_cache_bytes = state_.code_cache.bytes();
  s.finalizable = impl_->finalizable.size() + impl_->pending_finalizers.size() -
                  impl_->next_finalizer;
  s.heap_bytes = bytes();
  s.footprint = footprint_;
  return s;
}

}  // namespace m3lua::gc
