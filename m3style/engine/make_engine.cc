#include "m3style/engine/make_engine.h"

#include "m3style/engine/engine_impl.h"

namespace m3lua::m3 {

std::unique_ptr<Engine> MakeEngine(State& state) {
  return std::make_unique<EngineImpl>(state, TailCallStrategy());
}

}  // namespace m3lua::m3
