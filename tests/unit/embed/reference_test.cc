#include "lua/embed/reference.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::MessageOf;
using testing::MustRun;
using testing::Show;

TEST(ReferenceTest, KeepsItsValueFromBeingCollected) {
  Lua lua;
  MustRun(lua,
          "gone = 0 function make() return setmetatable({}, {__gc = function() "
          "gone = gone + 1 end}) end");
  Ref ref = lua.Call<Ref>("make").value();
  lua.Collect();
  EXPECT_EQ(Show(lua, "gone"), "0");
  Ref moved = std::move(ref);
  EXPECT_FALSE(ref.has_value());
  Ref copy = moved;
  EXPECT_TRUE(copy == moved);
  moved = Ref();
  lua.Collect();
  EXPECT_EQ(Show(lua, "gone"), "0") << "the copy holds it";
  copy.Reset();
  lua.Collect();
  EXPECT_EQ(Show(lua, "gone"), "1");
}

TEST(ReferenceTest, ManyInAContainer) {
  Lua lua;
  std::vector<Ref> refs;
  for (int i = 0; i < 1000; ++i) {
    refs.push_back(lua.New(std::to_string(i) + " is a text").value());
  }
  refs.erase(refs.begin(), refs.begin() + 500);
  lua.Collect();
  EXPECT_EQ(refs[0].As<std::string>().value(), "500 is a text");
  EXPECT_EQ(refs.back().As<std::string>().value(), "999 is a text");
}

TEST(ReferenceTest, IsEmptyWhenItsStateIsGone) {
  Ref ref, number;
  TableRef table;
  FunctionRef function;
  {
    Lua lua;
    ref = lua.New("text").value();
    number = lua.New(5).value();
    table = lua.Get<TableRef>("string").value();
    function = lua.Get<FunctionRef>("print").value();
    EXPECT_TRUE(ref.has_value());
  }
  EXPECT_FALSE(ref.has_value());
  for (const absl::Status& status :
       {ref.As<std::string>().status(), number.As<int>().status(),
        table.Get<Ref>("rep").status(), table.Set("x", 1), function.Call("x"),
        function.Call<int>("x").status(), ref.ToString().status(),
        table.Table("t").status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  }
  EXPECT_EQ(table.length(), 0);
  EXPECT_TRUE(table.begin() == table.end()) << "a table that is gone";
  Ref copy = ref;
  EXPECT_FALSE(copy.has_value());
  EXPECT_TRUE(copy.is_nil());
}

TEST(ReferenceTest, IsOfNoUseInAnotherState) {
  Lua one, other;
  TableRef t = one.NewTable().value();
  EXPECT_EQ(MessageOf(other.Set("t", t)),
            "the reference belongs to another state");
  EXPECT_EQ(Show(other, "t"), "nil");
  EXPECT_EQ(other.Call("print", t).code(), absl::StatusCode::kUnknown);
}

TEST(ReferenceTest, DestroyedByAFinalizerOfItsOwnState) {
  // A host function owns a reference, and goes with the state.
  auto held = std::make_shared<Ref>();
  {
    Lua lua;
    *held = lua.New("text").value();
    ASSERT_EQ(lua.Set("f", [held = std::move(held)] { return *held; }),
              absl::OkStatus());
    EXPECT_EQ(Show(lua, "f()"), "text");
  }
}

TEST(ReferenceTest, IsEmptyBeforeTheOutputIsClosed) {
  // What io.write has left in the stream's buffer comes when the state is gone.
  Ref ref;
  int calls = 0;
  {
    Lua::Options options;
    options.output = [&](std::string_view) {
      ++calls;
      EXPECT_FALSE(ref.has_value());
    };
    Lua lua(options);
    ref = lua.New("text").value();
    MustRun(lua, "io.write('buffered')");
  }
  EXPECT_EQ(calls, 1);
}

TEST(ReferenceTest, ShowsAndConverts) {
  Lua lua;
  EXPECT_EQ(lua.Eval<Ref>("1.0").value().ToString().value(), "1.0");
  EXPECT_EQ(lua.Eval<Ref>("setmetatable({}, {__tostring = function() return "
                          "'shown' end})")
                .value()
                .ToString()
                .value(),
            "shown");
  EXPECT_EQ(MessageOf(lua.Eval<Ref>("setmetatable({}, {__tostring = function() "
                                    "error('no', 0) end})")
                          .value()
                          .ToString()
                          .status()),
            "no");
  EXPECT_TRUE(lua.Eval<Ref>("5").value().Is<int>());
  EXPECT_FALSE(lua.Eval<Ref>("'5'").value().Is<int>());
}

}  // namespace
}  // namespace m3lua
