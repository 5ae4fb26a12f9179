// Operations on tables with metamethods: the second stage.
//
// A hot body that does not know its operands leaves for one of these static
// cells.  They know the common metamethods - functions, and tables as __index -
// and enter a function's frame themselves (R5); whatever else it is goes on to
// the slow path of the same name, which knows everything.
//
// Guarded by tests/conformance/overload.lua.
#ifndef M3STYLE_OPS_OVERLOAD_H_
#define M3STYLE_OPS_OVERLOAD_H_

#include "m3style/ops/arithmetic.h"
#include "m3style/ops/branch.h"
#include "m3style/ops/call.h"
#include "m3style/ops/table.h"

namespace m3lua::m3 {

// What a table's metatable has for an event; null: nothing, or no table.
M3_HOT const Node* FindEvent(const Registers& r, const Value& v, Event event) {
  if (!v.is_table()) return nullptr;
  const Table* metatable = v.table()->metatable;
  if (metatable == nullptr) return nullptr;
  return FindPresent(metatable,
                     r.co->state->event_names[static_cast<int>(event)]);
}
M3_HOT bool IsFunction(const Node* node) {
  return node != nullptr && node->value_tag == Tag::kFunction;
}
// The first operand's, or else the second's; null if it takes more to say.
M3_HOT const Node* FindBinary(const Registers& r, const Value& a,
                              const Value& b, Event event) {
  const Node* node = nullptr;
  if (a.is_table()) {
    node = FindEvent(r, a, event);
  } else if (!a.is_number() ||
             r.co->state->type_metatables[static_cast<int>(Type::kNumber)]) {
    return nullptr;
  }
  if (node == nullptr) node = FindEvent(r, b, event);
  return IsFunction(node) ? node : nullptr;
}

// As CallMetamethod, of a function; but where the budget is used up, `slow`
// sees to that.
M3_HOT const Cell* EnterMethod(const Cell* pc, Registers& r, uint32_t length,
                               StaticId then, StaticId slow, const Node* method,
                               const Value& a, const Value& b,
                               const Value* c = nullptr, uint16_t extra = 0) {
  if (M3_UNLIKELY(!BudgetLeft(r))) {
    ++r.co->budget;  // (it takes the step anew)
    return Static(r, slow);
  }
  const auto* function = static_cast<const Function*>(method->value.pointer);
  Value* record = FrameEnd(r.base);
  WriteRecord(record, pc, length, extra);
  record[1].Set(Value::Of(function));
  Value* base = record + 3;
  base[0].Set(a);
  base[1].Set(b);
  r.n = 2;
  if (c != nullptr) {
    base[2].Set(*c);
    r.n = 3;
  }
  HeaderOf(base) = {Static(r, then), r.base};
  r.base = base;
  return function->entry;
}

// ---- arithmetic: r.n is the event
M3_HOT const Cell* ArithMeta(const Cell* pc, Registers& r, uint32_t length,
                             const Value& a, const Value& b, Event event,
                             StaticId slow) {
  const Node* method = FindBinary(r, a, b, event);
  if (M3_UNLIKELY(method == nullptr)) return Static(r, slow);
  return EnterMethod(pc, r, length, StaticId::kGetDone, slow, method, a, b);
}
M3_HOT const Cell* ArithMetaRR(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return ArithMeta(pc, r, 1, RB(pc, r), RC(pc, r), static_cast<Event>(r.n),
                   StaticId::kArithSlowRR);
}
M3_HOT const Cell* ArithMetaRI(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Event event = static_cast<Event>(r.n);
  const Value c = ImmediateOperand(pc, r, event);
  return ArithMeta(pc, r, 1, RB(pc, r), c, event, StaticId::kArithSlowRI);
}
M3_HOT const Cell* ArithMetaRK(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return ArithMeta(pc, r, 2, RB(pc, r), *ConstantOperand(pc, r),
                   static_cast<Event>(r.n), StaticId::kArithSlowRK);
}
M3_HOT const Cell* UnaryMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  const Value& b = RB(pc, r);
  const Node* method = FindEvent(r, b, static_cast<Event>(r.n));
  if (M3_UNLIKELY(!IsFunction(method))) {
    return Static(r, StaticId::kUnarySlow);
  }
  return EnterMethod(pc, r, 1, StaticId::kGetDone, StaticId::kUnarySlow, method,
                     b, b);
}
M3_HOT const Cell* LenMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  const Value& b = RB(pc, r);
  const Node* method = FindEvent(r, b, Event::kLen);
  if (!IsFunction(method)) return Static(r, StaticId::kLenSlow);
  return EnterMethod(pc, r, 1, StaticId::kGetDone, StaticId::kLenSlow, method,
                     b, b);
}
M3_HOT const Cell* ConcatMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  const Value* last = &RA(pc, r) + r.n - 1;
  const Node* method = FindBinary(r, last[-1], last[0], Event::kConcat);
  if (M3_UNLIKELY(method == nullptr)) {
    return Static(r, StaticId::kConcatStep);
  }
  return EnterMethod(pc, r, 1, StaticId::kConcatDone, StaticId::kConcatStep,
                     method, last[-1], last[0], nullptr,
                     static_cast<uint16_t>(r.n));
}

