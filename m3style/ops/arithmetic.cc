#include "m3style/ops/arithmetic.h"

#include <cmath>
#include <cstring>

#include "lua/runtime/conversion.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "m3style/ops/metamethod.h"
#include "m3style/ops/raise.h"

namespace m3lua::m3 {
namespace {

// R[a] = a OP b with everything that the hot bodies leave out.
const Cell* Operate(const Cell* pc, Registers& r, uint32_t length, Event event,
                    const Value* a, const Value* b) {
  Value result;
  switch (Arithmetic(event, *a, *b, result)) {
    case ArithmeticResult::kOk:
      RA(pc, r).Set(result);
      return pc + length;
    case ArithmeticResult::kDivideByZero:
      PrepareDivideByZero(*r.co, event);
      return RaisePrepared(r);
    case ArithmeticResult::kNotNumbers:
      break;
  }
  State& state = *r.co->state;
  Value mm = MetamethodOf(state, *a, event);
  if (mm.is_nil()) mm = MetamethodOf(state, *b, event);
  if (mm.is_nil()) {
    PrepareArithmeticError(*r.co, event, a, b);
    return RaisePrepared(r);
  }
  return CallMetamethod(pc, r, length, StaticId::kGetDone, mm, *a, *b);
}

// R[a] = b OP c as floats; false if that is not what is to be done.
bool OperateFloats(const Cell* pc, Registers& r, const Value& c) {
  const Value& b = RB(pc, r);
  if (!b.is_number() || !c.is_number()) return false;
  const Event event = static_cast<Event>(r.n);
  const bool integers = b.is_integer() && c.is_integer();
  if (integers && event != Event::kPow) return false;
  const double x = b.is_float() ? b.number() : static_cast<double>(b.integer());
  const double y = c.is_float() ? c.number() : static_cast<double>(c.integer());
  switch (event) {
    case Event::kMod:
      RA(pc, r).SetFloat(FloorModulo(x, y));
      return true;
    case Event::kIDiv:
      RA(pc, r).SetFloat(FloorDivide(x, y));
      return true;
    case Event::kPow:
      RA(pc, r).SetFloat(std::pow(x, y));
      return true;
    default:
      return false;
  }
}

bool IsStringLike(const Value& v) { return v.is_string() || v.is_number(); }

// Joins `count` strings or numbers, the last of which is at `last`.
Value Join(State& state, Value* last, uint32_t count) {
  char numbers[64];
  size_t total = 0;
  for (uint32_t i = 0; i < count; ++i) {
    Value& v = last[-static_cast<ptrdiff_t>(i)];
    if (!v.is_string()) {
      size_t n = FormatNumberTo(v, numbers);
      v.Set(Value::Of(NewString(state, {numbers, n})));
    }
    total += v.string()->size();
  }
  // Short strings are looked for before one is made.
  char text[String::kMaxShortLength];
  const bool is_short = total <= sizeof text;
  String* out = is_short ? nullptr : NewStringBuffer(state, total);
  char* const begin = is_short ? text : out->data();
  char* end = begin + total;
  for (uint32_t i = 0; i < count; ++i) {
    String* s = last[-static_cast<ptrdiff_t>(i)].string();
    end -= s->size();
    std::memcpy(end, s->data(), s->size());
  }
  return Value::Of(is_short ? NewString(state, {text, total}) : out);
}

}  // namespace

const Cell* FloatRR(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  if (OperateFloats(pc, r, RC(pc, r))) return pc + 1;
  return Static(r, StaticId::kArithMetaRR);
}
const Cell* FloatRI(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  if (OperateFloats(pc, r, Value::Integer(pc->imm))) return pc + 1;
  return Static(r, StaticId::kArithMetaRI);
}
const Cell* FloatRK(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  if (OperateFloats(pc, r, pc[1].value)) return pc + 2;
  return Static(r, StaticId::kArithMetaRK);
}

const Cell* ArithSlowRR(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return Operate(pc, r, 1, static_cast<Event>(r.n), &RB(pc, r), &RC(pc, r));
}

const Cell* ArithSlowRI(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Event event = static_cast<Event>(r.n);
  const Value c = ImmediateOperand(pc, r, event);
  return Operate(pc, r, 1, event, &RB(pc, r), &c);
}

const Cell* ArithSlowRK(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return Operate(pc, r, 2, static_cast<Event>(r.n), &RB(pc, r),
                 ConstantOperand(pc, r));
}

const Cell* UnarySlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  const Value* b = &RB(pc, r);
  return Operate(pc, r, 1, static_cast<Event>(r.n), b, b);
}

const Cell* LenSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  const Value& b = RB(pc, r);
  Value& a = RA(pc, r);
  if (b.is_string()) {
    a.SetInteger(static_cast<int64_t>(b.string()->size()));
    return pc + 1;
  }
  State& state = *r.co->state;
  Value mm = b.is_table()
                 ? FastMetamethod(state, b.table()->metatable, Event::kLen)
                 : MetamethodOf(state, b, Event::kLen);
  if (mm.is_nil()) {
    if (!b.is_table()) return RaiseTypeError(r, &b, "get length of");
    a.SetInteger(Length(b.table()));
    return pc + 1;
  }
  return CallMetamethod(pc, r, 1, StaticId::kGetDone, mm, b, b);
}

// Works from the right: r.n values are left to be joined.
const Cell* ConcatStep(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Value* first = &RA(pc, r);
  State& state = *r.co->state;
  if (r.n == pc->b) Safepoint(r);
  uint32_t left = static_cast<uint32_t>(r.n);
  while (left > 1) {
    Value* last = first + left - 1;
    if (!IsStringLike(last[-1]) || !IsStringLike(last[0])) {
      Value mm = MetamethodOf(state, last[-1], Event::kConcat);
      if (mm.is_nil()) mm = MetamethodOf(state, last[0], Event::kConcat);
      if (mm.is_nil()) {
        PrepareArithmeticError(*r.co, Event::kConcat, last - 1, last);
        return RaisePrepared(r);
      }
      return CallMetamethod(pc, r, 1, StaticId::kConcatDone, mm, last[-1],
                            last[0], nullptr, static_cast<uint16_t>(left));
    }
    uint32_t count = 2;
    while (count < left && IsStringLike(last[-static_cast<ptrdiff_t>(count)])) {
      ++count;
    }
    Value joined = Join(state, last, count);
    left -= count - 1;
    first[left - 1].Set(joined);
  }
  return pc + 1;
}

const Cell* ConcatDone(const Cell*, Registers& r) {
  const Value* record = FrameEnd(r.base);
  const Cell* pc = RecordedCell(record);
  uint32_t left = record->spare16() - 1u;
  (&RA(pc, r))[left - 1].Set(record[1]);
  if (left == 1) return pc + 1;
  Save(pc, r);
  r.n = left;
  return Static(r, StaticId::kConcatStep);
}

}  // namespace m3lua::m3
