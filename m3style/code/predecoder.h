// Bytecode to cells.
//
// Each instruction becomes one handler cell and the data cells it needs.
// Specialisation by operands happens here and only here: constants by kind,
// small integers as immediates, comparison senses, jumps backward, returns of
// vararg functions.  The code must have been verified.
//
// Guarded by tests/unit/code/predecoder_test.cc.
#ifndef M3STYLE_CODE_PREDECODER_H_
#define M3STYLE_CODE_PREDECODER_H_

#include <cstdint>
#include <vector>

#include "lua/object/function.h"
#include "m3style/code/cell.h"
#include "m3style/code/static_cells.h"

namespace m3lua::m3 {

struct DecodedCode {
  std::vector<Cell> cells;
  std::vector<uint32_t> cell_to_word;
};

// `handler_word`: what the dispatch strategy puts into cells.
DecodedCode Predecode(const Prototype& prototype,
                      uint64_t (*handler_word)(HandlerId id));

}  // namespace m3lua::m3

#endif  // M3STYLE_CODE_PREDECODER_H_