// ---- comparisons: r.n is the sense
M3_HOT StaticId CompareContinuation(const Registers& r) {
  return r.n & 1 ? StaticId::kCompareDoneTrue : StaticId::kCompareDoneFalse;
}
M3_HOT const Cell* OrderMeta(Registers& r, Event event, StaticId slow) {
  const Cell* pc = r.co->pc;
  const Value& a = RA(pc, r);
  const Value& b = RB(pc, r);
  const Node* method = FindBinary(r, a, b, event);
  if (M3_UNLIKELY(method == nullptr)) return Static(r, slow);
  return EnterMethod(pc, r, 1, CompareContinuation(r), slow, method, a, b);
}
M3_HOT const Cell* LtMeta(const Cell*, Registers& r) {
  return OrderMeta(r, Event::kLt, StaticId::kLtSlow);
}
M3_HOT const Cell* LeMeta(const Cell*, Registers& r) {
  return OrderMeta(r, Event::kLe, StaticId::kLeSlow);
}
M3_HOT const Cell* EqMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  const Value& a = RA(pc, r);
  const Value& b = RB(pc, r);
  if (M3_UNLIKELY(!a.is_table() || !b.is_table())) {
    return Static(r, StaticId::kEqSlow);
  }
  const Node* method = FindEvent(r, a, Event::kEq);
  if (method == nullptr) method = FindEvent(r, b, Event::kEq);
  if (method == nullptr) {
    // (Two tables; the same one is told in the hot body.)
    return r.n & 1 ? pc + 1 : Taken(pc, r);
  }
  if (M3_UNLIKELY(!IsFunction(method))) return Static(r, StaticId::kEqSlow);
  return EnterMethod(pc, r, 1, CompareContinuation(r), StaticId::kEqSlow,
                     method, a, b);
}
M3_HOT const Cell* CompareDone(Registers& r, bool sense) {
  const Value* record = FrameEnd(r.base);
  const Cell* pc = RecordedCell(record);
  return record[1].is_truthy() == sense ? Taken(pc, r) : pc + record->spare32();
}
M3_HOT const Cell* CompareDoneTrue(const Cell*, Registers& r) {
  return CompareDone(r, true);
}
M3_HOT const Cell* CompareDoneFalse(const Cell*, Registers& r) {
  return CompareDone(r, false);
}

