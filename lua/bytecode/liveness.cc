#include "lua/bytecode/liveness.h"

#include <algorithm>
#include <tuple>

namespace m3lua::bytecode {
namespace {

// Live before an instruction, given what is live after it.
RegisterSet Before(const RegisterEffects& e, const RegisterSet& after) {
  return e.uses | (after & ~(e.defs | e.clobbers));
}

// The backward counterpart of a block: live = uses | (after & keep).
struct Summary {
  RegisterSet uses;
  RegisterSet keep;
};

// The instructions of a block; there are at most kMaxBlockWords.
struct BlockInstructions {
  uint32_t pcs[kMaxBlockWords];
  uint32_t count = 0;

  BlockInstructions(const Function& function, const Block& block) {
    for (uint32_t pc = block.begin; pc < block.end;
         pc += InstructionLength(function.code[pc])) {
      pcs[count++] = pc;
    }
  }
};

// `read_besides`: for each instruction, registers that it is to read, too.
Summary Summarise(const Function& function, const Block& block,
                  const RegisterSet* read_besides) {
  const BlockInstructions instructions(function, block);
  Summary s;
  s.keep.set();
  for (uint32_t n = instructions.count; n-- > 0;) {
    const RegisterEffects e = EffectsOf(function, instructions.pcs[n]);
    s.uses = Before(e, s.uses) | read_besides[n];
    s.keep &= ~(e.defs | e.clobbers);
  }
  return s;
}

}  // namespace

Liveness::Liveness(const Function& function)
    : function_(function), graph_(function.code) {
  const size_t blocks = graph_.blocks().size();
  states_.resize(blocks);
  {
    const ForwardFlow forward(function_, graph_);
    for (uint32_t b = 0; b < blocks; ++b) {
      if (!forward.reached(b)) continue;
      states_[b].initialised = forward.at(b).initialised;
      states_[b].open = forward.at(b).open();
    }
  }
  FindScopes();
  std::vector<uint32_t> against_flow = graph_.FlowOrder();
  std::reverse(against_flow.begin(), against_flow.end());
  FindLive(&BlockState::live, false, against_flow);
  FindLive(&BlockState::kept, true, against_flow);
  if (blocks > 0) entry_ = states_[0].live;
}

RegisterSet Liveness::LiveAfter(const Block& block, Field field) const {
  RegisterSet after;
  if (block.fall == Block::kNone && block.jump == Block::kNone) return after;
  const RegisterEffects e = EffectsOf(function_, block.last);
  if (block.fall != Block::kNone) {
    after |= states_[block.fall].*field & ~e.fall_defs;
  }
  if (block.jump != Block::kNone) {
    after |= states_[block.jump].*field & ~e.jump_defs;
  }
  return after;
}

void Liveness::InScope(uint32_t block, RegisterSet* variables) const {
  const BlockState& start = states_[block];
  const BlockInstructions instructions(function_, graph_.blocks()[block]);
  RegisterState state;
  state.initialised = start.initialised;
  RegisterSet named = start.named;
  size_t event = start.scope_event;
  for (uint32_t n = 0; n < instructions.count; ++n) {
    const uint32_t pc = instructions.pcs[n];
    for (; event < events_.size() && events_[event].pc <= pc; ++event) {
      named[events_[event].reg] = events_[event].enters;
    }
    variables[n] = named & state.initialised;
    state.Apply(function_, pc, EffectsOf(function_, pc));
  }
}

void Liveness::FindLive(Field field, bool kept,
                        const std::vector<uint32_t>& against_flow) {
  const std::vector<Block>& blocks = graph_.blocks();
  const uint32_t count = static_cast<uint32_t>(blocks.size());
  std::vector<Summary> summaries;
  summaries.reserve(count);
  for (uint32_t b = 0; b < count; ++b) {
    RegisterSet variables[kMaxBlockWords];
    if (kept) InScope(b, variables);
    summaries.push_back(Summarise(function_, blocks[b], variables));
  }

  // The blocks before b: predecessors[first[b]] to [first[b + 1]].
  std::vector<uint32_t> first(count + 1);
  const auto each_edge = [&](auto&& visit) {
    for (uint32_t b = 0; b < count; ++b) {
      if (blocks[b].fall != Block::kNone) visit(b, blocks[b].fall);
      if (blocks[b].jump != Block::kNone) visit(b, blocks[b].jump);
    }
  };
  each_edge([&](uint32_t, int32_t to) { ++first[to + 1]; });
  for (uint32_t b = 0; b < count; ++b) first[b + 1] += first[b];
  std::vector<uint32_t> predecessors(first[count]);
  std::vector<uint32_t> next(first.begin(), first.end() - (count > 0 ? 1 : 0));
  each_edge(
      [&](uint32_t from, int32_t to) { predecessors[next[to]++] = from; });

  // Against the flow.  (What is not reached is never asked about.)
  PassQueue queue(against_flow, count);
  for (const uint32_t b : against_flow) queue.Push(b);
  while (!queue.empty()) {
    if (queue.too_many()) {
      // Whatever holds a value may be live.
      for (BlockState& state : states_) state.*field = state.initialised;
      return;
    }
    const uint32_t current = queue.Pop();
    const Summary& s = summaries[current];
    const RegisterSet live =
        s.uses | (LiveAfter(blocks[current], field) & s.keep);
    if (live == states_[current].*field) continue;
    states_[current].*field = live;
    for (uint32_t p = first[current]; p < first[current + 1]; ++p) {
      queue.Push(predecessors[p]);
    }
  }
}

void Liveness::FindScopes() {
  for (const LocalInfo& local : function_.locals) {
    if (local.start >= local.end) continue;
    events_.push_back({local.start, true, local.reg});
    events_.push_back({local.end, false, local.reg});
  }
  std::sort(events_.begin(), events_.end(),
            [](const ScopeEvent& x, const ScopeEvent& y) {
              return std::tie(x.pc, x.enters) < std::tie(y.pc, y.enters);
            });
  events_.shrink_to_fit();
  RegisterSet named;
  size_t event = 0;
  for (uint32_t b = 0; b < states_.size(); ++b) {
    const uint32_t begin = graph_.blocks()[b].begin;
    for (; event < events_.size() && events_[event].pc <= begin; ++event) {
      named[events_[event].reg] = events_[event].enters;
    }
    states_[b].named = named;
    states_[b].scope_event = event;
  }
}

// A deep stack has the same few instructions under way in all its frames, so
// answers are kept.
RegisterSet Liveness::Visible(uint32_t pc, bool in_call) const {
  const uint32_t key = pc << 1 | (in_call ? 1u : 0u);
  if (const RegisterSet* known = answers_.Find(key)) return *known;
  return *answers_.Insert(key, Compute(pc, in_call)).first;
}

// (Debuggers ask this when they set a variable: not kept.)
RegisterSet Liveness::ReliedOn(uint32_t pc) const {
  const ForwardFlow forward(function_, graph_);
  const uint32_t index = graph_.BlockAt(pc);
  if (!forward.reached(index)) return {};
  RegisterState state = forward.at(index);
  for (uint32_t p = graph_.blocks()[index].begin; p < pc;
       p += InstructionLength(function_.code[p])) {
    state.Apply(function_, p, EffectsOf(function_, p));
  }
  return state.relied_on();
}

RegisterSet Liveness::Compute(uint32_t pc, bool in_call) const {
  const uint32_t index = graph_.BlockAt(pc);
  const Block& block = graph_.blocks()[index];
  const BlockState& start = states_[index];

  RegisterState state;
  state.initialised = start.initialised;
  state.captured = start.open;
  for (uint32_t p = block.begin; p < pc;
       p += InstructionLength(function_.code[p])) {
    state.Apply(function_, p, EffectsOf(function_, p));
  }

  const BlockInstructions instructions(function_, block);
  RegisterSet variables[kMaxBlockWords];
  InScope(index, variables);
  RegisterSet live = LiveAfter(block, &BlockState::live);
  RegisterSet kept = LiveAfter(block, &BlockState::kept);
  for (uint32_t n = instructions.count; n-- > 0;) {
    const uint32_t at = instructions.pcs[n];
    // Live after and not defined is part of live before.
    const RegisterEffects e = EffectsOf(function_, at);
    live = Before(e, live);
    kept = Before(e, kept) | variables[n];
    if (at <= pc) break;
  }
  RegisterSet visible = live | ((kept | state.open()) & state.initialised);
  if (in_call) {
    if (const auto window = CallWindowStart(function_.code[pc])) {
      visible &= RegisterRange(0, *window);
    }
  }
  return visible;
}

}  // namespace m3lua::bytecode
