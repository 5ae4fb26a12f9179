// Programs that go on for ever in a steady state stay as large as they are:
// the heap is bounded by what lives, it does not creep, and memory that was
// freed is used again or goes back to the system.
#include <gtest/gtest.h>
#include <mimalloc.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/leak/leak_testing.h"

namespace m3lua {
namespace {

using testing::Difference;
using testing::kCountsResidentMemory;
using testing::Machine;
using testing::ResidentBytes;
using testing::Scaled;
using testing::Settle;

constexpr const char* kIncremental = "";
constexpr const char* kGenerational = "collectgarbage('generational')";

struct Workload {
  const char* name;
  const char* setup;  // what lives all the time
  const char* round;  // work on it
};

const Workload kWorkloads[] = {
    {"binary trees",
     "function tree(d) if d == 0 then return {} end "
     "return {tree(d - 1), tree(d - 1)} end "
     "function check(t) return t[1] and 1 + check(t[1]) + check(t[2]) or 1 end "
     "long = tree(13)",
     "for i = 1, 40 do assert(check(tree(8)) == 511) end"},
    {"a cache whose entries are replaced",
     "cache = {} n = 0 for i = 1, 5000 do cache[i] = {i} end",
     "for i = 1, 4000 do n = n + 1 cache[n * 7919 % 5000 + 1] = "
     "{n, tostring(n), {n}} end"},
    {"keys that come and go",
     "map = {} n = 0 for i = 1, 4000 do map['k' .. i] = i end",
     "for i = 1, 4000 do n = n + 1 map['k' .. n] = nil "
     "map['k' .. n + 4000] = {n} end"},
    {"a queue",
     "first, last, queue = 1, 0, {} for i = 1, 4000 do last = last + 1 "
     "queue[last] = {i} end",
     "for i = 1, 4000 do last = last + 1 queue[last] = {i} "
     "queue[first] = nil first = first + 1 end"},
    {"strings that grow",
     "lines = {} for i = 1, 1000 do lines[i] = ('line %d'):format(i):rep(10) "
     "end n = 0",
     "for i = 1, 1000 do n = n + 1 local s = lines[i]:sub(1, 50) .. n "
     "lines[i] = s:rep(4):upper():lower() end"},
    {"coroutines and closures",
     "workers = {} for i = 1, 500 do workers[i] = coroutine.wrap(function() "
     "while true do coroutine.yield() end end) workers[i]() end n = 0",
     "for i = 1, 300 do n = n % 500 + 1 local x = {n} workers[n] = "
     "coroutine.wrap(function() while true do coroutine.yield(x) end end) "
     "workers[n]() end"},
    {"chunks that are loaded",
     "functions = {} for i = 1, 200 do functions[i] = load('return ' .. i) "
     "end n = 0",
     "for i = 1, 100 do n = n + 1 functions[n % 200 + 1] = load("
     "'local a = ' .. n .. ' return function() return a end') end"},
    {"weak tables",
     "weak = setmetatable({}, {__mode = 'k'}) keys = {} "
     "for i = 1, 3000 do keys[i] = {} weak[keys[i]] = {i} end n = 0",
     "for i = 1, 2000 do n = n % 3000 + 1 keys[n] = {} "
     "weak[keys[n]] = {keys[n]} end"},
    {"finalizers",
     "mt = {__gc = function(o) o[1] = nil end} held = {} n = 0 "
     "for i = 1, 1000 do held[i] = setmetatable({i}, mt) end",
     "for i = 1, 1000 do n = n % 1000 + 1 held[n] = setmetatable({n}, mt) "
     "end"},
};

// The heap while a workload goes on, in rounds.
void ExpectBounded(const Workload& w, const char* mode, double factor) {
  Machine m;
  m.Run(mode);
  ASSERT_EQ(m.Run(w.setup), "");
  // (What lives is as large as in the long run after some rounds.)
  for (int i = 0; i < 4; ++i) ASSERT_EQ(m.Run(w.round), "") << w.name;
  const size_t live = Settle(m).heap_bytes;
  size_t peak_early = 0;
  size_t peak_late = 0;
  size_t footprint = 0;
  const int rounds = Scaled(60);
  const uint64_t cycles = m.state.heap().cycles();
  const Value function = m.Compile(w.round);
  SetField(m.state, m.state.globals, "work", function);
  for (int i = 0; i < rounds; ++i) {
    ASSERT_EQ(m.Call(m.Global("work")), "") << w.name;
    size_t bytes = m.state.heap().bytes();
    size_t& peak = i < rounds / 2 ? peak_early : peak_late;
    peak = std::max(peak, bytes);
    footprint = std::max(footprint, m.state.heap().footprint());
  }
  const size_t after = Settle(m).heap_bytes;
  std::printf(
      "%-36s %-13s live %5zu KiB, peak %.2f, footprint %.2f times as much, "
      "%zu cycles\n",
      w.name, *mode == '\0' ? "incremental" : "generational", live / 1024,
      static_cast<double>(std::max(peak_early, peak_late)) /
          static_cast<double>(live),
      static_cast<double>(footprint) / static_cast<double>(live),
      static_cast<size_t>(m.state.heap().cycles() - cycles));
  const double base = static_cast<double>(std::max(live, after)) + 64 * 1024;
  EXPECT_LE(static_cast<double>(peak_late), factor * base)
      << w.name << ", " << mode << ": the heap at its largest";
  // (After few cycles the first half need not have met a peak yet.)
  if (m.state.heap().cycles() - cycles >= 15) {
    EXPECT_LE(static_cast<double>(peak_late),
              1.15 * static_cast<double>(peak_early) + 64 * 1024)
        << w.name << ", " << mode << ": the heap creeps";
  }
  EXPECT_LE(static_cast<double>(footprint), 1.25 * factor * base)
      << w.name << ", " << mode << ": what is taken from the system";
  EXPECT_LE(after, live + live / 2 + 64 * 1024)
      << w.name << ", " << mode << ": what lives has grown";
}

// A cycle starts when memory has doubled, and during it the program goes on to
// allocate: so somewhat more than two times what lives.
TEST(SteadyStateTest, TheHeapIsBoundedByWhatLives) {
  for (const Workload& w : kWorkloads) ExpectBounded(w, kIncremental, 3.0);
}
TEST(SteadyStateTest, TheHeapIsBoundedInGenerationalMode) {
  for (const Workload& w : kWorkloads) ExpectBounded(w, kGenerational, 2.0);
}

// The same state over and over: not a byte more at rest.
TEST(SteadyStateTest, AtRestNothingIsMore) {
  for (const Workload& w : kWorkloads) {
    Machine m;
    auto run = [&] {
      m.Run(w.setup);
      for (int i = 0; i < 3; ++i) m.Run(w.round);
      m.Run("for k in pairs(_G) do if not keep[k] then _G[k] = nil end end");
    };
    m.Run("keep = {} for k in pairs(_G) do keep[k] = true end");
    run();
    run();
    gc::Statistics before = Settle(m);
    for (int i = 0; i < Scaled(10); ++i) run();
    EXPECT_EQ(Difference(before, Settle(m)), "") << w.name;
  }
}

// Sizes of all kinds, freed in an order that leaves holes everywhere, then
// other sizes.
TEST(SteadyStateTest, HolesAreUsedAgainOrGivenBack) {
  if (!kCountsResidentMemory) GTEST_SKIP() << "looks at resident memory";
  // (By default mimalloc gives pages back some time after they were freed, when
  // something else is freed near them.)
  mi_option_set(mi_option_decommit_delay, 0);
  Machine m;
  Settle(m);
  const size_t empty = m.state.heap().footprint();
  const char* const kFill = R"(
    things = {}
    local seed = ...
    for i = 1, 60000 do
      seed = seed * 1103515245 + 12345 & 0x7fffffff
      local kind, size = seed >> 8 & 3, seed >> 10 & 127
      things[i] = kind == 0 and ('s'):rep(size * 9) .. i
        or kind == 1 and {table.unpack({}, 1, size // 8)}
        or kind == 2 and {[i] = i, [size] = {size}}
        or function() return i, size end
    end
  )";
  size_t filled = 0;
  size_t resident_filled = 0;
  size_t resident_before = ResidentBytes();
  for (int round = 0; round < 6; ++round) {
    Value seed[] = {Value::Integer(round + 1)};
    ASSERT_EQ(m.Call(m.Compile(kFill), seed), "");
    Settle(m);
    if (round == 0) {
      filled = m.state.heap().footprint();
      resident_filled = ResidentBytes();
    }
    EXPECT_LE(m.state.heap().footprint(), filled + filled / 4)
        << "round " << round << ": holes of earlier rounds were not used";
    EXPECT_LE(ResidentBytes(), resident_filled + (filled - empty) / 2)
        << "round " << round << ": resident memory";
    // One in sixteen stays: next to no block becomes free as a whole.
    ASSERT_EQ(m.Run("for i = 1, #things do if i % 16 ~= 0 then "
                    "things[i] = false end end"),
              "");
    Settle(m);
  }
  ASSERT_EQ(m.Run("things = nil"), "");
  Settle(m);
  EXPECT_LE(m.state.heap().footprint(), empty + 256 * 1024)
      << "when all is freed, all blocks go back";
  const size_t wanted =
      resident_before + (resident_filled - resident_before) / 4;
  mi_collect(true);
  const size_t resident_after = ResidentBytes();
  std::printf("resident: %zu KiB empty, %zu KiB full, %zu KiB empty again\n",
              resident_before / 1024, resident_filled / 1024,
              resident_after / 1024);
  EXPECT_LE(resident_after, wanted)
      << "resident memory after everything was freed";
}

}  // namespace
}  // namespace m3lua
