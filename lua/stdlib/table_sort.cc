// table.sort.
//
// Two ways:
//
// - Without an order function, a plain table whose elements are all integers,
//   all floats (no NaN) or all strings: nothing can run Lua code, so the
//   payloads are sorted where they are by std::sort, many of them in pieces, so
//   that the state's limits are looked at in between.  Strings in the C locale
//   are sorted by their first eight bytes as a number, kept beside them; with
//   long ones among them, comparing is work of its own, and the other way is
//   taken.
//
// - Otherwise: quicksort in the table itself (median of the first, middle and
//   last element; the smaller part first), which makes the comparisons of
//   PUC Lua in the same order, so elements that an order function calls equal
//   end up in the same places.  When the parts turn out too uneven, a range is
//   finished by heapsort: n log n at worst.
//
// An order function may do anything: change the table, contradict itself,
// collect garbage.  So elements are always reached through Sequence, those
// in hand are kept in three slots of the native frame, and every index is
// checked against the range that it belongs to.
//
// Guarded by tests/unit/stdlib/table_sort_test.cc, tests/conformance/sort.lua.
#include "lua/stdlib/table_sort.h"

#include <algorithm>
#include <bit>
#include <climits>
#include <clocale>
#include <cstdint>
#include <cstring>
#include <optional>

#include "lua/runtime/buffer.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/stdlib/sequence.h"

namespace m3lua::stdlib {
namespace {

// ---- elements of one kind

// The first eight bytes so that numbers order as the strings do; padded with
// zeros, so that equal numbers decide nothing.
uint64_t Prefix(const String* s) {
  uint64_t word = 0;
  std::memcpy(&word, s->data(), std::min<size_t>(s->size(), sizeof word));
  if constexpr (std::endian::native == std::endian::little) {
    word = __builtin_bswap64(word);
  }
  return word;
}

struct StringWithPrefix {
  uint64_t prefix;
  String* string;
};

bool LocaleIsC() {
  const char* name = std::setlocale(LC_COLLATE, nullptr);
  return name != nullptr &&
         (std::strcmp(name, "C") == 0 || std::strcmp(name, "POSIX") == 0);
}

// std::sort, but what it takes is paid for (runtime/limits.h); which may raise
// in between, when the range is in some order.
template <typename T, typename Less>
void SortInPieces(Limits& limits, Coroutine& co, T* first, T* last, Less less) {
  // Nanoseconds for a round of an element; elements of a piece.
  constexpr int64_t kRound = 3;
  constexpr ptrdiff_t kPiece = 1 << 15;
  for (ptrdiff_t count = last - first; count > kPiece; count = last - first) {
    limits.BeforeLong(co, 2 * kRound * count);
    // The median of five, well apart, so that order and its reverse are halved.
    T some[5];
    for (ptrdiff_t i = 0; i < 5; ++i) some[i] = first[i * (count - 1) / 4];
    std::nth_element(some, some + 2, some + 5, less);
    const T pivot = some[2];
    T* middle =
        std::partition(first, last, [&](const T& x) { return less(x, pivot); });
    T* high = std::partition(middle, last,
                             [&](const T& x) { return !less(pivot, x); });
    if (std::max(middle - first, last - high) > count - count / 16) {
      // Too uneven for many rounds.
      limits.BeforeLong(
          co, kRound * count * std::bit_width(static_cast<size_t>(count)));
      break;
    }
    SortInPieces(limits, co, first, middle, less);
    first = high;
  }
  const ptrdiff_t count = last - first;
  limits.BeforeLong(
      co, kRound * count * std::bit_width(static_cast<size_t>(count)));
  std::sort(first, last, less);
}

// From this length on, strings are compared under LongLoop's eyes.
constexpr size_t kLongString = 256;

// `payloads` are in descending order of their indices.
bool SortStrings(State& state, Coroutine& co, uint64_t* payloads,
                 size_t count) {
  if (!LocaleIsC()) return false;
  for (size_t i = 0; i < count; ++i) {
    if (std::bit_cast<const String*>(payloads[i])->size() >= kLongString) {
      return false;
    }
  }
  Buffer memory(state);
  auto* keyed = reinterpret_cast<StringWithPrefix*>(
      memory.Reserve(count * sizeof(StringWithPrefix)));
  for (size_t i = 0; i < count; ++i) {
    auto* s = std::bit_cast<String*>(payloads[i]);
    keyed[i] = {Prefix(s), s};
  }
  SortInPieces(state.limits, co, keyed, keyed + count,
               [](const StringWithPrefix& a, const StringWithPrefix& b) {
                 if (a.prefix != b.prefix) return a.prefix > b.prefix;
                 return a.string->view() > b.string->view();
               });
  for (size_t i = 0; i < count; ++i) {
    payloads[i] = std::bit_cast<uint64_t>(keyed[i].string);
  }
  return true;
}

// Sorts elements 1 … count of the array part if they are all of one kind.
bool SortUniform(State& state, Coroutine& co, Table* t, uint32_t count) {
  Tag tag = t->ArrayTag(0);
  for (uint32_t i = 1; i < count; ++i) {
    if (t->ArrayTag(i) != tag) return false;
  }
  // Payloads lie downward in memory, so sorting them into descending order
  // sorts the elements.
  uint64_t* payloads = &t->ArrayBits(count - 1);
  uint64_t* end = payloads + count;
  switch (tag) {
    case Tag::kInteger:
      SortInPieces(state.limits, co, payloads, end, [](uint64_t a, uint64_t b) {
        return static_cast<int64_t>(a) > static_cast<int64_t>(b);
      });
      return true;
    case Tag::kFloat:
      for (uint32_t i = 0; i < count; ++i) {
        double d = std::bit_cast<double>(payloads[i]);
        if (d != d) return false;  // no order at all
      }
      SortInPieces(state.limits, co, payloads, end, [](uint64_t a, uint64_t b) {
        return std::bit_cast<double>(a) > std::bit_cast<double>(b);
      });
      return true;
    case Tag::kString:
      return SortStrings(state, co, payloads, count);
    default:
      return false;
  }
}

// ---- anything else

class Sorter {
 public:
  Sorter(NativeCall& call, const Sequence& seq, Value less)
      : call_(call), loop_(call), seq_(seq) {
    left_ = call.Push(Value::Nil());
    right_ = call.Push(Value::Nil());
    pivot_ = call.Push(Value::Nil());
    if (!less.is_nil()) less_.emplace(call, less, 2);
  }

