// A dispatch strategy: how the chain of bodies is driven.
//
// Guarded by tests/unit/dispatch/.
#ifndef M3STYLE_DISPATCH_STRATEGY_H_
#define M3STYLE_DISPATCH_STRATEGY_H_

#include <cstdint>

#include "m3style/code/cell.h"
#include "m3style/code/static_cells.h"
#include "m3style/ops/registers.h"

namespace m3lua::m3 {

struct Strategy {
  const char* name;
  // What the strategy puts into a cell's handler word.
  uint64_t (*handler_word)(HandlerId id);
  // Drives the chain from `pc` to the cell Exit (see LeaveChain).
  void (*enter)(const Cell* pc, const Registers& r);
  // The static cells (static_cells.h), made once a process.
  const Cell* (*static_cells)();
};

// Tail calls with preserve_none: the default.
const Strategy& TailCallStrategy();

// Runs one body of whatever strategy's cell: hooks, profiles and stress builds
// step through the chain with it.
const Cell* Step(const Strategy& strategy, const Cell* pc, Registers& r);
// Which handler a cell has.
HandlerId HandlerOf(const Strategy& strategy, const Cell* pc);

}  // namespace m3lua::m3

#endif  // M3STYLE_DISPATCH_STRATEGY_H_
