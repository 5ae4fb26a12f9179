// Chains of suffixes - indexing, calls, method calls - and lists of values.
// See function_compiler.h.
//
// The window of a call: R[A] the function, R[A+1] reserved for the frame
// header, arguments from R[A+2] on; results come back from R[A] on.  The base
// of a window is always free(), so that a result is a temporary in its place.
#include "absl/container/inlined_vector.h"
#include "lua/compiler/function_compiler.h"

namespace m3lua::compiler {

using bytecode::kCallHeaderSlots;
using bytecode::Opcode;
using syntax::ExpressionKind;

namespace {

bool IsSuffix(ExpressionKind kind) {
  return kind == ExpressionKind::kIndex || kind == ExpressionKind::kCall ||
         kind == ExpressionKind::kMethodCall;
}

}  // namespace

FunctionCompiler::Operand FunctionCompiler::Suffixes(const Expression* e,
                                                     int want, int results,
                                                     int line) {
  absl::InlinedVector<const Expression*, 8> chain;
  const Expression* leaf = e;
  while (IsSuffix(leaf->kind)) {
    chain.push_back(leaf);
    leaf = leaf->left;
  }
  Operand value;
  const Expression* first = chain.back();
  std::optional<Literal> name;
  if (leaf->kind == ExpressionKind::kUpvalue &&
      first->kind == ExpressionKind::kIndex && !Peek(leaf)) {
    name = Peek(first->right);
  }
  if (name && name->is_string()) {
    // A field of an upvalue takes one instruction.
    chain.pop_back();
    const int target = chain.empty() ? want : fs_.free();
    fs_.EmitWord(Opcode::kGetTabUp, target, upvalue_index_[leaf->upvalue], 0,
                 fs_.ConstantIndex(*name),
                 chain.empty() ? line : LastLine(*first));
    value = ValueIn(target);
  } else {
    value = Evaluate(leaf, fs_.free(), LastLine(*leaf));
  }
  while (!chain.empty()) {
    const Expression* node = chain.back();
    chain.pop_back();
    const bool last = chain.empty();
    if (node->kind == ExpressionKind::kIndex) {
      value = Index(node, value, last ? want : fs_.free(),
                    last ? line : LastLine(*node));
    } else {
      value = Call(node, value, last ? results : 1);
    }
  }
  return value;
}

FunctionCompiler::Operand FunctionCompiler::Index(const Expression* e,
                                                  const Operand& table,
                                                  int want, int line) {
  const int saved = fs_.free();
  const int table_reg = Keep(table, LastLine(*e->left));
  const int key_line = LastLine(*e->right);
  const Operand key = Evaluate(e->right, fs_.free(), key_line);
  const Place place = IndexedPlace(table_reg, key, key_line);
  fs_.Release(saved);
  switch (place.kind) {
    case Place::Kind::kField:
      fs_.EmitWord(Opcode::kGetField, want, place.table, 0, place.key, line);
      break;
    case Place::Kind::kInteger:
      fs_.Emit(Opcode::kGetIndexInt, want, place.table, place.key, line);
      break;
    default:
      fs_.Emit(Opcode::kGetIndex, want, place.table, place.key, line);
      break;
  }
  return ValueIn(want);
}

FunctionCompiler::Operand FunctionCompiler::Call(const Expression* e,
                                                 const Operand& callee,
                                                 int results) {
  const int base = fs_.free();
  if (e->kind == ExpressionKind::kMethodCall) {
    const int object = Keep(callee, LastLine(*e->left));
    fs_.Release(base);
    fs_.Reserve(kCallHeaderSlots + 1);
    fs_.EmitWord(Opcode::kSelf, base, object, 0,
                 fs_.ConstantIndex(Literal::String(e->string)), e->end_line);
  } else {
    Put(callee, base, LastLine(*e->left));
    fs_.Reserve(kCallHeaderSlots);
  }
  const int arguments = Arguments(e);
  fs_.Release(base);
  if (results == kTailCall) {
    fs_.Emit(Opcode::kTailCall, base, arguments, fs_.FirstOpen(0) >= 0 ? 1 : 0,
             e->line);
  } else {
    fs_.Emit(Opcode::kCall, base, arguments, results + 1, e->line);
    if (results > 0) fs_.Touch(base + results - 1);
  }
  return ValueIn(base);
}

int FunctionCompiler::Arguments(const Expression* call) {
  const int self = call->kind == ExpressionKind::kMethodCall ? 1 : 0;
  const int count = OpenList(call->arguments, LastLine(*call));
  return count == 0 ? 0 : count + self;
}

int FunctionCompiler::OpenList(syntax::Span<Expression*> values,
                               int last_line) {
  for (uint32_t i = 0; i < values.size; ++i) {
    if (i + 1 < values.size) {
      ToNextRegister(values[i], LastLine(*values[i]));
    } else if (HasMultipleResults(*values[i])) {
      MultipleResults(values[i], kOpenResults, last_line);
      return 0;
    } else {
      ToNextRegister(values[i], last_line);
    }
    if (!context_->diagnostics.ok()) break;
  }
  return static_cast<int>(values.size) + 1;
}

void FunctionCompiler::MultipleResults(const Expression* e, int results,
                                       int line) {
  if (e->kind == ExpressionKind::kVarArg) {
    fs_.Emit(Opcode::kVarArg, fs_.free(), 0, results + 1, line);
    if (results > 0) fs_.Touch(fs_.free() + results - 1);
  } else {
    Suffixes(e, fs_.free(), results, line);
  }
}

void FunctionCompiler::AdjustedList(syntax::Span<Expression*> values, int count,
                                    int line) {
  const int base = fs_.free();
  const int given = static_cast<int>(values.size);
  for (int i = 0; i < given; ++i) {
    const Expression* e = values[i];
    if (i + 1 == given && i < count - 1 && HasMultipleResults(*e)) {
      MultipleResults(e, count - i, line);
      fs_.Reserve(count - i);
      return;
    }
    if (i < count) {
      ToNextRegister(e, LastLine(*e));
    } else {
      // Superfluous, but it may have effects.
      Evaluate(e, fs_.free(), LastLine(*e));
    }
    if (!context_->diagnostics.ok()) return;
  }
  if (given < count) {
    fs_.EmitNil(base + given, count - given, line);
    fs_.Reserve(count - given);
  }
}

}  // namespace m3lua::compiler
