// Guards the cache of loaded chunks: what it may share, what it keeps alive,
// that memory errors do it no harm.
#include "lua/runtime/code_cache.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/load.h"
#include "lua/runtime/table.h"
#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

struct CacheTest : ::testing::Test {
  CacheTest() { m.state.heap().set_stress(false); }

  // Loads, and keeps the function alive.
  Prototype* Keep(std::string_view text, std::string_view name) {
    Value f = Value::Nil();
    EXPECT_TRUE(Load(m.state, text, name, "bt", f)) << text;
    SetInteger(m.state, m.state.registry, ++kept, f);
    return static_cast<LuaClosure*>(f.function())->prototype;
  }
  void Forget() {
    for (; kept > kFirst; --kept) {
      SetInteger(m.state, m.state.registry, kept, Value::Nil());
    }
  }
  void Collect() { m.state.heap().FullCollection(*m.state.main); }
  CodeCache& cache() { return m.state.code_cache; }

  static constexpr int64_t kFirst = 100;
  Machine m;
  int64_t kept = kFirst;
};

TEST_F(CacheTest, EqualTextsShareAPrototype) {
  const std::string text = "return 1";
  Prototype* p = Keep(text, text);
  EXPECT_EQ(Keep(text, text), p);
  EXPECT_EQ(Keep(std::string(text), std::string(text)), p)
      << "content counts, not where it is";
  EXPECT_EQ(cache().size(), 1u);
  EXPECT_EQ(cache().hits(), 2u);
}

// With a name of its own, a text is entered the second time.
TEST_F(CacheTest, NamedTextsShareFromTheSecondOn) {
  Prototype* first = Keep("return 1", "=a");
  EXPECT_EQ(cache().size(), 0u) << "no copy is kept of what is loaded once";
  Prototype* second = Keep("return 1", "=a");
  EXPECT_NE(first, second);
  EXPECT_EQ(cache().size(), 1u);
  EXPECT_EQ(Keep("return 1", "=a"), second);
}

TEST_F(CacheTest, WhatDiffersIsNotShared) {
  auto twice = [&](std::string_view text, std::string_view name) {
    Keep(text, name);
    return Keep(text, name);
  };
  const std::string text = "return 1";
  std::vector<Prototype*> all = {
      twice(text, text),
      twice(text, "=a"),
      twice(text, "=b"),
      twice(text, "@a"),
      twice("return 2", "=a"),
      twice("return 1 ", "=a"),
      twice("", "=a"),
      twice("", ""),
      twice(std::string_view("return 1--\0", 11), "=a"),
      twice(std::string_view("return 1--\0\0", 12), "=a"),
  };
  for (size_t i = 0; i < all.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      EXPECT_NE(all[i], all[j]) << "chunks " << i << " and " << j;
    }
  }
  EXPECT_EQ(cache().size(), all.size());
}

TEST_F(CacheTest, BinaryChunks) {
  const std::string dumped = [&] {
    Value s = Value::Nil();
    m.Run("dumped = string.dump(load('local a = ... return a', '=x'))");
    s = m.Global("dumped");
    return std::string(s.string()->view());
  }();
  Keep(dumped, "=one");
  Prototype* p = Keep(dumped, "=two");
  EXPECT_EQ(Keep(dumped, "=three"), p)
      << "a binary chunk's name comes from the chunk";
  EXPECT_EQ(p->source->view(), "=x");
}

TEST_F(CacheTest, FailuresAndLongNamedTextsAreLeftOut) {
  Value f = Value::Nil();
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(Load(m.state, "return return", "return return", "t", f));
    EXPECT_FALSE(Load(m.state, "return 1", "return 1", "b", f));
  }
  EXPECT_EQ(cache().size(), 0u);
  std::string text = "return 1 --";
  text.append(CodeCache::kMaxCopiedText, 'x');
  Keep(text, "=long");
  Keep(text, "=long");
  EXPECT_EQ(cache().size(), 0u);
  EXPECT_EQ(Keep(text, text), Keep(text, text))
      << "without a copy the length does not matter";
  EXPECT_FALSE(Load(m.state, text, text, "b", f))
      << "what is in the cache is loaded in an allowed mode only";
}

TEST_F(CacheTest, EntriesAreWeak) {
  const size_t before = m.state.heap().bytes();
  for (int i = 0; i < 500; ++i) {
    const std::string text = "return " + std::to_string(i);
    Keep(text, i % 2 == 0 ? text : "=x");
    Keep(text, i % 2 == 0 ? text : "=x");
  }
  EXPECT_EQ(cache().size(), 500u);
  EXPECT_GT(cache().bytes(), 500u * 32);
  Collect();
  EXPECT_EQ(cache().size(), 500u) << "all are in use";
  Forget();
  Collect();
  EXPECT_EQ(cache().size(), 0u);
  EXPECT_EQ(cache().bytes(), 0u);
  Collect();
  // (The registry keeps its size.)
  EXPECT_LE(m.state.heap().bytes(), before + 64 * 1024);
}

