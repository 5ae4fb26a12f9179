// The engine for a State (State's constructor wants this), with the dispatch
// strategy of dispatch/default_strategy.h.
#ifndef M3STYLE_ENGINE_MAKE_ENGINE_H_
#define M3STYLE_ENGINE_MAKE_ENGINE_H_

#include <memory>

#include "lua/runtime/engine.h"

namespace m3lua::m3 {

std::unique_ptr<Engine> MakeEngine(State& state);

}  // namespace m3lua::m3

#endif  // M3STYLE_ENGINE_MAKE_ENGINE_H_
