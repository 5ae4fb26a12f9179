#include "m3style/ops/table.h"

#include <cstring>

#include "lua/runtime/metatables.h"
#include "lua/runtime/table.h"
#include "m3style/ops/raise.h"

namespace m3lua::m3 {
namespace {

constexpr int kMaxMetaLoop = 2000;
// A table constructor gets a site (table_site.h) in this run.
constexpr uint32_t kRunsBeforeSite = 3;

// R[a] = object[key], metamethods included.  `operand` names the object in
// messages.
const Cell* Index(const Cell* pc, Registers& r, uint32_t length,
                  const Value* operand, Value key) {
  State& state = *r.co->state;
  Value object = *operand;
  for (int loop = 0; loop < kMaxMetaLoop; ++loop) {
    Value mm;
    if (object.is_table()) {
      Table* t = object.table();
      Value v = Get(state, t, key);
      if (!v.is_nil()) {
        RA(pc, r).Set(v);
        return pc + length;
      }
      mm = FastMetamethod(state, t->metatable, Event::kIndex);
      if (mm.is_nil()) {
        RA(pc, r).SetNil();
        return pc + length;
      }
    } else {
      mm = MetamethodOf(state, object, Event::kIndex);
      if (mm.is_nil()) {
        return RaiseTypeError(r, loop == 0 ? operand : &object, "index");
      }
    }
    if (mm.is_function()) {
      return CallMetamethod(pc, r, length, StaticId::kGetDone, mm, object, key);
    }
    object = mm;
  }
  return RaiseRuntime(r, "'__index' chain too long; possible loop");
}

// object[key] = value, metamethods included.
const Cell* Store(const Cell* pc, Registers& r, uint32_t length,
                  const Value* operand, Value key, Value value) {
  State& state = *r.co->state;
  Value object = *operand;
  for (int loop = 0; loop < kMaxMetaLoop; ++loop) {
    Value mm;
    if (object.is_table()) {
      Table* t = object.table();
      mm = FastMetamethod(state, t->metatable, Event::kNewIndex);
      if (mm.is_nil()) {
        Set(*r.co, t, key, value);
        return pc + length;
      }
      if (SetExisting(state, t, key, value)) return pc + length;
    } else {
      mm = MetamethodOf(state, object, Event::kNewIndex);
      if (mm.is_nil()) {
        return RaiseTypeError(r, loop == 0 ? operand : &object, "index");
      }
    }
    if (mm.is_function()) {
      return CallMetamethod(pc, r, length, StaticId::kSetDone, mm, object, key,
                            &value);
    }
    object = mm;
  }
  return RaiseRuntime(r, "'__newindex' chain too long; possible loop");
}

// A field by its data cell, renewing the hint; long keys have no hint.
const Cell* IndexField(const Cell* pc, Registers& r, const Value* operand) {
  String* key = pc[1].field.key;
  if (operand->is_table() && key->is_short()) {
    const Table* t = operand->table();
    const Node* node = FindPresent(t, key);
    if (node != nullptr) {
      Mutable(pc + 1).field.hint = static_cast<FieldHint>(node - t->nodes);
    } else if (t->metatable == nullptr) {
      RA(pc, r).SetNil();
      return pc + 2;
    } else {
      node = FindInherited(r, t->metatable, key);
    }
    if (node != nullptr) {
      RA(pc, r).Set(node->GetValue());
      return pc + 2;
    }
  }
  return Index(pc, r, 2, operand, Value::Of(key));
}

const Cell* StoreField(const Cell* pc, Registers& r, uint32_t length,
                       const Value* operand, Value value) {
  Safepoint(r);
  String* key = pc[1].field.key;
  if (operand->is_table() && key->is_short()) {
    State& state = *r.co->state;
    Table* t = operand->table();
    FieldHint& hint = Mutable(pc + 1).field.hint;
    if (SetExistingField(state, t, key, value, hint)) return pc + length;
    if (FastMetamethod(state, t->metatable, Event::kNewIndex).is_nil()) {
      SetString(state, t, key, value);
      if (const Node* node = table_internal::FindShortString(t, key)) {
        hint = static_cast<FieldHint>(node - t->nodes);
      }
      return pc + length;
    }
  }
  return Store(pc, r, length, operand, Value::Of(key), value);
}

const Cell* StoreIndex(const Cell* pc, Registers& r, uint32_t length, Value key,
                       Value value) {
  Safepoint(r);
  return Store(pc, r, length, &RA(pc, r), key, value);
}

void FillList(const Cell* pc, Registers& r, uint32_t count) {
  Value* a = &RA(pc, r);
  Table* t = a->table();
  State& state = *r.co->state;
  uint32_t first = static_cast<uint32_t>(pc->imm);
  if (t->array_size() < first + count) {
    Resize(state, t, first + count,
           t->nodes == &kEmptyNode ? 0 : t->node_count());
  }
  for (uint32_t i = 1; i <= count; ++i) {
    t->ArraySet(first + i - 1, a[i]);
    state.heap().BarrierBack(t, a[i]);
  }
  // `#` of a list with holes is its end, as long as that is no hole, also if
  // there is more room than that.
  t->length_hint = first + count;
}

}  // namespace

const Cell* NewTableSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Safepoint(r);
  State& state = *r.co->state;
  Prototype* p = ClosureOf(r.base)->prototype;
  const uint32_t elements = static_cast<uint32_t>(pc->imm);
  const uint32_t nodes = pc->b == 0 ? 0 : 1u << (pc->b - 1);
  auto& data = Mutable(pc + 1).table;
  // What is made once teaches nothing.
  if (data.site == nullptr && data.runs < kRunsBeforeSite) ++data.runs;
  if (data.site == nullptr && data.runs == kRunsBeforeSite &&
      elements <= kMaxInlineElements && nodes <= kMaxInlineNodes) {
    data.site = NewTableSite(state, p, elements, nodes);
  }
  Table* t = data.site != nullptr ? MakeTable(state, p, data.site)
                                  : NewTable(state, elements, nodes);
  RA(pc, r).Set(Value::Of(t));
  return pc + 2;
}

