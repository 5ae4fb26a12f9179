// The code of one function while it is made: instructions with their lines,
// constants, jumps, registers and the variables in scope.
//
// Nothing here looks at the tree; function_compiler.h decides what to emit.
//
// Registers are a stack.  Below level() live the local variables in scope,
// between level() and free() temporaries; an instruction may write its result
// to free() before that register is reserved.  register_count is the highest
// register that any instruction names or any window contains, plus one.
//
// A variable "may be open" at a point when a closure that captured it may have
// been made before control comes there, or when it is to be closed.  Leaving
// the scope of such a variable takes a Close, or a return with its close flag.
// A variable that is captured only further down, with no loop or label
// between, needs neither.
//
// Guarded by tests/unit/compiler/function_state_test.cc.
#ifndef LUA_COMPILER_FUNCTION_STATE_H_
#define LUA_COMPILER_FUNCTION_STATE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "lua/base/flat_map.h"
#include "lua/bytecode/chunk.h"
#include "lua/bytecode/instruction.h"
#include "lua/compiler/folding.h"
#include "lua/syntax/ast.h"

namespace m3lua::compiler {

// The first error of a compilation.  Emission goes on after an error (what it
// makes is thrown away), so callers test for it at statements only.
class Diagnostics {
 public:
  explicit Diagnostics(std::string chunk_id) : chunk_id_(std::move(chunk_id)) {}
  // Records "CHUNK:LINE: MESSAGE", unless there is an error already.
  void Fail(int line, std::string_view message);
  bool ok() const { return status_.ok(); }
  const absl::Status& status() const { return status_; }

 private:
  std::string chunk_id_;
  absl::Status status_;
};

// Instructions whose jump distance is not known yet, by their position.
using JumpList = absl::InlinedVector<uint32_t, 4>;

struct ActiveVariable {
  const syntax::Local* local = nullptr;  // null: a hidden loop variable
  int reg = -1;                          // -1: a compile-time constant
  uint32_t info = 0;                     // index in Function::locals
  bool to_be_closed = false;
  bool closure_made = false;  // a closure that captures it was emitted
  int loop_depth = 0;         // at its declaration
  int labels = 0;             // labels placed before its declaration
};

class FunctionState {
 public:
  FunctionState(Diagnostics* diagnostics, bytecode::Function* function)
      : diagnostics_(diagnostics), function_(function) {}
  FunctionState(const FunctionState&) = delete;
  FunctionState& operator=(const FunctionState&) = delete;

  // ---- instructions
  uint32_t pc() const { return static_cast<uint32_t>(function_->code.size()); }
  uint32_t Emit(bytecode::Opcode op, int a, int b, int c, int line);
  uint32_t EmitBx(bytecode::Opcode op, int a, int bx, int line);
  // With a second word.
  uint32_t EmitWord(bytecode::Opcode op, int a, int b, int c, int32_t word,
                    int line);
  // Registers [first, first + count) = nil; widens a LoadNil just before when
  // the registers are connected.
  void EmitNil(int first, int count, int line);
  // R[target] = literal, in one instruction.
  void EmitLiteral(const Literal& literal, int target, int line);
  // Replaces what was emitted at `pc` (a table constructor learns its sizes
  // last).
  void Rewrite(uint32_t pc, bytecode::Instruction instruction, int32_t word);
  // Whether control can come to the next instruction.
  bool Reachable() const;

  // ---- jumps
  void EmitJump(JumpList* list, int line) {
    list->push_back(EmitWord(bytecode::Opcode::kJump, 0, 0, 0, 0, line));
  }
  void EmitJumpTo(uint32_t target, int line);
  // The next instruction as a target: nothing is merged across it.
  uint32_t MarkTarget();
  void Patch(const JumpList& list, uint32_t target);
  void PatchHere(const JumpList& list);

  // ---- constants
  int ConstantIndex(const Literal& literal);
  // The index when it fits a byte operand; -1 otherwise, and then no constant
  // is added.
  int ByteConstant(const Literal& literal);

  // ---- registers
  int free() const { return free_; }
  int level() const { return level_; }
  void Reserve(int count);
  void Release(int to) { free_ = to; }
  void ReleaseTemporaries() { free_ = level_; }
  // Counts a register (of a window) as used.
  void Touch(int reg);

  // ---- variables
  // Brings a variable into scope whose value is in `reg`, which becomes part
  // of the local registers.
  void Activate(const syntax::Local* local, int reg);
  void ActivateHidden(int reg, bool to_be_closed);
  void ActivateConstant(const syntax::Local* local);
  // Counts a variable's name as visible from the next instruction on only.
  void RestartScope(size_t index);
  size_t active_count() const { return active_.size(); }
  // Ends the scope of all variables from `count` on and frees their registers.
  void Deactivate(size_t count);
  // The first variable that is out of scope where `locals` variables of the
  // source are in scope.
  size_t ScopeOf(uint32_t locals) const;
  void MarkToBeClosed(size_t index) { active_[index].to_be_closed = true; }
  void MarkCaptured(const syntax::Local* local);
  // The lowest register among the variables from `count` on that may be open;
  // -1 when there is none.
  int FirstOpen(size_t count) const;
  bool InsideToBeClosed() const;
  void EnterLoop() { ++loop_depth_; }
  void LeaveLoop() { --loop_depth_; }
  void NoteLabel() { ++labels_; }

  // Line for errors that belong to no instruction.
  void set_statement_line(int line) { statement_line_ = line; }
  int statement_line() const { return statement_line_; }
  Diagnostics& diagnostics() { return *diagnostics_; }
  bytecode::Function& function() { return *function_; }

  // Shortens chains of jumps, sorts the debug information.
  void Finish();

 private:
  uint32_t Append(bytecode::Instruction i, int line);
  uint32_t AddLocalInfo(std::string_view name, int reg);
  bool MayBeOpen(const ActiveVariable& v) const;
  int FindConstant(const Literal& literal) const;
  uint32_t FinalTarget(uint32_t target) const;

  static constexpr uint32_t kNowhere = UINT32_MAX;

  Diagnostics* diagnostics_;
  bytecode::Function* function_;
  uint32_t last_instruction_ = kNowhere;
  uint32_t last_target_ = kNowhere;
  int free_ = 0;
  int level_ = 0;
  int register_count_ = 2;
  int loop_depth_ = 0;
  int labels_ = 0;
  int statement_line_ = 0;
  std::vector<ActiveVariable> active_;
  // Where each constant is.  Floats by their bits, so that equal numbers of
  // different kinds and zeros of different signs stay apart.
  int nil_ = -1, false_ = -1, true_ = -1;
  base::FlatMap<int64_t, int> integers_;
  base::FlatMap<uint64_t, int> floats_;
  base::FlatMap<std::string_view, int> strings_;
};

}  // namespace m3lua::compiler

#endif  // LUA_COMPILER_FUNCTION_STATE_H_
