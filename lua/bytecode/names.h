// Names for values and functions, found by looking at the code: which variable,
// field or constant a register came from, and how a function was called.
// Messages and tracebacks use them.
//
// Guarded by tests/unit/bytecode/names_test.cc.
#ifndef LUA_BYTECODE_NAMES_H_
#define LUA_BYTECODE_NAMES_H_

#include <cstdint>
#include <string>

#include "lua/bytecode/chunk.h"

namespace m3lua::bytecode {

// kind: "local", "global", "field", "method", "upvalue", "constant",
// "metamethod", "for iterator"; empty if nothing is known.
struct ValueName {
  std::string kind;
  std::string name;
};

// What is in register `reg` when the instruction at word `pc` reads it.
ValueName NameOfRegister(const Function& function, uint32_t pc, int reg);

// The name of a local variable in `reg` at `pc`; the n-th (from 1) active local
// variable and its register.  Null if there is none.
const LocalInfo* LocalInRegister(const Function& function, uint32_t pc,
                                 int reg);
const LocalInfo* ActiveLocal(const Function& function, uint32_t pc, int n);

// How the function that the instruction at `pc` is calling is named there; for
// instructions with metamethods, "metamethod" and the event's name.
ValueName NameOfCallee(const Function& function, uint32_t pc);

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_NAMES_H_
