// The texts were compared with lua5.4.
#include "lua/runtime/operations.h"

#include <gtest/gtest.h>

#include <string>

#include "lua/runtime/table.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

Value Int(int64_t i) { return Value::Integer(i); }

// A table with a metatable whose field `event` is `method`.
Table* With(TestState& s, const char* event, Value method) {
  Table* metatable = NewTable(s.state);
  SetField(s.state, metatable, event, method);
  Table* t = NewTable(s.state);
  SetMetatable(s.state, t, metatable);
  return t;
}

Value Native(TestState& s, NativeFunction f) {
  return Value::Of(NewNative(s.state, f));
}

std::string Text(Value v) { return std::string(v.string()->view()); }

TEST(OperationsTest, IndexFollowsTheChain) {
  TestState s;
  Table* inner = With(s, "__index", Native(s, [](NativeCall& c) {
                        EXPECT_EQ(c.count(), 2);
                        return c.Return(c.arg(2));
                      }));
  SetInteger(s.state, inner, 1, Int(10));
  Table* outer = With(s, "__index", Value::Of(inner));
  SetInteger(s.state, outer, 2, Int(20));
  EXPECT_EQ(Index(s.co, Value::Of(outer), Int(2)).integer(), 20);
  EXPECT_EQ(Index(s.co, Value::Of(outer), Int(1)).integer(), 10);
  EXPECT_EQ(Index(s.co, Value::Of(outer), Int(77)).integer(), 77);
  EXPECT_TRUE(Index(s.co, Value::Of(NewTable(s.state)), Int(1)).is_nil());
  EXPECT_EQ(s.ErrorOf([&] { Index(s.co, Value::Nil(), Int(1)); }),
            "attempt to index a nil value");
  Table* loop = NewTable(s.state);
  SetMetatable(s.state, loop, loop);
  SetField(s.state, loop, "__index", Value::Of(loop));
  SetField(s.state, loop, "__newindex", Value::Of(loop));
  EXPECT_EQ(s.ErrorOf([&] { Index(s.co, Value::Of(loop), Int(1)); }),
            "'__index' chain too long; possible loop");
  EXPECT_EQ(s.ErrorOf([&] { SetIndex(s.co, Value::Of(loop), Int(1), Int(1)); }),
            "'__newindex' chain too long; possible loop");
}

TEST(OperationsTest, SetIndexFollowsTheChain) {
  TestState s;
  Table* target = NewTable(s.state);
  Table* t = With(s, "__newindex", Value::Of(target));
  SetInteger(s.state, t, 1, Int(1));
  SetIndex(s.co, Value::Of(t), Int(1), Int(11));
  SetIndex(s.co, Value::Of(t), Int(2), Int(12));
  EXPECT_EQ(GetInteger(t, 1).integer(), 11);
  EXPECT_TRUE(GetInteger(t, 2).is_nil());
  EXPECT_EQ(GetInteger(target, 2).integer(), 12);
  Table* called = With(s, "__newindex", Native(s, [](NativeCall& c) {
                         EXPECT_EQ(c.count(), 3);
                         SetInteger(c.state(), c.CheckTable(1), 99, c.arg(3));
                         return c.Return();
                       }));
  SetIndex(s.co, Value::Of(called), Int(1), Int(5));
  EXPECT_EQ(GetInteger(called, 99).integer(), 5);
  EXPECT_EQ(s.ErrorOf([&] { SetIndex(s.co, Int(1), Int(1), Int(1)); }),
            "attempt to index a number value");
  EXPECT_EQ(s.ErrorOf([&] {
    SetIndex(s.co, Value::Of(target), Value::Nil(), Int(1));
  }),
            "table index is nil");
}

TEST(OperationsTest, EqualityAsksOnlyTwoTablesOrTwoUserdata) {
  TestState s;
  Table* a = With(s, "__eq", Native(s, [](NativeCall& c) {
                    return c.Return(Int(1));  // true
                  }));
  Table* b = NewTable(s.state);
  EXPECT_TRUE(Equals(s.co, Value::Of(a), Value::Of(b)));
  EXPECT_TRUE(Equals(s.co, Value::Of(b), Value::Of(a)));
  EXPECT_TRUE(Equals(s.co, Value::Of(b), Value::Of(b)));
  EXPECT_FALSE(Equals(s.co, Value::Of(b), Value::Of(NewTable(s.state))));
  EXPECT_FALSE(Equals(s.co, Value::Of(a), Int(1)));
  Userdata* u = NewUserdata(s.state, 0, 0, a->metatable);
  EXPECT_FALSE(Equals(s.co, Value::Of(a), Value::Of(u)));
  EXPECT_TRUE(Equals(s.co, Value::Of(u),
                     Value::Of(NewUserdata(s.state, 0, 0, nullptr))));
  EXPECT_TRUE(Equals(s.co, Int(2), Value::Float(2)));
}

TEST(OperationsTest, Order) {
  TestState s;
  EXPECT_TRUE(LessThan(s.co, Int(1), Value::Float(1.5)));
  EXPECT_TRUE(LessThan(s.co, s.Str("a"), s.Str("b")));
  EXPECT_TRUE(LessEqual(s.co, s.Str("a"), s.Str("a")));
  EXPECT_EQ(s.ErrorOf([&] { LessThan(s.co, Int(1), s.Str("1")); }),
            "attempt to compare number with string");
  Table* t = With(s, "__lt", Native(s, [](NativeCall& c) {
                    return c.Return(Value::Boolean(c.arg(2).is_table()));
                  }));
  EXPECT_TRUE(LessThan(s.co, Int(1), Value::Of(t)));
  EXPECT_FALSE(LessThan(s.co, Value::Of(t), Int(1)));
  // Without __le, as PUC with its compatibility with 5.3: not (b < a).
  EXPECT_FALSE(LessEqual(s.co, Value::Of(t), Value::Of(t)));
  Table* plain = NewTable(s.state);
  EXPECT_EQ(s.ErrorOf([&] { LessEqual(s.co, Value::Of(plain), Int(1)); }),
            "attempt to compare table with number");
}

