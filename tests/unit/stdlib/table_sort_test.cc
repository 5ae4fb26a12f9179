// table.sort with order functions of all kinds.  More in
// tests/conformance/sort.lua.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "lua/runtime/operations.h"
#include "lua/stdlib/libraries.h"
#include "tests/unit/stdlib/library_state.h"

namespace m3lua::testing {
namespace {

// The order function under test; a native function has no room for it.
std::function<bool(NativeCall& call, Value a, Value b)> g_less;

Value OrderFunction(LibraryState& lua) {
  return Value::Of(NewNative(lua.state, [](NativeCall& call) {
    return call.Return(Value::Boolean(g_less(call, call.arg(1), call.arg(2))));
  }));
}

bool IntegerLess(Value a, Value b) { return a.integer() < b.integer(); }

std::vector<int64_t> Integers(Table* t) {
  std::vector<int64_t> list;
  for (int64_t i = 1, n = Length(t); i <= n; ++i) {
    list.push_back(GetInteger(t, i).integer());
  }
  return list;
}

struct Pattern {
  const char* name;
  int64_t (*element)(int64_t i, int64_t n);
};
constexpr Pattern kPatterns[] = {
    {"ascending", [](int64_t i, int64_t) { return i; }},
    {"descending", [](int64_t i, int64_t n) { return n - i; }},
    {"equal", [](int64_t, int64_t) -> int64_t { return 3; }},
    {"two values", [](int64_t i, int64_t) { return i % 2; }},
    {"organ pipe", [](int64_t i, int64_t n) { return i < n / 2 ? i : n - i; }},
    {"scattered", [](int64_t i, int64_t n) { return i * 7919 % n; }},
    {"sawtooth", [](int64_t i, int64_t) { return i % 17; }},
};

TEST(TableSortTest, SortsPatternsInLogLinearTime) {
  LibraryState lua(stdlib::OpenTable);
  for (const Pattern& pattern : kPatterns) {
    for (int64_t n : {0, 1, 2, 3, 4, 5, 8, 100, 101, 2000}) {
      for (bool with_function : {false, true}) {
        Table* t = lua.List({});
        std::vector<int64_t> expected;
        for (int64_t i = 0; i < n; ++i) {
          expected.push_back(pattern.element(i, n));
          SetInteger(lua.state, t, i + 1, Int(expected.back()));
        }
        std::sort(expected.begin(), expected.end());
        int64_t calls = 0;
        g_less = [&](NativeCall&, Value a, Value b) {
          ++calls;
          return IntegerLess(a, b);
        };
        if (with_function) {
          lua.Call("table.sort", {Value::Of(t), OrderFunction(lua)});
        } else {
          lua.Call("table.sort", {Value::Of(t)});
        }
        EXPECT_EQ(Integers(t), expected) << pattern.name << ", " << n;
        EXPECT_LE(calls, 4 + 8 * n * std::log2(n + 2)) << pattern.name;
      }
    }
  }
}

// McIlroy's adversary ("A killer adversary for quicksort", 1999) decides the
// order while it is asked; it makes quicksort alone quadratic.
TEST(TableSortTest, StaysLogLinearAgainstAnAdversary) {
  LibraryState lua(stdlib::OpenTable);
  constexpr int64_t kCount = 4000;
  constexpr int64_t kGas = kCount + 1;
  Table* t = lua.List({});
  for (int64_t i = 0; i < kCount; ++i) SetInteger(lua.state, t, i + 1, Int(i));
  std::vector<int64_t> rank(kCount, kGas);
  int64_t solid = 0;
  int64_t candidate = 0;
  int64_t calls = 0;
  g_less = [&](NativeCall&, Value a, Value b) {
    ++calls;
    int64_t x = a.integer();
    int64_t y = b.integer();
    if (rank[x] == kGas && rank[y] == kGas) {
      rank[x == candidate ? x : y] = solid++;
    }
    if (rank[x] == kGas) {
      candidate = x;
    } else if (rank[y] == kGas) {
      candidate = y;
    }
    return rank[x] < rank[y];
  };
  lua.Call("table.sort", {Value::Of(t), OrderFunction(lua)});
  EXPECT_LE(calls, 10 * kCount * std::log2(kCount));
  std::vector<int64_t> sorted = Integers(t);
  for (int64_t i = 1; i < kCount; ++i) {
    ASSERT_LE(rank[sorted[i - 1]], rank[sorted[i]]) << "at " << i;
  }
}

TEST(TableSortTest, SortsStringsAsTheyCompare) {
  LibraryState lua(stdlib::OpenTable);
  std::mt19937 random(1);
  Table* t = lua.List({});
  for (int64_t i = 1; i <= 500; ++i) {
    std::string text(random() % 12, 'a');
    for (char& c : text) c = "ab\0\xff"[random() % 4];
    SetInteger(lua.state, t, i, lua.Str(text));
  }
  lua.Call("table.sort", {Value::Of(t)});
  for (int64_t i = 2; i <= 500; ++i) {
    EXPECT_LE(CompareStrings(GetInteger(t, i - 1).string(),
                             GetInteger(t, i).string()),
              0);
  }
}

TEST(TableSortTest, SortsFloatsAndMixtures) {
  LibraryState lua(stdlib::OpenTable);
  Table* t = lua.List({Flt(2.5), Flt(-INFINITY), Flt(1e300), Flt(-1)});
  lua.Call("table.sort", {Value::Of(t)});
  EXPECT_EQ(lua.Elements(t), "-inf -1.0 2.5 1e+300");
  t = lua.List({Flt(2.5), Int(2), Int(INT64_MAX), Flt(0x1p63), Int(-7)});
  lua.Call("table.sort", {Value::Of(t)});
  EXPECT_EQ(lua.Elements(t),
            "-7 2 2.5 9223372036854775807 9.2233720368548e+18");
  t = lua.List({Int(1), lua.Str("x")});
  EXPECT_EQ(lua.Error("table.sort", {Value::Of(t)}),
            "attempt to compare string with number");
}

TEST(TableSortTest, ReportsWhatIsNoOrder) {
  LibraryState lua(stdlib::OpenTable);
  g_less = [](NativeCall&, Value, Value) { return true; };
  for (int64_t n = 4; n < 40; ++n) {
    Table* t = lua.List({});
    for (int64_t i = 1; i <= n; ++i) SetInteger(lua.state, t, i, Int(i));
    EXPECT_EQ(lua.Error("table.sort", {Value::Of(t), OrderFunction(lua)}),
              "invalid order function for sorting");
  }
}

TEST(TableSortTest, SurvivesArbitraryAnswers) {
  LibraryState lua(stdlib::OpenTable);
  std::mt19937 random(7);
  for (unsigned bias = 1; bias < 10; ++bias) {
    g_less = [&](NativeCall&, Value, Value) { return random() % 10 < bias; };
    for (int64_t n = 1; n < 300; n += 23) {
      Table* t = lua.List({});
      for (int64_t i = 1; i <= n; ++i) SetInteger(lua.state, t, i, Int(i));
      lua.Error("table.sort", {Value::Of(t), OrderFunction(lua)});
      EXPECT_EQ(Length(t), n);
    }
  }
}

// The order function empties, refills and shrinks the table, and everything
// that is not reachable is freed after each of its calls.
TEST(TableSortTest, SurvivesChangesOfTheTable) {
  LibraryState lua(stdlib::OpenTable);
  lua.engine.collect_after_calls = true;
  Table* t = lua.List({});
  for (int64_t i = 1; i <= 100; ++i) {
    SetInteger(lua.state, t, i,
               lua.Str("a string of more than forty bytes, so not interned " +
                       std::to_string(i * 37 % 101)));
  }
  int calls = 0;
  g_less = [&](NativeCall& call, Value a, Value b) {
    ++calls;
    if (calls % 40 == 0) {
      for (int64_t i = 1; i <= 100; ++i) {
        SetInteger(lua.state, t, i, Value::Nil());
      }
      Resize(lua.state, t, 0, 0);
    } else if (calls % 40 == 20) {
      for (int64_t i = 1; i <= 130; ++i) {
        SetInteger(lua.state, t, i,
                   lua.Str("another long string that nobody else refers to " +
                           std::to_string(i * 61 % 131)));
      }
    }
    if (!a.is_string() || !b.is_string()) return calls % 3 == 0;
    return LessThan(call.co, a, b);
  };
  lua.Error("table.sort", {Value::Of(t), OrderFunction(lua)});
  EXPECT_GT(calls, 100);
}

TEST(TableSortTest, PassesErrorsOfTheOrderFunctionOn) {
  LibraryState lua(stdlib::OpenTable);
  g_less = [](NativeCall& call, Value, Value) -> bool { call.Error("mine"); };
  Table* t = lua.List({Int(1), Int(2)});
  EXPECT_EQ(lua.Error("table.sort", {Value::Of(t), OrderFunction(lua)}),
            "mine");
  EXPECT_EQ(lua.Error("table.sort", {Value::Of(t), Int(1)}),
            "bad argument #2 to 'table.sort' (function expected, got number)");
}

}  // namespace
}  // namespace m3lua::testing
