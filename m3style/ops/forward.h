// Superinstructions that hand a value on (code/fusions.def, M3_FORWARD): the
// second instruction takes the result of the first from machine registers, not
// from the frame.
//
// The result is written to its register all the same, since others may read it
// there; what is saved is reading it back, which is the longer part: a store
// and the load behind it take five to eight cycles.  Where the first
// instruction leaves its fast path, its whole body runs instead; where the
// second does, its own cell is next, which is dispatched as if nothing had
// been fused.
//
// Guarded by tests/unit/code/fusions_test.cc.
#ifndef M3STYLE_OPS_FORWARD_H_
#define M3STYLE_OPS_FORWARD_H_

#include "m3style/ops/arithmetic.h"
#include "m3style/ops/branch.h"
#include "m3style/ops/call.h"
#include "m3style/ops/load.h"
#include "m3style/ops/table.h"

namespace m3lua::m3 {

// Which operand of an instruction is the result of the one before it.  AB and
// BC: of the two before it, in that order.
enum class Link : uint8_t { A, B, C, AB, BC };

// The operands of a cell, one or two of them given.
template <Link kLink>
struct Operands {
  const Cell* pc;
  Registers& r;
  const Value& given;        // by the instruction before
  const Value& given_first;  // by the one before that, or the same
  M3_HOT const Value& a() const {
    if constexpr (kLink == Link::A) return given;
    if constexpr (kLink == Link::AB) return given_first;
    return RA(pc, r);
  }
  M3_HOT const Value& b() const {
    if constexpr (kLink == Link::B || kLink == Link::AB) return given;
    if constexpr (kLink == Link::BC) return given_first;
    return RB(pc, r);
  }
  M3_HOT const Value& c() const {
    if constexpr (kLink == Link::C || kLink == Link::BC) return given;
    return RC(pc, r);
  }
};
struct OwnOperands {
  const Cell* pc;
  Registers& r;
  M3_HOT const Value& b() const { return RB(pc, r); }
  M3_HOT const Value& c() const { return RC(pc, r); }
};

// ---- instructions with a result: the fast path of each as a function
// Compute(operands, out), false if it is not the fast path.
template <auto kBody>
struct Compute;

template <typename Op>
struct ComputeBinary {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    return Binary<Op>(o.b(), o.c(), out);
  }
};
template <>
struct Compute<&AddRR> : ComputeBinary<AddOp> {};
template <>
struct Compute<&SubRR> : ComputeBinary<SubOp> {};
template <>
struct Compute<&MulRR> : ComputeBinary<MulOp> {};

template <>
struct Compute<&DivRR> {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    return Divide(o.b(), o.c(), out);
  }
};
template <typename Op>
struct ComputeWithInteger {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    return WithInteger<Op>(o.b(), o.pc->imm, out);
  }
};
template <>
struct Compute<&AddRI> : ComputeWithInteger<AddOp> {};
template <>
struct Compute<&MulRI> : ComputeWithInteger<MulOp> {};
template <>
struct Compute<&ModRI> {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    const Value& b = o.b();
    if (M3_UNLIKELY(!b.is_integer())) return false;
    out.SetInteger(ModuloOfPositive(b.integer(), o.pc->imm));
    return true;
  }
};
template <>
struct Compute<&Len> {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    const Value& b = o.b();
    if (M3_UNLIKELY(!b.is_table())) return false;
    const Table* t = b.table();
    const uint32_t hint = t->length_hint;
    if (M3_UNLIKELY(t->metatable != nullptr || hint > t->array_size() ||
                    !IsBorder(t, hint))) {
      return false;
    }
    out.SetInteger(hint);
    return true;
  }
};
template <>
struct Compute<&LoadInt> {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    out.SetInteger(o.pc->imm);
    return true;
  }
};
template <>
struct Compute<&LoadConst> {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    out.Set(o.pc[1].value);
    return true;
  }
};
template <typename Op>
struct ComputeWithFloat {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    return WithFloat<Op>(o.b(), o.pc[1].value.number(), out);
  }
};
template <>
struct Compute<&MulRF> : ComputeWithFloat<MulOp> {};
template <>
struct Compute<&DivRF> : ComputeWithFloat<DivOp> {};
template <>
struct Compute<&AddRF> : ComputeWithFloat<AddOp> {};
template <>
struct Compute<&GetIndex> {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    const Value& t = o.b();
    const Value& k = o.c();
    if (M3_UNLIKELY(!t.is_table() || !k.is_integer())) return false;
    const Table* table = t.table();
    const uint64_t i = static_cast<uint64_t>(k.integer()) - 1;
    if (M3_UNLIKELY(i >= table->array_size())) return false;
    const Tag tag = table->ArrayTag(static_cast<uint32_t>(i));
    if (M3_UNLIKELY(tag == Tag::kNil)) return false;
    out.Set(Value::Make(table->ArrayBits(static_cast<uint32_t>(i)), tag));
    return true;
  }
};
template <>
struct Compute<&GetField> {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    const Value& t = o.b();
    if (M3_UNLIKELY(!t.is_table())) return false;
    const Node* node = HintedNode(t.table(), o.pc[1]);
    if (M3_UNLIKELY(node == nullptr)) return false;
    out.Set(node->GetValue());
    return true;
  }
};
template <>
struct Compute<&GetTabUp> {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    const Value& t = *UpvalueAt(o.r, o.pc->b)->location;
    if (M3_UNLIKELY(!t.is_table())) return false;
    const Node* node = HintedNode(t.table(), o.pc[1]);
    if (M3_UNLIKELY(node == nullptr)) return false;
    out.Set(node->GetValue());
    return true;
  }
};
template <>
struct Compute<&GetUpvalue> {
  template <typename O>
  M3_HOT static bool Run(const O& o, Value& out) {
    out.Set(*UpvalueAt(o.r, o.pc->b)->location);
    return true;
  }
};

