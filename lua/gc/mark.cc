// Marking: shading, and the traversal of each kind of object.
//
// Objects that refer to nothing turn black when they are shaded, the others
// gray, onto an explicit stack: marking never recurses (but see Shade for
// upvalues).  The work that a traversal returns is in slots looked at, about
// what PUC Lua counts, so that the pacing parameters mean the same.
#include <cstring>
#include <new>

#include "lua/gc/collector.h"
#include "lua/runtime/engine.h"
#include "lua/runtime/table.h"
#include "lua/runtime/table_site.h"

namespace m3lua::gc {
namespace {

void Blacken(Object* o) {
  o->mark = static_cast<uint8_t>((o->mark & ~kWhites) | kBlack);
}

}  // namespace

void Heap::Shade(Object* o) {
  switch (o->kind) {
    case ObjectKind::kString:
      Blacken(o);
      if (resurrecting_) impl_->NoteShaded(o);
      return;
    case ObjectKind::kUpvalue: {
      // Black even while it is open: what is stored to the register later is
      // found by RemarkOpenUpvalues.  This recurses once only: no value is an
      // upvalue.
      Blacken(o);
      Upvalue* u = static_cast<Upvalue*>(o);
      if (u->location != nullptr) impl_->Mark(*u->location);
      if (resurrecting_) impl_->NoteShaded(o);
      return;
    }
    case ObjectKind::kUserdata:
      if (static_cast<Userdata*>(o)->metatable == nullptr &&
          static_cast<Userdata*>(o)->user_value_count() == 0) {
        Blacken(o);
        break;
      }
      [[fallthrough]];
    default:
      o->mark &= static_cast<uint8_t>(~kWhites);
      impl_->PushGray(impl_->gray, o);
  }
  if (resurrecting_ || !impl_->pending.empty()) impl_->NoteShaded(o);
}

void Heap::BarrierForwardSlow(Object* from, Object* to) {
  if (phase_ == Phase::kMark) {
    Shade(to);
  } else {
    // A survivor that the sweep has not reached: saves further barriers.
    from->mark = static_cast<uint8_t>((from->mark & ~kBlack) | current_white_);
  }
}

void Heap::BarrierBackSlow(Table* table) {
  table->mark &= static_cast<uint8_t>(~kBlack);
  if (phase_ == Phase::kMark) {
    impl_->PushGray(impl_->gray_again, table);
  } else {
    table->mark |= current_white_;
  }
}

void Heap::NoteOpenUpvalues(Coroutine* co) {
  if (co->next_with_open_upvalues != nullptr) return;
  Coroutine*& head = impl_->with_open_upvalues;
  co->next_with_open_upvalues = head != nullptr ? head : co;
  head = co;
}

void Heap::Impl::VisitRoots(Marker& marker) {
  marker.Mark(state.registry);
  marker.Mark(state.globals);
  marker.Mark(state.main);
  marker.Mark(state.current);
  for (Table* t : state.type_metatables) marker.Mark(t);
  for (String* s : state.event_names) marker.Mark(s);
  marker.Mark(state.file_metatable);
  marker.Mark(state.file_defaults);
  marker.Mark(state.memory_error);
  marker.Mark(state.pending_error);
  for (size_t i = next_finalizer; i < pending_finalizers.size(); ++i) {
    marker.Mark(pending_finalizers[i]);
  }
  marker.Mark(in_finalizer_call);
  marker.Mark(heap.in_flight_function_);
  for (size_t i = 0; i < heap.in_flight_count_; ++i) {
    marker.Mark(heap.in_flight_first_[i]);
  }
  for (Object* o : pinned) marker.Mark(o);
  state.code_cache.Mark(marker);
  if (state.visit_host_roots) state.visit_host_roots(marker);
}

void Heap::Impl::MarkRoots() {
  Marker marker(heap);
  VisitRoots(marker);
}

int64_t Heap::Impl::PropagateOne() {
  Object* o = gray.back();
  gray.pop_back();
  return Traverse(o);
}

void Heap::Impl::PropagateAll() {
  for (;;) {
    while (!gray.empty()) PropagateOne();
    if (!ready_keys.empty()) {
      Object* key = ready_keys.back();
      ready_keys.pop_back();
      MarkValuesOf(key);
    } else if (lost_gray && atomic) {
      FindLostGray();
    } else if (pending_stale) {
      SettlePending();
    } else {
      return;
    }
  }
}

// (The barriers come here, from code that could not stand an exception.)
void Heap::Impl::PushGray(std::vector<Object*>& list, Object* object) noexcept {
  try {
    list.push_back(object);
  } catch (const std::bad_alloc&) {
    lost_gray = true;
  }
}

// In the atomic phase: traverses what is gray.  That includes the objects of
// `gray_again`, to which a second traversal does no harm.
void Heap::Impl::FindLostGray() {
  lost_gray = false;
  auto look_at = [&](Object* o) {
    if (o->kind == ObjectKind::kFree || o->IsWhite() || o->IsBlack()) return;
    Traverse(o);
    while (!gray.empty()) PropagateOne();
  };
  for (LargeObject* l : large) look_at(l->object());
  for (SizeClass& c : classes) {
    for (Block* block = c.first; block != nullptr; block = block->next) {
      for (uint32_t i = 0; i < block->carved; ++i) look_at(block->cell(i));
    }
  }
}

int64_t Heap::Impl::Traverse(Object* object) {
  switch (object->kind) {
    case ObjectKind::kTable:
      return TraverseTable(static_cast<Table*>(object));
    case ObjectKind::kLuaClosure: {
      LuaClosure* f = static_cast<LuaClosure*>(object);
      Blacken(f);
      Mark(f->prototype);
      for (int i = 0; i < f->upvalue_count(); ++i) Mark(f->upvalues()[i]);
      return 1 + f->upvalue_count();
    }
    case ObjectKind::kNativeClosure: {
      NativeClosure* f = static_cast<NativeClosure*>(object);
      Blacken(f);
      for (int i = 0; i < f->upvalue_count(); ++i) Mark(f->upvalues()[i]);
      return 1 + f->upvalue_count();
    }
    case ObjectKind::kUserdata: {
      Userdata* u = static_cast<Userdata*>(object);
      Blacken(u);
      Mark(u->metatable);
      for (uint32_t i = 0; i < u->user_value_count(); ++i) {
        Mark(u->user_values()[i]);
      }
      return 1 + u->user_value_count();
    }
    case ObjectKind::kCoroutine:
      return TraverseCoroutine(static_cast<Coroutine*>(object));
    case ObjectKind::kPrototype:
      return TraversePrototype(static_cast<Prototype*>(object));
    case ObjectKind::kFree:
    case ObjectKind::kString:
    case ObjectKind::kUpvalue:
      break;  // never gray
  }
  return 1;
}

int64_t Heap::Impl::TraverseTable(Table* t) {
  Mark(t->metatable);
  Weakness weakness = WeaknessOf(t);
  if (weakness == Weakness::kStrong) return TraverseStrongTable(t);
  // A weak table stays gray, and thus out of the barrier's way, until the
  // atomic phase goes through it again: so its weakness may change meanwhile.
  if (atomic) {
    Blacken(t);
    (weakness == Weakness::kValues ? weak_values
     : weakness == Weakness::kKeys ? weak_keys
                                   : weak_all)
        .push_back(t);
  } else {
    PushGray(gray_again, t);
  }
  switch (weakness) {
    case Weakness::kValues:
      return TraverseWeakValues(t);
    case Weakness::kKeys:
      return TraverseEphemeron(t);
    default:
      return 1;
  }
}

int64_t Heap::Impl::TraverseStrongTable(Table* t) {
  Blacken(t);
  uint32_t size = t->array_size();
  const uint8_t* tags = t->array;
  uint32_t i = 0;
  // Eight tags at a time: adding 0x80 - first carries into the top bit of a
  // byte if its tag is collectable.
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kAddend =
      kOnes * (0x80 - static_cast<uint64_t>(kFirstCollectableTag));
  for (; i + 8 <= size; i += 8) {
    uint64_t eight;
    std::memcpy(&eight, tags + i, sizeof eight);
    if (((eight + kAddend) & (kOnes * 0x80)) == 0) continue;
    for (uint32_t k = i; k < i + 8; ++k) Mark(t->ArrayGet(k));
  }
  for (; i < size; ++i) Mark(t->ArrayGet(i));
  if (t->nodes == nullptr) return 1 + size;  // under construction
  for (Node *n = t->nodes, *end = n + t->node_count(); n < end; ++n) {
    if (n->value_tag == Tag::kNil) {
      ForgetKey(n);
    } else {
      Mark(n->GetKey());
      Mark(n->GetValue());
    }
  }
  return 1 + static_cast<int64_t>(size) + 2 * int64_t{t->node_count()};
}

// Stores to registers have no barrier, so a coroutine is not black before the
// atomic phase.
int64_t Heap::Impl::TraverseCoroutine(Coroutine* co) {
  if (atomic) {
    Blacken(co);
  } else {
    PushGray(gray_again, co);
  }
  Mark(co->resumer);
  Mark(co->error_value);
  if (co->hook != nullptr) Mark(co->hook->lua_function);
  if (co->chunk == nullptr) return 1;  // under construction
  Marker marker(heap);
  state.engine().VisitFrames(*co, marker);
  return 1 + co->slot_count;
}

int64_t Heap::Impl::TraversePrototype(Prototype* p) {
  Blacken(p);
  Mark(p->source);
  int64_t work = 1;
  if (p->constants != nullptr) {
    size_t count = p->function->constants.size();
    for (size_t i = 0; i < count; ++i) Mark(p->constants[i]);
    work += static_cast<int64_t>(count);
  }
  if (p->prototypes != nullptr) {
    size_t count = p->function->functions.size();
    for (size_t i = 0; i < count; ++i) Mark(p->prototypes[i]);
    work += static_cast<int64_t>(count);
  }
  for (TableSite* s = p->sites; s != nullptr; s = s->next) {
    s->last = nullptr;
    for (uint32_t i = 0; i < s->nodes; ++i) Mark(s->image_nodes()[i].GetKey());
    work += 1 + s->nodes;
  }
  if (p->cells != nullptr) {
    state.engine().ForgetCaches(p);
    work += p->cell_count / 4;
  }
  return work;
}

// Registers are written without barriers, and some of these coroutines may not
// be reachable: what marked upvalues see is marked here, in the atomic phase.
// (Upvalues that are marked later in it see the same registers.)
void Heap::Impl::RemarkOpenUpvalues() {
  for (Coroutine* co = with_open_upvalues; co != nullptr;) {
    for (Upvalue* u = co->open_upvalues; u != nullptr; u = u->open.next_open) {
      // Code that makes a closure may stand in the list of its coroutine while
      // it allocates: in an emergency nothing is taken off it.
      if (emergency && !co->IsWhite()) Mark(u);
      if (!u->IsWhite()) Mark(*u->location);
    }
    Coroutine* next = co->next_with_open_upvalues;
    co = next == co ? nullptr : next;
  }
}

// At the end of the atomic phase: upvalues that die leave the lists of living
// coroutines; upvalues that outlive their coroutine are closed.
void Heap::Impl::SettleOpenUpvalues() {
  Coroutine* co = with_open_upvalues;
  with_open_upvalues = nullptr;
  while (co != nullptr) {
    Coroutine* next = co->next_with_open_upvalues;
    if (next == co) next = nullptr;
    co->next_with_open_upvalues = nullptr;
    if (co->IsWhite()) {
      for (Upvalue* u = co->open_upvalues; u != nullptr;) {
        Upvalue* next_open = u->open.next_open;
        if (!u->IsWhite()) {
          Value value = *u->location;
          u->closed.Set(value);
          u->location = &u->closed;
        }
        u = next_open;
      }
      co->open_upvalues = nullptr;
    } else {
      for (Upvalue** link = &co->open_upvalues; *link != nullptr;) {
        Upvalue* u = *link;
        if (u->IsWhite()) {
          *link = u->open.next_open;
        } else {
          link = &u->open.next_open;
        }
      }
      if (co->open_upvalues != nullptr) heap.NoteOpenUpvalues(co);
    }
    co = next;
  }
}

}  // namespace m3lua::gc
