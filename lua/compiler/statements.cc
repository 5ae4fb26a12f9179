// Statements other than loops and assignments.  See function_compiler.h.
#include "lua/compiler/function_compiler.h"

namespace m3lua::compiler {

using bytecode::Opcode;
using syntax::ExpressionKind;
using syntax::StatementKind;

void FunctionCompiler::Statements(const syntax::Block& block) {
  for (const Statement* s : block.statements) {
    if (!context_->diagnostics.ok()) return;
    context_->arena->Step();
    fs_.set_statement_line(s->line);
    Compile(*s);
    fs_.ReleaseTemporaries();
  }
}

void FunctionCompiler::Compile(const Statement& s) {
  switch (s.kind) {
    case StatementKind::kExpression:
      Suffixes(s.values[0], fs_.free(), 0, s.end_line);
      return;
    case StatementKind::kLocal:
      return DeclareLocals(s);
    case StatementKind::kAssign:
      return Assign(s);
    case StatementKind::kDo:
      return Block(*s.body);
    case StatementKind::kWhile:
      return While(s);
    case StatementKind::kRepeat:
      return Repeat(s);
    case StatementKind::kIf:
      return If(s);
    case StatementKind::kNumericFor:
      return NumericFor(s);
    case StatementKind::kGenericFor:
      return GenericFor(s);
    case StatementKind::kFunction:
      return DefineFunction(s);
    case StatementKind::kLocalFunction:
      return LocalFunction(s);
    case StatementKind::kReturn:
      return Return(s);
    case StatementKind::kBreak:
    case StatementKind::kGoto:
      return Goto(s);
    case StatementKind::kLabel:
      fs_.NoteLabel();
      return PlaceLabel(s.label);
  }
}

void FunctionCompiler::Block(const syntax::Block& block) {
  const size_t outer = fs_.active_count();
  Statements(block);
  LeaveScope(outer, block.last_line);
}

void FunctionCompiler::LeaveScope(size_t count, int line) {
  const int first_open = fs_.FirstOpen(count);
  fs_.Deactivate(count);
  if (first_open >= 0 && fs_.Reachable()) {
    fs_.Emit(Opcode::kClose, first_open, 0, 0, line);
  }
}

// ---- if

void FunctionCompiler::If(const Statement& s) {
  JumpList ends;
  for (uint32_t i = 0; i < s.clauses.size; ++i) {
    const syntax::IfClause& clause = s.clauses[i];
    if (clause.condition == nullptr) {
      Block(*clause.body);
      break;
    }
    if (JumpOutIf(clause)) continue;
    JumpList otherwise;
    const Branch branch =
        JumpIf(clause.condition, false, &otherwise, clause.then_line);
    const bool last = i + 1 == s.clauses.size;
    if (branch == Branch::kAlways) {
      // Line hooks have to see the condition.
      if (!last && clause.body->last_line != clause.then_line) {
        fs_.EmitJump(&otherwise, clause.then_line);
      }
    } else {
      Block(*clause.body);
      if (!last && branch != Branch::kNever && fs_.Reachable()) {
        fs_.EmitJump(&ends, clause.body->last_line);
      }
    }
    fs_.PatchHere(otherwise);
    // What follows a condition that is always true is never reached.
    if (branch == Branch::kNever) break;
  }
  fs_.PatchHere(ends);
}

bool FunctionCompiler::JumpOutIf(const syntax::IfClause& clause) {
  if (clause.body->statements.size != 1) return false;
  const Statement& s = *clause.body->statements[0];
  // A goto on a line of its own has to be seen by line hooks.  (A break is
  // not, in PUC Lua.)
  const bool jumps =
      s.kind == StatementKind::kBreak ||
      (s.kind == StatementKind::kGoto && s.end_line == clause.then_line);
  if (!jumps || ClosedByJump(s) >= 0) return false;
  JumpList list;
  const Branch branch = JumpIf(clause.condition, true, &list, clause.then_line);
  if (ClosedByJump(s) >= 0) {
    // A function in the condition itself has captured a variable.
    JumpList stay;
    if (branch != Branch::kAlways) fs_.EmitJump(&stay, clause.then_line);
    fs_.PatchHere(list);
    Goto(s);
    fs_.PatchHere(stay);
    return true;
  }
  if (branch == Branch::kAlways) fs_.EmitJump(&list, s.end_line);
  PatchTo(s.label, list);
  return true;
}

// ---- jumps

int FunctionCompiler::ClosedByJump(const Statement& s) const {
  if (s.kind == StatementKind::kGoto) {
    return fs_.FirstOpen(fs_.ScopeOf(s.label->active_locals));
  }
  for (size_t i = loops_.size(); i-- > 0;) {
    if (loops_[i].break_label != s.label) continue;
    return loops_[i].generic ? -1 : fs_.FirstOpen(loops_[i].variables);
  }
  return -1;
}

void FunctionCompiler::Goto(const Statement& s) {
  if (const int first = ClosedByJump(s); first >= 0) {
    fs_.Emit(Opcode::kClose, first, 0, 0, s.end_line);
  }
  JumpList list;
  fs_.EmitJump(&list, s.end_line);
  PatchTo(s.label, list);
}

void FunctionCompiler::PatchTo(syntax::Label* label, const JumpList& list) {
  if (label->code_position >= 0) {
    fs_.Patch(list, static_cast<uint32_t>(label->code_position));
    return;
  }
  JumpList& pending = pending_[label];
  pending.insert(pending.end(), list.begin(), list.end());
}

void FunctionCompiler::PlaceLabel(syntax::Label* label) {
  if (JumpList* pending = pending_.Find(label)) {
    fs_.PatchHere(*pending);
    pending->clear();
  }
  label->code_position = static_cast<int>(fs_.MarkTarget());
}

// ---- functions and returns

void FunctionCompiler::DefineFunction(const Statement& s) {
  const syntax::FunctionBody* body = s.values[0]->function;
  const Place place = PlaceOf(s.targets[0]);
  // The store has the line of the definition.
  if (place.kind == Place::Kind::kLocal) {
    Closure(body, place.table, s.line);
  } else {
    Store(place, Closure(body, fs_.free(), s.end_line), s.line);
  }
}

// The variable is in scope in the body; its name is visible to debuggers only
// when the closure is there.
void FunctionCompiler::LocalFunction(const Statement& s) {
  syntax::Local* local = s.locals[0];
  local->reg = fs_.free();
  fs_.Reserve(1);
  fs_.Activate(local, local->reg);
  Closure(s.values[0]->function, local->reg, s.end_line);
  fs_.RestartScope(fs_.active_count() - 1);
}

void FunctionCompiler::Return(const Statement& s) {
  const int line = s.end_line;
  const auto closes = [this] { return fs_.FirstOpen(0) >= 0 ? 1 : 0; };
  if (s.values.empty()) {
    if (closes() != 0) {
      fs_.Emit(Opcode::kReturn, 0, 1, 1, line);
    } else {
      fs_.Emit(Opcode::kReturn0, 0, 0, 0, line);
    }
    return;
  }
  if (s.values.size == 1 && ReturnOne(s.values[0], line)) return;
  if (const int first = AdjacentVariables(s.values); first >= 0) {
    const int count = static_cast<int>(s.values.size);
    fs_.Emit(Opcode::kReturn, first, count + 1, closes(), line);
    return;
  }
  const int base = fs_.free();
  const int values = OpenList(s.values, line);
  // Only now: the values may hold closures that capture variables.
  fs_.Emit(Opcode::kReturn, base, values, closes(), line);
}

// The register of the first value when the values are variables in
// consecutive registers, which can be returned where they are; else -1.
int FunctionCompiler::AdjacentVariables(
    syntax::Span<Expression*> values) const {
  int first = -1;
  for (uint32_t i = 0; i < values.size; ++i) {
    const Expression* e = values[i];
    if (e->kind != ExpressionKind::kLocal || Peek(e)) return -1;
    if (i == 0) first = e->local->reg;
    if (e->local->reg != first + static_cast<int>(i)) return -1;
  }
  return first;
}

// A tail call, or a single value; false when the value has to be returned as
// a list.
bool FunctionCompiler::ReturnOne(const Expression* value, int line) {
  if (HasMultipleResults(*value)) {
    if (value->kind == ExpressionKind::kVarArg || fs_.InsideToBeClosed()) {
      return false;
    }
    Suffixes(value, fs_.free(), kTailCall, line);
    return true;
  }
  const int reg = ToAnyRegister(value, line);
  if (fs_.FirstOpen(0) >= 0) {
    fs_.Emit(Opcode::kReturn, reg, 2, 1, line);
  } else {
    fs_.Emit(Opcode::kReturn1, reg, 0, 0, line);
  }
  return true;
}

}  // namespace m3lua::compiler
