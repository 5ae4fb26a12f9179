#include "lua/bytecode/register_effects.h"

#include <algorithm>

namespace m3lua::bytecode {
namespace {

constexpr unsigned kEveryRegister = 256;

// Adds the registers of an operand that is not a window.
void AddPlainOperand(OperandKind kind, unsigned reg, RegisterEffects& e) {
  if (kind == OperandKind::kUse) e.uses.set(reg);
  if (kind == OperandKind::kDef) e.defs.set(reg);
}

// The values begin, begin + 1, ... that an instruction reads: `count_plus_1`
// as in the B operands of Call and Return, 0 for those before the open ones.
RegisterSet ValueList(const Function& function, uint32_t pc, unsigned begin,
                      unsigned count_plus_1) {
  if (count_plus_1 > 0) return RegisterRange(begin, begin + count_plus_1 - 1);
  return RegisterRange(begin, OpenValuesStart(function, pc).value_or(begin));
}

void AddWindow(const Function& function, uint32_t pc, RegisterEffects& e) {
  const Instruction i = function.code[pc];
  const unsigned a = i.a(), b = i.b(), c = i.c();
  switch (i.op()) {
    case Opcode::kLoadNil:
      e.defs |= RegisterRange(a, a + b + 1);
      break;
    case Opcode::kSelf:
      e.defs.set(a);
      e.defs |= RegisterRange(a + 2, a + 3);
      break;
    case Opcode::kSetList:
      e.uses.set(a);
      e.uses |= ValueList(function, pc, a + 1, b == 0 ? 0 : b + 1);
      break;
    case Opcode::kConcat:
      e.uses |= RegisterRange(a, a + b);
      e.defs.set(a);
      e.clobbers |= RegisterRange(a + 1, a + b);
      break;
    case Opcode::kTestSet:
      e.jump_defs.set(a);
      break;
    case Opcode::kForPrep:
      e.uses |= RegisterRange(a, a + 3);
      e.defs |= RegisterRange(a, a + 3);
      e.fall_defs |= RegisterRange(a + 3, a + 4);
      break;
    case Opcode::kForLoop:
      e.uses |= RegisterRange(a, a + (c ? 4 : 3));
      e.defs |= RegisterRange(a, a + 3);
      e.jump_defs |= RegisterRange(a + 3, a + 4);
      break;
    case Opcode::kTForPrep:
      e.uses |= RegisterRange(a + 3, a + 4);
      break;
    case Opcode::kTForCall:
      e.uses |= RegisterRange(a, a + 3);
      e.defs |= RegisterRange(a + 4, a + 4 + c);
      e.clobbers |= RegisterRange(a + 4 + c, kEveryRegister);
      break;
    case Opcode::kTForLoop:
      e.uses |= RegisterRange(a + 4, a + 5);
      e.jump_defs |= RegisterRange(a + 2, a + 3);
      break;
    case Opcode::kCall: {
      const unsigned results = c == 0 ? 0 : c - 1;
      e.uses.set(a);
      e.uses |= ValueList(function, pc, a + kCallHeaderSlots, b);
      e.defs |= RegisterRange(a, a + results);
      e.clobbers |= RegisterRange(a + results, kEveryRegister);
      break;
    }
    case Opcode::kTailCall:
      e.uses.set(a);
      e.uses |= ValueList(function, pc, a + kCallHeaderSlots, b);
      break;
    case Opcode::kReturn:
      e.uses |= ValueList(function, pc, a, b);
      break;
    case Opcode::kVarArg:
      if (c == 0) {
        e.clobbers |= RegisterRange(a, kEveryRegister);
      } else {
        e.defs |= RegisterRange(a, a + c - 1);
      }
      break;
    default:  // Close names a level, not a register that it reads
      break;
  }
}

// One more than the highest register of a window.
unsigned WindowLimit(Instruction i) {
  const unsigned a = i.a(), b = i.b(), c = i.c();
  // A call has room for its header even without arguments.
  const unsigned call_limit = a + kCallHeaderSlots + (b == 0 ? 0 : b - 1);
  switch (i.op()) {
    case Opcode::kLoadNil:
    case Opcode::kSetList:
      return a + b + 1;
    case Opcode::kSelf:
      return a + 3;
    case Opcode::kConcat:
      return a + std::max(b, 1u);
    case Opcode::kForPrep:
    case Opcode::kForLoop:
    case Opcode::kTForPrep:
      return a + 4;
    case Opcode::kTForCall:
      return a + 4 + std::max(c, 4u);
    case Opcode::kTForLoop:
      return a + 5;
    case Opcode::kCall:
      return std::max(call_limit, a + (c == 0 ? 0 : c - 1));
    case Opcode::kTailCall:
      return call_limit;
    case Opcode::kReturn:  // without values A is free
      return b == 1 ? a : a + std::max(b, 2u) - 1;
    case Opcode::kVarArg:
      return a + std::max(c, 2u) - 1;
    default:
      return a + 1;
  }
}

}  // namespace

RegisterSet RegisterRange(unsigned begin, unsigned end) {
  end = std::min(end, kEveryRegister);
  if (begin >= end) return {};
  return (~RegisterSet() >> (kEveryRegister - (end - begin))) << begin;
}

unsigned LowestRegister(const RegisterSet& registers) {
  unsigned reg = 0;
  while (!registers[reg]) ++reg;
  return reg;
}

RegisterEffects EffectsOf(const Function& function, uint32_t pc) {
  const Instruction i = function.code[pc];
  const OpcodeInfo& info = InfoOf(i.op());
  RegisterEffects e;
  AddPlainOperand(info.a, i.a(), e);
  AddPlainOperand(info.b, i.b(), e);
  AddPlainOperand(info.c, i.c(), e);
  if (info.a == OperandKind::kWin) AddWindow(function, pc, e);
  if (i.op() == Opcode::kClosure) {
    // `local function f` captures the register that the closure goes to
    // before it holds anything; the handler stores the closure there before
    // anything can look.
    e.uses |= CapturedBy(function, pc).reset(i.a());
  }
  return e;
}

unsigned RegisterLimit(Instruction i) {
  const OpcodeInfo& info = InfoOf(i.op());
  unsigned limit = 0;
  const auto plain = [&](OperandKind kind, unsigned reg) {
    if (kind == OperandKind::kUse || kind == OperandKind::kDef) {
      limit = std::max(limit, reg + 1);
    }
  };
  plain(info.a, i.a());
  plain(info.b, i.b());
  plain(info.c, i.c());
  if (info.a == OperandKind::kWin) limit = std::max(limit, WindowLimit(i));
  return limit;
}

std::optional<unsigned> CallWindowStart(Instruction i) {
  switch (i.op()) {
    case Opcode::kCall:
    case Opcode::kTailCall:
      return i.a();
    case Opcode::kTForCall:
      return i.a() + 4;
    default:
      return std::nullopt;
  }
}

bool IsOpenProducer(Instruction i) {
  return (i.op() == Opcode::kCall || i.op() == Opcode::kVarArg) && i.c() == 0;
}

bool IsOpenConsumer(Instruction i) {
  switch (i.op()) {
    case Opcode::kCall:
    case Opcode::kTailCall:
    case Opcode::kReturn:
    case Opcode::kSetList:
      return i.b() == 0;
    default:
      return false;
  }
}

unsigned LowestOpenValue(Instruction consumer) {
  switch (consumer.op()) {
    case Opcode::kReturn:
      return consumer.a();
    case Opcode::kSetList:
      return consumer.a() + 1;
    default:
      return consumer.a() + kCallHeaderSlots;
  }
}

std::optional<unsigned> OpenValuesStart(const Function& function, uint32_t pc) {
  // Producers are one word long, so that the one before is found without
  // decoding from the start; the verifier has made sure that it is one.
  if (pc == 0 || !IsOpenConsumer(function.code[pc])) return std::nullopt;
  const Instruction producer = function.code[pc - 1];
  if (!IsOpenProducer(producer)) return std::nullopt;
  return producer.a();
}

RegisterSet CapturedBy(const Function& function, uint32_t pc) {
  RegisterSet captured;
  const Function& nested = *function.functions[function.code[pc].bx()];
  for (const UpvalueInfo& upvalue : nested.upvalues) {
    if (upvalue.in_register) captured.set(upvalue.index);
  }
  return captured;
}

std::optional<unsigned> MarkedToBeClosed(Instruction i) {
  if (i.op() == Opcode::kTbc) return i.a();
  if (i.op() == Opcode::kTForPrep) return i.a() + 3;
  return std::nullopt;
}

}  // namespace m3lua::bytecode
