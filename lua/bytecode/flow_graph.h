// Blocks of straight-line code and the ways between them, and the forward
// analysis that the verifier and the liveness analysis share.
//
// Both analyses are sets of registers pushed around the graph until nothing
// changes.  They keep sets for the starts of blocks only and work through a
// block again when asked about an instruction inside it; blocks are cut after
// a bounded number of words, so that this is cheap however long the
// straight-line code is.
//
// Guarded by tests/unit/bytecode/flow_graph_test.cc.
#ifndef LUA_BYTECODE_FLOW_GRAPH_H_
#define LUA_BYTECODE_FLOW_GRAPH_H_

#include <cstdint>
#include <vector>

#include "lua/bytecode/chunk.h"
#include "lua/bytecode/register_effects.h"

namespace m3lua::bytecode {

inline constexpr uint32_t kMaxBlockWords = 64;

struct Block {
  static constexpr int32_t kNone = -1;

  uint32_t begin;  // words [begin, end)
  uint32_t end;
  uint32_t last;         // the last instruction
  int32_t fall = kNone;  // the block after it, if control falls through
  int32_t jump = kNone;  // where its jump (or skip) goes
};

class FlowGraph {
 public:
  // The code must consist of whole instructions; jumps must go to
  // instructions.
  explicit FlowGraph(const std::vector<Instruction>& code);

  // Sorted by position; the first is the entry.
  const std::vector<Block>& blocks() const { return blocks_; }
  // The index of the block with the word `pc`.
  uint32_t BlockAt(uint32_t pc) const;

 private:
  std::vector<Block> blocks_;
};

// What is known of the registers at a point, looking back along the paths from
// the entry.
struct RegisterState {
  // On every path: ...holds a value that was written (and not clobbered);
  RegisterSet initialised;
  // ...holds the table that a NewTable has put there.
  RegisterSet tables;
  // On some path: ...an open upvalue may point to the register;
  RegisterSet captured;
  // ...the register may be waiting to be closed.
  RegisterSet to_be_closed;

  RegisterSet open() const { return captured | to_be_closed; }

  // Passes the instruction at `pc` with these effects, but for what it does on
  // one way out only...
  void Apply(const Function& function, uint32_t pc, const RegisterEffects& e);
  // ...and that.
  void ApplyExit(const RegisterSet& defs);
};

// The state at the start of each block.
class ForwardFlow {
 public:
  ForwardFlow(const Function& function, const FlowGraph& graph);

  // Whether any path leads to the block.
  bool reached(uint32_t block) const { return reached_[block]; }
  const RegisterState& at(uint32_t block) const { return states_[block]; }

 private:
  std::vector<RegisterState> states_;
  std::vector<bool> reached_;
};

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_FLOW_GRAPH_H_
