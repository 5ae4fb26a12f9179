#include "m3style/dispatch/default_strategy.h"

#include <atomic>

#ifndef M3LUA_DISPATCH
#error "M3LUA_DISPATCH names the function of the default strategy"
#endif

namespace m3lua::m3 {
namespace {

// Null: the one of the build.
std::atomic<const Strategy*> chosen_strategy = nullptr;

}  // namespace

const Strategy& DefaultStrategy() {
  const Strategy* chosen = chosen_strategy.load(std::memory_order_acquire);
  return chosen != nullptr ? *chosen : M3LUA_DISPATCH();
}

void SetDefaultStrategy(const Strategy& strategy) {
  chosen_strategy.store(&strategy, std::memory_order_release);
}

}  // namespace m3lua::m3
