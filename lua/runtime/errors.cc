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

void PrepareRuntime(Coroutine& co, std::string_view message) {
  std::string text = co.state->engine().Where(co, 0);
  text.append(message);
  co.state->pending_error.Set(Value::Of(NewString(*co.state, text)));
}

void ThrowRuntime(Coroutine& co, std::string_view message) {
  PrepareRuntime(co, message);
  throw LuaError();
}

namespace {

template <typename... Args>
void PrepareRuntimeF(Coroutine& co, std::string_view format,
                     const Args&... args) {
  PrepareRuntime(co, syntax::Format(format, args...));
}

}  // namespace

void PrepareTypeError(Coroutine& co, const Value* operand,
                      const char* operation) {
  PrepareRuntimeF(co, "attempt to %s a %s value%s", operation,
                  TypeNameOf(*co.state, *operand),
                  co.state->engine().DescribeOperand(co, operand));
}

void ThrowTypeError(Coroutine& co, const Value* operand,
                    const char* operation) {
  PrepareTypeError(co, operand, operation);
  throw LuaError();
}

void ThrowCallError(Coroutine& co, const Value* operand) {
  ThrowTypeError(co, operand, "call");
}

void PrepareArithmeticError(Coroutine& co, Event event, const Value* a,
                            const Value* b) {
  switch (event) {
    case Event::kConcat:
      // The first operand that can't be concatenated.
      return PrepareTypeError(co, a->is_string() || a->is_number() ? b : a,
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
        return PrepareRuntimeF(co, "number%s has no integer representation",
                               co.state->engine().DescribeOperand(co, culprit));
      }
      return PrepareTypeError(co, a->is_number() ? b : a,
                              "perform bitwise operation on");
    default:
      return PrepareTypeError(co, a->is_number() ? b : a,
                              "perform arithmetic on");
  }
}

void ThrowArithmeticError(Coroutine& co, Event event, const Value* a,
                          const Value* b) {
  PrepareArithmeticError(co, event, a, b);
  throw LuaError();
}

void PrepareDivideByZero(Coroutine& co, Event event) {
  PrepareRuntime(co, event == Event::kMod ? "attempt to perform 'n%0'"
                                          : "attempt to divide by zero");
}

void ThrowDivideByZero(Coroutine& co, Event event) {
  PrepareDivideByZero(co, event);
  throw LuaError();
}

void PrepareCompareError(Coroutine& co, Value a, Value b) {
  std::string first = TypeNameOf(*co.state, a);
  std::string second = TypeNameOf(*co.state, b);
  if (first == second) {
    return PrepareRuntimeF(co, "attempt to compare two %s values", first);
  }
  PrepareRuntimeF(co, "attempt to compare %s with %s", first, second);
}

void ThrowCompareError(Coroutine& co, Value a, Value b) {
  PrepareCompareError(co, a, b);
  throw LuaError();
}

void PrepareForError(Coroutine& co, Value v, const char* what) {
  PrepareRuntimeF(co, "bad 'for' %s (number expected, got %s)", what,
                  TypeNameOf(*co.state, v));
}

}  // namespace m3lua
