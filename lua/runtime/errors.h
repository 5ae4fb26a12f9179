// Raising Lua errors from C++.
//
// A Lua error on its way through C++ is the exception LuaError; the value is
// in State::pending_error.  The engine catches it once, around the whole chain
// of handlers, and unwinds Lua frames itself.  An exception takes tens of
// thousands of instructions, so handlers do without: each error of the language
// exists in two forms.  PrepareX composes the error and leaves it in
// State::pending_error, for handlers (m3style/ops/raise.h) and natives that
// return NativeCall::Raised(); ThrowX does so and throws.
//
// Errors with a position name the current frame if it is a Lua function, as
// PUC's luaG_runerror.
//
// Guarded by tests/unit/runtime/errors_test.cc.
#ifndef LUA_RUNTIME_ERRORS_H_
#define LUA_RUNTIME_ERRORS_H_

#include <exception>
#include <string>
#include <string_view>

#include "lua/object/coroutine.h"
#include "lua/object/value.h"
#include "lua/runtime/metatables.h"
#include "lua/syntax/concat.h"

namespace m3lua {

class LuaError final : public std::exception {
 public:
  const char* what() const noexcept override { return "Lua error"; }
};

[[noreturn]] void ThrowValue(State& state, Value error);
// `message` as it is.
[[noreturn]] void ThrowString(State& state, std::string_view message);
[[noreturn]] void ThrowMemoryError(State& state);

// With the position of the current frame before it, if that is a Lua function.
void PrepareRuntime(Coroutine& co, std::string_view message);
[[noreturn]] void ThrowRuntime(Coroutine& co, std::string_view message);
template <typename... Args>
[[noreturn]] void ThrowRuntimeF(Coroutine& co, std::string_view format,
                                const Args&... args) {
  ThrowRuntime(co, syntax::Format(format, args...));
}

// "attempt to OP a TYPE value (local 'x')"; `operand` is the address of the
// register or upvalue that holds the value (so that it can be named).
void PrepareTypeError(Coroutine& co, const Value* operand,
                      const char* operation);
[[noreturn]] void ThrowTypeError(Coroutine& co, const Value* operand,
                                 const char* operation);
// "attempt to call a TYPE value (...)".
[[noreturn]] void ThrowCallError(Coroutine& co, const Value* operand);
// Of an arithmetic, bitwise or concat operation that no metamethod answers;
// decides which operand is to blame, and for "number has no integer
// representation".
void PrepareArithmeticError(Coroutine& co, Event event, const Value* a,
                            const Value* b);
[[noreturn]] void ThrowArithmeticError(Coroutine& co, Event event,
                                       const Value* a, const Value* b);
// "attempt to compare two TYPE values" / "attempt to compare A with B".
void PrepareCompareError(Coroutine& co, Value a, Value b);
[[noreturn]] void ThrowCompareError(Coroutine& co, Value a, Value b);
// "attempt to divide by zero" (kIDiv), "attempt to perform 'n%0'" (kMod).
void PrepareDivideByZero(Coroutine& co, Event event);
[[noreturn]] void ThrowDivideByZero(Coroutine& co, Event event);
// "bad 'for' limit (number expected, got string)"; `what` is "initial value",
// "limit" or "step".
void PrepareForError(Coroutine& co, Value v, const char* what);

}  // namespace m3lua

#endif  // LUA_RUNTIME_ERRORS_H_
