#include "m3style/dispatch/all.h"

namespace m3lua::m3 {

std::span<const Strategy* const> AllStrategies() {
  static const Strategy* const strategies[] = {
#if defined(__clang__)
      &TailCallStrategy(),
#endif
      &TailCallStandardStrategy(), &TrampolineStrategy(),
      &ComputedGotoStrategy(),     &SwitchStrategy(),
  };
  return strategies;
}

const Strategy* FindStrategy(std::string_view name) {
  for (const Strategy* strategy : AllStrategies()) {
    if (strategy->name() == name) return strategy;
  }
  return nullptr;
}

}  // namespace m3lua::m3
