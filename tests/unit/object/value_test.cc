#include "lua/object/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <string>

#include "lua/object/string.h"

namespace m3lua {
namespace {

// A string as the heap would make it.
struct FreeString {
  explicit FreeString(const std::string& text)
      : memory(new char[sizeof(String) + text.size() + 1]) {
    std::memset(memory.get(), 0, sizeof(String));
    bool is_short = text.size() <= String::kMaxShortLength;
    get()->aux = is_short ? static_cast<uint8_t>(text.size()) : String::kLong;
    if (!is_short) get()->length = text.size();
    std::memcpy(get()->data(), text.c_str(), text.size() + 1);
  }
  String* get() { return reinterpret_cast<String*>(memory.get()); }
  std::unique_ptr<char[]> memory;
};

TEST(ValueTest, EachKindHasItsTagAndType) {
  int host;
  struct {
    Value v;
    Type type;
    const char* name;
  } cases[] = {
      {Value{}, Type::kNil, "nil"},
      {Value::Nil(), Type::kNil, "nil"},
      {Value::Boolean(true), Type::kBoolean, "boolean"},
      {Value::Boolean(false), Type::kBoolean, "boolean"},
      {Value::Integer(1), Type::kNumber, "number"},
      {Value::Float(1), Type::kNumber, "number"},
      {Value::LightUserdata(&host), Type::kLightUserdata, "userdata"},
      {Value::Make(0, Tag::kString), Type::kString, "string"},
      {Value::Make(0, Tag::kTable), Type::kTable, "table"},
      {Value::Make(0, Tag::kFunction), Type::kFunction, "function"},
      {Value::Make(0, Tag::kTailCalledFunction), Type::kFunction, "function"},
      {Value::Make(0, Tag::kUserdata), Type::kUserdata, "userdata"},
      {Value::Make(0, Tag::kCoroutine), Type::kThread, "thread"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.v.type(), c.type) << static_cast<int>(c.v.tag);
    EXPECT_STREQ(TypeName(c.v.type()), c.name);
    EXPECT_EQ(c.v.is_truthy(), c.v.tag != Tag::kNil && c.v.tag != Tag::kFalse);
  }
}

TEST(ValueTest, RawEquality) {
  constexpr int64_t kOdd = (int64_t{1} << 53) + 1;  // no float has this value
  struct {
    Value a, b;
    bool equal;
  } cases[] = {
      {Value::Nil(), Value::Make(77, Tag::kNil), true},
      {Value::Boolean(true), Value::Make(77, Tag::kTrue), true},
      {Value::Boolean(true), Value::Boolean(false), false},
      {Value::Nil(), Value::Boolean(false), false},
      {Value::Integer(1), Value::Float(1), true},
      {Value::Float(1), Value::Integer(1), true},
      {Value::Float(0.0), Value::Float(-0.0), true},
      {Value::Float(NAN), Value::Float(NAN), false},
      {Value::Integer(kOdd), Value::Float(static_cast<double>(kOdd)), false},
      {Value::Integer(INT64_MAX), Value::Float(0x1p63), false},
      {Value::Integer(INT64_MIN), Value::Float(-0x1p63), true},
      {Value::Integer(1), Value::Float(1.5), false},
      {Value::Integer(0), Value::LightUserdata(nullptr), false},
  };
  for (const auto& c : cases) EXPECT_EQ(RawEquals(c.a, c.b), c.equal);
}

TEST(ValueTest, LongStringsAreEqualByContent) {
  FreeString a(std::string(50, 'x')), b(std::string(50, 'x'));
  FreeString c(std::string(49, 'x') + "y"), d(std::string(51, 'x'));
  FreeString e("short"), f("short");
  auto equal = [](FreeString& s, FreeString& t) {
    return RawEquals(Value::Of(s.get()), Value::Of(t.get()));
  };
  EXPECT_TRUE(equal(a, b));
  EXPECT_FALSE(equal(a, c));
  EXPECT_FALSE(equal(a, d));
  EXPECT_FALSE(equal(a, e));
  EXPECT_TRUE(equal(e, e));
  EXPECT_FALSE(equal(e, f)) << "short strings are one object if equal";
}

TEST(ValueTest, SetLeavesTheSpareBytesAlone) {
  Value slot = Value::Nil();
  slot.set_spare32(42);
  slot.Set(Value::Integer(1));
  slot.SetFloat(2);
  slot.SetBoolean(true);
  EXPECT_EQ(slot.spare32(), 42u);
}

}  // namespace
}  // namespace m3lua
