// Metatables and the events that metamethods answer.
//
// Guarded by tests/unit/runtime/metatables_test.cc.
#ifndef LUA_RUNTIME_METATABLES_H_
#define LUA_RUNTIME_METATABLES_H_

#include <cstdint>
#include <string>

#include "lua/object/table.h"
#include "lua/object/value.h"

namespace m3lua {

class State;

// The first eight have an "absent" bit in Table::flags of the metatable.
enum class Event : uint8_t {
  kIndex,
  kNewIndex,
  kEq,
  kLen,
  kCall,
  kGc,
  kMode,
  kClose,
  // No cache bit from here on.
  kAdd,
  kSub,
  kMul,
  kMod,
  kPow,
  kDiv,
  kIDiv,
  kBAnd,
  kBOr,
  kBXor,
  kShl,
  kShr,
  kConcat,
  kUnm,
  kBNot,
  kLt,
  kLe,
  kToString,
  kName,
  kPairs,
  kMetatable,
};
inline constexpr int kEventCount = 29;
inline constexpr int kCachedEvents = 8;

// The metatable of any value, or null.
Table* MetatableOf(State& state, Value v);
// The metamethod of `v` for `event`, or nil.
Value MetamethodOf(State& state, Value v, Event event);

// Looks `event` up in a metatable (may be null); remembers absence.
Value MetamethodIn(State& state, Table* metatable, Event event);
inline Value FastMetamethod(State& state, Table* metatable, Event event) {
  if (metatable == nullptr ||
      (metatable->flags & (1u << static_cast<int>(event)))) {
    return Value::Nil();
  }
  return MetamethodIn(state, metatable, event);
}

// The type name for messages: __name of the metatable if it is a string.
std::string TypeNameOf(State& state, Value v);

// Sets the metatable of a table or userdata (null: none), with barrier and
// finalizer registration.
void SetMetatable(State& state, Table* table, Table* metatable);
void SetMetatable(State& state, Userdata* userdata, Table* metatable);

}  // namespace m3lua

#endif  // LUA_RUNTIME_METATABLES_H_
