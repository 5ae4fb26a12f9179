// Guards the heap checker, and by it the whole engine: each kind of damage is
// found, and programs that run while the collector takes tiny steps leave none.
#include "lua/gc/invariants.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/engine/machine.h"
#include "tests/unit/gc/gc_testing.h"

namespace m3lua::testing {
namespace {

using gc::BrokenInvariant;
using gc::Phase;

// ---- what the checker finds

struct Damaged : GcState {
  // A heap half-way through marking, with this table black.
  Table* BlackTable() {
    Table* t = New();
    Push(Value::Of(t));
    heap.parameters().step_size = 0;
    heap.parameters().step_multiplier = 1;
    for (int i = 0;
         i < 100000 && !(heap.phase() == Phase::kMark && t->IsBlack()); ++i) {
      heap.ManualStep(co, 0);
    }
    EXPECT_TRUE(t->IsBlack()) << "the collector never got there";
    EXPECT_EQ(BrokenInvariant(heap), "");
    return t;
  }
  void ExpectFound(const char* text) {
    std::string broken = BrokenInvariant(heap);
    EXPECT_NE(broken.find(text), std::string::npos)
        << "expected to hear of: " << text << "\nheard: " << broken;
  }
};

TEST(InvariantsTest, AFreshStateIsSound) {
  GcState t;
  EXPECT_EQ(BrokenInvariant(t.heap), "");
  t.Collect();
  EXPECT_EQ(BrokenInvariant(t.heap), "");
}

TEST(InvariantsTest, AForgottenBarrierIsFound) {
  Damaged d;
  Table* black = d.BlackTable();
  SetMetatable(d.state, black, nullptr);
  Table* white = d.New();
  black->metatable = white;  // no barrier
  d.ExpectFound("a barrier is missing");
  d.heap.BarrierForward(black, white);
  EXPECT_EQ(BrokenInvariant(d.heap), "");
}

TEST(InvariantsTest, ALostGrayObjectIsFound) {
  Damaged d;
  Table* black = d.BlackTable();
  black->mark &= static_cast<uint8_t>(~kBlack);
  d.ExpectFound("it is lost");
  black->mark |= kBlack;
  EXPECT_EQ(BrokenInvariant(d.heap), "");
}

TEST(InvariantsTest, AMarkThatSurvivesTheCycleIsFound) {
  Damaged d;
  Table* t = d.New();
  d.Push(Value::Of(t));
  t->mark ^= kWhites;
  d.ExpectFound("I4");
  d.ExpectFound("not white");
  t->mark ^= kWhites;
  EXPECT_EQ(BrokenInvariant(d.heap), "");
}

TEST(InvariantsTest, AReferenceToNothingIsFound) {
  Damaged d;
  Table* t = d.New();
  d.Push(Value::Of(t));
  alignas(16) Table outside = {};
  outside.kind = ObjectKind::kTable;
  t->metatable = &outside;
  d.ExpectFound("refers to what is no object");
  t->metatable = nullptr;
  d.Put(t, Value::Integer(1), Value::Of(&outside));
  d.ExpectFound("refers to what is no object");
  d.Put(t, Value::Integer(1), Value::Nil());
  EXPECT_EQ(BrokenInvariant(d.heap), "");
}

TEST(InvariantsTest, AStringThatIsInternedTwiceIsFound) {
  Damaged d;
  String* a = d.Push(d.Str("one")).string();
  String* b = d.Push(d.Str("two")).string();
  char before = b->data()[0];
  ASSERT_EQ(BrokenInvariant(d.heap), "");
  std::string text(b->view());
  std::copy(a->data(), a->data() + 3, b->data());
  d.ExpectFound("interned twice");
  std::copy(text.begin(), text.end(), b->data());
  EXPECT_EQ(b->data()[0], before);
  EXPECT_EQ(BrokenInvariant(d.heap), "");
}

TEST(InvariantsTest, AFinalizerThatNobodyWillCallIsFound) {
  Damaged d;
  Table* t = d.New();
  d.Push(Value::Of(t));
  t->mark |= kHasFinalizer;
  d.ExpectFound("nobody will call");
  t->mark &= static_cast<uint8_t>(~kHasFinalizer);
  EXPECT_EQ(BrokenInvariant(d.heap), "");
}

TEST(InvariantsTest, AKeyThatIsNotFoundIsFound) {
  Damaged d;
  Table* t = d.New();
  d.Push(Value::Of(t));
  for (int i = 0; i < 8; ++i) {
    d.Put(t, d.Str("key" + std::to_string(i)), Value::Integer(i));
  }
  ASSERT_EQ(BrokenInvariant(d.heap), "");
  // Two keys change places.  They may both be found all the same, if they are
  // of one chain (which depends on the hash seed), but not all pairs are.
  int found = 0;
  for (uint32_t i = 0; i < t->node_count(); ++i) {
    for (uint32_t j = 0; j < i; ++j) {
      std::swap(t->nodes[i].key, t->nodes[j].key);
      const std::string broken = BrokenInvariant(d.heap);
      found += broken.find("does not find one of its keys") != broken.npos;
      std::swap(t->nodes[i].key, t->nodes[j].key);
    }
  }
  EXPECT_GT(found, 0) << "no pair of keys is missed where it belongs";
  EXPECT_EQ(BrokenInvariant(d.heap), "");
}

// ---- programs under the checker

struct Program {
  const char* name;
  const char* code;
};

// Each shows one way in which references move, again and again, so that all of
// it happens in all phases.
const Program kPrograms[] = {
    {"tables", R"(
      local t = {}
      for i = 1, 3000 do
        t[i % 50] = {i, {i}}; t['k' .. i % 70] = {x = i}; t[i * 1.5] = nil
        if i % 100 == 0 then t = {t[1], old = t.k1} end
      end
      return #t >= 0)"},
    {"metatables", R"(
      local objects = {}
      for i = 1, 2000 do
        local mt = {__index = {i}}
        objects[i % 20] = setmetatable(objects[i % 20] or {}, mt)
        getmetatable(objects[i % 20]).__newindex = {}
        objects[i % 20].field = {i}
      end
      return true)"},
    {"closures", R"(
      local keep = {}
      for i = 1, 2000 do
        local a, b = {i}, 'b' .. i
        local function get() return a, b end
        local function set(v) a = v; b = {v} end
        keep[i % 30] = get; keep[-(i % 30)] = set
        local other = keep[-((i * 7) % 30)]
        if other then other({i}) end
      end
      return keep[1]() ~= nil)"},
    {"coroutines", R"(
      local live = {}
      for i = 1, 1500 do
        local k = i % 20
        if live[k] and coroutine.status(live[k]) ~= 'dead' then
          coroutine.resume(live[k], {i})
        else
          live[k] = coroutine.create(function(x)
            local y = {x}
            local f = function() y = {y} return y end
            for n = 1, 3 do x = coroutine.yield(f) y = {x, y} f() end
            if i % 2 == 0 then error({y}) end
            return y
          end)
        end
      end
      return true)"},
    {"upvalues of dead coroutines", R"(
      local gets = {}
      for i = 1, 1000 do
        coroutine.wrap(function()
          local x = {i}
          gets[i % 40] = function(v) if v then x = v end return x end
          coroutine.yield()
        end)()
        if i > 40 then gets[(i * 3) % 40]({i}) end
      end
      for _, g in pairs(gets) do assert(type(g()) == 'table') end
      return true)"},
    {"weak tables and ephemerons", R"(
      local k = setmetatable({}, {__mode = 'k'})
      local v = setmetatable({}, {__mode = 'v'})
      local kv = setmetatable({}, {__mode = 'kv'})
      local strong = {}
      for i = 1, 2000 do
        local key, value = {i}, {}
        k[key] = value; value.key = key; v[i % 60] = value; kv[value] = key
        v[key] = {}; k['s' .. i % 9] = {key}
        strong[i % 25] = i % 3 == 0 and key or nil
        if i % 200 == 0 then getmetatable(kv).__mode = i % 400 == 0 and 'k' or 'kv' end
        for a, b in next, k do k[a] = nil break end
      end
      return true)"},
    {"finalizers and resurrection", R"(
      local saved, n = {}, 0
      local mt = {}
      mt.__gc = function(o)
        n = n + 1; saved[n % 10] = o; o.again = {n}
        if n % 3 == 0 then setmetatable(o, mt) end
        if n % 50 == 0 then error('in a finalizer') end
      end
      for i = 1, 3000 do setmetatable({i}, mt) end
      return n > 0)"},
    {"strings", R"(
      local t = {}
      for i = 1, 3000 do
        local s = 'name' .. i % 300
        t[s] = s:rep(i % 20) .. i; t[#t % 100 + 1] = s:upper():lower()
        assert(('na' .. 'me' .. i % 300) == s)
      end
      return true)"},
    {"loading and calling chunks", R"(
      local cache = {}
      for i = 1, 300 do
        local f = load('local a = ... ; local t = {a, x = "c' .. i % 20 ..
          '"} ; return function() return t, a end')
        cache[i % 15] = f({i}); cache[i % 15]()
        if i % 5 == 0 then cache[i % 7] = load(string.dump(f))({}) end
      end
      return true)"},
    {"sort, gsub, varargs", R"(
      for i = 1, 60 do
        local t = {}
        for k = 1, 20 do t[k] = {(k * 37) % 23} end
        table.sort(t, function(a, b) local c = {a, b} return c[1][1] < c[2][1] end)
        local s = ('abc'):gsub('.', function(c) return ({c})[1] .. i end)
        local function va(...) local p = {...} return select('#', ...), table.unpack(p) end
        va({i}, {}, s); string.format('%s %q', {}, s)
      end
      return true)"},
    {"closing and errors", R"(
      local mt = {__close = function(o, e) o.e = {e} end}
      for i = 1, 500 do
        pcall(function()
          local a <close> = setmetatable({}, mt)
          for _, x in next, {{}, {}}, nil, setmetatable({}, mt) do
            if i % 3 == 0 then error({x}) end
          end
        end)
        xpcall(function() local x = nil; x.y = {} end, function(m) return {m, {}} end)
      end
      return true)"},
    {"deep recursion", R"(
      local function f(n) local t = {n} if n == 0 then return t end local r = f(n - 1) return r, t end
      for i = 1, 20 do f(300) end
      return true)"},
    {"hooks", R"(
      local seen = {}
      debug.sethook(function(e, l) seen[e] = {l} end, 'crl')
      for i = 1, 300 do local t = {i} t.x = {tostring(i)} end
      debug.sethook()
      return seen.line ~= nil)"},
};

class ProgramTest : public ::testing::TestWithParam<Program> {};

void RunChecked(const Program& program, int multiplier, int step_size,
                uint32_t every) {
  Machine m;
  gc::Heap& heap = m.state.heap();
  heap.set_stress(false);
  heap.parameters().pause = 0;  // a cycle starts where the last one ended
  heap.parameters().step_multiplier = multiplier;
  heap.parameters().step_size = step_size;
  heap.set_self_check(every);
  EXPECT_EQ(m.Run(program.code), "true");
  EXPECT_EQ(BrokenInvariant(heap), "");
  heap.FullCollection(*m.state.main);
  EXPECT_EQ(BrokenInvariant(heap), "");
  EXPECT_GT(heap.cycles(), 2u) << "the collector hardly worked";
}

TEST_P(ProgramTest, LeavesTheHeapSoundInTheMiddleOfCycles) {
  RunChecked(GetParam(), /*multiplier=*/200, /*step_size=*/5, /*every=*/70);
}

TEST_P(ProgramTest, LeavesTheHeapSoundInLongerSteps) {
  RunChecked(GetParam(), /*multiplier=*/400, /*step_size=*/10, /*every=*/23);
}

TEST_P(ProgramTest, LeavesTheHeapSoundInGenerationalMode) {
  Machine m;
  gc::Heap& heap = m.state.heap();
  heap.set_stress(false);
  heap.set_mode(gc::Mode::kGenerational);
  heap.parameters().minor_multiplier = 5;
  heap.set_self_check(5);
  EXPECT_EQ(m.Run(GetParam().code), "true");
  EXPECT_EQ(BrokenInvariant(heap), "");
}

INSTANTIATE_TEST_SUITE_P(Programs, ProgramTest, ::testing::ValuesIn(kPrograms),
                         [](const auto& info) {
                           std::string name = info.param.name;
                           for (char& c : name) {
                             if (c == ' ' || c == ',') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace m3lua::testing
