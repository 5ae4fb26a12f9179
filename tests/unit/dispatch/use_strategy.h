// Chooses a dispatch strategy for a part of a test.
#ifndef TESTS_UNIT_DISPATCH_USE_STRATEGY_H_
#define TESTS_UNIT_DISPATCH_USE_STRATEGY_H_

#include "m3style/dispatch/default_strategy.h"
#include "m3style/dispatch/strategy.h"

namespace m3lua::testing {

// Engines are made with `strategy` while this lives.
class UseStrategy {
 public:
  explicit UseStrategy(const m3::Strategy& strategy)
      : before_(m3::DefaultStrategy()) {
    m3::SetDefaultStrategy(strategy);
  }
  ~UseStrategy() { m3::SetDefaultStrategy(before_); }
  UseStrategy(const UseStrategy&) = delete;
  UseStrategy& operator=(const UseStrategy&) = delete;

 private:
  const m3::Strategy& before_;
};

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_DISPATCH_USE_STRATEGY_H_
