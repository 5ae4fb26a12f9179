// Sandboxes: what their scripts can't reach or change.
#include "lua/embed/sandbox.h"

#include <string>

#include "lua/runtime/platform.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::Show;

// A state with its libraries and a sandbox.
struct Box {
  explicit Box(Sandbox::Options options = {}, Lua::Options lua_options = {})
      : lua(std::move(lua_options)),
        sandbox(Sandbox::Create(lua, options).value()) {}
  Environment New() { return sandbox.NewEnvironment().value(); }

  Lua lua;
  Sandbox sandbox;
};

// "" if the code runs without an error, else its message.
std::string RunIn(Environment& e, std::string_view code) {
  return testing::MessageOf(e.Run(code, "=s"));
}

TEST(SandboxTest, GlobalsBelongToEachEnvironment) {
  Box box;
  Environment a = box.New();
  Environment b = box.New();
  EXPECT_EQ(RunIn(a, "x = 1 print = nil string = {} _G.y = 2"), "");
  EXPECT_EQ(RunIn(b, "assert(x == nil and y == nil and string.rep and print)"),
            "");
  EXPECT_EQ(RunIn(a, "assert(x == 1 and y == 2 and not string.rep)"), "");
  EXPECT_EQ(a.Get<int>("x").value(), 1);
  EXPECT_EQ(Show(box.lua, "x"), "nil");
}

TEST(SandboxTest, SharedTablesCantBeChanged) {
  constexpr std::string_view kReadOnly = "attempt to modify a read-only table";
  for (const char* code :
       {"string.rep = print", "string.new = 1", "rawset(string, 'rep', 1)",
        "math.pi = 3", "rawset(math, 'pi', 3)", "table.insert(table, 'x')",
        "table.move({1}, 1, 1, 1, string)", "os.time = 1",
        "debug.traceback = nil", "coroutine.wrap = 1",
        "for k in pairs(string) do string[k] = nil end"}) {
    Box box;
    Environment e = box.New();
    EXPECT_NE(RunIn(e, code).find(kReadOnly), std::string::npos)
        << code << ": " << RunIn(e, code);
  }
  for (const char* code :
       {"setmetatable(string, nil)", "setmetatable(_G, {})",
        "getmetatable(string).__index.rep = 1",
        "getmetatable('').__index.rep = 1", "debug.setmetatable('', nil)",
        "debug.getregistry()", "require('string').rep = 1",
        "package.loaded.string.rep = 1", "io.write('x')", "os.exit()",
        "os.execute('true')", "collectgarbage('stop')"}) {
    Box box;
    Environment e = box.New();
    EXPECT_NE(RunIn(e, code), "") << code;
  }
  // What is in sight has no handle on the tables behind.
  Box box({.libraries = LibrarySet::kFiles});
  Environment e = box.New();
  EXPECT_EQ(
      RunIn(e,
            "local function look(v, seen) if type(v) ~= 'table' or seen[v] "
            "then return end seen[v] = true for k, w in pairs(v) do look(k, "
            "seen) look(w, seen) end for k, w in next, v do look(w, seen) end"
            " pcall(rawset, v, 'hacked', 1) look(getmetatable(v), seen) "
            "pcall(function() v.hacked = 1 end) end look(_G, {}) "
            "hacked = nil"),
      "");
  Environment other = box.New();
  EXPECT_EQ(RunIn(other,
                  "for _, t in pairs{_G, string, io, os, math, table} do "
                  "assert(t.hacked == nil) end assert(('x').hacked == nil) "
                  "assert(getmetatable('') == false and "
                  "getmetatable(io.stdout) == false)"),
            "");
  EXPECT_EQ(RunIn(other, "assert(('x'):rep(3) == 'xxx')"), "");
}

TEST(SandboxTest, LibrariesCanBeListed) {
  Box box;
  Environment e = box.New();
  EXPECT_EQ(
      RunIn(e,
            "local names = {} for k, v in pairs(utf8) do names[#names + 1] "
            "= k end table.sort(names) assert(table.concat(names, ' ') == "
            "'char charpattern codepoint codes len offset')"),
      "");
}

TEST(SandboxTest, SetsHaveWhatTheyPromise) {
  const struct {
    LibrarySet set;
    const char* present;
    const char* absent;
  } kCases[] = {
      {LibrarySet::kPure,
       "pcall, string.rep, math.pi, coroutine.wrap, utf8.len",
       "print, load, os, io, debug, dofile, require, package, collectgarbage"},
      {LibrarySet::kSafe, "print, load, os.time, debug.traceback",
       "os.remove, os.exit, io, dofile, debug.getinfo, require, package"},
      {LibrarySet::kFiles, "io.open, os.remove, dofile, loadfile, load",
       "os.exit, os.setlocale, require, package, debug.sethook"},
  };
  for (const auto& c : kCases) {
    Box box({.libraries = c.set});
    Environment e = box.New();
    EXPECT_EQ(
        RunIn(e, std::string("for i, v in ipairs(table.pack(") + c.present +
                     ")) do end local t = table.pack(" + c.present +
                     ") for i = 1, t.n do assert(t[i] ~= nil, i) end"),
        "")
        << c.present;
    EXPECT_EQ(RunIn(e, std::string("local t = table.pack(") + c.absent +
                           ") for i = 1, t.n do assert(t[i] == nil, i) end"),
              "")
        << c.absent;
  }
}

