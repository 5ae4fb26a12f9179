// Every allocation of the programs beside this file fails once, and all from
// each of them on: the program ends with "not enough memory" (or gets on
// without), and the state is as good as before.
//
// Programs make objects and buffers of the heap, and C++ objects (compiler,
// messages); so either kind of allocation fails, and both together.  A run
// under one style starts from the first allocation, then the second one fails,
// and so on until a run gets by without meeting its failure.  Long programs are
// looked at in strides, unless M3LUA_ALL_ALLOCATIONS is set:
//
//   bazel test --test_env=M3LUA_ALL_ALLOCATIONS=1 --test_timeout=36000
//       //tests/limit/memory:failing_allocations_test
//
// After each run the heap is verified, a checking program must pass, and the
// counters of nested calls are back where they were.  When the state is closed
// no byte is left.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

#include "lua/embed/lua.h"
#include "lua/gc/invariants.h"
#include "lua/runtime/strings.h"
#include "tests/limit/memory/failing_new.h"
#include "tests/unit/engine/machine.h"
#include "tests/unit/testing/read_file.h"

namespace m3lua {
namespace {

using testing::FailNew;
using testing::Machine;
using testing::NewsToFailure;
using testing::ReadFile;

constexpr uint64_t kNever = uint64_t{1} << 60;

struct Style {
  const char* name;
  bool heap;
  bool cpp;
  bool sticky;
};
constexpr Style kStyles[] = {
    {"one allocation of the heap", true, false, false},
    {"all allocations of the heap", true, false, true},
    {"one operator new", false, true, false},
    {"all operators new", false, true, true},
    {"all of both", true, true, true},
};

void Arm(gc::Heap& heap, const Style& style, uint64_t n) {
  // The checker of stress builds needs memory itself; it is called afterwards.
  heap.set_self_check(0);
  if (style.heap) heap.FailAllocation(n, style.sticky);
  if (style.cpp) FailNew(n, style.sticky);
}
// Whether nothing has failed.
bool Disarm(gc::Heap& heap, const Style& style, uint64_t n) {
  bool passed = true;
  // (A sticky one that has failed stays at 1.)
  if (style.heap) {
    const uint64_t left = heap.allocations_to_failure();
    passed &= left > 1 || (left == 1 && n == 1 && !style.sticky);
  }
  if (style.cpp) {
    passed &= NewsToFailure() > 1 ||
              (NewsToFailure() == 1 && n == 1 && !style.sticky);
  }
  heap.FailAllocation(0);
  FailNew(0, false);
  return passed;
}

const std::string kFolder = "tests/limit/memory/";

bool LooksAtAll() { return std::getenv("M3LUA_ALL_ALLOCATIONS") != nullptr; }

// How many places of a program are looked at under one style.
uint64_t Places() {
  if (LooksAtAll()) return kNever;
#if defined(M3LUA_STRESS) || defined(M3LUA_SYSTEM_ALLOCATOR)
  return 60;
#else
  return 500;
#endif
}

uint64_t failures = 0;  // in all

// A state in which the programs run.
class Bench {
 public:
  explicit Bench(size_t* left) : machine({.stack_limit = 100000}), left_(left) {
    machine.state.heap().ReportAtEnd(left_);
    machine.state.warn = [](std::string_view, bool) {};
    scratch_ =
        ::testing::TempDir() + "m3lua_memory_" + std::to_string(::getpid());
    SetField(machine.state, machine.state.globals, "scratch_file",
             Value::Of(NewString(machine.state, scratch_)));
    EXPECT_EQ(machine.Run(ReadFile(kFolder + "prelude.lua")), "");
    Value check = machine.Compile(ReadFile(kFolder + "check.lua"));
    SetField(machine.state, machine.state.registry, "check", check);
  }
  ~Bench() { std::remove(scratch_.c_str()); }

  // Compiles and runs; "" or the error.  Nothing here allocates but the state.
  std::string Run(std::string_view code, const Style& style, uint64_t n,
                  bool& passed) {
    State& state = machine.state;
    Value error = Value::Nil();
    const char* stray = nullptr;
    Arm(state.heap(), style, n);
    try {
      Value function = Value::Nil();
      std::span<Value> results;
      if (!Load(state, code, "=program", "t", function)) {
        error = function;
      } else if (!state.engine().ProtectedCall(*state.main, function, {}, 0,
                                               Value::Nil(), results)) {
        error = results[0];
      }
    } catch (const LuaError&) {
      error = state.pending_error;  // of Load
    } catch (const std::bad_alloc&) {
      stray = "std::bad_alloc came out of the state";
    }
    passed = Disarm(state.heap(), style, n);
    if (stray != nullptr) return stray;
    return error.is_nil() ? "" : machine.Text(error);
  }

