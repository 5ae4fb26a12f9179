// Errors: who catches them, message handlers, stack overflows, variables to be
// closed on the way.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

struct Case {
  const char* code;
  const char* want;
};

void Check(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    Machine m;
    EXPECT_EQ(m.Run(c.code), c.want) << c.code;
    EXPECT_EQ(m.Run("return 'usable'"), "usable") << "afterwards: " << c.code;
  }
}

TEST(UnwindTest, ErrorsEndAtTheNearestProtectedCall) {
  Check({
      {"return pcall(error, 'x')", "false x"},
      {"return pcall(error)", "false nil"},
      {"return pcall(pcall, error, 'x')", "true false x"},
      {"return select('#', pcall(error, nil))", "2"},
      {"local ok, t = pcall(error, {code = 7}) return ok, t.code", "false 7"},
      {"error('x', 0)", "error: x"},
      {"error('x')", "error: t:1: x"},
      {"local function f() error('x', 2) end\nf()", "error: t:2: x"},
      {"return pcall(function() local function g() error('in', 0) end "
       "local ok, e = pcall(g) error(e .. ' out', 0) end)",
       "false in out"},
      {"local t = setmetatable({}, {__index = function(_, k) error(k, 0) end}) "
       "return pcall(function() return t.field end)",
       "false field"},
      {"return pcall(table.sort, {3, 2, 1}, function() error('cmp', 0) end)",
       "false cmp"},
      {"return pcall(string.gsub, 'abc', '.', function() error('gsub', 0) end)",
       "false gsub"},
      {"for i in pcall, error do return i end", "false"},
  });
}

TEST(UnwindTest, HandlersRunBeforeFramesAreUnwound) {
  Check({
      {"local function deep() error('x', 0) end "
       "return xpcall(deep, function(e) return e .. ' in ' .. "
       "tostring(debug.getinfo(3, 'n').name or debug.getinfo(3, 'f').func == "
       "deep) end)",
       "false x in true"},
      {"return xpcall(error, function(e) return e, 'lost' end, 'kept')",
       "false kept"},
      {"return xpcall(function(...) return select('#', ...), ... end, print, "
       "1, nil)",
       "true 2 1 nil"},
      {"return xpcall(error, function() error('again', 0) end)",
       "false error in error handling"},
      {"local n = 0 local ok, e = xpcall(error, function(e) n = n + 1 "
       "if n < 5 then error('more', 0) end return e .. n end, 'first') "
       "return ok, e",
       "false more5"},
      {"return xpcall(function() pcall(error, 'inner') error('outer', 0) end, "
       "function(e) return 'handled ' .. e end)",
       "false handled outer"},
  });
}

TEST(UnwindTest, ProtectedCallFromTheHost) {
  Machine m;
  m.Register("handler", [](NativeCall& call) {
    return call.ReturnString("<" + std::string(call.CheckView(1)) + ">");
  });
  Value handler = m.Global("handler");
  EXPECT_EQ(m.Run("error('x', 0)", handler), "error: <x>");
  EXPECT_EQ(m.Run("pcall(error, 'x') return 'fine'", handler), "fine")
      << "a handler of the host is not for errors that are caught inside";
  EXPECT_EQ(m.Run("coroutine.wrap(function() error('x', 0) end)()", handler),
            "error: <t:1: x>")
      << "(wrap adds its caller's position)";
  m.Run("function traceback(e) return debug.traceback(e) end");
  EXPECT_EQ(
      m.Run("local function f() error('x') end\nf()", m.Global("traceback")),
      "error: t:1: x\nstack traceback:\n"
      "\tt:1: in function 'traceback'\n"
      "\t[C]: in function 'error'\n"
      "\tt:1: in local 'f'\n"
      "\tt:2: in main chunk\n"
      "\t[C]: in ?");
  EXPECT_EQ(m.Run("return 1, 2"), "1 2");
}

