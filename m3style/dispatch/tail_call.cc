// The default strategy: each handler tail-calls the next.
//
// preserve_none passes the four pinned values in callee-saved registers of the
// ordinary convention, so they survive calls into C++ without being spilled.
// g++ 12 has neither attribute.
#if defined(__clang__)

#include "m3style/dispatch/handler_functions.h"
#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {
namespace {

struct PreserveNone {
  using Handler = __attribute__((preserve_none)) void (*)(const Cell* pc,
                                                          Value* base,
                                                          Coroutine* co,
                                                          uint64_t n);

  template <auto kBody>
  __attribute__((preserve_none)) static void Run(const Cell* pc, Value* base,
                                                 Coroutine* co, uint64_t n) {
    Registers r{base, co, n};
    const Cell* next = kBody(pc, r);
    [[clang::musttail]] return reinterpret_cast<Handler>(next->handler)(
        next, r.base, r.co, r.n);
  }

  __attribute__((preserve_none)) static void Exit(const Cell*, Value*,
                                                  Coroutine*, uint64_t) {}
};

using Functions = HandlerFunctions<PreserveNone>;

}  // namespace

const Strategy& TailCallStrategy() {
  static const Strategy strategy("tail_call", Functions::HandlerWord,
                                 Functions::Enter);
  return strategy;
}

}  // namespace m3lua::m3

#endif  // defined(__clang__)
