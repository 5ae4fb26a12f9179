// The texts were compared with lua5.4.
#include "lua/runtime/errors.h"

#include <gtest/gtest.h>

#include <string>

#include "lua/runtime/metatables.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

TEST(ErrorsTest, PositionsComeFromTheCurrentFrame) {
  TestState s;
  s.engine.where = "file:7: ";
  EXPECT_EQ(s.ErrorOf([&] { ThrowRuntime(s.co, "oops"); }), "file:7: oops");
  EXPECT_EQ(s.ErrorOf([&] { ThrowRuntimeF(s.co, "%d of %s", 7, "x"); }),
            "file:7: 7 of x");
  EXPECT_EQ(s.ErrorOf([&] { ThrowString(s.state, "oops"); }), "oops");
  EXPECT_EQ(s.ErrorOf([&] { ThrowValue(s.state, Value::Integer(5)); }), "5");
  EXPECT_EQ(s.ErrorOf([&] { ThrowMemoryError(s.state); }), "not enough memory");
}

TEST(ErrorsTest, TypeErrorsNameTheOperand) {
  TestState s;
  Value nil = Value::Nil();
  EXPECT_EQ(s.ErrorOf([&] { ThrowTypeError(s.co, &nil, "index"); }),
            "attempt to index a nil value");
  s.engine.operand = " (global 'x')";
  EXPECT_EQ(s.ErrorOf([&] { ThrowCallError(s.co, &nil); }),
            "attempt to call a nil value (global 'x')");
}

TEST(ErrorsTest, ArithmeticBlamesTheRightOperand) {
  TestState s;
  Table* metatable = NewTable(s.state);
  SetField(s.state, metatable, "__name", s.Str("Mine"));
  Table* named = NewTable(s.state);
  SetMetatable(s.state, named, metatable);
  const Value kNil = Value::Nil(), kTable = Value::Of(NewTable(s.state)),
              kOne = Value::Integer(1), kHalf = Value::Float(0.5),
              kHuge = Value::Float(0x1p63), kText = s.Str("10"),
              kNamed = Value::Of(named);
  struct {
    Event event;
    Value a, b;
    const char* message;
  } cases[] = {
      {Event::kAdd, kTable, kNil, "perform arithmetic on a table value"},
      {Event::kAdd, kNil, kTable, "perform arithmetic on a nil value"},
      {Event::kMul, kOne, kNil, "perform arithmetic on a nil value"},
      {Event::kUnm, kTable, kTable, "perform arithmetic on a table value"},
      {Event::kPow, kNamed, kOne, "perform arithmetic on a Mine value"},
      {Event::kBOr, kText, kOne, "perform bitwise operation on a string value"},
      {Event::kBOr, kHalf, kTable,
       "perform bitwise operation on a table value"},
      {Event::kBNot, kTable, kTable,
       "perform bitwise operation on a table value"},
      {Event::kConcat, kTable, kOne, "concatenate a table value"},
      {Event::kConcat, kText, kTable, "concatenate a table value"},
      {Event::kConcat, kOne, kNil, "concatenate a nil value"},
      {Event::kConcat, kNil, kTable, "concatenate a nil value"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(
        s.ErrorOf([&] { ThrowArithmeticError(s.co, c.event, &c.a, &c.b); }),
        std::string("attempt to ") + c.message);
  }
  s.engine.operand = " (local 'x')";
  for (auto [a, b] : {std::pair(kHalf, kOne), std::pair(kOne, kHuge)}) {
    EXPECT_EQ(
        s.ErrorOf([&] { ThrowArithmeticError(s.co, Event::kBAnd, &a, &b); }),
        "number (local 'x') has no integer representation");
  }
  EXPECT_EQ(s.ErrorOf([&] { ThrowDivideByZero(s.co, Event::kIDiv); }),
            "attempt to divide by zero");
  EXPECT_EQ(s.ErrorOf([&] { ThrowDivideByZero(s.co, Event::kMod); }),
            "attempt to perform 'n%0'");
}

TEST(ErrorsTest, ComparisonsAndLoops) {
  TestState s;
  Value t = Value::Of(NewTable(s.state));
  EXPECT_EQ(s.ErrorOf([&] { ThrowCompareError(s.co, t, t); }),
            "attempt to compare two table values");
  EXPECT_EQ(s.ErrorOf([&] { ThrowCompareError(s.co, t, Value::Float(1)); }),
            "attempt to compare table with number");
  EXPECT_EQ(s.ErrorOf([&] {
    PrepareForError(s.co, t, "initial value");
    throw LuaError();
  }),
            "bad 'for' initial value (number expected, got table)");
}

}  // namespace
}  // namespace m3lua
