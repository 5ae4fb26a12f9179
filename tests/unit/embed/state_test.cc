#include "lua/embed/state.h"

#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lua/runtime/native.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::Failure;
using testing::MessageOf;
using testing::MustRun;
using testing::Show;

TEST(StateTest, RunsCodeAndKeepsGlobals) {
  Lua lua;
  MustRun(lua, "x = 1; function double(n) return n * 2 end");
  MustRun(lua, "x = double(x + 20)");
  EXPECT_EQ(lua.Get<int>("x").value(), 42);
  EXPECT_EQ(lua.Call<int>("double", 4).value(), 8);
  EXPECT_EQ(MessageOf(lua.Call("missing")), "attempt to call a nil value");
}

TEST(StateTest, EvalTakesExpressionsAndChunks) {
  Lua lua;
  EXPECT_EQ(lua.Eval<int>("1 + 1").value(), 2);
  EXPECT_EQ(lua.Eval<Scalars>("1, 'two', nil").value(),
            (Scalars{int64_t{1}, "two", std::monostate()}));
  EXPECT_EQ(lua.Eval<double>("local a = 2; return a ^ 2").value(), 4.0);
  EXPECT_EQ(lua.Eval<Scalars>("x = 1").value(), Scalars{});
  EXPECT_EQ(Failure(lua.Eval("x = 1")), "");
  EXPECT_EQ(lua.Eval<Scalars>("{}").status().code(),
            absl::StatusCode::kInvalidArgument)
      << "a table is no scalar";
}

TEST(StateTest, LoadedChunksRunAgain) {
  Lua lua;
  FunctionRef f = lua.Load("n = (n or 0) + (... or 1) return n").value();
  EXPECT_EQ(f.Call<int>().value(), 1);
  EXPECT_EQ(f.Call<int>(10).value(), 11);
  std::string binary =
      lua.Eval<std::string>("string.dump(function() return 7 end)").value();
  EXPECT_EQ(lua.Load(binary).status().code(),
            absl::StatusCode::kInvalidArgument)
      << "binary chunks are to be asked for";
  EXPECT_EQ(lua.Load(binary, "=binary", "b").value().Call<int>().value(), 7);
}

TEST(StateTest, RunsFiles) {
  std::string name = ::testing::TempDir() + "state_test_file.lua";
  std::ofstream(name) << "#!shebang\nfrom_file = 5";
  Lua lua;
  EXPECT_EQ(Failure(lua.RunFile(name)), "");
  EXPECT_EQ(lua.Get<int>("from_file").value(), 5);
  std::ofstream(name) << "x = = 1";
  EXPECT_EQ(lua.RunFile(name).code(), absl::StatusCode::kInvalidArgument);
  std::remove(name.c_str());
  EXPECT_EQ(lua.RunFile(name).code(), absl::StatusCode::kNotFound);
}

TEST(StateTest, LibrariesAreChosen) {
  Lua::Options options;
  options.libraries = Library::kNone;
  Lua lua(options);
  EXPECT_EQ(lua.Eval<bool>("print == nil and string == nil").value(), true);
  EXPECT_EQ(Failure(lua.Open(Library::kBase | Library::kMath)), "");
  EXPECT_EQ(Show(lua, "type(print), type(math), type(string)"),
            "function table nil");
}

TEST(StateTest, OutputAndWarningsGoToSinks) {
  std::string output, warnings;
  Lua::Options options;
  options.output = [&](std::string_view text) { output += text; };
  options.warn = [&](std::string_view text, bool more) {
    warnings.append(text).append(more ? "+" : ".");
  };
  {
    Lua lua(options);
    MustRun(lua,
            "print(1, 'a\\0b') io.write('w', 2) io.stdout:flush() "
            "warn('one', 'two')");
    EXPECT_EQ(output, std::string("1\ta\0b\nw2", 8));
    EXPECT_EQ(warnings, "one+two.");
    MustRun(lua, "setmetatable({}, {__gc = function() print('bye') end})");
  }
  EXPECT_NE(output.find("bye"), std::string::npos)
      << "finalizers at the end may print";
}

TEST(StateTest, ASinkThatThrowsHarmsNobody) {
  Lua::Options options;
  options.output = [](std::string_view) { throw 1; };
  Lua lua(options);
  MustRun(lua, "print('x')");
  EXPECT_EQ(Show(lua, "1"), "1");
}

