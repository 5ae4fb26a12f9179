// NewLibrary: where a library can be found afterwards.
#include <gtest/gtest.h>

#include "lua/stdlib/libraries.h"
#include "tests/unit/stdlib/library_state.h"

namespace m3lua::testing {
namespace {

NativeResult Nothing(NativeCall& call) { return call.Return(); }

TEST(LibraryTest, IsGlobalAndLoaded) {
  LibraryState lua;
  constexpr NativeEntry kEntries[] = {{"nothing", Nothing}};
  Table* library = stdlib::NewLibrary(lua.state, "mine", kEntries);
  EXPECT_EQ(GetField(lua.state, lua.state.globals, "mine").table(), library);
  Value loaded = GetField(lua.state, lua.state.registry, "_LOADED");
  ASSERT_TRUE(loaded.is_table());
  EXPECT_EQ(GetField(lua.state, loaded.table(), "mine").table(), library);
  EXPECT_TRUE(lua.Function("mine.nothing").is_function());
}

TEST(LibraryTest, OpenedLibrariesSurviveACollection) {
  LibraryState lua(stdlib::OpenTable, stdlib::OpenMath, stdlib::OpenOs,
                   stdlib::OpenIo);
  lua.state.heap().FullCollection(lua.co);
  EXPECT_EQ(lua.Call("math.type", {Int(1)}), "integer");
  EXPECT_EQ(lua.Call("math.randomseed", {Int(1), Int(2)}), "1 2");
  EXPECT_EQ(lua.Call("io.type", {lua.Function("io.stdout")}), "file");
  EXPECT_EQ(GetField(lua.state, lua.Results("table.pack", {})[0].table(), "n")
                .integer(),
            0);
}

}  // namespace
}  // namespace m3lua::testing
