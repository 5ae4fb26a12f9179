// Functions: Lua closures and native ones, upvalues, prototypes.
//
// One tag serves both kinds of function; both start with the cell at which the
// engine enters them, so a call need not ask which kind it has.
//
// Guarded by tests/unit/object/layout_test.cc.
#ifndef LUA_OBJECT_FUNCTION_H_
#define LUA_OBJECT_FUNCTION_H_

#include <cstdint>
#include <memory>

#include "lua/bytecode/chunk.h"
#include "lua/bytecode/liveness.h"
#include "lua/object/object.h"
#include "lua/object/value.h"

namespace m3lua {

namespace m3 {
struct Cell;
}
class NativeCall;
struct NativeResult;
struct TableSite;

struct Function : Object {
  const m3::Cell* entry;
};

struct Upvalue : Object {
  Value* location;  // the register while open, &closed afterwards
  union {
    Value closed;
    struct {
      Upvalue* next_open;  // toward older ones of the same coroutine
    } open;
  };

  bool is_open() const { return location != &closed; }
};
static_assert(sizeof(Upvalue) == 32);

// What a function is before it has upvalues: verified bytecode, the constants
// as values, and, from the first call on, the cells.
struct Prototype : Object {
  // aux32: bytes of bytecode that the heap counts for it.
  const bytecode::Function* function;  // owned through `chunk`
  // Keeps the whole chunk alive: nested prototypes share it.
  std::shared_ptr<const bytecode::Function> chunk;
  Value* constants;        // function->constants.size() of them
  Prototype** prototypes;  // function->functions.size() of them
  String* source;          // null when stripped
  // The engine's: null until the first call.
  m3::Cell* cells;
  uint32_t cell_count;
  uint32_t* cell_to_word;        // for each cell, the word of its instruction
  TableSite* sites;              // table_site.h
  bytecode::Liveness* liveness;  // made when the collector first needs it
};

struct LuaClosure : Function {
  // aux: number of upvalues, which follow.
  Prototype* prototype;

  Upvalue** upvalues() { return reinterpret_cast<Upvalue**>(this + 1); }
  Upvalue* const* upvalues() const {
    return reinterpret_cast<Upvalue* const*>(this + 1);
  }
  int upvalue_count() const { return aux; }
};
static_assert(sizeof(LuaClosure) == 24);

// A function written in C++.  See native.h for how it is called.
using NativeFunction = NativeResult (*)(NativeCall& call);

struct NativeClosure : Function {
  // aux: number of upvalues, which follow.
  NativeFunction function;

  Value* upvalues() { return reinterpret_cast<Value*>(this + 1); }
  const Value* upvalues() const {
    return reinterpret_cast<const Value*>(this + 1);
  }
  int upvalue_count() const { return aux; }
  // aux32 holds the number of an engine intrinsic, 0 for ordinary functions.
};

}  // namespace m3lua

#endif  // LUA_OBJECT_FUNCTION_H_
