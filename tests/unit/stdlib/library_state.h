// A state for tests of libraries: calls their functions by name.
//
//   LibraryState lua(stdlib::OpenMath);
//   EXPECT_EQ(lua.Call("math.floor", {Value::Float(2.5)}), "2");
//   EXPECT_EQ(lua.Error("math.floor", {}), "bad argument #1 to …");
#ifndef TESTS_UNIT_STDLIB_LIBRARY_STATE_H_
#define TESTS_UNIT_STDLIB_LIBRARY_STATE_H_

#include <initializer_list>
#include <string>
#include <string_view>

#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/table.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua::testing {

struct LibraryState : TestState {
  template <typename... Open>
  explicit LibraryState(Open... open) {
    (open(state), ...);
  }

  // "library.function"
  Value Function(std::string_view name) {
    size_t dot = name.find('.');
    Value library = GetField(state, state.globals, name.substr(0, dot));
    return GetField(state, library.table(), name.substr(dot + 1));
  }

  std::span<Value> Results(std::string_view name,
                           std::initializer_list<Value> arguments) {
    return engine.Call(co, Function(name),
                       {arguments.begin(), arguments.size()}, -1);
  }

  // All results as text, separated by spaces.
  std::string Call(std::string_view name,
                   std::initializer_list<Value> arguments) {
    std::string text;
    for (Value v : Results(name, arguments)) {
      if (!text.empty()) text += ' ';
      text += Text(v);
    }
    return text;
  }

  // The error; "" if there is none.
  std::string Error(std::string_view name,
                    std::initializer_list<Value> arguments) {
    return ErrorOf([&] { Results(name, arguments); });
  }

  std::string Text(Value v) {
    if (v.is_boolean()) return v.is_truthy() ? "true" : "false";
    String* s = ToString(state, v);
    return s != nullptr ? std::string(s->view()) : TypeName(v.type());
  }

  // A table with these elements that no collection takes: it is a global.
  Table* List(std::initializer_list<Value> elements,
              std::string_view global = "list") {
    Table* t = NewTable(state);
    SetField(state, state.globals, global, Value::Of(t));
    int64_t i = 0;
    for (Value v : elements) SetInteger(state, t, ++i, v);
    return t;
  }

  // The elements as text, separated by spaces.
  std::string Elements(Table* t) {
    std::string text;
    for (int64_t i = 1, n = Length(t); i <= n; ++i) {
      if (i > 1) text += ' ';
      text += Text(GetInteger(t, i));
    }
    return text;
  }
};

inline Value Int(int64_t i) { return Value::Integer(i); }
inline Value Flt(double d) { return Value::Float(d); }

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_STDLIB_LIBRARY_STATE_H_
