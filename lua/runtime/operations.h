// Operations with metamethods, for library code: they call metamethods through
// a nested run of the engine, so a metamethod can't yield here (as in PUC's C
// libraries).  The engine's handlers have continuations of their own.
//
// Guarded by tests/unit/runtime/operations_test.cc.
#ifndef LUA_RUNTIME_OPERATIONS_H_
#define LUA_RUNTIME_OPERATIONS_H_

#include <string_view>

#include "lua/object/coroutine.h"
#include "lua/object/value.h"
#include "lua/runtime/metatables.h"

namespace m3lua {

Value Index(Coroutine& co, Value object, Value key);
void SetIndex(Coroutine& co, Value object, Value key, Value value);
bool Equals(Coroutine& co, Value a, Value b);
bool LessThan(Coroutine& co, Value a, Value b);
bool LessEqual(Coroutine& co, Value a, Value b);
Value ArithmeticWithMetamethods(Coroutine& co, Event event, Value a, Value b);
Value LengthOf(Coroutine& co, Value v);  // the operator #
int64_t LengthAsInteger(Coroutine& co,
                        Value v);  // "object length is not an integer"
Value Concatenate(Coroutine& co, Value a, Value b);
// As luaL_tolstring: __tostring, __name, addresses.
String* ToDisplayString(Coroutine& co, Value v);

}  // namespace m3lua

#endif  // LUA_RUNTIME_OPERATIONS_H_
