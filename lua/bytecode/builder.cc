#include "lua/bytecode/builder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lua/bytecode/register_effects.h"

namespace m3lua::bytecode {
namespace {

// The scope of a variable that EndLocal has not been called for.
constexpr uint32_t kOpenScope = std::numeric_limits<uint32_t>::max();

bool FitsSignedBx(double value) {
  // False for NaN; -0.0 is no integer's value.
  return value >= INT16_MIN && value <= INT16_MAX &&
         value == std::floor(value) && !(value == 0 && std::signbit(value));
}

struct KeyOf {
  template <typename T>
  static std::string Bits(char type, T value) {
    std::string key(1 + sizeof(T), type);
    std::memcpy(key.data() + 1, &value, sizeof(T));
    return key;
  }
  std::string operator()(Nil) const { return "n"; }
  std::string operator()(bool value) const { return value ? "t" : "f"; }
  std::string operator()(int64_t value) const { return Bits('i', value); }
  std::string operator()(double value) const { return Bits('d', value); }
  std::string operator()(const std::string& value) const { return "s" + value; }
};

}  // namespace

uint32_t FunctionBuilder::Append(Instruction i) {
  const uint32_t start = pc();
  function_->code.push_back(i);
  function_->lines.push_back(line_);
  NeedRegisters(RegisterLimit(i));
  return start;
}

uint32_t FunctionBuilder::Emit(Opcode op, unsigned a, unsigned b, unsigned c) {
  return Append(Instruction::Abc(op, a, b, c));
}

uint32_t FunctionBuilder::EmitBx(Opcode op, unsigned a, unsigned bx) {
  return Append(Instruction::Abx(op, a, bx));
}

uint32_t FunctionBuilder::EmitSignedBx(Opcode op, unsigned a, int sbx) {
  return Append(Instruction::AsBx(op, a, sbx));
}

uint32_t FunctionBuilder::EmitWithWord(Opcode op, unsigned a, unsigned b,
                                       unsigned c, int32_t word) {
  const uint32_t start = Append(Instruction::Abc(op, a, b, c));
  function_->code.push_back(Instruction::Word(word));
  function_->lines.push_back(line_);
  return start;
}

uint32_t FunctionBuilder::EmitJump(Opcode op, unsigned a, unsigned b,
                                   unsigned c, Label target) {
  LabelState& label = labels_[target.id_];
  const int64_t start = pc();
  if (label.target >= 0) {
    return EmitWithWord(op, a, b, c,
                        static_cast<int32_t>(label.target - (start + 2)));
  }
  EmitWithWord(op, a, b, c, static_cast<int32_t>(label.last_jump));
  label.last_jump = start;
  return static_cast<uint32_t>(start);
}

uint32_t FunctionBuilder::LoadConstant(unsigned reg, const Constant& constant) {
  if (std::holds_alternative<Nil>(constant)) return Emit(Opcode::kLoadNil, reg);
  if (const bool* value = std::get_if<bool>(&constant)) {
    return Emit(*value ? Opcode::kLoadTrue : Opcode::kLoadFalse, reg);
  }
  if (const int64_t* value = std::get_if<int64_t>(&constant)) {
    if (*value >= INT16_MIN && *value <= INT16_MAX) {
      return EmitSignedBx(Opcode::kLoadInt, reg, static_cast<int>(*value));
    }
  }
  if (const double* value = std::get_if<double>(&constant)) {
    if (FitsSignedBx(*value)) {
      return EmitSignedBx(Opcode::kLoadFloat, reg, static_cast<int>(*value));
    }
  }
  const int32_t index = AddConstant(constant);
  if (index <= UINT16_MAX) {
    return EmitBx(Opcode::kLoadConst, reg, static_cast<unsigned>(index));
  }
  return EmitWithWord(Opcode::kLoadConstX, reg, 0, 0, index);
}

void FunctionBuilder::NeedRegisters(unsigned count) {
  registers_ = std::max(registers_, count);
}

FunctionBuilder::Label FunctionBuilder::NewLabel() {
  labels_.emplace_back();
  return Label(labels_.size() - 1);
}

void FunctionBuilder::Bind(Label label) {
  LabelState& state = labels_[label.id_];
  state.target = pc();
  last_bound_ = state.target;
  for (int64_t jump = state.last_jump; jump >= 0;) {
    Instruction& word = function_->code[jump + 1];
    const int64_t previous = word.word();
    word = Instruction::Word(static_cast<int32_t>(state.target - (jump + 2)));
    jump = previous;
  }
  state.last_jump = -1;
}

FunctionBuilder::Label FunctionBuilder::BindNewLabel() {
  const Label label = NewLabel();
  Bind(label);
  return label;
}

int32_t FunctionBuilder::AddConstant(const Constant& constant) {
  const int32_t next = static_cast<int32_t>(function_->constants.size());
  const auto [entry, is_new] =
      constant_index_.try_emplace(std::visit(KeyOf(), constant), next);
  if (is_new) function_->constants.push_back(constant);
  return entry->second;
}

int32_t FunctionBuilder::AddString(std::string_view text) {
  return AddConstant(std::string(text));
}

uint32_t FunctionBuilder::AddFunction(std::unique_ptr<Function> nested) {
  function_->functions.push_back(std::move(nested));
  return static_cast<uint32_t>(function_->functions.size()) - 1;
}

size_t FunctionBuilder::StartLocal(std::string_view name, uint8_t reg) {
  function_->locals.push_back({.name = std::string(name),
                               .start = pc(),
                               .end = kOpenScope,
                               .reg = reg});
  NeedRegisters(reg + 1u);
  return function_->locals.size() - 1;
}

void FunctionBuilder::EndLocal(size_t handle) {
  function_->locals[handle].end = pc();
}

absl::StatusOr<std::unique_ptr<Function>> FunctionBuilder::Finish() && {
  for (const LabelState& label : labels_) {
    if (label.last_jump >= 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("the jump at pc ", label.last_jump, " has no target"));
    }
  }
  registers_ = std::max<unsigned>(registers_, function_->parameter_count);
  if (registers_ > static_cast<unsigned>(kMaxRegisters)) {
    return absl::InvalidArgumentError(
        "function or expression needs too many registers");
  }
  function_->register_count = static_cast<uint8_t>(registers_);
  for (LocalInfo& local : function_->locals) {
    if (local.end == kOpenScope) local.end = pc();
  }
  std::sort(function_->locals.begin(), function_->locals.end(),
            [](const LocalInfo& x, const LocalInfo& y) {
              return std::tie(x.start, x.reg, x.end) <
                     std::tie(y.start, y.reg, y.end);
            });
  return std::move(function_);
}

}  // namespace m3lua::bytecode