// ---- reading
M3_HOT bool FindOwn(const Table* t, const String* key, Value& out) {
  const Node* node = FindPresent(t, key);
  if (node == nullptr) return false;
  out.Set(node->GetValue());
  return true;
}
M3_HOT bool FindOwn(const Table* t, int64_t key, Value& out) {
  const uint64_t i = static_cast<uint64_t>(key) - 1;
  if (i < t->array_size()) {
    const Tag tag = t->ArrayTag(static_cast<uint32_t>(i));
    if (tag == Tag::kNil) return false;
    out.Set(Value::Make(t->ArrayBits(static_cast<uint32_t>(i)), tag));
    return true;
  }
  const Node* node = table_internal::FindInteger(t, key);
  if (node == nullptr || node->value_tag == Tag::kNil) return false;
  out.Set(node->GetValue());
  return true;
}

// R[a] = what `t` has under a short string or an integer, itself or by way of
// __index.
template <typename Key>
M3_HOT const Cell* GetFrom(const Cell* pc, Registers& r, uint32_t length,
                           const Table* t, Key key, const Value& key_value,
                           StaticId slow) {
  const String* index =
      r.co->state->event_names[static_cast<int>(Event::kIndex)];
  M3_KEEP_LOOP
  for (int level = 0; level < kMaxInlineLevels; ++level) {
    if (FindOwn(t, key, RA(pc, r))) return pc + length;
    const Node* next =
        t->metatable == nullptr ? nullptr : FindPresent(t->metatable, index);
    if (next == nullptr) {
      RA(pc, r).SetNil();
      return pc + length;
    }
    if (next->value_tag == Tag::kFunction) {
      return EnterMethod(pc, r, length, StaticId::kGetDone, slow, next,
                         Value::Of(t), key_value);
    }
    if (next->value_tag != Tag::kTable) break;
    t = static_cast<const Table*>(next->value.pointer);
  }
  return Static(r, slow);
}
M3_HOT const Cell* GetFieldMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  const Value& t = RB(pc, r);
  if (M3_UNLIKELY(!t.is_table())) return Static(r, StaticId::kGetFieldSlow);
  const String* key = pc[1].field.key;
  if (const Node* node = FindPresent(t.table(), key)) {
    Mutable(pc + 1).field.hint =
        static_cast<FieldHint>(node - t.table()->nodes);
  }
  return GetFrom(pc, r, 2, t.table(), key, Value::Of(key),
                 StaticId::kGetFieldSlow);
}
// Keys: short strings, integers, and floats that equal integers; objects that
// are there.
M3_HOT const Cell* GetIndexMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  const Value& t = RB(pc, r);
  const Value& k = RC(pc, r);
  if (M3_LIKELY(t.is_table())) {
    if (k.is_integer()) {
      return GetFrom(pc, r, 1, t.table(), k.integer(), k,
                     StaticId::kGetIndexSlow);
    }
    if (k.is_string() && k.string()->is_short()) {
      return GetFrom(pc, r, 1, t.table(),
                     static_cast<const String*>(k.string()), k,
                     StaticId::kGetIndexSlow);
    }
    if (k.is_float() && k.number() >= -0x1p53 && k.number() <= 0x1p53) {
      const auto i = static_cast<int64_t>(k.number());
      if (static_cast<double>(i) == k.number() &&
          t.table()->metatable == nullptr) {
        return GetFrom(pc, r, 1, t.table(), i, k, StaticId::kGetIndexSlow);
      }
    }
    if (k.tag >= Tag::kTable) {
      const Node* node = table_internal::FindObject(t.table(), k);
      if (node != nullptr && node->value_tag != Tag::kNil) {
        RA(pc, r).Set(node->GetValue());
        return pc + 1;
      }
    }
  }
  return Static(r, StaticId::kGetIndexSlow);
}

