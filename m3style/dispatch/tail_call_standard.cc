// Tail calls under the platform's calling convention.
//
// The pinned values arrive in argument registers, which a call into C++ does
// not preserve: handlers that make one save and restore them on the stack.
// g++ has no attribute that demands a tail call; at -O2 it makes one of every
// call in tail position (a "sibling call"), so this is its strategy of tail
// calls. Without optimisation it would grow the stack with each handler: then
// g++ gets the trampoline.
#include "m3style/dispatch/bodies.h"
#include "m3style/dispatch/strategy.h"

#if defined(__clang__)
#define M3_MUST_TAIL [[clang::musttail]]
#else
#define M3_MUST_TAIL
#endif

namespace m3lua::m3 {
namespace {

using Handler = void (*)(const Cell* pc, Value* base, Coroutine* co,
                         uint64_t n);

template <auto kBody>
void StandardHandler(const Cell* pc, Value* base, Coroutine* co, uint64_t n) {
  const Cell* next;
  {
    Registers r{base, co, n};
    next = kBody(pc, r);
    base = r.base;
    co = r.co;
    n = r.n;
  }
  M3_MUST_TAIL return reinterpret_cast<Handler>(next->handler)(next, base, co,
                                                               n);
}

// The end of a chain.
void ExitHandler(const Cell*, Value*, Coroutine*, uint64_t) {}

constexpr Handler kHandlers[] = {
#define M3_HANDLER(Name) StandardHandler<&Name>,
#define M3_STATIC(Name, Wanted)                         \
  HandlerId::k##Name == HandlerId::kExit ? &ExitHandler \
                                         : StandardHandler<&Name>,
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
};

uint64_t HandlerWord(HandlerId id) {
  return reinterpret_cast<uint64_t>(kHandlers[static_cast<int>(id)]);
}

void Enter(const Cell* pc, const Registers& r) {
  reinterpret_cast<Handler>(pc->handler)(pc, r.base, r.co, r.n);
}

}  // namespace

const Strategy& TailCallStandardStrategy() {
  static const Strategy strategy("tail_call_standard", HandlerWord, Enter);
  return strategy;
}

}  // namespace m3lua::m3
