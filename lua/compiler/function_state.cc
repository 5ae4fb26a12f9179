// See function_state.h.
#include "lua/compiler/function_state.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace m3lua::compiler {

using bytecode::Instruction;
using bytecode::Opcode;
using bytecode::OperandKind;

namespace {

bool IsRegister(OperandKind kind) {
  return kind == OperandKind::kDef || kind == OperandKind::kUse ||
         kind == OperandKind::kWin;
}

// A jump to a jump may go straight to the end.  Loop instructions keep their
// shape, which verifier and engine know.
bool MayBeShortened(Opcode op) {
  return op >= Opcode::kJump && op <= Opcode::kGeK;
}

}  // namespace

void Diagnostics::Fail(int line, std::string_view message) {
  if (!status_.ok()) return;
  status_ = absl::InvalidArgumentError(
      absl::StrCat(chunk_id_, ":", line, ": ", std::string(message)));
}

// ---- instructions

uint32_t FunctionState::Append(Instruction i, int line) {
  const uint32_t at = pc();
  const bytecode::OpcodeInfo& info = bytecode::InfoOf(i.op());
  if (IsRegister(info.a)) Touch(static_cast<int>(i.a()));
  if (IsRegister(info.b)) Touch(static_cast<int>(i.b()));
  if (IsRegister(info.c)) Touch(static_cast<int>(i.c()));
  function_->code.push_back(i);
  function_->lines.push_back(line);
  last_instruction_ = at;
  return at;
}

uint32_t FunctionState::Emit(Opcode op, int a, int b, int c, int line) {
  return Append(
      Instruction::Abc(op, static_cast<unsigned>(a), static_cast<unsigned>(b),
                       static_cast<unsigned>(c)),
      line);
}

uint32_t FunctionState::EmitBx(Opcode op, int a, int bx, int line) {
  return Append(Instruction::AsBx(op, static_cast<unsigned>(a), bx), line);
}

uint32_t FunctionState::EmitWord(Opcode op, int a, int b, int c, int32_t word,
                                 int line) {
  const uint32_t at = Emit(op, a, b, c, line);
  function_->code.push_back(Instruction::Word(word));
  function_->lines.push_back(line);
  return at;
}

void FunctionState::EmitNil(int first, int count, int line) {
  int end = first + count;
  Touch(end - 1);
  if (last_instruction_ != kNowhere && last_target_ != pc()) {
    Instruction& last = function_->code[last_instruction_];
    const int last_first = static_cast<int>(last.a());
    const int last_end = last_first + static_cast<int>(last.b()) + 1;
    if (last.op() == Opcode::kLoadNil && first <= last_end &&
        last_first <= end) {
      first = std::min(first, last_first);
      end = std::max(end, last_end);
      last = Instruction::Abc(Opcode::kLoadNil, static_cast<unsigned>(first),
                              static_cast<unsigned>(end - first - 1));
      return;
    }
  }
  Emit(Opcode::kLoadNil, first, count - 1, 0, line);
}

void FunctionState::EmitLiteral(const Literal& literal, int target, int line) {
  constexpr int64_t kLow = std::numeric_limits<int16_t>::min();
  constexpr int64_t kHigh = std::numeric_limits<int16_t>::max();
  switch (literal.kind) {
    case Literal::Kind::kNil:
      EmitNil(target, 1, line);
      return;
    case Literal::Kind::kFalse:
      Emit(Opcode::kLoadFalse, target, 0, 0, line);
      return;
    case Literal::Kind::kTrue:
      Emit(Opcode::kLoadTrue, target, 0, 0, line);
      return;
    case Literal::Kind::kInteger:
      if (literal.integer >= kLow && literal.integer <= kHigh) {
        EmitBx(Opcode::kLoadInt, target, static_cast<int>(literal.integer),
               line);
        return;
      }
      break;
    case Literal::Kind::kFloat: {
      const double value = literal.number;
      if (value >= kLow && value <= kHigh && std::floor(value) == value &&
          !(value == 0 && std::signbit(value))) {
        EmitBx(Opcode::kLoadFloat, target, static_cast<int>(value), line);
        return;
      }
      break;
    }
    case Literal::Kind::kString:
      break;
  }
  const int index = ConstantIndex(literal);
  if (index <= std::numeric_limits<uint16_t>::max()) {
    EmitBx(Opcode::kLoadConst, target, index, line);
  } else {
    EmitWord(Opcode::kLoadConstX, target, 0, 0, index, line);
  }
}

