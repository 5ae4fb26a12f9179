// A state for tests of the collector: roots are pushed on the main coroutine's
// stack, and whether an object is still there is asked of a weak table.
#ifndef TESTS_UNIT_GC_GC_TESTING_H_
#define TESTS_UNIT_GC_GC_TESTING_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tests/unit/testing/fake_engine.h"

namespace m3lua::testing {

// Calls a C++ function of the test: upvalue 1 is its address.
inline NativeResult CallThunk(NativeCall& call) {
  auto* body =
      static_cast<std::function<void(Value)>*>(call.upvalue(1).pointer());
  (*body)(call.arg(1));
  return call.Return();
}

struct GcState : TestState {
  explicit GcState(const StateOptions& options = StateOptions())
      : TestState(options), heap(state.heap()) {
    // Exact expectations; tests of stress switch it on.
    heap.set_stress(false);
    heap.Stop();  // collections are asked for
    probes = Weak("v");
    state.registry->metatable = nullptr;
    SetField(state, state.registry, "probes", Value::Of(probes));
    heap.FullCollection(co);
  }

  gc::Heap& heap;
  Table* probes;

  Value Push(Value v) {
    co.top->Set(v);
    ++co.top;
    return v;
  }
  void PopTo(Value* top) { co.top = top; }
  void Collect() { heap.FullCollection(co); }

  Table* New() { return NewTable(state); }
  Table* NewWith(std::string_view field, Value v) {
    Table* t = New();
    SetField(state, t, field, v);
    return t;
  }
  // An empty table with this __mode.
  Table* Weak(std::string_view mode) {
    Table* t = New();
    SetMetatable(state, t, NewWith("__mode", Str(mode)));
    return t;
  }
  Value Field(Table* t, std::string_view name) {
    return GetField(state, t, name);
  }
  void Put(Table* t, Value key, Value v) { Set(co, t, key, v); }
  Value At(Table* t, Value key) { return Get(state, t, key); }

  // An object whose life is watched under a name; not kept alive.
  Value Probe(std::string_view name) {
    Value v = Value::Of(NewWith("name", Str(name)));
    Watch(name, v);
    return v;
  }
  void Watch(std::string_view name, Value v) {
    SetField(state, probes, name, v);
  }
  bool Alive(std::string_view name) { return !Field(probes, name).is_nil(); }

  // A function that calls `body` with its argument; `body` must outlive it.
  Value Function(std::function<void(Value)>& body) {
    NativeClosure* f = NewNative(state, &CallThunk, 1);
    f->upvalues()[0].Set(Value::LightUserdata(&body));
    return Value::Of(f);
  }

  // Entries of a table, by traversal.
  int Count(Table* t) {
    int count = 0;
    uint32_t position = 0;
    Value key = Value::Nil(), v = Value::Nil();
    while (NextAt(t, position, key, v)) ++count;
    return count;
  }

  Upvalue* NewOpenUpvalue(Coroutine* owner, Value* location) {
    Upvalue* u = heap.New<Upvalue>(ObjectKind::kUpvalue);
    u->location = location;
    u->open.next_open = owner->open_upvalues;
    if (owner->open_upvalues == nullptr) heap.NoteOpenUpvalues(owner);
    owner->open_upvalues = u;
    return u;
  }
  Upvalue* NewClosedUpvalue(Value v) {
    Upvalue* u = heap.New<Upvalue>(ObjectKind::kUpvalue);
    u->closed.Set(v);
    u->location = &u->closed;
    return u;
  }
  LuaClosure* NewClosure(Prototype* prototype,
                         std::initializer_list<Upvalue*> upvalues) {
    LuaClosure* f = heap.New<LuaClosure>(ObjectKind::kLuaClosure,
                                         upvalues.size() * sizeof(Upvalue*));
    f->prototype = prototype;
    for (Upvalue* u : upvalues) f->upvalues()[f->aux++] = u;
    return f;
  }
};

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_GC_GC_TESTING_H_
