// What strategies share whose handlers are functions that tail-call each other:
// the table of them, and the way into the chain.
//
// A strategy gives its calling convention as a class:
//
//   struct Convention {
//     // A function that takes the pinned values.
//     using Handler = void (*)(const Cell*, Value* base, Coroutine*, uint64_t);
//     // Runs the body, then calls the next cell's handler.
//     template <auto kBody>
//     static void Run(const Cell*, Value* base, Coroutine*, uint64_t);
//     // The end of a chain.
//     static void Exit(const Cell*, Value*, Coroutine*, uint64_t);
//   };
#ifndef M3STYLE_DISPATCH_HANDLER_FUNCTIONS_H_
#define M3STYLE_DISPATCH_HANDLER_FUNCTIONS_H_

#include "m3style/dispatch/bodies.h"
#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {

template <typename Convention>
class HandlerFunctions {
 public:
  static uint64_t HandlerWord(HandlerId id) {
    return reinterpret_cast<uint64_t>(kHandlers[static_cast<int>(id)]);
  }

  static void Enter(const Cell* pc, const Registers& r) {
    reinterpret_cast<Handler>(pc->handler)(pc, r.base, r.co, r.n);
  }

 private:
  using Handler = typename Convention::Handler;

  // By HandlerId.  (Names of bodies are qualified: Enter is one, too.)
  static constexpr Handler kHandlers[] = {
#define M3_HANDLER(Name) Convention::template Run<&m3::Name>,
#define M3_STATIC(Name, Wanted)          \
  HandlerId::k##Name == HandlerId::kExit \
      ? &Convention::Exit                \
      : Convention::template Run<&m3::Name>,
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
  };
};

}  // namespace m3lua::m3

#endif  // M3STYLE_DISPATCH_HANDLER_FUNCTIONS_H_