TEST(SandboxTest, LoadedCodeStaysInside) {
  MemoryFiles files;
  files.Put("f.lua", "from_file = (from_file or 0) + 1 return _G");
  Lua::Options options;
  options.platform = &files;
  Box box({.libraries = LibrarySet::kFiles}, std::move(options));
  Environment e = box.New();
  EXPECT_EQ(
      RunIn(e,
            "assert(load('return _G')() == _G) load('inside = 1')() "
            "assert(inside == 1) assert(load('return x', 'c', 't', {x = "
            "5})() == 5) assert(not pcall(load('return x', 'c', 't', nil))) "
            "assert(dofile('f.lua') == _G) assert(loadfile('f.lua')() == "
            "_G) assert(from_file == 2)"),
      "");
  EXPECT_EQ(Show(box.lua, "inside"), "nil");
}

TEST(SandboxTest, GlobalsCanBeFixed) {
  Box box({.fixed_globals = true});
  Environment e = box.New();
  EXPECT_NE(RunIn(e, "print = 1").find("read-only global"), std::string::npos);
  EXPECT_EQ(RunIn(e, "mine = 1 mine = 2 assert(mine == 2)"), "");
}

TEST(SandboxTest, BytecodeOnlyIfAllowed) {
  const char* const kCode =
      "local f, m = load(string.dump(function() return 7 end)) "
      "assert(f, m) assert(f() == 7)";
  Lua::Options options;
  options.allow_bytecode = false;
  Box closed({}, std::move(options));
  Environment a = closed.New();
  EXPECT_NE(RunIn(a, kCode).find("binary chunk"), std::string::npos);
  Box open;
  Environment b = open.New();
  EXPECT_EQ(RunIn(b, kCode), "");
  // A damaged one does not pass the verifier.
  EXPECT_EQ(
      RunIn(b,
            "local s = string.dump(load('local a = 1 return a + 1')) for i "
            "= 1, #s do local f = load(s:sub(1, i - 1) .. '\\xff' .. s:sub(i "
            "+ 1)) end"),
      "");
}

TEST(SandboxTest, BoundsHold) {
  Box box;
  Environment e = box.New();
  box.lua.SetBounds({.steps = 10000});
  absl::Status status = e.Run("pcall(function() while true do end end)", "=s");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(status.message(), "s:1: instruction budget exhausted");
  box.lua.ClearBounds();
  EXPECT_EQ(RunIn(e, "for i = 1, 100000 do end"), "");
}

// The host gives its functions, and calls what scripts define.
TEST(SandboxTest, HostAndScriptsTalk) {
  Box box;
  Environment e = box.New();
  ASSERT_TRUE(e.Set("twice", [](int x) { return 2 * x; }).ok());
  EXPECT_EQ(RunIn(e, "function f(x) return twice(x) + 1 end"), "");
  EXPECT_EQ(e.Get<FunctionRef>("f")->Call<int>(20).value(), 41);
  EXPECT_EQ(e.Run("x =").code(), absl::StatusCode::kInvalidArgument);
  Environment none;
  EXPECT_EQ(none.Run("x = 1").code(), absl::StatusCode::kFailedPrecondition);
}

// What a state can't reach when its host denies all.
TEST(SandboxTest, ThePlatformDecides) {
  DenyAll nothing;
  Lua::Options options;
  options.platform = &nothing;
  std::string printed;
  options.output = [&](std::string_view text) { printed += text; };
  Lua lua(std::move(options));
  for (const char* refused :
       {"io.open('/etc/passwd')", "io.open('x', 'w')", "io.popen('ls')",
        "io.tmpfile()", "io.read('a') ~= '' or nil", "os.getenv('HOME')",
        "os.execute('true')", "os.remove('x')", "os.rename('x', 'y')",
        "os.setlocale('C.UTF-8')", "loadfile('/etc/passwd')",
        "pcall(dofile, '/etc/passwd') or nil",
        "pcall(require, 'no.such.module') or nil", "pcall(os.tmpname) or nil",
        "pcall(io.lines, '/etc/passwd') or nil",
        "package.searchpath('x', '/etc/?;/etc/passwd')"}) {
    EXPECT_EQ(Show(lua, std::string("(") + refused + ")"), "nil") << refused;
  }
  EXPECT_EQ(Show(lua, "os.execute(), os.time() > 0"), "false true");
  testing::MustRun(lua, "print('a', 1) io.write('b') io.stdout:flush()");
  EXPECT_EQ(printed, "a\t1\nb") << "the output is the host's";
}

}  // namespace
}  // namespace m3lua
