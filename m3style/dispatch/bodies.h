// All handler bodies, and a table of them.
#ifndef M3STYLE_DISPATCH_BODIES_H_
#define M3STYLE_DISPATCH_BODIES_H_

#include "m3style/ops/arithmetic.h"
#include "m3style/ops/branch.h"
#include "m3style/ops/builtins.h"
#include "m3style/ops/call.h"
#include "m3style/ops/closure.h"
#include "m3style/ops/control.h"
#include "m3style/ops/fused.h"
#include "m3style/ops/load.h"
#include "m3style/ops/loop.h"
#include "m3style/ops/overload.h"
#include "m3style/ops/table.h"

namespace m3lua::m3 {

using Body = const Cell* (*)(const Cell* pc, Registers& r);

// Whether strategies with one large function hold the bodies in it.  Not under
// sanitizers, whose checks would make it so large that compiling it takes
// minutes: there it calls them.
#if defined(__SANITIZE_ADDRESS__)
#define M3_CALLS_BODIES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) ||            \
    __has_feature(undefined_behavior_sanitizer) || \
    __has_feature(thread_sanitizer)
#define M3_CALLS_BODIES 1
#endif
#endif
#ifdef M3_CALLS_BODIES
#define M3_OUT_OF_LINE [[gnu::noinline]]
#define M3_BODY_IN_PLACE(Name) PlainBody<&Name>
#else
#define M3_OUT_OF_LINE
#define M3_BODY_IN_PLACE(Name) Name
#endif

// A body that is always inlined, as a function with an address.
template <auto kBody>
M3_OUT_OF_LINE const Cell* PlainBody(const Cell* pc, Registers& r) {
  return kBody(pc, r);
}

// By HandlerId.
inline constexpr Body kBodies[] = {
#define M3_HANDLER(Name) PlainBody<&Name>,
#define M3_STATIC(Name, Wanted) PlainBody<&Name>,
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
};

}  // namespace m3lua::m3

#endif  // M3STYLE_DISPATCH_BODIES_H_
