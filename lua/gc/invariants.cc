// The heap checker.  See invariants.h.
//
// It knows by itself what each kind of object refers to, independently of
// mark.cc: a reference that the collector forgets is found by what is reachable
// and dead, or reachable and no object at all.
#include "lua/gc/invariants.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "lua/gc/collector.h"
#include "lua/runtime/engine.h"
#include "lua/runtime/table.h"
#include "lua/runtime/table_site.h"

namespace m3lua::gc {
namespace {

const char* KindName(ObjectKind kind) {
  constexpr const char* kNames[] = {
      "free cell", "string",    "table",   "Lua closure", "native closure",
      "userdata",  "coroutine", "upvalue", "prototype"};
  size_t i = static_cast<size_t>(kind);
  return i < std::size(kNames) ? kNames[i] : "no object";
}

bool TagFits(Tag tag, ObjectKind kind) {
  switch (tag) {
    case Tag::kString:
      return kind == ObjectKind::kString;
    case Tag::kTable:
      return kind == ObjectKind::kTable;
    case Tag::kFunction:
    case Tag::kTailCalledFunction:
      return kind == ObjectKind::kLuaClosure ||
             kind == ObjectKind::kNativeClosure;
    case Tag::kUserdata:
      return kind == ObjectKind::kUserdata;
    case Tag::kCoroutine:
      return kind == ObjectKind::kCoroutine;
    default:
      return false;
  }
}

enum class Strength : uint8_t {
  kStrong,
  kWeak,      // does not keep its target
  kRegister,  // keeps it, but is written without barriers
};

}  // namespace

class InvariantChecker {
 public:
  InvariantChecker(Heap& heap, bool in_natives)
      : heap_(heap),
        impl_(*heap.impl_),
        state_(heap.state_),
        in_natives_(in_natives) {}

  std::string Run() {
    ListObjects();
    CheckColours();
    CheckGrayLists();
    CheckStrings();
    CheckFinalizers();
    CheckReachable();
    CheckOpenUpvalues();
    CheckAccounts();
    return message_;
  }

 private:
  template <typename... Parts>
  void Fail(const Parts&... parts) {
    if (message_.empty()) message_ = absl::StrCat(parts...);
  }
  static std::string Name(const Object* o) {
    return absl::StrCat("a ", KindName(o->kind), " (mark ", o->mark, ")");
  }
  bool IsGray(const Object* o) const {
    return (o->mark & (kWhites | kBlack)) == 0;
  }

  void ListObjects() {
    const bool sweeping = heap_.phase_ == Phase::kSweep;
    for (SizeClass& c : impl_.classes) {
      for (Block* b = c.first; b != nullptr; b = b->next) {
        bool swept = !sweeping || b->swept == impl_.sweep_number;
        taken_ += b->bytes;
        for (uint32_t i = 0; i < b->carved; ++i) {
          Object* o = b->cell(i);
          if (o->kind == ObjectKind::kFree) continue;
          objects_.emplace(o, swept);
          counted_ += b->cell_bytes;
        }
      }
    }
    for (size_t i = 0; i < impl_.large.size(); ++i) {
      // A sweep has freed these, or moved them down.
      if (sweeping && i >= impl_.large_write && i < impl_.large_read) continue;
      bool swept = !sweeping || i < impl_.large_write;
      objects_.emplace(impl_.large[i]->object(), swept);
      counted_ += impl_.large[i]->bytes;
      taken_ += impl_.large[i]->bytes;
    }
  }

  // Every byte is in the heap's accounts.
  void CheckAccounts() {
    size_t buffers = state_.code_cache.bytes() + state_.strings.bytes();
    for (auto& [o, swept] : objects_) buffers += BufferBytesOf(o);
    const auto differ = [this](size_t found, size_t counted) {
      return in_natives_ ? found > counted : found != counted;
    };
    if (differ(counted_ + buffers, heap_.bytes())) {
      Fail("objects and buffers have ", counted_ + buffers,
           " bytes, the heap counts ", heap_.bytes());
    }
    if (differ(taken_ + buffers, heap_.footprint_)) {
      Fail("blocks, large objects and buffers have ", taken_ + buffers,
           " bytes, the heap counts ", heap_.footprint_);
    }
  }

