// A symbolic look at the code: which instruction put a value where it is.
//
// The texts ("integer index" included) are PUC Lua's.  How far the search goes
// is its too: it looks back through straight-line code, and gives up where two
// ways join between the writer and the reader.
#include "lua/bytecode/names.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "lua/bytecode/register_effects.h"

namespace m3lua::bytecode {
namespace {

constexpr std::string_view kEnvironment = "_ENV";
constexpr std::string_view kUnknown = "?";

bool Writes(const Function& function, uint32_t pc, unsigned reg) {
  const Instruction i = function.code[pc];
  const OpcodeInfo& info = InfoOf(i.op());
  if (info.a == OperandKind::kDef) return i.a() == reg;
  if (info.a != OperandKind::kWin) return false;
  const RegisterEffects e = EffectsOf(function, pc);
  return e.defs[reg] || e.jump_defs[reg] || e.fall_defs[reg] || e.clobbers[reg];
}

// Where control may go from the instruction at `pc` besides the next one.
std::optional<uint32_t> JumpTarget(const Function& function, uint32_t pc) {
  const Instruction i = function.code[pc];
  const OpcodeInfo& info = InfoOf(i.op());
  uint32_t next = pc + InstructionLength(i);
  if (info.jumps()) {
    return next + static_cast<uint32_t>(function.code[pc + 1].word());
  }
  if ((info.effects & kSkips) != 0 && next < function.code.size()) {
    return next + InstructionLength(function.code[next]);
  }
  return std::nullopt;
}

// The last instruction before `pc` that writes the register.  None if that
// instruction may have been jumped over on the way to `pc`: then nobody knows
// which of several values is there.
std::optional<uint32_t> FindWriter(const Function& function, uint32_t pc,
                                   unsigned reg) {
  std::optional<uint32_t> writer;
  uint32_t joined = 0;  // code before this word may have been jumped over
  for (uint32_t at = 0; at < pc && at < function.code.size();) {
    if (Writes(function, at, reg)) {
      writer = at < joined ? std::nullopt : std::optional<uint32_t>(at);
    }
    if (std::optional<uint32_t> target = JumpTarget(function, at)) {
      if (*target <= pc && *target > at) joined = std::max(joined, *target);
    }
    at += InstructionLength(function.code[at]);
  }
  return writer;
}

std::string UpvalueName(const Function& function, unsigned index) {
  if (index >= function.upvalues.size()) return std::string(kUnknown);
  const std::string& name = function.upvalues[index].name;
  return name.empty() ? std::string(kUnknown) : name;
}

std::string StringConstant(const Function& function, uint32_t index) {
  if (index < function.constants.size()) {
    if (auto* text = std::get_if<std::string>(&function.constants[index])) {
      return *text;
    }
  }
  return std::string(kUnknown);
}

// A constant that was loaded has a name only if it is a string.
ValueName NameOfConstant(const Function& function, uint32_t index) {
  if (index < function.constants.size() &&
      std::holds_alternative<std::string>(function.constants[index])) {
    return {"constant", StringConstant(function, index)};
  }
  return {};
}

// A field of what is in register `table`.
ValueName NameOfField(const Function& function, uint32_t pc, unsigned table,
                      std::string key) {
  // (A field "_ENV" of another table is no environment.)
  ValueName name = NameOfRegister(function, pc, static_cast<int>(table));
  bool global = name.name == kEnvironment &&
                (name.kind == "local" || name.kind == "upvalue");
  return {global ? "global" : "field", std::move(key)};
}

// The key in a register: known if it is a constant string.
std::string NameOfKey(const Function& function, uint32_t pc, unsigned reg) {
  ValueName key = NameOfRegister(function, pc, static_cast<int>(reg));
  return key.kind == "constant" ? key.name : std::string(kUnknown);
}

// The event of an instruction that has a metamethod, without underscores.
std::string_view EventOf(Opcode op) {
  switch (op) {
    case Opcode::kGetTabUp:
    case Opcode::kGetIndex:
    case Opcode::kGetIndexInt:
    case Opcode::kGetField:
    case Opcode::kSelf:
      return "index";
    case Opcode::kSetTabUp:
    case Opcode::kSetTabUpK:
    case Opcode::kSetIndex:
    case Opcode::kSetIndexK:
    case Opcode::kSetIndexInt:
    case Opcode::kSetIndexIntK:
    case Opcode::kSetField:
    case Opcode::kSetFieldK:
      return "newindex";
    case Opcode::kAdd:
    case Opcode::kAddK:
      return "add";
    case Opcode::kSub:
    case Opcode::kSubK:
      return "sub";
    case Opcode::kMul:
    case Opcode::kMulK:
      return "mul";
    case Opcode::kMod:
    case Opcode::kModK:
      return "mod";
    case Opcode::kPow:
    case Opcode::kPowK:
      return "pow";
    case Opcode::kDiv:
    case Opcode::kDivK:
      return "div";
    case Opcode::kIDiv:
    case Opcode::kIDivK:
      return "idiv";
    case Opcode::kBAnd:
    case Opcode::kBAndK:
      return "band";
    case Opcode::kBOr:
    case Opcode::kBOrK:
      return "bor";
    case Opcode::kBXor:
    case Opcode::kBXorK:
      return "bxor";
    case Opcode::kShl:
    case Opcode::kShlK:
      return "shl";
    case Opcode::kShr:
    case Opcode::kShrK:
      return "shr";
    case Opcode::kUnm:
      return "unm";
    case Opcode::kBNot:
      return "bnot";
    case Opcode::kLen:
      return "len";
    case Opcode::kConcat:
      return "concat";
    case Opcode::kEq:
      return "eq";
    case Opcode::kLt:
    case Opcode::kLtK:
    case Opcode::kGtK:
      return "lt";
    case Opcode::kLe:
    case Opcode::kLeK:
    case Opcode::kGeK:
      return "le";
    case Opcode::kClose:
    case Opcode::kReturn:
      return "close";
    default:
      return "";
  }
}

}  // namespace

const LocalInfo* LocalInRegister(const Function& function, uint32_t pc,
                                 int reg) {
  for (const LocalInfo& local : function.locals) {
    if (local.start > pc) break;
    if (local.reg == reg && pc < local.end) return &local;
  }
  return nullptr;
}

const LocalInfo* ActiveLocal(const Function& function, uint32_t pc, int n) {
  for (const LocalInfo& local : function.locals) {
    if (local.start > pc) break;
    if (pc < local.end && --n == 0) return &local;
  }
  return nullptr;
}

ValueName NameOfRegister(const Function& function, uint32_t pc, int reg) {
  if (reg < 0) return {};
  if (const LocalInfo* local = LocalInRegister(function, pc, reg)) {
    return {"local", local->name};
  }
  const std::optional<uint32_t> writer =
      FindWriter(function, pc, static_cast<unsigned>(reg));
  if (!writer) return {};
  const uint32_t at = *writer;
  const Instruction i = function.code[at];
  const auto key = [&] {
    return StringConstant(function, function.code[at + 1].raw);
  };
  switch (i.op()) {
    case Opcode::kMove:
      // Up from a variable; down would be an assignment to one that is gone.
      if (i.b() >= i.a()) return {};
      return NameOfRegister(function, at, static_cast<int>(i.b()));
    case Opcode::kGetTabUp:
      return {UpvalueName(function, i.b()) == kEnvironment ? "global" : "field",
              key()};
    case Opcode::kGetIndex:
      return NameOfField(function, at, i.b(), NameOfKey(function, at, i.c()));
    case Opcode::kGetIndexInt:
      return {"field", "integer index"};
    case Opcode::kGetField:
      return NameOfField(function, at, i.b(), key());
    case Opcode::kGetUpvalue:
      return {"upvalue", UpvalueName(function, i.b())};
    case Opcode::kLoadConst:
      return NameOfConstant(function, i.bx());
    case Opcode::kLoadConstX:
      return NameOfConstant(function, function.code[at + 1].raw);
    case Opcode::kSelf:
      if (i.a() == static_cast<unsigned>(reg)) return {"method", key()};
      return NameOfRegister(function, at, static_cast<int>(i.b()));
    default:
      return {};
  }
}

ValueName NameOfCallee(const Function& function, uint32_t pc) {
  if (pc >= function.code.size()) return {};
  const Instruction i = function.code[pc];
  switch (i.op()) {
    case Opcode::kCall:
    case Opcode::kTailCall:
      return NameOfRegister(function, pc, static_cast<int>(i.a()));
    case Opcode::kTForCall:
      return {"for iterator", "for iterator"};
    default: {
      std::string_view event = EventOf(i.op());
      if (event.empty()) return {};
      return {"metamethod", std::string(event)};
    }
  }
}

}  // namespace m3lua::bytecode
