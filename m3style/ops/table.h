// Table access: globals, fields, elements, constructors, methods.
//
// Field instructions take a data cell with the key and a hint: the place where
// the key was found last, checked by comparing the key there.  A hit costs no
// hashing and no chain.  Misses go to the slow paths in table.cc, which
// renew the hint and know about metamethods.
//
// Guarded by tests/conformance/overload.lua, tests/unit/code/fusions_test.cc.
#ifndef M3STYLE_OPS_TABLE_H_
#define M3STYLE_OPS_TABLE_H_

#include "lua/runtime/metatables.h"
#include "lua/runtime/table_internal.h"
#include "lua/runtime/table_site.h"
#include "m3style/ops/load.h"
#include "m3style/ops/metamethod.h"

namespace m3lua::m3 {

// Tables behind tables that hot bodies look at; slow paths look at all.
inline constexpr int kMaxInlineLevels = 8;

// The node that the data cell's hint points at, if it holds the key with a
// value that is not nil; else null.
M3_HOT Node* HintedNode(const Table* t, const Cell& data) {
  Node* node = &t->nodes[data.field.hint & t->node_mask];
  if (M3_UNLIKELY(node->key.pointer != data.field.key)) return nullptr;
  if (M3_UNLIKELY(node->key_tag != Tag::kString)) return nullptr;
  if (M3_UNLIKELY(node->value_tag == Tag::kNil)) return nullptr;
  return node;
}

// The node of a short key, if its value is not nil.
M3_HOT const Node* FindPresent(const Table* t, const String* key) {
  const Node* node = table_internal::FindShortString(t, key);
  return node != nullptr && node->value_tag != Tag::kNil ? node : nullptr;
}

// Where a short key is found by way of `metatable`, as long as each __index is
// a table.  Null: somewhere else, or nowhere.
M3_HOT const Node* FindInherited(Registers& r, const Table* metatable,
                                 const String* key) {
  const String* index =
      r.co->state->event_names[static_cast<int>(Event::kIndex)];
  for (int level = 0; level < kMaxInlineLevels; ++level) {
    if (metatable == nullptr) return nullptr;
    const Node* next = FindPresent(metatable, index);
    if (next == nullptr || next->value_tag != Tag::kTable) return nullptr;
    const Table* t = static_cast<const Table*>(next->value.pointer);
    if (const Node* node = FindPresent(t, key)) return node;
    metatable = t->metatable;
  }
  return nullptr;
}
M3_HOT const Node* FindField(Registers& r, const Table* t, const String* key) {
  const Node* node = FindPresent(t, key);
  return node != nullptr ? node : FindInherited(r, t->metatable, key);
}

// GetTabUp a, b [key]: R[a] = upvalue b [key].
M3_HOT const Cell* GetTabUp(const Cell* pc, Registers& r) {
  const Value& t = *UpvalueAt(r, pc->b)->location;
  if (M3_LIKELY(t.is_table())) {
    if (Node* node = HintedNode(t.table(), pc[1]); M3_LIKELY(node != nullptr)) {
      RA(pc, r).Set(node->GetValue());
      return pc + 2;
    }
  }
  return Slow(pc, r, StaticId::kGetTabUpSlow);
}

// GetField a, b [key]: R[a] = R[b][key].
M3_HOT const Cell* GetField(const Cell* pc, Registers& r) {
  const Value& t = RB(pc, r);
  if (M3_LIKELY(t.is_table())) {
    if (Node* node = HintedNode(t.table(), pc[1]); M3_LIKELY(node != nullptr)) {
      RA(pc, r).Set(node->GetValue());
      return pc + 2;
    }
  }
  return Slow(pc, r, StaticId::kGetFieldMeta);
}

// As GetField, for a key that is a long string (it has no hint).
M3_HOT const Cell* GetFieldLong(const Cell* pc, Registers& r) {
  return Slow(pc, r, StaticId::kGetFieldSlow);
}

// Self a, b [key]: R[a+2] = R[b]; R[a] = R[b][key].  Methods of classes, at
// any distance, and of strings are found here.
M3_HOT const Cell* Self(const Cell* pc, Registers& r) {
  const Value& t = RB(pc, r);
  const Node* node = nullptr;
  if (M3_LIKELY(t.is_table())) {
    node = HintedNode(t.table(), pc[1]);
    if (node == nullptr) node = FindField(r, t.table(), pc[1].field.key);
  } else if (t.is_string()) {
    const Table* metatable =
        r.co->state->type_metatables[static_cast<int>(Type::kString)];
    node = FindInherited(r, metatable, pc[1].field.key);
  }
  if (M3_LIKELY(node != nullptr)) {
    Value* a = &RA(pc, r);
    Value method = node->GetValue();
    a[2].Set(t);
    a->Set(method);
    return pc + 2;
  }
  return Slow(pc, r, StaticId::kSelfSlow);
}
M3_HOT const Cell* SelfLong(const Cell* pc, Registers& r) {
  return Slow(pc, r, StaticId::kSelfSlow);
}

// GetIndex a, b, c: R[a] = R[b][R[c]].
M3_HOT const Cell* GetIndex(const Cell* pc, Registers& r) {
  const Value& t = RB(pc, r);
  const Value& k = RC(pc, r);
  if (M3_LIKELY(t.is_table())) {
    const Table* table = t.table();
    if (M3_LIKELY(k.is_integer())) {
      uint64_t i = static_cast<uint64_t>(k.integer()) - 1;
      if (M3_LIKELY(i < table->array_size())) {
        Tag tag = table->ArrayTag(static_cast<uint32_t>(i));
        if (M3_LIKELY(tag != Tag::kNil || table->metatable == nullptr)) {
          Value& a = RA(pc, r);
          a.payload.bits = table->ArrayBits(static_cast<uint32_t>(i));
          a.tag = tag;
          return pc + 1;
        }
      } else if (table->nodes == &kEmptyNode && table->metatable == nullptr) {
        RA(pc, r).SetNil();
        return pc + 1;
      }
    } else if (k.is_string() && k.string()->is_short()) {
      if (const Node* node = FindPresent(table, k.string())) {
        RA(pc, r).Set(node->GetValue());
        return pc + 1;
      }
      if (table->metatable == nullptr) {
        RA(pc, r).SetNil();
        return pc + 1;
      }
    }
  }
  return Slow(pc, r, StaticId::kGetIndexMeta);
}

// GetIndexInt a, b, c: R[a] = R[b][c], c an integer (not scaled).
M3_HOT const Cell* GetIndexInt(const Cell* pc, Registers& r) {
  const Value& t = RB(pc, r);
  if (M3_LIKELY(t.is_table())) {
    const Table* table = t.table();
    uint32_t i = static_cast<uint32_t>(pc->c) - 1;
    if (M3_LIKELY(i < table->array_size())) {
      Tag tag = table->ArrayTag(i);
      if (M3_LIKELY(tag != Tag::kNil)) {
        Value& a = RA(pc, r);
        a.payload.bits = table->ArrayBits(i);
        a.tag = tag;
        return pc + 1;
      }
    }
  }
  return Slow(pc, r, StaticId::kGetIndexIntSlow);
}

// Whether a key without a value may get one without asking a metamethod.
M3_HOT bool TakesNewKeys(const Table* t) {
  return t->metatable == nullptr ||
         (t->metatable->flags & (1u << static_cast<int>(Event::kNewIndex)));
}

// Stores through the hint, also into a node without a value; only into tables
// that need no barrier.
M3_HOT bool StoreField(const Value& t, const Cell& data, const Value& v) {
  if (M3_LIKELY(t.is_table())) {
    Table* table = t.table();
    Node* node = &table->nodes[data.field.hint & table->node_mask];
    if (M3_LIKELY(node->key.pointer == data.field.key &&
                  node->key_tag == Tag::kString && !table->IsBlack())) {
      if (M3_LIKELY(node->value_tag != Tag::kNil)) {
        node->SetValue(v);
        return true;
      }
      if (TakesNewKeys(table)) {
        table->flags = 0;
        node->SetValue(v);
        return true;
      }
    }
  }
  return false;
}
// True if element i can be written at once.
M3_HOT bool TakesElement(const Table* table, uint64_t i) {
  return M3_LIKELY(i < table->array_size() && !table->IsBlack()) &&
         M3_LIKELY(table->ArrayTag(static_cast<uint32_t>(i)) != Tag::kNil ||
                   TakesNewKeys(table));
}
M3_HOT bool StoreElement(const Value& t, uint64_t i, const Value& v) {
  Table* table = t.table();
  if (!TakesElement(table, i)) return false;
  table->ArraySet(static_cast<uint32_t>(i), v);
  return true;
}

// SetTabUp a, b [key]: upvalue b [key] = R[a].
M3_HOT const Cell* SetTabUp(const Cell* pc, Registers& r) {
  if (StoreField(*UpvalueAt(r, pc->b)->location, pc[1], RA(pc, r))) {
    return pc + 2;
  }
  return Slow(pc, r, StaticId::kSetTabUpSlow);
}
// SetTabUpK -, b [key] [constant].
M3_HOT const Cell* SetTabUpK(const Cell* pc, Registers& r) {
  if (StoreField(*UpvalueAt(r, pc->b)->location, pc[1], pc[2].value)) {
    return pc + 3;
  }
  return Slow(pc, r, StaticId::kSetTabUpKSlow);
}
// SetField a, b [key]: R[a][key] = R[b].
M3_HOT const Cell* SetField(const Cell* pc, Registers& r) {
  if (StoreField(RA(pc, r), pc[1], RB(pc, r))) return pc + 2;
  return Slow(pc, r, StaticId::kSetFieldMeta);
}
// SetFieldK a [key] [constant].
M3_HOT const Cell* SetFieldK(const Cell* pc, Registers& r) {
  if (StoreField(RA(pc, r), pc[1], pc[2].value)) return pc + 3;
  return Slow(pc, r, StaticId::kSetFieldKMeta);
}
M3_HOT const Cell* SetFieldLong(const Cell* pc, Registers& r) {
  return Slow(pc, r, StaticId::kSetFieldSlow);
}
M3_HOT const Cell* SetFieldLongK(const Cell* pc, Registers& r) {
  return Slow(pc, r, StaticId::kSetFieldKSlow);
}
// SetIndex a, b, c: R[a][R[b]] = R[c].
M3_HOT const Cell* SetIndex(const Cell* pc, Registers& r) {
  const Value& t = RA(pc, r);
  const Value& k = RB(pc, r);
  if (M3_LIKELY(t.is_table())) {
    if (M3_LIKELY(k.is_integer())) {
      if (StoreElement(t, static_cast<uint64_t>(k.integer()) - 1, RC(pc, r))) {
        return pc + 1;
      }
    } else if (k.is_string() && k.string()->is_short()) {
      Table* table = t.table();
      Node* node = table_internal::FindShortString(table, k.string());
      if (node != nullptr && node->value_tag != Tag::kNil &&
          !table->IsBlack()) {
        node->SetValue(RC(pc, r));
        return pc + 1;
      }
    }
  }
  return Slow(pc, r, StaticId::kSetIndexMeta);
}
// SetIndexK a, b [constant].
M3_HOT const Cell* SetIndexK(const Cell* pc, Registers& r) {
  const Value& t = RA(pc, r);
  const Value& k = RB(pc, r);
  if (M3_LIKELY(t.is_table() && k.is_integer()) &&
      StoreElement(t, static_cast<uint64_t>(k.integer()) - 1, pc[1].value)) {
    return pc + 2;
  }
  return Slow(pc, r, StaticId::kSetIndexKSlow);
}
// SetIndexTag a, b [constant]: the same for a constant without a payload. (Half
// of the memory that a large array of booleans takes is not even touched.)
M3_HOT const Cell* SetIndexTag(const Cell* pc, Registers& r) {
  const Value& t = RA(pc, r);
  const Value& k = RB(pc, r);
  if (M3_LIKELY(t.is_table() && k.is_integer())) {
    const uint64_t i = static_cast<uint64_t>(k.integer()) - 1;
    if (TakesElement(t.table(), i)) {
      t.table()->ArraySetTag(static_cast<uint32_t>(i), pc[1].value.tag);
      return pc + 2;
    }
  }
  return Slow(pc, r, StaticId::kSetIndexKSlow);
}
// SetIndexInt a, b, c: R[a][c] = R[b], c an integer (not scaled).
M3_HOT const Cell* SetIndexInt(const Cell* pc, Registers& r) {
  const Value& t = RA(pc, r);
  if (M3_LIKELY(t.is_table()) &&
      StoreElement(t, static_cast<uint32_t>(pc->c) - 1u, RB(pc, r))) {
    return pc + 1;
  }
  return Slow(pc, r, StaticId::kSetIndexIntSlow);
}
// SetIndexIntK a, -, c [constant].
M3_HOT const Cell* SetIndexIntK(const Cell* pc, Registers& r) {
  const Value& t = RA(pc, r);
  if (M3_LIKELY(t.is_table()) &&
      StoreElement(t, static_cast<uint32_t>(pc->c) - 1u, pc[1].value)) {
    return pc + 2;
  }
  return Slow(pc, r, StaticId::kSetIndexIntKSlow);
}

// NewTableOp a, b, imm [site]: R[a] = {} with room for imm elements and b
// fields (0, or log2 + 1), or what the site knows better (table_site.h).
M3_HOT const Cell* NewTableOp(const Cell* pc, Registers& r) {
  const TableSite* site = pc[1].table.site;
  gc::Heap& heap = r.co->state->heap();
  if (M3_LIKELY(site != nullptr && site->settled() && !heap.AtSafepoint())) {
    auto* t = static_cast<Table*>(
        heap.TryAllocateUncleared(ObjectKind::kTable, site->image_bytes));
    if (M3_LIKELY(t != nullptr)) {
      CopyImage(t, site);
      RA(pc, r).Set(Value::Of(t));
      return pc + 2;
    }
  }
  return Slow(pc, r, StaticId::kNewTableSlow);
}
// SetList a, b, imm: R[a][imm + i] = R[a + i] for 1 <= i <= b.
M3_HOT const Cell* SetList(const Cell* pc, Registers& r) {
  Value* a = &RA(pc, r);
  Table* t = a->table();
  const uint32_t first = static_cast<uint32_t>(pc->imm);
  const uint32_t count = pc->b;
  if (M3_LIKELY(first + count <= t->array_size() && !t->IsBlack())) {
    for (uint32_t i = 1; i <= count; ++i) t->ArraySet(first + i - 1, a[i]);
    return pc + 1;
  }
  return Slow(pc, r, StaticId::kSetListSlow);
}
// SetListOpen a, -, imm: the same up to the top.
const Cell* SetListOpen(const Cell* pc, Registers& r);

const Cell* NewTableSlow(const Cell* pc, Registers& r);
const Cell* SetListSlow(const Cell* pc, Registers& r);
const Cell* GetTabUpSlow(const Cell* pc, Registers& r);
const Cell* GetIndexSlow(const Cell* pc, Registers& r);
const Cell* GetIndexIntSlow(const Cell* pc, Registers& r);
const Cell* GetFieldSlow(const Cell* pc, Registers& r);
const Cell* SelfSlow(const Cell* pc, Registers& r);
const Cell* SetTabUpSlow(const Cell* pc, Registers& r);
const Cell* SetTabUpKSlow(const Cell* pc, Registers& r);
const Cell* SetIndexSlow(const Cell* pc, Registers& r);
const Cell* SetIndexNew(const Cell* pc, Registers& r);
const Cell* SetIndexKSlow(const Cell* pc, Registers& r);
const Cell* SetIndexIntSlow(const Cell* pc, Registers& r);
const Cell* SetIndexIntKSlow(const Cell* pc, Registers& r);
const Cell* SetFieldSlow(const Cell* pc, Registers& r);
const Cell* SetFieldKSlow(const Cell* pc, Registers& r);

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_TABLE_H_
