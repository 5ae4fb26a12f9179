#include "lua/bytecode/flow_graph.h"

#include <algorithm>

namespace m3lua::bytecode {
namespace {

// What PassQueue allows.  Twice the number of blocks is enough for every one of
// 730 programs that were tried (test suites and libraries in use); small
// functions may have loops within loops within loops.
constexpr size_t kMaxVisitsPerBlock = 6;
constexpr size_t kFreeVisits = 2048;

struct Successors {
  bool falls = true;
  int64_t jump = -1;  // a word, or -1
};

Successors SuccessorsOf(const std::vector<Instruction>& code, uint32_t pc) {
  const OpcodeInfo& info = InfoOf(code[pc].op());
  Successors s;
  s.falls = (info.effects & (kEnds | kSkips)) == 0;
  if (info.jumps()) {
    s.jump = int64_t{pc} + 2 + code[pc + 1].word();
  } else if (info.effects & kSkips) {
    const uint32_t skipped = pc + InstructionLength(code[pc]);
    s.jump = int64_t{skipped} + InstructionLength(code[skipped]);
  }
  return s;
}

// The effect of a whole block on a state, its exits excluded.  Each set passes
// through as `gen | (set & keep)`, since that holds for each instruction.
struct Summary {
  RegisterState gen;   // what comes out when nothing goes in
  RegisterState keep;  // what comes out when everything goes in

