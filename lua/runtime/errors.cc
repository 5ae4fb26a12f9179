// Raising errors; the texts are PUC Lua's.  Guarded by
// tests/unit/runtime/errors_test.cc.
#include "lua/runtime/errors.h"

#include "lua/runtime/conversion.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"

namespace m3lua {

void ThrowValue(State& state, Value error) {
  state.pending_error.Set(error);
  throw LuaError();
}

void ThrowString(State& state, std::string_view message) {
  ThrowValue(state, Value::Of(NewString(state, message)));
}

void ThrowMemoryError(State& state) {
  // Preallocated; missing only while the state itself is being made.
  ThrowValue(state, state.memory_error != nullptr
                        ? Value::Of(state.memory_error)
                        : Value::Nil());
}

void ThrowRuntime(Coroutine& co, std::string_view message) {
  std::string text = co.state->engine().Where(co, 0);
  text.append(message);
  ThrowString(*co.state, text);
}

void ThrowTypeError(Coroutine& co, const Value* operand,
                    const char* operation) {
  ThrowRuntimeF(co, "attempt to %s a %s value%s", operation,
                TypeNameOf(*co.state, *operand),
                co.state->engine().DescribeOperand(co, operand));
}

void ThrowCallError(Coroutine& co, const Value* operand) {
  ThrowTypeError(co, operand, "call");
}

void ThrowArithmeticError(Coroutine& co, Event event, const Value* a,
                          const Value* b) {
  switch (event) {
    case Event::kConcat:
      // The first operand that can't be concatenated.
      ThrowTypeError(co, a->is_string() || a->is_number() ? b : a,
                     "concatenate");
    case Event::kBAnd:
    case Event::kBOr:
    case Event::kBXor:
    case Event::kShl:
    case Event::kShr:
    case Event::kBNot:
      if (a->is_number() && b->is_number()) {
        int64_t unused;
        bool fits = a->is_integer() || FloatToInteger(a->number(), unused);
        const Value* culprit = fits ? b : a;
        ThrowRuntimeF(co, "number%s has no integer representation",
                      co.state->engine().DescribeOperand(co, culprit));
      }
      ThrowTypeError(co, a->is_number() ? b : a,
                     "perform bitwise operation on");
    default:
      ThrowTypeError(co, a->is_number() ? b : a, "perform arithmetic on");
  }
}

void ThrowDivideByZero(Coroutine& co, Event event) {
  ThrowRuntime(co, event == Event::kMod ? "attempt to perform 'n%0'"
                                        : "attempt to divide by zero");
}

void ThrowCompareError(Coroutine& co, Value a, Value b) {
  std::string first = TypeNameOf(*co.state, a);
  std::string second = TypeNameOf(*co.state, b);
  if (first == second) {
    ThrowRuntimeF(co, "attempt to compare two %s values", first);
  }
  ThrowRuntimeF(co, "attempt to compare %s with %s", first, second);
}

void ThrowForError(Coroutine& co, Value v, const char* what) {
  ThrowRuntimeF(co, "bad 'for' %s (number expected, got %s)", what,
                TypeNameOf(*co.state, v));
}

}  // namespace m3lua