// Between automatic collections, what is loaded again and again stays, within
// limits; collectgarbage() leaves nothing.
TEST_F(CacheTest, WhatWasFoundAgainOutlivesACycle) {
  m.state.heap().set_mode(gc::Mode::kGenerational);  // a step is a cycle
  auto load = [&](int i) {
    const std::string text = "return " + std::to_string(i);
    Value f = Value::Nil();
    EXPECT_TRUE(Load(m.state, text, text, "t", f));
  };
  for (int i = 0; i < 300; ++i) load(i);
  for (int i = 0; i < 300; ++i) load(i);  // found
  for (int i = 300; i < 400; ++i) load(i);
  m.state.heap().Step(*m.state.main);
  EXPECT_EQ(cache().size(), CodeCache::kMaxKept);
  load(299);
  EXPECT_EQ(cache().hits(), 301u) << "the newest have stayed";
  m.state.heap().Step(*m.state.main);
  EXPECT_EQ(cache().size(), 1u) << "only what was found since";
  load(299);
  Collect();
  EXPECT_EQ(cache().size(), 0u);
}

// Sharing shows in nothing that a program can see.
TEST_F(CacheTest, FunctionsAreTheirOwn) {
  EXPECT_EQ(m.Run(R"(
    local text = [[
      local n = 0
      x = (x or 0) + 1
      return function() n = n + 1 return n, x end
    ]]
    for _, name in ipairs {text, '=named'} do
      local env = {}
      local f, g = load(text, name), load(text, name)
      local h = load(text, name, 't', env)
      assert(f ~= g and tostring(f) ~= tostring(g))
      assert(debug.upvalueid(f, 1) ~= debug.upvalueid(g, 1))
      x = nil
      local f1, g1, h1 = f(), g(), h()
      assert(x == 2 and env.x == 1 and f1 ~= g1)
      assert(f1() == 1 and f1() == 2 and g1() == 1)
      assert(select(2, h1()) == 1)
      debug.setupvalue(g, 1, {x = 41})
      assert(select(2, g()()) == 42 and x == 2)
      assert(debug.getinfo(f, 'S').source == name)
      assert(string.dump(f) == string.dump(g))
      assert(string.dump(f, true) ~= string.dump(f))
      local stripped = load(string.dump(f, true))
      assert(load(string.dump(f, true)) ~= stripped)
      assert(debug.getinfo(stripped, 'S').source == '=?')
      assert(debug.getinfo(g, 'S').source == name)
    end
    -- hooks see the lines of each call
    local chunk = 'local a = 1\nlocal b = 2\nreturn a + b'
    local function lines_of(f)
      local lines = {}
      debug.sethook(function(_, line) lines[#lines + 1] = line end, 'l')
      f()
      debug.sethook()
      return table.concat(lines, ' ', 2, #lines - 1)
    end
    return lines_of(load(chunk)), lines_of(load(chunk)), lines_of(load(chunk))
  )"),
            "1 2 3 1 2 3 1 2 3");
  EXPECT_GE(cache().hits(), 5u);
}

// Each allocation of a load fails once, with entries to be made and found.
TEST_F(CacheTest, MemoryErrorsLeaveItWhole) {
  for (bool emergency : {false, true}) {
    m.state.heap().set_emergency_allowed(emergency);
    for (const char* name : {"", "=named"}) {
      int failures = 0;
      for (uint64_t n = 1; n < 60; ++n) {
        const std::string text =
            "return 'text " + std::to_string(n) + "', " + std::to_string(n);
        const std::string chunk_name = *name != '\0' ? name : text;
        bool failed = false;
        for (int round = 0; round < 3; ++round) {
          m.state.heap().FailAllocation(n);
          Value f = Value::Nil();
          try {
            ASSERT_TRUE(Load(m.state, text, chunk_name, "t", f));
          } catch (const LuaError&) {
            m.state.pending_error = Value::Nil();
            failed = true;
          }
          m.state.heap().FailAllocation(0);
          if (!f.is_nil()) {
            EXPECT_EQ(m.Call(f),
                      "text " + std::to_string(n) + " " + std::to_string(n));
          }
          Keep(text, chunk_name);
        }
        failures += failed;
      }
      EXPECT_GE(failures, 3) << "loads that failed for want of memory";
      Forget();
      Collect();
      Collect();
      EXPECT_EQ(cache().size(), 0u);
      EXPECT_EQ(cache().bytes(), 0u);
    }
  }
}

}  // namespace
}  // namespace m3lua