TEST(OperationsTest, ArithmeticAndItsMetamethods) {
  TestState s;
  auto compute = [&](Event event, Value a, Value b) {
    return ArithmeticWithMetamethods(s.co, event, a, b);
  };
  EXPECT_EQ(compute(Event::kAdd, Int(1), Int(2)).integer(), 3);
  Table* t = With(s, "__unm", Native(s, [](NativeCall& c) {
                    EXPECT_EQ(c.count(), 2);
                    EXPECT_TRUE(RawEquals(c.arg(1), c.arg(2)));
                    return c.Return(Int(7));
                  }));
  EXPECT_EQ(compute(Event::kUnm, Value::Of(t), Value::Nil()).integer(), 7);
  EXPECT_EQ(s.ErrorOf([&] { compute(Event::kMod, Int(1), Int(0)); }),
            "attempt to perform 'n%0'");
  EXPECT_EQ(s.ErrorOf([&] { compute(Event::kBOr, Int(1), s.Str("1")); }),
            "attempt to perform bitwise operation on a string value")
      << "strings are for their metamethods";
  EXPECT_EQ(s.ErrorOf([&] { compute(Event::kAdd, Value::Of(t), Int(0)); }),
            "attempt to perform arithmetic on a table value");
}

TEST(OperationsTest, Lengths) {
  TestState s;
  EXPECT_EQ(LengthOf(s.co, s.Str("abc")).integer(), 3);
  Table* list = NewTable(s.state);
  SetInteger(s.state, list, 1, Int(1));
  EXPECT_EQ(LengthOf(s.co, Value::Of(list)).integer(), 1);
  EXPECT_EQ(s.ErrorOf([&] { LengthOf(s.co, Int(1)); }),
            "attempt to get length of a number value");
  Table* t = With(s, "__len",
                  Native(s, [](NativeCall& c) { return c.ReturnString("3"); }));
  EXPECT_EQ(Text(LengthOf(s.co, Value::Of(t))), "3");
  EXPECT_EQ(LengthAsInteger(s.co, Value::Of(t)), 3);
  t = With(s, "__len", Native(s, [](NativeCall& c) {
             return c.Return(Value::Float(1.5));
           }));
  s.engine.caller = "file:1: ";
  EXPECT_EQ(s.ErrorOf([&] { LengthAsInteger(s.co, Value::Of(t)); }),
            "file:1: object length is not an integer");
}

TEST(OperationsTest, Concatenation) {
  TestState s;
  auto join = [&](Value a, Value b) { return Concatenate(s.co, a, b); };
  EXPECT_EQ(Text(join(s.Str("a"), s.Str("b"))), "ab");
  EXPECT_EQ(Text(join(Int(1), Value::Float(2))), "12.0");
  EXPECT_EQ(Text(join(s.Str(std::string(50, 'x')), Int(-1))),
            std::string(50, 'x') + "-1");
  EXPECT_EQ(s.ErrorOf([&] { join(s.Str("a"), Value::Nil()); }),
            "attempt to concatenate a nil value");
  Table* t = With(s, "__concat",
                  Native(s, [](NativeCall& c) { return c.Return(c.arg(1)); }));
  EXPECT_EQ(join(Int(5), Value::Of(t)).integer(), 5);
}

TEST(OperationsTest, DisplayStrings) {
  TestState s;
  auto show = [&](Value v) {
    return std::string(ToDisplayString(s.co, v)->view());
  };
  EXPECT_EQ(show(Value::Nil()), "nil");
  EXPECT_EQ(show(Value::Boolean(true)), "true");
  EXPECT_EQ(show(Value::Boolean(false)), "false");
  EXPECT_EQ(show(Int(-3)), "-3");
  EXPECT_EQ(show(Value::Float(3)), "3.0");
  EXPECT_EQ(show(s.Str("text")), "text");
  EXPECT_TRUE(show(Value::Of(NewTable(s.state))).starts_with("table: 0x"));
  EXPECT_TRUE(show(Value::Of(s.state.main)).starts_with("thread: 0x"));
  EXPECT_TRUE(show(Native(s, [](NativeCall& c) {
                return c.Return();
              })).starts_with("function: 0x"));
  EXPECT_EQ(show(Value::LightUserdata(nullptr)), "userdata: (nil)");
  EXPECT_TRUE(show(Value::Of(With(s, "__name", s.Str("Mine"))))
                  .starts_with("Mine: 0x"));
  Table* t = With(s, "__tostring",
                  Native(s, [](NativeCall& c) { return c.Return(Int(12)); }));
  EXPECT_EQ(show(Value::Of(t)), "12");
  t = With(s, "__tostring",
           Native(s, [](NativeCall& c) { return c.Return(); }));
  EXPECT_EQ(s.ErrorOf([&] { show(Value::Of(t)); }),
            "'__tostring' must return a string");
}

}  // namespace
}  // namespace m3lua