void FunctionState::Rewrite(uint32_t pc, Instruction instruction,
                            int32_t word) {
  function_->code[pc] = instruction;
  function_->code[pc + 1] = Instruction::Word(word);
}

bool FunctionState::Reachable() const {
  if (last_instruction_ == kNowhere || last_target_ == pc()) return true;
  const Opcode op = function_->code[last_instruction_].op();
  return (bytecode::InfoOf(op).effects & bytecode::kEnds) == 0;
}

// ---- jumps

void FunctionState::EmitJumpTo(uint32_t target, int line) {
  Patch({EmitWord(Opcode::kJump, 0, 0, 0, 0, line)}, target);
}

uint32_t FunctionState::MarkTarget() {
  last_target_ = pc();
  return last_target_;
}

void FunctionState::Patch(const JumpList& list, uint32_t target) {
  for (const uint32_t at : list) {
    const int64_t distance = int64_t{target} - (int64_t{at} + 2);
    function_->code[at + 1] = Instruction::Word(static_cast<int32_t>(distance));
  }
}

void FunctionState::PatchHere(const JumpList& list) {
  if (list.empty()) return;
  Patch(list, MarkTarget());
}

uint32_t FunctionState::FinalTarget(uint32_t target) const {
  // Bounded, since empty loops make cycles of jumps.
  for (int hops = 0; hops < 100; ++hops) {
    if (target + 1 >= function_->code.size()) break;
    if (function_->code[target].op() != Opcode::kJump) break;
    target = static_cast<uint32_t>(int64_t{target} + 2 +
                                   function_->code[target + 1].word());
  }
  return target;
}

void FunctionState::Finish() {
  std::vector<Instruction>& code = function_->code;
  for (uint32_t at = 0; at < code.size();
       at += static_cast<uint32_t>(bytecode::InstructionLength(code[at]))) {
    if (!MayBeShortened(code[at].op())) continue;
    const int64_t target = int64_t{at} + 2 + code[at + 1].word();
    Patch({at}, FinalTarget(static_cast<uint32_t>(target)));
  }
  std::sort(function_->locals.begin(), function_->locals.end(),
            [](const bytecode::LocalInfo& x, const bytecode::LocalInfo& y) {
              return std::tie(x.start, x.reg, x.end) <
                     std::tie(y.start, y.reg, y.end);
            });
  function_->register_count = static_cast<uint8_t>(register_count_);
}

// ---- constants

int FunctionState::FindConstant(const Literal& literal) const {
  const auto find = [](const auto& map, const auto& key) {
    const int* index = map.Find(key);
    return index == nullptr ? -1 : *index;
  };
  switch (literal.kind) {
    case Literal::Kind::kNil:
      return nil_;
    case Literal::Kind::kFalse:
      return false_;
    case Literal::Kind::kTrue:
      return true_;
    case Literal::Kind::kInteger:
      return find(integers_, literal.integer);
    case Literal::Kind::kFloat:
      return find(floats_, std::bit_cast<uint64_t>(literal.number));
    case Literal::Kind::kString:
      return find(strings_, literal.string);
  }
  return -1;
}

