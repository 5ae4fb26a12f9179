// A loop around one switch: the handler word is the handler's number.
//
// Each case has a Registers object of its own: those that only inlined bodies
// see are resolved to machine registers, and only the cases that call a body
// through its address keep theirs in memory.
#include "m3style/dispatch/bodies.h"
#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {
namespace {

uint64_t HandlerWord(HandlerId id) { return static_cast<uint64_t>(id); }

void Loop(const Cell* pc, const Registers& start) {
  Value* base = start.base;
  Coroutine* co = start.co;
  uint64_t n = start.n;
  for (;;) {
    switch (static_cast<HandlerId>(pc->handler)) {
#define M3_CASE(Name)                                             \
  case HandlerId::k##Name: {                                      \
    if constexpr (HandlerId::k##Name == HandlerId::kExit) return; \
    Registers r{base, co, n};                                     \
    pc = M3_BODY_IN_PLACE(Name)(pc, r);                           \
    base = r.base;                                                \
    co = r.co;                                                    \
    n = r.n;                                                      \
    break;                                                        \
  }
#define M3_HANDLER(Name) M3_CASE(Name)
#define M3_STATIC(Name, Wanted) M3_CASE(Name)
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
#undef M3_CASE
    }
  }
}

}  // namespace

const Strategy& SwitchStrategy() {
  static const Strategy strategy("switch", HandlerWord, Loop);
  return strategy;
}

}  // namespace m3lua::m3
