// Labels as values: the handler word is the address of a label in one large
// function, and each body ends with a jump to the next.  (Registers:
// switch.cc.)
#include "m3style/dispatch/bodies.h"
#include "m3style/dispatch/strategy.h"

// Labels as values are an extension of g++ and clang.
#pragma GCC diagnostic ignored "-Wpedantic"

namespace m3lua::m3 {
namespace {

// Labels are known in their function alone: called without a cell, it tells
// their addresses, by HandlerId.
const void* const* Chain(const Cell* pc, const Registers* start) {
  static const void* const kLabels[] = {
#define M3_HANDLER(Name) &&label_##Name,
#define M3_STATIC(Name, Wanted) &&label_##Name,
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
  };
  if (pc == nullptr) return kLabels;
  Value* base = start->base;
  Coroutine* co = start->co;
  uint64_t n = start->n;
  goto* reinterpret_cast<const void*>(pc->handler);

#define M3_BODY(Name)                                                    \
  label_##Name : if constexpr (HandlerId::k##Name == HandlerId::kExit) { \
    return nullptr;                                                      \
  }                                                                      \
  {                                                                      \
    Registers r{base, co, n};                                            \
    pc = M3_BODY_IN_PLACE(Name)(pc, r);                                  \
    base = r.base;                                                       \
    co = r.co;                                                           \
    n = r.n;                                                             \
  }                                                                      \
  goto* reinterpret_cast<const void*>(pc->handler);
#define M3_HANDLER(Name) M3_BODY(Name)
#define M3_STATIC(Name, Wanted) M3_BODY(Name)
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
#undef M3_BODY
}

uint64_t HandlerWord(HandlerId id) {
  static const void* const* const labels = Chain(nullptr, nullptr);
  return reinterpret_cast<uint64_t>(labels[static_cast<int>(id)]);
}

void Enter(const Cell* pc, const Registers& r) { Chain(pc, &r); }

}  // namespace

const Strategy& ComputedGotoStrategy() {
  static const Strategy strategy("computed_goto", HandlerWord, Enter);
  return strategy;
}

}  // namespace m3lua::m3
