// Guards what keeps what alive (lua/gc/mark.cc), in whole cycles.
#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "tests/unit/gc/gc_testing.h"

namespace m3lua::testing {
namespace {

// For each kind of reference: makes an object that refers to a probe.
struct Holder {
  const char* name;
  Value (*make)(GcState& t, Value probe);
};

Prototype* NewPrototype(GcState& t, int constants, int prototypes) {
  auto function = std::make_shared<bytecode::Function>();
  function->constants.resize(constants);
  for (int i = 0; i < prototypes; ++i) {
    function->functions.push_back(std::make_unique<bytecode::Function>());
  }
  Prototype* p = t.heap.New<Prototype>(ObjectKind::kPrototype);
  p->chunk = function;
  p->function = function.get();
  if (constants > 0) {
    p->constants =
        static_cast<Value*>(t.heap.AllocateBuffer(constants * sizeof(Value)));
    for (int i = 0; i < constants; ++i) p->constants[i].Set(Value::Nil());
  }
  if (prototypes > 0) {
    p->prototypes = static_cast<Prototype**>(
        t.heap.AllocateBuffer(prototypes * sizeof(Prototype*)));
    for (int i = 0; i < prototypes; ++i) p->prototypes[i] = nullptr;
  }
  return p;
}

const Holder kHolders[] = {
    {"itself", [](GcState&, Value probe) { return probe; }},
    {"array element",
     [](GcState& t, Value probe) {
       Table* a = NewTable(t.state, 40, 0);
       SetInteger(t.state, a, 29, probe);
       return Value::Of(a);
     }},
    {"last array element",
     [](GcState& t, Value probe) {
       Table* a = NewTable(t.state, 7, 0);
       SetInteger(t.state, a, 7, probe);
       return Value::Of(a);
     }},
    {"field", [](GcState& t,
                 Value probe) { return Value::Of(t.NewWith("field", probe)); }},
    {"key",
     [](GcState& t, Value probe) {
       Table* a = t.New();
       t.Put(a, probe, Value::Boolean(true));
       return Value::Of(a);
     }},
    {"metatable of a table",
     [](GcState& t, Value probe) {
       Table* a = t.New();
       SetMetatable(t.state, a, probe.table());
       return Value::Of(a);
     }},
    {"metatable of a userdata",
     [](GcState& t, Value probe) {
       return Value::Of(NewUserdata(t.state, 10, 0, probe.table()));
     }},
    {"user value",
     [](GcState& t, Value probe) {
       Userdata* u = NewUserdata(t.state, 10, 3, nullptr);
       u->user_values()[2].Set(probe);
       return Value::Of(u);
     }},
    {"upvalue of a native function",
     [](GcState& t, Value probe) {
       NativeClosure* f = NewNative(t.state, &CallThunk, 2);
       f->upvalues()[1].Set(probe);
       return Value::Of(f);
     }},
    {"closed upvalue",
     [](GcState& t, Value probe) {
       return Value::Of(t.NewClosure(
           NewPrototype(t, 0, 0),
           {t.NewClosedUpvalue(Value::Nil()), t.NewClosedUpvalue(probe)}));
     }},
    {"constant",
     [](GcState& t, Value probe) {
       Prototype* p = NewPrototype(t, 3, 0);
       p->constants[1].Set(probe);
       return Value::Of(t.NewClosure(p, {}));
     }},
    {"constant of a nested prototype",
     [](GcState& t, Value probe) {
       Prototype* p = NewPrototype(t, 0, 2);
       p->prototypes[1] = NewPrototype(t, 1, 0);
       p->prototypes[1]->constants[0].Set(probe);
       return Value::Of(t.NewClosure(p, {}));
     }},
    {"register of a coroutine",
     [](GcState& t, Value probe) {
       Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
       (co->top++)->Set(probe);
       return Value::Of(co);
     }},
    {"error of a coroutine",
     [](GcState& t, Value probe) {
       Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
       co->error_value.Set(probe);
       return Value::Of(co);
     }},
    {"hook of a coroutine",
     [](GcState& t, Value probe) {
       Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
       co->hook = new Hook;
       co->hook->lua_function.Set(probe);
       return Value::Of(co);
     }},
    {"resumer of a coroutine",
     [](GcState& t, Value probe) {
       Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
       co->resumer = t.engine.NewCoroutine(t.state, probe);
       return Value::Of(co);
     }},
    {"open upvalue of an unreachable coroutine",
     [](GcState& t, Value probe) {
       Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
       Value* slot = co->top++;
       slot->Set(probe);
       return Value::Of(
           t.NewClosure(NewPrototype(t, 0, 0), {t.NewOpenUpvalue(co, slot)}));
     }},
};

TEST(Marking, EveryReferenceKeepsItsObjectAndDropsIt) {
  for (const Holder& holder : kHolders) {
    SCOPED_TRACE(holder.name);
    GcState t;
    size_t baseline = t.heap.bytes();
    Value* top = t.co.top;
    t.Push(holder.make(t, t.Probe("probe")));
    for (int i = 0; i < 3; ++i) {
      t.Collect();
      ASSERT_TRUE(t.Alive("probe"));
      EXPECT_EQ(
          t.Field(t.Field(t.probes, "probe").table(), "name").string()->view(),
          "probe");
    }
    t.PopTo(top);
    t.Collect();
    EXPECT_FALSE(t.Alive("probe"));
    t.Collect();  // the key of the entry in `probes`
    // Its node remains, and nothing else.
    EXPECT_LE(t.heap.bytes(), baseline + 2 * sizeof(Node));
  }
}

TEST(Marking, RootsOfTheState) {
  GcState t;
  t.state.type_metatables[static_cast<int>(Type::kNumber)] =
      t.Probe("number").table();
  t.state.pending_error = t.Probe("error");
  SetField(t.state, t.state.globals, "x", t.Probe("global"));
  Value host = t.Probe("host");
  t.state.visit_host_roots = [&](gc::Marker& marker) { marker.Mark(host); };
  t.Probe("none");
  t.Collect();
  for (const char* name : {"number", "error", "global", "host"}) {
    EXPECT_TRUE(t.Alive(name)) << name;
  }
  EXPECT_FALSE(t.Alive("none"));
  t.state.visit_host_roots = nullptr;
  t.state.pending_error.SetNil();
  t.Collect();
  EXPECT_FALSE(t.Alive("host"));
  EXPECT_FALSE(t.Alive("error"));
}

TEST(Marking, LongChainsNeedNoNativeStack) {
  GcState t;
  size_t baseline = t.heap.bytes();
  Value* root = t.co.top;
  t.Push(Value::Nil());
  for (int i = 0; i < 300000; ++i) {
    Table* link = t.New();
    SetInteger(t.state, link, 1, *root);
    root->Set(Value::Of(link));
  }
  t.Collect();
  int length = 0;
  for (Value v = *root; v.is_table(); v = GetInteger(v.table(), 1)) ++length;
  EXPECT_EQ(length, 300000);
  root->SetNil();
  t.Collect();
  EXPECT_EQ(t.heap.bytes(), baseline);
}

TEST(Marking, CyclesAreCollected) {
  GcState t;
  Value a = t.Probe("a"), b = t.Probe("b");
  Coroutine* co = t.engine.NewCoroutine(t.state, a);
  SetField(t.state, a.table(), "b", b);
  SetField(t.state, b.table(), "co", Value::Of(co));
  t.Collect();
  EXPECT_FALSE(t.Alive("a"));
  EXPECT_FALSE(t.Alive("b"));
}

TEST(OpenUpvalues, OutliveTheirCoroutineClosed) {
  GcState t;
  Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
  Value* slots = co->top;
  co->top += 3;
  for (int i = 0; i < 3; ++i) slots[i].Set(Value::Integer(10 + i));
  slots[1].Set(t.Probe("value"));
  Upvalue* kept = t.NewOpenUpvalue(co, &slots[1]);
  t.NewOpenUpvalue(co, &slots[2]);
  t.Push(Value::Of(t.NewClosure(nullptr, {kept})));
  t.Push(Value::Of(co));
  t.Collect();
  EXPECT_TRUE(kept->is_open());
  EXPECT_EQ(co->open_upvalues, kept)
      << "an upvalue without closures leaves the list";
  EXPECT_EQ(kept->open.next_open, nullptr);
  t.co.top[-1].SetNil();  // the coroutine dies
  t.Collect();
  EXPECT_FALSE(kept->is_open());
  EXPECT_TRUE(t.Alive("value"));
  EXPECT_TRUE(kept->closed.is_table());
}

TEST(OpenUpvalues, AreDroppedWithTheirClosuresInAnyOrder) {
  // Bit i: upvalue i is kept.
  for (int kept = 0; kept < 16; ++kept) {
    GcState t;
    Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
    t.Push(Value::Of(co));
    Value* slots = co->top;
    co->top += 4;
    Upvalue* upvalues[4];
    for (int i = 0; i < 4; ++i) {
      slots[i].Set(Value::Integer(i));
      upvalues[i] = t.NewOpenUpvalue(co, &slots[i]);
      if (kept >> i & 1) {
        t.Push(Value::Of(t.NewClosure(nullptr, {upvalues[i]})));
      }
    }
    t.Collect();
    Upvalue* u = co->open_upvalues;
    for (int i = 3; i >= 0; --i) {
      if (!(kept >> i & 1)) continue;
      ASSERT_EQ(u, upvalues[i]) << "kept: " << kept;
      u = u->open.next_open;
    }
    EXPECT_EQ(u, nullptr);
    t.heap.NoteOpenUpvalues(co);  // noting twice does no harm
    t.heap.NoteOpenUpvalues(co);
    t.Collect();
  }
}

// The coroutine is reachable when marking starts, stores into the register (no
// barrier), and is gone at the end of the cycle.
TEST(OpenUpvalues, SeeStoresOfACoroutineThatDiesDuringTheCycle) {
  GcState t;
  Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
  Value* slot = co->top++;
  slot->Set(Value::Integer(1));
  Upvalue* u = t.NewOpenUpvalue(co, slot);
  t.Push(Value::Of(t.NewClosure(nullptr, {u})));
  t.heap.parameters().step_size = 0;
  t.heap.parameters().step_multiplier = 1;
  while (u->IsWhite()) t.heap.ManualStep(t.co, 0);
  ASSERT_EQ(t.heap.phase(), gc::Phase::kMark);
  slot->Set(t.Probe("late"));
  while (t.heap.phase() != gc::Phase::kPause) t.heap.ManualStep(t.co, 0);
  EXPECT_TRUE(t.Alive("late"));
  EXPECT_FALSE(u->is_open());
  EXPECT_EQ(t.Field(u->closed.table(), "name").string()->view(), "late");
}

// Prototypes whose cells exist are reported to the engine once a cycle.
struct CountingEngine : FakeEngine {
  using FakeEngine::FakeEngine;
  void ForgetCaches(Prototype*) override { ++forgotten; }
  static inline int forgotten = 0;
};

TEST(Caches, OfMarkedPrototypesAreForgotten) {
  State state(StateOptions(), [](State& s) -> std::unique_ptr<Engine> {
    return std::make_unique<CountingEngine>(s);
  });
  gc::Heap& heap = state.heap();
  heap.set_stress(false);
  CountingEngine::forgotten = 0;
  for (int i = 0; i < 2; ++i) {  // one of them is garbage
    Prototype* p = heap.New<Prototype>(ObjectKind::kPrototype);
    p->cells = static_cast<m3::Cell*>(heap.AllocateBuffer(4 * 16));
    p->cell_to_word = static_cast<uint32_t*>(heap.AllocateBuffer(4 * 4));
    p->cell_count = 4;
    LuaClosure* f = heap.New<LuaClosure>(ObjectKind::kLuaClosure);
    f->prototype = p;
    if (i == 0) (state.main->top++)->Set(Value::Of(f));
  }
  heap.FullCollection(*state.main);
  EXPECT_EQ(CountingEngine::forgotten, 1);
  heap.FullCollection(*state.main);
  EXPECT_EQ(CountingEngine::forgotten, 2);
}

}  // namespace
}  // namespace m3lua::testing
