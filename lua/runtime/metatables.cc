// Metatables and metamethods.  Guarded by
// tests/unit/runtime/metatables_test.cc.
#include "lua/runtime/metatables.h"

#include "lua/gc/heap.h"
#include "lua/object/userdata.h"
#include "lua/runtime/state.h"
#include "lua/runtime/table.h"

namespace m3lua {
namespace {

// An object with a metatable that has __gc now is finalized; a __gc that is
// added to the metatable later does not count (manual 2.5.3).
void RegisterIfFinalized(State& state, Object* object, Table* metatable) {
  if (!(object->mark & kHasFinalizer) &&
      !FastMetamethod(state, metatable, Event::kGc).is_nil()) {
    state.heap().RegisterFinalizer(object);
  }
}

template <typename T>
void SetMetatableOf(State& state, T* object, Table* metatable) {
  object->metatable = metatable;
  if (metatable == nullptr) return;
  state.heap().BarrierForward(object, metatable);
  RegisterIfFinalized(state, object, metatable);
}

}  // namespace

Table* MetatableOf(State& state, Value v) {
  switch (v.tag) {
    case Tag::kTable:
      return v.table()->metatable;
    case Tag::kUserdata:
      return v.userdata()->metatable;
    default:
      return state.type_metatables[static_cast<int>(v.type())];
  }
}

Value MetamethodOf(State& state, Value v, Event event) {
  Table* metatable = MetatableOf(state, v);
  if (static_cast<int>(event) < kCachedEvents) {
    return FastMetamethod(state, metatable, event);
  }
  return MetamethodIn(state, metatable, event);
}

Value MetamethodIn(State& state, Table* metatable, Event event) {
  if (metatable == nullptr) return Value::Nil();
  int number = static_cast<int>(event);
  Value method = GetShortString(metatable, state.event_names[number]);
  if (method.is_nil() && number < kCachedEvents) {
    metatable->flags |= static_cast<uint8_t>(1u << number);
  }
  return method;
}

std::string TypeNameOf(State& state, Value v) {
  if (v.is_table() || v.is_userdata()) {
    Value name = MetamethodIn(state, MetatableOf(state, v), Event::kName);
    if (name.is_string()) return std::string(name.string()->view());
  }
  return TypeName(v.type());
}

void SetMetatable(State& state, Table* table, Table* metatable) {
  SetMetatableOf(state, table, metatable);
}

void SetMetatable(State& state, Userdata* userdata, Table* metatable) {
  SetMetatableOf(state, userdata, metatable);
}

}  // namespace m3lua
