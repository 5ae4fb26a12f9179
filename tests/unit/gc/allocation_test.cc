// Guards allocation and accounting (lua/gc/heap.cc, block.cc, sweep.cc) and
// emergency collections (emergency.cc).
#include <cstring>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/gc/gc_testing.h"

namespace m3lua::testing {
namespace {

// Some of each kind of object that owns buffers, kept alive by a table.
Table* MakeZoo(GcState& t, int size) {
  Table* zoo = t.New();
  t.Push(Value::Of(zoo));
  for (int i = 0; i < size; ++i) {
    std::string text = "zoo " + std::to_string(i);
    Table* inner = NewTable(t.state, i % 7, i % 5);
    SetField(t.state, inner, text, t.Str(text + std::string(i % 900, 'x')));
    SetInteger(t.state, inner, 1 + i % 3, Value::Integer(i));
    SetInteger(t.state, zoo, 2 * i + 1, Value::Of(inner));
    SetInteger(t.state, zoo, 2 * i + 2,
               Value::Of(NewUserdata(t.state, i * 3, i % 4, nullptr)));
  }
  return zoo;
}

TEST(Allocation, ObjectsOfAllSizesAreZeroedDistinctAndAligned) {
  GcState t;
  std::vector<Userdata*> all;
  for (int round = 0; round < 3; ++round) {
    for (size_t extra = 0; extra < 1200; extra += 8) {
      Userdata* u = NewUserdata(t.state, extra, 0, nullptr);
      t.Push(Value::Of(u));
      ASSERT_EQ(reinterpret_cast<uintptr_t>(u) % 16, 0u);
      auto* bytes = static_cast<unsigned char*>(u->memory());
      for (size_t i = 0; i < extra; ++i) ASSERT_EQ(bytes[i], 0);
      std::memset(bytes, static_cast<int>(all.size() % 255) + 1, extra);
      all.push_back(u);
    }
    t.Collect();
  }
  for (size_t k = 0; k < all.size(); ++k) {
    auto* bytes = static_cast<unsigned char*>(all[k]->memory());
    for (size_t i = 0; i < all[k]->size; ++i) {
      ASSERT_EQ(bytes[i], k % 255 + 1) << "two objects share memory";
    }
  }
}

TEST(Allocation, BytesReturnExactlyToTheBaseline) {
  GcState t;
  Value* top = t.co.top;
  size_t bytes = 0, footprint = 0;
  for (int round = 0; round < 4; ++round) {
    MakeZoo(t, 500);
    EXPECT_GT(t.heap.bytes(), bytes + 100000);
    EXPECT_GE(t.heap.peak_bytes(), t.heap.bytes());
    t.PopTo(top);
    t.Collect();
    if (round == 0) {  // the intern table keeps its size from here on
      bytes = t.heap.bytes();
      footprint = t.heap.footprint();
      continue;
    }
    EXPECT_EQ(t.heap.bytes(), bytes) << "bytes leaked or freed twice";
    EXPECT_EQ(t.heap.footprint(), footprint) << "empty blocks were kept";
  }
}

TEST(Allocation, BytesMatchWhatIsAllocated) {
  GcState t;
  size_t before = t.heap.bytes();
  void* buffer = t.heap.AllocateBuffer(1000);
  EXPECT_EQ(t.heap.bytes(), before + 1000);
  std::memset(buffer, 7, 1000);
  buffer = t.heap.ReallocateBuffer(buffer, 1000, 5000);
  EXPECT_EQ(t.heap.bytes(), before + 5000);
  EXPECT_EQ(static_cast<char*>(buffer)[999], 7) << "contents were lost";
  buffer = t.heap.ReallocateBuffer(buffer, 5000, 10);
  EXPECT_EQ(t.heap.bytes(), before + 10);
  EXPECT_EQ(t.heap.ReallocateBuffer(buffer, 10, 0), nullptr);
  EXPECT_EQ(t.heap.AllocateBuffer(0), nullptr);
  t.heap.FreeBuffer(nullptr, 0);
  EXPECT_EQ(t.heap.bytes(), before);
  t.heap.AddExternal(500);
  EXPECT_EQ(t.heap.bytes(), before + 500);
  t.heap.AddExternal(-500);
  EXPECT_EQ(t.heap.bytes(), before);
  EXPECT_GE(t.heap.peak_bytes(), before + 5000);
}

TEST(Allocation, GarbageIsReused) {
  GcState t;
  t.heap.Restart();
  for (int i = 0; i < 200000; ++i) {
    NewTable(t.state, 0, i % 4);
    t.heap.Safepoint(t.co);
  }
  EXPECT_GT(t.heap.cycles(), 3u);
  EXPECT_LT(t.heap.footprint(), 4u << 20)
      << "a loop that makes only garbage must run in bounded memory";
}

TEST(Allocation, SmallStatesTakeLittle) {
  GcState t;
  // The fake engine's arena is the bulk of it.
  size_t arena = FakeEngine::kSlots * sizeof(Value);
  EXPECT_LT(t.heap.footprint() - arena, 16u * 1024);
}

TEST(Allocation, HugeRequestsFailCleanly) {
  GcState t;
  EXPECT_EQ(t.ErrorOf([&] { t.heap.AllocateBuffer(SIZE_MAX / 2); }),
            "not enough memory");
  EXPECT_EQ(t.ErrorOf([&] { t.heap.AllocateBuffer(SIZE_MAX - 8); }),
            "not enough memory");
  EXPECT_EQ(t.ErrorOf([&] { NewStringBuffer(t.state, SIZE_MAX - 100); }),
            "not enough memory");
}

TEST(Limit, HoldsAndIsAnOrdinaryError) {
  GcState t;
  t.heap.set_limit(t.heap.footprint() + 300000);
  Value* top = t.co.top;
  for (int round = 0; round < 3; ++round) {
    int made = 0;
    EXPECT_EQ(t.ErrorOf([&] {
      Table* keep = t.New();
      t.Push(Value::Of(keep));
      for (;; ++made) {
        SetInteger(t.state, keep, made + 1, Value::Of(t.New()));
        t.heap.Safepoint(t.co);
        EXPECT_LE(t.heap.footprint(), t.heap.limit());
      }
    }),
              "not enough memory");
    EXPECT_GT(made, 1500);
    EXPECT_LE(t.heap.footprint(), t.heap.limit());
    t.PopTo(top);  // the next round starts with an emergency collection
  }
}

TEST(Limit, GarbageNeverCountsAgainstIt) {
  GcState t;  // stopped: only emergency collections happen
  t.heap.set_limit(t.heap.footprint() + 100000);
  uint64_t cycles = t.heap.cycles();
  for (int i = 0; i < 50000; ++i) {
    Table* a = NewTable(t.state, 2, 2);
    SetInteger(t.state, a, 1, t.Str(std::to_string(i)));
    t.heap.Safepoint(t.co);
  }
  EXPECT_GT(t.heap.cycles(), cycles + 10);
}

TEST(Limit, RunningCollectorStaysBelowIt) {
  GcState t;
  t.heap.Restart();
  MakeZoo(t, 1000);
  size_t live = t.heap.footprint();
  t.heap.set_limit(live + live / 2);  // an ordinary pause would exceed it
  for (int i = 0; i < 50000; ++i) {
    NewTable(t.state, 4, 4);
    t.heap.Safepoint(t.co);
  }
  EXPECT_LE(t.heap.footprint(), t.heap.limit());
}

// Whether a table made by NewWith is what it was.
void ExpectIntact(GcState& t, Table* table, int i) {
  ASSERT_EQ(table->kind, ObjectKind::kTable) << "freed while C++ code held it";
  ASSERT_EQ(t.Field(table, "i").integer(), i);
}

TEST(Emergency, KeepsWhatWasAllocatedSinceTheSafepoint) {
  GcState t;
  t.Push(t.Str("i"));
  for (int count : {1, 10, 3000}) {
    SCOPED_TRACE(count);
    t.Collect();
    size_t baseline = t.heap.bytes();
    for (int i = 0; i < 1000; ++i) NewTable(t.state, 0, 1);  // old garbage
    t.heap.AtSafepoint();
    size_t with_garbage = t.heap.bytes();
    std::vector<Table*> held;
    for (int i = 0; i < count; ++i) {
      held.push_back(t.NewWith("i", Value::Integer(i)));
    }
    // Twice: the second one must know of the first one's objects still, and of
    // those made in between.
    for (int round = 0; round < 3; ++round) {
      t.heap.FailAllocation(1);
      EXPECT_EQ(t.ErrorOf([&] { t.New(); }), "not enough memory");
      for (int i = 0; i < static_cast<int>(held.size()); ++i) {
        ASSERT_NO_FATAL_FAILURE(ExpectIntact(t, held[i], i));
      }
      held.push_back(
          t.NewWith("i", Value::Integer(static_cast<int>(held.size()))));
    }
    if (count < 100) {
      EXPECT_LT(t.heap.bytes(), with_garbage) << "nothing was collected";
    }
    // After a safepoint they are garbage like everything else.
    t.heap.AtSafepoint();
    t.heap.FailAllocation(1);
    t.ErrorOf([&] { t.New(); });
    EXPECT_EQ(t.heap.bytes(), baseline);
  }
}

TEST(Emergency, KeepsLargeObjectsAndLooksAtUnfinishedOnes) {
  GcState t;
  t.heap.AtSafepoint();
  String* s = NewString(t.state, std::string(5000, 'q'));
  t.heap.New<Table>(ObjectKind::kTable);
  t.heap.New<LuaClosure>(ObjectKind::kLuaClosure, 24);
  t.heap.New<Upvalue>(ObjectKind::kUpvalue);
  t.heap.New<Prototype>(ObjectKind::kPrototype);
  t.heap.New<Userdata>(ObjectKind::kUserdata, 100);
  t.heap.New<NativeClosure>(ObjectKind::kNativeClosure, 32);
  t.heap.New<Coroutine>(ObjectKind::kCoroutine);
  NewStringBuffer(t.state, 20);
  NewStringBuffer(t.state, 2000);
  t.heap.FailAllocation(1);
  EXPECT_EQ(t.ErrorOf([&] { t.New(); }), "not enough memory");
  EXPECT_EQ(s->view(), std::string(5000, 'q'));
  t.Collect();
}

TEST(Emergency, KeepsStringsFoundInTheInternTable) {
  GcState t;
  String* s = NewString(t.state, "forgotten, then found");
  t.heap.AtSafepoint();
  ASSERT_EQ(NewString(t.state, "forgotten, then found"), s);
  for (int i = 0; i < 2; ++i) {
    t.heap.FailAllocation(1);
    t.ErrorOf([&] { t.New(); });
    EXPECT_EQ(s->view(), "forgotten, then found");
  }
  size_t before = t.heap.bytes();
  t.Collect();
  EXPECT_LT(t.heap.bytes(), before) << "and it was garbage after all";
}

TEST(Emergency, LeavesListsOfOpenUpvaluesAlone) {
  GcState t;
  Value* slot = t.co.top;
  t.Push(t.Probe("value"));
  Upvalue* u = t.NewOpenUpvalue(&t.co, slot);  // of no closure
  t.heap.AtSafepoint();
  t.heap.FailAllocation(1);
  t.ErrorOf([&] { t.New(); });
  EXPECT_EQ(t.co.open_upvalues, u) << "FindUpvalue may hold a place in it";
  t.heap.AtSafepoint();
  t.Collect();
  EXPECT_EQ(t.co.open_upvalues, nullptr);
}

TEST(Emergency, HappensInEveryPhase) {
  GcState t;
  t.heap.parameters().step_size = 0;
  t.heap.parameters().step_multiplier = 1;
  Table* zoo = MakeZoo(t, 300);
  size_t live = t.heap.bytes();
  bool seen[4] = {};
  for (int i = 0; i < 3000; ++i) {
    for (int k = 0; k < i % 97; ++k) t.heap.ManualStep(t.co, 0);
    seen[static_cast<int>(t.heap.phase())] = true;
    Table* held = t.NewWith("i", Value::Integer(i));
    if (i % 10 == 0) {
      t.heap.FailAllocation(1);
      t.ErrorOf([&] { t.New(); });
      EXPECT_EQ(t.heap.phase(), gc::Phase::kPause);
    }
    ASSERT_NO_FATAL_FAILURE(ExpectIntact(t, held, i));
  }
  EXPECT_TRUE(seen[static_cast<int>(gc::Phase::kPause)]);
  EXPECT_TRUE(seen[static_cast<int>(gc::Phase::kMark)]);
  EXPECT_TRUE(seen[static_cast<int>(gc::Phase::kSweep)]);
  EXPECT_EQ(GetInteger(zoo, 599).table()->kind, ObjectKind::kTable);
  t.Collect();
  EXPECT_EQ(t.heap.bytes(), live);
}

TEST(Emergency, RunsFinalizersOnlyAtTheNextSafepoint) {
  GcState t;
  int calls = 0;
  std::function<void(Value)> body = [&](Value) { ++calls; };
  SetMetatable(t.state, t.New(), t.NewWith("__gc", t.Function(body)));
  t.heap.AtSafepoint();
  t.heap.FailAllocation(1);
  t.ErrorOf([&] { t.New(); });
  EXPECT_EQ(calls, 0);
  t.heap.Restart();
  t.heap.ManualStep(t.co, 0);
  EXPECT_EQ(calls, 1);
}

// Every allocation of a sequence of operations is made to fail once.
TEST(FailingAllocation, LeavesAUsableState) {
  GcState t;
  Value* top = t.co.top;
  auto work = [&] {
    Table* a = t.New();
    t.Push(Value::Of(a));
    for (int i = 1; i <= 40; ++i) {
      SetInteger(t.state, a, i, t.Str("value " + std::to_string(i)));
      SetField(t.state, a, "field" + std::to_string(i), Value::Integer(i));
      if (i % 8 == 0) {
        t.Push(Value::Of(NewUserdata(t.state, 700, 2, a)));
      }
    }
    for (int i = 1; i <= 40; ++i) {
      ASSERT_EQ(GetInteger(a, i).string()->view(),
                "value " + std::to_string(i));
      ASSERT_EQ(t.Field(a, "field" + std::to_string(i)).integer(), i);
    }
  };
  work();
  t.PopTo(top);
  t.Collect();
  size_t baseline = t.heap.bytes();
  int failures = 0;
  for (uint64_t n = 1;; ++n) {
    t.heap.FailAllocation(n, /*sticky=*/n % 2 == 0);
    std::string error = t.ErrorOf(work);
    t.heap.FailAllocation(0);
    t.PopTo(top);
    if (error.empty()) break;
    ++failures;
    ASSERT_EQ(error, "not enough memory");
    ASSERT_LT(n, 1000u);
    t.Collect();
    ASSERT_EQ(t.heap.bytes(), baseline) << "allocation " << n;
  }
  EXPECT_GT(failures, 50);
  work();
}

TEST(Closing, FreesEverythingThatIsAlive) {
  // The leak checker of the sanitizer builds looks on.
  for (int steps : {0, 3, 30, 300}) {
    GcState t;
    MakeZoo(t, 200);
    Prototype* p = t.heap.New<Prototype>(ObjectKind::kPrototype);
    auto function = std::make_shared<bytecode::Function>();
    function->constants.resize(3);
    p->chunk = function;
    p->function = function.get();
    p->constants = static_cast<Value*>(t.heap.AllocateBuffer(3 * 16));
    for (int i = 0; i < 3; ++i) p->constants[i].Set(Value::Nil());
    t.heap.CountBytecode(p);
    Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
    co->hook = new Hook;
    t.Push(Value::Of(co));
    t.Push(Value::Of(t.NewClosure(p, {t.NewClosedUpvalue(Value::Nil())})));
    t.heap.parameters().step_size = 0;
    for (int i = 0; i < steps; ++i) t.heap.ManualStep(t.co, 0);
  }
}

TEST(Closing, FreesAHalfSweptHeap) {
  GcState t;
  for (int i = 0; i < 1000; ++i) NewString(t.state, std::string(1000, 'x'));
  t.Push(Value::Of(NewString(t.state, std::string(1000, 'y'))));
  t.heap.parameters().step_size = 0;
  t.heap.parameters().step_multiplier = 1;
  while (t.heap.phase() != gc::Phase::kSweep) t.heap.ManualStep(t.co, 0);
  t.heap.ManualStep(t.co, 0);
  EXPECT_EQ(t.heap.phase(), gc::Phase::kSweep);
}

TEST(Bytecode, IsCountedUntilThePrototypeDies) {
  GcState t;
  size_t before = t.heap.bytes();
  auto function = std::make_shared<bytecode::Function>();
  function->code.resize(1000);
  Prototype* p = t.heap.New<Prototype>(ObjectKind::kPrototype);
  p->chunk = function;
  p->function = function.get();
  t.heap.CountBytecode(p);
  EXPECT_GT(t.heap.bytes(), before + 4000);
  t.Collect();
  EXPECT_EQ(t.heap.bytes(), before);
  EXPECT_EQ(function.use_count(), 1) << "the prototype's share is leaked";
}

}  // namespace
}  // namespace m3lua::testing