int FunctionState::ConstantIndex(const Literal& literal) {
  const int found = FindConstant(literal);
  if (found >= 0) return found;
  std::vector<bytecode::Constant>& constants = function_->constants;
  const int index = static_cast<int>(constants.size());
  switch (literal.kind) {
    case Literal::Kind::kNil:
      constants.emplace_back(bytecode::Nil{});
      nil_ = index;
      break;
    case Literal::Kind::kFalse:
      constants.emplace_back(false);
      false_ = index;
      break;
    case Literal::Kind::kTrue:
      constants.emplace_back(true);
      true_ = index;
      break;
    case Literal::Kind::kInteger:
      constants.emplace_back(literal.integer);
      integers_[literal.integer] = index;
      break;
    case Literal::Kind::kFloat:
      constants.emplace_back(literal.number);
      floats_[std::bit_cast<uint64_t>(literal.number)] = index;
      break;
    case Literal::Kind::kString:
      constants.emplace_back(std::string(literal.string));
      strings_[literal.string] = index;
      break;
  }
  return index;
}

int FunctionState::ByteConstant(const Literal& literal) {
  int index = FindConstant(literal);
  if (index < 0) {
    if (function_->constants.size() > 255) return -1;
    index = ConstantIndex(literal);
  }
  return index <= 255 ? index : -1;
}

// ---- registers

void FunctionState::Reserve(int count) {
  free_ += count;
  if (count > 0) Touch(free_ - 1);
}

void FunctionState::Touch(int reg) {
  if (reg < register_count_) return;
  if (reg >= bytecode::kMaxRegisters) {
    diagnostics_->Fail(statement_line_,
                       "function or expression needs too many registers near "
                       "','");
    return;
  }
  register_count_ = reg + 1;
}

// ---- variables

uint32_t FunctionState::AddLocalInfo(std::string_view name, int reg) {
  const uint32_t index = static_cast<uint32_t>(function_->locals.size());
  function_->locals.push_back({.name = std::string(name),
                               .start = pc(),
                               .end = pc(),
                               .reg = static_cast<uint8_t>(reg)});
  return index;
}

void FunctionState::Activate(const syntax::Local* local, int reg) {
  active_.push_back({.local = local,
                     .reg = reg,
                     .info = AddLocalInfo(local->name, reg),
                     .loop_depth = loop_depth_,
                     .labels = labels_});
  level_ = std::max(level_, reg + 1);
}

void FunctionState::ActivateHidden(int reg, bool to_be_closed) {
  active_.push_back({.reg = reg,
                     .info = AddLocalInfo("(for state)", reg),
                     .to_be_closed = to_be_closed,
                     .loop_depth = loop_depth_,
                     .labels = labels_});
  level_ = std::max(level_, reg + 1);
}

void FunctionState::ActivateConstant(const syntax::Local* local) {
  active_.push_back({.local = local});
}

void FunctionState::RestartScope(size_t index) {
  function_->locals[active_[index].info].start = pc();
}

void FunctionState::Deactivate(size_t count) {
  while (active_.size() > count) {
    const ActiveVariable& v = active_.back();
    if (v.reg >= 0) {
      function_->locals[v.info].end = pc();
      level_ = v.reg;
    }
    active_.pop_back();
  }
  free_ = level_;
}

size_t FunctionState::ScopeOf(uint32_t locals) const {
  size_t i = 0;
  for (; locals > 0 && i < active_.size(); ++i) {
    if (active_[i].local != nullptr) --locals;
  }
  return i;
}

void FunctionState::MarkCaptured(const syntax::Local* local) {
  for (size_t i = active_.size(); i-- > 0;) {
    if (active_[i].local == local) {
      active_[i].closure_made = true;
      return;
    }
  }
}

bool FunctionState::MayBeOpen(const ActiveVariable& v) const {
  if (v.to_be_closed) return true;
  if (v.reg < 0 || v.local == nullptr || !v.local->captured) return false;
  return v.closure_made || loop_depth_ > v.loop_depth || labels_ > v.labels;
}

int FunctionState::FirstOpen(size_t count) const {
  for (size_t i = count; i < active_.size(); ++i) {
    if (MayBeOpen(active_[i])) return active_[i].reg;
  }
  return -1;
}

bool FunctionState::InsideToBeClosed() const {
  return std::any_of(active_.begin(), active_.end(),
                     [](const ActiveVariable& v) { return v.to_be_closed; });
}

}  // namespace m3lua::compiler
