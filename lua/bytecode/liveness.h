// Which registers hold values at an instruction.
//
// Frames are not cleared when they are entered, so a register holds garbage
// until the code writes it; and the frame header in each call window is not a
// value.  The collector therefore asks this analysis which registers of a
// suspended frame are to be visited.
//
// A register is to be visited at an instruction i (while i runs, or waits for
// something it called) when it is
//   - live before i (some path from i reads it before writing it), or
//   - live after i and not defined by i, or
//   - written on every path to i, and either a named local variable in scope,
//     there or further on without being written again (debuggers and weak
//     tables see variables to the end of their scope; and what a variable is
//     to hold must survive from its making on), or
//     captured by a closure or marked as to be closed on some path, and not
//     closed since,
// and not part of the window of a call that is under way (see `in_call`).
// Verified code reads no register that was not written on every path, so
// whatever is visited is initialised.
//
// Not covered, since no analysis of the code can: the values of an open list.
// While an open consumer is under way, the registers from OpenValuesStart()
// (register_effects.h) to the top hold values too.  And a variable may be
// waiting to be closed on one of two paths that meet before the Close (a goto
// over its declaration to the end of its block): whoever keeps the list of
// variables to be closed visits them from there.
//
// How: a backward analysis for liveness and a forward one (flow_graph.h) for
// the rest, over blocks; O(instructions).  (For code that would take
// too many visits whatever is initialised counts as live.)
//
// Guarded by tests/unit/bytecode/liveness_test.cc.
#ifndef LUA_BYTECODE_LIVENESS_H_
#define LUA_BYTECODE_LIVENESS_H_

#include <cstdint>
#include <vector>

#include "lua/base/flat_map.h"
#include "lua/bytecode/chunk.h"
#include "lua/bytecode/flow_graph.h"
#include "lua/bytecode/register_effects.h"

namespace m3lua::bytecode {

class Liveness {
 public:
  // `function` must outlive the analysis; its operands must be in range and
  // its jumps go to instructions.
  explicit Liveness(const Function& function);

  // Registers read before they are written, from the entry on.  For verified
  // code a subset of the parameters.
  const RegisterSet& live_at_entry() const { return entry_; }

  // Registers to be visited while the instruction at word `pc` is under way.
  // `in_call`: it is a Call, TailCall or TForCall whose callee is running (or
  // whose callee's frame is being built): its window from the function on
  // belongs to the callee.
  RegisterSet Visible(uint32_t pc, bool in_call) const;

  // What this takes, from the start to the end (the few answers that are kept
  // are not counted).
  size_t bytes() const {
    return sizeof *this + states_.capacity() * sizeof(BlockState) +
           events_.capacity() * sizeof(ScopeEvent) +
           graph_.blocks().capacity() * sizeof(Block);
  }

  // Registers that hold the state of a numeric loop, or a table that is being
  // constructed, before the instruction at word `pc`: the code relies on their
  // types, so nobody may put anything else there.
  RegisterSet ReliedOn(uint32_t pc) const;

 private:
  RegisterSet Compute(uint32_t pc, bool in_call) const;

  mutable base::FlatMap<uint32_t, RegisterSet> answers_;
  // The start of a block.
  struct BlockState {
    RegisterSet live;
    // The same if variables are read at every instruction of their scopes, so
    // that what they are to hold survives from its making on.
    RegisterSet kept;
    RegisterSet initialised;  // on every path
    RegisterSet open;         // captured or to be closed, on some path
    RegisterSet named;        // variables in scope
    size_t scope_event = 0;   // the first that is not before the block
  };
  // A variable enters or leaves its scope.
  struct ScopeEvent {
    uint32_t pc;
    bool enters;
    uint8_t reg;
  };

  using Field = RegisterSet BlockState::*;

  // Fills `field` of all blocks; `kept` says that it is that one.
  void FindLive(Field field, bool kept,
                const std::vector<uint32_t>& against_flow);
  void FindScopes();
  // `field` after the last instruction of the block, apart from what the exits
  // define.
  RegisterSet LiveAfter(const Block& block, Field field) const;
  // For each instruction of a block: the variables in scope that are
  // initialised on every path.
  void InScope(uint32_t block, RegisterSet* variables) const;

  const Function& function_;
  FlowGraph graph_;
  std::vector<BlockState> states_;
  std::vector<ScopeEvent> events_;  // by pc, leaving before entering
  RegisterSet entry_;
};

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_LIVENESS_H_
