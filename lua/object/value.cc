#include "lua/object/value.h"

#include <cstring>

#include "lua/object/string.h"

namespace m3lua {
namespace {

// An integer and a float are equal if the float has exactly that value: the
// conversion of the integer might round.
bool IntegerEqualsFloat(int64_t i, double d) {
  return d >= -0x1p63 && d < 0x1p63 && static_cast<int64_t>(d) == i &&
         static_cast<double>(static_cast<int64_t>(d)) == d;
}

}  // namespace

bool RawEquals(Value a, Value b) {
  if (a.tag != b.tag) {
    if (a.is_integer() && b.is_float()) {
      return IntegerEqualsFloat(a.integer(), b.number());
    }
    if (a.is_float() && b.is_integer()) {
      return IntegerEqualsFloat(b.integer(), a.number());
    }
    return false;
  }
  switch (a.tag) {
    case Tag::kNil:
    case Tag::kFalse:
    case Tag::kTrue:
      return true;  // the payload means nothing
    case Tag::kFloat:
      return a.number() == b.number();
    case Tag::kString: {
      const String* s = a.string();
      const String* t = b.string();
      return s == t ||
             (!s->is_short() && !t->is_short() && s->length == t->length &&
              std::memcmp(s->data(), t->data(), s->length) == 0);
    }
    default:
      return a.payload.bits == b.payload.bits;
  }
}

const char* TypeName(Type type) {
  constexpr const char* kNames[kTypeCount] = {
      "nil",   "boolean",  "userdata", "number", "string",
      "table", "function", "userdata", "thread"};
  return kNames[static_cast<int>(type)];
}

}  // namespace m3lua
