// Each handler returns the next cell to a loop, which calls it.
//
// The simplest strategy, in plain C++: a handler is the body itself, and the
// registers other than pc live in memory.
#include "m3style/dispatch/bodies.h"
#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {
namespace {

uint64_t HandlerWord(HandlerId id) {
  return reinterpret_cast<uint64_t>(kBodies[static_cast<int>(id)]);
}

void Enter(const Cell* pc, const Registers& start) {
  Registers r = start;
  const Cell* exit = Static(r, StaticId::kExit);
  while (pc != exit) pc = reinterpret_cast<Body>(pc->handler)(pc, r);
}

}  // namespace

const Strategy& TrampolineStrategy() {
  static const Strategy strategy("trampoline", HandlerWord, Enter);
  return strategy;
}

}  // namespace m3lua::m3
