// Tables: looking up and storing.  How parts grow is in table_resize.cc;
// lengths and traversal are in table_traversal.cc.
//
// Guarded by tests/unit/runtime/table_test.cc.
#include "lua/runtime/table.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lua/gc/heap.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"
#include "lua/runtime/table_internal.h"

namespace m3lua {

using table_internal::FindInteger;
using table_internal::FindNode;
using table_internal::FindShortString;
using table_internal::FindString;
using table_internal::InsertNew;
using table_internal::NormalizeKey;

const Node kEmptyNode = {};
static_assert(static_cast<int>(Tag::kNil) == 0, "fresh tags are zeroed memory");

namespace table_internal {

Value NormalizeKey(State& state, Value key) {
  switch (key.tag) {
    case Tag::kFalse:
    case Tag::kTrue:
      return Value::Boolean(key.tag == Tag::kTrue);
    case Tag::kFloat: {
      int64_t i;
      return FloatToInteger(key.number(), i) ? Value::Integer(i) : key;
    }
    case Tag::kString:
      HashOf(state, key.string());
      return key;
    default:
      return key;
  }
}

Node* FindNode(State& state, const Table* t, Value key) {
  switch (key.tag) {
    case Tag::kInteger:
      return FindInteger(t, key.integer());
    case Tag::kString:
      return FindString(state, t, key.string());
    default:
      return FindObject(t, key);
  }
}

}  // namespace table_internal

namespace {

inline bool InArray(const Table* t, int64_t key) {
  return static_cast<uint64_t>(key) - 1 < t->array_size();
}

// Writes to a node that was found.
inline void Store(State& state, Table* t, Node* n, Value key, Value value) {
  if (n->value_tag == Tag::kNil && !value.is_nil()) {
    // The key that is there may not be marked yet though the table is.
    n->key.bits = key.payload.bits;
    t->flags = 0;
    state.heap().BarrierBack(t, key);
  }
  n->SetValue(value);
  state.heap().BarrierBack(t, value);
}

inline void SetNormalized(State& state, Table* t, Node* found, Value key,
                          Value value) {
  if (found != nullptr) {
    Store(state, t, found, key, value);
  } else if (!value.is_nil()) {
    InsertNew(state, t, key, value);
  }
}

}  // namespace

Table* NewTable(State& state, uint32_t array, uint32_t hash) {
  const bool inside = array <= kMaxInlineElements && hash <= kMaxInlineNodes;
  const uint32_t nodes = inside && hash != 0 ? std::bit_ceil(hash) : 0;
  const uint32_t elements = inside ? array : 0;
  const uint32_t room = InlineUnits(nodes, elements);
  // The heap hands out zeroed memory: no elements, no metatable, no flags.
  Table* t = state.heap().New<Table>(ObjectKind::kTable, room * size_t{8});
  t->nodes = const_cast<Node*>(&kEmptyNode);
  t->aux = static_cast<uint8_t>(room);
  if (nodes != 0) {
    t->nodes = t->InlineNodes();
    t->node_mask = nodes - 1;
    t->free_index = nodes;
  }
  if (elements != 0) {
    t->array = t->InlineArray(nodes, elements);
    t->aux32 = t->length_hint = elements;
  }
  if (!inside) Resize(state, t, array, hash);
  return t;
}

Value GetInteger(const Table* t, int64_t key) {
  uint64_t i = static_cast<uint64_t>(key) - 1;
  if (i < t->array_size()) return t->ArrayGet(static_cast<uint32_t>(i));
  const Node* n = FindInteger(t, key);
  return n != nullptr ? n->GetValue() : Value::Nil();
}

Value GetShortString(const Table* t, const String* key) {
  const Node* n = FindShortString(t, key);
  return n != nullptr ? n->GetValue() : Value::Nil();
}

Value GetString(State& state, const Table* t, String* key) {
  const Node* n = FindString(state, t, key);
  return n != nullptr ? n->GetValue() : Value::Nil();
}

Value Get(State& state, const Table* t, Value key) {
  switch (key.tag) {
    case Tag::kNil:
      return Value::Nil();
    case Tag::kInteger:
      return GetInteger(t, key.integer());
    case Tag::kString:
      return GetString(state, t, key.string());
    case Tag::kFloat: {
      // NaN is found nowhere: it is never stored.
      int64_t i;
      if (FloatToInteger(key.number(), i)) return GetInteger(t, i);
      [[fallthrough]];
    }
    default: {
      const Node* n = FindNode(state, t, NormalizeKey(state, key));
      return n != nullptr ? n->GetValue() : Value::Nil();
    }
  }
}

void SetInteger(State& state, Table* t, int64_t key, Value value) {
  if (InArray(t, key)) {
    t->ArraySet(static_cast<uint32_t>(key - 1), value);
    state.heap().BarrierBack(t, value);
    return;
  }
  SetNormalized(state, t, FindInteger(t, key), Value::Integer(key), value);
}

void SetString(State& state, Table* t, String* key, Value value) {
  SetNormalized(state, t, FindString(state, t, key), Value::Of(key), value);
}

void Set(Coroutine& co, Table* t, Value key, Value value) {
  State& state = *co.state;
  switch (key.tag) {
    case Tag::kNil:
      ThrowRuntime(co, "table index is nil");
    case Tag::kInteger:
      SetInteger(state, t, key.integer(), value);
      return;
    case Tag::kString:
      SetString(state, t, key.string(), value);
      return;
    case Tag::kFloat: {
      int64_t i;
      if (FloatToInteger(key.number(), i)) {
        SetInteger(state, t, i, value);
        return;
      }
      if (std::isnan(key.number())) ThrowRuntime(co, "table index is NaN");
      break;
    }
    default:
      break;
  }
  key = NormalizeKey(state, key);
  SetNormalized(state, t, FindNode(state, t, key), key, value);
}

bool SetExisting(State& state, Table* t, Value key, Value value) {
  if (key.is_nil()) return false;
  key = NormalizeKey(state, key);
  if (key.is_integer() && InArray(t, key.integer())) {
    uint32_t i = static_cast<uint32_t>(key.integer() - 1);
    if (t->ArrayTag(i) == Tag::kNil) return false;
    t->ArraySet(i, value);
  } else {
    Node* n = FindNode(state, t, key);
    if (n == nullptr || n->value_tag == Tag::kNil) return false;
    n->SetValue(value);
  }
  state.heap().BarrierBack(t, value);
  return true;
}

bool SetExistingField(State& state, Table* t, const String* key, Value value,
                      FieldHint& hint) {
  // A key that is present has no "absent" bit in t->flags to be cleared.
  Node* n = FindShortString(t, key);
  if (n == nullptr || n->value_tag == Tag::kNil) return false;
  n->SetValue(value);
  state.heap().BarrierBack(t, value);
  hint = static_cast<FieldHint>(n - t->nodes);
  return true;
}

}  // namespace m3lua
