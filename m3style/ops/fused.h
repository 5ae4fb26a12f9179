// Superinstructions (code/fusions.def): the body of one instruction, and of the
// next behind it.
//
// The comparison costs nothing where the first body goes on: there the result
// is known, and the second body follows in line.
#ifndef M3STYLE_OPS_FUSED_H_
#define M3STYLE_OPS_FUSED_H_

#include "m3style/ops/arithmetic.h"
#include "m3style/ops/branch.h"
#include "m3style/ops/call.h"
#include "m3style/ops/forward.h"
#include "m3style/ops/load.h"
#include "m3style/ops/loop.h"
#include "m3style/ops/table.h"

namespace m3lua::m3 {

template <auto kFirst, int kCells, auto kSecond>
M3_HOT const Cell* Fused(const Cell* pc, Registers& r) {
  const Cell* next = kFirst(pc, r);
  return next == pc + kCells ? kSecond(pc + kCells, r) : next;
}

#define M3_FUSION(First, Cells, Second)                                        \
  M3_HOT const Cell* First##Second(const Cell* pc, Registers& r) {             \
    return Fused<&First, Cells, &Second>(pc, r);                               \
  }                                                                            \
  template <>                                                                  \
  struct Source<&First##Second> : SourceOfNeighbours<&First, Cells, &Second> { \
  };
#define M3_FORWARD(First, Cells, Second, Operand)                           \
  M3_HOT const Cell* First##Second##Operand(const Cell* pc, Registers& r) { \
    return Forward<&First, Cells, &Second, Link::Operand>(pc, r);           \
  }                                                                         \
  template <>                                                               \
  struct Source<&First##Second##Operand>                                    \
      : SourceOfTwo<&First, Cells, &Second, Link::Operand> {};
#include "m3style/code/fusions.def"
#undef M3_FORWARD
#undef M3_FUSION

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_FUSED_H_
