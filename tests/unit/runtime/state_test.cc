#include "lua/runtime/state.h"

#include <gtest/gtest.h>

#include <vector>

#include "lua/runtime/table.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

TEST(StateTest, AFreshState) {
  TestState s;
  EXPECT_EQ(GetInteger(s.state.registry, 1).coroutine(), s.state.main);
  EXPECT_EQ(GetInteger(s.state.registry, 2).table(), s.state.globals);
  EXPECT_TRUE(GetField(s.state, s.state.registry, "_LOADED").is_table());
  EXPECT_EQ(s.state.current, s.state.main);
  EXPECT_EQ(s.state.main->status, CoroutineStatus::kRunning);
  EXPECT_EQ(s.state.memory_error->view(), "not enough memory");
}

TEST(StateTest, TheSeedIsDrawnUnlessItIsGiven) {
  StateOptions options;
  options.hash_seed = 12345;
  TestState fixed(options);
  TestState a;
  TestState b;
  EXPECT_EQ(fixed.state.hash_seed, 12345u);
  EXPECT_NE(a.state.hash_seed, 0u);
  // That of the process, so that states can share strings.
  EXPECT_EQ(a.state.hash_seed, b.state.hash_seed);
}

TEST(StateTest, TheMemoryLimitHoldsAfterTheStart) {
  StateOptions options;
  options.memory_limit = 1;
  TestState s(options);
  EXPECT_EQ(s.ErrorOf([&] { NewTable(s.state, 1000, 1000); }),
            "not enough memory");
}

TEST(StateTest, StatesComeAndGo) {
  for (int i = 0; i < 50; ++i) {
    TestState s;
    Table* t = NewTable(s.state);
    for (int k = 0; k < 100; ++k) {
      SetField(s.state, t, "key " + std::to_string(k), Value::Of(t));
    }
  }
}

std::vector<int>* closed = nullptr;

TEST(StateTest, ClosingRunsFinalizersNewestFirst) {
  std::vector<int> order;
  closed = &order;
  {
    TestState s;
    Table* metatable = NewTable(s.state);
    SetField(s.state, metatable, "__gc",
             Value::Of(NewNative(s.state, [](NativeCall& call) {
               Table* t = call.CheckTable(1);
               closed->push_back(static_cast<int>(GetInteger(t, 1).integer()));
               return call.Return();
             })));
    for (int i = 1; i <= 3; ++i) {
      Table* t = NewTable(s.state);
      SetInteger(s.state, t, 1, Value::Integer(i));
      SetMetatable(s.state, t, metatable);
      // Reachable until the end.
      SetInteger(s.state, s.state.globals, i, Value::Of(t));
    }
  }
  EXPECT_EQ(order, (std::vector<int>{3, 2, 1}));
}

}  // namespace
}  // namespace m3lua