  RegisterState Pass(const RegisterState& in) const {
    RegisterState out;
    out.initialised = gen.initialised | (in.initialised & keep.initialised);
    out.tables = gen.tables | (in.tables & keep.tables);
    out.loops = gen.loops | (in.loops & keep.loops);
    out.captured = gen.captured | (in.captured & keep.captured);
    out.to_be_closed = gen.to_be_closed | (in.to_be_closed & keep.to_be_closed);
    return out;
  }
};

Summary Summarise(const Function& function, const Block& block) {
  Summary s;
  const RegisterSet all = ~RegisterSet();
  s.keep = {all, all, all, all, all};
  for (uint32_t pc = block.begin; pc < block.end;
       pc += InstructionLength(function.code[pc])) {
    const RegisterEffects e = EffectsOf(function, pc);
    s.gen.Apply(function, pc, e);
    s.keep.Apply(function, pc, e);
  }
  return s;
}

// Joins `from` into `to`; says whether that changed anything.
bool Join(const RegisterState& from, RegisterState& to) {
  const RegisterState before = to;
  to.initialised &= from.initialised;
  to.tables &= from.tables;
  to.loops &= from.loops;
  to.captured |= from.captured;
  to.to_be_closed |= from.to_be_closed;
  return before.initialised != to.initialised || before.tables != to.tables ||
         before.loops != to.loops || before.captured != to.captured ||
         before.to_be_closed != to.to_be_closed;
}

}  // namespace

FlowGraph::FlowGraph(const std::vector<Instruction>& code) {
  const uint32_t size = static_cast<uint32_t>(code.size());
  std::vector<bool> leader(code.size() + 1);
  for (uint32_t pc = 0; pc < size; pc += InstructionLength(code[pc])) {
    const Successors s = SuccessorsOf(code, pc);
    if (s.jump >= 0) leader[s.jump] = true;
    if (s.jump >= 0 || !s.falls)
      leader[pc + InstructionLength(code[pc])] = true;
  }

  for (uint32_t pc = 0; pc < size;) {
    Block block{.begin = pc, .end = pc, .last = pc};
    do {
      block.last = block.end;
      block.end += InstructionLength(code[block.end]);
    } while (block.end < size && !leader[block.end] &&
             block.end - block.begin < kMaxBlockWords);
    blocks_.push_back(block);
    pc = block.end;
  }
  blocks_.shrink_to_fit();

  for (uint32_t i = 0; i < blocks_.size(); ++i) {
    const Successors s = SuccessorsOf(code, blocks_[i].last);
    if (s.falls && i + 1 < blocks_.size()) blocks_[i].fall = i + 1;
    if (s.jump >= 0) {
      blocks_[i].jump = BlockAt(static_cast<uint32_t>(s.jump));
    }
  }
}

uint32_t FlowGraph::BlockAt(uint32_t pc) const {
  const auto after = std::upper_bound(
      blocks_.begin(), blocks_.end(), pc,
      [](uint32_t word, const Block& block) { return word < block.begin; });
  return static_cast<uint32_t>(after - blocks_.begin()) - 1;
}

void RegisterState::Apply(const Function& function, uint32_t pc,
                          const RegisterEffects& e) {
  const Instruction i = function.code[pc];
  initialised = (initialised & ~e.clobbers) | e.defs;
  // (ForLoop leaves behind what it has found.)
  if (i.op() != Opcode::kForLoop) Forget(e.clobbers | e.defs);
  if (i.op() == Opcode::kNewTable) tables.set(i.a());
  if (i.op() == Opcode::kClosure) {
    // Others may write to what is captured.
    const RegisterSet upvalues = CapturedBy(function, pc);
    captured |= upvalues;
    Forget(upvalues);
  }
  if (const auto marked = MarkedToBeClosed(i)) to_be_closed.set(*marked);
  if (i.op() == Opcode::kClose) {
    // What was put into a register that was captured already may have been
    // written to; that it was captured is forgotten here.
    Forget(RegisterRange(i.a(), kMaxRegisters));
    const RegisterSet below = RegisterRange(0, i.a());
    captured &= below;
    to_be_closed &= below;
  }
}

void RegisterState::ApplyExit(Instruction last, const RegisterEffects& e,
                              bool jumps) {
  const RegisterSet& defs = jumps ? e.jump_defs : e.fall_defs;
  initialised |= defs;
  Forget(defs);
  if (last.op() == Opcode::kForPrep && !jumps) loops.set(last.a());
}

void RegisterState::Forget(const RegisterSet& registers) {
  tables &= ~registers;
  loops &= ~(registers | registers >> 1 | registers >> 2);
}

std::vector<uint32_t> FlowGraph::FlowOrder() const {
  std::vector<uint32_t> order;
  if (blocks_.empty()) return order;
  // Depth first, with a stack of our own: blocks whose exits are being followed
  // and how many of these have been.
  struct Visit {
    uint32_t block;
    int exits;
  };
  std::vector<bool> seen(blocks_.size());
  std::vector<Visit> path = {{0, 0}};
  seen[0] = true;
  while (!path.empty()) {
    Visit& visit = path.back();
    const Block& block = blocks_[visit.block];
    if (visit.exits == 2) {
      order.push_back(visit.block);
      path.pop_back();
      continue;
    }
    const int32_t next = visit.exits++ == 0 ? block.jump : block.fall;
    if (next == Block::kNone || seen[next]) continue;
    seen[next] = true;
    path.push_back({static_cast<uint32_t>(next), 0});
  }
  std::reverse(order.begin(), order.end());
  return order;
}

PassQueue::PassQueue(const std::vector<uint32_t>& order, size_t blocks)
    : order_(order),
      place_(blocks, kNowhere),
      waiting_(order.size()),
      limit_(kMaxVisitsPerBlock * blocks + kFreeVisits) {
  for (size_t n = 0; n < order.size(); ++n) {
    place_[order[n]] = static_cast<uint32_t>(n);
  }
}

void PassQueue::Push(uint32_t block) {
  const uint32_t place = place_[block];
  if (place == kNowhere || waiting_[place]) return;
  waiting_[place] = true;
  if (!started_ || place > current_) {
    now_.push(place);
  } else {
    next_.push_back(place);
  }
}

uint32_t PassQueue::Pop() {
  if (now_.empty()) {
    for (const uint32_t place : next_) now_.push(place);
    next_.clear();
  }
  started_ = true;
  current_ = now_.top();
  now_.pop();
  waiting_[current_] = false;
  ++visits_;
  return order_[current_];
}

ForwardFlow::ForwardFlow(const Function& function, const FlowGraph& graph,
                         bool bounded)
    : states_(graph.blocks().size()), reached_(graph.blocks().size()) {
  const std::vector<Block>& blocks = graph.blocks();
  if (blocks.empty()) return;
  std::vector<Summary> summaries;
  summaries.reserve(blocks.size());
  for (const Block& block : blocks) {
    summaries.push_back(Summarise(function, block));
  }

  const std::vector<uint32_t> order = graph.FlowOrder();
  PassQueue queue(order, blocks.size());
  const auto flow_to = [&](int32_t target, const RegisterState& state) {
    const bool changed = reached_[target] ? Join(state, states_[target]) : true;
    if (!reached_[target]) states_[target] = state;
    reached_[target] = true;
    if (changed) queue.Push(static_cast<uint32_t>(target));
  };

  RegisterState entry;
  entry.initialised = RegisterRange(0, function.parameter_count);
  flow_to(0, entry);
  while (!queue.empty()) {
    if (bounded && queue.too_many()) {
      complete_ = false;
      return;
    }
    const uint32_t current = queue.Pop();
    const Block& block = blocks[current];
    const RegisterEffects last = EffectsOf(function, block.last);
    const RegisterState out = summaries[current].Pass(states_[current]);
    if (block.fall != Block::kNone) {
      RegisterState state = out;
      state.ApplyExit(function.code[block.last], last, false);
      flow_to(block.fall, state);
    }
    if (block.jump != Block::kNone) {
      RegisterState state = out;
      state.ApplyExit(function.code[block.last], last, true);
      flow_to(block.jump, state);
    }
  }
}

}  // namespace m3lua::bytecode
