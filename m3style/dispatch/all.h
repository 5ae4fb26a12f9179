// All strategies that this compiler can express, for comparisons and tests.
#ifndef M3STYLE_DISPATCH_ALL_H_
#define M3STYLE_DISPATCH_ALL_H_

#include <span>
#include <string_view>

#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {

// The default of the compiler first.
std::span<const Strategy* const> AllStrategies();
// Null: there is none of that name.
const Strategy* FindStrategy(std::string_view name);

}  // namespace m3lua::m3

#endif  // M3STYLE_DISPATCH_ALL_H_
