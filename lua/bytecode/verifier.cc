#include "lua/bytecode/verifier.h"

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lua/bytecode/flow_graph.h"
#include "lua/bytecode/register_effects.h"

namespace m3lua::bytecode {
namespace {

// Words of one function.  Keeps distances and positions far from overflow.
constexpr size_t kMaxCodeWords = size_t{1} << 28;
constexpr size_t kMaxNestedFunctions = size_t{1} << 16;

bool IsNumber(const Constant& k) {
  return std::holds_alternative<int64_t>(k) ||
         std::holds_alternative<double>(k);
}

// What is wrong with a function, or nothing.
using Problem = std::string;

// One function, without those nested in it.
class FunctionVerifier {
 public:
  FunctionVerifier(const Function& function, const Function* encloser)
      : f_(function), encloser_(encloser) {}

  Problem Run() {
    Problem problem = CheckHeader();
    if (problem.empty()) problem = CheckUpvalues();
    if (problem.empty()) problem = CheckDebugInformation();
    if (problem.empty()) problem = CheckInstructions();
    if (problem.empty()) problem = CheckPlaces();
    if (problem.empty()) problem = CheckFlow();
    return problem;
  }

 private:
  // ---- the parts of a function

  Problem CheckHeader() const {
    if (f_.register_count < 2 || f_.register_count > kMaxRegisters) {
      return absl::StrCat("bad number of registers (", f_.register_count, ")");
    }
    if (f_.parameter_count > f_.register_count) {
      return "more parameters than registers";
    }
    if (f_.code.empty()) return "no code";
    if (f_.code.size() > kMaxCodeWords) return "too much code";
    if (f_.constants.size() > INT32_MAX) return "too many constants";
    if (f_.functions.size() > kMaxNestedFunctions) return "too many functions";
    for (const auto& nested : f_.functions) {
      if (nested == nullptr) return "a nested function is missing";
    }
    return {};
  }

  Problem CheckUpvalues() const {
    if (f_.upvalues.size() > kMaxUpvalues) return "too many upvalues";
    if (encloser_ == nullptr) return {};
    for (size_t n = 0; n < f_.upvalues.size(); ++n) {
      const UpvalueInfo& upvalue = f_.upvalues[n];
      const size_t limit = upvalue.in_register ? encloser_->register_count
                                               : encloser_->upvalues.size();
      if (upvalue.index >= limit) {
        return absl::StrCat("upvalue ", n, ": no ",
                            upvalue.in_register ? "register " : "upvalue ",
                            upvalue.index, " in the enclosing function");
      }
      if (!upvalue.in_register &&
          upvalue.immutable != encloser_->upvalues[upvalue.index].immutable) {
        return absl::StrCat("upvalue ", n,
                            ": immutable in one function, not in the other");
      }
    }
    return {};
  }

  Problem CheckDebugInformation() const {
    if (!f_.lines.empty() && f_.lines.size() != f_.code.size()) {
      return "line information does not match the code";
    }
    uint32_t free_from[256] = {};
    const LocalInfo* previous = nullptr;
    for (const LocalInfo& local : f_.locals) {
      if (local.start > local.end || local.end > f_.code.size() ||
          local.reg >= f_.register_count) {
        return "a local variable lies outside the function";
      }
      if (previous != nullptr && std::tie(local.start, local.reg) <
                                     std::tie(previous->start, previous->reg)) {
        return "local variables are not sorted";
      }
      if (local.start < free_from[local.reg]) {
        return "local variables overlap in a register";
      }
      free_from[local.reg] = local.end;
      previous = &local;
    }
    return {};
  }

  // ---- each instruction by itself; finds their starts and the jump targets

  Problem CheckInstructions() {
    const size_t size = f_.code.size();
    starts_.assign(size, false);
    targets_.assign(size, false);
    uint32_t pc = 0;
    uint32_t last = 0;
    for (; pc < size; pc += InstructionLength(f_.code[pc])) {
      const Instruction i = f_.code[pc];
      if ((i.raw & 0xFF) >= static_cast<uint32_t>(kOpcodeCount)) {
        return absl::StrCat("pc ", pc, ": no opcode ", i.raw & 0xFF);
      }
      starts_[pc] = true;
      last = pc;
      if (pc + InstructionLength(i) > size) return At(pc, "is cut short");
      Problem problem = CheckOperands(pc);
      if (problem.empty()) problem = CheckImmediates(pc);
      if (problem.empty()) problem = MarkTarget(pc);
      if (!problem.empty()) return problem;
    }
    if ((InfoOf(f_.code[last].op()).effects & kEnds) == 0) {
      return At(last, "control runs past the end of the code");
    }
    return {};
  }

