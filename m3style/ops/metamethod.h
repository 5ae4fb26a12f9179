// Calling a metamethod from an instruction: a frame above the registers, with a
// record of the instruction, and a continuation (rule R5).
#ifndef M3STYLE_OPS_METAMETHOD_H_
#define M3STYLE_OPS_METAMETHOD_H_

#include "m3style/ops/registers.h"

namespace m3lua::m3 {

// First slot above the registers of a Lua frame.
inline Value* FrameEnd(Value* base) {
  return base + ClosureOf(base)->prototype->function->register_count;
}

// A record: which cell is under way, how many cells it takes, and a small
// number of the continuation's own.  Of instructions that take an open list of
// values the length is instead how many slots of the frame, list included, hold
// something (for the collector).
inline void WriteRecord(Value* slot, const Cell* pc, uint32_t length,
                        uint16_t extra = 0) {
  slot->payload.pointer = const_cast<Cell*>(pc);
  slot->tag = Tag::kLightUserdata;
  slot->set_spare16(extra);
  slot->set_spare32(length);
}
inline const Cell* RecordedCell(const Value* record) {
  return static_cast<const Cell*>(record->payload.pointer);
}

// The entry of the function in r.base[-2]; resolves __call (so n may grow).
// Costs a step (lua/runtime/limits.h), and may raise therefore.
const Cell* EnterValue(Registers& r);
// The same where a step has been paid, or must not be.
const Cell* EnterUnpaid(Registers& r);

// Calls f(a, b [, c]); afterwards the continuation `then` runs with the frame
// of `pc` as its base.  The result is at FrameEnd(base) + 1.
inline const Cell* CallMetamethod(const Cell* pc, Registers& r, uint32_t length,
                                  StaticId then, Value f, Value a, Value b,
                                  const Value* c = nullptr,
                                  uint16_t extra = 0) {
  Value* record = FrameEnd(r.base);
  WriteRecord(record, pc, length, extra);
  record[1].Set(f);
  Value* base = record + 3;
  HeaderOf(base) = {Static(r, then), r.base};
  base[0].Set(a);
  base[1].Set(b);
  r.n = 2;
  if (c != nullptr) {
    base[2].Set(*c);
    r.n = 3;
  }
  r.base = base;
  return EnterValue(r);
}

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_METAMETHOD_H_