TEST(UnwindTest, EndlessRecursionIsAnError) {
  struct {
    const char* what;
    const char* code;
  } const kCases[] = {
      {"plain", "local function f() return 1 + f() end f()"},
      {"with varargs", "local function f(...) return 1 + f(1, ...) end f()"},
      {"through __index",
       "local t = {} setmetatable(t, {__index = function(_, k) "
       "return t[k + 1] .. '' end}) return t[1]"},
      {"through pcall",
       "local function f() local ok, e = pcall(f) error(e, 0) end f()"},
      {"through __add",
       "local t = {} setmetatable(t, {__add = function(a, b) "
       "return (a + b) .. '' end}) return t + t"},
      {"open lists", "local function f(...) return f(1, 2, 3, ...), 1 end f()"},
  };
  Machine m;
  m.Run("return 0");  // (The first call of a state makes its stack larger.)
  for (const auto& c : kCases) {
    uint32_t slots = m.state.main->slot_count;
    std::string got = m.Run(c.code);
    EXPECT_NE(got.find("stack overflow"), std::string::npos)
        << c.what << ": " << got.substr(0, 200);
    EXPECT_EQ(m.state.main->slot_count, slots)
        << c.what << ": chunks were left behind";
    EXPECT_EQ(m.Run("local n = 0 for i = 1, 10 do n = n + i end return n"),
              "55")
        << "after recursion " << c.what;
  }
}

TEST(UnwindTest, NestedProtectedCallsNeedNoNativeStack) {
  // They count as native calls (as in PUC), but that limit is an option.
  constexpr const char* kDown =
      "local function f(n) if n == 0 then return 'bottom' end "
      "local _, v = pcall(f, n - 1) return v end return f(20000)";
  constexpr const char* kUp =
      "local function f(n) if n == 0 then error('up', 0) end "
      "local _, v = pcall(f, n - 1) error(v, 0) end return pcall(f, 2000)";
  StateOptions options;
  options.native_depth_limit = 1u << 30;
  Machine deep(options);
  EXPECT_EQ(deep.Run(kDown), "bottom");
  EXPECT_EQ(deep.Run(kUp), "false up");
  Machine usual;
  EXPECT_EQ(usual.Run(kDown), "C stack overflow");
  EXPECT_EQ(usual.Run(kUp), "false C stack overflow");
  EXPECT_EQ(usual.Run("local function f(n) if n == 0 then return 'bottom' end "
                      "local _, v = pcall(f, n - 1) return v end "
                      "return f(150)"),
            "bottom");
}

TEST(UnwindTest, NativeRecursionIsLimited) {
  Machine m;
  std::string got =
      m.Run("local function f(s) return (s:gsub('.', f)) end return f('x')");
  EXPECT_NE(got.find("C stack overflow"), std::string::npos)
      << got.substr(0, 200);
  EXPECT_EQ(m.Run("return ('abc'):gsub('b', string.upper)"), "aBc 1");
}

TEST(UnwindTest, VariablesAreClosedOnTheWay) {
  constexpr const char* kLog = R"(
    local log = {}
    local function var(name, fails)
      return setmetatable({}, {__close = function(_, e)
        log[#log + 1] = name .. '(' .. tostring(e) .. ')'
        if fails then error(fails, 0) end
      end})
    end
  )";
  struct {
    const char* code;
    const char* want;
  } const kCases[] = {
      {"local ok, e = pcall(function() local a <close> = var('a') "
       "local b <close> = var('b') error('x', 0) end) return ok, e, "
       "table.concat(log, ' ')",
       "false x b(x) a(x)"},
      {"local ok, e = pcall(function() local a <close> = var('a') "
       "local b <close> = var('b', 'y') error('x', 0) end) return ok, e, "
       "table.concat(log, ' ')",
       "false y b(x) a(y)"},
      {"local r = {pcall(function() local a <close> = var('a') "
       "return 1, 2, 3 end)} return #r, log[1]",
       "4 a(nil)"},
      {"local r = {pcall(function() local a <close> = var('a', 'z') "
       "return 1, 2, 3 end)} return #r, r[2], log[1]",
       "2 z a(nil)"},
      // A close method that yields, in an ordinary exit and in an unwinding.
      {"local function yields(name) return setmetatable({}, {__close = "
       "function(_, e) log[#log + 1] = name .. coroutine.yield(name) .. "
       "tostring(e) end}) end "
       "local co = coroutine.wrap(function() "
       "local ok, e = pcall(function() local a <close> = yields('a') "
       "local b <close> = yields('b') error('x', 0) end) return ok, e end) "
       "local p, q = co(), co(1) local ok, e = co(2) "
       "return p, q, ok, e, table.concat(log, ' ')",
       "b a false x b1x a2x"},
  };
  for (const auto& c : kCases) {
    Machine m;
    EXPECT_EQ(m.Run(std::string(kLog) + c.code), c.want) << c.code;
  }
}

