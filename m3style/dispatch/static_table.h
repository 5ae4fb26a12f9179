// Builds the static cells of a strategy from handlers.def.
#ifndef M3STYLE_DISPATCH_STATIC_TABLE_H_
#define M3STYLE_DISPATCH_STATIC_TABLE_H_

#include "m3style/code/static_cells.h"

namespace m3lua::m3 {

class StaticTable {
 public:
  explicit StaticTable(uint64_t (*handler_word)(HandlerId)) {
    int i = 0;
#define M3_HANDLER(Name)
#define M3_STATIC(Name, Wanted)                                 \
  cells_[i * 3].d = Wanted;                                     \
  cells_[i * 3 + 2].handler = handler_word(HandlerId::k##Name); \
  ++i;
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
  }
  const Cell* cells() const { return cells_; }

 private:
  Cell cells_[kStaticCount * 3];
};

}  // namespace m3lua::m3

#endif  // M3STYLE_DISPATCH_STATIC_TABLE_H_
