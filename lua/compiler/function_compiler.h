// Compiles one function of the tree.
//
// Expressions.  Evaluate(e, want, line) is the heart.  Its result is an
// Operand: a constant (no code was made), a local variable used where it is,
// or a value that was put into a register: `want` if that could be done in
// place, otherwise free().  It never leaves a register reserved.  `want` is
// free() for a temporary, or the register of the variable to be assigned, so
// that `x = x + 1` and `local y = f()` need no move.  Because the result is
// written last, a variable as `want` may be read by the expression itself.
//
// Conditions.  JumpIf(e, sense, ...) jumps when the truth of e is `sense` and
// falls through otherwise; and, or, not and comparisons become branches
// without values.  For `and` and `or` as values see conditions.cc.
//
// Left operands and prefixes may be nested without bound, so they are walked
// with loops; everything else is at most syntax::kMaxNesting deep.
//
// Lines.  PUC Lua gives an instruction the line of the last token read when
// the instruction is made, with exceptions (operators, calls).  Error
// positions and line hooks show that, so it is kept: the `line` parameters are
// the line of that last token, see LastLine.
//
// Guarded by tests/unit/compiler/compiler_test.cc and tests/golden/.
#ifndef LUA_COMPILER_FUNCTION_COMPILER_H_
#define LUA_COMPILER_FUNCTION_COMPILER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lua/base/flat_map.h"
#include "lua/bytecode/chunk.h"
#include "lua/compiler/folding.h"
#include "lua/compiler/function_state.h"
#include "lua/syntax/ast.h"

namespace m3lua::compiler {

// What the functions of one chunk share.
struct ChunkContext {
  Diagnostics diagnostics;
  std::string chunk_name;
  syntax::Arena* arena;
};

class FunctionCompiler {
 public:
  // `encloser` is null for the main function.
  FunctionCompiler(ChunkContext* context, const syntax::FunctionBody* body,
                   FunctionCompiler* encloser);
  FunctionCompiler(const FunctionCompiler&) = delete;
  FunctionCompiler& operator=(const FunctionCompiler&) = delete;

  std::unique_ptr<bytecode::Function> Compile();

 private:
  using Expression = syntax::Expression;
  using Statement = syntax::Statement;

  struct Operand {
    enum class Kind : uint8_t { kConstant, kVariable, kValue };
    Kind kind = Kind::kConstant;
    int reg = -1;           // kVariable, kValue
    Literal constant = {};  // kConstant

    bool is_constant() const { return kind == Kind::kConstant; }
    bool is_number() const { return is_constant() && constant.is_number(); }
  };
  static Operand ConstantOperand(const Literal& literal) {
    return {.constant = literal};
  }
  static Operand ValueIn(int reg) {
    return {.kind = Operand::Kind::kValue, .reg = reg};
  }

  // Numbers of results beside 0, 1, 2, ...
  static constexpr int kOpenResults = -1;
  static constexpr int kTailCall = -2;

  // ---- function_compiler.cc
  std::unique_ptr<bytecode::Function> CompileNested(
      const syntax::FunctionBody* body);
  void DeclareUpvalues();

  // ---- expressions.cc
  Operand Evaluate(const Expression* e, int want, int line);
  // Makes sure that a result is in `target`.
  void Put(const Operand& value, int target, int line);
  // Makes sure that a result of Evaluate(e, free()) is in some register, which
  // is reserved when it is a temporary.
  int Keep(const Operand& value, int line);
  int ToAnyRegister(const Expression* e, int line);
  void ToRegister(const Expression* e, int target, int line);
  void ToNextRegister(const Expression* e, int line);
  // A byte operand K for a constant; -1 when the operand has to be in a
  // register.
  int ByteConstant(const Operand& value);
  int ByteNumber(const Operand& value);
  std::optional<Literal> Peek(const Expression* e) const;
  Operand Closure(const syntax::FunctionBody* body, int want, int line);
  Operand Global(const Expression* e, int want, int line);
  Operand Unary(const Expression* e, int want, int line);
  Operand Binary(const Expression* e, int want, int line);
  Operand Arithmetic(const Expression* e, const Operand& left, int want);
  Operand Concatenation(const Expression* e);

