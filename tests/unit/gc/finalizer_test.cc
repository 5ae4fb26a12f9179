// Guards finalizers (lua/gc/finalizer.cc).
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/gc/gc_testing.h"

namespace m3lua::testing {
namespace {

// A state, a metatable whose __gc calls `on_finalize`, and a log of names.
struct FinalizerTest {
  FinalizerTest() : t(std::make_unique<GcState>()) {
    meta = t->New();
    t->Push(Value::Of(meta));
    body = [this](Value v) {
      log += std::string(t->Field(v.table(), "name").string()->view()) + " ";
      if (on_finalize) on_finalize(v);
    };
    SetField(t->state, meta, "__gc", t->Function(body));
  }
  ~FinalizerTest() { on_finalize = nullptr; }

  Value Make(std::string_view name) {
    Value v = t->Probe(name);
    SetMetatable(t->state, v.table(), meta);
    return v;
  }
  std::string Collect() {
    log.clear();
    t->Collect();
    return log;
  }

  std::string log;
  std::function<void(Value)> body, on_finalize;
  std::unique_ptr<GcState> t;
  Table* meta;
};

TEST(Finalizers, RunOnceInReverseOrderOfRegistration) {
  FinalizerTest f;
  for (const char* name : {"a", "b", "c"}) f.Make(name);
  Value d = f.t->Push(f.Make("d"));
  f.Make("e");
  SetMetatable(f.t->state, d.table(), f.meta);  // again: does not count
  EXPECT_EQ(f.Collect(), "e c b a ");
  EXPECT_EQ(f.Collect(), "");
  f.t->co.top[-1].SetNil();
  EXPECT_EQ(f.Collect(), "d ");
  EXPECT_EQ(f.Collect(), "");
}

TEST(Finalizers, UserdataHaveThemToo) {
  GcState t;
  int calls = 0;
  std::function<void(Value)> body = [&](Value v) { calls += v.is_userdata(); };
  Table* meta = t.NewWith("__gc", t.Function(body));
  NewUserdata(t.state, 8, 0, meta);
  Userdata* u = NewUserdata(t.state, 8, 0, nullptr);
  SetMetatable(t.state, u, meta);
  t.Collect();
  EXPECT_EQ(calls, 2);
}

TEST(Finalizers, ObjectIsFreedInTheNextCycle) {
  FinalizerTest f;
  size_t baseline = f.t->heap.bytes();
  f.Make("x");
  EXPECT_EQ(f.Collect(), "x ");
  EXPECT_FALSE(f.t->Alive("x")) << "weak values go before the finalizer";
  size_t after = f.t->heap.bytes();
  f.Collect();
  EXPECT_LT(f.t->heap.bytes(), after);
  EXPECT_LE(f.t->heap.bytes(), baseline + 100);
}

TEST(Finalizers, ResurrectedObjectsLiveAndCanBeRegisteredAgain) {
  FinalizerTest f;
  GcState& t = *f.t;
  Value v = f.Make("phoenix");
  SetField(t.state, v.table(), "child", t.Probe("child"));
  f.on_finalize = [&](Value o) {
    t.heap.AtSafepoint();
    SetField(t.state, t.state.globals, "saved", o);
    SetMetatable(t.state, o.table(), f.meta);  // marks it for finalization
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(f.Collect(), "phoenix ");
    Value saved = t.Field(t.state.globals, "saved");
    ASSERT_TRUE(saved.is_table());
    EXPECT_EQ(t.Field(t.Field(saved.table(), "child").table(), "name")
                  .string()
                  ->view(),
              "child");
    EXPECT_EQ(f.Collect(), "") << "it is reachable";
    SetField(t.state, t.state.globals, "saved", Value::Nil());
  }
  f.on_finalize = nullptr;
  EXPECT_EQ(f.Collect(), "phoenix ");
  EXPECT_EQ(f.Collect(), "");
}

// Manual 2.5.4: resurrected objects leave weak values before their finalizers
// run, weak keys only in the cycle in which they are freed.
TEST(Finalizers, WeakTablesAndResurrection) {
  FinalizerTest f;
  GcState& t = *f.t;
  Table* values = t.Weak("v");
  Table* keys = t.Weak("k");
  t.Push(Value::Of(values));
  t.Push(Value::Of(keys));
  Value x = f.Make("x");
  Value child = t.Probe("child");
  SetField(t.state, x.table(), "child", child);
  t.Put(values, Value::Integer(1), x);
  t.Put(values, Value::Integer(2), child);
  t.Put(keys, x, t.Str("of x"));
  t.Put(keys, child, Value::Of(t.New()));
  bool checked = false;
  f.on_finalize = [&](Value o) {
    checked = true;
    EXPECT_TRUE(GetInteger(values, 1).is_nil());
    EXPECT_TRUE(GetInteger(values, 2).is_nil());
    EXPECT_EQ(t.At(keys, o).string()->view(), "of x");
    EXPECT_TRUE(t.At(keys, t.Field(o.table(), "child")).is_table());
  };
  EXPECT_EQ(f.Collect(), "x ");
  EXPECT_TRUE(checked);
  EXPECT_EQ(t.Count(keys), 2);
  f.Collect();
  EXPECT_EQ(t.Count(keys), 0) << "finalized keys are removed in two cycles";
}

TEST(Finalizers, WeakTableThatIsOnlyReachableFromAFinalizedObject) {
  FinalizerTest f;
  GcState& t = *f.t;
  Value x = f.Make("x");
  Table* weak = t.Weak("v");
  SetField(t.state, x.table(), "weak", Value::Of(weak));
  t.Put(weak, Value::Integer(1), Value::Of(t.New()));
  t.Put(weak, Value::Integer(2), x);
  f.on_finalize = [&](Value o) {
    Table* w = t.Field(o.table(), "weak").table();
    EXPECT_TRUE(GetInteger(w, 1).is_nil()) << "not reachable otherwise";
    EXPECT_TRUE(GetInteger(w, 2).is_table()) << "marked before it was cleared";
  };
  EXPECT_EQ(f.Collect(), "x ");
}

TEST(Finalizers, ErrorsBecomeWarnings) {
  FinalizerTest f;
  GcState& t = *f.t;
  std::string warnings;
  t.state.warn = [&](std::string_view message, bool to_continue) {
    warnings += std::string(message) + (to_continue ? "" : "\n");
  };
  f.on_finalize = [&](Value o) {
    t.heap.AtSafepoint();
    if (t.Field(o.table(), "name").string()->view() == "a") {
      ThrowString(t.state, "oops");
    }
    ThrowValue(t.state, Value::Integer(1));
  };
  f.Make("a");
  f.Make("b");
  EXPECT_EQ(f.Collect(), "b a ");
  EXPECT_EQ(warnings,
            "error in __gc (error object is not a string)\n"
            "error in __gc (oops)\n");
  t.state.warn = nullptr;
  f.Make("a");
  EXPECT_EQ(f.Collect(), "a ");
}

TEST(Finalizers, CollectorIsNotEnteredFromThem) {
  FinalizerTest f;
  GcState& t = *f.t;
  f.on_finalize = [&](Value) {
    EXPECT_TRUE(t.heap.in_finalizer());
    uint64_t cycles = t.heap.cycles();
    for (int i = 0; i < 100; ++i) f.Make("inner");
    t.heap.Restart();
    t.heap.FullCollection(t.co);
    EXPECT_FALSE(t.heap.ManualStep(t.co, 100000));
    for (int i = 0; i < 10000; ++i) {
      t.New();
      t.heap.Safepoint(t.co);
    }
    EXPECT_EQ(t.heap.cycles(), cycles);
    t.heap.Stop();
    f.on_finalize = nullptr;
  };
  f.Make("outer");
  EXPECT_EQ(f.Collect(), "outer ");
  EXPECT_FALSE(t.heap.in_finalizer());
  EXPECT_EQ(f.Collect().size(), 100 * std::string("inner ").size());
}

TEST(Finalizers, HooksAreOffInThem) {
  FinalizerTest f;
  f.t->co.hook = new Hook;
  f.on_finalize = [&](Value) { EXPECT_TRUE(f.t->co.hook->active); };
  f.Make("x");
  EXPECT_EQ(f.Collect(), "x ");
  EXPECT_FALSE(f.t->co.hook->active);
}

TEST(Finalizers, RunAFewAStep) {
  FinalizerTest f;
  gc::Heap& heap = f.t->heap;
  for (int i = 0; i < 100; ++i) f.Make("x");
  heap.parameters().step_size = 0;
  heap.parameters().step_multiplier = 1;
  while (heap.phase() != gc::Phase::kFinalize) heap.ManualStep(f.t->co, 0);
  size_t before = f.log.size();
  EXPECT_EQ(before, 0u);
  heap.ManualStep(f.t->co, 0);
  EXPECT_GT(f.log.size(), before);
  EXPECT_LT(f.log.size(), 100u * 2);
  while (heap.phase() != gc::Phase::kPause) heap.ManualStep(f.t->co, 0);
  EXPECT_EQ(f.log.size(), 100u * 2);
}

TEST(Finalizers, MetamethodThatIsTakenAwayIsNotCalled) {
  FinalizerTest f;
  f.Make("x");
  SetField(f.t->state, f.meta, "__gc", Value::Nil());
  EXPECT_EQ(f.Collect(), "");
  // And one that is added after setmetatable does not count.
  FinalizerTest g;
  Table* late = g.t->New();
  SetMetatable(g.t->state, g.t->Probe("y").table(), late);
  SetField(g.t->state, late, "__gc", g.t->Field(g.meta, "__gc"));
  EXPECT_EQ(g.Collect(), "");
}

TEST(Finalizers, AllRunWhenTheStateCloses) {
  FinalizerTest f;
  f.t->Push(f.Make("a"));
  f.Make("b");
  SetField(f.t->state, f.t->state.globals, "c", f.Make("c"));
  f.on_finalize = [&](Value o) {
    SetMetatable(f.t->state, o.table(), f.meta);  // has no effect any more
    f.Make("late");
    EXPECT_TRUE(f.t->heap.in_finalizer());
  };
  f.t->state.heap().FinalizeAll(f.t->co);
  EXPECT_EQ(f.log, "c b a ");
}

}  // namespace
}  // namespace m3lua::testing
