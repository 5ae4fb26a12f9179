// Leaving the chain of handlers for Run().
#ifndef M3STYLE_ENGINE_EXIT_H_
#define M3STYLE_ENGINE_EXIT_H_

#include "m3style/ops/registers.h"

namespace m3lua::m3 {

enum class ExitReason : uint8_t {
  kSlice,     // the budget of a slice is used up: go on at co->pc, perhaps
              // later
  kRetry,     // the same at a call, which will pay for its step once more
  kMode,      // hooks were switched on or off: go on at co->pc
  kReturned,  // the function that Run() was called for has returned
  kRethrow,   // an error passes through this Run()
  kFailed,    // an error ends at this Run() (protected call, host's resume)
  kYielded,   // to the host
};

// Leaves with r.base, r.co, r.n as they are; where the chain is to go on, if
// it is, has been put in co->pc.
const Cell* LeaveChain(Registers& r, ExitReason reason);

}  // namespace m3lua::m3

#endif  // M3STYLE_ENGINE_EXIT_H_
