// Arithmetic and bitwise operations, length, not, concatenation.
//
// Forms: RR (two registers), RI (register and small integer), RF (register and
// float constant), RK (register and any number constant, rare operations).
// Hot bodies handle integers and floats; everything else - division by zero,
// strings, metamethods - is in arithmetic.cc.  They leave with the event in
// r.n.
//
// Guarded by tests/conformance/overload.lua, tests/unit/code/fusions_test.cc
// and tests/unit/runtime/arithmetic_test.cc.
#ifndef M3STYLE_OPS_ARITHMETIC_H_
#define M3STYLE_OPS_ARITHMETIC_H_

#include "lua/runtime/arithmetic.h"
#include "lua/runtime/table.h"
#include "m3style/ops/registers.h"

namespace m3lua::m3 {

struct AddOp {
  static constexpr Event kEvent = Event::kAdd;
  static int64_t Integer(int64_t a, int64_t b) { return WrapAdd(a, b); }
  static double Float(double a, double b) { return a + b; }
};
struct SubOp {
  static constexpr Event kEvent = Event::kSub;
  static int64_t Integer(int64_t a, int64_t b) { return WrapSub(a, b); }
  static double Float(double a, double b) { return a - b; }
};
struct MulOp {
  static constexpr Event kEvent = Event::kMul;
  static int64_t Integer(int64_t a, int64_t b) { return WrapMul(a, b); }
  static double Float(double a, double b) { return a * b; }
};

M3_HOT const Cell* ArithSlow(const Cell* pc, Registers& r, Event event,
                             StaticId slow) {
  r.n = static_cast<uint64_t>(event);
  return Slow(pc, r, slow);
}

// ---- the operations themselves, for operands and results that are registers
// or handed on (forward.h): false, and nothing done, where there is no fast
// way.

// An integer and a float, in either order.
template <typename Op>
M3_HOT bool Mixed(const Value& b, const Value& c, Value& out) {
  if (b.is_float() && c.is_integer()) {
    out.SetFloat(Op::Float(b.number(), ToFloat(c.integer())));
    return true;
  }
  if (b.is_integer() && c.is_float()) {
    out.SetFloat(Op::Float(ToFloat(b.integer()), c.number()));
    return true;
  }
  return false;
}
template <typename Op>
M3_HOT bool Binary(const Value& b, const Value& c, Value& out) {
  if (M3_LIKELY(b.tag == c.tag)) {
    if (b.is_integer()) {
      out.SetInteger(Op::Integer(b.integer(), c.integer()));
      return true;
    }
    if (M3_LIKELY(b.is_float())) {
      out.SetFloat(Op::Float(b.number(), c.number()));
      return true;
    }
    return false;
  }
  return Mixed<Op>(b, c, out);
}
template <typename Op>
M3_HOT bool WithInteger(const Value& b, int32_t c, Value& out) {
  if (M3_LIKELY(b.is_integer())) {
    out.SetInteger(Op::Integer(b.integer(), c));
    return true;
  }
  if (b.is_float()) {
    out.SetFloat(Op::Float(b.number(), static_cast<double>(c)));
    return true;
  }
  return false;
}
template <typename Op>
M3_HOT bool WithFloat(const Value& b, double c, Value& out) {
  if (M3_LIKELY(b.is_float())) {
    out.SetFloat(Op::Float(b.number(), c));
    return true;
  }
  if (b.is_integer()) {
    out.SetFloat(Op::Float(ToFloat(b.integer()), c));
    return true;
  }
  return false;
}

template <typename Op>
M3_HOT const Cell* BinaryRR(const Cell* pc, Registers& r) {
  if (M3_LIKELY(Binary<Op>(RB(pc, r), RC(pc, r), RA(pc, r)))) return pc + 1;
  return ArithSlow(pc, r, Op::kEvent, StaticId::kArithMetaRR);
}
M3_HOT const Cell* AddRR(const Cell* pc, Registers& r) {
  return BinaryRR<AddOp>(pc, r);
}
M3_HOT const Cell* SubRR(const Cell* pc, Registers& r) {
  return BinaryRR<SubOp>(pc, r);
}
M3_HOT const Cell* MulRR(const Cell* pc, Registers& r) {
  return BinaryRR<MulOp>(pc, r);
}

// Register and integer immediate.  Subtraction of a constant is an addition of
// its negation (the pre-decoder does not do this for the smallest integer).
template <typename Op>
M3_HOT const Cell* BinaryRI(const Cell* pc, Registers& r) {
  if (M3_LIKELY(WithInteger<Op>(RB(pc, r), pc->imm, RA(pc, r)))) return pc + 1;
  return ArithSlow(pc, r, Op::kEvent, StaticId::kArithMetaRI);
}
// AddRI also serves `x - c`: then it is told apart by the data cell's absence;
// errors and metamethods go through the instruction itself (ArithSlowRI).
M3_HOT const Cell* AddRI(const Cell* pc, Registers& r) {
  return BinaryRI<AddOp>(pc, r);
}
M3_HOT const Cell* MulRI(const Cell* pc, Registers& r) {
  return BinaryRI<MulOp>(pc, r);
}

// Register and float constant in the data cell.
template <typename Op>
M3_HOT const Cell* BinaryRF(const Cell* pc, Registers& r) {
  const double c = pc[1].value.number();
  if (M3_LIKELY(WithFloat<Op>(RB(pc, r), c, RA(pc, r)))) return pc + 2;
  return ArithSlow(pc, r, Op::kEvent, StaticId::kArithMetaRK);
}
struct DivOp {
  static constexpr Event kEvent = Event::kDiv;
  static double Float(double a, double b) { return a / b; }
};
M3_HOT const Cell* AddRF(const Cell* pc, Registers& r) {
  return BinaryRF<AddOp>(pc, r);
}
M3_HOT const Cell* SubRF(const Cell* pc, Registers& r) {
  return BinaryRF<SubOp>(pc, r);
}
M3_HOT const Cell* MulRF(const Cell* pc, Registers& r) {
  return BinaryRF<MulOp>(pc, r);
}
// The constant of DivRF is the divisor as a float, whatever it was written as.
M3_HOT const Cell* DivRF(const Cell* pc, Registers& r) {
  return BinaryRF<DivOp>(pc, r);
}

M3_HOT bool Divide(const Value& b, const Value& c, Value& out) {
  if (M3_LIKELY(b.is_float() && c.is_float())) {
    out.SetFloat(b.number() / c.number());
    return true;
  }
  if (M3_LIKELY(b.is_integer() && c.is_integer())) {
    out.SetFloat(ToFloat(b.integer()) / ToFloat(c.integer()));
    return true;
  }
  return Mixed<DivOp>(b, c, out);
}
M3_HOT const Cell* DivRR(const Cell* pc, Registers& r) {
  if (M3_LIKELY(Divide(RB(pc, r), RC(pc, r), RA(pc, r)))) return pc + 1;
  return ArithSlow(pc, r, Event::kDiv, StaticId::kArithMetaRR);
}

M3_HOT const Cell* ModRR(const Cell* pc, Registers& r) {
  const Value& b = RB(pc, r);
  const Value& c = RC(pc, r);
  if (M3_LIKELY(b.is_integer() && c.is_integer() && c.integer() != 0)) {
    RA(pc, r).SetInteger(FloorModulo(b.integer(), c.integer()));
    return pc + 1;
  }
  return ArithSlow(pc, r, Event::kMod, StaticId::kFloatRR);
}
M3_HOT const Cell* IDivRR(const Cell* pc, Registers& r) {
  const Value& b = RB(pc, r);
  const Value& c = RC(pc, r);
  if (M3_LIKELY(b.is_integer() && c.is_integer() && c.integer() != 0)) {
    RA(pc, r).SetInteger(FloorDivide(b.integer(), c.integer()));
    return pc + 1;
  }
  return ArithSlow(pc, r, Event::kIDiv, StaticId::kFloatRR);
}
// The immediate of ModRI and IDivRI is positive.
M3_HOT int64_t ModuloOfPositive(int64_t b, int64_t c) {
  if (M3_LIKELY((static_cast<uint64_t>(b) >> 32) == 0)) {
    // Both fit 32 bits: a short division.
    return static_cast<uint32_t>(b) % static_cast<uint32_t>(c);
  }
  const int64_t m = b % c;
  return m < 0 ? m + c : m;
}
M3_HOT const Cell* ModRI(const Cell* pc, Registers& r) {
  const Value& b = RB(pc, r);
  if (M3_LIKELY(b.is_integer())) {
    RA(pc, r).SetInteger(ModuloOfPositive(b.integer(), pc->imm));
    return pc + 1;
  }
  return ArithSlow(pc, r, Event::kMod, StaticId::kFloatRI);
}
M3_HOT const Cell* IDivRI(const Cell* pc, Registers& r) {
  const Value& b = RB(pc, r);
  if (M3_LIKELY(b.is_integer())) {
    int64_t c = pc->imm;
    int64_t q;
    if (M3_LIKELY((b.payload.bits >> 32) == 0)) {
      q = static_cast<uint32_t>(b.payload.bits) / static_cast<uint32_t>(c);
    } else {
      q = b.integer() / c;
      q -= b.integer() % c < 0;
    }
    RA(pc, r).SetInteger(q);
    return pc + 1;
  }
  return ArithSlow(pc, r, Event::kIDiv, StaticId::kFloatRI);
}

// x ^ 2 is x * x; other powers are in arithmetic.cc.
M3_HOT bool Square(const Cell* pc, Registers& r, const Value& c) {
  const Value& b = RB(pc, r);
  if (!(c.is_integer() ? c.integer() == 2 : c.is_float() && c.number() == 2)) {
    return false;
  }
  if (!b.is_number()) return false;
  const double x = b.is_float() ? b.number() : ToFloat(b.integer());
  RA(pc, r).SetFloat(x * x);
  return true;
}
M3_HOT const Cell* PowRR(const Cell* pc, Registers& r) {
  if (Square(pc, r, RC(pc, r))) return pc + 1;
  return ArithSlow(pc, r, Event::kPow, StaticId::kFloatRR);
}

template <Event kEvent, typename F>
M3_HOT const Cell* BitwiseRR(const Cell* pc, Registers& r, F f) {
  const Value& b = RB(pc, r);
  const Value& c = RC(pc, r);
  if (M3_LIKELY(b.is_integer() && c.is_integer())) {
    RA(pc, r).SetInteger(f(b.integer(), c.integer()));
    return pc + 1;
  }
  return ArithSlow(pc, r, kEvent, StaticId::kArithMetaRR);
}
M3_HOT const Cell* BAndRR(const Cell* pc, Registers& r) {
  return BitwiseRR<Event::kBAnd>(pc, r,
                                 [](int64_t a, int64_t b) { return a & b; });
}
M3_HOT const Cell* BOrRR(const Cell* pc, Registers& r) {
  return BitwiseRR<Event::kBOr>(pc, r,
                                [](int64_t a, int64_t b) { return a | b; });
}
M3_HOT const Cell* BXorRR(const Cell* pc, Registers& r) {
  return BitwiseRR<Event::kBXor>(pc, r,
                                 [](int64_t a, int64_t b) { return a ^ b; });
}
M3_HOT const Cell* ShlRR(const Cell* pc, Registers& r) {
  return BitwiseRR<Event::kShl>(pc, r, ShiftLeft);
}
M3_HOT const Cell* ShrRR(const Cell* pc, Registers& r) {
  return BitwiseRR<Event::kShr>(pc, r, ShiftRight);
}
template <Event kEvent, typename F>
M3_HOT const Cell* BitwiseRI(const Cell* pc, Registers& r, F f) {
  const Value& b = RB(pc, r);
  if (M3_LIKELY(b.is_integer())) {
    RA(pc, r).SetInteger(f(b.integer(), static_cast<int64_t>(pc->imm)));
    return pc + 1;
  }
  return ArithSlow(pc, r, kEvent, StaticId::kArithMetaRI);
}
M3_HOT const Cell* BAndRI(const Cell* pc, Registers& r) {
  return BitwiseRI<Event::kBAnd>(pc, r,
                                 [](int64_t a, int64_t b) { return a & b; });
}
// The count of ShlRI and ShrRI is 0 ... 63.
M3_HOT const Cell* ShlRI(const Cell* pc, Registers& r) {
  return BitwiseRI<Event::kShl>(pc, r, [](int64_t a, int64_t n) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) << (n & 63));
  });
}
M3_HOT const Cell* ShrRI(const Cell* pc, Registers& r) {
  return BitwiseRI<Event::kShr>(pc, r, [](int64_t a, int64_t n) {
    return static_cast<int64_t>(static_cast<uint64_t>(a) >> (n & 63));
  });
}

