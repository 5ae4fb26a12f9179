// What the files of the table implementation share: finding and placing keys
// in the hash part.
//
// Keys in nodes are normalised (NormalizeKey), so that two keys are equal
// exactly if tag and payload are, but for long strings.  Three invariants:
//   * A key whose main position is p is found on the chain that starts at p.
//   * A key in 1 … array_size() never has a non-nil value in the hash part.
//   * A node with a nil value may hold a dead key (Node::HasDeadKey), which is
//     not to be followed, and which no key equals.  (If a new object that has
//     the address of a dead key took over its node, that node could be the main
//     position of others; they would be lost when the new key moves.)
//
// Guarded by tests/unit/runtime/table_test.cc.
#ifndef LUA_RUNTIME_TABLE_INTERNAL_H_
#define LUA_RUNTIME_TABLE_INTERNAL_H_

#include <cstdint>

#include "lua/object/string.h"
#include "lua/object/table.h"
#include "lua/object/value.h"
#include "lua/runtime/strings.h"

namespace m3lua {

class State;
extern const Node kEmptyNode;

namespace table_internal {

// Keeps 9 bytes an element and indices in 32 bits.
inline constexpr uint32_t kMaxArraySize = 1u << 30;
inline constexpr uint32_t kMaxNodes = 1u << 30;

inline uint32_t HashWord(uint64_t bits) {
  bits ^= bits >> 32;
  return static_cast<uint32_t>((bits * 0x9E3779B97F4A7C15) >> 32);
}

// Index of the main position of a key.
inline uint32_t IntegerPosition(const Table* t, int64_t key) {
  return HashWord(static_cast<uint64_t>(key)) & t->node_mask;
}
// `key`: normalised; a long string has its hash.
inline uint32_t PositionOf(const Table* t, Value key) {
  if (key.is_string()) return key.string()->aux32 & t->node_mask;
  if (key.is_integer()) return IntegerPosition(t, key.integer());
  // The tag sets the booleans apart.
  return HashWord(key.payload.bits + static_cast<uint64_t>(key.tag)) &
         t->node_mask;
}

// Floats with integer values become integers, booleans get a payload, long
// strings their hash.  Neither nil nor NaN.
Value NormalizeKey(State& state, Value key);

inline bool IsEmptyHash(const Table* t) { return t->nodes == &kEmptyNode; }

// The nodes with these keys, or null.
inline Node* FindInteger(const Table* t, int64_t key) {
  Node* n = &t->nodes[IntegerPosition(t, key)];
  for (;;) {
    if (n->key.integer == key && n->key_tag == Tag::kInteger) return n;
    if (n->next == 0) return nullptr;
    n += n->next;
  }
}

inline Node* FindShortString(const Table* t, const String* key) {
  Node* n = &t->nodes[key->aux32 & t->node_mask];
  for (;;) {
    if (n->key.pointer == key && n->key_tag == Tag::kString) return n;
    if (n->next == 0) return nullptr;
    n += n->next;
  }
}

// `key`: of a type that is compared by tag and payload, as objects are.
inline Node* FindObject(const Table* t, Value key) {
  Node* n = &t->nodes[PositionOf(t, key)];
  for (;;) {
    if (n->key.bits == key.payload.bits && n->key_tag == key.tag) return n;
    if (n->next == 0) return nullptr;
    n += n->next;
  }
}

inline Node* FindLongString(State& state, const Table* t, String* key) {
  uint32_t hash = HashOf(state, key);
  Node* n = &t->nodes[hash & t->node_mask];
  for (;;) {
    if (n->key_tag == Tag::kString) {
      const String* other = static_cast<const String*>(n->key.pointer);
      if (other == key || (!n->HasDeadKey() && other->aux32 == hash &&
                           StringsEqual(other, key))) {
        return n;
      }
    }
    if (n->next == 0) return nullptr;
    n += n->next;
  }
}

inline Node* FindString(State& state, const Table* t, String* key) {
  return key->is_short() ? FindShortString(t, key)
                         : FindLongString(state, t, key);
}

// Any normalised key.
Node* FindNode(State& state, const Table* t, Value key);

// A node for a normalised key that the hash part does not have; null if the
// hash part is full.  The value of the node is nil.  No barrier.
Node* PlaceKey(Table* t, Value key);

// Writes a value for a normalised key that is absent; makes room for it.
// `value` is not nil.  With barriers.
void InsertNew(State& state, Table* t, Value key, Value value);

// Makes room when the hash part is full: chooses new sizes for both parts such
// that `key` fits, and more than half of the array part is used.
void Rehash(State& state, Table* t, Value key);
// Lets the array part grow to hold key array_size() + 1, if it would still be
// more than half full.
bool GrowArray(State& state, Table* t);

[[noreturn]] void ThrowTableOverflow(State& state);

}  // namespace table_internal
}  // namespace m3lua

#endif  // LUA_RUNTIME_TABLE_INTERNAL_H_
