// Bytecode as heap objects: prototypes, and closures of them.
//
// A chunk is compiled or read without a heap (bytecode::Function); running it
// takes a Prototype for each of its functions, which holds the constants as
// values and shares ownership of the chunk.
//
// Guarded by tests/unit/runtime/load_test.cc.
#ifndef LUA_RUNTIME_PROTOTYPE_H_
#define LUA_RUNTIME_PROTOTYPE_H_

#include <memory>

#include "lua/bytecode/chunk.h"
#include "lua/object/function.h"

namespace m3lua {

class State;

// The prototype of `chunk`, and those of the functions in it.  `chunk` must
// have been verified, or come from our compiler.
Prototype* NewPrototype(State& state,
                        std::shared_ptr<const bytecode::Function> chunk);

// A closure whose upvalues are null: the caller fills them before the next
// safepoint.
LuaClosure* NewLuaClosure(State& state, Prototype* prototype);

// A closed upvalue that holds `v`.
Upvalue* NewClosedUpvalue(State& state, Value v);

}  // namespace m3lua

#endif  // LUA_RUNTIME_PROTOTYPE_H_
