// The texts were compared with lua5.4.
#include "lua/runtime/native.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "lua/runtime/function_names.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

// What a call of `function` with these arguments raises; "" if nothing.
std::string ErrorOfCall(TestState& s, NativeFunction function,
                        std::initializer_list<Value> arguments) {
  return s.ErrorOf([&] { s.CallNative(function, arguments); });
}

TEST(NativeTest, ArgumentsAndResults) {
  TestState s;
  auto results = s.CallNative(
      [](NativeCall& call) {
        EXPECT_EQ(call.count(), 2);
        EXPECT_TRUE(call.has(2) && !call.has(3));
        EXPECT_TRUE(call.arg(3).is_nil() && call.is_none_or_nil(3));
        call.Push(call.arg(2));
        call.PushString("pushed");
        return call.ReturnTop(2);
      },
      {Value::Integer(1), Value::Integer(2)});
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].integer(), 2);
  EXPECT_EQ(results[1].string()->view(), "pushed");
  EXPECT_EQ(
      s.CallNative([](NativeCall& call) { return call.Return(); }, {}).size(),
      0u);
  results = s.CallNative(
      [](NativeCall& call) { return call.ReturnFail("no such thing"); }, {});
  EXPECT_TRUE(results[0].is_nil());
  EXPECT_EQ(results[1].string()->view(), "no such thing");
  results = s.CallNative(
      [](NativeCall& call) {
        call.Push(call.arg(1));
        NativeResult result = call.ReturnTop(1);
        result.count = kTailCallRequest;
        call.Push(Value::Integer(8));
        return result;
      },
      {Value::Of(NewNative(s.state, [](NativeCall& call) {
        return call.Return(Value::Integer(call.CheckInteger(1) + 1));
      }))});
  EXPECT_EQ(results[0].integer(), 9) << "a request for a tail call";
}

TEST(NativeTest, ChecksConvert) {
  TestState s;
  s.CallNative(
      [](NativeCall& call) {
        EXPECT_EQ(call.CheckInteger(1), 12);
        EXPECT_EQ(call.CheckInteger(2), 3);
        EXPECT_EQ(call.CheckNumber(1), 12.0);
        EXPECT_TRUE(call.CheckNumberValue(1).is_integer());
        EXPECT_TRUE(call.CheckNumberValue(2).is_float());
        EXPECT_EQ(call.CheckView(2), "3.0");
        EXPECT_TRUE(call.arg(2).is_string()) << "converted in place";
        EXPECT_EQ(call.OptInteger(3, 5), 5);
        EXPECT_EQ(call.OptNumber(4, 0.5), 0.5);
        EXPECT_EQ(call.OptView(4, "x"), "x");
        EXPECT_EQ(call.OptString(4, nullptr), nullptr);
        std::string_view names[] = {"a", "12", "c"};
        EXPECT_EQ(call.CheckOption(1, nullptr, names), 1);
        EXPECT_EQ(call.CheckOption(4, "c", names), 2);
        return call.Return();
      },
      {s.Str("12"), Value::Float(3), Value::Nil()});
}

TEST(NativeTest, WhatChecksSay) {
  TestState s;
  s.engine.name = "f";
  s.engine.name_what = "global";
  Table* metatable = MetatableNamed(s.state, "Thing");
  Table* thing = NewTable(s.state);
  SetMetatable(s.state, thing, metatable);
  struct {
    NativeFunction function;
    Value argument;
    const char* message;
  } cases[] = {
      {[](NativeCall& c) {
         return c.Return(Value::Integer(c.CheckInteger(1)));
       },
       Value::Nil(), "number expected, got nil"},
      {[](NativeCall& c) {
         return c.Return(Value::Integer(c.CheckInteger(1)));
       },
       Value::Float(1.5), "number has no integer representation"},
      {[](NativeCall& c) {
         return c.Return(Value::Integer(c.CheckInteger(1)));
       },
       s.Str("1.5"), "number has no integer representation"},
      {[](NativeCall& c) { return c.Return(Value::Float(c.CheckNumber(1))); },
       s.Str("x"), "number expected, got string"},
      {[](NativeCall& c) { return c.Return(c.CheckNumberValue(1)); },
       Value::LightUserdata(nullptr), "number expected, got light userdata"},
      {[](NativeCall& c) { return c.Return(Value::Of(c.CheckString(1))); },
       Value::Of(thing), "string expected, got Thing"},
      {[](NativeCall& c) { return c.Return(Value::Of(c.CheckTable(1))); },
       Value::Boolean(true), "table expected, got boolean"},
      {[](NativeCall& c) { return c.Return(c.CheckFunction(1)); },
       Value::Integer(1), "function expected, got number"},
      {[](NativeCall& c) { return c.Return(Value::Of(c.CheckCoroutine(1))); },
       Value::Integer(1), "thread expected, got number"},
      {[](NativeCall& c) {
         c.CheckUserdata(1, "Thing");
         return c.Return();
       },
       Value::Integer(1), "Thing expected, got number"},
      {[](NativeCall& c) {
         std::string_view names[] = {"a"};
         c.CheckOption(1, nullptr, names);
         return c.Return();
       },
       s.Str("foo"), "invalid option 'foo'"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ErrorOfCall(s, c.function, {c.argument}),
              std::string("bad argument #1 to 'f' (") + c.message + ")");
  }
  EXPECT_EQ(ErrorOfCall(s,
                        [](NativeCall& c) {
                          c.CheckAny(1);
                          c.CheckAny(2);
                          return c.Return();
                        },
                        {Value::Nil()}),
            "bad argument #2 to 'f' (value expected)");
  EXPECT_EQ(ErrorOfCall(s,
                        [](NativeCall& c) {
                          return c.Return(Value::Of(c.CheckString(1)));
                        },
                        {}),
            "bad argument #1 to 'f' (string expected, got no value)");
}

