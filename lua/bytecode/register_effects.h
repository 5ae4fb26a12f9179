// What one instruction does to registers.
//
// opcodes.def says it for plain operands (Def, Use); the windows of calls,
// ranges and loops (Win) are interpreted here, and only here.  The verifier,
// the liveness analysis and the builder all ask this file, so an instruction
// with a new kind of window needs its rule written once.
//
// The window of a call at A:
//
//     R[A]      the function            R[A] ...      the results
//     R[A+1]    the frame header        everything from the last result on
//     R[A+2]... the arguments           is garbage after the call
//
// The header is not a value: nobody may look at it.
//
// "Open" lists: Call and VarArg with C = 0 produce as many values as there
// are and note where they end (the top); Call, TailCall, Return and SetList
// with B = 0 consume values up to the top.  A consumer stands right behind
// its producer.
//
// Guarded by tests/unit/bytecode/register_effects_test.cc.
#ifndef LUA_BYTECODE_REGISTER_EFFECTS_H_
#define LUA_BYTECODE_REGISTER_EFFECTS_H_

#include <bitset>
#include <cstdint>
#include <optional>

#include "lua/bytecode/chunk.h"

namespace m3lua::bytecode {

using RegisterSet = std::bitset<256>;

// The registers begin, ..., end - 1.
RegisterSet RegisterRange(unsigned begin, unsigned end);
// The lowest register in a set that is not empty.
unsigned LowestRegister(const RegisterSet& registers);

struct RegisterEffects {
  RegisterSet uses;       // read
  RegisterSet defs;       // written, wherever control goes next
  RegisterSet jump_defs;  // written if the jump is taken
  RegisterSet fall_defs;  // written if it is not
  RegisterSet clobbers;   // hold garbage afterwards; disjoint from `defs`
};

// The effects of the instruction at word `pc`.  Its operands must be in range
// as the verifier's operand rules demand.  For an open consumer `uses` ends
// where the producer's values begin: see OpenValuesStart.
RegisterEffects EffectsOf(const Function& function, uint32_t pc);

// One more than the highest register that an instruction touches, open values
// excluded; 0 if it touches none.  Needs no valid operands.
unsigned RegisterLimit(Instruction i);

// The window of a call (Call, TailCall, TForCall): where the callee's frame
// begins.
std::optional<unsigned> CallWindowStart(Instruction i);

bool IsOpenProducer(Instruction i);
bool IsOpenConsumer(Instruction i);

// The lowest register that may hold the producer's values if `i` consumes
// them: R[A+2] for calls, R[A+1] for SetList, R[A] for Return.
unsigned LowestOpenValue(Instruction consumer);

// If the instruction at `pc` consumes open values: the register of the first
// one.  Registers from there to the top are read by it, besides its `uses`.
std::optional<unsigned> OpenValuesStart(const Function& function, uint32_t pc);

// The registers that the instruction at `pc`, a Closure, makes upvalues of.
RegisterSet CapturedBy(const Function& function, uint32_t pc);

// The register that the instruction marks as to be closed, if it does.
std::optional<unsigned> MarkedToBeClosed(Instruction i);

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_REGISTER_EFFECTS_H_
