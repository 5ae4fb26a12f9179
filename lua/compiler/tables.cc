// Table constructors.  See function_compiler.h.
//
// The table is built in a fresh register; positional values are collected in
// the registers above it and stored in batches.
#include <bit>
#include <limits>

#include "lua/compiler/function_compiler.h"

namespace m3lua::compiler {

using bytecode::Instruction;
using bytecode::Opcode;
using syntax::ExpressionKind;
using syntax::TableField;

namespace {

// Positional values stored by one SetList.
constexpr int kBatch = 50;

// Operand B of NewTable: 0 for no field, else 1 + log2 of the slots.
unsigned HashHint(uint32_t fields) {
  if (fields == 0) return 0;
  return static_cast<unsigned>(std::bit_width(fields - 1)) + 1;
}

}  // namespace

FunctionCompiler::Operand FunctionCompiler::Table(const Expression* e,
                                                  int want) {
  if (e->fields.empty()) {
    fs_.EmitWord(Opcode::kNewTable, want, 0, 0, 0, e->last_line);
    return ValueIn(want);
  }
  const int table = fs_.free();
  const uint32_t creation =
      fs_.EmitWord(Opcode::kNewTable, table, 0, 0, 0, e->last_line);
  fs_.Reserve(1);
  uint32_t keyed = 0;
  int32_t stored = 0;  // by SetList
  int pending = 0;     // in the registers above the table
  bool open = false;
  const syntax::Span<TableField> fields = e->fields;
  for (uint32_t i = 0; i < fields.size && context_->diagnostics.ok(); ++i) {
    const TableField& field = fields[i];
    const bool last = i + 1 == fields.size;
    const int line = field.line;
    if (field.key != nullptr) {
      ++keyed;
      const int saved = fs_.free();
      const int key_line = LastLine(*field.key);
      const Operand key = Evaluate(field.key, saved, key_line);
      StoreExpression(IndexedPlace(table, key, key_line), field.value, line);
      fs_.Release(saved);
      continue;
    }
    if (pending == kBatch) {
      fs_.EmitWord(Opcode::kSetList, table, pending, 0, stored, line);
      stored += pending;
      pending = 0;
      fs_.Release(table + 1);
    }
    if (last && HasMultipleResults(*field.value)) {
      MultipleResults(field.value, kOpenResults, e->end_line);
      open = true;
    } else {
      ToNextRegister(field.value, last ? e->end_line : line);
      ++pending;
    }
  }
  if (pending > 0 || open) {
    fs_.EmitWord(Opcode::kSetList, table, open ? 0 : pending, 0, stored,
                 e->end_line);
  }
  fs_.Rewrite(creation,
              Instruction::Abc(Opcode::kNewTable, static_cast<unsigned>(table),
                               HashHint(keyed)),
              stored + pending);
  fs_.Release(table);
  return ValueIn(table);
}

}  // namespace m3lua::compiler
