// Builds one function word by word.
//
// The builder knows the encoding, so its users need not: it appends whole
// instructions with their line, keeps the constants without duplicates, fills
// in jump distances when labels become known, and counts the registers that
// instructions touch.  It does not check operands; Verify() does.
//
//   FunctionBuilder b;
//   FunctionBuilder::Label done = b.NewLabel();
//   b.SetLine(1);
//   b.LoadConstant(0, 42);
//   b.EmitJump(Opcode::kTest, 0, 0, 1, done);
//   ...
//   b.Bind(done);
//   b.Emit(Opcode::kReturn1, 0);
//   absl::StatusOr<std::unique_ptr<Function>> f = std::move(b).Finish();
//
// Jumps to a label that is not bound yet form a chain: each jump's word holds
// the position of the one before, until Bind() replaces them by distances.
//
// Guarded by tests/unit/bytecode/builder_test.cc.
#ifndef LUA_BYTECODE_BUILDER_H_
#define LUA_BYTECODE_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "lua/bytecode/chunk.h"

namespace m3lua::bytecode {

class FunctionBuilder {
 public:
  // A place in the code, known now or later.  Belongs to one builder.
  class Label {
   private:
    friend class FunctionBuilder;
    explicit Label(size_t id) : id_(id) {}
    size_t id_;
  };

  FunctionBuilder() : function_(std::make_unique<Function>()) {}

  // The function so far, for all that needs no help: source, lines of the
  // definition, parameters, upvalues.
  Function& function() { return *function_; }
  const Function& function() const { return *function_; }

  // ---- code.  Each returns the word where the instruction starts.

  // The line of the instructions that follow.
  void SetLine(int32_t line) { line_ = line; }
  int32_t line() const { return line_; }
  // The word where the next instruction goes.
  uint32_t pc() const { return static_cast<uint32_t>(function_->code.size()); }

  uint32_t Emit(Opcode op, unsigned a = 0, unsigned b = 0, unsigned c = 0);
  uint32_t EmitBx(Opcode op, unsigned a, unsigned bx);
  uint32_t EmitSignedBx(Opcode op, unsigned a, int sbx);
  // An instruction with a second word that is not a jump distance.
  uint32_t EmitWithWord(Opcode op, unsigned a, unsigned b, unsigned c,
                        int32_t word);
  uint32_t EmitJump(Opcode op, unsigned a, unsigned b, unsigned c,
                    Label target);
  uint32_t EmitJump(Label target) {
    return EmitJump(Opcode::kJump, 0, 0, 0, target);
  }

  // Loads a constant with the shortest instruction that can.
  uint32_t LoadConstant(unsigned reg, const Constant& constant);

  // The instruction at a word, for changes of mind (the number of results of
  // a call).  Operands only: its length must not change.
  Instruction& at(uint32_t pc) { return function_->code[pc]; }
  // Counts the registers of an instruction that was changed, or that the
  // caller needs for another reason.
  void NeedRegisters(unsigned count);

  // ---- labels

  Label NewLabel();
  // The label is the next instruction's place.  Once per label.
  void Bind(Label label);
  // A new label that is bound here, for jumps back.
  Label BindNewLabel();
  bool IsBound(Label label) const { return labels_[label.id_].target >= 0; }
  // Whether a label was bound here: control may come from elsewhere, so
  // instructions before and after must not be joined.
  bool LabelBoundHere() const { return last_bound_ == int64_t{pc()}; }

  // ---- constants, functions, variables

  // The index of a constant.  Equal ones share an index; equal means the same
  // type and the same bits, so 1, 1.0, 0.0, -0.0 and NaN are all different.
  int32_t AddConstant(const Constant& constant);
  int32_t AddString(std::string_view text);
  uint32_t AddFunction(std::unique_ptr<Function> nested);

  // A variable comes into scope with the next instruction; returns a handle
  // for EndLocal.
  size_t StartLocal(std::string_view name, uint8_t reg);
  // It is out of scope with the next instruction.
  void EndLocal(size_t handle);

  // Ends scopes that are still open, and delivers the function.  Errors
  // (kInvalidArgument): too many registers, a jump to a label never bound.
  absl::StatusOr<std::unique_ptr<Function>> Finish() &&;

 private:
  struct LabelState {
    int64_t target = -1;
    int64_t last_jump = -1;  // the chain of jumps while there is no target
  };

  uint32_t Append(Instruction i);

  std::unique_ptr<Function> function_;
  int32_t line_ = 0;
  unsigned registers_ = 2;
  std::vector<LabelState> labels_;
  int64_t last_bound_ = -1;
  // Keys are a letter for the type and the bytes of the value.
  absl::flat_hash_map<std::string, int32_t> constant_index_;
};

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_BUILDER_H_
