// A dispatch strategy that counts how often each handler runs.
//
// The bodies are the same under every strategy, so what is counted here holds
// for all of them: a dispatch is one handler reached, whichever way.
#ifndef TESTS_GATE_COUNTING_STRATEGY_H_
#define TESTS_GATE_COUNTING_STRATEGY_H_

#include <cstdint>
#include <span>

#include "m3style/dispatch/strategy.h"

namespace m3lua::gate {

const m3::Strategy& CountingStrategy();

// By HandlerId, of the whole process.
std::span<uint64_t> DispatchCounts();

}  // namespace m3lua::gate

#endif  // TESTS_GATE_COUNTING_STRATEGY_H_
