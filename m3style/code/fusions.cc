// Which pairs of handlers are one superinstruction (fusions.def), both ways.
//
// The pre-decoder asks FusionOf for each pair of neighbours: the fusions that
// begin with the same handler form a chain, built when this is compiled.
// FirstOf goes back, for whoever steps through the chain one instruction at a
// time; each strategy asks it once a handler, so it may search.
//
// Guarded by tests/unit/code/fusions_test.cc, which has a program for each row
// of fusions.def and fails if one is missing.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>

#include "m3style/code/static_cells.h"

namespace m3lua::m3 {
namespace {

struct Fusion {
  HandlerId fused;
  HandlerId first;
  uint32_t cells;
  HandlerId second;
  int link;  // which operands of `second` must be the result before it: a bit
};

constexpr Fusion kFusions[] = {
#define M3_FUSION(First, Cells, Second)                     \
  {HandlerId::k##First##Second, HandlerId::k##First, Cells, \
   HandlerId::k##Second, 0},
#define M3_FORWARD(First, Cells, Second, Operand)                    \
  {HandlerId::k##First##Second##Operand, HandlerId::k##First, Cells, \
   HandlerId::k##Second, kLink##Operand},
#include "m3style/code/fusions.def"
#undef M3_FORWARD
#undef M3_FUSION
};

// For each handler, the fusions that it is the first of, as a chain: their
// numbers plus one.
struct Chains {
  uint16_t head[kHandlerCount] = {};
  uint16_t next[std::size(kFusions)] = {};

  constexpr Chains() {
    for (size_t i = std::size(kFusions); i-- > 0;) {
      uint16_t& first = head[static_cast<int>(kFusions[i].first)];
      next[i] = first;
      first = static_cast<uint16_t>(i + 1);
    }
  }
};
constexpr Chains kChains;

}  // namespace

HandlerId FirstOf(HandlerId id) {
  for (const Fusion& f : kFusions) {
    if (f.fused == id) return FirstOf(f.first);
  }
  return id;
}

FusedPair FusionOf(HandlerId first, uint32_t cells, HandlerId second,
                   int links) {
  FusedPair best{first, -1};
  for (uint16_t i = kChains.head[static_cast<int>(first)]; i != 0;
       i = kChains.next[i - 1]) {
    const Fusion& f = kFusions[i - 1];
    if (f.second != second || f.cells != cells || (f.link & ~links) != 0) {
      continue;
    }
    const int count = std::popcount(static_cast<unsigned>(f.link));
    if (count > best.links) best = {f.fused, count};
  }
  return best;
}

}  // namespace m3lua::m3
