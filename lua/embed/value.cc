// What conversions do out of line.
//
// Guarded by tests/unit/embed/value_test.cc, containers_test.cc.
#include "lua/embed/value.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

#include "lua/embed/containers.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/syntax/concat.h"

namespace m3lua {

// ---- Problem

void Problem::Append(std::string_view text) {
  size_t n = std::min(text.size(), sizeof text_ - size_);
  std::memcpy(text_ + size_, text.data(), n);
  size_ += n;
}

void Problem::Prepend(std::string_view text) {
  std::string all = syntax::Concat(text, std::string_view(text_, size_));
  size_ = 0;
  expected_ = nullptr;
  Append(all);
}

bool Problem::Expected(const char* what, View got) {
  Value v = got.value();
  expected_ = what;
  size_ = 0;
  Append(what);
  Append(" expected, got ");
  Append(v.is_light_userdata() ? "light userdata" : TypeNameOf(got.state(), v));
  return false;
}

bool Problem::OutOfRange() { return Invalid("number out of range"); }

bool Problem::Invalid(std::string_view text) {
  expected_ = nullptr;
  size_ = 0;
  Append(text);
  return false;
}

bool Problem::InElement(int64_t index) {
  Prepend(syntax::Concat("element ", index, ": "));
  return false;
}

namespace {

std::string KeyText(View key) {
  if (key.is_string()) {
    return syntax::Concat("'", key.value().string()->view(), "'");
  }
  if (key.is_number()) {
    char text[64];
    return std::string(text, FormatNumberTo(key.value(), text));
  }
  return TypeName(key.type());
}

}  // namespace

bool Problem::InKey(View key) {
  Prepend(syntax::Concat("key ", KeyText(key), ": "));
  return false;
}

bool Problem::InField(View key) {
  Prepend(syntax::Concat("field ", KeyText(key), ": "));
  return false;
}

namespace internal {

bool IntegerOf(View v, int64_t& out, Problem& why) {
  if (v.is_integer()) {
    out = v.value().integer();
    return true;
  }
  if (!v.is_float()) return why.Expected("number", v);
  return FloatToInteger(v.value().number(), out) ||
         why.Invalid("number has no integer representation");
}

bool NumberOf(View v, double& out, Problem& why) {
  if (!v.is_number()) return why.Expected("number", v);
  out = v.is_integer() ? static_cast<double>(v.value().integer())
                       : v.value().number();
  return true;
}

Value PutString(State& state, const char* bytes, size_t size) {
  return Value::Of(NewString(state, std::string_view(bytes, size)));
}

void RaiseOutOfRange(State& state) { RaiseText(state, "number out of range"); }

void RaiseText(State& state, std::string_view text) {
  // (With the position of who called the host function that is running.)
  ThrowString(state,
              syntax::Concat(state.engine().Where(*state.current, 1), text));
}

// ---- tables

namespace {

uint32_t RoomFor(size_t n) {
  // (More than that grows as it is filled.)
  return static_cast<uint32_t>(std::min<size_t>(n, 1 << 20));
}

}  // namespace

Value NewList(State& state, size_t elements) {
  return Value::Of(NewTable(state, RoomFor(elements), 0));
}

Value NewMap(State& state, size_t entries) {
  return Value::Of(NewTable(state, 0, RoomFor(entries)));
}

void SetElement(State& state, Value table, int64_t index, Value element) {
  SetInteger(state, table.table(), index, element);
}

void SetEntry(State& state, Value table, Value key, Value value) {
  Set(*state.current, table.table(), key, value);
}

Value GetElement(Value table, int64_t index) {
  return GetInteger(table.table(), index);
}

int64_t ListLength(Value table) { return Length(table.table()); }

bool NextEntry(Value table, uint32_t& position, Value& key, Value& value) {
  return NextAt(table.table(), position, key, value);
}

}  // namespace internal
}  // namespace m3lua