TEST(UnwindTest, MemoryErrors) {
  StateOptions options;
  options.memory_limit = 1 << 20;  // (Stress builds collect all the time.)
  Machine m(options);
  EXPECT_EQ(m.Run("local t = {} for i = 1, 1e9 do t[i] = {} end"),
            "error: not enough memory");
  EXPECT_EQ(m.Run("return pcall(string.rep, 'x', 1 << 30)"),
            "false not enough memory");
  EXPECT_EQ(m.Run("local function f() return 1 + f() end "
                  "return (select(2, pcall(f)))")
                .substr(0, 17),
            "not enough memory")
      << "(the stack takes 16 MB at its limit)";
  EXPECT_EQ(m.Run("return #('x'):rep(1000)"), "1000");
}

// room([bytes]): so many more bytes can be had, or any number again.
NativeResult SetRoom(NativeCall& call) {
  gc::Heap& heap = call.heap();
  heap.set_limit(call.has(1) ? heap.footprint() +
                                   static_cast<size_t>(call.CheckInteger(1))
                             : 0);
  return call.Return();
}

TEST(UnwindTest, MemoryErrorsWhileVariablesAreClosed) {
  constexpr const char* kPrelude = R"(
    local function closing(f) return setmetatable({}, {__close = f}) end
    local seen = {n = 0}
    local function note(_, e) room() seen.n = seen.n + 1 seen[seen.n] = e end
    local function exhaust() room(0) local t = {} while true do t = {t} end end
    local function raise(_, e) note(_, e) error(1000) end
    pcall(raise)  -- decoded: its first call takes memory
    seen.n = 0
  )";
  struct {
    const char* body;
    const char* want;
  } const kCases[] = {
      // In a __close, after another error: the next one is called with it.
      {"local a <close> = closing(note) "
       "local b <close> = closing(exhaust) error(1000)",
       "false not enough memory not enough memory"},
      // In the block, under the limit.
      {"local a <close> = closing(note) exhaust()",
       "false not enough memory not enough memory"},
      // Another error replaces that of memory, on its way out.
      {"local a <close> = closing(note) local b <close> = closing(raise) "
       "exhaust()",
       "false 1000 not enough memory 1000"},
      // At the end of a block without errors, and in a return.
      {"do local a <close> = closing(note) local b <close> = closing(exhaust) "
       "end",
       "false not enough memory not enough memory"},
      {"local a <close> = closing(note) local b <close> = closing(exhaust) "
       "return 1, 2, 3",
       "false not enough memory not enough memory"},
  };
  for (const auto& c : kCases) {
    Machine m;
    m.Register("room", SetRoom);
    EXPECT_EQ(m.Run(std::string(kPrelude) + "local function f() " + c.body +
                    " end local ok, e = pcall(f) room() "
                    "return ok, e, table.unpack(seen, 1, seen.n)"),
              c.want)
        << c.body;
  }
}

TEST(UnwindTest, RunningOutOfMemoryIsAResultOfLoad) {
  StateOptions options;
  options.memory_limit = size_t{16} << 20;
  Machine m(options);
  // Text that never ends, of a name, and of many small constants.
  EXPECT_EQ(m.Run("local s = ('x'):rep(1 << 16) "
                  "return load(function() return s end)"),
            "nil not enough memory");
  EXPECT_EQ(m.Run("return pcall(load, function() return {} .. 1 end)"),
            "true nil t:1: attempt to concatenate a table value");
  EXPECT_EQ(m.Run("return 'still here'"), "still here");
}

}  // namespace
}  // namespace m3lua
