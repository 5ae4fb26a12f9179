// Stepping mode: the chain one body at a time, for hooks and stress builds.
#ifndef M3STYLE_ENGINE_STEPPING_H_
#define M3STYLE_ENGINE_STEPPING_H_

#include "m3style/dispatch/strategy.h"
#include "m3style/engine/hooks.h"
#include "m3style/ops/registers.h"

namespace m3lua::m3 {

inline bool NeedsStepping(const Coroutine& co) {
#ifdef M3LUA_STRESS
  (void)co;
  return true;
#else
  return HooksActive(co);
#endif
}

// Steps from `pc` until the chain is left, or until stepping is not needed any
// more (then it leaves the chain with ExitReason::kMode).
void StepChain(const Strategy& strategy, const Cell* pc, Registers r);

}  // namespace m3lua::m3

#endif  // M3STYLE_ENGINE_STEPPING_H_
