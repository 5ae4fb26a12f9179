// Conditions, comparisons, and the values of `and`, `or` and `not`.
// See function_compiler.h.
//
// `a and b or c` as a value: every operand but the last may end the evaluation
// with its own value.  ExitIf makes that branch: TestSet, which copies the
// value into the wanted register when it jumps (`done`); or, for operands that
// are branches themselves (comparisons, not), a jump to where true or false is
// loaded.  The last operand is simply evaluated into the wanted register.
//
// Operands whose truth is known make no branch, and what can't be reached
// because of them makes no code.
#include <utility>

#include "absl/container/inlined_vector.h"
#include "lua/compiler/function_compiler.h"

namespace m3lua::compiler {

using bytecode::Opcode;
using syntax::BinaryOperator;
using syntax::ExpressionKind;
using syntax::UnaryOperator;

struct FunctionCompiler::ValueExits {
  JumpList done;      // the wanted register is set
  JumpList is_true;   // it is to become true
  JumpList is_false;  // it is to become false
  // Where ExitIf says kAlways: the value.
  Literal always;

  bool empty() const {
    return done.empty() && is_true.empty() && is_false.empty();
  }
  JumpList* boolean(bool value) { return value ? &is_true : &is_false; }
};

namespace {

// The operands of a chain of one logic operator, and the lines at which each
// is discharged.
struct LogicChain {
  bool ends_on;  // the truth that ends the evaluation early
  absl::InlinedVector<const syntax::Expression*, 8> operands;
  absl::InlinedVector<int, 8> lines;