  Problem CheckOperands(uint32_t pc) const {
    const Instruction i = f_.code[pc];
    const OpcodeInfo& info = InfoOf(i.op());
    Problem problem = CheckOperand(info.a, i.a());
    if (!problem.empty()) return At(pc, absl::StrCat("operand A: ", problem));
    switch (info.b) {
      case OperandKind::kBxK:
      case OperandKind::kBxInt:
      case OperandKind::kBxProto:
        problem = CheckOperand(info.b, i.bx());
        if (!problem.empty()) {
          return At(pc, absl::StrCat("operand Bx: ", problem));
        }
        break;
      default:
        problem = CheckOperand(info.b, i.b());
        if (!problem.empty()) {
          return At(pc, absl::StrCat("operand B: ", problem));
        }
        problem = CheckOperand(info.c, i.c());
        if (!problem.empty()) {
          return At(pc, absl::StrCat("operand C: ", problem));
        }
    }
    if (info.has_word()) {
      problem = CheckOperand(info.word, f_.code[pc + 1].word());
      if (!problem.empty()) {
        return At(pc, absl::StrCat("operand word: ", problem));
      }
    }
    if (RegisterLimit(i) > f_.register_count) {
      return At(pc, "the window ends above the registers");
    }
    return {};
  }

  Problem CheckOperand(OperandKind kind, int64_t value) const {
    const bool is_constant =
        value >= 0 && value < static_cast<int64_t>(f_.constants.size());
    switch (kind) {
      case OperandKind::kNone:
        if (value == 0) return {};
        return "unused, but not zero";
      case OperandKind::kDef:
      case OperandKind::kUse:
        if (value < f_.register_count) return {};
        return absl::StrCat("register ", value, " is out of range");
      case OperandKind::kK:
      case OperandKind::kBxK:
        if (is_constant) return {};
        return absl::StrCat("constant ", value, " is out of range");
      case OperandKind::kKNum:
        if (is_constant && IsNumber(f_.constants[value])) return {};
        return absl::StrCat("constant ", value, " is not a number");
      case OperandKind::kKStr:
        if (is_constant &&
            std::holds_alternative<std::string>(f_.constants[value])) {
          return {};
        }
        return absl::StrCat("constant ", value, " is not a string");
      case OperandKind::kUp:
        if (value < static_cast<int64_t>(f_.upvalues.size())) return {};
        return absl::StrCat("upvalue ", value, " is out of range");
      case OperandKind::kFlag:
        if (value <= 1) return {};
        return absl::StrCat("flag ", value, " is neither 0 nor 1");
      case OperandKind::kInt:
        if (value >= 0) return {};
        return absl::StrCat(value, " is negative");
      case OperandKind::kBxProto:
        if (value < static_cast<int64_t>(f_.functions.size())) return {};
        return absl::StrCat("function ", value, " is out of range");
      case OperandKind::kWin:    // RegisterLimit
      case OperandKind::kBxInt:  // any
      case OperandKind::kJump:   // MarkTarget
        return {};
    }
    return "unknown kind of operand";
  }

