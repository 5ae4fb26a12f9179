// Heap::Verify: are the collector's invariants (collector.h) and the accounts
// true?  For tests, between calls into the state: it looks at every object.
//
// Guarded by tests/limit/memory/.
#include <string>

#include "absl/strings/str_cat.h"
#include "lua/bytecode/liveness.h"
#include "lua/gc/collector.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"

namespace m3lua::gc {
namespace {

const char* NameOf(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kFree:
      return "free cell";
    case ObjectKind::kString:
      return "string";
    case ObjectKind::kTable:
      return "table";
    case ObjectKind::kLuaClosure:
      return "Lua closure";
    case ObjectKind::kNativeClosure:
      return "native closure";
    case ObjectKind::kUserdata:
      return "userdata";
    case ObjectKind::kUpvalue:
      return "upvalue";
    case ObjectKind::kCoroutine:
      return "coroutine";
    case ObjectKind::kPrototype:
      return "prototype";
  }
  return "object of unknown kind";
}

// Calls `visit` for each object that `o` keeps alive, but for registers.
template <typename Visit>
void EachReference(Object* o, Visit visit) {
  auto object = [&](Object* to) {
    if (to != nullptr) visit(to);
  };
  auto value = [&](Value v) {
    if (v.is_collectable()) visit(v.object());
  };
  switch (o->kind) {
    case ObjectKind::kTable: {
      Table* t = static_cast<Table*>(o);
      object(t->metatable);
      for (uint32_t i = 0; i < t->array_size(); ++i) value(t->ArrayGet(i));
      for (Node *n = t->nodes, *end = n + t->node_count(); n < end; ++n) {
        if (n->value_tag == Tag::kNil) continue;
        value(n->GetKey());
        value(n->GetValue());
      }
      break;
    }
    case ObjectKind::kLuaClosure: {
      LuaClosure* f = static_cast<LuaClosure*>(o);
      object(f->prototype);
      for (int i = 0; i < f->upvalue_count(); ++i) object(f->upvalues()[i]);
      break;
    }
    case ObjectKind::kNativeClosure: {
      NativeClosure* f = static_cast<NativeClosure*>(o);
      for (int i = 0; i < f->upvalue_count(); ++i) value(f->upvalues()[i]);
      break;
    }
    case ObjectKind::kUserdata: {
      Userdata* u = static_cast<Userdata*>(o);
      object(u->metatable);
      for (uint32_t i = 0; i < u->user_value_count(); ++i) {
        value(u->user_values()[i]);
      }
      break;
    }
    case ObjectKind::kUpvalue: {
      Upvalue* u = static_cast<Upvalue*>(o);
      if (!u->is_open()) value(u->closed);
      break;
    }
    case ObjectKind::kPrototype: {
      Prototype* p = static_cast<Prototype*>(o);
      object(p->source);
      if (p->constants != nullptr) {
        for (size_t i = 0; i < p->function->constants.size(); ++i) {
          value(p->constants[i]);
        }
      }
      if (p->prototypes != nullptr) {
        for (size_t i = 0; i < p->function->functions.size(); ++i) {
          object(p->prototypes[i]);
        }
      }
      break;
    }
    case ObjectKind::kFree:
    case ObjectKind::kString:
    case ObjectKind::kCoroutine:
      break;
  }
}

// The buffers of an object, as they were counted.
size_t BufferBytes(const Object* o) {
  switch (o->kind) {
    case ObjectKind::kTable: {
      const Table* t = static_cast<const Table*>(o);
      size_t nodes = t->nodes == &kEmptyNode ? 0 : t->node_count();
      return t->array_size() * (sizeof(Payload) + 1) + nodes * sizeof(Node);
    }
    case ObjectKind::kCoroutine: {
      const Coroutine* co = static_cast<const Coroutine*>(o);
      size_t bytes = co->to_be_closed_capacity * sizeof(Value*);
      for (ArenaChunk* c = co->chunk; c != nullptr; c = c->previous) {
        bytes += static_cast<size_t>(reinterpret_cast<char*>(c->end) -
                                     reinterpret_cast<char*>(c));
      }
      return bytes;
    }
    case ObjectKind::kPrototype: {
      const Prototype* p = static_cast<const Prototype*>(o);
      size_t bytes = 0;
      if (p->constants != nullptr) {
        bytes += p->function->constants.size() * sizeof(Value);
      }
      if (p->prototypes != nullptr) {
        bytes += p->function->functions.size() * sizeof(Prototype*);
      }
      if (p->cells != nullptr) bytes += CellBytes(p) + CellWordBytes(p);
      if (p->liveness != nullptr) bytes += p->liveness->bytes();
      return bytes + p->aux32;  // the bytecode
    }
    default:
      return 0;
  }
}

}  // namespace