// ArithRK a, b, d = event [constant]: the rest.
M3_HOT const Cell* ArithRK(const Cell* pc, Registers& r) {
  if (static_cast<Event>(pc->d) == Event::kPow && Square(pc, r, pc[1].value)) {
    return pc + 2;
  }
  return ArithSlow(pc, r, static_cast<Event>(pc->d), StaticId::kFloatRK);
}

M3_HOT const Cell* Unm(const Cell* pc, Registers& r) {
  const Value& b = RB(pc, r);
  if (M3_LIKELY(b.is_integer())) {
    RA(pc, r).SetInteger(WrapNegate(b.integer()));
    return pc + 1;
  }
  if (M3_LIKELY(b.is_float())) {
    RA(pc, r).SetFloat(-b.number());
    return pc + 1;
  }
  return ArithSlow(pc, r, Event::kUnm, StaticId::kUnaryMeta);
}
M3_HOT const Cell* BNot(const Cell* pc, Registers& r) {
  const Value& b = RB(pc, r);
  if (M3_LIKELY(b.is_integer())) {
    RA(pc, r).SetInteger(~b.integer());
    return pc + 1;
  }
  return ArithSlow(pc, r, Event::kBNot, StaticId::kUnaryMeta);
}
M3_HOT const Cell* Not(const Cell* pc, Registers& r) {
  bool truthy = RB(pc, r).is_truthy();
  RA(pc, r).SetBoolean(!truthy);
  return pc + 1;
}

