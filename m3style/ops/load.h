// Loads, moves and upvalues.
//
// Guarded by tests/unit/engine/ and the conformance tests.
#ifndef M3STYLE_OPS_LOAD_H_
#define M3STYLE_OPS_LOAD_H_

#include "m3style/ops/registers.h"

namespace m3lua::m3 {

// Move a, b: R[a] = R[b].
M3_HOT const Cell* Move(const Cell* pc, Registers& r) {
  RA(pc, r).Set(RB(pc, r));
  return pc + 1;
}

// LoadInt a, imm: R[a] = imm.
M3_HOT const Cell* LoadInt(const Cell* pc, Registers& r) {
  RA(pc, r).SetInteger(pc->imm);
  return pc + 1;
}

// LoadConst a [constant].
M3_HOT const Cell* LoadConst(const Cell* pc, Registers& r) {
  RA(pc, r).Set(pc[1].value);
  return pc + 2;
}

// LoadNil a.
M3_HOT const Cell* LoadNil(const Cell* pc, Registers& r) {
  RA(pc, r).SetNil();
  return pc + 1;
}

// LoadNils a, imm: R[a] ... imm + 1 registers.
M3_HOT const Cell* LoadNils(const Cell* pc, Registers& r) {
  Value* v = &RA(pc, r);
  for (int i = 0; i <= pc->imm; ++i) v[i].SetNil();
  return pc + 1;
}

// LoadFalse a.
M3_HOT const Cell* LoadFalse(const Cell* pc, Registers& r) {
  RA(pc, r).tag = Tag::kFalse;
  return pc + 1;
}

// LoadTrue a.
M3_HOT const Cell* LoadTrue(const Cell* pc, Registers& r) {
  RA(pc, r).tag = Tag::kTrue;
  return pc + 1;
}

// LoadFalseJump a, imm: R[a] = false; goto.
M3_HOT const Cell* LoadFalseJump(const Cell* pc, Registers& r) {
  RA(pc, r).tag = Tag::kFalse;
  return JumpTarget(pc);
}

// GetUpvalue a, b: R[a] = upvalue at byte offset b of the closure.
M3_HOT Upvalue* UpvalueAt(Registers& r, uint16_t offset) {
  return *reinterpret_cast<Upvalue**>(
      reinterpret_cast<char*>(ClosureOf(r.base)->upvalues()) + offset);
}
M3_HOT const Cell* GetUpvalue(const Cell* pc, Registers& r) {
  RA(pc, r).Set(*UpvalueAt(r, pc->b)->location);
  return pc + 1;
}

// SetUpvalue a, b: upvalue b = R[a].  Barrier: forward (R9).
M3_HOT const Cell* StoreUpvalue(const Cell* pc, Registers& r, const Value& v) {
  Upvalue* up = UpvalueAt(r, pc->b);
  up->location->Set(v);
  if (M3_UNLIKELY(up->IsBlack()) && v.is_collectable() &&
      v.object()->IsWhite()) {
    r.co->state->heap().BarrierForwardSlow(up, v.object());
  }
  return pc + 1;
}
M3_HOT const Cell* SetUpvalue(const Cell* pc, Registers& r) {
  return StoreUpvalue(pc, r, RA(pc, r));
}

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_LOAD_H_