std::string Heap::Verify() {
  std::string problem;
  auto fail = [&](auto&&... parts) {
    if (problem.empty()) problem = absl::StrCat(parts...);
  };
  size_t counted = 0;
  size_t taken = 0;
  size_t interned = 0;
  auto look_at = [&](Object* o, size_t bytes) {
    if (o->kind == ObjectKind::kFree) return;
    const char* name = NameOf(o->kind);
    counted += bytes + BufferBytes(o);
    taken += BufferBytes(o);
    if (o->kind == ObjectKind::kString && (o->mark & kKindBit)) ++interned;
    switch (phase_) {
      case Phase::kPause:
      case Phase::kFinalize:
        if (!(o->mark & current_white_) || o->IsBlack()) {
          fail("a ", name, " is not white between cycles (I4)");
        }
        break;
      case Phase::kMark:
        if (IsDead(o)) fail("a ", name, " has the other white while marking");
        if (!o->IsBlack()) break;
        if (o->kind == ObjectKind::kCoroutine) {
          fail("a coroutine is black while marking (I1)");
        }
        EachReference(o, [&](Object* to) {
          if (to->IsWhite()) {
            fail("a black ", name, " refers to a white ", NameOf(to->kind),
                 " (I1)");
          }
        });
        break;
      case Phase::kSweep:
        if (IsDead(o)) break;
        EachReference(o, [&](Object* to) {
          if (IsDead(to)) {
            fail("a live ", name, " refers to a dead ", NameOf(to->kind),
                 " (I6)");
          }
        });
        break;
    }
  };
  for (size_t i = 0; i < impl_->large.size(); ++i) {
    // (A sweep that is under way has freed these, or moved them down.)
    if (phase_ == Phase::kSweep && i >= impl_->large_write &&
        i < impl_->large_read) {
      continue;
    }
    LargeObject* l = impl_->large[i];
    taken += l->bytes;
    look_at(l->object(), l->bytes);
  }
  for (SizeClass& c : impl_->classes) {
    for (Block* block = c.first; block != nullptr; block = block->next) {
      taken += block->bytes;
      for (uint32_t i = 0; i < block->carved; ++i) {
        look_at(block->cell(i), block->cell_bytes);
      }
    }
  }
  const InternTable& strings = state_.strings;
  size_t in_chains = 0;
  for (uint32_t i = 0; strings.buckets != nullptr && i <= strings.mask; ++i) {
    for (String* s = strings.buckets[i]; s != nullptr; s = s->next) {
      ++in_chains;
      if (s->kind != ObjectKind::kString || !(s->mark & kKindBit) ||
          (s->aux32 & strings.mask) != i) {
        fail("the intern table has a damaged entry");
        return problem;
      }
    }
  }
  if (in_chains != interned || in_chains != strings.count) {
    fail(interned, " strings are interned, the table has ", in_chains,
         " and counts ", strings.count);
  }
  if (strings.buckets != nullptr) {
    const size_t bytes = (size_t{strings.mask} + 1) * sizeof(String*);
    counted += bytes;
    taken += bytes;
  }
  counted += state_.code_cache.bytes();
  taken += state_.code_cache.bytes();
  if (counted != bytes()) {
    fail("objects and buffers have ", counted, " bytes, the heap counts ",
         bytes());
  }
  if (taken != footprint_) {
    fail("blocks, large objects and buffers have ", taken,
         " bytes, the heap counts ", footprint_);
  }
  if (phase_ != Phase::kMark &&
      (!impl_->gray.empty() || !impl_->gray_again.empty())) {
    fail("there are gray objects outside of marking (I2)");
  }
  return problem;
}

}  // namespace m3lua::gc