TEST(NativeTest, WhatErrorsSayOfTheFunction) {
  TestState s;
  NativeFunction first = [](NativeCall& c) -> NativeResult {
    c.ArgumentError(1, "wrong");
  };
  NativeFunction second = [](NativeCall& c) -> NativeResult {
    c.ArgumentError(2, "wrong");
  };
  s.engine.caller = "file:3: ";
  EXPECT_EQ(ErrorOfCall(s, first, {}),
            "file:3: bad argument #1 to '?' (wrong)");
  s.engine.name = "m";
  s.engine.name_what = "method";
  EXPECT_EQ(ErrorOfCall(s, first, {}),
            "file:3: calling 'm' on bad self (wrong)");
  EXPECT_EQ(ErrorOfCall(s, second, {}),
            "file:3: bad argument #1 to 'm' (wrong)");
  EXPECT_EQ(ErrorOfCall(
                s, [](NativeCall& c) -> NativeResult { c.Error("plain"); }, {}),
            "file:3: plain");
}

TEST(NativeTest, NamesFromPackageLoaded) {
  TestState s;
  NativeFunction function = [](NativeCall& c) -> NativeResult {
    c.ArgumentError(1, "wrong");
  };
  Table* loaded = GetField(s.state, s.state.registry, "_LOADED").table();
  Table* library = NewTable(s.state);
  NativeEntry entries[] = {{"rep", function}, {"later", nullptr}};
  SetFunctions(s.state, library, entries);
  Value rep = GetField(s.state, library, "rep");
  EXPECT_TRUE(GetField(s.state, library, "later").is_boolean());
  EXPECT_EQ(GlobalFunctionName(s.state, rep), "");
  SetField(s.state, loaded, "lib", Value::Of(library));
  EXPECT_EQ(GlobalFunctionName(s.state, rep), "lib.rep");
  EXPECT_EQ(s.ErrorOf([&] { s.engine.Call(s.co, rep, {}, 0); }),
            "bad argument #1 to 'lib.rep' (wrong)");
  Table* globals = NewTable(s.state);
  SetField(s.state, loaded, "lib", Value::Nil());
  SetField(s.state, loaded, "_G", Value::Of(globals));
  SetField(s.state, globals, "rep", rep);
  EXPECT_EQ(GlobalFunctionName(s.state, rep), "rep");
}

TEST(NativeTest, Userdata) {
  TestState s;
  Table* metatable = MetatableNamed(s.state, "Thing");
  EXPECT_EQ(MetatableNamed(s.state, "Thing"), metatable);
  EXPECT_EQ(GetField(s.state, metatable, "__name").string()->view(), "Thing");
  for (int values : {0, 1, 3}) {
    Userdata* u = NewUserdata(s.state, 100, values, metatable);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(u->memory()) % 16, 0u);
    EXPECT_EQ(u->user_value_count(), static_cast<uint32_t>(values));
    for (int i = 0; i < values; ++i) EXPECT_TRUE(u->user_values()[i].is_nil());
    s.CallNative(
        [](NativeCall& c) {
          EXPECT_EQ(c.CheckUserdata(1, "Thing"), c.arg(1).userdata()->memory());
          EXPECT_EQ(c.TestUserdata(1, "Other"), nullptr);
          EXPECT_EQ(c.TestUserdata(2, "Thing"), nullptr);
          return c.Return();
        },
        {Value::Of(u), Value::Integer(1)});
  }
  EXPECT_EQ(s.ErrorOf([&] { NewUserdata(s.state, SIZE_MAX, 0, nullptr); }),
            "not enough memory");
}

TEST(NativeTest, Upvalues) {
  TestState s;
  NativeClosure* counter = NewNative(
      s.state,
      [](NativeCall& c) {
        c.upvalue(2).SetInteger(c.upvalue(2).integer() + 1);
        return c.Return(c.upvalue(2));
      },
      2);
  EXPECT_TRUE(counter->upvalues()[0].is_nil());
  counter->upvalues()[1].SetInteger(4);
  EXPECT_EQ(s.engine.Call(s.co, Value::Of(counter), {}, 1)[0].integer(), 5);

  NativeClosure* large = NewNative(
      s.state,
      [](NativeCall& c) {
        int64_t sum = 0;
        for (int i = 1; i <= 255; ++i) sum += c.upvalue(i).integer();
        return c.Return(Value::Integer(sum));
      },
      255);
  for (int i = 0; i < 255; ++i) large->upvalues()[i].SetInteger(i + 1);
  EXPECT_EQ(s.engine.Call(s.co, Value::Of(large), {}, 1)[0].integer(),
            255 * 256 / 2)
      << "255 upvalues, the most there are";
}

TEST(NativeTest, Slots) {
  TestState s;
  EXPECT_EQ(ErrorOfCall(s,
                        [](NativeCall& c) {
                          EXPECT_TRUE(c.TryEnsureSlots(1000));
                          c.EnsureSlots(100000000, "too many results");
                          return c.Return();
                        },
                        {}),
            "stack overflow (too many results)");
}

}  // namespace
}  // namespace m3lua