  // ---- calls.cc
  Operand Suffixes(const Expression* e, int want, int results, int line);
  Operand Index(const Expression* e, const Operand& table, int want, int line);
  Operand Call(const Expression* e, const Operand& callee, int results);
  // Pushes arguments; the B operand of the call.
  int Arguments(const Expression* call);
  // Values of a call or `...` from free() on.
  void MultipleResults(const Expression* e, int results, int line);
  // Pushes exactly `count` values.
  void AdjustedList(syntax::Span<Expression*> values, int count, int line);
  // Pushes values, the last one open when it has several; returns their number
  // plus one, or 0 when open.  The last one has `last_line`.
  int OpenList(syntax::Span<Expression*> values, int last_line);

  // ---- tables.cc
  Operand Table(const Expression* e, int want);

  // ---- conditions.cc
  // kNever: control always falls through.  kAlways: it would always jump, but
  // that jump was not made (code before it may jump to the list too).
  enum class Branch : uint8_t { kMay, kNever, kAlways };
  struct ValueExits;
  Branch JumpIf(const Expression* e, bool sense, JumpList* list, int line);
  Branch JumpIfLogic(const Expression* e, bool sense, JumpList* list, int line);
  void JumpIfCompare(const Expression* e, const Operand& left, bool sense,
                     JumpList* list);
  Branch ExitIf(const Expression* e, bool sense, int want, ValueExits* exits,
                int line);
  Branch ExitIfLogic(const Expression* e, bool sense, int want,
                     ValueExits* exits, int line);
  Operand Logic(const Expression* e, int want, int line);
  void FinishExits(const ValueExits& exits, bool falls_in, int want, int line);
  Operand NotOfBranches(const Expression* e, int want, int line);

  // ---- assignment.cc
  // Something that can be assigned to, with its parts evaluated.
  struct Place {
    enum class Kind : uint8_t {
      kLocal,         // R[table]
      kUpvalue,       // Up[table]
      kUpvalueField,  // Up[table][K[key]]
      kField,         // R[table][K[key]]
      kInteger,       // R[table][key]
      kIndex,         // R[table][R[key]]
    };
    Kind kind;
    int table;
    int key = 0;
  };
  Place PlaceOf(const Expression* target);
  Place IndexedPlace(int table, const Operand& key, int line);
  void Store(const Place& place, const Operand& value, int line);
  void StoreExpression(const Place& place, const Expression* e, int line);
  void KeepApart(std::vector<Place>& earlier, const Place& place, int line);
  void Assign(const Statement& s);
  void DeclareLocals(const Statement& s);

  // ---- statements.cc, loops.cc
  void Statements(const syntax::Block& block);
  void Compile(const Statement& s);
  void Block(const syntax::Block& block);
  // Ends the scope of the variables from `count` on.
  void LeaveScope(size_t count, int line);
  void If(const Statement& s);
  // `if c then break end`: the jump itself is the condition's.
  bool JumpOutIf(const syntax::IfClause& clause);
  void Return(const Statement& s);
  int AdjacentVariables(syntax::Span<Expression*> values) const;
  bool ReturnOne(const Expression* value, int line);
  void DefineFunction(const Statement& s);
  void LocalFunction(const Statement& s);
  void While(const Statement& s);
  void Repeat(const Statement& s);
  void NumericFor(const Statement& s);
  void GenericFor(const Statement& s);
  void Goto(const Statement& s);
  void PlaceLabel(syntax::Label* label);
  // The lowest register to be closed before a break or goto; -1 for none.
  int ClosedByJump(const Statement& s) const;
  void PatchTo(syntax::Label* label, const JumpList& list);

  struct Loop {
    const syntax::Label* break_label;
    size_t variables;  // active ones outside of the loop
    bool generic;      // its end closes everything by itself
  };
  void EnterLoop(const Statement& s, size_t variables, bool generic);
  void LeaveLoop(const Statement& s);

  ChunkContext* const context_;
  const syntax::FunctionBody* const body_;
  FunctionCompiler* const encloser_;
  std::unique_ptr<bytecode::Function> function_;
  FunctionState fs_;
  // Final index of each upvalue of the tree; -1 for those that are constants.
  std::vector<int> upvalue_index_;
  std::vector<Loop> loops_;
  base::FlatMap<const syntax::Label*, JumpList> pending_;
};

// Line of the last token of an expression.
int LastLine(const syntax::Expression& e);
const syntax::Expression* WithoutParentheses(const syntax::Expression* e);
// Whether an expression gives all its values when it ends a list.
bool HasMultipleResults(const syntax::Expression& e);

}  // namespace m3lua::compiler

#endif  // LUA_COMPILER_FUNCTION_COMPILER_H_