  void Sort(int64_t first, int64_t last) {
    QuickSort(first, last,
              4 * std::bit_width(static_cast<uint64_t>(last - first)));
  }

 private:
  bool Less(const Value& a, const Value& b) {
    loop_.Step();
    if (!less_.has_value()) return LessThan(call_.co, a, b);
    less_->argument(0).Set(a);
    less_->argument(1).Set(b);
    return less_->Call().is_truthy();
  }

  void Fetch(Value* slot, int64_t i) { slot->Set(seq_.Get(i)); }

  // Exchanges elements i and j if j is less than i; i < j.
  void Order(int64_t i, int64_t j) {
    Fetch(left_, i);
    Fetch(right_, j);
    if (!Less(*right_, *left_)) return;
    seq_.Set(i, *right_);
    seq_.Set(j, *left_);
  }

  void QuickSort(int64_t first, int64_t last, int rounds) {
    while (first < last) {
      if (rounds-- == 0) return HeapSort(first, last);
      Order(first, last);
      if (last - first == 1) return;
      int64_t middle = first + (last - first) / 2;
      OrderMiddle(first, middle, last);
      if (last - first == 2) return;
      middle = Partition(first, middle, last);
      if (middle - first < last - middle) {
        QuickSort(first, middle - 1, rounds);
        first = middle + 1;
      } else {
        QuickSort(middle + 1, last, rounds);
        last = middle - 1;
      }
    }
  }

