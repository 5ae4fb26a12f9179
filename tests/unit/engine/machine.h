// A state with the engine and the standard library, for tests of the engine.
//
//   Machine m;
//   EXPECT_EQ(m.Run("return 1, 'x'"), "1 x");
//   EXPECT_EQ(m.Run("error('oops')"), "error: t:1: oops");
#ifndef TESTS_UNIT_ENGINE_MACHINE_H_
#define TESTS_UNIT_ENGINE_MACHINE_H_

#include <span>
#include <string>
#include <string_view>

#include "lua/runtime/conversion.h"
#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/runtime/state.h"
#include "lua/stdlib/libraries.h"
#include "m3style/engine/make_engine.h"

namespace m3lua::testing {

struct Machine {
  explicit Machine(const StateOptions& options = {})
      : state(options, m3::MakeEngine) {
    stdlib::OpenAll(state);
  }

  // The function of a chunk, which the next safepoint may collect; a message if
  // it can't be compiled.
  Value Compile(std::string_view code) {
    Value function = Value::Nil();
    Load(state, code, "=t", "t", function);
    return function;
  }

  // Runs a chunk: its results as text, separated by spaces, or the error.
  std::string Run(std::string_view code, Value handler = Value::Nil()) {
    return Call(Compile(code), {}, handler);
  }

  std::string Call(Value f, std::span<const Value> arguments = {},
                   Value handler = Value::Nil()) {
    std::span<Value> results;
    bool ok = state.engine().ProtectedCall(*state.main, f, arguments, -1,
                                           handler, results);
    std::string text = ok ? "" : "error:";
    for (size_t i = 0; i < results.size(); ++i) {
      if (!text.empty()) text += ' ';
      text += Text(results[i]);
    }
    return text;
  }

  std::string Text(Value v) {
    if (v.is_boolean()) return v.is_truthy() ? "true" : "false";
    String* s = ToString(state, v);
    return s != nullptr ? std::string(s->view()) : TypeName(v.type());
  }

  // Makes a global function.
  void Register(std::string_view name, NativeFunction function) {
    SetField(state, state.globals, name,
             Value::Of(static_cast<Function*>(NewNative(state, function))));
  }

  Value Global(std::string_view name) {
    return GetField(state, state.globals, name);
  }

  State state;
};

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_ENGINE_MACHINE_H_
