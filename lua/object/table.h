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
// Callers see keys and values, never where they are kept: named slots with
// hidden classes will come behind this interface (see FieldHint).
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
  Tag key_tag;  // kNil: never used.  A key may be dead: see gc/mark.cc
  uint16_t
      dead_key;  // 1: the key was a collected object; only its address counts
  int32_t next;  // distance in nodes to the next of the chain, 0: none

  Value GetValue() const { return Value::Make(value.bits, value_tag); }
  Value GetKey() const { return Value::Make(key.bits, key_tag); }
  void SetValue(Value v) {
    value.bits = v.payload.bits;
    value_tag = v.tag;
  }
};
static_assert(sizeof(Node) == 24);

struct Table : Object {
  // flags: absent metamethods; aux: log2 of the node count; aux32: array size.
  uint8_t* array;
  Node* nodes;
  Table* metatable;
  uint32_t node_mask;   // node count - 1
  uint32_t free_index;  // nodes at and above it are in use
  uint32_t length_hint;
  uint32_t unused;

  uint32_t array_size() const { return aux32; }
  uint32_t node_count() const { return node_mask + 1; }

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
    array[i] = static_cast<uint8_t>(v.tag);
  }
};
static_assert(sizeof(Table) == 48);

// Where a cell remembers a field: opaque to the cell.  Today the index of a
// node; a hidden-class cache takes its place later.
using FieldHint = uint32_t;

}  // namespace m3lua

#endif  // LUA_OBJECT_TABLE_H_