TEST(StateTest, ModulesComeFromTheLoader) {
  Lua::Options options;
  options.loader = [](std::string_view name) -> absl::StatusOr<std::string> {
    if (name == "shapes") return "return {name = ..., corners = 4}";
    if (name == "wrong") return "x = =";
    if (name == "broken") return absl::InternalError("the disk is gone");
    return absl::NotFoundError("");
  };
  Lua lua(options);
  EXPECT_EQ(Show(lua, "require('shapes').corners, require('shapes').name"),
            "4 shapes");
  EXPECT_EQ(Show(lua, "require('shapes') == require('shapes')"), "true");
  EXPECT_NE(Show(lua, "require('none')").find("no module 'none' known to the"),
            std::string::npos)
      << Show(lua, "require('none')");
  EXPECT_NE(Show(lua, "require('wrong')").find("unexpected symbol near"),
            std::string::npos)
      << Show(lua, "require('wrong')");
  EXPECT_NE(Show(lua, "require('broken')").find("the disk is gone"),
            std::string::npos);
}

TEST(StateTest, NativeFunctions) {
  Lua lua;
  EXPECT_EQ(Failure(lua.RegisterNative("twice",
                                       [](NativeCall& call) {
                                         return call.Return(Value::Integer(
                                             call.CheckInteger(1) * 2));
                                       })),
            "");
  EXPECT_EQ(Show(lua, "twice(21)"), "42");
  EXPECT_EQ(Show(lua, "twice('x')"),
            "error: bad argument #1 to 'twice' (number expected, got string)");
}

TEST(StateTest, MemoryLimit) {
  Lua::Options options;
  options.memory_limit = 8 << 20;
  Lua lua(options);
  absl::Status status =
      lua.RunString("local t = {} for i = 1, 1e9 do t[i] = 'x' .. i end");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(MessageOf(status), "not enough memory");
  EXPECT_EQ(lua.Set("s", std::string(64 << 20, 'x')).code(),
            absl::StatusCode::kResourceExhausted);
  MustRun(lua, "x = {}");
}

TEST(StateTest, AHostThatOnlyMovesValuesCollects) {
  Lua::Options options;
  options.memory_limit = 8 << 20;
  Lua lua(options);
  const std::string big(100000, 'x');
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(Failure(lua.Set("s", big)), "");
  }
  EXPECT_LT(lua.memory(), size_t{8} << 20);
}

TEST(StateTest, StackLimit) {
  Lua::Options options;
  options.stack_limit = 5000;
  Lua lua(options);
  absl::Status status =
      lua.RunString("local function f() return 1 + f() end f()");
  EXPECT_NE(MessageOf(status).find("stack overflow"), std::string::npos);
}

TEST(StateTest, InterruptFromAnotherThread) {
  Lua lua;
  std::thread other([&lua] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    lua.Interrupt();
  });
  absl::Status status = lua.RunString("while true do end", "=loop");
  other.join();
  EXPECT_EQ(MessageOf(status), "loop:1: interrupted!");
}

TEST(StateTest, StatesAreSeparate) {
  Lua a, b;
  MustRun(a, "x = 1; string.extra = 2");
  EXPECT_EQ(Show(b, "x == nil and string.extra == nil"), "true");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      Lua lua;
      EXPECT_EQ(lua.Set("add", [](int x, int y) { return x + y; }),
                absl::OkStatus());
      EXPECT_EQ(Show(lua,
                     "local n = 0; for i = 1, 10000 do n = add(n, #{i}) end "
                     "return n"),
                "10000");
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(StateTest, FinalizersRunAtTheEnd) {
#ifdef M3LUA_STRESS
  GTEST_SKIP() << "finalizers run at once when every allocation collects";
#endif
  std::string log;
  {
    Lua lua;
    EXPECT_EQ(
        Failure(lua.Set("log", [&log](const std::string& s) { log += s; })),
        "");
    MustRun(lua,
            "setmetatable({}, {__gc = function() log('a') end}) "
            "setmetatable({}, {__gc = function() log('b') end})");
    EXPECT_EQ(log, "");
  }
  EXPECT_EQ(log, "ba");
}

}  // namespace
}  // namespace m3lua
