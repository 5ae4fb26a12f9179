// One body at a time, called like any function.
#include "m3style/dispatch/bodies.h"
#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {
namespace {

constexpr const char* kNames[] = {
#define M3_HANDLER(Name) #Name,
#define M3_STATIC(Name, Wanted) #Name,
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
};

}  // namespace

const char* HandlerName(HandlerId id) { return kNames[static_cast<int>(id)]; }

const Cell* Step(const Strategy& strategy, const Cell* pc, Registers& r) {
  return kBodies[static_cast<int>(strategy.IdOf(pc))](pc, r);
}

}  // namespace m3lua::m3
