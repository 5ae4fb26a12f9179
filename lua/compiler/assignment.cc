// Assignments and declarations of local variables.  See function_compiler.h.
//
// The parts of all targets are evaluated first, from left to right; then the
// values; then the values are stored, the last one first.
#include "lua/compiler/function_compiler.h"

namespace m3lua::compiler {

using bytecode::Opcode;
using syntax::Attribute;
using syntax::ExpressionKind;

FunctionCompiler::Place FunctionCompiler::IndexedPlace(int table,
                                                       const Operand& key,
                                                       int line) {
  if (key.is_constant()) {
    if (key.constant.is_string()) {
      return {Place::Kind::kField, table, fs_.ConstantIndex(key.constant)};
    }
    if (key.constant.kind == Literal::Kind::kInteger &&
        key.constant.integer >= 0 && key.constant.integer <= 255) {
      return {Place::Kind::kInteger, table,
              static_cast<int>(key.constant.integer)};
    }
  }
  return {Place::Kind::kIndex, table, Keep(key, line)};
}

FunctionCompiler::Place FunctionCompiler::PlaceOf(const Expression* target) {
  switch (target->kind) {
    case ExpressionKind::kLocal:
      return {Place::Kind::kLocal, target->local->reg};
    case ExpressionKind::kUpvalue:
      return {Place::Kind::kUpvalue, upvalue_index_[target->upvalue]};
    case ExpressionKind::kGlobal: {
      const int name = fs_.ConstantIndex(Literal::String(target->string));
      const syntax::Local* env = target->local;
      if (env == nullptr) env = body_->upvalues[target->env_upvalue].local;
      if (env != nullptr && env->constant != nullptr) {
        const Operand table = ConstantOperand(*LiteralOf(*env->constant));
        return {Place::Kind::kField, Keep(table, target->line), name};
      }
      if (target->local != nullptr) {
        return {Place::Kind::kField, target->local->reg, name};
      }
      return {Place::Kind::kUpvalueField, upvalue_index_[target->env_upvalue],
              name};
    }
    default: {
      const Expression* prefix = target->left;
      if (prefix->kind == ExpressionKind::kUpvalue && !Peek(prefix)) {
        const auto name = Peek(target->right);
        if (name && name->is_string()) {
          return {Place::Kind::kUpvalueField, upvalue_index_[prefix->upvalue],
                  fs_.ConstantIndex(*name)};
        }
      }
      const int table = ToAnyRegister(prefix, LastLine(*prefix));
      const int line = LastLine(*target->right);
      return IndexedPlace(table, Evaluate(target->right, fs_.free(), line),
                          line);
    }
  }
}

void FunctionCompiler::Store(const Place& place, const Operand& value,
                             int line) {
  if (place.kind == Place::Kind::kLocal) {
    Put(value, place.table, line);
    return;
  }
  const int saved = fs_.free();
  int constant = -1;
  if (place.kind != Place::Kind::kUpvalue) constant = ByteConstant(value);
  const bool is_constant = constant >= 0;
  const int source = is_constant ? constant : Keep(value, line);
  fs_.Release(saved);
  switch (place.kind) {
    case Place::Kind::kLocal:
      break;
    case Place::Kind::kUpvalue:
      fs_.Emit(Opcode::kSetUpvalue, source, place.table, 0, line);
      break;
    case Place::Kind::kUpvalueField:
      fs_.EmitWord(is_constant ? Opcode::kSetTabUpK : Opcode::kSetTabUp,
                   place.table, source, 0, place.key, line);
      break;
    case Place::Kind::kField:
      fs_.EmitWord(is_constant ? Opcode::kSetFieldK : Opcode::kSetField,
                   place.table, source, 0, place.key, line);
      break;
    case Place::Kind::kInteger:
      fs_.Emit(is_constant ? Opcode::kSetIndexIntK : Opcode::kSetIndexInt,
               place.table, place.key, source, line);
      break;
    case Place::Kind::kIndex:
      fs_.Emit(is_constant ? Opcode::kSetIndexK : Opcode::kSetIndex,
               place.table, place.key, source, line);
      break;
  }
}

void FunctionCompiler::StoreExpression(const Place& place, const Expression* e,
                                       int line) {
  const int want = place.kind == Place::Kind::kLocal ? place.table : fs_.free();
  Store(place, Evaluate(e, want, line), line);
}

// In `t[i], t = ...` the variable t is assigned while an earlier target still
// needs its old value: that target gets a copy.
void FunctionCompiler::KeepApart(std::vector<Place>& earlier,
                                 const Place& place, int line) {
  const int copy = fs_.free();
  bool used = false;
  for (Place& p : earlier) {
    if (place.kind == Place::Kind::kUpvalue) {
      if (p.kind == Place::Kind::kUpvalueField && p.table == place.table) {
        used = true;
        p.kind = Place::Kind::kField;
        p.table = copy;
      }
      continue;
    }
    const bool has_table_register = p.kind == Place::Kind::kField ||
                                    p.kind == Place::Kind::kInteger ||
                                    p.kind == Place::Kind::kIndex;
    if (has_table_register && p.table == place.table) {
      used = true;
      p.table = copy;
    }
    if (p.kind == Place::Kind::kIndex && p.key == place.table) {
      used = true;
      p.key = copy;
    }
  }
  if (!used) return;
  if (place.kind == Place::Kind::kUpvalue) {
    fs_.Emit(Opcode::kGetUpvalue, copy, place.table, 0, line);
  } else {
    fs_.Emit(Opcode::kMove, copy, place.table, 0, line);
  }
  fs_.Reserve(1);
}

void FunctionCompiler::Assign(const Statement& s) {
  const int line = s.end_line;
  if (s.targets.size == 1 && s.values.size == 1) {
    StoreExpression(PlaceOf(s.targets[0]), s.values[0], line);
    return;
  }
  std::vector<Place> places;
  for (const Expression* target : s.targets) {
    const Place place = PlaceOf(target);
    if (place.kind == Place::Kind::kLocal ||
        place.kind == Place::Kind::kUpvalue) {
      KeepApart(places, place, LastLine(*target));
    }
    places.push_back(place);
    if (!context_->diagnostics.ok()) return;
  }
  const int first = fs_.free();
  size_t unstored = places.size();
  if (s.values.size == s.targets.size) {
    // The last value needs no temporary.
    --unstored;
    for (size_t i = 0; i < unstored; ++i) {
      ToNextRegister(s.values[i], LastLine(*s.values[i]));
    }
    StoreExpression(places[unstored], s.values[unstored], line);
  } else {
    AdjustedList(s.values, static_cast<int>(places.size()), line);
  }
  while (unstored > 0) {
    --unstored;
    const int reg = first + static_cast<int>(unstored);
    fs_.Release(reg);
    Store(places[unstored], ValueIn(reg), line);
  }
}

void FunctionCompiler::DeclareLocals(const Statement& s) {
  const int line = s.end_line;
  const int base = fs_.free();
  const uint32_t count = s.locals.size;
  syntax::Local* last = s.locals[count - 1];
  if (s.values.size == count) {
    for (uint32_t i = 0; i + 1 < count; ++i) {
      ToNextRegister(s.values[i], LastLine(*s.values[i]));
    }
    const Operand value = Evaluate(s.values[count - 1], fs_.free(), line);
    if (value.is_constant() && last->attribute == Attribute::kConst) {
      Expression* constant = context_->arena->New<Expression>();
      SetLiteral(value.constant, constant);
      last->constant = constant;
    } else {
      Put(value, fs_.free(), line);
      fs_.Reserve(1);
    }
  } else {
    AdjustedList(s.values, static_cast<int>(count), line);
  }
  int reg = base;
  for (syntax::Local* local : s.locals) {
    if (local->constant != nullptr) {
      fs_.ActivateConstant(local);
      continue;
    }
    local->reg = reg++;
    fs_.Activate(local, local->reg);
    if (local->attribute == Attribute::kClose) {
      fs_.MarkToBeClosed(fs_.active_count() - 1);
    }
  }
  for (const syntax::Local* local : s.locals) {
    if (local->attribute == Attribute::kClose) {
      fs_.Emit(Opcode::kTbc, local->reg, 0, 0, line);
    }
  }
}

}  // namespace m3lua::compiler
