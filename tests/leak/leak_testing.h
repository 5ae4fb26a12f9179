// What the tests of leaks share: a heap at rest, and what it has more than
// another time.
//
//   Machine m;
//   Settle(m) … do things … EXPECT_EQ(Difference(before, Settle(m)), "");
#ifndef TESTS_LEAK_LEAK_TESTING_H_
#define TESTS_LEAK_LEAK_TESTING_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "lua/gc/heap.h"
#include "lua/gc/statistics.h"
#include "tests/unit/engine/machine.h"
#include "tests/unit/testing/resident_memory.h"

namespace m3lua::testing {

// As often as this build can afford: a collection at every allocation makes
// things hundreds of times slower, a sanitizer ten times.
inline constexpr int Scaled(int count) {
#if defined(M3LUA_STRESS)
  return count / 500 + 2;
#elif defined(M3LUA_SYSTEM_ALLOCATOR)
  return count / 10 + 1;
#else
  return count;
#endif
}
inline constexpr bool kCountsResidentMemory =
#if defined(M3LUA_STRESS) || defined(M3LUA_SYSTEM_ALLOCATOR)
    false;
#else
    true;
#endif

inline const char* const kKindNames[] = {
    "free cells", "strings",    "tables",   "Lua functions", "native functions",
    "userdata",   "coroutines", "upvalues", "prototypes"};
static_assert(std::size(kKindNames) == gc::Statistics::kKinds);

// A bit of everything that a state may own: `n` objects, calls nested 5 * `n`
// deep.
inline std::string Session(int n) {
  return absl::StrCat("local n = ", n, R"(
    local t = {}
    for i = 1, n do t[i] = {name = 'n' .. i, i = i} end
    table.sort(t, function(a, b) return a.i > b.i end)
    local co = coroutine.wrap(function(...) coroutine.yield(...) error('x') end)
    co(1)
    pcall(co)
    held = setmetatable({}, {__gc = function() end, __mode = 'k'})
    local unfinished = coroutine.create(function()
      local c <close> = setmetatable({}, {__close = function() end})
      coroutine.yield()
    end)
    coroutine.resume(unfinished)
    held[unfinished] = t
    local f = load('local a = ... return function() return a end', '=named')
    local g = load('local a = ... return function() return a end', '=named')(t)
    local h = load('local a = ... return function() return a end')(t)
    assert(f(t)() == t and g() == t and h() == t)
    local function deep(n) if n > 0 then return 1 + deep(n - 1) end return 0 end
    deep(5 * n)
    assert(select('#', string.rep('x', 10000):byte(1, 100)) == 100)
  )");
}

// What the heap holds when all garbage is gone.  (Three rounds: finalizers run
// after the first, what they brought back to life goes in the second, what
// belonged to that in the third.)
inline gc::Statistics Settle(Machine& m) {
  gc::Heap& heap = m.state.heap();
  for (int i = 0; i < 3; ++i) heap.FullCollection(*m.state.main);
  return heap.GetStatistics();
}

// In words, what `after` has more or less than `before`; "" if nothing.  Free
// cells and the intern table's empty buckets do not count.
inline std::string Difference(const gc::Statistics& before,
                              const gc::Statistics& after) {
  std::string text;
  auto compare = [&](absl::string_view what, size_t x, size_t y) {
    if (x == y) return;
    absl::StrAppend(&text, text.empty() ? "" : ", ", what, ": ", x, " -> ", y);
  };
  for (size_t i = 0; i < gc::Statistics::kKinds; ++i) {
    const gc::Statistics::Kind& x = before.kinds[i];
    const gc::Statistics::Kind& y = after.kinds[i];
    compare(kKindNames[i], x.count, y.count);
    compare(absl::StrCat("bytes of ", kKindNames[i]), x.object_bytes,
            y.object_bytes);
    compare(absl::StrCat("bytes owned by ", kKindNames[i]), x.buffer_bytes,
            y.buffer_bytes);
  }
  compare("bytes of bytecode", before.bytecode_bytes, after.bytecode_bytes);
  compare("bytes of cells", before.cell_bytes, after.cell_bytes);
  compare("constants", before.constant_count, after.constant_count);
  compare("interned strings", before.interned_strings, after.interned_strings);
  compare("cached chunks", before.cached_chunks, after.cached_chunks);
  compare("bytes of the code cache", before.code_cache_bytes,
          after.code_cache_bytes);
  compare("objects with a finalizer", before.finalizable, after.finalizable);
  compare("bytes of the heap but for the intern table",
          before.heap_bytes - before.intern_table_bytes,
          after.heap_bytes - after.intern_table_bytes);
  return text;
}

}  // namespace m3lua::testing

#endif  // TESTS_LEAK_LEAK_TESTING_H_
