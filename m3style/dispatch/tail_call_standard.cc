// Tail calls under the platform's calling convention.
//
// The pinned values arrive in argument registers, which a call into C++ does
// not preserve: handlers that make one save and restore them on the stack.
// g++ has no attribute that demands a tail call; at -O2 it makes one of every
// call in tail position (a "sibling call"), so this is its strategy of tail
// calls. Without optimisation it would grow the stack with each handler: then
// g++ gets the trampoline.
#include "m3style/dispatch/handler_functions.h"
#include "m3style/dispatch/strategy.h"

#if defined(__clang__)
#define M3_MUST_TAIL [[clang::musttail]]
#else
#define M3_MUST_TAIL
#endif

namespace m3lua::m3 {
namespace {

struct Standard {
  using Handler = void (*)(const Cell* pc, Value* base, Coroutine* co,
                           uint64_t n);

  template <auto kBody>
  static void Run(const Cell* pc, Value* base, Coroutine* co, uint64_t n) {
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

  static void Exit(const Cell*, Value*, Coroutine*, uint64_t) {}
};

using Functions = HandlerFunctions<Standard>;

}  // namespace

const Strategy& TailCallStandardStrategy() {
  static const Strategy strategy("tail_call_standard", Functions::HandlerWord,
                                 Functions::Enter);
  return strategy;
}

}  // namespace m3lua::m3
