// Operations with metamethods.  Guarded by
// tests/unit/runtime/operations_test.cc.
#include "lua/runtime/operations.h"

#include <cstdio>
#include <cstring>
#include <span>
#include <string>

#include "lua/runtime/arithmetic.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/syntax/concat.h"

namespace m3lua {
namespace {

// How many __index or __newindex in a row are taken for a chain with an end.
constexpr int kMaxChain = 2000;

// The first result of a metamethod.
template <size_t n>
Value CallMetamethod(Coroutine& co, Value method, const Value (&arguments)[n]) {
  return co.state->engine().Call(co, method, arguments, 1)[0];
}

// The metamethod of either operand, the first one's if both have it.
Value BinaryMetamethod(Coroutine& co, Event event, Value a, Value b) {
  Value method = MetamethodOf(*co.state, a, event);
  return method.is_nil() ? MetamethodOf(*co.state, b, event) : method;
}

bool IsTextOrNumber(Value v) { return v.is_string() || v.is_number(); }

bool Compare(Coroutine& co, Event event, Value a, Value b) {
  bool less = event == Event::kLt;
  if (a.is_number() && b.is_number()) {
    return less ? NumberLess(a, b) : NumberLessEqual(a, b);
  }
  if (a.is_string() && b.is_string()) {
    PayForComparing(co, a.string(), b.string());
    int order = CompareStrings(a.string(), b.string());
    return less ? order < 0 : order <= 0;
  }
  Value method = BinaryMetamethod(co, event, a, b);
  if (!method.is_nil()) return CallMetamethod(co, method, {a, b}).is_truthy();
  if (!less) {
    // As PUC Lua when built to be compatible with 5.3: not (b < a).
    method = BinaryMetamethod(co, Event::kLt, b, a);
    if (!method.is_nil()) {
      return !CallMetamethod(co, method, {b, a}).is_truthy();
    }
  }
  ThrowCompareError(co, a, b);
}

// The bytes of a string or number; `buffer` holds those of numbers.
std::string_view TextOf(Value v, char* buffer) {
  if (v.is_string()) return v.string()->view();
  return {buffer, FormatNumberTo(v, buffer)};
}

}  // namespace

Value Index(Coroutine& co, Value object, Value key) {
  State& state = *co.state;
  for (int i = 0; i < kMaxChain; ++i) {
    Value method;
    if (object.is_table()) {
      Value v = Get(state, object.table(), key);
      if (!v.is_nil()) return v;
      method = FastMetamethod(state, object.table()->metatable, Event::kIndex);
      if (method.is_nil()) return method;
    } else {
      method = MetamethodOf(state, object, Event::kIndex);
      if (method.is_nil()) ThrowTypeError(co, &object, "index");
    }
    if (method.is_function()) return CallMetamethod(co, method, {object, key});
    object.Set(method);
  }
  ThrowRuntime(co, "'__index' chain too long; possible loop");
}

void SetIndex(Coroutine& co, Value object, Value key, Value value) {
  State& state = *co.state;
  for (int i = 0; i < kMaxChain; ++i) {
    Value method;
    if (object.is_table()) {
      Table* t = object.table();
      if (SetExisting(state, t, key, value)) return;
      method = FastMetamethod(state, t->metatable, Event::kNewIndex);
      if (method.is_nil()) {
        Set(co, t, key, value);
        return;
      }
    } else {
      method = MetamethodOf(state, object, Event::kNewIndex);
      if (method.is_nil()) ThrowTypeError(co, &object, "index");
    }
    if (method.is_function()) {
      Value arguments[] = {object, key, value};
      state.engine().Call(co, method, arguments, 0);
      return;
    }
    object.Set(method);
  }
  ThrowRuntime(co, "'__newindex' chain too long; possible loop");
}

bool Equals(Coroutine& co, Value a, Value b) {
  if (RawEquals(a, b)) return true;
  bool may_have_method =
      (a.is_table() && b.is_table()) || (a.is_userdata() && b.is_userdata());
  if (!may_have_method) return false;
  Value method = BinaryMetamethod(co, Event::kEq, a, b);
  if (method.is_nil()) return false;
  return CallMetamethod(co, method, {a, b}).is_truthy();
}

bool LessThan(Coroutine& co, Value a, Value b) {
  return Compare(co, Event::kLt, a, b);
}

bool LessEqual(Coroutine& co, Value a, Value b) {
  return Compare(co, Event::kLe, a, b);
}

Value ArithmeticWithMetamethods(Coroutine& co, Event event, Value a, Value b) {
  // Metamethods of unary operations get the operand twice.
  if (event == Event::kUnm || event == Event::kBNot) b.Set(a);
  Value result;
  switch (Arithmetic(event, a, b, result)) {
    case ArithmeticResult::kOk:
      return result;
    case ArithmeticResult::kDivideByZero:
      ThrowDivideByZero(co, event);
    case ArithmeticResult::kNotNumbers:
      break;
  }
  Value method = BinaryMetamethod(co, event, a, b);
  if (method.is_nil()) ThrowArithmeticError(co, event, &a, &b);
  return CallMetamethod(co, method, {a, b});
}

Value LengthOf(Coroutine& co, Value v) {
  if (v.is_string()) {
    return Value::Integer(static_cast<int64_t>(v.string()->size()));
  }
  Value method = MetamethodOf(*co.state, v, Event::kLen);
  if (!method.is_nil()) return CallMetamethod(co, method, {v, v});
  if (!v.is_table()) ThrowTypeError(co, &v, "get length of");
  return Value::Integer(Length(v.table()));
}

int64_t LengthAsInteger(Coroutine& co, Value v) {
  int64_t length;
  if (!ToInteger(LengthOf(co, v), length)) {
    ThrowString(*co.state, syntax::Concat(co.state->engine().Where(co, 1),
                                          "object length is not an integer"));
  }
  return length;
}

Value Concatenate(Coroutine& co, Value a, Value b) {
  if (!IsTextOrNumber(a) || !IsTextOrNumber(b)) {
    Value method = BinaryMetamethod(co, Event::kConcat, a, b);
    if (method.is_nil()) ThrowArithmeticError(co, Event::kConcat, &a, &b);
    return CallMetamethod(co, method, {a, b});
  }
  char a_buffer[64];
  char b_buffer[64];
  std::string_view left = TextOf(a, a_buffer);
  std::string_view right = TextOf(b, b_buffer);
  if (left.size() > PTRDIFF_MAX - right.size()) {
    ThrowRuntime(co, "string length overflow");
  }
  String* s = NewStringBuffer(*co.state, left.size() + right.size());
  std::memcpy(s->data(), left.data(), left.size());
  std::memcpy(s->data() + left.size(), right.data(), right.size());
  return Value::Of(FinishString(*co.state, s));
}

String* ToDisplayString(Coroutine& co, Value v) {
  State& state = *co.state;
  Value method = MetamethodOf(state, v, Event::kToString);
  if (!method.is_nil()) {
    Value text = CallMetamethod(co, method, {v});
    if (String* s = ToString(state, text)) return s;
    ThrowString(state, syntax::Concat(state.engine().Where(co, 1),
                                      "'__tostring' must return a string"));
  }
  switch (v.tag) {
    case Tag::kNil:
      return NewString(state, "nil");
    case Tag::kFalse:
      return NewString(state, "false");
    case Tag::kTrue:
      return NewString(state, "true");
    case Tag::kInteger:
    case Tag::kFloat:
    case Tag::kString:
      return ToString(state, v);
    default: {
      Value name = MetamethodOf(state, v, Event::kName);
      char address[32];
      int length = std::snprintf(address, sizeof address, ": %p", v.pointer());
      return NewString(state,
                       syntax::Concat(name.is_string() ? name.string()->view()
                                                       : TypeName(v.type()),
                                      std::string_view(address, length)));
    }
  }
}

}  // namespace m3lua
