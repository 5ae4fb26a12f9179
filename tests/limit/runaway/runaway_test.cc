// Scripts that would take all memory there is (scripts.lua, a table of them):
// in a state with a memory limit each ends with a Lua error, soon, within the
// limit, and the state can be used afterwards.  A test for each.
//
// Scripts that run on without growing are ended by a limit of steps: their
// entry in the table says so ("budget exhausted").  The peak of the heap is
// exact; the memory of the process is looked at too, since what the heap does
// not count is also there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <ostream>
#include <string>
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

#ifdef M3LUA_SYSTEM_ALLOCATOR
constexpr size_t kLimit = size_t{2} << 20;
constexpr uint32_t kStackLimit = 50000;
// With less memory it may end before whatever else would.
constexpr bool kMemoryMayEndFirst = true;
#else
constexpr size_t kLimit = size_t{8} << 20;
constexpr uint32_t kStackLimit = 200000;
constexpr bool kMemoryMayEndFirst = false;
#endif
// For scripts that only steps end, and against those that should not need it.
// (Each coroutine takes a slice of thousands.)
constexpr int64_t kFewSteps = 50000;
constexpr int64_t kManySteps = 1000000000;
// What the collector itself needs is counted, but never refused (liveness
// maps).
constexpr size_t kCollectorsOwn = size_t{1} << 20;

struct Script {
  std::string name;
  std::string code;
  std::string expected;  // part of the error
};

void PrintTo(const Script& script, std::ostream* out) { *out << script.code; }

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

std::string NameOf(const ::testing::TestParamInfo<Script>& info) {
  std::string name;
  for (char c : info.param.name) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (plain || !name.ends_with('_')) name += plain ? c : '_';
  }
  return name;
}

class RunawayTest : public ::testing::TestWithParam<Script> {};

TEST_P(RunawayTest, EndsWithAnErrorWithinTheLimit) {
  const Script& script = GetParam();
  Machine m({.memory_limit = kLimit, .stack_limit = kStackLimit});
  m.state.warn = [](std::string_view, bool) {};
  gc::Heap& heap = m.state.heap();
  const size_t resident = ResidentBytes();
  m.state.limits.SetBudget(script.expected == "budget exhausted" ? kFewSteps
                                                                 : kManySteps);
  const std::string result = m.Run(script.code);
  m.state.limits.SetBudget(-1);
  const size_t now = ResidentBytes();
  RecordProperty("emergencies", std::to_string(heap.emergencies()));

  EXPECT_TRUE(result.starts_with("error:"))
      << "it ended without an error: " << result.substr(0, 200);
  EXPECT_TRUE(
      result.find(script.expected) != result.npos ||
      (kMemoryMayEndFirst && result.find("not enough memory") != result.npos))
      << "expected: " << script.expected << "\n"
      << result.substr(0, 200);
  EXPECT_LE(heap.peak_footprint(), kLimit + kCollectorsOwn);
#ifndef M3LUA_SYSTEM_ALLOCATOR
  EXPECT_LE(now, resident + 3 * kLimit) << "the process has grown too much";
#else
  (void)now, (void)resident;
#endif
  EXPECT_LE(heap.emergencies(), 500u) << "emergency collections";

  // (A hook may still hold all that it has made, and finalizers may add more.)
  heap.set_limit(0);
  m.Run(
      "debug.sethook() collectgarbage('restart') "
      "if m then m.__gc = nil end collectgarbage()");
  heap.FullCollection(*m.state.main);
  // (What the registry holds is still there.)
  heap.set_limit(heap.footprint() + kLimit / 2);
  EXPECT_EQ(m.Run("local t = {} for i = 1, 300 do t[i] = {i} end "
                  "local ok, e = pcall(error, 'x') "
                  "return #t, #('x'):rep(1000), ok, e"),
            "300 1000 false x")
      << "the state can't be used afterwards";
}

INSTANTIATE_TEST_SUITE_P(Scripts, RunawayTest, ::testing::ValuesIn(Scripts()),
                         NameOf);

TEST(MemoryLimit, LetsAProgramGoOnWhoseLiveDataFillMostOfIt) {
  Machine m;
  gc::Heap& heap = m.state.heap();
  ASSERT_EQ(m.Run("t = {} for i = 1, 5000 do t[i] = {i, 'x' .. i} end"), "");
  heap.FullCollection(*m.state.main);
  heap.set_limit(heap.footprint() / 9 * 10);
  for (const char* churn :
       {"local x = {i, i}", "local x = 'a string ' .. i",
        "local function x() return i end", "local x = ('x'):rep(2000) .. i",
        "t[i % 5000 + 1] = {i, 'x' .. i}"}) {
    EXPECT_EQ(
        m.Run(std::string("for i = 1, 20000 do ") + churn + " end return 'ok'"),
        "ok")
        << churn;
  }
  EXPECT_LE(heap.peak_footprint(), heap.limit() + kCollectorsOwn);
}

TEST(RunawayScripts, AreAllThere) { EXPECT_GE(Scripts().size(), 126u); }

}  // namespace
}  // namespace m3lua