const Cell* SetListSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  FillList(pc, r, pc->b);
  return pc + 1;
}

const Cell* SetListOpen(const Cell* pc, Registers& r) {
  Save(pc, r);
  FillList(pc, r, static_cast<uint32_t>(r.co->top - &RA(pc, r) - 1));
  return pc + 1;
}

const Cell* GetTabUpSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return IndexField(pc, r, UpvalueAt(r, pc->b)->location);
}
const Cell* GetFieldSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return IndexField(pc, r, &RB(pc, r));
}
const Cell* SelfSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  (&RA(pc, r))[2].Set(RB(pc, r));
  // (R[b] may be R[a] itself, but errors name it before that is written.)
  return Index(pc, r, 2, &RB(pc, r), Value::Of(pc[1].field.key));
}
const Cell* GetIndexSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return Index(pc, r, 1, &RB(pc, r), RC(pc, r));
}
const Cell* GetIndexIntSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return Index(pc, r, 1, &RB(pc, r), Value::Integer(pc->c));
}

const Cell* SetTabUpSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return StoreField(pc, r, 2, UpvalueAt(r, pc->b)->location, RA(pc, r));
}
const Cell* SetTabUpKSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return StoreField(pc, r, 3, UpvalueAt(r, pc->b)->location, pc[2].value);
}
const Cell* SetFieldSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return StoreField(pc, r, 2, &RA(pc, r), RB(pc, r));
}
const Cell* SetFieldKSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return StoreField(pc, r, 3, &RA(pc, r), pc[2].value);
}
const Cell* SetIndexSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return StoreIndex(pc, r, 1, RB(pc, r), RC(pc, r));
}
// The key is an integer, a short string or an object, which the table does not
// have; there is no __newindex.
const Cell* SetIndexNew(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  State& state = *r.co->state;
  // (A finalizer could add the key.)
  if (state.heap().AtSafepoint()) return SetIndexSlow(pc, r);
  table_internal::InsertNew(state, RA(pc, r).table(), RB(pc, r), RC(pc, r));
  return pc + 1;
}
const Cell* SetIndexKSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return StoreIndex(pc, r, 2, RB(pc, r), pc[1].value);
}
const Cell* SetIndexIntSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return StoreIndex(pc, r, 1, Value::Integer(pc->c), RB(pc, r));
}
const Cell* SetIndexIntKSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return StoreIndex(pc, r, 2, Value::Integer(pc->c), pc[1].value);
}

}  // namespace m3lua::m3
