// Closures and the end of their variables.
//
// Guarded by tests/differential/programs/closures.lua, upvalues_and_loops.lua,
// closing_everywhere.lua.
#ifndef M3STYLE_OPS_CLOSURE_H_
#define M3STYLE_OPS_CLOSURE_H_

#include "m3style/ops/metamethod.h"

namespace m3lua::m3 {

// Closure a, imm: R[a] = closure of nested function imm.
const Cell* Closure(const Cell* pc, Registers& r);
// Close a: closes variables and upvalues at R[a] and above.
M3_HOT const Cell* Close(const Cell* pc, Registers& r) {
  // Usually there are none.
  const Coroutine& co = *r.co;
  const Upvalue* up = co.open_upvalues;
  if (M3_LIKELY(co.to_be_closed_count == 0 &&
                (up == nullptr || up->location < &RA(pc, r) ||
                 up->location >= co.chunk->end))) {
    return pc + 1;
  }
  return Slow(pc, r, StaticId::kCloseSlow);
}
const Cell* CloseSlow(const Cell* pc, Registers& r);
const Cell* CloseDone(const Cell* pc, Registers& r);
// Tbc a: R[a] is to be closed.
const Cell* Tbc(const Cell* pc, Registers& r);

// Notes that `*variable`, which is not nil or false, is to be closed; raises
// "variable 'x' got a non-closable value".
void MarkToBeClosed(Registers& r, Value* variable);

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_CLOSURE_H_
