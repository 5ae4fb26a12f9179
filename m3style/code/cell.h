// A cell: what an instruction is turned into before it runs.
//
// The first word is the handler (a function pointer under the tail-call
// strategies; other strategies put there what they dispatch on), the second
// holds the operands: registers pre-scaled to byte offsets from the base,
// jump distances in bytes from the cell itself.  Wider instructions take data
// cells after the first: a constant, or an inline cache.
//
// Layouts of each instruction are in predecoder.cc and at the handlers.
// Guarded by tests/unit/code/predecoder_test.cc.
#ifndef M3STYLE_CODE_CELL_H_
#define M3STYLE_CODE_CELL_H_

#include <cstdint>

#include "lua/object/function.h"
#include "lua/object/string.h"
#include "lua/object/table.h"
#include "lua/object/value.h"

namespace m3lua::m3 {

struct alignas(16) Cell {
  union {
    struct {
      uint64_t handler;
      union {
        struct {
          uint16_t a, b, c, d;
        };
        struct {
          uint16_t a_, b_;
          int32_t imm;
        };
      };
    };
    // Data cells.
    Value value;
    struct {
      Function* callee;  // the function for which `entry` is good, or null
      const Cell* entry;
    } call;
    struct {
      TableSite* site;  // from the second run on
      uint32_t runs;
    } table;
    struct {
      String* key;  // short
      FieldHint hint;
      FieldHint hint2;  // Self: where the method is in __index
    } field;
  };

  Cell() : handler(0) { a = b = c = d = 0; }
};
static_assert(sizeof(Cell) == 16);

// Cells are written only by the pre-decoder and, for caches, by handlers.
inline Cell& Mutable(const Cell* cell) { return *const_cast<Cell*>(cell); }

inline const Cell* JumpTarget(const Cell* pc) {
  return reinterpret_cast<const Cell*>(reinterpret_cast<const char*>(pc) +
                                       pc->imm);
}

inline constexpr uint32_t kRegisterSize = sizeof(Value);

}  // namespace m3lua::m3

#endif  // M3STYLE_CODE_CELL_H_
