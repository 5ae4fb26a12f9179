// Guards when the collector works (lua/gc/cycle.cc): manual 2.5.1 and what
// collectgarbage promises.
#include <string>

#include "gtest/gtest.h"
#include "tests/unit/gc/gc_testing.h"

namespace m3lua::testing {
namespace {

// Keeps about `bytes` alive.
void Fill(GcState& t, size_t bytes) {
  Table* keep = t.New();
  t.Push(Value::Of(keep));
  size_t start = t.heap.bytes();
  for (int i = 1; t.heap.bytes() < start + bytes; ++i) {
    SetInteger(t.state, keep, i, Value::Of(NewTable(t.state, 2, 2)));
  }
  t.Collect();
}

// Makes garbage until `done`; returns the bytes in use at the end, or 0.
template <typename Done>
size_t ChurnUntil(GcState& t, Done done) {
  for (int i = 0; i < 3000000; ++i) {
    if (done()) return t.heap.bytes();
    t.New();
    t.heap.Safepoint(t.co);
  }
  return 0;
}

TEST(Pacing, PauseSaysHowMuchMemoryMayGrow) {
  for (int pause : {100, 150, 200, 400}) {
    GcState t;
    t.heap.Restart();
    t.heap.parameters().pause = pause;
    Fill(t, 2 << 20);
    size_t live = t.heap.bytes();
    size_t at_start =
        ChurnUntil(t, [&] { return t.heap.phase() != gc::Phase::kPause; });
    EXPECT_GT(at_start, live / 100 * pause - live / 20) << pause;
    EXPECT_LT(at_start, live / 100 * pause + live / 20) << pause;
    // And while it works, memory grows only by a bit.
    uint64_t cycles = t.heap.cycles();
    size_t at_end = ChurnUntil(t, [&] { return t.heap.cycles() > cycles; });
    EXPECT_LT(at_end, at_start + live / 2);
    EXPECT_LT(t.heap.peak_bytes(), at_start + live / 2);
  }
}

TEST(Pacing, StopAndRestart) {
  GcState t;
  uint64_t cycles = t.heap.cycles();
  EXPECT_FALSE(t.heap.is_running());
  size_t before = t.heap.bytes();
  for (int i = 0; i < 50000; ++i) {
    t.New();
    t.heap.Safepoint(t.co);
  }
  EXPECT_EQ(t.heap.cycles(), cycles);
  EXPECT_GT(t.heap.bytes(), before + 2000000);
  t.heap.ManualStep(t.co, 0);  // does not unblock it
  EXPECT_FALSE(t.heap.is_running());
  t.heap.Restart();
  EXPECT_NE(ChurnUntil(t, [&] { return t.heap.bytes() < before + 500000; }),
            0u);
}

TEST(Pacing, StepsWorkWhileStopped) {
  GcState t;
  Fill(t, 300000);
  auto steps = [&](int kilobytes) {
    t.Collect();
    for (int i = 0; i < 300; ++i) t.New();
    size_t before = t.heap.bytes();
    int count = 1;
    while (!t.heap.ManualStep(t.co, kilobytes)) ++count;
    EXPECT_LT(t.heap.bytes(), before);
    return count;
  };
  EXPECT_LT(steps(10), steps(2));
  EXPECT_EQ(steps(20000), 1);
  EXPECT_EQ(steps(20000), 1);
  EXPECT_GE(steps(0), 1);
}

TEST(Pacing, OddParametersDoNoHarm) {
  GcState t;
  t.heap.Restart();
  Fill(t, 50000);
  for (int pause : {0, 2, 90, 5000, 0x7ffffffe}) {
    for (int multiplier : {-5, 0, 2, 500, 0x7ffffffe}) {
      for (int size : {-1, 0, 13, 40, 63, 200}) {
        t.heap.parameters().pause = pause;
        t.heap.parameters().step_multiplier = multiplier;
        t.heap.parameters().step_size = size;
        t.heap.ManualStep(t.co, 0);
        t.heap.ManualStep(t.co, 10000);
        for (int i = 0; i < 300; ++i) {
          t.New();
          t.heap.Safepoint(t.co);
        }
      }
    }
  }
  t.Collect();
}

TEST(Pacing, GenerationalModeCollectsAtItsGrowth) {
  GcState t;
  t.heap.Restart();
  t.heap.set_mode(gc::Mode::kGenerational);
  Fill(t, 1 << 20);
  size_t live = t.heap.bytes();
  uint64_t cycles = t.heap.cycles();
  size_t peak = 0;
  ChurnUntil(t, [&] {
    peak = std::max(peak, t.heap.bytes());
    return t.heap.cycles() >= cycles + 5;
  });
  EXPECT_GT(peak, live + live / 10);
  EXPECT_LT(peak, live + live * 3 / 10);
  EXPECT_EQ(t.heap.phase(), gc::Phase::kPause);
  t.heap.ManualStep(t.co, 0);
  t.heap.set_mode(gc::Mode::kIncremental);
  EXPECT_NE(ChurnUntil(t, [&] { return t.heap.cycles() > cycles + 10; }), 0u);
}

TEST(Pacing, ChangingModeInTheMiddleOfACycle) {
  GcState t;
  t.heap.Restart();
  Fill(t, 100000);
  t.heap.parameters().step_size = 0;
  t.heap.parameters().step_multiplier = 1;
  for (int steps = 1; steps < 400; steps += 13) {
    for (int i = 0; i < steps; ++i) t.heap.ManualStep(t.co, 0);
    t.heap.set_mode(gc::Mode::kGenerational);
    t.heap.ManualStep(t.co, 0);
    EXPECT_EQ(t.heap.phase(), gc::Phase::kPause);
    t.heap.set_mode(gc::Mode::kIncremental);
  }
}

TEST(Pacing, StressCollectsAtEverySafepointAfterAnAllocation) {
  GcState t;
  t.heap.Restart();
  t.heap.set_stress(true);
  t.Collect();
  Table* kept = t.New();
  t.Push(Value::Of(kept));
  void* buffer = t.heap.AllocateBuffer(100000);
  t.heap.FreeBuffer(buffer, 100000);  // giving back does not unmake it
  ASSERT_TRUE(t.heap.NeedsStep());
  t.heap.Safepoint(t.co);
  uint64_t cycles = t.heap.cycles();
  EXPECT_FALSE(t.heap.NeedsStep());
  t.heap.Safepoint(t.co);
  EXPECT_EQ(t.heap.cycles(), cycles);
  for (int i = 1; i <= 20; ++i) {
    SetInteger(t.state, kept, i, Value::Of(t.New()));
    EXPECT_TRUE(t.heap.NeedsStep());
    t.heap.Safepoint(t.co);
    EXPECT_EQ(t.heap.cycles(), cycles + i);
  }
  EXPECT_EQ(t.Count(kept), 20);
}

TEST(Pacing, FullCollectionWithoutFinalizersLeavesThemPending) {
  GcState t;
  int calls = 0;
  std::function<void(Value)> body = [&](Value) { ++calls; };
  SetMetatable(t.state, t.New(), t.NewWith("__gc", t.Function(body)));
  t.heap.FullCollection(t.co, /*run_finalizers=*/false);
  EXPECT_EQ(calls, 0);
  t.heap.FullCollection(t.co);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace m3lua::testing
