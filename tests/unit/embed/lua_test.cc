#include "lua/embed/lua.h"

#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lua/runtime/native.h"

namespace m3lua {
namespace {

using Scalar = Lua::Scalar;
using Scalars = Lua::Scalars;

std::string MessageOf(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

TEST(LuaTest, RunsCodeAndKeepsGlobals) {
  Lua lua;
  ASSERT_TRUE(lua.RunString("x = 1; function double(n) return n * 2 end").ok());
  ASSERT_TRUE(lua.RunString("x = double(x + 20)").ok());
  EXPECT_EQ(std::get<int64_t>(*lua.GetGlobal("x")), 42);
}

TEST(LuaTest, ScalarsGoBothWays) {
  Lua lua;
  const Scalar kValues[] = {std::monostate(),
                            true,
                            false,
                            int64_t{7},
                            std::numeric_limits<int64_t>::min(),
                            1.5,
                            -0.0,
                            std::string("with\0zero", 9),
                            std::string(100000, 'x'),
                            std::string()};
  for (const Scalar& value : kValues) {
    ASSERT_TRUE(lua.SetGlobal("v", value).ok());
    absl::StatusOr<Scalar> read = lua.GetGlobal("v");
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, value);
    EXPECT_EQ(*lua.Eval("v"), Scalars{value});
  }
}

TEST(LuaTest, EvalTakesExpressionsAndChunks) {
  Lua lua;
  EXPECT_EQ(*lua.Eval("1 + 1"), Scalars{int64_t{2}});
  EXPECT_EQ(*lua.Eval("1, 'two', nil"),
            (Scalars{int64_t{1}, std::string("two"), std::monostate()}));
  EXPECT_EQ(*lua.Eval("local a = 2; return a ^ 2"), Scalars{4.0});
  EXPECT_EQ(*lua.Eval("x = 1"), Scalars{});
  EXPECT_EQ(lua.Eval("{}").status().code(), absl::StatusCode::kInvalidArgument)
      << "a table is no scalar";
}

TEST(LuaTest, CallsFunctions) {
  Lua lua;
  ASSERT_TRUE(
      lua.RunString("function f(...) return select('#', ...), ... end").ok());
  EXPECT_EQ(*lua.Call("f", Scalars{std::string("a"), 1.5}),
            (Scalars{int64_t{2}, std::string("a"), 1.5}));
  EXPECT_EQ(MessageOf(lua.Call("missing", {}).status()),
            "attempt to call a nil value");
}

TEST(LuaTest, ErrorsAreStatuses) {
  Lua lua;
  absl::Status status = lua.RunString("x = = 1", "=chunk");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MessageOf(status), "chunk:1: unexpected symbol near '='");
  EXPECT_EQ(Lua::TracebackOf(status), "");

  status = lua.RunString("local function f() error('oops') end\nf()", "=chunk");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(MessageOf(status), "chunk:1: oops");
  EXPECT_EQ(Lua::TracebackOf(status),
            "stack traceback:\n"
            "\t[C]: in function 'error'\n"
            "\tchunk:1: in local 'f'\n"
            "\tchunk:2: in main chunk\n"
            "\t[C]: in ?");
  EXPECT_EQ(Lua::Describe(status),
            "chunk:1: oops\n" + Lua::TracebackOf(status));

