#include "tests/gate/counting_strategy.h"

#include "m3style/dispatch/bodies.h"

namespace m3lua::gate {
namespace {

using m3::Cell;
using m3::HandlerId;
using m3::Registers;

uint64_t counts[m3::kHandlerCount];

// The handler word is the number, from 1.
uint64_t HandlerWord(HandlerId id) { return static_cast<uint64_t>(id) + 1; }

void Enter(const Cell* pc, const Registers& start) {
  Registers r = start;
  const Cell* exit = m3::Static(r, m3::StaticId::kExit);
  while (pc != exit) {
    const uint64_t id = pc->handler - 1;
    ++counts[id];
    pc = m3::kBodies[id](pc, r);
  }
}

}  // namespace

const m3::Strategy& CountingStrategy() {
  static const m3::Strategy strategy("counting", HandlerWord, Enter);
  return strategy;
}

std::span<uint64_t> DispatchCounts() { return counts; }

}  // namespace m3lua::gate
