// Weak tables (manual 2.5.4).
//
// Strings count as values: they never make an entry go.  While marking, weak
// tables are traversed as far as they are strong, to find that part early; the
// atomic phase does it again, once everything else is known, and lists them for
// clearing.
//
// Ephemerons (weak keys): an entry's value is marked only if its key is.  In
// the atomic phase entries of which neither is marked are listed (`pending`).
// When everything else is propagated, and something was marked since they were
// looked at last, they are looked at again (SettlePending), mostly to no avail.
// If that goes on, as it does with chains from value to key, they are entered
// under their key in `pending_keys`; Shade tells us from then on when such a
// key is marked after all (NoteShaded), and PropagateAll marks its values.  So
// each entry is looked at a few times at most, however long the chains are.
//
// A removed entry keeps its node, with a nil value.  If its key was garbage the
// key is dead: the node remembers only its address (Node::HasDeadKey), so that
// a traversal that stands there can go on.
#include "lua/gc/collector.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/table.h"

namespace m3lua::gc {

Weakness Heap::Impl::WeaknessOf(Table* table) {
  Value mode = FastMetamethod(state, table->metatable, Event::kMode);
  if (!mode.is_string()) return Weakness::kStrong;
  std::string_view letters = mode.string()->view();
  // PUC takes the string for a C string.
  letters = letters.substr(0, letters.find('\0'));
  bool keys = letters.find('k') != letters.npos;
  bool values = letters.find('v') != letters.npos;
  return keys && values ? Weakness::kAll
         : keys         ? Weakness::kKeys
         : values       ? Weakness::kValues
                        : Weakness::kStrong;
}

// True if `v` is garbage, as far as weak references are concerned.  Marks
// strings, since the entry stays.
bool Heap::Impl::IsCleared(Value v) {
  if (!v.is_collectable()) return false;
  if (v.is_string()) {
    Mark(v);
    return false;
  }
  return v.object()->IsWhite();
}

int64_t Heap::Impl::TraverseWeakValues(Table* t) {
  if (t->nodes == nullptr) return 1;
  for (Node *n = t->nodes, *end = n + t->node_count(); n < end; ++n) {
    if (n->value_tag == Tag::kNil) {
      ForgetKey(n);
    } else {
      Mark(n->GetKey());
    }
  }
  return 1 + int64_t{t->node_count()};
}

int64_t Heap::Impl::TraverseEphemeron(Table* t) {
  for (uint32_t i = 0; i < t->array_size(); ++i) Mark(t->ArrayGet(i));
  if (t->nodes == nullptr) return 1;
  for (Node *n = t->nodes, *end = n + t->node_count(); n < end; ++n) {
    if (n->value_tag == Tag::kNil) {
      ForgetKey(n);
      continue;
    }
    Value value = n->GetValue();
    if (!IsCleared(n->GetKey())) {
      Mark(value);
    } else if (atomic && value.is_collectable() && value.object()->IsWhite()) {
      pending.push_back({n->key.object, value.object(), kNoPending});
      if (pending_looks == kMaxPendingLooks) {
        EnterPending(static_cast<uint32_t>(pending.size() - 1));
      }
    }
  }
  return 1 + static_cast<int64_t>(t->array_size()) +
         2 * int64_t{t->node_count()};
}

void Heap::Impl::NoteShaded(Object* object) {
  if (heap.resurrecting_) resurrected_bytes += BytesOf(object);
  if (pending_looks < kMaxPendingLooks) {
    pending_stale = true;
  } else if (pending_keys.contains(object)) {
    ready_keys.push_back(object);
  }
}

void Heap::Impl::EnterPending(uint32_t entry) {
  uint32_t& first = *pending_keys.Insert(pending[entry].key, kNoPending).first;
  pending[entry].next = first;
  first = entry;
}

void Heap::Impl::SettlePending() {
  pending_stale = false;
  if (pending_looks == kMaxPendingLooks) return;
  size_t kept = 0;
  for (const PendingEntry& entry : pending) {
    if (entry.key->IsWhite()) {
      pending[kept++] = entry;
    } else {
      Mark(entry.value);
    }
  }
  if (kept == pending.size()) return;
  pending.resize(kept);
  if (++pending_looks < kMaxPendingLooks) return;
  for (uint32_t i = 0; i < kept; ++i) {
    if (pending[i].key->IsWhite()) {
      EnterPending(i);
    } else {  // since the loop above came along
      Mark(pending[i].value);
    }
  }
}

void Heap::Impl::MarkValuesOf(Object* key) {
  for (uint32_t i = *pending_keys.Find(key); i != kNoPending;
       i = pending[i].next) {
    Mark(pending[i].value);
  }
}

void Heap::Impl::ClearByValues(const std::vector<Table*>& tables, size_t from) {
  for (size_t k = from; k < tables.size(); ++k) {
    Table* t = tables[k];
    for (uint32_t i = 0; i < t->array_size(); ++i) {
      if (IsCleared(t->ArrayGet(i))) t->ArraySet(i, Value::Nil());
    }
    if (t->nodes == nullptr) continue;
    for (Node *n = t->nodes, *end = n + t->node_count(); n < end; ++n) {
      if (IsCleared(n->GetValue())) n->SetValue(Value::Nil());
      if (n->value_tag == Tag::kNil) ForgetKey(n);
    }
  }
}

void Heap::Impl::ClearByKeys(const std::vector<Table*>& tables) {
  for (Table* t : tables) {
    if (t->nodes == nullptr) continue;
    for (Node *n = t->nodes, *end = n + t->node_count(); n < end; ++n) {
      if (n->value_tag != Tag::kNil && IsCleared(n->GetKey())) {
        n->SetValue(Value::Nil());
      }
      if (n->value_tag == Tag::kNil) ForgetKey(n);
    }
  }
}

}  // namespace m3lua::gc