  // What is wrong with the state; empty: nothing.
  std::string Examine() {
    State& state = machine.state;
    Coroutine& co = *state.main;
    if (state.current != &co)
      return "the main coroutine is not the current one";
    if (co.status != CoroutineStatus::kRunning) return "it is not running";
    if (co.protected_depth != 0) return "a pcall is still counted";
    if (co.native_depth != 0) return "a native call is still counted";
    if (co.in_handler != 0) return "a message handler is still counted";
    if (co.nonyieldable != 1) return "a native frame is still counted";
    if (co.to_be_closed_count != 0) return "a variable is still to be closed";
    if (co.open_upvalues != nullptr) return "an upvalue is still open";
    if (co.chunk->previous != nullptr) return "a chunk of the stack is left";
    std::string problem = gc::BrokenInvariant(state.heap());
    if (!problem.empty()) return problem;
    std::string sound = machine.Call(GetField(state, state.registry, "check"));
    if (sound != "sound") return "check.lua: " + sound;
    return gc::BrokenInvariant(state.heap());
  }

  Machine machine;

 private:
  size_t* left_;
  std::string scratch_;
};

class ProgramTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ProgramTest, EndsWithAnErrorAndLeavesASoundState) {
  const std::string code =
      ReadFile(kFolder + "programs/" + GetParam() + ".lua");
  for (const Style& style : kStyles) {
    SCOPED_TRACE(std::string("failing: ") + style.name);
    size_t left = 1;
    uint64_t met = 0;
    {
      Bench bench(&left);
      gc::Heap& heap = bench.machine.state.heap();
      bool passed = false;
      // Twice: what is made once and kept does not count.
      ASSERT_EQ(bench.Run(code, style, kNever, passed), "");
      ASSERT_EQ(bench.Examine(), "");
      heap.FailAllocation(style.heap ? kNever : 0);
      FailNew(kNever, false);
      ASSERT_EQ(bench.machine.Run(code), "");
      uint64_t total = 0;
      if (style.heap) total += kNever - heap.allocations_to_failure();
      if (style.cpp) {
        total = std::max(total, kNever - NewsToFailure());
      }
      heap.FailAllocation(0);
      FailNew(0, false);
      const uint64_t stride = total / Places() + 1;
      bool ended = false;
      for (uint64_t n = 1; !ended; n += stride) {
        std::string error = bench.Run(code, style, n, passed);
        ended = passed;
        if (!passed) ++met;
        if (!error.empty()) {
          ASSERT_NE(error.find("not enough memory"), std::string::npos)
              << "allocation " << n << ": " << error;
          ASSERT_FALSE(passed)
              << "nothing failed, but there is an error: " << error;
        }
        ASSERT_EQ(bench.Examine(), "") << "after allocation " << n;
        ASSERT_LT(n, 4 * total + 1000) << "does not end";
      }
    }
    failures += met;
    EXPECT_EQ(left, 0u) << "bytes that nobody has freed";
    std::printf("%-18s %-28s %6llu failures\n", GetParam(), style.name,
                static_cast<unsigned long long>(met));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Memory, ProgramTest,
    ::testing::Values("closures", "coroutines", "debug_library", "errors",
                      "finalizers", "input_and_output", "load_and_dump",
                      "metamethods", "modules", "numbers", "pack_and_utf8",
                      "patterns", "recursion", "statements", "strings",
                      "table_library", "tables", "varargs"),
    [](const auto& info) { return std::string(info.param); });

// ---- states

uint64_t fail_at = 0;
bool fail_sticky = false;
size_t left_at_end = 0;

TEST(StateTest, CanBeRefusedMemoryAtAnyPointOfItsMaking) {
  auto on_heap = [](gc::Heap& heap) {
    heap.FailAllocation(fail_at, fail_sticky);
    heap.ReportAtEnd(&left_at_end);
  };
  StateOptions options;
  options.on_heap = on_heap;
  for (const Style& style : kStyles) {
    SCOPED_TRACE(std::string("failing: ") + style.name);
    for (uint64_t n = 1;; ++n) {
      fail_at = style.heap ? n : 0;
      fail_sticky = style.sticky;
      left_at_end = 0;
      bool made = false;
      bool opened = false;
      uint64_t left = 0;
      if (style.cpp) FailNew(n, style.sticky);
      try {
        State state(options, m3::MakeEngine);
        made = true;
        stdlib::OpenAll(state);
        opened = true;
        left =
            style.cpp ? NewsToFailure() : state.heap().allocations_to_failure();
        state.heap().FailAllocation(0);
        FailNew(0, false);
      } catch (const std::bad_alloc&) {
      } catch (const LuaError&) {
        EXPECT_TRUE(made) << "a state throws std::bad_alloc";
      }
      FailNew(0, false);
      ASSERT_EQ(left_at_end, 0u) << "bytes are left after allocation " << n;
      if (!opened) ++failures;
      if (opened && left > 1) break;
      ASSERT_LT(n, 5000u);
    }
  }
}

// ---- the C++ API

const std::string kArgument(200, 'x');

TEST(ApiTest, EveryCallReturnsAStatus) {
  struct {
    const char* name;
    absl::Status (*call)(Lua& lua);
  } const kCalls[] = {
      {"RunString",
       [](Lua& lua) {
         return lua.RunString(
             "local t = {} for i = 1, 20 do t[i] = 'text ' .. i end "
             "assert(#table.concat(t) > 100)",
             "=a chunk with a name");
       }},
      {"RunString with an error",
       [](Lua& lua) {
         absl::Status status = lua.RunString(
             "local function f() error('an "
             "error with a long text') end "
             "f()");
         return status.code() == absl::StatusCode::kUnknown ? absl::OkStatus()
                                                            : status;
       }},
      {"RunString with a syntax error",
       [](Lua& lua) {
         absl::Status status = lua.RunString("x = = a syntax error");
         return status.code() == absl::StatusCode::kInvalidArgument
                    ? absl::OkStatus()
                    : status;
       }},
      {"Eval",
       [](Lua& lua) {
         return lua.Eval<Scalars>("'a string that is long enough', 1, 2.5, nil")
             .status();
       }},
      {"Call",
       [](Lua& lua) {
         return lua.Call<std::string>("tostring", kArgument).status();
       }},
      {"Set", [](Lua& lua) { return lua.Set("a_global_variable", kArgument); }},
      {"Get",
       [](Lua& lua) { return lua.Get<std::string>("_VERSION").status(); }},
      {"Set of a function and a call of it",
       [](Lua& lua) {
         absl::Status status = lua.Set("host", [](Arguments arguments) {
           Scalars copies;
           for (View v : arguments) v.Get(copies.emplace_back());
           return copies;
         });
         if (!status.ok()) return status;
         return lua.RunString(
             "assert(host('a', 1, 'text that is long enough "
             "to be allocated') == 'a')");
       }},
  };
  for (const Style& style : kStyles) {
    for (const auto& c : kCalls) {
      SCOPED_TRACE(std::string(c.name) + ", failing: " + style.name);
      Lua lua;
      gc::Heap& heap = lua.state().heap();
      ASSERT_TRUE(c.call(lua).ok());
      for (uint64_t n = 1;; ++n) {
        absl::StatusCode code = absl::StatusCode::kOk;
        const char* stray = nullptr;
        Arm(heap, style, n);
        try {
          code = c.call(lua).code();
        } catch (const std::bad_alloc&) {
          stray = "std::bad_alloc";
        } catch (const LuaError&) {
          stray = "LuaError";
        }
        bool passed = Disarm(heap, style, n);
        if (stray != nullptr)
          FAIL() << stray << " came out of allocation " << n;
        if (code != absl::StatusCode::kOk) {
          ASSERT_EQ(code, absl::StatusCode::kResourceExhausted)
              << "allocation " << n;
        }
        ASSERT_EQ(gc::BrokenInvariant(heap), "") << "after allocation " << n;
        ASSERT_TRUE(lua.RunString("assert(#('x'):rep(100) == 100)").ok());
        if (passed) break;
        ++failures;
        ASSERT_LT(n, 5000u);
      }
    }
  }
}

class Sum : public ::testing::Environment {
 public:
  void TearDown() override {
    std::printf("allocations failed: %llu\n",
                static_cast<unsigned long long>(failures));
  }
};
const auto* const kSum = ::testing::AddGlobalTestEnvironment(new Sum);

}  // namespace
}  // namespace m3lua
