// The default strategy: each handler tail-calls the next.
//
// preserve_none passes the four pinned values in callee-saved registers of the
// ordinary convention, so they survive calls into C++ without being spilled.
// g++ 12 has neither attribute.
#if defined(__clang__)

#include "m3style/dispatch/bodies.h"
#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {
namespace {

using Handler = __attribute__((preserve_none)) void (*)(const Cell* pc,
                                                        Value* base,
                                                        Coroutine* co,
                                                        uint64_t n);

template <auto kBody>
__attribute__((preserve_none)) void TailCallHandler(const Cell* pc, Value* base,
                                                    Coroutine* co, uint64_t n) {
  Registers r{base, co, n};
  const Cell* next = kBody(pc, r);
  [[clang::musttail]] return reinterpret_cast<Handler>(next->handler)(
      next, r.base, r.co, r.n);
}

// The end of a chain.
__attribute__((preserve_none)) void ExitHandler(const Cell*, Value*, Coroutine*,
                                                uint64_t) {}

constexpr Handler kHandlers[] = {
#define M3_HANDLER(Name) TailCallHandler<&Name>,
#define M3_STATIC(Name, Wanted)                         \
  HandlerId::k##Name == HandlerId::kExit ? &ExitHandler \
                                         : TailCallHandler<&Name>,
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

const Strategy& TailCallStrategy() {
  static const Strategy strategy("tail_call", HandlerWord, Enter);
  return strategy;
}

}  // namespace m3lua::m3

#endif  // defined(__clang__)
