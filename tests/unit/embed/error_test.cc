#include "lua/embed/error.h"

#include <string>
#include <thread>
#include <utility>

#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::MessageOf;
using testing::MustRun;
using testing::Show;

TEST(ErrorTest, ErrorsOfRunningCode) {
  Lua lua;
  absl::Status status =
      lua.RunString("local function f() error('oops') end\nf()", "=chunk");
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown);
  EXPECT_EQ(MessageOf(status), "chunk:1: oops");
  const ErrorInfo* info = ErrorInfo::Of(status);
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->message(), "chunk:1: oops");
  EXPECT_EQ(info->source(), "chunk");
  EXPECT_EQ(info->line(), 1);
  EXPECT_EQ(info->traceback(),
            "stack traceback:\n"
            "\t[C]: in function 'error'\n"
            "\tchunk:1: in local 'f'\n"
            "\tchunk:2: in main chunk\n"
            "\t[C]: in ?");
  EXPECT_EQ(info->value().As<std::string>().value(), "chunk:1: oops");
  EXPECT_EQ(Describe(status), "chunk:1: oops\n" + info->traceback());
  MustRun(lua, "x = 1");
}

TEST(ErrorTest, ErrorsOfCompilation) {
  Lua lua;
  absl::Status status = lua.RunString("x = 1\nx = = 1", "@dir/a:5:b.lua");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(MessageOf(status), "dir/a:5:b.lua:2: unexpected symbol near '='");
  status = lua.RunString("x = 1\nx = = 1", "=chunk");
  const ErrorInfo* info = ErrorInfo::Of(status);
  ASSERT_NE(info, nullptr);
  EXPECT_EQ(info->source(), "chunk");
  EXPECT_EQ(info->line(), 2);
  EXPECT_EQ(info->traceback(), "");
  EXPECT_EQ(Describe(status), MessageOf(status));
}

TEST(ErrorTest, ErrorValuesOfAnyType) {
  Lua lua;
  absl::Status status = lua.RunString("error({code = 404})");
  EXPECT_EQ(MessageOf(status), "(error object is a table value)");
  TableRef value = ErrorInfo::Of(status)->value().As<TableRef>().value();
  EXPECT_EQ(value.Get<int>("code").value(), 404);

  status = lua.RunString("error(7)");
  EXPECT_EQ(MessageOf(status), "7");
  EXPECT_EQ(ErrorInfo::Of(status)->value().As<int>().value(), 7);

  status = lua.RunString("error()");
  EXPECT_EQ(MessageOf(status), "(error object is a nil value)");
  EXPECT_TRUE(ErrorInfo::Of(status)->value().is_nil());

  status = lua.RunString(
      "error(setmetatable({}, {__tostring = function() return 'shown' end}))");
  EXPECT_EQ(MessageOf(status), "shown");
  EXPECT_TRUE(ErrorInfo::Of(status)->value().is_table());
}

TEST(ErrorTest, ThePayloadIsHeldByTheStatus) {
  absl::Status status;
  {
    Lua lua;
    MustRun(lua, "watch = setmetatable({}, {__mode = 'k'})");
    status = lua.RunString("local e = {} watch[e] = true error(e)");
    lua.Collect();
    EXPECT_NE(Show(lua, "next(watch)"), "nil") << "held by the status";
    absl::Status copy = status;
    status = absl::OkStatus();
    lua.Collect();
    EXPECT_NE(Show(lua, "next(watch)"), "nil") << "held by its copy";
    status = std::move(copy);
    EXPECT_TRUE(ErrorInfo::Of(status)->value().is_table());
    copy = lua.RunString("error({})");
    copy = absl::OkStatus();
    status.IgnoreError();
  }
  const ErrorInfo* info = ErrorInfo::Of(status);
  ASSERT_NE(info, nullptr) << "message and traceback outlive the state";
  EXPECT_NE(info->traceback(), "");
  EXPECT_FALSE(info->value().has_value()) << "the value does not";
}

TEST(ErrorTest, AValueIsCollectedOnceNoStatusHoldsIt) {
  Lua lua;
  MustRun(lua, "watch = setmetatable({}, {__mode = 'k'})");
  {
    auto status = lua.RunString("local e = {} watch[e] = true error(e)");
  }
  lua.Collect();
  EXPECT_EQ(Show(lua, "next(watch)"), "nil");
}

TEST(ErrorTest, StatusesMayGoToOtherThreads) {
  Lua lua;
  for (int i = 0; i < 20; ++i) {
    absl::Status status = lua.RunString("error({})");
    std::thread other([status = std::move(status)]() mutable {
      EXPECT_NE(ErrorInfo::Of(status)->traceback(), "");
      status = absl::OkStatus();
    });
    MustRun(lua, "for i = 1, 100 do local t = {} end collectgarbage()");
    other.join();
  }
}

TEST(ErrorTest, APayloadFromElsewhereIsNone) {
  absl::Status status = absl::UnknownError("x");
  EXPECT_EQ(ErrorInfo::Of(status), nullptr);
  status.SetPayload("m3lua/error", absl::Cord("stack traceback: forged"));
  EXPECT_EQ(ErrorInfo::Of(status), nullptr);
  EXPECT_EQ(Describe(status), "x");
}

// From Lua through C++ to Lua and out.
TEST(ErrorTest, PassesHostFunctionsAsItIs) {
  Lua lua;
  ASSERT_EQ(lua.Set("call", [](FunctionRef f) { return f.Call(); }),
            absl::OkStatus());
  EXPECT_EQ(Show(lua,
                 "local e = {} local ok, got = pcall(call, function() "
                 "error(e) end) return ok, e == got"),
            "false true");
  EXPECT_EQ(
      Show(lua, "select(2, pcall(call, function() error('text', 0) end))"),
      "text");
  absl::Status status = lua.RunString("call(function() error('x') end)", "=c");
  EXPECT_EQ(MessageOf(status), "c:1: x");
}

TEST(ErrorTest, ACloseVariableThatUsesTheHostKeepsTheTraceback) {
  Lua lua;
  ASSERT_EQ(lua.Set("run",
                    [](Lua& l, std::string_view code) {
                      return l.RunString(code).ok();
                    }),
            absl::OkStatus());
  absl::Status status = lua.RunString(
      "local x <close> = setmetatable({}, {__close = function() "
      "run('error(\"inner\")') end})\nerror('outer')",
      "=c");
  EXPECT_EQ(MessageOf(status), "c:2: outer");
  ASSERT_NE(ErrorInfo::Of(status), nullptr);
  EXPECT_EQ(ErrorInfo::Of(status)->line(), 2);
  EXPECT_NE(ErrorInfo::Of(status)->traceback().find("c:2: in main chunk"),
            std::string::npos)
      << ErrorInfo::Of(status)->traceback();
}

// The error of a __close takes the place of the one before, in the status too.
TEST(ErrorTest, OfAClose) {
  Lua lua;
  absl::Status status = lua.RunString(
      "local c <close> = setmetatable({}, {__close = function() "
      "error('second', 0) end}) error('first', 0)");
  EXPECT_EQ(testing::MessageOf(status), "second");
}

}  // namespace
}  // namespace m3lua
