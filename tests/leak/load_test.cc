// Chunks that were loaded leave nothing behind when nobody uses them any more,
// equal ones are compiled once, and code lives for as long as a coroutine is
// in it.
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "lua/runtime/strings.h"
#include "tests/leak/leak_testing.h"

namespace m3lua {
namespace {

using testing::Difference;
using testing::Machine;
using testing::Scaled;
using testing::Settle;

// Loads and calls `count` chunks that differ in everything that they have:
// constants of all kinds, long and short strings, keys, nested functions,
// names, lines.  (A global `how` says how they are loaded.)
constexpr const char* kDistinctLoads = R"(
  local first, count, how = ...
  for i = first, first + count - 1 do
    local long = ('long string %d '):format(i):rep(8)
    local text = ([[
      local short, long, float, int = 'short %d', '%s', %d.25, %d + 1000000
      local t = {field_%d = long, [float] = int}
      local function nested(last)
        local up = short
        return function() return up, t.field_%d, t[%d.25], last end
      end
      return nested(%d)
    ]]):format(i, long, i, i, i, i, i, i) .. ('\n'):rep(i % 7)
    local f
    if how == 'text' then
      f = assert(load(text))
    elseif how == 'named' then
      f = assert(load(text, '=chunk' .. i))
    elseif how == 'reader' then
      local at = 0
      f = assert(load(function()
        at = at + 50
        return text:sub(at - 49, at)
      end, '@file' .. i))
    elseif how == 'binary' then
      f = assert(load(string.dump(load(text, '=b' .. i), i % 2 == 0)))
    else
      assert(not load(text .. ' syntax error ' .. i))
    end
    if f then
      local a, b, c, d = f()()
      assert(a == 'short ' .. i and b == long and c == i + 1000000 and d == i)
    end
  end
)";

// Runs kDistinctLoads with these arguments.
std::string LoadDistinct(Machine& m, int first, int count,
                         std::string_view how) {
  Value arguments[] = {Value::Integer(first), Value::Integer(count),
                       Value::Of(NewString(m.state, how))};
  return m.Call(m.Compile(kDistinctLoads), arguments);
}

TEST(LoadLeakTest, DistinctChunksLeaveNothing) {
  for (const char* how : {"text", "named", "reader", "binary", "wrong"}) {
    Machine m;
    ASSERT_EQ(LoadDistinct(m, 1, 3, how), "");
    gc::Statistics before = Settle(m);
    ASSERT_EQ(LoadDistinct(m, 10, Scaled(10000), how), "");
    gc::Statistics after = Settle(m);
    EXPECT_EQ(Difference(before, after), "")
        << "kept by " << Scaled(10000) << " distinct loads, way: " << how;
    EXPECT_LE(after.intern_table_bytes, 2 * before.intern_table_bytes)
        << "the intern table has not shrunk, way: " << how;
    EXPECT_EQ(after.accounted_bytes(), after.heap_bytes)
        << "each byte belongs to something";
  }
}

// The same while a closure of each is alive, and then is not.
TEST(LoadLeakTest, CodeGoesWithItsLastClosure) {
  Machine m;
  const std::string keep = absl::StrCat(R"(
    keep = {}
    for i = 1, )",
                                        Scaled(3000), R"( do
      keep[i] = load('local a = ' .. i .. ' return function() return a end')
      if i % 2 == 0 then keep[i] = keep[i]() end
    end)");
  auto round = [&] {
    ASSERT_EQ(m.Run(keep), "");
    ASSERT_EQ(m.Run("collectgarbage() for i, f in ipairs(keep) do local v = "
                    "f() assert((i % 2 == 0 and v or v()) == i) end "
                    "for i = #keep, 1, -1 do keep[i] = nil "
                    "if i % 100 == 0 then collectgarbage('step') end end "
                    "keep = nil"),
              "");
  };
  round();
  gc::Statistics before = Settle(m);
  round();
  EXPECT_EQ(Difference(before, Settle(m)), "");
}

TEST(LoadLeakTest, EqualChunksAreOneEntry) {
  Machine m;
  const size_t prototypes = Settle(m).of(ObjectKind::kPrototype).count;
  ASSERT_EQ(m.Run("keep = {} for i = 1, 1000 do "
                  "keep[i] = load('local x = ... return x + 1') end"),
            "");
  gc::Statistics s = m.state.heap().GetStatistics();
  EXPECT_EQ(s.cached_chunks, 1u) << "(the program itself has a name)";
  EXPECT_GE(m.state.code_cache.hits(), 999u);
  s = Settle(m);
  EXPECT_EQ(s.of(ObjectKind::kPrototype).count, prototypes + 1)
      << "a thousand functions share one prototype";
  EXPECT_EQ(s.cached_chunks, 1u);
  EXPECT_EQ(m.Run("local sum, ids = 0, {} for i, f in ipairs(keep) do "
                  "sum = sum + f(i) ids[f] = true end "
                  "local n = 0 for _ in pairs(ids) do n = n + 1 end "
                  "return sum, n"),
            "501500 1000")
      << "they are functions of their own all the same";
  EXPECT_EQ(m.Run("keep = nil"), "");
  s = Settle(m);
  EXPECT_EQ(s.cached_chunks, 0u) << "no closure is left";
  EXPECT_EQ(s.code_cache_bytes, 0u);
  EXPECT_EQ(s.of(ObjectKind::kPrototype).count, prototypes);
}

// The cache forgets code, or keeps it: either way a coroutine that is
// suspended in it goes on.
TEST(LoadLeakTest, ACoroutineResumesInEvictedCode) {
  Machine m;
  gc::Statistics before = Settle(m);
  ASSERT_EQ(m.Run(R"(
    co = coroutine.create(load([[
      local sum = 0
      for i = 1, 3 do
        local function add(x) sum = sum + x coroutine.yield(sum) end
        add(i * 10)
      end
      return 'done ' .. sum
    ]]))
    local ok, first = coroutine.resume(co)
    return first
  )"),
            "10");
  ASSERT_EQ(LoadDistinct(m, 1, 300, "text"), "");
  EXPECT_LE(Settle(m).cached_chunks, 1u) << "all but the suspended one went";
  EXPECT_EQ(m.Run("return select(2, coroutine.resume(co))"), "30");
  Settle(m);
  EXPECT_EQ(m.Run("return select(2, coroutine.resume(co))"), "60");
  EXPECT_EQ(m.Run("return select(2, coroutine.resume(co))"), "done 60");
  EXPECT_EQ(m.Run("co = nil"), "");
  gc::Statistics after = Settle(m);
  EXPECT_EQ(after.of(ObjectKind::kPrototype).count,
            before.of(ObjectKind::kPrototype).count)
      << "then its code goes too";
  EXPECT_EQ(after.cell_bytes, before.cell_bytes);
}

}  // namespace
}  // namespace m3lua