// Whether `hint` is a border of a table (which then has it as its hint); the
// same answers as Length gives.
M3_HOT bool IsBorder(const Table* t, uint32_t hint) {
  if (hint != 0 && t->ArrayTag(hint - 1) == Tag::kNil) return false;
  return hint < t->array_size() ? t->ArrayTag(hint) == Tag::kNil
                                : t->nodes == &kEmptyNode;
}

// Len a, b: R[a] = #R[b].  Fast: strings, and a table without metatable whose
// remembered length is still a border, or is one short of it.
M3_HOT const Cell* Len(const Cell* pc, Registers& r) {
  const Value& b = RB(pc, r);
  if (M3_LIKELY(b.is_table())) {
    Table* t = b.table();
    const uint32_t hint = t->length_hint;
    if (M3_LIKELY(t->metatable == nullptr && hint <= t->array_size())) {
      if (IsBorder(t, hint)) {
        RA(pc, r).SetInteger(hint);
        return pc + 1;
      }
      if (hint < t->array_size() && IsBorder(t, hint + 1)) {
        t->length_hint = hint + 1;
        RA(pc, r).SetInteger(hint + 1);
        return pc + 1;
      }
    }
  } else if (b.is_string()) {
    RA(pc, r).SetInteger(static_cast<int64_t>(b.string()->size()));
    return pc + 1;
  }
  return Slow(pc, r, StaticId::kLenMeta);
}