  void CheckColours() {
    const Phase phase = heap_.phase_;
    for (auto& [o, swept] : objects_) {
      uint8_t colour = o->mark & (kWhites | kBlack);
      if (o->kind > ObjectKind::kPrototype) {
        Fail("the heap holds what is no object: kind ",
             static_cast<int>(o->kind));
      } else if (phase == Phase::kMark) {
        if (colour != 0 && colour != kBlack && colour != heap_.current_white_) {
          Fail("I3: while marking, ", Name(o), " is neither white nor marked");
        }
        if (colour == kBlack) CheckBlack(o);
      } else if (phase == Phase::kSweep) {
        if (colour == 0) Fail("I2: while sweeping, ", Name(o), " is gray");
        if (swept && colour != heap_.current_white_) {
          Fail("I5: behind the sweep, ", Name(o), " is not white");
        }
        if (!heap_.IsDead(o)) CheckLiving(o);
      } else if (colour != heap_.current_white_) {
        Fail("I4: between cycles, ", Name(o), " is not white");
      }
    }
  }

  void CheckBlack(Object* from) {
    if (from->kind == ObjectKind::kCoroutine) {
      Fail("I1: a coroutine is black before the atomic phase");
    }
    EachReference(from, [&](Object* to, Strength strength) {
      if (strength != Strength::kStrong || !objects_.contains(to)) return;
      if (to->IsWhite()) {
        Fail("I1: ", Name(from), " is black and refers to ", Name(to),
             ", which is white: a barrier is missing");
      }
    });
  }

  // While sweeping, also what can't be reached any more may refer to what is
  // left only.
  void CheckLiving(Object* from) {
    if (from->kind == ObjectKind::kCoroutine) return;  // (CheckReachable)
    EachReference(from, [&](Object* to, Strength strength) {
      if (strength == Strength::kRegister || !objects_.contains(to)) return;
      if (heap_.IsDead(to)) {
        Fail("I6: ", Name(from), " lives and refers to garbage: ", Name(to));
      }
    });
  }

  void CheckGrayLists() {
    if (heap_.phase_ != Phase::kMark) {
      if (!impl_.gray.empty() || !impl_.gray_again.empty()) {
        Fail("I2: there are lists of gray objects while nothing is marked");
      }
      return;
    }
    absl::flat_hash_set<Object*> listed;
    for (const std::vector<Object*>* list : {&impl_.gray, &impl_.gray_again}) {
      for (Object* o : *list) {
        if (!objects_.contains(o)) {
          Fail("I2: a list of gray objects has one that does not exist");
          return;
        }
        if (!IsGray(o)) Fail("I2: ", Name(o), " is listed as gray");
        if (!listed.insert(o).second) Fail("I2: ", Name(o), " is listed twice");
      }
    }
    for (auto& [o, swept] : objects_) {
      if (IsGray(o) && !listed.contains(o)) {
        Fail("I2: ", Name(o), " is gray and in no list: it is lost");
      }
    }
  }

  // Each short string is in the intern table once, in its chain.
  void CheckStrings() {
    const InternTable& table = state_.strings;
    absl::flat_hash_set<std::string_view> seen;
    uint32_t count = 0;
    for (uint32_t i = 0; table.chains != nullptr && i <= table.mask; ++i) {
      for (String* s = table.chains[i].first(); s != nullptr; s = s->next) {
        if (!objects_.contains(s) || s->kind != ObjectKind::kString) {
          Fail("the intern table holds what is no string");
          return;
        }
        ++count;
        if ((s->aux32 & table.mask) != i)
          Fail("an interned string is misplaced");
        if (!table.chains[i].MayHave(s->aux32)) {
          Fail("the intern table's filter denies the string '",
               std::string(s->view()), "'");
        }
        if (!s->is_short() || !(s->mark & kKindBit)) {
          Fail("the intern table holds a string that is not marked so");
        }
        if (!seen.insert(s->view()).second) {
          Fail("the string '", std::string(s->view()), "' is interned twice");
        }
      }
    }
    if (count != table.count) Fail("the intern table miscounts its strings");
    uint32_t marked = 0;
    for (auto& [o, swept] : objects_) {
      if (o->kind == ObjectKind::kString && (o->mark & kKindBit)) ++marked;
    }
    if (marked != count) Fail("an interned string is not in the intern table");
  }

  // Objects with a finalizer are in one of two lists, once.
  void CheckFinalizers() {
    absl::flat_hash_set<Object*> listed;
    auto look_at = [&](Object* o) {
      if (!objects_.contains(o)) {
        Fail("an object to be finalized does not exist any more");
      } else if (!(o->mark & kHasFinalizer)) {
        Fail(Name(o), " is listed for finalization without the mark");
      } else if (heap_.IsDead(o)) {
        Fail(Name(o), " is to be finalized and garbage");
      }
      if (!listed.insert(o).second) Fail("an object is to be finalized twice");
    };
    for (Object* o : impl_.finalizable) look_at(o);
    for (size_t i = impl_.next_finalizer; i < impl_.pending_finalizers.size();
         ++i) {
      look_at(impl_.pending_finalizers[i]);
    }
    for (auto& [o, swept] : objects_) {
      if ((o->mark & kHasFinalizer) && !heap_.IsDead(o) &&
          !listed.contains(o)) {
        Fail(Name(o), " has a finalizer that nobody will call");
      }
    }
  }

