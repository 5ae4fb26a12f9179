// Cells that are not part of any function: slow paths and continuations.
//
// A body leaves for its slow path by noting its cell in the coroutine and
// returning one of these; that works under every strategy.  Continuations are
// also where frames return to, so each cell follows a pair whose operand d
// says how many results it wants, as behind a call (frame.h).
#ifndef M3STYLE_CODE_STATIC_CELLS_H_
#define M3STYLE_CODE_STATIC_CELLS_H_

#include "m3style/code/cell.h"

namespace m3lua::m3 {

enum class HandlerId : uint16_t {
#define M3_HANDLER(Name) k##Name,
#define M3_STATIC(Name, Wanted) k##Name,
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
};

inline constexpr int kHandlerCount = 0
#define M3_HANDLER(Name) +1
#define M3_STATIC(Name, Wanted) +1
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
    ;

enum class StaticId : uint16_t {
#define M3_HANDLER(Name)
#define M3_STATIC(Name, Wanted) k##Name,
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
};

inline constexpr int kStaticCount = 0
#define M3_HANDLER(Name)
#define M3_STATIC(Name, Wanted) +1
#include "m3style/code/handlers.def"
#undef M3_HANDLER
#undef M3_STATIC
    ;

// The static cells of a strategy: for each StaticId three cells, of which the
// third is the one that is entered.
inline const Cell* StaticCell(const Cell* cells, StaticId id) {
  return cells + static_cast<int>(id) * 3 + 2;
}

const char* HandlerName(HandlerId id);

// The first instruction of a superinstruction; of others, the instruction
// itself.
HandlerId FirstOf(HandlerId id);
// Which operands are the result of the instruction before (A, B, C), or of the
// first of two before (FirstA, FirstB), as bits.
inline constexpr int kLinkA = 1;
inline constexpr int kLinkB = 2;
inline constexpr int kLinkC = 4;
inline constexpr int kLinkFirstA = 8;
inline constexpr int kLinkFirstB = 16;
inline constexpr int kLinkAB = kLinkFirstA | kLinkB;
inline constexpr int kLinkBC = kLinkFirstB | kLinkC;
// A superinstruction of two, and how many values it hands on; if there is none,
// the first of the two, and -1.
struct FusedPair {
  HandlerId id;
  int links;
};
// `cells`: that `first` takes.  `links`: which operands of `second` are the
// registers that instructions before it write.  Of several the one that hands
// on most.
FusedPair FusionOf(HandlerId first, uint32_t cells, HandlerId second,
                   int links);

}  // namespace m3lua::m3

#endif  // M3STYLE_CODE_STATIC_CELLS_H_
