// Loops.  See function_compiler.h.
//
// The condition of a while loop is placed behind the body, so that a round
// takes one branch.  A for loop is a block of instructions around its hidden
// variables; opcodes.def has their registers.
#include "lua/compiler/function_compiler.h"

namespace m3lua::compiler {

using bytecode::Opcode;

void FunctionCompiler::EnterLoop(const Statement& s, size_t variables,
                                 bool generic) {
  loops_.push_back({s.body->break_label, variables, generic});
  fs_.EnterLoop();
}

void FunctionCompiler::LeaveLoop(const Statement& s) {
  fs_.LeaveLoop();
  loops_.pop_back();
  if (s.body->break_label != nullptr) PlaceLabel(s.body->break_label);
}

void FunctionCompiler::While(const Statement& s) {
  const int line = LastLine(*s.condition);
  const std::optional<Literal> constant = Peek(s.condition);
  if (constant && !constant->truth()) return;
  EnterLoop(s, fs_.active_count(), false);
  JumpList enter;
  if (!constant) fs_.EmitJump(&enter, line);
  const uint32_t start = fs_.MarkTarget();
  Block(*s.body);
  if (constant) {
    if (fs_.Reachable()) fs_.EmitJumpTo(start, s.body->last_line);
  } else {
    fs_.PatchHere(enter);
    JumpList again;
    if (JumpIf(s.condition, true, &again, line) == Branch::kAlways) {
      fs_.EmitJump(&again, line);
    }
    fs_.Patch(again, start);
  }
  LeaveLoop(s);
}

void FunctionCompiler::Repeat(const Statement& s) {
  const int line = LastLine(*s.condition);
  const size_t outer = fs_.active_count();
  EnterLoop(s, outer, false);
  const uint32_t start = fs_.MarkTarget();
  Statements(*s.body);
  // The condition sees the variables of the body.
  JumpList again;
  const Branch branch = JumpIf(s.condition, false, &again, line);
  const int first_open = fs_.FirstOpen(outer);
  fs_.Deactivate(outer);
  if (first_open < 0) {
    if (branch == Branch::kAlways) fs_.EmitJump(&again, line);
    fs_.Patch(again, start);
  } else {
    JumpList leave;
    if (branch != Branch::kAlways && fs_.Reachable()) {
      fs_.Emit(Opcode::kClose, first_open, 0, 0, line);
      if (!again.empty()) fs_.EmitJump(&leave, line);
    }
    fs_.PatchHere(again);
    if (branch != Branch::kNever) {
      fs_.Emit(Opcode::kClose, first_open, 0, 0, line);
      fs_.EmitJumpTo(start, line);
    }
    fs_.PatchHere(leave);
  }
  LeaveLoop(s);
}

void FunctionCompiler::NumericFor(const Statement& s) {
  const size_t outer = fs_.active_count();
  const int base = fs_.free();
  for (const Expression* value : s.values) {
    if (value != nullptr) {
      ToNextRegister(value, LastLine(*value));
    } else {
      fs_.EmitLiteral(Literal::Integer(1), fs_.free(), s.do_line);
      fs_.Reserve(1);
    }
  }
  for (int i = 0; i < 3; ++i) fs_.ActivateHidden(base + i, false);
  const uint32_t prepare =
      fs_.EmitWord(Opcode::kForPrep, base, 0, 0, 0, s.do_line);
  EnterLoop(s, outer, false);
  const uint32_t start = fs_.MarkTarget();
  const size_t hidden = fs_.active_count();
  syntax::Local* variable = s.locals[0];
  variable->reg = base + 3;
  fs_.Reserve(1);
  fs_.Activate(variable, variable->reg);
  Statements(*s.body);
  LeaveScope(hidden, s.body->last_line);
  fs_.Patch({fs_.EmitWord(Opcode::kForLoop, base, 0, !variable->reassigned, 0,
                          s.line)},
            start);
  fs_.PatchHere({prepare});
  fs_.Deactivate(outer);
  LeaveLoop(s);
}

void FunctionCompiler::GenericFor(const Statement& s) {
  const size_t outer = fs_.active_count();
  const int base = fs_.free();
  AdjustedList(s.values, 4, LastLine(*s.values[s.values.size - 1]));
  for (int i = 0; i < 4; ++i) fs_.ActivateHidden(base + i, i == 3);
  const uint32_t prepare =
      fs_.EmitWord(Opcode::kTForPrep, base, 0, 0, 0, s.do_line);
  // A call window is at base + 4: function, header and two arguments.
  fs_.Touch(base + 4 + bytecode::kCallHeaderSlots + 1);
  EnterLoop(s, outer, true);
  const uint32_t start = fs_.MarkTarget();
  const size_t hidden = fs_.active_count();
  for (syntax::Local* variable : s.locals) {
    variable->reg = fs_.free();
    fs_.Reserve(1);
    fs_.Activate(variable, variable->reg);
  }
  Statements(*s.body);
  LeaveScope(hidden, s.body->last_line);
  fs_.PatchHere({prepare});
  const int variables = static_cast<int>(s.locals.size);
  fs_.Emit(Opcode::kTForCall, base, 0, variables, s.values_line);
  fs_.Patch({fs_.EmitWord(Opcode::kTForLoop, base, 0, 0, 0, s.values_line)},
            start);
  fs_.Deactivate(outer);
  LeaveLoop(s);
  // A break comes here too, so it needs no Close of its own.
  fs_.Emit(Opcode::kClose, base, 0, 0, s.end_line);
}

}  // namespace m3lua::compiler
