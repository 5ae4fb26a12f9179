// An argument of the table library: t[1], t[2], … with or without metamethods.
//
// The functions of this library work on tables and on anything whose
// metatable has the events that they need.  Elements of tables are reached
// directly where no metamethod can interfere.  Every access looks at the
// table afresh and no pointer into it is kept, so a metamethod or a
// comparison function may do to the table what it wants.
//
// Guarded by tests/unit/stdlib/table_test.cc, tests/conformance/table.lua.
#ifndef LUA_STDLIB_SEQUENCE_H_
#define LUA_STDLIB_SEQUENCE_H_

#include <cstdint>

#include "lua/runtime/metatables.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/table.h"

namespace m3lua::stdlib {

class Sequence {
 public:
  // What a function does to the argument.
  enum Access : int { kRead = 1, kWrite = 2, kLength = 4 };

  // Raises "table expected" unless argument `index` is a table or has the
  // metamethods for `access`.  The value must stay an argument (be reachable)
  // as long as this object is used.
  Sequence(NativeCall& call, int index, int access)
      : co_(call.co), value_(call.arg(index)) {
    if (!value_.is_table()) CheckMetamethods(call, index, access);
  }

  Value value() const { return value_; }

  // The table, if it has no metatable; otherwise null.  To be asked again
  // after anything that may have run Lua code.
  Table* plain() const {
    return value_.is_table() && value_.table()->metatable == nullptr
               ? value_.table()
               : nullptr;
  }

  int64_t Length() const {
    if (value_.is_table()) {
      Table* t = value_.table();
      if (FastMetamethod(*co_.state, t->metatable, Event::kLen).is_nil()) {
        return m3lua::Length(t);
      }
    }
    return LengthAsInteger(co_, value_);
  }

  [[gnu::always_inline]] Value Get(int64_t i) const {
    if (value_.is_table()) {
      const Table* t = value_.table();
      uint64_t slot = static_cast<uint64_t>(i) - 1;
      if (slot < t->array_size() &&
          t->ArrayTag(static_cast<uint32_t>(slot)) != Tag::kNil) {
        return t->ArrayGet(static_cast<uint32_t>(slot));
      }
    }
    return GetSlow(i);
  }

  [[gnu::always_inline]] void Set(int64_t i, const Value& v) const {
    if (value_.is_table()) {
      Table* t = value_.table();
      uint64_t slot = static_cast<uint64_t>(i) - 1;
      if (t->metatable == nullptr && slot < t->array_size()) {
        t->ArraySet(static_cast<uint32_t>(slot), v);
        HeapOf(co_).BarrierBack(t, v);
        return;
      }
    }
    SetSlow(i, v);
  }

  static Value GetRaw(const Table* t, int64_t i) {
    uint64_t slot = static_cast<uint64_t>(i) - 1;
    if (slot < t->array_size()) return t->ArrayGet(static_cast<uint32_t>(slot));
    return GetInteger(t, i);
  }

  static void SetRaw(Coroutine& co, Table* t, int64_t i, Value v) {
    uint64_t slot = static_cast<uint64_t>(i) - 1;
    if (slot < t->array_size()) {
      t->ArraySet(static_cast<uint32_t>(slot), v);
      HeapOf(co).BarrierBack(t, v);
    } else {
      SetInteger(*co.state, t, i, v);
    }
  }

 private:
  Value GetSlow(int64_t i) const {
    if (value_.is_table()) {
      Table* t = value_.table();
      Value v = GetRaw(t, i);
      if (!v.is_nil() || t->metatable == nullptr ||
          FastMetamethod(*co_.state, t->metatable, Event::kIndex).is_nil()) {
        return v;
      }
    }
    return Index(co_, value_, Value::Integer(i));
  }

  void SetSlow(int64_t i, Value v) const {
    if (value_.is_table()) {
      Table* t = value_.table();
      if (t->metatable == nullptr ||
          FastMetamethod(*co_.state, t->metatable, Event::kNewIndex).is_nil() ||
          !GetRaw(t, i).is_nil()) {
        SetRaw(co_, t, i, v);
        return;
      }
    }
    SetIndex(co_, value_, Value::Integer(i), v);
  }

  void CheckMetamethods(NativeCall& call, int index, int access) const {
    State& state = call.state();
    Table* metatable = MetatableOf(state, value_);
    auto lacks = [&](Access wanted, Event event) {
      return (access & wanted) &&
             MetamethodIn(state, metatable, event).is_nil();
    };
    if (metatable == nullptr || lacks(kRead, Event::kIndex) ||
        lacks(kWrite, Event::kNewIndex) || lacks(kLength, Event::kLen)) {
      call.TypeError(index, "table");
    }
  }

  Coroutine& co_;
  Value value_;
};

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_SEQUENCE_H_
