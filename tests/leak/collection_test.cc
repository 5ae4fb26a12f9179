// What refers weakly, or keeps things at hand for a while, lets go of them:
// weak tables, the intern table, finalizers, errors, buffers, inline caches.
#include <dirent.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "lua/embed/lua.h"
#include "tests/leak/leak_testing.h"

namespace m3lua {
namespace {

using testing::Difference;
using testing::Machine;
using testing::Scaled;
using testing::Settle;

struct Case {
  const char* what;
  const char* code;
};

// Exactly nothing may be kept by many rounds of these.
const Case kCases[] = {
    {"weak keys",
     "local t = setmetatable({}, {__mode = 'k'}) "
     "for i = 1, 50 do t[{}] = {i} end"},
    {"weak values",
     "local t = setmetatable({}, {__mode = 'v'}) "
     "for i = 1, 50 do t[i] = {i} t['k' .. i] = {} end"},
    {"ephemerons in a chain",
     "local t = setmetatable({}, {__mode = 'k'}) local k = {} "
     "for i = 1, 50 do local n = {} t[k] = n k = n end"},
    {"ephemerons whose values hold their keys",
     "local t = setmetatable({}, {__mode = 'k'}) for i = 1, 50 do "
     "local k = {} t[k] = {k, t} end"},
    {"a weak table that stays",
     "cache = cache or setmetatable({}, {__mode = 'k'}) for i = 1, 50 do "
     "cache[{}] = {i} end collectgarbage() assert(next(cache) == nil) "
     "cache = nil"},
    {"a table that resurrects itself once",
     "setmetatable({}, {__gc = function(o) back = o end}) collectgarbage() "
     "back = nil"},
    {"a finalizer that makes an object with a finalizer",
     "setmetatable({}, {__gc = function(o) setmetatable({}, {__gc = "
     "function() end}) end})"},
    {"a finalizer that fails",
     "setmetatable({}, {__gc = function(o) error({o}) end})"},
    {"a cycle of objects with finalizers",
     "local a, b = {}, {} a[1] = b b[1] = a local mt = {__gc = function() "
     "end} setmetatable(a, mt) setmetatable(b, mt)"},
    {"error values",
     "pcall(error, {}) pcall(error, function() end) "
     "pcall(function() local t = nil; t.x = 1 end)"},
    {"tracebacks",
     "xpcall(function() error({}) end, function(e) "
     "return {debug.traceback('x'), e} end)"},
    {"errors in message handlers", "xpcall(error, function() error({}) end)"},
    {"require of modules that fail",
     "package.preload.broken = function() error({}) end "
     "pcall(require, 'broken') pcall(require, 'missing.module') "
     "package.preload.broken = nil"},
    {"require, undone",
     "package.preload.fine = function() return {} end require('fine') "
     "package.preload.fine = nil package.loaded.fine = nil"},
    {"load of errors",
     "load('x = ') load('goto nowhere') load('\\27Lua') "
     "load(function() error({}) end) load(string.dump("
     "function() end):sub(1, 30))"},
    {"gsub with errors in the replacement",
     "local s = ('x'):rep(5000) pcall(string.gsub, s, '.', function(c) "
     "return c .. {} end) pcall(string.gsub, s, '.', {x = {}}) "
     "pcall(string.gsub, s, '%') pcall(string.gsub, s, '.', '%2')"},
    {"table.concat of what can't be",
     "local t = {} for i = 1, 2000 do t[i] = 'some text' end t[2000] = {} "
     "pcall(table.concat, t)"},
    {"string.format of what can't be",
     "pcall(string.format, ('%s'):rep(100) .. '%d', "
     "table.unpack({('x'):rep(100)}, 1, 100)) pcall(string.format, '%s%s', "
     "('x'):rep(5000), setmetatable({}, {__tostring = error}))"},
    {"concatenation with errors",
     "local s = ('x'):rep(5000) pcall(function() return s .. s .. {} end)"},
    {"string.rep and pack that fail",
     "pcall(string.rep, 'xxxx', 1 << 60) pcall(string.pack, "
     "'!16s8s8i17', ('x'):rep(3000), ('y'):rep(3000), 1)"},
    {"sort with an invalid order function",
     "pcall(table.sort, {5, 4, 3, 2, 1, 9, 8, 7}, function() return true "
     "end)"},
    {"hooks",
     "debug.sethook(function() end, 'crl', 1) local x = 1 "
     "debug.sethook()"},
    {"user values and metatables of strings",
     "local mt = getmetatable('') mt.__add = function() return {} end "
     "local t = 'a' + {} mt.__add = nil"},
    {"numeric conversions and formats",
     "return tostring(2^0.5), ('%a'):format(0.1), tonumber('0x1p4'), "
     "math.random(), os.date(), os.getenv('HOME')"},
    {"strings in all lengths",
     "for i = 1, 100 do local s = ('s'):rep(i) .. i local t = {[s] = s} end"},
    {"tables that grow and shrink",
     "local t = {} for i = 1, 300 do t[i] = i t['k' .. i] = i end "
     "for i = 300, 1, -1 do t[i] = nil t['k' .. i] = nil end t.x = 1"},
    {"closures over loops",
     "local t = {} for i = 1, 50 do t[i] = function() i = i + 1 return t "
     "end end t[7]() t[50]()"},
    {"warnings", "warn('@on') warn('a', 'b') warn('@off')"},
};

TEST(CollectionTest, RoundsLeaveNothing) {
  for (const char* mode : {"", "collectgarbage('generational')"}) {
    for (const Case& c : kCases) {
      Machine m;
      m.state.warn = [](std::string_view, bool) {};
      m.Run(mode);
      auto rounds = [&](int count) {
        for (int i = 0; i < count; ++i) {
          std::string result = m.Run(c.code);
          ASSERT_EQ(result.find("error:"), std::string::npos)
              << result << "\nin: " << c.code;
        }
      };
      rounds(3);
      gc::Statistics before = Settle(m);
      rounds(Scaled(100));
      EXPECT_EQ(Difference(before, Settle(m)), "")
          << "kept by: " << c.what << "; " << mode;
    }
  }
}

TEST(CollectionTest, WeakTablesLetGoOfManyEntries) {
  for (const char* mode : {"k", "v", "kv"}) {
    Machine m;
    const int count = Scaled(200000);
    m.Run(absl::StrCat("weak = setmetatable({}, {__mode = '", mode, "'})"));
    gc::Statistics before = Settle(m);
    ASSERT_EQ(m.Run(absl::StrCat("for i = 1, ", count,
                                 " do local k = {} weak[k] = {} end")),
              "");
    gc::Statistics after = Settle(m);
    EXPECT_EQ(after.of(ObjectKind::kTable).count,
              before.of(ObjectKind::kTable).count)
        << "keys and values of mode " << mode;
    // The nodes stay until the table is rehashed, as always; then they go.
    ASSERT_EQ(m.Run("for i = 1, 64 do weak['x' .. i] = i end "
                    "for i = 1, 64 do weak['x' .. i] = nil end "
                    "local n = 0 for _ in pairs(weak) do n = n + 1 end "
                    "return n"),
              "0");
    for (int i = 0; i < 3; ++i) {
      m.Run(absl::StrCat("for i = 1, ", count, " do weak[{}] = {} end"));
      Settle(m);
    }
    EXPECT_LE(m.state.heap().bytes(),
              before.heap_bytes + 100u * 1024 + static_cast<size_t>(count) * 50)
        << "the nodes of dead entries are used again, mode " << mode;
    EXPECT_EQ(m.Run("weak = nil"), "");
    after = Settle(m);
    EXPECT_LE(after.heap_bytes - after.intern_table_bytes,
              before.heap_bytes - before.intern_table_bytes);
  }
}

TEST(CollectionTest, TheInternTableShrinks) {
  Machine m;
  gc::Statistics before = Settle(m);
  m.Run(absl::StrCat("keep = {} for i = 1, ", Scaled(200000),
                     " do keep[i] = 'string ' .. i end"));
  gc::Statistics full = Settle(m);
  EXPECT_GE(full.interned_strings,
            before.interned_strings + static_cast<size_t>(Scaled(200000)));
  m.Run("keep = nil");
  gc::Statistics after = Settle(m);
  EXPECT_EQ(after.interned_strings, before.interned_strings);
  EXPECT_LE(after.intern_table_bytes, 2 * before.intern_table_bytes);
}

size_t OpenFiles() {
  size_t count = 0;
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

TEST(CollectionTest, FilesAreClosedByCollection) {
  const size_t outside = OpenFiles();
  {
    Machine m;
    const size_t before = OpenFiles();
    for (int round = 0; round < 20; ++round) {
      ASSERT_EQ(m.Run("for i = 1, 20 do local f = io.open('/dev/null') "
                      "f:read(1) local g = io.lines('/dev/null') end "
                      "local p = io.popen('true')"),
                "");
      Settle(m);
    }
    EXPECT_EQ(OpenFiles(), before) << "descriptors after a full collection";
    ASSERT_EQ(m.Run("held = {} for i = 1, 20 do "
                    "held[i] = io.open('/dev/null') end"),
              "");
  }
  EXPECT_EQ(OpenFiles(), outside) << "descriptors after the state was closed";
}

TEST(CollectionTest, WhatAFinalizerBringsBackGoesInTheSecondCycle) {
  Machine m;
  ASSERT_EQ(m.Run("watch = setmetatable({}, {__mode = 'k'}) "
                  "calls = 0 "
                  "local o = setmetatable({}, {__gc = function(o) "
                  "calls = calls + 1 end}) watch[o] = true o = nil"),
            "");
  gc::Heap& heap = m.state.heap();
  const bool at_once = heap.NeedsStep();  // stress has been at work already
  heap.FullCollection(*m.state.main);
  EXPECT_EQ(m.Run("return calls"), "1");
  if (!at_once) {
    const size_t tables = heap.GetStatistics().of(ObjectKind::kTable).count;
    heap.FullCollection(*m.state.main);
    EXPECT_LT(heap.GetStatistics().of(ObjectKind::kTable).count, tables)
        << "the object itself";
  }
  heap.FullCollection(*m.state.main);
  EXPECT_EQ(m.Run("return calls, next(watch)"), "1 nil");
}

TEST(CollectionTest, AnErrorThatWasCaughtIsForgotten) {
  const char* const kErrors[] = {
      "pcall(error, new())",
      "xpcall(error, function(e) return e end, new())",
      "coroutine.resume(coroutine.create(error), new())",
      "pcall(coroutine.wrap(error), new())",
      "local co = coroutine.create(function() local x <close> = "
      "setmetatable({}, {__close = function() error(new()) end}) "
      "coroutine.yield() end) coroutine.resume(co) "
      "coroutine.close(co)",
      "pcall(table.sort, {1, 2}, function() error(new()) end)",
      "load(function() error(new()) end)",
      "error(new())",  // caught by the host
  };
  for (const char* code : kErrors) {
    Machine m;
    m.Run(
        "gone = 0 function new() return setmetatable({}, {__gc = function() "
        "gone = gone + 1 end}) end");
    m.Run(code);
    EXPECT_TRUE(m.state.pending_error.is_nil()) << code;
    Settle(m);
    EXPECT_EQ(m.Run("return gone"), "1")
        << "the error value of this is still held: " << code;
  }
}

TEST(CollectionTest, AHostsErrorsAreForgotten) {
  Lua lua;
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(lua.RunString("error({})").ok());
    EXPECT_FALSE(lua.Eval("nil + 1").ok());
    EXPECT_FALSE(lua.RunString("syntax error").ok());
    EXPECT_TRUE(lua.state().pending_error.is_nil());
  }
}

// A cell that has called a function remembers it, but not so that it lives.
TEST(CollectionTest, InlineCachesKeepNothingAlive) {
  Machine m;
  ASSERT_EQ(m.Run(R"(
    watch = setmetatable({}, {__mode = 'k'})
    function call(f) return f() end       -- these cells stay
    function read(t) return t.field end
    function method(t) return t:field() end
    for i = 1, 10 do
      local f = function() return i end
      watch[f] = true
      call(f) read({field = f}) method({field = f})
      method(setmetatable({}, {__index = {field = f}}))
    end
  )"),
            "");
  Settle(m);
  EXPECT_EQ(m.Run("return next(watch)"), "nil");
}

// Functions come and go at the same addresses; a cell that remembers an address
// must not take the new function for the old one.
TEST(CollectionTest, InlineCachesSurviveReusedAddresses) {
  const std::string program = absl::StrCat(R"(
    local step, n = ...
    local function call(f, ...) local a, b = f(...) return a, b end
    local function tail(f, ...) return f(...) end
    local makers = {
      function(i) return function(x) return i, x end end,
      function(i) return function(...) return i, ... end end,
      function(i) return function(x, y, z) local a, b, c, d = x, y, z
        return i, a end end,
      function(i) return load('local x = ... return ' .. i .. ', x') end,
      function(i) local co = coroutine.wrap(function(x) while true do
        x = coroutine.yield(i, x) end end) return co end,
      function(i) return function(x) return select(1, i, x) end end,
    }
    for i = 1, n do
      local f = makers[i * 7 % #makers + 1](i)
      for _, through in ipairs {call, tail} do
        local a, b = through(f, -i)
        assert(a == i and b == -i, 'a wrong function was called')
      end
      f = nil
      if step then collectgarbage('step', i % 3) end
      if i % 50 == 0 then collectgarbage() end
    end
  )");
  for (const char* mode :
       {"", "collectgarbage('generational')", "collectgarbage('stop')"}) {
    for (bool step : {false, true}) {
      Machine m;
      m.Run(mode);
      Value arguments[] = {Value::Boolean(step), Value::Integer(Scaled(5000))};
      EXPECT_EQ(m.Call(m.Compile(program), arguments), "")
          << mode << ", by steps: " << step;
    }
  }
}

}  // namespace
}  // namespace m3lua
