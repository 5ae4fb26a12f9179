// Scripts that would take all memory there is (scripts.lua, a table of them):
// in a state with a memory limit each ends with a Lua error, soon, within the
// limit, and the state can be used afterwards.
//
// Scripts that run on without growing are ended by an interrupt: their entry
// in the table says so.  The peak of the heap is exact; the memory of the
// process is looked at too, since what the heap does not count is also there.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "tests/unit/engine/machine.h"
#include "tests/unit/testing/read_file.h"
#include "tests/unit/testing/resident_memory.h"

namespace m3lua {
namespace {

using testing::Machine;
using testing::ReadFile;
using testing::ResidentBytes;

constexpr size_t kLimit = size_t{8} << 20;
// What the collector itself needs is counted, but never refused (liveness
// maps).
constexpr size_t kCollectorsOwn = size_t{1} << 20;

// Raises an interrupt after a while, again and again, until it goes.
class Interrupter {
 public:
  explicit Interrupter(State& state)
      : thread_([this, &state] {
          using std::chrono::milliseconds;
          for (int waited = 0; !done_; waited += 10) {
            std::this_thread::sleep_for(milliseconds(10));
            if (waited >= 1000) state.interrupt = true;
          }
        }) {}
  ~Interrupter() {
    done_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> done_{false};
  std::thread thread_;
};

struct Script {
  std::string name;
  std::string code;
  std::string expected;  // part of the error
};

// Entries are {name, expected error, code}.
std::vector<Script> Scripts() {
  Machine m;
  std::vector<Script> scripts;
  const std::string code = ReadFile("tests/limit/runaway/scripts.lua");
  Value f = m.Compile(code);
  std::span<Value> results;
  if (!m.state.engine().ProtectedCall(*m.state.main, f, {}, 1, Value::Nil(),
                                      results)) {
    ADD_FAILURE() << "scripts.lua: " << m.Text(results[0]);
    return scripts;
  }
  Table* list = results[0].table();
  for (int64_t i = 1; i <= Length(list); ++i) {
    Table* entry = GetInteger(list, i).table();
    scripts.push_back({m.Text(GetInteger(entry, 1)),
                       m.Text(GetInteger(entry, 3)),
                       m.Text(GetInteger(entry, 2))});
  }
  return scripts;
}

TEST(RunawayTest, EndsWithAnErrorWithinTheLimit) {
  const std::vector<Script> scripts = Scripts();
  EXPECT_GE(scripts.size(), 100u);
  size_t resident_peak = 0;
  double slowest = 0;
  std::string slowest_name;
  for (const Script& script : scripts) {
    SCOPED_TRACE(script.name);
    Machine m({.memory_limit = kLimit, .stack_limit = 200000});
    m.state.warn = [](std::string_view, bool) {};
    gc::Heap& heap = m.state.heap();
    const size_t resident = ResidentBytes();
    const auto start = std::chrono::steady_clock::now();
    std::string result;
    {
      Interrupter interrupter(m.state);
      result = m.Run(script.code);
    }
    m.state.interrupt = false;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
            .count();
    if (seconds > slowest) {
      slowest = seconds;
      slowest_name = script.name;
    }
    EXPECT_TRUE(result.starts_with("error:")) << result.substr(0, 200);
    EXPECT_NE(result.find(script.expected), std::string::npos)
        << "expected: " << script.expected << "\n"
        << result.substr(0, 200);
    EXPECT_LE(heap.peak_footprint(), kLimit + kCollectorsOwn);
    const size_t grown = ResidentBytes() - std::min(resident, ResidentBytes());
    resident_peak = std::max(resident_peak, grown);
#ifndef M3LUA_SYSTEM_ALLOCATOR
    EXPECT_LE(grown, 3 * kLimit) << "the process has grown beyond reason";
#endif
    EXPECT_LE(heap.emergencies(), 200u) << "emergency collections";
    EXPECT_LT(seconds, 30);
    m.state.heap().FullCollection(*m.state.main);
    m.Run("debug.sethook()");
    EXPECT_EQ(m.Run("local t = {} for i = 1, 1000 do t[i] = {i} end "
                    "local ok, e = pcall(error, 'x') "
                    "return #t, #('x'):rep(1000), ok, e"),
              "1000 1000 false x");
  }
  std::printf(
      "%zu scripts; slowest: %s, %.2f s; resident memory grew by at "
      "most %zu bytes\n",
      scripts.size(), slowest_name.c_str(), slowest, resident_peak);
}

}  // namespace
}  // namespace m3lua
