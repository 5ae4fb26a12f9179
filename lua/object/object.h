// The header that every heap object starts with.
//
// Guarded by tests/unit/object/layout_test.cc.
#ifndef LUA_OBJECT_OBJECT_H_
#define LUA_OBJECT_OBJECT_H_

#include <cstdint>

namespace m3lua {

enum class ObjectKind : uint8_t {
  kFree = 0,  // a cell of a heap block that holds no object
  kString,
  kTable,
  kLuaClosure,
  kNativeClosure,
  kUserdata,
  kCoroutine,
  kUpvalue,
  kPrototype,
};

// Bits of Object::mark.  An object with neither white bit nor kBlack is gray.
// The two whites alternate between cycles: after the atomic phase the "other"
// white means garbage that the (lazy) sweep has not reached yet.
enum MarkBits : uint8_t {
  kWhite0 = 1,
  kWhite1 = 2,
  kWhites = kWhite0 | kWhite1,
  kBlack = 4,
  // In the heap's list of objects with a finalizer.
  kHasFinalizer = 8,
  // Free for uses of one kind: strings: interned.
  kKindBit = 16,
  // In no heap, never written to: shared by all states (runtime/shared.h).
  kShared = 128,
};

struct Object {
  ObjectKind kind;
  uint8_t mark;
  uint8_t flags;   // Table: metamethods known to be absent (see metatables.h)
  uint8_t aux;     // LuaClosure: upvalue count; Table: log2 of the node count;
                   // String: length if short
  uint32_t aux32;  // String: hash; Table: array capacity; Prototype: bytes

  bool IsWhite() const { return mark & kWhites; }
  bool IsBlack() const { return mark & kBlack; }
};
static_assert(sizeof(Object) == 8);

}  // namespace m3lua

#endif  // LUA_OBJECT_OBJECT_H_