  // The first and the last element are in order already: puts the middle one
  // where it belongs beside them.
  void OrderMiddle(int64_t first, int64_t middle, int64_t last) {
    Fetch(right_, middle);
    Fetch(left_, first);
    if (Less(*right_, *left_)) {
      seq_.Set(middle, *left_);
      seq_.Set(first, *right_);
      return;
    }
    left_->Set(*right_);
    Fetch(right_, last);
    if (Less(*right_, *left_)) {
      seq_.Set(middle, *right_);
      seq_.Set(last, *left_);
    }
  }

  // Arranges the range around the element at `middle`; returns its place.
  // An element that is not less than the pivot stands at either end, so a
  // consistent order stops the scans; when one runs out of the range all the
  // same, the order is none.
  int64_t Partition(int64_t first, int64_t middle, int64_t last) {
    int64_t parked = last - 1;  // where the pivot waits
    Fetch(pivot_, middle);
    Fetch(right_, parked);
    seq_.Set(middle, *right_);
    seq_.Set(parked, *pivot_);
    int64_t i = first;
    int64_t j = parked;
    for (;;) {
      for (;;) {
        Fetch(left_, ++i);
        if (!Less(*left_, *pivot_)) break;
        if (i == parked) ThrowInvalidOrder();
      }
      for (;;) {
        Fetch(right_, --j);
        if (!Less(*pivot_, *right_)) break;
        if (j < i) ThrowInvalidOrder();
      }
      if (j < i) break;
      seq_.Set(i, *right_);
      seq_.Set(j, *left_);
    }
    Fetch(right_, parked);
    seq_.Set(parked, *left_);
    seq_.Set(i, *right_);
    return i;
  }

  [[noreturn]] void ThrowInvalidOrder() {
    call_.Error("invalid order function for sorting");
  }

  // The range as a heap with its root at `first`: children of the element at
  // distance d are at 2d + 1 and 2d + 2.
  void HeapSort(int64_t first, int64_t last) {
    int64_t count = last - first + 1;
    for (int64_t d = count / 2 - 1; d >= 0; --d) {
      Fetch(pivot_, first + d);
      SiftDown(first, d, count);
    }
    for (int64_t end = count - 1; end > 0; --end) {
      Fetch(pivot_, first + end);
      seq_.Set(first + end, seq_.Get(first));
      SiftDown(first, 0, end);
    }
  }

  // Puts the value in the pivot's slot into the heap of `count` elements, from
  // the hole at distance `hole` downward.
  void SiftDown(int64_t first, int64_t hole, int64_t count) {
    for (;;) {
      int64_t child = 2 * hole + 1;
      if (child >= count) break;
      Fetch(left_, first + child);
      if (child + 1 < count) {
        Fetch(right_, first + child + 1);
        if (Less(*left_, *right_)) {
          left_->Set(*right_);
          ++child;
        }
      }
      if (!Less(*pivot_, *left_)) break;
      seq_.Set(first + hole, *left_);
      hole = child;
    }
    seq_.Set(first + hole, *pivot_);
  }

  NativeCall& call_;
  LongLoop loop_;
  const Sequence& seq_;
  std::optional<RepeatedCall> less_;  // none: the operator <
  // Elements in hand, in the native frame so that the collector sees them.
  Value* left_;
  Value* right_;
  Value* pivot_;
};

}  // namespace

NativeResult TableSort(NativeCall& call) {
  Sequence seq(call, 1, Sequence::kRead | Sequence::kWrite | Sequence::kLength);
  int64_t count = seq.Length();
  if (count <= 1) return call.Return();
  if (count >= INT_MAX) call.ArgumentError(1, "array too big");
  Value less = Value::Nil();
  if (!call.is_none_or_nil(2)) less = call.CheckFunction(2);
  Table* plain = seq.plain();
  if (less.is_nil() && plain != nullptr &&
      count <= static_cast<int64_t>(plain->array_size()) &&
      SortUniform(call.state(), call.co, plain, static_cast<uint32_t>(count))) {
    return call.Return();
  }
  Sorter(call, seq, less).Sort(1, count);
  return call.Return();
}

}  // namespace m3lua::stdlib