  // What the operand kinds do not say.
  Problem CheckImmediates(uint32_t pc) const {
    const Instruction i = f_.code[pc];
    switch (i.op()) {
      case Opcode::kConcat:
        if (i.b() < 2) return At(pc, "fewer than two operands");
        break;
      case Opcode::kTForCall:
        if (i.c() < 1) return At(pc, "no results");
        // (An engine may do its work at once.)
        if (pc + 1 == f_.code.size() ||
            f_.code[pc + 1].op() != Opcode::kTForLoop ||
            f_.code[pc + 1].a() != i.a()) {
          return At(pc, "no TForLoop with the same registers follows");
        }
        break;
      case Opcode::kNewTable: {
        // The hints are for what the constructor puts in: no instruction
        // stores more than 255 elements, or more than one field.  So a short
        // chunk can't ask for a huge table.
        const uint64_t words = f_.code.size();
        const uint64_t elements = f_.code[pc + 1].raw;
        if (i.b() > 30 || elements > 256 * words ||
            (i.b() > 0 && (uint64_t{1} << (i.b() - 1)) > 4 * words + 16)) {
          return At(pc, "the size hint is out of proportion");
        }
        break;
      }
      case Opcode::kSetList:
        if (uint64_t{f_.code[pc + 1].raw} + i.b() >
            256 * uint64_t{f_.code.size()}) {
          return At(pc, "the index is out of proportion");
        }
        break;
      case Opcode::kForPrep:
      case Opcode::kTForPrep:
        // (They do not count against the budget of a slice.)
        if (f_.code[pc + 1].word() < 0) return At(pc, "jumps backward");
        break;
      case Opcode::kSetUpvalue:
        if (f_.upvalues[i.b()].immutable) {
          return At(pc, "the upvalue is immutable");
        }
        break;
      default:
        break;
    }
    return {};
  }

  Problem MarkTarget(uint32_t pc) {
    const Instruction i = f_.code[pc];
    const OpcodeInfo& info = InfoOf(i.op());
    const int64_t size = static_cast<int64_t>(f_.code.size());
    int64_t target = -1;
    if (info.jumps()) {
      target = int64_t{pc} + 2 + f_.code[pc + 1].word();
    } else if (info.effects & kSkips) {
      const uint32_t skipped = pc + InstructionLength(i);
      if (skipped >= size ||
          (f_.code[skipped].raw & 0xFF) >= uint32_t{kOpcodeCount} ||
          InstructionLength(f_.code[skipped]) != 1) {
        return At(pc, "what is skipped is not an instruction of one word");
      }
      target = skipped + 1;
    } else {
      return {};
    }
    if (target < 0 || target >= size) return At(pc, "jumps out of the code");
    targets_[target] = true;
    return {};
  }

  // ---- instructions and their neighbours

  Problem CheckPlaces() const {
    const size_t size = f_.code.size();
    for (uint32_t pc = 0; pc < size; pc += InstructionLength(f_.code[pc])) {
      const Instruction i = f_.code[pc];
      if (InfoOf(i.op()).jumps() && !starts_[pc + 2 + f_.code[pc + 1].word()]) {
        return At(pc, "jumps into the middle of an instruction");
      }
      if ((i.op() == Opcode::kVarArgPrep) != (f_.is_vararg && pc == 0)) {
        return At(pc, "VarArgPrep belongs at the start of vararg functions");
      }
      if (i.op() == Opcode::kVarArgPrep && targets_[pc]) {
        return At(pc, "VarArgPrep is a jump target");
      }
      if (i.op() == Opcode::kVarArg && !f_.is_vararg) {
        return At(pc, "the function is not vararg");
      }
      if (IsOpenProducer(i) &&
          !(pc + 1 < size && IsOpenConsumer(f_.code[pc + 1]))) {
        return At(pc, "nothing consumes the open values");
      }
      if (IsOpenConsumer(i)) {
        if (pc == 0 || !starts_[pc - 1] || !IsOpenProducer(f_.code[pc - 1])) {
          return At(pc, "nothing produces the open values");
        }
        if (targets_[pc]) return At(pc, "an open consumer is a jump target");
        if (f_.code[pc - 1].a() < LowestOpenValue(i)) {
          return At(pc, "the open values begin below those consumed");
        }
      }
    }
    return {};
  }

  // ---- what registers hold when control comes by

  Problem CheckFlow() const {
    const FlowGraph graph(f_.code);
    const ForwardFlow flow(f_, graph, /*bounded=*/true);
    if (!flow.complete()) return "the flow of control is too tangled";
    const std::vector<Block>& blocks = graph.blocks();
    for (uint32_t b = 0; b < blocks.size(); ++b) {
      if (!flow.reached(b)) continue;
      RegisterState state = flow.at(b);
      for (uint32_t pc = blocks[b].begin; pc < blocks[b].end;
           pc += InstructionLength(f_.code[pc])) {
        const RegisterEffects e = EffectsOf(f_, pc);
        Problem problem = CheckState(pc, e, state);
        if (!problem.empty()) return problem;
        state.Apply(f_, pc, e);
      }
    }
    return {};
  }

