// Guards what a heap says it holds (lua/gc/statistics.h): every byte of it, by
// kind.
#include "lua/gc/statistics.h"

#include <string>

#include "gtest/gtest.h"
#include "lua/runtime/load.h"
#include "tests/unit/gc/gc_testing.h"

namespace m3lua::testing {
namespace {

TEST(Statistics, ObjectsAreCountedByKind) {
  GcState t;
  t.Collect();
  const gc::Statistics before = t.heap.GetStatistics();
  Table* keep = t.New();
  t.Push(Value::Of(keep));
  for (int i = 1; i <= 3; ++i) {
    SetInteger(t.state, keep, i, Value::Of(t.New()));
  }
  SetInteger(t.state, keep, 4, t.Str("a string that is interned"));
  SetInteger(t.state, keep, 5, t.Str(std::string(100000, 'x')));
  SetInteger(t.state, keep, 6,
             Value::Of(t.engine.NewCoroutine(t.state, Value::Nil())));
  t.New();  // garbage
  t.Collect();
  const gc::Statistics after = t.heap.GetStatistics();
  EXPECT_EQ(after.of(ObjectKind::kTable).count,
            before.of(ObjectKind::kTable).count + 4);
  EXPECT_EQ(after.of(ObjectKind::kString).count,
            before.of(ObjectKind::kString).count + 2);
  EXPECT_EQ(after.of(ObjectKind::kCoroutine).count,
            before.of(ObjectKind::kCoroutine).count + 1);
  EXPECT_EQ(after.interned_strings, before.interned_strings + 1);
  EXPECT_EQ(after.object_count(), before.object_count() + 7);
  EXPECT_GE(after.of(ObjectKind::kString).object_bytes,
            before.of(ObjectKind::kString).object_bytes + 100000);
  EXPECT_GT(after.of(ObjectKind::kTable).buffer_bytes,
            before.of(ObjectKind::kTable).buffer_bytes)
      << "the array part";
  EXPECT_EQ(after.heap_bytes, t.heap.bytes());
  EXPECT_EQ(after.footprint, t.heap.footprint());
}

// In any phase of a cycle: garbage is left out, and afterwards all is as
// before.
TEST(Statistics, TheSumIsTheHeap) {
  GcState t;
  Value loaded = Value::Nil();
  Table* keep = t.New();
  t.Push(Value::Of(keep));
  for (int i = 1; i <= 200; ++i) {
    const std::string text = "local a, b = " + std::to_string(i) +
                             ", 'text' return function() return a .. b end";
    ASSERT_TRUE(Load(t.state, text, i % 2 == 0 ? text : "=name", "t", loaded));
    SetInteger(t.state, keep, i,
               i % 3 == 0 ? loaded
               : i % 3 == 1
                   ? t.Str(std::string(static_cast<size_t>(i) * 20, 'x'))
                   : Value::Of(NewTable(t.state, 10, 10)));
  }
  t.Collect();
  const gc::Statistics before = t.heap.GetStatistics();
  EXPECT_EQ(before.accounted_bytes(), before.heap_bytes);
  EXPECT_GT(before.bytecode_bytes, 0u);
  EXPECT_GT(before.constant_count, 0u);
  for (int i = 0; i < 200; ++i) t.New();
  for (int step = 0; step < 2000; ++step) {
    t.heap.ManualStep(t.co, 1);
    const gc::Statistics now = t.heap.GetStatistics();
    EXPECT_GE(now.object_count(), before.object_count()) << "step " << step;
    EXPECT_LE(now.accounted_bytes(), now.heap_bytes) << "step " << step;
    if (t.heap.cycles() > 3) break;
  }
  t.Collect();
  EXPECT_EQ(t.heap.GetStatistics().kinds, before.kinds);
}

TEST(Statistics, FinalizableObjects) {
  GcState t;
  const size_t before = t.heap.GetStatistics().finalizable;
  Table* metatable = t.NewWith("__gc", Value::Boolean(true));
  t.Push(Value::Of(metatable));
  for (int i = 0; i < 5; ++i) SetMetatable(t.state, t.New(), metatable);
  EXPECT_EQ(t.heap.GetStatistics().finalizable, before + 5);
  t.Collect();
  EXPECT_EQ(t.heap.GetStatistics().finalizable, before);
}

}  // namespace
}  // namespace m3lua::testing