// ---- writing
// t[key] = v, if the key is there with a value, or a function is called for it.
M3_HOT const Cell* SetIn(const Cell* pc, Registers& r, uint32_t length,
                         Table* t, Node* node, const Value& key, const Value& v,
                         StaticId slow) {
  if (node != nullptr && node->value_tag != Tag::kNil) {
    if (t->IsBlack()) return Static(r, slow);
    node->SetValue(v);
    return pc + length;
  }
  const Value object = Value::Of(t);
  const Node* method = FindEvent(r, object, Event::kNewIndex);
  if (!IsFunction(method)) return Static(r, slow);
  return EnterMethod(pc, r, length, StaticId::kSetDone, slow, method, object,
                     key, &v);
}
M3_HOT const Cell* SetFieldIn(const Cell* pc, Registers& r, uint32_t length,
                              const Value& v, StaticId slow) {
  const Value& t = RA(pc, r);
  if (M3_UNLIKELY(!t.is_table() || t.table()->metatable == nullptr)) {
    return Static(r, slow);
  }
  String* key = pc[1].field.key;
  Node* node = table_internal::FindShortString(t.table(), key);
  if (node != nullptr) {
    Mutable(pc + 1).field.hint =
        static_cast<FieldHint>(node - t.table()->nodes);
  }
  return SetIn(pc, r, length, t.table(), node, Value::Of(key), v, slow);
}
M3_HOT const Cell* SetFieldMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return SetFieldIn(pc, r, 2, RB(pc, r), StaticId::kSetFieldSlow);
}
M3_HOT const Cell* SetFieldKMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  return SetFieldIn(pc, r, 3, pc[2].value, StaticId::kSetFieldKSlow);
}
M3_HOT const Cell* SetIndexMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  const Value& t = RA(pc, r);
  const Value& k = RB(pc, r);
  if (M3_UNLIKELY(!t.is_table())) return Static(r, StaticId::kSetIndexSlow);
  Table* table = t.table();
  Node* node;
  if (k.is_integer()) {
    const uint64_t i = static_cast<uint64_t>(k.integer()) - 1;
    if (i < table->array_size()) {
      if (table->ArrayTag(static_cast<uint32_t>(i)) != Tag::kNil) {
        return Static(r, StaticId::kSetIndexSlow);  // for the barrier
      }
      return SetIn(pc, r, 1, table, nullptr, k, RC(pc, r),
                   StaticId::kSetIndexSlow);
    }
    node = table_internal::FindInteger(table, k.integer());
  } else if (k.is_string() && k.string()->is_short()) {
    node = table_internal::FindShortString(table, k.string());
  } else if (k.tag >= Tag::kTable) {
    node = table_internal::FindObject(table, k);
  } else {
    return Static(r, StaticId::kSetIndexSlow);
  }
  if (node == nullptr && TakesNewKeys(table) && !RC(pc, r).is_nil()) {
    return Static(r, StaticId::kSetIndexNew);
  }
  return SetIn(pc, r, 1, table, node, k, RC(pc, r), StaticId::kSetIndexSlow);
}

// ---- calling
M3_HOT const Cell* CallMeta(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Value* f = &RA(pc, r);
  Value* base = f + 2;
  const Node* method = FindEvent(r, *f, Event::kCall);
  if (M3_UNLIKELY(!IsFunction(method) || base + pc->b + 1 > r.co->limit ||
                  !BudgetLeft(r))) {
    return Static(r, StaticId::kCallFill);
  }
  M3_KEEP_LOOP
  for (int i = pc->b; i > 0; --i) base[i].Set(base[i - 1]);
  base[0].Set(*f);
  f->Set(method->GetValue());
  HeaderOf(base) = {pc + 2, r.base};
  r.base = base;
  r.n = pc->b + 1u;
  return f->function()->entry;
}

// ---- continuations
M3_HOT const Cell* GetDone(const Cell*, Registers& r) {
  const Value* record = FrameEnd(r.base);
  const Cell* pc = RecordedCell(record);
  RA(pc, r).Set(record[1]);
  return pc + record->spare32();
}
M3_HOT const Cell* SetDone(const Cell*, Registers& r) {
  const Value* record = FrameEnd(r.base);
  return RecordedCell(record) + record->spare32();
}

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_OVERLOAD_H_
