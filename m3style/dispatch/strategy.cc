#include "m3style/dispatch/strategy.h"

namespace m3lua::m3 {

Strategy::Strategy(std::string_view name, HandlerWord handler_word, Enter enter)
    : name_(name), handler_word_(handler_word), enter_(enter) {
  Cell* cell = static_cells_;
#define M3_HANDLER(Name)
#define M3_STATIC(Name, Wanted)                       \
  cell[0].d = Wanted;                                 \
  cell[2].handler = handler_word(HandlerId::k##Name); \
  cell += 3;
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
}

void Strategy::MakeIds() const {
  for (int i = 0; i < kHandlerCount; ++i) {
    HandlerId id = static_cast<HandlerId>(i);
    ids_[i] = {handler_word_(id), FirstOf(id)};
  }
  std::sort(std::begin(ids_), std::end(ids_));
}

}  // namespace m3lua::m3
