// Expressions other than calls, indexing, constructors and conditions.
// See function_compiler.h.
#include <limits>

#include "absl/container/inlined_vector.h"
#include "lua/compiler/function_compiler.h"

namespace m3lua::compiler {

using bytecode::Opcode;
using syntax::BinaryOperator;
using syntax::ExpressionKind;
using syntax::UnaryOperator;

namespace {

// Operators that are compiled by walking the chain of their left operands.
bool IsChained(BinaryOperator op) {
  return op != BinaryOperator::kConcat && op != BinaryOperator::kAnd &&
         op != BinaryOperator::kOr;
}

// The arithmetic operators are in the same order in tree and bytecode.
Opcode ArithmeticOpcode(BinaryOperator op) {
  static_assert(static_cast<int>(BinaryOperator::kShr) ==
                static_cast<int>(Opcode::kShr) -
                    static_cast<int>(Opcode::kAdd));
  return static_cast<Opcode>(static_cast<int>(Opcode::kAdd) +
                             static_cast<int>(op));
}

Opcode ArithmeticConstantOpcode(BinaryOperator op) {
  static_assert(static_cast<int>(BinaryOperator::kShr) ==
                static_cast<int>(Opcode::kShrK) -
                    static_cast<int>(Opcode::kAddK));
  return static_cast<Opcode>(static_cast<int>(Opcode::kAddK) +
                             static_cast<int>(op));
}

bool IsConcatenation(const syntax::Expression* e) {
  return e->kind == ExpressionKind::kBinary &&
         e->binary == BinaryOperator::kConcat;
}

// Whether an expression becomes branches even as a value.
bool IsBranching(const syntax::Expression* e) {
  return e->kind == ExpressionKind::kBinary && e->binary >= BinaryOperator::kEq;
}

}  // namespace

// ---- operands

void FunctionCompiler::Put(const Operand& value, int target, int line) {
  if (value.is_constant()) {
    fs_.EmitLiteral(value.constant, target, line);
  } else if (value.reg != target) {
    fs_.Emit(Opcode::kMove, target, value.reg, 0, line);
  }
}

int FunctionCompiler::Keep(const Operand& value, int line) {
  if (value.kind == Operand::Kind::kVariable) return value.reg;
  const int reg = fs_.free();
  Put(value, reg, line);
  fs_.Reserve(1);
  return reg;
}

int FunctionCompiler::ToAnyRegister(const Expression* e, int line) {
  return Keep(Evaluate(e, fs_.free(), line), line);
}

void FunctionCompiler::ToRegister(const Expression* e, int target, int line) {
  context_->arena->Step();
  Put(Evaluate(e, target, line), target, line);
}

void FunctionCompiler::ToNextRegister(const Expression* e, int line) {
  ToRegister(e, fs_.free(), line);
  fs_.Reserve(1);
}

int FunctionCompiler::ByteConstant(const Operand& value) {
  return value.is_constant() ? fs_.ByteConstant(value.constant) : -1;
}

int FunctionCompiler::ByteNumber(const Operand& value) {
  return value.is_number() ? fs_.ByteConstant(value.constant) : -1;
}

// A constant that can be told without making code.  (Evaluate finds folded
// ones too.)
std::optional<Literal> FunctionCompiler::Peek(const Expression* e) const {
  e = WithoutParentheses(e);
  const syntax::Local* local = nullptr;
  if (e->kind == ExpressionKind::kLocal) local = e->local;
  if (e->kind == ExpressionKind::kUpvalue) {
    local = body_->upvalues[e->upvalue].local;
  }
  if (local == nullptr) return LiteralOf(*e);
  if (local->constant == nullptr) return std::nullopt;
  return LiteralOf(*local->constant);
}

FunctionCompiler::Operand FunctionCompiler::Evaluate(const Expression* e,
                                                     int want, int line) {
  switch (e->kind) {
    case ExpressionKind::kNil:
    case ExpressionKind::kTrue:
    case ExpressionKind::kFalse:
    case ExpressionKind::kInteger:
    case ExpressionKind::kFloat:
    case ExpressionKind::kString:
      return ConstantOperand(*LiteralOf(*e));
    case ExpressionKind::kVarArg:
      fs_.Emit(Opcode::kVarArg, want, 0, 2, line);
      return ValueIn(want);
    case ExpressionKind::kFunction:
      return Closure(e->function, want, e->function->last_line_defined);
    case ExpressionKind::kLocal:
      if (const auto constant = Peek(e)) return ConstantOperand(*constant);
      return {.kind = Operand::Kind::kVariable, .reg = e->local->reg};
    case ExpressionKind::kUpvalue:
      if (const auto constant = Peek(e)) return ConstantOperand(*constant);
      fs_.Emit(Opcode::kGetUpvalue, want, upvalue_index_[e->upvalue], 0, line);
      return ValueIn(want);
    case ExpressionKind::kGlobal:
      return Global(e, want, line);
    case ExpressionKind::kIndex:
    case ExpressionKind::kCall:
    case ExpressionKind::kMethodCall:
      return Suffixes(e, want, 1, line);
    case ExpressionKind::kTable:
      return Table(e, want);
    case ExpressionKind::kUnary:
      return Unary(e, want, line);
    case ExpressionKind::kBinary:
      return Binary(e, want, line);
    case ExpressionKind::kParen:
      return Evaluate(e->left, want, LastLine(*e));
  }
  return {};
}

FunctionCompiler::Operand FunctionCompiler::Closure(
    const syntax::FunctionBody* body, int want, int line) {
  const int index = static_cast<int>(function_->functions.size());
  if (index > std::numeric_limits<uint16_t>::max()) {
    context_->diagnostics.Fail(line, "too many functions (limit is 65536)");
    return ValueIn(want);
  }
  // Each level of nesting is a level of the native stack; the parser bounds it.
  std::unique_ptr<bytecode::Function> nested = CompileNested(body);
  function_->functions.push_back(std::move(nested));
  fs_.EmitBx(Opcode::kClosure, want, index, line);
  for (const syntax::Upvalue& u : body->upvalues) {
    if (u.in_register) fs_.MarkCaptured(u.local);
  }
  return ValueIn(want);
}

FunctionCompiler::Operand FunctionCompiler::Global(const Expression* e,
                                                   int want, int line) {
  const int name = fs_.ConstantIndex(Literal::String(e->string));
  const syntax::Local* env =
      e->local != nullptr ? e->local : body_->upvalues[e->env_upvalue].local;
  if (env != nullptr && env->constant != nullptr) {
    // `local _ENV <const> = 1` is silly but valid.
    const int saved = fs_.free();
    const int table = Keep(ConstantOperand(*LiteralOf(*env->constant)), line);
    fs_.Release(saved);
    fs_.EmitWord(Opcode::kGetField, want, table, 0, name, line);
  } else if (e->local != nullptr) {
    fs_.EmitWord(Opcode::kGetField, want, e->local->reg, 0, name, line);
  } else {
    fs_.EmitWord(Opcode::kGetTabUp, want, upvalue_index_[e->env_upvalue], 0,
                 name, line);
  }
  return ValueIn(want);
}

// ---- operators

FunctionCompiler::Operand FunctionCompiler::Unary(const Expression* e, int want,
                                                  int line) {
  if (e->unary == UnaryOperator::kNot &&
      IsBranching(WithoutParentheses(e->left))) {
    return NotOfBranches(e, want, line);
  }
  const int saved = fs_.free();
  const Operand operand = Evaluate(e->left, saved, LastLine(*e->left));
  if (operand.is_constant()) {
    if (const auto folded = Fold(e->unary, operand.constant)) {
      return ConstantOperand(*folded);
    }
  }
  const int reg = Keep(operand, LastLine(*e->left));
  fs_.Release(saved);
  switch (e->unary) {
    case UnaryOperator::kNegate:
      fs_.Emit(Opcode::kUnm, want, reg, 0, e->line);
      break;
    case UnaryOperator::kBNot:
      fs_.Emit(Opcode::kBNot, want, reg, 0, e->line);
      break;
    case UnaryOperator::kNot:
      fs_.Emit(Opcode::kNot, want, reg, 0, line);
      break;
    case UnaryOperator::kLength:
      fs_.Emit(Opcode::kLen, want, reg, 0, e->line);
      break;
  }
  return ValueIn(want);
}

FunctionCompiler::Operand FunctionCompiler::Binary(const Expression* e,
                                                   int want, int line) {
  if (e->binary == BinaryOperator::kConcat) return Concatenation(e);
  if (!IsChained(e->binary)) return Logic(e, want, line);
  absl::InlinedVector<const Expression*, 8> chain;
  const Expression* leaf = e;
  while (leaf->kind == ExpressionKind::kBinary && IsChained(leaf->binary)) {
    chain.push_back(leaf);
    leaf = leaf->left;
  }
  Operand value = Evaluate(leaf, fs_.free(), chain.back()->end_line);
  while (!chain.empty()) {
    const Expression* node = chain.back();
    chain.pop_back();
    const int target = chain.empty() ? want : fs_.free();
    if (node->binary <= BinaryOperator::kShr) {
      value = Arithmetic(node, value, target);
    } else {
      const int result_line = chain.empty() ? line : chain.back()->end_line;
      JumpList is_true;
      JumpIfCompare(node, value, true, &is_true);
      fs_.Emit(Opcode::kLoadFalseSkip, target, 0, 0, result_line);
      fs_.PatchHere(is_true);
      fs_.Emit(Opcode::kLoadTrue, target, 0, 0, result_line);
      fs_.MarkTarget();
      value = ValueIn(target);
    }
  }
  return value;
}

// `left` is in place, constant or at free().  A number on the left is loaded
// after the right operand, since the operation may yet be folded; loading
// can't be observed.
FunctionCompiler::Operand FunctionCompiler::Arithmetic(const Expression* e,
                                                       const Operand& left,
                                                       int want) {
  const int saved = fs_.free();
  const int line = LastLine(*e->right);
  int left_reg = left.is_number() ? -1 : Keep(left, e->line);
  const Operand right = Evaluate(e->right, fs_.free(), line);
  if (left_reg < 0 && right.is_number()) {
    if (const auto folded = Fold(e->binary, left.constant, right.constant)) {
      fs_.Release(saved);
      return ConstantOperand(*folded);
    }
  }
  const int constant = ByteNumber(right);
  int right_reg = constant >= 0 ? -1 : Keep(right, line);
  if (left_reg < 0) left_reg = Keep(left, line);
  fs_.Release(saved);
  if (constant >= 0) {
    fs_.Emit(ArithmeticConstantOpcode(e->binary), want, left_reg, constant,
             e->line);
  } else {
    fs_.Emit(ArithmeticOpcode(e->binary), want, left_reg, right_reg, e->line);
  }
  return ValueIn(want);
}

// a .. (b .. (c .. d)) is one instruction on consecutive registers; it has the
// line of the last operator.
FunctionCompiler::Operand FunctionCompiler::Concatenation(const Expression* e) {
  const int base = fs_.free();
  const Expression* node = e;
  int count = 1;
  for (;;) {
    ToNextRegister(node->left, node->line);
    ++count;
    const Expression* right = WithoutParentheses(node->right);
    if (!IsConcatenation(right)) break;
    node = right;
  }
  ToNextRegister(node->right, LastLine(*node->right));
  fs_.Release(base);
  fs_.Emit(Opcode::kConcat, base, count, 0, node->line);
  return ValueIn(base);
}

}  // namespace m3lua::compiler
