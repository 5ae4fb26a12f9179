// Modules in C++: M3LUA_MODULE, and the opening function.
#define M3LUA_MODULE_NAME "made.in.cpp"

#include "lua/embed/module.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "lua/embed/lua.h"
#include "lua/runtime/load.h"
#include "lua/stdlib/libraries.h"
#include "m3style/engine/make_engine.h"

namespace m3lua {
namespace {

struct Counter {
  explicit Counter(int start) : count(start) { ++alive; }
  Counter(const Counter& other) : count(other.count) { ++alive; }
  ~Counter() { --alive; }
  int Next() { return ++count; }
  int count;
  static inline int alive = 0;
};

absl::Status OpenModule(TableRef module, std::string_view name) {
  absl::Status status = module.Set("name", name);
  if (!status.ok()) return status;
  status = module.Register(Class<Counter>("Counter").Constructor<int>().Method(
      "next", &Counter::Next));
  if (!status.ok()) return status;
  return module.Set("sum", [](std::vector<int> values) {
    int sum = 0;
    for (int value : values) sum += value;
    return sum;
  });
}
M3LUA_MODULE(OpenModule);

int OpenAsNumber() { return 42; }
const stdlib::LinkedModule number("made.number", [](State& state) {
  return embed::ModuleLoader(state, OpenAsNumber);
});

absl::Status OpenInVain() { return absl::NotFoundError("no device"); }
const stdlib::LinkedModule in_vain("made.in_vain", [](State& state) {
  return embed::ModuleLoader(state, OpenInVain);
});

int OpenForApi(Lua&, TableRef) { return 1; }
const stdlib::LinkedModule for_api("made.for_api", [](State& state) {
  return embed::ModuleLoader(state, OpenForApi);
});

constexpr std::string_view kProgram = R"(
  local made = require 'made.in.cpp'
  local counter = made.Counter(5)
  counter:next()
  assert(Counter == nil, 'the type is a member of the module, no global')
  local ok, message = pcall(made.sum, {1, 'x'})
  return made.name .. ' ' .. made.sum {1, 2, 3} .. ' ' .. counter:next() ..
      ' ' .. message
)";
constexpr std::string_view kResult =
    "made.in.cpp 6 7 bad argument #1 to 'made.in.cpp.sum' (";

TEST(ModuleTest, IsATableThatTheFunctionFills) {
  Lua lua;
  absl::StatusOr<std::string> result = lua.Eval<std::string>(kProgram);
  ASSERT_TRUE(result.ok()) << Describe(result.status());
  EXPECT_EQ(result->substr(0, kResult.size()), kResult);
}

TEST(ModuleTest, IsWhatTheFunctionReturns) {
  Lua lua;
  EXPECT_EQ(*lua.Eval<int>("require 'made.number'"), 42);
}

TEST(ModuleTest, AStatusIsAnErrorOfRequire) {
  Lua lua;
  absl::Status status = lua.RunString("require 'made.in_vain'");
  EXPECT_EQ(status.message(), "no device");
}

// A state as the program `lua` makes it.
TEST(ModuleTest, NeedsNoLuaObject) {
  {
    State state(StateOptions(), m3::MakeEngine);
    stdlib::OpenAll(state);
    auto run = [&](std::string_view code) {
      Value function = Value::Nil();
      EXPECT_TRUE(Load(state, code, "=test", "t", function));
      std::span<Value> results;
      state.engine().ProtectedCall(*state.main, function, {}, 1, Value::Nil(),
                                   results);
      return std::string(results[0].string()->view());
    };
    EXPECT_EQ(run(kProgram).substr(0, kResult.size()), kResult);
    EXPECT_EQ(run("kept = require('made.in.cpp').Counter(1) "
                  "return tostring(select(2, pcall(require, 'made.for_api')))"),
              "no embedding state");
    state.heap().FullCollection(*state.main);
    EXPECT_EQ(Counter::alive, 1);
  }
  EXPECT_EQ(Counter::alive, 0);
}

}  // namespace
}  // namespace m3lua
