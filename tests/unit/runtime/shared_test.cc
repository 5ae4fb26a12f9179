// What states share, what they must not, and what a state costs therefore.
#include "lua/runtime/shared.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "lua/gc/invariants.h"
#include "lua/runtime/strings.h"
#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

StateOptions WithSeed(uint32_t seed) {
  StateOptions options;
  options.hash_seed = seed;
  return options;
}

Value Global(Machine& m, std::string_view name) {
  return GetField(m.state, m.state.globals, name);
}

// A name that no other test makes a shared one.
std::string FreshName() {
  static int count = 0;
  return "fresh name " + std::to_string(++count);
}

TEST(SharedTest, StatesShareNamesAndFunctionsButNoTables) {
  Machine a;
  Machine b;
  EXPECT_EQ(NewString(a.state, "tostring"), NewString(b.state, "tostring"));
  EXPECT_NE(NewString(a.state, "not a name of the library"),
            NewString(b.state, "not a name of the library"));
  EXPECT_EQ(Global(a, "tostring").function(), Global(b, "tostring").function());
  EXPECT_NE(Global(a, "string").table(), Global(b, "string").table());
  EXPECT_EQ(a.Run("string.rep, print = nil return string.rep, print"),
            "nil nil");
  EXPECT_EQ(b.Run("return string.rep('x', 3), type(print)"), "xxx function")
      << "what one state removes from its libraries is gone in another";
}

TEST(SharedTest, AStateWithItsOwnSeedSharesNoStrings) {
  Machine a;
  Machine own(WithSeed(shared::ProcessSeed() + 1));
  EXPECT_EQ(own.state.shared_strings, nullptr);
  EXPECT_NE(NewString(a.state, "tostring"), NewString(own.state, "tostring"));
  EXPECT_EQ(Global(a, "tostring").function(),
            Global(own, "tostring").function());
  EXPECT_EQ(own.Run("return string.rep('x', 3), math.type(1)"), "xxx integer");
  EXPECT_EQ(gc::BrokenInvariant(own.state.heap()), "");
}

TEST(SharedTest, AStringStaysOneObjectWhenAnotherStateMakesItShared) {
  std::string name = FreshName();
  Machine early;
  Machine late;
  String* own = NewString(early.state, name);
  EXPECT_EQ(own->mark & kShared, 0);
  String* shared = SharedString(late.state, name);
  EXPECT_NE(shared->mark & kShared, 0);
  EXPECT_EQ(NewString(early.state, name), own)
      << "the state has two strings with the same bytes now";
  EXPECT_EQ(SharedString(early.state, name), own)
      << "the state has two strings with the same bytes now";
  EXPECT_EQ(NewString(late.state, name), shared);
  String* buffer = NewStringBuffer(late.state, name.size());
  std::copy(name.begin(), name.end(), buffer->data());
  EXPECT_EQ(FinishString(late.state, buffer), shared);
}

TEST(SharedTest, LongStringsAreNotShared) {
  Machine m;
  String* s = SharedString(m.state, std::string(100, 'x'));
  EXPECT_EQ(s->mark & kShared, 0);
  EXPECT_EQ(s->size(), 100u);
}

TEST(SharedTest, FunctionsOfOtherStrategiesOrNumbersAreOthers) {
  NativeFunction f = [](NativeCall& call) { return call.Return(); };
  NativeClosure* plain = shared::FindOrMakeNative(f, nullptr, 0);
  EXPECT_EQ(shared::FindOrMakeNative(f, nullptr, 0), plain);
  auto* entry = reinterpret_cast<const m3::Cell*>(&f);  // (never entered)
  NativeClosure* entered = shared::FindOrMakeNative(f, entry, 0);
  EXPECT_NE(entered, plain);
  EXPECT_EQ(entered->entry, entry);
  NativeClosure* numbered = shared::FindOrMakeNative(f, nullptr, 3);
  EXPECT_NE(numbered, plain);
  EXPECT_EQ(numbered->aux32, 3u);
}

TEST(SharedTest, CollectionsLeaveSharedObjectsAlone) {
  Machine m;
  String* name = NewString(m.state, "tostring");
  Object* function = Global(m, "tostring").function();
  const uint8_t name_mark = name->mark;
  const uint8_t function_mark = function->mark;
  EXPECT_EQ(m.Run("weak = setmetatable({}, {__mode = 'kv'})"
                  " weak[1] = tostring weak[print] = {}"
                  " weak.tostring = print"
                  " tostring, print = nil"
                  " for i = 1, 3 do collectgarbage() end"
                  " collectgarbage('step')"
                  " return type(weak[1]), type(weak.tostring)"),
            "function function")
      << "weak tables are to keep shared functions, which are never garbage";
  EXPECT_EQ(name->mark, name_mark);
  EXPECT_EQ(function->mark, function_mark);
  EXPECT_EQ(NewString(m.state, "tostring"), name);
  EXPECT_EQ(gc::BrokenInvariant(m.state.heap()), "");
}

TEST(SharedTest, ThreadsMayOpenStatesAtTheSameTime) {
  std::string names[16];
  for (std::string& name : names) name = FreshName();
  constexpr int kThreads = 4;
  String* seen[kThreads][16];
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      Machine m;
      for (int i = 0; i < 16; ++i) {
        seen[t][i] = SharedString(m.state, names[i]);
      }
      EXPECT_EQ(m.Run("collectgarbage() return #string.rep('x', 9)"), "9");
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int t = 1; t < kThreads; ++t) {
    for (int i = 0; i < 16; ++i) {
      EXPECT_EQ(seen[t][i], seen[0][i]) << "a name was shared twice";
    }
  }
}

TEST(SharedTest, AStateWithAllLibrariesIsSmall) {
  Machine m;
  // 13.6 KB when this was written; with sizeof(State), the engine and what the
  // allocator rounds up, 20 KB of resident memory.
  EXPECT_LE(m.state.heap().footprint(), 17u * 1024);
}

// The main coroutine's chunk is small until the first call.
TEST(SharedTest, TheFirstCallFindsItsArgumentsAndGrowsTheStack) {
  Machine m;
  const size_t before = m.state.main->slot_count;
  Value values[] = {Value::Integer(1), Value::Integer(2), Value::Integer(3)};
  // From the host's own frame, which moves.
  Value* top = m.state.main->top;
  for (Value v : values) (m.state.main->top++)->Set(v);
  Value max = GetField(m.state, Global(m, "math").table(), "max");
  EXPECT_EQ(m.Call(max, {top, 3}), "3");
  EXPECT_GT(m.state.main->slot_count, before);
  EXPECT_EQ(m.state.main->top[-1].integer(), 3)
      << "the host's frame lost values when it moved";
  EXPECT_EQ(gc::BrokenInvariant(m.state.heap()), "");
}

}  // namespace
}  // namespace m3lua