  // Nothing that can be reached is garbage (I6).
  void CheckReachable() {
    std::vector<Object*> roots;
    Marker collect(heap_, &roots);
    impl_.VisitRoots(collect);
    for (Object* o : roots) Reach(nullptr, o, Strength::kStrong);
    while (!todo_.empty()) {
      Object* from = todo_.back();
      todo_.pop_back();
      EachReference(from, [&](Object* to, Strength s) { Reach(from, to, s); });
      if (from->kind == ObjectKind::kTable) {
        CheckTable(static_cast<Table*>(from));
      }
    }
  }

  void Reach(Object* from, Object* to, Strength strength) {
    std::string by = from != nullptr ? Name(from) : "a root";
    if (to->mark & kShared) {
      if (to->IsWhite())
        Fail("I6: ", by, " refers to a shared object in white");
      return;
    }
    if (!objects_.contains(to)) {
      Fail("I6: ", by, " refers to what is no object any more");
      return;
    }
    if (heap_.IsDead(to)) Fail("I6: ", by, " refers to garbage: ", Name(to));
    if (strength != Strength::kWeak && reached_.insert(to).second) {
      todo_.push_back(to);
    }
  }

  // Each key is found, and none is in both parts.
  void CheckTable(Table* t) {
    if (t->nodes == nullptr) return;
    if (t->node_count() & t->node_mask) Fail("a table's node count is odd");
    for (Node *n = t->nodes, *end = n + t->node_count(); n < end; ++n) {
      if (n->value_tag == Tag::kNil) continue;
      Value key = n->GetKey();
      if (n->HasDeadKey()) Fail("an entry that is there has a dead key");
      if (key.is_integer() && key.integer() >= 1 &&
          static_cast<uint64_t>(key.integer()) <= t->array_size()) {
        Fail("key ", key.integer(), " is in the hash part and has an element");
      }
      Value found = Get(state_, t, key);
      if (found.tag != n->value_tag) {
        Fail("a table does not find one of its keys: ", TypeName(key.type()));
      }
    }
  }

  void CheckOpenUpvalues() {
    absl::flat_hash_set<Upvalue*> listed;
    for (Object* o : reached_) {
      if (o->kind != ObjectKind::kCoroutine) continue;
      Coroutine* co = static_cast<Coroutine*>(o);
      if (co->open_upvalues != nullptr &&
          co->next_with_open_upvalues == nullptr) {
        Fail("a coroutine with open upvalues is not noted");
      }
      for (Upvalue* u = co->open_upvalues; u != nullptr;
           u = u->open.next_open) {
        if (!objects_.contains(u)) {
          Fail("a list of open upvalues has one that does not exist");
          return;
        }
        if (!u->is_open()) Fail("a list of open upvalues has a closed one");
        listed.insert(u);
        if (!IsInArena(*co, u->location)) {
          Fail("an open upvalue is outside of its coroutine's frames");
        }
      }
    }
    for (Object* o : reached_) {
      if (o->kind != ObjectKind::kUpvalue) continue;
      Upvalue* u = static_cast<Upvalue*>(o);
      if (u->location != nullptr && u->is_open() && !listed.contains(u) &&
          !BelongsToUnreached(u)) {
        Fail("an open upvalue is in no coroutine's list");
      }
    }
  }

  static bool IsInArena(const Coroutine& co, const Value* slot) {
    for (ArenaChunk* c = co.chunk; c != nullptr; c = c->previous) {
      if (slot >= c->slots() && slot < c->end) return true;
    }
    return false;
  }

  // An upvalue may be reachable when its coroutine is not.
  bool BelongsToUnreached(const Upvalue* u) const {
    for (auto& [o, swept] : objects_) {
      if (o->kind == ObjectKind::kCoroutine && !reached_.contains(o) &&
          IsInArena(*static_cast<Coroutine*>(o), u->location)) {
        return true;
      }
    }
    return false;
  }

