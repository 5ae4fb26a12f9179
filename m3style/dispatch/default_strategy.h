// Which strategy engines are made with.
//
// The library links one, chosen when it is built:
//
//   bazel build --define=m3lua_dispatch=switch //...
//
// (tail_call, tail_call_standard, trampoline, computed_goto, switch; without
// the flag tail_call, or what comes nearest to it under g++).  A program may
// link others (:all) and choose at run time.
//
// Guarded by tests/unit/dispatch/strategy_test.cc.
#ifndef M3STYLE_DISPATCH_DEFAULT_STRATEGY_H_
#define M3STYLE_DISPATCH_DEFAULT_STRATEGY_H_

#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {

// That of engines made from now on.  Any thread.
const Strategy& DefaultStrategy();
void SetDefaultStrategy(const Strategy& strategy);

}  // namespace m3lua::m3

#endif  // M3STYLE_DISPATCH_DEFAULT_STRATEGY_H_