  EXPECT_EQ(MessageOf(lua.RunString("error({})")),
            "(error object is a table value)");
  EXPECT_EQ(
      MessageOf(lua.RunString("error(setmetatable({}, {__tostring = function() "
                              "return 'shown' end}))")),
      "shown");
  EXPECT_EQ(lua.RunFile("/no/such/file").code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(lua.RunString("x = 1").ok()) << "usable after errors";
}

TEST(LuaTest, RunsFiles) {
  std::string name = ::testing::TempDir() + "lua_test_file.lua";
  std::ofstream(name) << "#!shebang\nfrom_file = 5";
  Lua lua;
  ASSERT_TRUE(lua.RunFile(name).ok());
  EXPECT_EQ(std::get<int64_t>(*lua.GetGlobal("from_file")), 5);
  std::remove(name.c_str());
}

TEST(LuaTest, HostFunctions) {
  Lua lua;
  ASSERT_TRUE(
      lua.Register(
             "join",
             [](Lua::Arguments arguments) -> absl::StatusOr<Scalars> {
               std::string text;
               for (const Scalar& argument : arguments) {
                 const std::string* piece = std::get_if<std::string>(&argument);
                 if (piece == nullptr)
                   return absl::InvalidArgumentError("not a string");
                 text += *piece;
               }
               return Scalars{text, static_cast<int64_t>(arguments.size())};
             })
          .ok());
  EXPECT_EQ(*lua.Eval("join('a', 'b')"),
            (Scalars{std::string("ab"), int64_t{2}}));
  EXPECT_EQ(*lua.Eval("pcall(join, 1)"),
            (Scalars{false, std::string("not a string")}));
  EXPECT_EQ(MessageOf(lua.RunString("\njoin(1)", "=c")), "c:2: not a string");
  EXPECT_EQ(*lua.Eval("pcall(join, {})"),
            (Scalars{false, std::string("a table is not a scalar value")}));
}

TEST(LuaTest, ManyResults) {
  Lua lua;
  ASSERT_TRUE(lua.Register("many",
                           [](Lua::Arguments) -> absl::StatusOr<Scalars> {
                             return Scalars(5000, int64_t{1});
                           })
                  .ok());
  EXPECT_EQ(*lua.Eval("select('#', many())"), Scalars{int64_t{5000}});
}

TEST(LuaTest, HostFunctionsMayCallBack) {
  Lua lua;
  ASSERT_TRUE(
      lua.Register("again",
                   [&lua](Lua::Arguments arguments) -> absl::StatusOr<Scalars> {
                     return lua.Call("f", arguments);
                   })
          .ok());
  ASSERT_TRUE(lua.RunString(R"(
    function f(n)
      if n == 0 then return 'bottom' end
      if n < 0 then error('negative', 0) end
      return again(n - 1)
    end)")
                  .ok());
  EXPECT_EQ(*lua.Eval("f(20)"), Scalars{std::string("bottom")});
  EXPECT_EQ(*lua.Eval("coroutine.wrap(function() return f(5) end)()"),
            Scalars{std::string("bottom")});
  EXPECT_EQ(*lua.Eval("select(2, pcall(f, 0))"),
            Scalars{std::string("bottom")});
  EXPECT_EQ(MessageOf(lua.RunString("again(-1)", "=c")), "c:1: negative");
  absl::Status endless = lua.RunString("function f() return again() end f()");
  EXPECT_NE(MessageOf(endless).find("C stack overflow"), std::string::npos)
      << MessageOf(endless);
}

TEST(LuaTest, NativeFunctions) {
  Lua lua;
  ASSERT_TRUE(lua.RegisterNative("twice",
                                 [](NativeCall& call) {
                                   return call.Return(Value::Integer(
                                       call.CheckInteger(1) * 2));
                                 })
                  .ok());
  EXPECT_EQ(*lua.Eval("twice(21)"), Scalars{int64_t{42}});
  EXPECT_EQ(MessageOf(lua.Eval("twice('x')").status()),
            "[string \"twice('x')\"]:1: bad argument #1 to 'twice' "
            "(number expected, got string)");
}

TEST(LuaTest, MemoryLimit) {
  Lua::Options options;
  options.memory_limit = 8 << 20;
  Lua lua(options);
  absl::Status status =
      lua.RunString("local t = {} for i = 1, 1e9 do t[i] = 'x' .. i end");
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(MessageOf(status), "not enough memory");
  EXPECT_EQ(lua.SetGlobal("s", std::string(64 << 20, 'x')).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(lua.RunString("x = {}").ok()) << "usable after it";
}

TEST(LuaTest, StackLimit) {
  Lua::Options options;
  options.stack_limit = 5000;
  Lua lua(options);
  absl::Status status =
      lua.RunString("local function f() return 1 + f() end f()");
  EXPECT_NE(MessageOf(status).find("stack overflow"), std::string::npos);
}

TEST(LuaTest, WithoutLibraries) {
  Lua::Options options;
  options.standard_library = false;
  Lua lua(options);
  EXPECT_EQ(*lua.Eval("print == nil and string == nil"), Scalars{true});
  ASSERT_TRUE(lua.OpenLibraries().ok());
  EXPECT_EQ(*lua.Eval("type(print)"), Scalars{std::string("function")});
}

TEST(LuaTest, InterruptFromAnotherThread) {
  Lua lua;
  std::thread other([&lua] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    lua.Interrupt();
  });
  absl::Status status = lua.RunString("while true do end", "=loop");
  other.join();
  EXPECT_EQ(MessageOf(status), "loop:1: interrupted!");
}

TEST(LuaTest, StatesAreSeparate) {
  Lua a, b;
  ASSERT_TRUE(a.RunString("x = 1; string.extra = 2").ok());
  EXPECT_EQ(*b.Eval("x == nil and string.extra == nil"), Scalars{true});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      Lua lua;
      EXPECT_EQ(*lua.Eval("local n = 0; for i = 1, 100000 do n = n + #{i} end "
                          "return n"),
                Scalars{int64_t{100000}});
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(LuaTest, FinalizersRunAtTheEnd) {
#ifdef M3LUA_STRESS
  GTEST_SKIP() << "finalizers run at once when every allocation collects";
#endif
  std::string log;
  {
    Lua lua;
    ASSERT_TRUE(
        lua.Register(
               "log",
               [&log](Lua::Arguments arguments) -> absl::StatusOr<Scalars> {
                 log += std::get<std::string>(arguments[0]);
                 return Scalars{};
               })
            .ok());
    ASSERT_TRUE(lua.RunString("setmetatable({}, {__gc = function() "
                              "log('a') end}); setmetatable({}, {__gc = "
                              "function() log('b') end})")
                    .ok());
    EXPECT_EQ(log, "");
  }
  EXPECT_EQ(log, "ba");
}

}  // namespace
}  // namespace m3lua
