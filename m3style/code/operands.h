// Operands with a meaning of their own, shared by pre-decoder and handlers.
#ifndef M3STYLE_CODE_OPERANDS_H_
#define M3STYLE_CODE_OPERANDS_H_

#include <cstdint>

namespace m3lua::m3 {

// Flags in operand c of returns and tail calls.
inline constexpr uint16_t kClosesVariables = 1;
inline constexpr uint16_t kVarArgFrame = 2;

}  // namespace m3lua::m3

#endif  // M3STYLE_CODE_OPERANDS_H_