  Problem CheckState(uint32_t pc, const RegisterEffects& e,
                     const RegisterState& state) const {
    const Instruction i = f_.code[pc];
    const RegisterSet unwritten = e.uses & ~state.initialised;
    if (unwritten.any()) {
      return At(pc, absl::StrCat("register ", LowestRegister(unwritten),
                                 " may be read before it is written"));
    }

    RegisterSet reused = e.clobbers;
    if (i.op() == Opcode::kCall || i.op() == Opcode::kTForCall) {
      reused |= RegisterRange(*CallWindowStart(i), f_.register_count);
    }
    reused &= state.open();
    if (reused.any()) {
      return At(pc, absl::StrCat("overwrites register ", LowestRegister(reused),
                                 ", which may be open"));
    }

    const bool leaves_open =
        i.op() == Opcode::kReturn0 || i.op() == Opcode::kReturn1 ||
        ((i.op() == Opcode::kReturn || i.op() == Opcode::kTailCall) &&
         i.c() == 0);
    if (leaves_open && state.open().any()) {
      return At(pc, absl::StrCat("returns without closing register ",
                                 LowestRegister(state.open())));
    }
    if (i.op() == Opcode::kTailCall && state.to_be_closed.any()) {
      return At(pc, absl::StrCat("tail call while register ",
                                 LowestRegister(state.to_be_closed),
                                 " is to be closed"));
    }
    if (const auto marked = MarkedToBeClosed(i)) {
      const RegisterSet above = RegisterRange(*marked, f_.register_count);
      if ((state.to_be_closed & above).any()) {
        return At(pc, absl::StrCat("register ",
                                   LowestRegister(state.to_be_closed & above),
                                   " is already to be closed"));
      }
    }
    if (i.op() == Opcode::kSetList &&
        (!state.tables[i.a()] || state.captured[i.a()])) {
      return At(pc, absl::StrCat("register ", i.a(),
                                 " may hold something else than a new table"));
    }
    if (i.op() == Opcode::kForLoop &&
        (!state.loops[i.a()] ||
         (state.captured & RegisterRange(i.a(), i.a() + 3)).any())) {
      return At(pc, absl::StrCat("registers from ", i.a(), " on may hold ",
                                 "something else than the state of a loop"));
    }
    return {};
  }

  Problem At(uint32_t pc, const Problem& what) const {
    const std::string name(InfoOf(f_.code[pc].op()).name);
    return absl::StrCat("pc ", pc, " (", name, "): ", what);
  }

  const Function& f_;
  const Function* const encloser_;
  std::vector<bool> starts_;   // an instruction starts at this word
  std::vector<bool> targets_;  // a jump or skip goes to this word
};

// A function whose nested functions are being checked.
struct Level {
  const Function* function;
  size_t next = 0;
};

// "main function", or "function 2.0" for the first function in the third one.
std::string NameOf(const std::vector<Level>& levels) {
  if (levels.size() == 1) return "main function";
  std::string name = "function ";
  for (size_t n = 0; n + 1 < levels.size(); ++n) {
    absl::StrAppend(&name, n == 0 ? "" : ".", levels[n].next - 1);
  }
  return name;
}

absl::Status Check(const std::vector<Level>& levels) {
  const size_t depth = levels.size() - 1;
  Problem problem =
      depth > kMaxFunctionNesting
          ? "functions are nested too deeply"
          : FunctionVerifier(*levels[depth].function,
                             depth == 0 ? nullptr : levels[depth - 1].function)
                .Run();
  if (problem.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(NameOf(levels), ": ", problem));
}

}  // namespace

absl::Status Verify(const Function& function) {
  std::vector<Level> levels{{&function}};
  absl::Status status = Check(levels);
  while (status.ok() && !levels.empty()) {
    Level& top = levels.back();
    if (top.next == top.function->functions.size()) {
      levels.pop_back();
      continue;
    }
    const Function* nested = top.function->functions[top.next++].get();
    levels.push_back({nested});
    status = Check(levels);
  }
  return status;
}

}  // namespace m3lua::bytecode
