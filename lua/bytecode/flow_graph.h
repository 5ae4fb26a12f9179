// Blocks of straight-line code and the ways between them, and the forward
// analysis that the verifier and the liveness analysis share.
//
// Both analyses are sets of registers pushed around the graph until nothing
// changes.  They keep sets for the starts of blocks only and work through a
// block again when asked about an instruction inside it; blocks are cut after
// a bounded number of words, so that this is cheap however long the
// straight-line code is.
//
// The sets are pushed in passes over the blocks, in the order of the flow or
// against it, and a pass visits only the blocks before (behind) which something
// has changed.  Structured code takes as many passes as loops are nested, and
// two more.  Code made to be slow could have each block visited a thousand
// times, once for each register and set; PassQueue counts visits, so that
// loading a chunk takes time in proportion to its size.
//
// Guarded by tests/unit/bytecode/flow_graph_test.cc.
#ifndef LUA_BYTECODE_FLOW_GRAPH_H_
#define LUA_BYTECODE_FLOW_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
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
  // The blocks that control can reach, each before those that it leads to, but
  // for the way back in loops (reverse postorder).
  std::vector<uint32_t> FlowOrder() const;

 private:
  std::vector<Block> blocks_;
};

// The blocks that an analysis has to visit (again), in passes over an order of
// them.
class PassQueue {
 public:
  // Blocks that are not in `order` are never visited.
  PassQueue(const std::vector<uint32_t>& order, size_t blocks);

  // Has a block visited: in this pass if its turn is still to come, in the next
  // one otherwise.
  void Push(uint32_t block);
  bool empty() const { return now_.empty() && next_.empty(); }
  uint32_t Pop();
  // Visits so far come to so many a block that no compiler made this code.
  bool too_many() const { return visits_ > limit_; }

 private:
  static constexpr uint32_t kNowhere = UINT32_MAX;

  const std::vector<uint32_t>& order_;
  std::vector<uint32_t> place_;  // in order_
  std::vector<bool> waiting_;
  // Places; `now_` gives the first of them.
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> now_;
  std::vector<uint32_t> next_;
  uint32_t current_ = 0;
  bool started_ = false;
  size_t visits_ = 0;
  size_t limit_;
};

// What is known of the registers at a point, looking back along the paths from
// the entry.
struct RegisterState {
  // On every path: ...holds a value that was written (and not clobbered);
  RegisterSet initialised;
  // ...holds the table that a NewTable has put there.
  RegisterSet tables;
  // ...begins the index, count and step of a numeric loop, as ForPrep or
  // ForLoop left them.
  RegisterSet loops;
  // On some path: ...an open upvalue may point to the register;
  RegisterSet captured;
  // ...the register may be waiting to be closed.
  RegisterSet to_be_closed;

  RegisterSet open() const { return captured | to_be_closed; }
  // Registers on whose types the code relies without looking at them.
  RegisterSet relied_on() const {
    return tables | loops | loops << 1 | loops << 2;
  }

  // Passes the instruction at `pc` with these effects, but for what it does on
  // one way out only...
  void Apply(const Function& function, uint32_t pc, const RegisterEffects& e);
  // ...and that: `jumps` tells which way.
  void ApplyExit(Instruction last, const RegisterEffects& e, bool jumps);

 private:
  // These may hold anything now.
  void Forget(const RegisterSet& registers);
};

// The state at the start of each block.
class ForwardFlow {
 public:
  // `bounded`: gives up on code that would take far too many visits.
  ForwardFlow(const Function& function, const FlowGraph& graph,
              bool bounded = false);

  // False: it has given up, and the states mean nothing.
  bool complete() const { return complete_; }

  // Whether any path leads to the block.
  bool reached(uint32_t block) const { return reached_[block]; }
  const RegisterState& at(uint32_t block) const { return states_[block]; }

 private:
  std::vector<RegisterState> states_;
  std::vector<bool> reached_;
  bool complete_ = true;
};

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_FLOW_GRAPH_H_
