// Tables: how the array part and the hash part grow and shrink.
//
// A new key goes to the array part if it is the one behind its end and the
// part, made larger, would still be more than half full; else to the hash part.
// When that is full, all keys are counted and both parts get new sizes: the
// array part the largest power of two n such that more than n/2 of the keys
// 1 … n are in use, the hash part the rest.  A table whose hash part sees
// deletions gets some slack, so that a population of constant size does not
// rehash again and again.
//
// Memory is allocated before anything is changed: an allocation that fails
// leaves the table as it was.
//
// Guarded by tests/unit/runtime/table_test.cc.
#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "lua/gc/heap.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"
#include "lua/runtime/table.h"
#include "lua/runtime/table_internal.h"

namespace m3lua {

using table_internal::FindInteger;
using table_internal::IsEmptyHash;
using table_internal::kMaxArraySize;
using table_internal::kMaxNodes;
using table_internal::PlaceKey;
using table_internal::ThrowTableOverflow;

namespace {

// Tables that are filled by appending start with this many elements.
constexpr uint32_t kMinArraySize = 4;

constexpr size_t ArrayBytes(uint32_t size) {
  return size_t{size} * (sizeof(Payload) + 1);
}

uint8_t* AllocateArray(State& state, uint32_t size) {
  if (size == 0) return nullptr;
  auto* buffer =
      static_cast<uint8_t*>(state.heap().AllocateBuffer(ArrayBytes(size)));
  return buffer + size_t{size} * sizeof(Payload);
}

void FreeArray(State& state, uint8_t* array, uint32_t size) {
  if (size == 0) return;
  state.heap().FreeBuffer(array - size_t{size} * sizeof(Payload),
                          ArrayBytes(size));
}

// Elements [0, count) of `from` become those of `to`; the tags up to `size`
// behind them nil.
void CopyArray(uint8_t* to, const uint8_t* from, uint32_t count,
               uint32_t size) {
  if (count != 0) {
    size_t payload_bytes = size_t{count} * sizeof(Payload);
    std::memcpy(to - payload_bytes, from - payload_bytes, payload_bytes);
    std::memcpy(to, from, count);
  }
  if (size != count) std::memset(to + count, 0, size - count);
}

// Number of elements in [begin, end) that are not nil.
uint32_t CountArray(const Table* t, uint32_t begin, uint32_t end) {
  uint32_t count = 0;
  for (uint32_t i = begin; i < end; ++i) count += t->array[i] != 0;
  return count;
}

// What is in a table.  Slice b counts the integer keys in (2^(b-1), 2^b], the
// first one the key 1.
struct Census {
  static constexpr int kSlices = 31;  // up to kMaxArraySize
  uint32_t slices[kSlices] = {};
  uint32_t array = 0;  // entries in the array part
  uint32_t hash = 0;   // entries in the hash part
  uint32_t used = 0;   // nodes of the hash part with a key, live or not

  void CountInteger(int64_t key) {
    uint64_t i = static_cast<uint64_t>(key) - 1;
    if (i < kMaxArraySize) ++slices[std::bit_width(i)];
  }

  explicit Census(const Table* t) {
    uint32_t size = t->array_size();
    for (uint32_t b = 0, begin = 0; begin < size; ++b) {
      uint32_t end = std::min(uint32_t{1} << b, size);
      uint32_t count = CountArray(t, begin, end);
      slices[b] += count;
      array += count;
      begin = end;
    }
    if (IsEmptyHash(t)) return;
    for (uint32_t i = 0; i < t->node_count(); ++i) {
      const Node& n = t->nodes[i];
      used += n.key_tag != Tag::kNil;
      if (n.value_tag == Tag::kNil) continue;
      ++hash;
      if (n.key_tag == Tag::kInteger) CountInteger(n.key.integer);
    }
  }

  uint32_t total() const { return array + hash; }

