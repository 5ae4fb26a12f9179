#include "lua/bytecode/instruction.h"

namespace m3lua::bytecode {
namespace {

constexpr OpcodeInfo kInfo[] = {
#define M3LUA_OPCODE(Name, A, B, C, Word, Effects) \
  {#Name,                                          \
   OperandKind::k##A,                              \
   OperandKind::k##B,                              \
   OperandKind::k##C,                              \
   OperandKind::k##Word,                           \
   Effects},
#include "lua/bytecode/opcodes.def"
#undef M3LUA_OPCODE
};

}  // namespace

const OpcodeInfo& InfoOf(Opcode op) { return kInfo[static_cast<int>(op)]; }

}  // namespace m3lua::bytecode