// ---- the first of two: leaves its result in `out` and in its register, and
// returns null; or runs its body and returns the next cell.
template <auto kBody>
struct Source {
  M3_HOT static const Cell* Run(const Cell* pc, Registers& r, Value& out) {
    if (M3_LIKELY(Compute<kBody>::Run(OwnOperands{pc, r}, out))) {
      RA(pc, r).Set(out);
      return nullptr;
    }
    return kBody(pc, r);
  }
};
// ...of superinstructions.
template <auto kFirst, int kCells, auto kSecond>
struct SourceOfNeighbours {
  M3_HOT static const Cell* Run(const Cell* pc, Registers& r, Value& out) {
    const Cell* next = kFirst(pc, r);
    if (M3_UNLIKELY(next != pc + kCells)) return next;
    return Source<kSecond>::Run(pc + kCells, r, out);
  }
  // The results of both.
  M3_HOT static const Cell* RunBoth(const Cell* pc, Registers& r, Value& first,
                                    Value& second) {
    if (const Cell* next = Source<kFirst>::Run(pc, r, first)) return next;
    return Source<kSecond>::Run(pc + kCells, r, second);
  }
};
// What goes before the last of a superinstruction.
template <auto kFirst, Link kLink>
M3_HOT const Cell* RunBefore(const Cell* pc, Registers& r, Value& first,
                             Value& before) {
  if constexpr (kLink == Link::AB || kLink == Link::BC) {
    return Source<kFirst>::RunBoth(pc, r, first, before);
  } else {
    return Source<kFirst>::Run(pc, r, before);
  }
}
template <auto kFirst, int kCells, auto kSecond, Link kLink>
struct SourceOfTwo {
  M3_HOT static const Cell* Run(const Cell* pc, Registers& r, Value& out) {
    Value first;
    Value before;
    if (const Cell* next = RunBefore<kFirst, kLink>(pc, r, first, before)) {
      return next;
    }
    pc += kCells;
    if (M3_LIKELY(Compute<kSecond>::Run(Operands<kLink>{pc, r, before, first},
                                        out))) {
      RA(pc, r).Set(out);
      return nullptr;
    }
    return pc;
  }
};

