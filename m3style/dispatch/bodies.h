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

// A body that is always inlined, as a function with an address.
template <auto kBody>
const Cell* PlainBody(const Cell* pc, Registers& r) {
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