// Concat a, b: R[a] = R[a] .. ... .. R[a + b - 1]; b is not scaled.
M3_HOT const Cell* Concat(const Cell* pc, Registers& r) {
  r.n = pc->b;
  const Value* last = &RA(pc, r) + r.n - 1;
  return Slow(pc, r,
              M3_UNLIKELY(last[0].is_table() || last[-1].is_table())
                  ? StaticId::kConcatMeta
                  : StaticId::kConcatStep);
}

// The operand of an ...RI cell, as a metamethod sees it: a subtraction that was
// turned into an addition is one again (its word tells).
M3_HOT Value ImmediateOperand(const Cell* pc, const Registers& r,
                              Event& event) {
  if (event == Event::kAdd) {
    const Prototype* p = ClosureOf(r.base)->prototype;
    bytecode::Instruction i = p->function->code[p->cell_to_word[pc - p->cells]];
    if (i.op() == bytecode::Opcode::kSubK) {
      event = Event::kSub;
      return Value::Integer(-static_cast<int64_t>(pc->imm));
    }
  }
  return Value::Integer(pc->imm);
}
// The constant of an instruction as it was written: an integer divisor is a
// float in the cell.
M3_HOT const Value* ConstantOperand(const Cell* pc, const Registers& r) {
  const Prototype* p = ClosureOf(r.base)->prototype;
  return &p->constants[p->function->code[p->cell_to_word[pc - p->cells]].c()];
}

// Modulo, floor division and powers of two numbers of which one is a float.
const Cell* FloatRR(const Cell* pc, Registers& r);
const Cell* FloatRI(const Cell* pc, Registers& r);
const Cell* FloatRK(const Cell* pc, Registers& r);
const Cell* ArithSlowRR(const Cell* pc, Registers& r);
const Cell* ArithSlowRI(const Cell* pc, Registers& r);
const Cell* ArithSlowRK(const Cell* pc, Registers& r);
const Cell* UnarySlow(const Cell* pc, Registers& r);
const Cell* LenSlow(const Cell* pc, Registers& r);
const Cell* ConcatStep(const Cell* pc, Registers& r);
const Cell* ConcatDone(const Cell* pc, Registers& r);

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_ARITHMETIC_H_
