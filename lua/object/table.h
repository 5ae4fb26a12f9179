// Tables: layout, and the reads that handlers inline.
//
// A table has an array part for the keys 1 … array_size() and a hash part.
//
// The array part is split: `array` points into the middle of one buffer, with
// 8-byte payloads downward (element i at payloads[-1 - i]) and tag bytes upward
// (element i at array[i]): 9 bytes an element.  `length_hint` is where the
// length was last found.
//
// The hash part has a power of two of nodes, chained in place: a colliding key
// takes a free node, and a node that sits where it does not belong makes room
// for the key that does (Brent's variation of coalesced chaining).  A removed
// key keeps its node, with a nil value, until the next rehash, so a
// traversal may assign nil to fields.  An empty hash part points at one shared
// node that nobody writes.
//
// A table that is made with room has it in the same allocation: behind the
// object come its first nodes, then its first elements.  A part that outgrows
// that place moves to a buffer of its own.
//
// Callers see keys and values, never where they are kept.
//
// Guarded by tests/unit/runtime/table_test.cc.
#ifndef LUA_OBJECT_TABLE_H_
#define LUA_OBJECT_TABLE_H_

#include <cstdint>

#include "lua/object/object.h"
#include "lua/object/string.h"
#include "lua/object/value.h"

namespace m3lua {

struct Node {
  Payload value;
  Payload key;
  Tag value_tag;
  Tag key_tag;   // kNil: never used
  bool at_home;  // the main position of the key is here
  uint8_t unused;
  int32_t next;  // distance in nodes to the next of the chain, 0: none

  Value GetValue() const { return Value::Make(value.bits, value_tag); }
  Value GetKey() const { return Value::Make(key.bits, key_tag); }
  // A removed entry whose key may have been collected: what is left is the
  // address plus one, for traversals that stand here.  No lookup finds it: at
  // that address there may be a key by now that belongs to another chain.
  bool HasDeadKey() const {
    return key_tag >= kFirstCollectableTag && (key.bits & 1) != 0;
  }
  // `address`: the payload of a key that is alive.
  bool HadKey(Payload address) const {
    return HasDeadKey() && key.bits == (address.bits | 1);
  }
  void ForgetKey() { key.bits |= 1; }
  void SetValue(Value v) {
    value.bits = v.payload.bits;
    value_tag = v.tag;
  }
};
static_assert(sizeof(Node) == 24);

struct Table : Object {
  // flags: absent metamethods; aux: the room behind the object, in units of 8
  // bytes; aux32: array size.
  uint8_t* array;
  Node* nodes;
  Table* metatable;
  uint32_t node_mask;   // node count - 1
  uint32_t free_index;  // nodes at and above it are in use
  uint32_t length_hint;
  uint32_t unused;

  uint32_t array_size() const { return aux32; }
  uint32_t node_count() const { return node_mask + 1; }

  Node* InlineNodes() { return reinterpret_cast<Node*>(this + 1); }
  bool HasInlineNodes() const {
    return nodes == const_cast<Table*>(this)->InlineNodes();
  }
  // Where `elements` of them are, behind so many nodes.
  uint8_t* InlineArray(uint32_t nodes, uint32_t elements) {
    return reinterpret_cast<uint8_t*>(this + 1) + nodes * sizeof(Node) +
           elements * sizeof(Payload);
  }
  bool HasInlineArray() const {
    return reinterpret_cast<uintptr_t>(array) -
               reinterpret_cast<uintptr_t>(this + 1) <
           aux * size_t{8};
  }

  // Element `i`, counted from 0, which must be below array_size().
  Tag ArrayTag(uint32_t i) const { return static_cast<Tag>(array[i]); }
  uint64_t& ArrayBits(uint32_t i) const {
    return reinterpret_cast<uint64_t*>(array)[-1 - static_cast<int64_t>(i)];
  }
  Value ArrayGet(uint32_t i) const {
    return Value::Make(ArrayBits(i), ArrayTag(i));
  }
  void ArraySet(uint32_t i, Value v) {
    ArrayBits(i) = v.payload.bits;
    ArraySetTag(i, v.tag);
  }
  // Of a value without a payload: its bits are not touched.
  void ArraySetTag(uint32_t i, Tag tag) {
    array[i] = static_cast<uint8_t>(tag);
  }
};
static_assert(sizeof(Table) == 48);

// So much room may be in the table's own allocation.
inline constexpr uint32_t kMaxInlineNodes = 8;
inline constexpr uint32_t kMaxInlineElements = 16;

// Bytes of room for so many nodes and elements, in units of 8.
constexpr uint32_t InlineUnits(uint32_t nodes, uint32_t elements) {
  return nodes * 3 + elements + (elements + 7) / 8;
}
static_assert(InlineUnits(kMaxInlineNodes, kMaxInlineElements) < 256);

// Where a cell remembers a field: opaque to the cell.  Today the index of a
// node; a hidden-class cache takes its place later.
using FieldHint = uint32_t;

}  // namespace m3lua

#endif  // LUA_OBJECT_TABLE_H_
