// The table library (manual 6.6): concat, insert, move, pack, remove, sort,
// unpack.
//
// Elements go through Sequence, which knows when metamethods matter; tables
// without a metatable take short cuts over whole ranges of the array part
// (ArrayRange below).  table.sort is in table_sort.cc.
//
// Guarded by tests/unit/stdlib/table_test.cc and tests/conformance/table.lua.
#include "lua/runtime/table.h"

#include <climits>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "lua/runtime/arithmetic.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/stdlib/intrinsic.h"
#include "lua/stdlib/libraries.h"
#include "lua/stdlib/sequence.h"
#include "lua/stdlib/table_sort.h"

namespace m3lua::stdlib {
namespace {

constexpr int kAll = Sequence::kRead | Sequence::kWrite | Sequence::kLength;

// Moves elements from … from + count - 1 of the array part (keys, all of them
// inside it, as their targets are) to `to`; ranges may overlap.  No barrier is
// needed: the table keeps the same objects or fewer.
void MoveInArray(Table* t, int64_t from, int64_t to, int64_t count) {
  if (count <= 0) return;
  std::memmove(t->array + (to - 1), t->array + (from - 1),
               static_cast<size_t>(count));
  // Payloads grow downward: the last element of a range comes first.
  std::memmove(&t->ArrayBits(static_cast<uint32_t>(to + count - 2)),
               &t->ArrayBits(static_cast<uint32_t>(from + count - 2)),
               static_cast<size_t>(count) * sizeof(uint64_t));
}

bool IsArrayRange(const Table* t, int64_t first, int64_t last) {
  return first >= 1 && last <= static_cast<int64_t>(t->array_size());
}

// ---- insert and remove

NativeResult Insert(NativeCall& call) {
  Sequence seq(call, 1, kAll);
  int64_t end = WrapAdd(seq.Length(), 1);  // the first empty element
  if (call.count() == 2) {
    seq.Set(end, call.arg(2));
    return call.Return();
  }
  if (call.count() != 3) call.Error("wrong number of arguments to 'insert'");
  int64_t position = call.CheckInteger(2);
  if (static_cast<uint64_t>(position) - 1 >= static_cast<uint64_t>(end)) {
    call.ArgumentError(2, "position out of bounds");
  }
  int64_t i = end;
  if (Table* t = seq.plain(); t != nullptr && i > position) {
    // The last element by itself, since the table may have to grow for it.
    Sequence::SetRaw(call.co, t, i, Sequence::GetRaw(t, i - 1));
    --i;
    if (IsArrayRange(t, position, i)) {
      call.BeforeLong(static_cast<size_t>(i - position) * 2);
      MoveInArray(t, position, position + 1, i - position);
      i = position;
    }
  }
  for (LongLoop loop(call); i > position; --i) {
    loop.Step();
    seq.Set(i, seq.Get(i - 1));
  }
  seq.Set(position, call.arg(3));
  return call.Return();
}

NativeResult Remove(NativeCall& call) {
  Sequence seq(call, 1, kAll);
  int64_t size = seq.Length();
  int64_t position = call.OptInteger(2, size);
  // From 1 to #t + 1; and #t itself, which may be 0.
  if (position != size &&
      static_cast<uint64_t>(position) - 1 > static_cast<uint64_t>(size)) {
    call.ArgumentError(1, "position out of bounds");
  }
  Value removed = seq.Get(position);
  // Kept reachable while metamethods run.
  Value* result = call.Push(removed);
  int64_t i = position;
  if (Table* t = seq.plain(); t != nullptr && IsArrayRange(t, i, size)) {
    if (i < size) call.BeforeLong(static_cast<size_t>(size - i) * 2);
    MoveInArray(t, i + 1, i, size - i);
    if (i < size) i = size;
  }
  for (LongLoop loop(call); i < size; ++i) {
    loop.Step();
    seq.Set(i, seq.Get(i + 1));
  }
  seq.Set(i, Value::Nil());
  return call.ReturnRange(result, 1);
}

// ---- move

NativeResult Move(NativeCall& call) {
  int64_t first = call.CheckInteger(2);
  int64_t last = call.CheckInteger(3);
  int64_t to = call.CheckInteger(4);
  int target_index = call.is_none_or_nil(5) ? 1 : 5;
  Sequence source(call, 1, Sequence::kRead);
  Sequence target(call, target_index, Sequence::kWrite);
  if (last < first) return call.Return(target.value());
  if (first <= 0 && last >= INT64_MAX + first) {
    call.ArgumentError(3, "too many elements to move");
  }
  int64_t count = last - first + 1;
  if (to > INT64_MAX - count + 1) {
    call.ArgumentError(4, "destination wrap around");
  }
  Table* from_table = source.plain();
  Table* to_table = target.plain();
  if (from_table != nullptr && from_table == to_table &&
      IsArrayRange(from_table, first, last) &&
      IsArrayRange(to_table, to, to + (count - 1))) {
    call.BeforeLong(static_cast<size_t>(count) * 2);
    MoveInArray(from_table, first, to, count);
    return call.Return(target.value());
  }
  bool upward =
      to > last || to <= first ||
      (target_index != 1 && !Equals(call.co, source.value(), target.value()));
  LongLoop loop(call);
  if (upward) {
    for (int64_t i = 0; i < count; ++i) {
      loop.Step();
      target.Set(to + i, source.Get(first + i));
    }
  } else {
    for (int64_t i = count - 1; i >= 0; --i) {
      loop.Step();
      target.Set(to + i, source.Get(first + i));
    }
  }
  return call.Return(target.value());
}

// ---- pack and unpack

// Upvalue 1: the string "n".
NativeResult Pack(NativeCall& call) {
  uint32_t count = static_cast<uint32_t>(call.count());
  call.BeforeLong(size_t{count} * 4);
  Table* t = NewTable(call.state(), count, 1);
  for (uint32_t i = 0; i < count; ++i) {
    // New objects are never black: no barrier.
    if (i < t->array_size()) {
      t->ArraySet(i, call.co.base[i]);
    } else {
      SetInteger(call.state(), t, int64_t{i} + 1, call.co.base[i]);
    }
  }
  SetString(call.state(), t, call.upvalue(1).string(), Value::Integer(count));
  return call.Return(Value::Of(t));
}

NativeResult Unpack(NativeCall& call) {
  int64_t first = call.OptInteger(2, 1);
  int64_t last = call.is_none_or_nil(3) ? LengthAsInteger(call.co, call.arg(1))
                                        : call.CheckInteger(3);
  if (first > last) return call.Return();
  uint64_t count = static_cast<uint64_t>(last) - static_cast<uint64_t>(first);
  if (count >= INT_MAX ||
      !call.TryEnsureSlots(static_cast<uint32_t>(++count))) {
    call.Error("too many results to unpack");
  }
  call.BeforeLong(count * 4);
  Value list = call.arg(1);
  Value* results = call.co.top;
  if (list.is_table() && list.table()->metatable == nullptr) {
    const Table* t = list.table();
    for (uint64_t i = 0; i < count; ++i) {
      results[i].Set(Sequence::GetRaw(t, first + static_cast<int64_t>(i)));
    }
    call.co.top += count;
  } else {
    for (uint64_t i = 0; i < count; ++i) {
      Value key = Value::Integer(first + static_cast<int64_t>(i));
      call.Push(Index(call.co, list, key));
    }
  }
  return call.ReturnRange(results, static_cast<int64_t>(count));
}

// ---- concat

// Texts longer than that are strings of their own right away; the others are
// interned anyway and are put together on the stack.
constexpr size_t kShort = String::kMaxShortLength;

[[noreturn]] void ThrowNotText(NativeCall& call, Value v, int64_t i) {
  call.ErrorF("invalid value (%s) at index %d in table for 'concat'",
              TypeName(v.type()), i);
}

size_t DecimalLength(int64_t n) {
  uint64_t u = static_cast<uint64_t>(n);
  size_t length = 1;
  if (n < 0) {
    u = 0 - u;
    ++length;
  }
  for (; u >= 10; u /= 10) ++length;
  return length;
}

// Writes the text of a string or number, returns the place behind it.
char* WriteText(char* out, Value v) {
  if (v.is_string()) {
    const String* s = v.string();
    size_t size = s->size();
    std::memcpy(out, s->data(), size);
    return out + size;
  }
  char buffer[64];
  size_t size = FormatNumberTo(v, buffer);
  std::memcpy(out, buffer, size);
  return out + size;
}

char* WriteElements(NativeCall& call, char* out, const Table* t, int64_t first,
                    int64_t last, std::string_view separator) {
  LongLoop loop(call);
  for (int64_t i = first;; ++i) {
    loop.Step();
    out = WriteText(out, Sequence::GetRaw(t, i));
    if (i == last) return out;
    std::memcpy(out, separator.data(), separator.size());
    out += separator.size();
  }
}

// The elements of a table without regard to metamethods; first <= last.
Value ConcatRaw(NativeCall& call, const Table* t, int64_t first, int64_t last,
                std::string_view separator) {
  size_t total = 0;
  char buffer[64];
  LongLoop loop(call);
  for (int64_t i = first;; ++i) {
    loop.Step();
    Value v = Sequence::GetRaw(t, i);
    if (v.is_string()) {
      total += v.string()->size();
    } else if (v.is_integer()) {
      total += DecimalLength(v.integer());
    } else if (v.is_float()) {
      total += FormatNumberTo(v, buffer);
    } else {
      ThrowNotText(call, v, i);
    }
    if (i == last) break;
    total += separator.size();
  }
  if (total <= kShort) {
    char* end = WriteElements(call, buffer, t, first, last, separator);
    return Value::Of(
        NewString(call.state(), {buffer, static_cast<size_t>(end - buffer)}));
  }
  String* result = NewStringBuffer(call.state(), total);
  WriteElements(call, result->data(), t, first, last, separator);
  return Value::Of(FinishString(call.state(), result));
}

// With metamethods: each element is asked for once, in order, and kept in a
// table of our own that ConcatRaw then works on.
Value ConcatWithMetamethods(NativeCall& call, const Sequence& seq,
                            int64_t first, int64_t last,
                            std::string_view separator) {
  Table* texts = NewTable(call.state());
  call.Push(Value::Of(texts));
  int64_t count = 0;
  LongLoop loop(call);
  for (int64_t i = first;; ++i) {
    loop.Step();
    Value v = seq.Get(i);
    if (!v.is_string() && !v.is_number()) ThrowNotText(call, v, i);
    Sequence::SetRaw(call.co, texts, ++count, v);
    if (i == last) break;
  }
  return ConcatRaw(call, texts, 1, count, separator);
}

NativeResult Concat(NativeCall& call) {
  Sequence seq(call, 1, Sequence::kRead | Sequence::kLength);
  int64_t length = seq.Length();
  std::string_view separator = call.OptView(2, "");
  int64_t first = call.OptInteger(3, 1);
  int64_t last = call.OptInteger(4, length);
  if (first > last) return call.ReturnString("");
  Table* plain = seq.plain();
  return call.Return(
      plain != nullptr
          ? ConcatRaw(call, plain, first, last, separator)
          : ConcatWithMetamethods(call, seq, first, last, separator));
}

constexpr NativeEntry kFunctions[] = {
    {"concat", Concat},  {"move", Move},     {"remove", Remove},
    {"sort", TableSort}, {"unpack", Unpack},
};

}  // namespace

void OpenTable(State& state) {
  Table* library = NewLibrary(state, "table", kFunctions, /*more=*/2);
  SetSharedField(state, library, "insert",
                 Value::Of(NewIntrinsic(state, Intrinsic::kInsert, Insert)));
  NativeClosure* pack = NewNative(state, Pack, 1);
  pack->upvalues()[0] = Value::Of(SharedString(state, "n"));
  SetSharedField(state, library, "pack", Value::Of(pack));
}

}  // namespace m3lua::stdlib