  // The best size of the array part, and how many keys would be in it.
  std::pair<uint32_t, uint32_t> BestArray() const {
    uint32_t seen = 0;
    uint32_t best = 0;
    uint32_t inside = 0;
    for (int b = 0; b < kSlices; ++b) {
      seen += slices[b];
      if (seen > (uint32_t{1} << b) / 2) {
        best = uint32_t{1} << b;
        inside = seen;
      }
    }
    return {best, inside};
  }
};

// A key that is known to fit into the hash part.
void Reinsert(Table* t, Value key, Value value) {
  PlaceKey(t, key)->SetValue(value);
}

// Before a table that has become large is counted and built anew: that takes at
// most 60 ns a node and 16 an element.
void PayForRebuilding(State& state, const Table* t) {
  constexpr int64_t kLarge = 4096;
  const int64_t nanoseconds =
      int64_t{t->node_count()} * 60 + int64_t{t->array_size()} * 16;
  if (nanoseconds > kLarge * 16 && state.current != nullptr) {
    state.limits.BeforeLong(*state.current, nanoseconds);
  }
}

// Gives both parts exactly these sizes (`nodes`: 0 or a power of two), which
// must suffice for all entries.
void Rebuild(State& state, Table* t, uint32_t array_size, uint32_t nodes) {
  gc::Heap& heap = state.heap();
  const uint32_t old_array_size = t->array_size();
  uint8_t* const old_array = t->array;
  Node* const old_nodes = t->nodes;
  const uint32_t old_node_count = IsEmptyHash(t) ? 0 : t->node_count();
  const bool own_array = !t->HasInlineArray();
  const bool own_nodes = !t->HasInlineNodes();

  Node* new_nodes = const_cast<Node*>(&kEmptyNode);
  if (nodes != 0) {
    new_nodes = static_cast<Node*>(heap.AllocateBuffer(nodes * sizeof(Node)));
    std::memset(static_cast<void*>(new_nodes), 0, nodes * sizeof(Node));
  }
  uint8_t* new_array = old_array;
  if (array_size != old_array_size) {
    try {
      new_array = AllocateArray(state, array_size);
    } catch (...) {
      if (nodes != 0) heap.FreeBuffer(new_nodes, nodes * sizeof(Node));
      throw;
    }
    if (array_size != 0) {
      CopyArray(new_array, old_array, std::min(array_size, old_array_size),
                array_size);
    }
  }

  t->nodes = new_nodes;
  t->node_mask = nodes != 0 ? nodes - 1 : 0;
  t->free_index = nodes;
  t->array = new_array;
  t->aux32 = array_size;
  if (array_size != old_array_size) t->length_hint = array_size;

  for (uint32_t i = array_size; i < old_array_size; ++i) {
    if (old_array[i] == 0) continue;
    uint64_t bits =
        reinterpret_cast<uint64_t*>(old_array)[-1 - static_cast<int64_t>(i)];
    Reinsert(t, Value::Integer(int64_t{i} + 1),
             Value::Make(bits, static_cast<Tag>(old_array[i])));
  }
  for (uint32_t i = old_node_count; i-- > 0;) {
    const Node& n = old_nodes[i];
    if (n.value_tag == Tag::kNil) continue;
    uint64_t index = static_cast<uint64_t>(n.key.integer) - 1;
    if (n.key_tag == Tag::kInteger && index < array_size) {
      t->ArraySet(static_cast<uint32_t>(index), n.GetValue());
    } else {
      Reinsert(t, n.GetKey(), n.GetValue());
    }
  }

  if (old_node_count != 0 && own_nodes) {
    heap.FreeBuffer(old_nodes, old_node_count * sizeof(Node));
  }
  if (array_size != old_array_size && own_array) {
    FreeArray(state, old_array, old_array_size);
  }
}

// Nodes for so many entries.
uint32_t NodesFor(State& state, uint32_t entries) {
  if (entries > kMaxNodes) ThrowTableOverflow(state);
  return entries == 0 ? 0 : std::bit_ceil(entries);
}

}  // namespace

namespace table_internal {

void ThrowTableOverflow(State& state) {
  if (state.current != nullptr) ThrowRuntime(*state.current, "table overflow");
  ThrowString(state, "table overflow");
}

Node* PlaceKey(Table* t, Value key) {
  if (IsEmptyHash(t)) return nullptr;
  Node* main = &t->nodes[PositionOf(t, key)];
  Node* place = main;
  if (main->value_tag != Tag::kNil) {
    // Taken: look for a node that was never used.
    Node* free = nullptr;
    while (t->free_index > 0) {
      Node* candidate = &t->nodes[--t->free_index];
      if (candidate->key_tag == Tag::kNil) {
        free = candidate;
        break;
      }
    }
    if (free == nullptr) return nullptr;
    // (To hash the key that is here would mostly be a cache miss.)
    if (!main->at_home) {
      // What is here belongs to another chain: it moves to the free node.
      Node* before = &t->nodes[PositionOf(t, main->GetKey())];
      while (before + before->next != main) before += before->next;
      before->next = static_cast<int32_t>(free - before);
      *free = *main;
      if (main->next != 0) {
        free->next = static_cast<int32_t>(main + main->next - free);
      }
      main->next = 0;
      main->value_tag = Tag::kNil;
    } else {
      // The new key goes to the free node, second in the chain.
      free->next =
          main->next != 0 ? static_cast<int32_t>(main + main->next - free) : 0;
      main->next = static_cast<int32_t>(free - main);
      place = free;
    }
  }
  place->key.bits = key.payload.bits;
  place->key_tag = key.tag;
  place->at_home = place == main;
  return place;
}

bool GrowArray(State& state, Table* t) {
  const uint32_t size = t->array_size();
  if (size >= kMaxArraySize) return false;
  PayForRebuilding(state, t);
  const uint32_t new_size = std::max(std::bit_ceil(size + 1), kMinArraySize);
  const uint32_t count = CountArray(t, 0, size);
  if (count + 1 <= new_size / 2 &&
      !(count == size && new_size == kMinArraySize)) {
    return false;
  }
  uint8_t* array = AllocateArray(state, new_size);
  CopyArray(array, t->array, size, new_size);
  if (!t->HasInlineArray()) FreeArray(state, t->array, size);
  t->array = array;
  t->aux32 = new_size;
  t->length_hint = size + 1;
  if (IsEmptyHash(t)) return true;
  // Keys that the array part now covers move there, found by whichever is
  // shorter: walking the nodes, or asking for each key.
  if (t->node_count() <= new_size - size) {
    for (uint32_t i = 0; i < t->node_count(); ++i) {
      Node& n = t->nodes[i];
      uint64_t index = static_cast<uint64_t>(n.key.integer) - 1;
      if (n.key_tag != Tag::kInteger || index < size || index >= new_size ||
          n.value_tag == Tag::kNil) {
        continue;
      }
      t->ArraySet(static_cast<uint32_t>(index), n.GetValue());
      n.value_tag = Tag::kNil;
    }
  } else {
    for (uint32_t i = size + 1; i < new_size; ++i) {
      Node* n = FindInteger(t, int64_t{i} + 1);
      if (n == nullptr || n->value_tag == Tag::kNil) continue;
      t->ArraySet(i, n->GetValue());
      n->value_tag = Tag::kNil;
    }
  }
  return true;
}

void Rehash(State& state, Table* t, Value key) {
  PayForRebuilding(state, t);
  Census census(t);
  if (key.is_integer()) census.CountInteger(key.integer());
  auto [array_size, inside] = census.BestArray();
  if (inside == census.array && array_size >= t->array_size()) {
    // All of them are in the array part already.
    array_size = t->array_size();
  } else if (array_size != 0) {
    array_size = std::max(array_size, kMinArraySize);
  }
  uint32_t entries = census.total() + 1 - inside;
  uint32_t nodes = NodesFor(state, entries);
  bool deletions = census.used > census.hash;
  if (deletions && entries > nodes - nodes / 4 && nodes < kMaxNodes) nodes *= 2;
  Rebuild(state, t, array_size, nodes);
}

void InsertNew(State& state, Table* t, Value key, Value value) {
  uint64_t index = static_cast<uint64_t>(key.payload.integer) - 1;
  bool in_array =
      key.is_integer() && index == t->array_size() && GrowArray(state, t);
  if (!in_array) {
    Node* n = PlaceKey(t, key);
    if (n == nullptr) {
      Rehash(state, t, key);
      in_array = key.is_integer() && index < t->array_size();
      if (!in_array) n = PlaceKey(t, key);
    }
    if (n != nullptr) n->SetValue(value);
  }
  if (in_array) t->ArraySet(static_cast<uint32_t>(index), value);
  t->flags = 0;
  gc::Heap& heap = state.heap();
  heap.BarrierBack(t, key);
  heap.BarrierBack(t, value);
}

}  // namespace table_internal

void Resize(State& state, Table* t, uint32_t array, uint32_t hash) {
  if (array > kMaxArraySize || hash > kMaxNodes) ThrowTableOverflow(state);
  if (t->array_size() != 0 || !IsEmptyHash(t)) {
    // Entries that would lose their place go to the hash part.
    Census census(t);
    uint32_t kept = CountArray(t, 0, std::min(array, t->array_size()));
    hash = std::max(hash, census.total() - kept);
  }
  Rebuild(state, t, array, NodesFor(state, hash));
}

size_t TableBufferBytes(const Table* t) {
  return (t->HasInlineArray() ? 0 : ArrayBytes(t->array_size())) +
         (IsEmptyHash(t) || t->HasInlineNodes()
              ? 0
              : t->node_count() * sizeof(Node));
}

void FreeTableBuffers(State& state, Table* t) {
  if (!t->HasInlineArray()) FreeArray(state, t->array, t->array_size());
  t->array = nullptr;
  t->aux32 = 0;
  if (!IsEmptyHash(t)) {
    if (!t->HasInlineNodes()) {
      state.heap().FreeBuffer(t->nodes, t->node_count() * sizeof(Node));
    }
    t->nodes = const_cast<Node*>(&kEmptyNode);
    t->node_mask = 0;
    t->free_index = 0;
  }
}

}  // namespace m3lua
