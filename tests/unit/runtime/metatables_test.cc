#include "lua/runtime/metatables.h"

#include <gtest/gtest.h>

#include "lua/runtime/table.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

TEST(MetatablesTest, EventNamesFollowTheEnum) {
  TestState s;
  auto name = [&](Event e) {
    return s.state.event_names[static_cast<int>(e)]->view();
  };
  EXPECT_EQ(name(Event::kIndex), "__index");
  EXPECT_EQ(name(Event::kClose), "__close");
  EXPECT_EQ(name(Event::kAdd), "__add");
  EXPECT_EQ(name(Event::kIDiv), "__idiv");
  EXPECT_EQ(name(Event::kShr), "__shr");
  EXPECT_EQ(name(Event::kConcat), "__concat");
  EXPECT_EQ(name(Event::kBNot), "__bnot");
  EXPECT_EQ(name(Event::kLe), "__le");
  EXPECT_EQ(name(Event::kToString), "__tostring");
  EXPECT_EQ(name(Event::kMetatable), "__metatable");
}

TEST(MetatablesTest, AbsenceIsRememberedUntilTheMetatableChanges) {
  TestState s;
  Table* metatable = NewTable(s.state);
  EXPECT_TRUE(FastMetamethod(s.state, nullptr, Event::kIndex).is_nil());
  EXPECT_TRUE(FastMetamethod(s.state, metatable, Event::kIndex).is_nil());
  EXPECT_NE(metatable->flags & 1, 0) << "__index is known to be absent";
  EXPECT_TRUE(FastMetamethod(s.state, metatable, Event::kIndex).is_nil());
  SetField(s.state, metatable, "__index", Value::Integer(1));
  EXPECT_EQ(FastMetamethod(s.state, metatable, Event::kIndex).integer(), 1);
  EXPECT_TRUE(MetamethodIn(s.state, metatable, Event::kAdd).is_nil());
  SetField(s.state, metatable, "__add", Value::Integer(2));
  EXPECT_EQ(MetamethodIn(s.state, metatable, Event::kAdd).integer(), 2);
}

TEST(MetatablesTest, EveryTypeCanHaveOne) {
  TestState s;
  Table* metatable = NewTable(s.state);
  SetField(s.state, metatable, "__len", Value::Integer(5));
  SetField(s.state, metatable, "__name", s.Str("Mine"));
  Table* t = NewTable(s.state);
  Userdata* u = NewUserdata(s.state, 8, 0, nullptr);
  SetMetatable(s.state, t, metatable);
  SetMetatable(s.state, u, metatable);
  s.state.type_metatables[static_cast<int>(Type::kString)] = metatable;
  for (Value v : {Value::Of(t), Value::Of(u), s.Str("x")}) {
    EXPECT_EQ(MetatableOf(s.state, v), metatable);
    EXPECT_EQ(MetamethodOf(s.state, v, Event::kLen).integer(), 5);
  }
  EXPECT_EQ(TypeNameOf(s.state, Value::Of(t)), "Mine");
  EXPECT_EQ(TypeNameOf(s.state, Value::Of(u)), "Mine");
  EXPECT_EQ(TypeNameOf(s.state, s.Str("x")), "string")
      << "__name counts for tables and userdata only";
  SetField(s.state, metatable, "__name", Value::Integer(1));
  EXPECT_EQ(TypeNameOf(s.state, Value::Of(t)), "table");
  SetMetatable(s.state, t, nullptr);
  EXPECT_EQ(MetatableOf(s.state, Value::Of(t)), nullptr);
  EXPECT_EQ(MetatableOf(s.state, Value::Integer(1)), nullptr);
}

TEST(MetatablesTest, FinalizersAreRegisteredWithTheMetatable) {
  TestState s;
  Table* metatable = NewTable(s.state);
  Table* early = NewTable(s.state);
  SetMetatable(s.state, early, metatable);
  SetField(s.state, metatable, "__gc",
           Value::Of(NewNative(
               s.state, [](NativeCall& call) { return call.Return(); })));
  Table* late = NewTable(s.state);
  SetMetatable(s.state, late, metatable);
  EXPECT_FALSE(early->mark & kHasFinalizer);
  EXPECT_TRUE(late->mark & kHasFinalizer);
}

}  // namespace
}  // namespace m3lua
