#include "absl/container/flat_hash_map.h"
#include "m3style/dispatch/bodies.h"
#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {
namespace {

using Body = const Cell* (*)(const Cell*, Registers&);

template <auto kBody>
const Cell* Plain(const Cell* pc, Registers& r) {
  return kBody(pc, r);
}

constexpr Body kBodies[] = {
#define M3_HANDLER(Name) Plain<&Name>,
#define M3_STATIC(Name, Wanted) Plain<&Name>,
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
};

constexpr const char* kNames[] = {
#define M3_HANDLER(Name) #Name,
#define M3_STATIC(Name, Wanted) #Name,
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
};

using WordMap = absl::flat_hash_map<uint64_t, HandlerId>;

const WordMap& MapOf(const Strategy& strategy) {
  static const WordMap map = [&] {
    WordMap m;
    for (int i = 0; i < kHandlerCount; ++i) {
      HandlerId id = static_cast<HandlerId>(i);
      m.emplace(strategy.handler_word(id), id);
    }
    return m;
  }();
  return map;
}

}  // namespace

const char* HandlerName(HandlerId id) { return kNames[static_cast<int>(id)]; }

HandlerId HandlerOf(const Strategy& strategy, const Cell* pc) {
  return MapOf(strategy).at(pc->handler);
}

const Cell* Step(const Strategy& strategy, const Cell* pc, Registers& r) {
  return kBodies[static_cast<int>(HandlerOf(strategy, pc))](pc, r);
}

}  // namespace m3lua::m3
