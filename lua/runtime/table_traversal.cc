// Tables: length and traversal.
//
// Guarded by tests/unit/runtime/table_test.cc.
#include <cstdint>

#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"
#include "lua/runtime/table.h"
#include "lua/runtime/table_internal.h"

namespace m3lua {

using table_internal::FindInteger;
using table_internal::FindNode;
using table_internal::IsEmptyHash;
using table_internal::NormalizeKey;
using table_internal::PositionOf;

namespace {

inline bool IsNilAt(const Table* t, uint32_t i) {
  return t->ArrayTag(i) == Tag::kNil;
}

// A border in the array part between `low`, 0 or the length of a prefix whose
// last element is present, and `high`, one whose last element is absent.
uint32_t BorderBetween(const Table* t, uint32_t low, uint32_t high) {
  while (high - low > 1) {
    uint32_t middle = low + (high - low) / 2;
    if (IsNilAt(t, middle - 1)) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return low;
}

bool HasInteger(const Table* t, uint64_t key) {
  const Node* n = FindInteger(t, static_cast<int64_t>(key));
  return n != nullptr && n->value_tag != Tag::kNil;
}

// A border beyond the array part, whose last element is present (or which is
// empty): doubles until a key is absent, then searches between.
int64_t HashBorder(const Table* t) {
  uint64_t low = t->array_size();
  if (IsEmptyHash(t) || !HasInteger(t, low + 1)) {
    return static_cast<int64_t>(low);
  }
  ++low;
  uint64_t high = low;
  do {
    low = high;
    if (high > static_cast<uint64_t>(INT64_MAX) / 2) {
      // Someone filled powers of two; the largest key ends the search.
      high = INT64_MAX;
      if (HasInteger(t, high)) return INT64_MAX;
      break;
    }
    high *= 2;
  } while (HasInteger(t, high));
  while (high - low > 1) {
    uint64_t middle = low + (high - low) / 2;
    if (HasInteger(t, middle)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return static_cast<int64_t>(low);
}

const Node* FindDead(const Table* t, Value key) {
  const Node* n = &t->nodes[PositionOf(t, key)];
  for (;;) {
    if (n->key_tag == key.tag && n->HadKey(key.payload)) return n;
    if (n->next == 0) return nullptr;
    n += n->next;
  }
}

// The position of a key in traversal order, or false.
bool PositionInTraversal(State& state, const Table* t, Value key,
                         uint32_t& position) {
  const bool is_float = key.is_float();
  key = NormalizeKey(state, key);
  if (key.is_integer()) {
    // A traversal never shows the float that equals an integer key.
    if (is_float) return false;
    uint64_t i = static_cast<uint64_t>(key.integer()) - 1;
    if (i < t->array_size()) {
      position = static_cast<uint32_t>(i);
      return true;
    }
  }
  const Node* n = FindNode(state, t, key);
  // A dead key's address is still its own, because the caller holds the key.
  if (n == nullptr) n = FindDead(t, key);
  if (n == nullptr) return false;
  position = t->array_size() + static_cast<uint32_t>(n - t->nodes);
  return true;
}

}  // namespace

int64_t Length(Table* t) {
  const uint32_t size = t->array_size();
  uint32_t hint = t->length_hint < size ? t->length_hint : size;
  if (hint > 0 && IsNilAt(t, hint - 1)) {
    // Shrunk, most often by one.
    uint32_t border = hint > 1 && !IsNilAt(t, hint - 2)
                          ? hint - 1
                          : BorderBetween(t, 0, hint);
    t->length_hint = border;
    return border;
  }
  if (hint < size) {
    // Grown, most often by one or not at all.
    if (IsNilAt(t, hint)) return hint;
    if (hint + 1 < size) {
      uint32_t border = hint + 1;
      if (!IsNilAt(t, border) && IsNilAt(t, size - 1)) {
        border = BorderBetween(t, border + 1, size);
      } else if (!IsNilAt(t, border)) {
        border = size;
      }
      t->length_hint = border;
      if (border < size) return border;
    }
    t->length_hint = size;
  }
  return HashBorder(t);
}

bool NextAt(const Table* t, uint32_t& position, Value& key, Value& value) {
  const uint32_t size = t->array_size();
  uint32_t i = position;
  for (; i < size; ++i) {
    if (IsNilAt(t, i)) continue;
    key.SetInteger(int64_t{i} + 1);
    value.Set(t->ArrayGet(i));
    position = i + 1;
    return true;
  }
  for (i -= size; i < t->node_count(); ++i) {
    const Node& n = t->nodes[i];
    if (n.value_tag == Tag::kNil) continue;
    key.Set(n.GetKey());
    value.Set(n.GetValue());
    position = size + i + 1;
    return true;
  }
  position = size + i;
  return false;
}

bool Next(Coroutine& co, Table* t, Value& key, Value& value) {
  uint32_t position = 0;
  if (!key.is_nil()) {
    if (!PositionInTraversal(*co.state, t, key, position)) {
      ThrowRuntime(co, "invalid key to 'next'");
    }
    ++position;
  }
  const uint32_t start = position;
  const bool found = NextAt(t, position, key, value);
  Limits::Charge(co, (position - start) / Limits::kBytesPerStep);
  return found;
}

}  // namespace m3lua