  LogicChain(const syntax::Expression* e, int line)
      : ends_on(e->binary == BinaryOperator::kOr) {
    const BinaryOperator op = e->binary;
    // From the right to the left; then turned around.
    while (e->kind == ExpressionKind::kBinary && e->binary == op) {
      operands.push_back(e->right);
      lines.push_back(line);
      line = e->line;
      e = e->left;
    }
    operands.push_back(e);
    lines.push_back(line);
    for (size_t i = 0, j = operands.size() - 1; i < j; ++i, --j) {
      std::swap(operands[i], operands[j]);
      std::swap(lines[i], lines[j]);
    }
  }
};

bool IsLogic(const syntax::Expression* e) {
  return e->kind == ExpressionKind::kBinary &&
         (e->binary == BinaryOperator::kAnd ||
          e->binary == BinaryOperator::kOr);
}

bool IsComparison(const syntax::Expression* e) {
  return e->kind == ExpressionKind::kBinary &&
         e->binary >= BinaryOperator::kEq && e->binary <= BinaryOperator::kGe;
}

bool IsNot(const syntax::Expression* e) {
  return e->kind == ExpressionKind::kUnary && e->unary == UnaryOperator::kNot;
}

}  // namespace

FunctionCompiler::Branch FunctionCompiler::JumpIf(const Expression* e,
                                                  bool sense, JumpList* list,
                                                  int line) {
  e = WithoutParentheses(e);
  while (IsNot(e)) {
    sense = !sense;
    e = WithoutParentheses(e->left);
  }
  if (IsLogic(e)) return JumpIfLogic(e, sense, list, line);
  const int saved = fs_.free();
  if (IsComparison(e)) {
    JumpIfCompare(e, Evaluate(e->left, saved, e->end_line), sense, list);
    return Branch::kMay;
  }
  const Operand value = Evaluate(e, saved, line);
  if (value.is_constant()) {
    return value.constant.truth() == sense ? Branch::kAlways : Branch::kNever;
  }
  const int reg = Keep(value, line);
  fs_.Release(saved);
  list->push_back(fs_.EmitWord(Opcode::kTest, reg, 0, sense ? 1 : 0, 0, line));
  return Branch::kMay;
}

FunctionCompiler::Branch FunctionCompiler::JumpIfLogic(const Expression* e,
                                                       bool sense,
                                                       JumpList* list,
                                                       int line) {
  const LogicChain chain(e, line);
  const size_t count = chain.operands.size();
  JumpList around;  // the evaluation ended early, with the other truth
  Branch result = Branch::kNever;
  for (size_t i = 0; i < count; ++i) {
    const Expression* operand = chain.operands[i];
    if (i + 1 == count || chain.ends_on == sense) {
      const Branch branch = JumpIf(operand, sense, list, chain.lines[i]);
      if (branch == Branch::kMay) result = branch;
      if (branch == Branch::kAlways) {
        result = branch;
        break;
      }
    } else if (JumpIf(operand, !sense, &around, chain.lines[i]) ==
               Branch::kAlways) {
      result = Branch::kNever;
      break;
    }
  }
  if (result == Branch::kAlways && !around.empty()) {
    fs_.EmitJump(list, line);
    result = Branch::kMay;
  }
  fs_.PatchHere(around);
  return result;
}

// Jumps when the comparison of `left` (in place, constant, or at free()) with
// the right operand of `e` has the truth `sense`.
void FunctionCompiler::JumpIfCompare(const Expression* e, const Operand& left,
                                     bool sense, JumpList* list) {
  const int saved = fs_.free();
  const int line = LastLine(*e->right);
  int left_reg = left.is_constant() ? -1 : Keep(left, e->end_line);
  const Operand right = Evaluate(e->right, fs_.free(), line);

  struct Forms {
    Opcode registers, constant, swapped_constant;
    bool equality, swap;
  };
  const Forms forms = [&]() -> Forms {
    switch (e->binary) {
      case BinaryOperator::kLt:
        return {Opcode::kLt, Opcode::kLtK, Opcode::kGtK, false, false};
      case BinaryOperator::kLe:
        return {Opcode::kLe, Opcode::kLeK, Opcode::kGeK, false, false};
      case BinaryOperator::kGt:
        return {Opcode::kLt, Opcode::kGtK, Opcode::kLtK, false, true};
      case BinaryOperator::kGe:
        return {Opcode::kLe, Opcode::kGeK, Opcode::kLeK, false, true};
      default:
        return {Opcode::kEq, Opcode::kEqK, Opcode::kEqK, true, false};
    }
  }();
  if (e->binary == BinaryOperator::kNe) sense = !sense;
  const int flag = sense ? 1 : 0;
  const auto byte_constant = [&](const Operand& operand) {
    return forms.equality ? ByteConstant(operand) : ByteNumber(operand);
  };

  uint32_t at;
  if (const int k = byte_constant(right); k >= 0) {
    if (left_reg < 0) left_reg = Keep(left, line);
    at = fs_.EmitWord(forms.constant, left_reg, k, flag, 0, line);
  } else {
    const int right_reg = Keep(right, line);
    if (const int k = byte_constant(left); k >= 0) {
      at = fs_.EmitWord(forms.swapped_constant, right_reg, k, flag, 0, line);
    } else {
      if (left_reg < 0) left_reg = Keep(left, line);
      at = fs_.EmitWord(forms.registers, forms.swap ? right_reg : left_reg,
                        forms.swap ? left_reg : right_reg, flag, 0, line);
    }
  }
  fs_.Release(saved);
  list->push_back(at);
}

// ---- values

FunctionCompiler::Branch FunctionCompiler::ExitIf(const Expression* e,
                                                  bool sense, int want,
                                                  ValueExits* exits, int line) {
  e = WithoutParentheses(e);
  if (IsLogic(e)) return ExitIfLogic(e, sense, want, exits, line);
  if (IsNot(e) || IsComparison(e)) {
    const Branch branch = JumpIf(e, sense, exits->boolean(sense), line);
    if (branch == Branch::kAlways) exits->always = Literal::Boolean(sense);
    return branch;
  }
  const int saved = fs_.free();
  const Operand value = Evaluate(e, saved, line);
  if (value.is_constant()) {
    if (value.constant.truth() != sense) return Branch::kNever;
    exits->always = value.constant;
    return Branch::kAlways;
  }
  const int reg = Keep(value, line);
  fs_.Release(saved);
  const int flag = sense ? 1 : 0;
  exits->done.push_back(
      reg == want ? fs_.EmitWord(Opcode::kTest, reg, 0, flag, 0, line)
                  : fs_.EmitWord(Opcode::kTestSet, want, reg, flag, 0, line));
  return Branch::kMay;
}

FunctionCompiler::Branch FunctionCompiler::ExitIfLogic(const Expression* e,
                                                       bool sense, int want,
                                                       ValueExits* exits,
                                                       int line) {
  const LogicChain chain(e, line);
  const size_t count = chain.operands.size();
  JumpList around;
  Branch result = Branch::kNever;
  for (size_t i = 0; i < count; ++i) {
    const Expression* operand = chain.operands[i];
    if (i + 1 == count || chain.ends_on == sense) {
      const Branch branch = ExitIf(operand, sense, want, exits, chain.lines[i]);
      if (branch == Branch::kMay) result = branch;
      if (branch == Branch::kAlways) {
        result = branch;
        break;
      }
    } else if (JumpIf(operand, !sense, &around, chain.lines[i]) ==
               Branch::kAlways) {
      result = Branch::kNever;
      break;
    }
  }
  if (result == Branch::kAlways && !around.empty()) {
    fs_.EmitLiteral(exits->always, want, line);
    fs_.EmitJump(&exits->done, line);
    result = Branch::kMay;
  }
  fs_.PatchHere(around);
  return result;
}

FunctionCompiler::Operand FunctionCompiler::Logic(const Expression* e, int want,
                                                  int line) {
  const LogicChain chain(e, line);
  const uint32_t start = fs_.pc();
  ValueExits exits;
  const Expression* last = chain.operands.back();
  for (size_t i = 0; i + 1 < chain.operands.size(); ++i) {
    const Branch branch =
        ExitIf(chain.operands[i], chain.ends_on, want, &exits, chain.lines[i]);
    if (branch != Branch::kAlways) continue;
    if (fs_.pc() == start) return ConstantOperand(exits.always);
    fs_.EmitLiteral(exits.always, want, line);
    FinishExits(exits, true, want, line);
    return ValueIn(want);
  }
  if (fs_.pc() == start) return Evaluate(last, want, line);

  const Expression* bare = WithoutParentheses(last);
  // A plain `not` is cheaper as an instruction, unless true and false are
  // loaded anyway.
  const bool loads = !exits.is_true.empty() || !exits.is_false.empty();
  if (IsComparison(bare) || (IsNot(bare) && loads)) {
    const Branch branch = JumpIf(bare, true, &exits.is_true, line);
    if (branch != Branch::kAlways) {
      FinishExits(exits, false, want, line);
      return ValueIn(want);
    }
    fs_.EmitLiteral(Literal::Boolean(true), want, line);
  } else {
    ToRegister(last, want, line);
  }
  FinishExits(exits, true, want, line);
  return ValueIn(want);
}

// Ends the evaluation of a value: places the loads of true and false.  When
// control falls in here, the register is already set (`falls_in`), or the
// value is false.
void FunctionCompiler::FinishExits(const ValueExits& exits, bool falls_in,
                                   int want, int line) {
  const bool loads =
      !falls_in || !exits.is_true.empty() || !exits.is_false.empty();
  if (loads) {
    JumpList over;
    if (falls_in) fs_.EmitJump(&over, line);
    fs_.PatchHere(exits.is_false);
    fs_.Emit(Opcode::kLoadFalseSkip, want, 0, 0, line);
    fs_.PatchHere(exits.is_true);
    fs_.Emit(Opcode::kLoadTrue, want, 0, 0, line);
    fs_.MarkTarget();
    fs_.PatchHere(over);
  }
  fs_.PatchHere(exits.done);
}

// `not` of something that becomes branches.
FunctionCompiler::Operand FunctionCompiler::NotOfBranches(const Expression* e,
                                                          int want, int line) {
  const uint32_t start = fs_.pc();
  ValueExits exits;
  const Branch branch = JumpIf(e, true, &exits.is_true, line);
  if (fs_.pc() == start) {
    return ConstantOperand(Literal::Boolean(branch == Branch::kAlways));
  }
  if (branch == Branch::kAlways) {
    fs_.EmitLiteral(Literal::Boolean(true), want, line);
  }
  FinishExits(exits, branch == Branch::kAlways, want, line);
  return ValueIn(want);
}

}  // namespace m3lua::compiler