// ---- the second of two: goes on at the next cell, or at its own.
template <auto kBody, int kOwnCells>
struct ResultSink {
  template <typename O>
  M3_HOT static const Cell* Run(const O& o) {
    Value out;
    if (M3_UNLIKELY(!Compute<kBody>::Run(o, out))) return o.pc;
    RA(o.pc, o.r).Set(out);
    return o.pc + kOwnCells;
  }
};
template <auto kBody>
struct Sink : ResultSink<kBody, 1> {};
template <>
struct Sink<&GetField> : ResultSink<&GetField, 2> {};
template <>
struct Sink<&MulRF> : ResultSink<&MulRF, 2> {};
template <>
struct Sink<&DivRF> : ResultSink<&DivRF, 2> {};
template <>
struct Sink<&AddRF> : ResultSink<&AddRF, 2> {};
template <>
struct Sink<&Return1> {
  template <typename O>
  M3_HOT static const Cell* Run(const O& o) {
    return ReturnValue(o.r, o.a());
  }
};
template <>
struct Sink<&SetField> {
  template <typename O>
  M3_HOT static const Cell* Run(const O& o) {
    return StoreField(o.a(), o.pc[1], o.b()) ? o.pc + 2 : o.pc;
  }
};
template <>
struct Sink<&SetTabUp> {
  template <typename O>
  M3_HOT static const Cell* Run(const O& o) {
    return StoreField(*UpvalueAt(o.r, o.pc->b)->location, o.pc[1], o.a())
               ? o.pc + 2
               : o.pc;
  }
};
template <>
struct Sink<&SetIndex> {
  template <typename O>
  M3_HOT static const Cell* Run(const O& o) {
    const Value& k = o.b();
    if (M3_LIKELY(o.a().is_table() && k.is_integer() &&
                  StoreElement(o.a(), static_cast<uint64_t>(k.integer()) - 1,
                               o.c()))) {
      return o.pc + 1;
    }
    return o.pc;
  }
};
template <>
struct Sink<&SetUpvalue> {
  template <typename O>
  M3_HOT static const Cell* Run(const O& o) {
    return StoreUpvalue(o.pc, o.r, o.a());
  }
};
// Branches know all the rest themselves: their operands are in their registers.
#define M3_SINK(Name, ...)                      \
  template <>                                   \
  struct Sink<&Name> {                          \
    template <typename O>                       \
    M3_HOT static const Cell* Run(const O& o) { \
      return __VA_ARGS__;                       \
    }                                           \
  };
M3_SINK(LtTrue, OrderBody<true, false>(o.pc, o.r, o.a(), o.b()))
M3_SINK(LtFalse, OrderBody<false, false>(o.pc, o.r, o.a(), o.b()))
M3_SINK(LeTrue, OrderBody<true, true>(o.pc, o.r, o.a(), o.b()))
M3_SINK(LeFalse, OrderBody<false, true>(o.pc, o.r, o.a(), o.b()))
M3_SINK(EqTrue, EqBody<true>(o.pc, o.r, o.a(), o.b()))
M3_SINK(EqFalse, EqBody<false>(o.pc, o.r, o.a(), o.b()))
M3_SINK(TestTrue, o.a().is_truthy() ? Taken(o.pc, o.r) : o.pc + 1)
M3_SINK(TestFalse, o.a().is_truthy() ? o.pc + 1 : Taken(o.pc, o.r))
M3_SINK(EqConstTrue, EqConstBody<true>(o.pc, o.r, o.a()))
M3_SINK(EqConstFalse, EqConstBody<false>(o.pc, o.r, o.a()))
M3_SINK(EqBitsTrue, EqBitsBody<true>(o.pc, o.r, o.a()))
M3_SINK(EqBitsFalse, EqBitsBody<false>(o.pc, o.r, o.a()))
M3_SINK(LtKTrue, CompareKBody<Comparison::kLt, true>(o.pc, o.r, o.a()))
M3_SINK(LtKFalse, CompareKBody<Comparison::kLt, false>(o.pc, o.r, o.a()))
M3_SINK(LeKTrue, CompareKBody<Comparison::kLe, true>(o.pc, o.r, o.a()))
M3_SINK(LeKFalse, CompareKBody<Comparison::kLe, false>(o.pc, o.r, o.a()))
M3_SINK(GtKTrue, CompareKBody<Comparison::kGt, true>(o.pc, o.r, o.a()))
M3_SINK(GtKFalse, CompareKBody<Comparison::kGt, false>(o.pc, o.r, o.a()))
#undef M3_SINK

template <auto kFirst, int kCells, auto kSecond, Link kLink>
M3_HOT const Cell* Forward(const Cell* pc, Registers& r) {
  Value first;
  Value before;
  if (const Cell* next = RunBefore<kFirst, kLink>(pc, r, first, before)) {
    return next;
  }
  return Sink<kSecond>::Run(Operands<kLink>{pc + kCells, r, before, first});
}

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_FORWARD_H_
