// Decides whether a function may be run by the engine.
//
// The engine trusts its code: handlers do not check operands.  Whatever did
// not come straight from our compiler (binary chunks) passes here first, and
// the tests pass everything that the compiler emits.  The rules:
//
// Shape.
//   1. Whole, known instructions; unused operands are zero; immediates and
//      indexes (registers, constants and their types, upvalues, functions) are
//      in range; windows lie within the registers.
//   2. Jumps go to instructions, those of ForPrep and TForPrep forward; the
//   last instruction never falls through;
//      LoadFalseSkip stands before a one-word instruction that is not last.
//   3. VarArgPrep is the first instruction of a vararg function, is no jump
//      target, and stands nowhere else; VarArg only in vararg functions.
//   4. An open producer (register_effects.h) is directly followed by an open
//      consumer, which stands nowhere else and is no jump target; the
//      produced values begin at or above the first value consumed.
//   5. An upvalue of a nested function names a register or an upvalue of its
//      encloser, and in the latter case agrees with it on being immutable;
//      immutable upvalues are never set.
//   6. Debug information is complete or absent; variables are sorted, their
//      scopes lie within the code and do not overlap in one register.
// Flow, for code that can be reached.
//   7. No register is read that was not written (and not clobbered since) on
//      every path.  A Closure reads the registers that it captures, its own
//      result excepted.
//   8. "Open" registers: a Closure opens those it captures, Tbc A opens R[A],
//      TForPrep A opens R[A+3]; Close A closes all from R[A] on.  On no path
//      may a register be open
//        - at Return0, Return1, and at Return and TailCall with C = 0;
//        - in the window of a Call or TForCall, or among the registers that
//          Concat or an open producer clobbers.
//      Nor may one be open because of Tbc or TForPrep
//        - at any TailCall;
//        - at or above the register of a Tbc or TForPrep.
//   9. SetList A finds in R[A] the table that a NewTable A has put there;
//      ForLoop A finds in R[A] ... R[A+2] what a ForPrep A or ForLoop A has
//      left there.  Neither are captured, so nobody else writes to them.
//      Behind a TForCall A stands a TForLoop A.
//  10. The flow can be analysed with a number of visits in proportion to the
//      blocks of code (flow_graph.h).
//
// Guarded by tests/unit/bytecode/verifier_test.cc.
#ifndef LUA_BYTECODE_VERIFIER_H_
#define LUA_BYTECODE_VERIFIER_H_

#include "absl/status/status.h"
#include "lua/bytecode/chunk.h"

namespace m3lua::bytecode {

// Functions within functions, the outermost not counted.
inline constexpr int kMaxFunctionNesting = 200;

// Checks `function` and everything nested in it.  The message names function,
// instruction and operand.
absl::Status Verify(const Function& function);

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_VERIFIER_H_
