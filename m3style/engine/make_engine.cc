#include "m3style/engine/make_engine.h"

#include "m3style/dispatch/default_strategy.h"
#include "m3style/engine/engine_impl.h"

namespace m3lua::m3 {

std::unique_ptr<Engine> MakeEngine(State& state) {
  return std::make_unique<EngineImpl>(state, DefaultStrategy());
}

}  // namespace m3lua::m3