  template <typename F>
  void EachReference(Object* o, F f) {
    auto object = [&](Object* to, Strength strength = Strength::kStrong) {
      if (to != nullptr) f(to, strength);
    };
    auto value = [&](Value v, Strength strength = Strength::kStrong) {
      if (!v.is_collectable()) return;
      if (objects_.contains(v.object()) && !TagFits(v.tag, v.object()->kind)) {
        Fail(Name(o), " holds a ", TypeName(v.type()), " that is ",
             Name(v.object()));
      }
      f(v.object(), strength);
    };
    switch (o->kind) {
      case ObjectKind::kTable:
        return TableReferences(static_cast<Table*>(o), object, value);
      case ObjectKind::kLuaClosure: {
        LuaClosure* c = static_cast<LuaClosure*>(o);
        object(c->prototype);
        for (int i = 0; i < c->upvalue_count(); ++i) object(c->upvalues()[i]);
        return;
      }
      case ObjectKind::kNativeClosure: {
        NativeClosure* c = static_cast<NativeClosure*>(o);
        for (int i = 0; i < c->upvalue_count(); ++i) value(c->upvalues()[i]);
        return;
      }
      case ObjectKind::kUserdata: {
        Userdata* u = static_cast<Userdata*>(o);
        object(u->metatable);
        for (uint32_t i = 0; i < u->user_value_count(); ++i) {
          value(u->user_values()[i]);
        }
        return;
      }
      case ObjectKind::kUpvalue: {
        Upvalue* u = static_cast<Upvalue*>(o);
        if (u->location == nullptr) return;
        value(*u->location,
              u->is_open() ? Strength::kRegister : Strength::kStrong);
        return;
      }
      case ObjectKind::kPrototype: {
        Prototype* p = static_cast<Prototype*>(o);
        object(p->source);
        for (size_t i = 0;
             p->constants != nullptr && i < p->function->constants.size();
             ++i) {
          value(p->constants[i]);
        }
        for (size_t i = 0;
             p->prototypes != nullptr && i < p->function->functions.size();
             ++i) {
          object(p->prototypes[i]);
        }
        for (TableSite* s = p->sites; s != nullptr; s = s->next) {
          for (uint32_t i = 0; i < s->nodes; ++i) {
            value(s->image_nodes()[i].GetKey());
          }
        }
        return;
      }
      case ObjectKind::kCoroutine: {
        Coroutine* co = static_cast<Coroutine*>(o);
        object(co->resumer);
        value(co->error_value);
        if (co->hook != nullptr) value(co->hook->lua_function);
        if (co->chunk == nullptr) return;
        std::vector<Object*> frames;
        Marker collect(heap_, &frames);
        state_.engine().VisitFrames(*co, collect);
        for (Object* to : frames) object(to, Strength::kRegister);
        return;
      }
      case ObjectKind::kFree:
      case ObjectKind::kString:
        return;
    }
  }

  template <typename OnObject, typename OnValue>
  void TableReferences(Table* t, OnObject object, OnValue value) {
    object(t->metatable);
    if (t->metatable != nullptr && !objects_.contains(t->metatable)) return;
    const Weakness weakness = impl_.WeaknessOf(t);
    const bool weak_keys =
        weakness == Weakness::kKeys || weakness == Weakness::kAll;
    // A value under a weak key is kept by the key, not by the table.
    const Strength of_key = weak_keys ? Strength::kWeak : Strength::kStrong;
    const Strength of_value =
        weakness == Weakness::kStrong ? Strength::kStrong : Strength::kWeak;
    const Strength of_element =
        weakness == Weakness::kValues || weakness == Weakness::kAll
            ? Strength::kWeak
            : Strength::kStrong;
    for (uint32_t i = 0; i < t->array_size(); ++i) {
      value(t->ArrayGet(i), of_element);
    }
    if (t->nodes == nullptr) return;
    for (Node *n = t->nodes, *end = n + t->node_count(); n < end; ++n) {
      if (n->value_tag == Tag::kNil) continue;
      value(n->GetKey(), of_key);
      value(n->GetValue(), of_value);
    }
  }

  Heap& heap_;
  Heap::Impl& impl_;
  State& state_;
  absl::flat_hash_map<Object*, bool> objects_;  // true: behind the sweep
  absl::flat_hash_set<Object*> reached_;
  std::vector<Object*> todo_;
  const bool in_natives_;
  size_t counted_ = 0;  // bytes of objects, as the heap counts them
  size_t taken_ = 0;    // bytes of blocks and large objects
  std::string message_;
};

std::string BrokenInvariant(Heap& heap, bool in_natives) {
  return InvariantChecker(heap, in_natives).Run();
}

}  // namespace m3lua::gc
