// The encoding of one bytecode instruction; the instruction set itself is in
// opcodes.def.  Heap-free: constants are plain literals (chunk.h).
//
// Guarded by tests/unit/bytecode/instruction_test.cc.
#ifndef LUA_BYTECODE_INSTRUCTION_H_
#define LUA_BYTECODE_INSTRUCTION_H_

#include <cstdint>
#include <string_view>

namespace m3lua::bytecode {

enum class Opcode : uint8_t {
#define M3LUA_OPCODE(Name, A, B, C, Word, Effects) k##Name,
#include "lua/bytecode/opcodes.def"
#undef M3LUA_OPCODE
};

inline constexpr int kOpcodeCount = 0
#define M3LUA_OPCODE(Name, A, B, C, Word, Effects) +1
#include "lua/bytecode/opcodes.def"
#undef M3LUA_OPCODE
    ;
static_assert(kOpcodeCount <= 256, "the opcode is one byte");

// What an operand means; the comments in opcodes.def define each kind.
enum class OperandKind : uint8_t {
  kNone,
  kDef,
  kUse,
  kWin,
  kK,
  kKNum,
  kKStr,
  kUp,
  kInt,
  kFlag,
  kBxK,
  kBxInt,
  kBxProto,
  kJump,
};

// Effects of an instruction, a bit each; defined in opcodes.def.
enum Effect : uint8_t { kCalls = 1, kCollects = 2, kEnds = 4, kSkips = 8 };

struct OpcodeInfo {
  std::string_view name;
  OperandKind a, b, c, word;
  uint8_t effects;

  bool has_word() const { return word != OperandKind::kNone; }
  bool jumps() const { return word == OperandKind::kJump; }
};

// The row of opcodes.def that belongs to `op`.  `op` must be valid.
const OpcodeInfo& InfoOf(Opcode op);

// One 32-bit word of code.  A word that follows an instruction (the Word
// column) is stored in the same vector; `raw` is then its value.
struct Instruction {
  uint32_t raw;

  static constexpr Instruction Abc(Opcode op, unsigned a, unsigned b = 0,
                                   unsigned c = 0) {
    return {static_cast<uint32_t>(op) | a << 8 | b << 16 | c << 24};
  }
  static constexpr Instruction Abx(Opcode op, unsigned a, unsigned bx) {
    return {static_cast<uint32_t>(op) | a << 8 | bx << 16};
  }
  static constexpr Instruction AsBx(Opcode op, unsigned a, int sbx) {
    return Abx(op, a, static_cast<uint16_t>(sbx));
  }
  static constexpr Instruction Word(int32_t value) {
    return {static_cast<uint32_t>(value)};
  }

  constexpr Opcode op() const { return static_cast<Opcode>(raw & 0xFF); }
  constexpr unsigned a() const { return raw >> 8 & 0xFF; }
  constexpr unsigned b() const { return raw >> 16 & 0xFF; }
  constexpr unsigned c() const { return raw >> 24; }
  constexpr unsigned bx() const { return raw >> 16; }
  constexpr int sbx() const { return static_cast<int16_t>(raw >> 16); }
  constexpr int32_t word() const { return static_cast<int32_t>(raw); }
};
static_assert(sizeof(Instruction) == 4);

// Registers a function may use; operands are bytes.  One less than a byte could
// number, as in PUC Lua: Return, Call and others count values plus one in it.
inline constexpr int kMaxRegisters = 254;
inline constexpr int kMaxUpvalues = 255;
// A call window is: function, frame header (not a value), arguments.
inline constexpr int kCallHeaderSlots = 2;

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_INSTRUCTION_H_
