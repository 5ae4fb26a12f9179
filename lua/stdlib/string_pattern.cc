// string.find, match, gmatch and gsub: the Lua side of the matcher in
// pattern.h.
//
// Subjects and patterns are arguments (or upvalues of the iterator), so they
// stay alive and in place while gsub calls functions.
//
// Guarded by tests/unit/stdlib/string_pattern_test.cc and
// tests/conformance/string_pattern.lua.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "lua/runtime/buffer.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/character_class.h"
#include "lua/stdlib/pattern.h"
#include "lua/stdlib/string_functions.h"
#include "lua/stdlib/string_position.h"

namespace m3lua::stdlib {
namespace {

using Anchors = PatternMatcher::Anchors;

class CallHost final : public PatternHost {
 public:
  explicit CallHost(NativeCall& call) : call_(call) {}
  void PatternError(std::string_view message) override { call_.Error(message); }
  void PatternCheck(int64_t steps) override {
    call_.Spend(static_cast<size_t>(steps));
  }

 private:
  NativeCall& call_;
};

constexpr CharSet kSpecials = CharSet::Of("^$*+?.([%-");

bool HasSpecials(std::string_view pattern) {
  return std::any_of(pattern.begin(), pattern.end(), [](char c) {
    return kSpecials.Has(static_cast<unsigned char>(c));
  });
}

// The first place of `piece` in `s`, or null.  Most searches end at the first
// or second byte that fits; memmem, whose time is linear but which has a table
// to fill first, takes over from a search that meets many false starts.
const char* FindPlainAtOnce(std::string_view s, std::string_view piece) {
  if (piece.empty()) return s.data();
  if (piece.size() > s.size()) return nullptr;
  const char* here = s.data();
  const char* last = s.data() + (s.size() - piece.size());  // possible start
  for (int false_starts = 0; false_starts < 8; ++false_starts) {
    here = static_cast<const char*>(
        std::memchr(here, piece[0], static_cast<size_t>(last - here) + 1));
    if (here == nullptr) return nullptr;
    if (std::memcmp(here, piece.data(), piece.size()) == 0) return here;
    if (here++ == last) return nullptr;
  }
  return static_cast<const char*>(
      ::memmem(here, static_cast<size_t>(s.data() + s.size() - here),
               piece.data(), piece.size()));
}

// The same, in pieces of the subject, which are paid for one by one.
const char* FindPlain(NativeCall& call, std::string_view s,
                      std::string_view piece) {
  constexpr size_t kAtOnce = 64 * 1024;
  while (s.size() > kAtOnce && piece.size() < kAtOnce) {
    const size_t size = kAtOnce + piece.size();
    if (size >= s.size()) break;
    call.Spend(kAtOnce / Limits::kBytesPerStep);
    if (const char* found = FindPlainAtOnce(s.substr(0, size), piece)) {
      return found;
    }
    s.remove_prefix(kAtOnce);
  }
  // (What is long here has a long piece to be found.)
  if (s.size() > kAtOnce) call.BeforeLong(s.size());
  const char* found = FindPlainAtOnce(s, piece);
  call.Charge(
      (found != nullptr ? static_cast<size_t>(found - s.data()) : s.size()) /
      Limits::kBytesPerStep);
  return found;
}

Value CaptureValue(NativeCall& call, const PatternMatcher& matcher, int index,
                   const char* start, const char* end) {
  PatternMatcher::Capture capture = matcher.GetCapture(index, start, end);
  if (capture.is_position()) {
    return Value::Integer(capture.start - matcher.subject() + 1);
  }
  return Value::Of(NewString(
      call.state(), {capture.start, static_cast<size_t>(capture.length)}));
}

// The number of values that a match gives: its captures, or all of it.
int ValueCount(const PatternMatcher& matcher) {
  return std::max(matcher.capture_count(), 1);
}

NativeResult ReturnCaptures(NativeCall& call, const PatternMatcher& matcher,
                            const char* start, const char* end) {
  const int count = ValueCount(matcher);
  if (count == 1) {
    return call.Return(CaptureValue(call, matcher, 0, start, end));
  }
  call.EnsureSlots(static_cast<uint32_t>(count), "too many captures");
  for (int i = 0; i < count; ++i) {
    call.Push(CaptureValue(call, matcher, i, start, end));
  }
  return call.ReturnTop(count);
}

template <bool kFind>
NativeResult FindOrMatch(NativeCall& call) {
  std::string_view subject = call.CheckView(1);
  std::string_view pattern = call.CheckView(2);
  const size_t init = StartPosition(call.OptInteger(3, 1), subject.size()) - 1;
  if (init > subject.size()) return call.Return(Value::Nil());
  if (kFind && (call.arg(4).is_truthy() || !HasSpecials(pattern))) {
    const char* found = FindPlain(call, subject.substr(init), pattern);
    if (found == nullptr) return call.Return(Value::Nil());
    const int64_t start = found - subject.data();
    call.Push(Value::Integer(start + 1));
    call.Push(Value::Integer(start + static_cast<int64_t>(pattern.size())));
    return call.ReturnTop(2);
  }
  CallHost host(call);
  PatternMatcher matcher(&host, subject, pattern, Anchors::kHonour);
  const char* start;
  const char* end = matcher.Find(subject.data() + init, nullptr, start);
  Limits::Charge(call.co, matcher.TakeSteps());
  if (end == nullptr) return call.Return(Value::Nil());
  if (!kFind) return ReturnCaptures(call, matcher, start, end);
  const int captures = matcher.capture_count();
  call.EnsureSlots(static_cast<uint32_t>(captures) + 2, "too many captures");
  call.Push(Value::Integer(start - subject.data() + 1));
  call.Push(Value::Integer(end - subject.data()));
  for (int i = 0; i < captures; ++i) {
    call.Push(CaptureValue(call, matcher, i, start, end));
  }
  return call.ReturnTop(captures + 2);
}

// ---- gmatch

// What an iterator keeps between its calls, in a userdata: upvalue 3.
// Upvalues 1 and 2 are the subject and the pattern that it points into.
struct GmatchState {
  PatternMatcher matcher;
  const char* position;  // null: at the end
  const char* last_end;
};
static_assert(std::is_trivially_destructible_v<GmatchState>);
static_assert(alignof(GmatchState) <= 16);

NativeResult GmatchNext(NativeCall& call) {
  auto& iterator =
      *static_cast<GmatchState*>(call.upvalue(3).userdata()->memory());
  if (iterator.position == nullptr) return call.Return();
  CallHost host(call);
  iterator.matcher.set_host(&host);
  const char* start;
  const char* end =
      iterator.matcher.Find(iterator.position, iterator.last_end, start);
  Limits::Charge(call.co, iterator.matcher.TakeSteps());
  if (end == nullptr) {
    iterator.position = nullptr;
    return call.Return();
  }
  iterator.position = iterator.last_end = end;
  return ReturnCaptures(call, iterator.matcher, start, end);
}

// ---- gsub

// What replaces a match.
class Replacement {
 public:
  Replacement(NativeCall& call, PatternMatcher& matcher)
      : call_(call), matcher_(matcher), value_(call.arg(3)) {
    if (value_.is_string()) {
      text_ = value_.string()->view();
      is_plain_ = text_.find('%') == std::string_view::npos;
    }
  }

  // Appends the replacement of the match from `start` to `end`; false if the
  // match stays as it is.
  bool Append(Buffer& out, const char* start, const char* end) {
    switch (value_.tag) {
      case Tag::kString:
        if (is_plain_) {
          out.Append(text_);
        } else {
          AppendText(out, start, end);
        }
        return true;
      case Tag::kFunction:
        return AppendValue(out, CallFunction(start, end), start, end);
      default:
        return AppendValue(out, Lookup(start, end), start, end);
    }
  }

 private:
  // A replacement string with %0 … %9 and %%.
  void AppendText(Buffer& out, const char* start, const char* end) {
    std::string_view rest = text_;
    for (;;) {
      const size_t percent = rest.find('%');
      out.Append(rest.substr(0, percent));
      if (percent == std::string_view::npos) return;
      const unsigned char c =
          percent + 1 < rest.size() ? rest[percent + 1] : '\0';
      if (c == '%') {
        out.Append('%');
      } else if (c == '0') {
        out.Append(start, static_cast<size_t>(end - start));
      } else if (kDigit.Has(c)) {
        AppendCapture(out, matcher_.GetCapture(c - '1', start, end));
      } else {
        call_.Error("invalid use of '%' in replacement string");
      }
      rest.remove_prefix(percent + 2);
    }
  }

  void AppendCapture(Buffer& out, PatternMatcher::Capture capture) {
    if (capture.is_position()) {
      AppendNumber(out, Value::Integer(capture.start - matcher_.subject() + 1));
    } else {
      out.Append(capture.start, static_cast<size_t>(capture.length));
    }
  }

  static void AppendNumber(Buffer& out, Value number) {
    out.Commit(FormatNumberTo(number, out.Reserve(64)));
  }

  Value Lookup(const char* start, const char* end) {
    Value key = CaptureValue(call_, matcher_, 0, start, end);
    Table* table = value_.table();
    if (table->metatable == nullptr) return Get(call_.state(), table, key);
    return Index(call_.co, value_, key);
  }

  Value CallFunction(const char* start, const char* end) {
    const int count = ValueCount(matcher_);
    if (count <= static_cast<int>(RepeatedCall::kMaxArguments)) {
      if (!function_) function_.emplace(call_, value_, count);
      for (int i = 0; i < count; ++i) {
        function_->argument(i).Set(
            CaptureValue(call_, matcher_, i, start, end));
      }
      return function_->Call();
    }
    Value captures[PatternMatcher::kMaxCaptures];
    for (int i = 0; i < count; ++i) {
      captures[i] = CaptureValue(call_, matcher_, i, start, end);
    }
    return call_.state().engine().Call(
        call_.co, value_, {captures, static_cast<size_t>(count)}, 1)[0];
  }

  bool AppendValue(Buffer& out, Value value, const char* start,
                   const char* end) {
    if (value.is_string()) {
      out.Append(value.string()->view());
      return true;
    }
    if (value.is_number()) {
      AppendNumber(out, value);
      return true;
    }
    if (value.is_truthy()) {
      call_.ErrorF("invalid replacement value (a %s)", TypeName(value.type()));
    }
    out.Append(start, static_cast<size_t>(end - start));
    return false;
  }

  NativeCall& call_;
  PatternMatcher& matcher_;
  const Value value_;
  std::optional<RepeatedCall> function_;
  std::string_view text_;
  bool is_plain_ = false;
};

}  // namespace

NativeResult StringFind(NativeCall& call) { return FindOrMatch<true>(call); }

NativeResult StringMatch(NativeCall& call) { return FindOrMatch<false>(call); }

NativeResult StringGmatch(NativeCall& call) {
  String* subject = call.CheckString(1);
  String* pattern = call.CheckString(2);
  const size_t init = StartPosition(call.OptInteger(3, 1), subject->size()) - 1;
  NativeClosure* next = NewNative(call.state(), GmatchNext, 3);
  Userdata* memory = NewUserdata(call.state(), sizeof(GmatchState), 0, nullptr);
  // The host is set anew by each call of the iterator.
  new (memory->memory()) GmatchState{
      PatternMatcher(nullptr, subject->view(), pattern->view(),
                     Anchors::kIgnore),
      init <= subject->size() ? subject->data() + init : nullptr, nullptr};
  const Value upvalues[] = {Value::Of(subject), Value::Of(pattern),
                            Value::Of(memory)};
  for (int i = 0; i < 3; ++i) {
    next->upvalues()[i].Set(upvalues[i]);
    call.heap().BarrierForward(next, upvalues[i]);
  }
  return call.Return(Value::Of(next));
}

NativeResult StringGsub(NativeCall& call) {
  String* whole = call.CheckString(1);
  std::string_view subject = whole->view();
  std::string_view pattern = call.CheckView(2);
  const Value replacement_value = call.arg(3);
  int64_t left = call.OptInteger(4, static_cast<int64_t>(subject.size()) + 1);
  if (replacement_value.is_number()) {
    call.CheckString(3);  // converts it in place
  } else if (!replacement_value.is_string() && !replacement_value.is_table() &&
             !replacement_value.is_function()) {
    call.TypeError(3, "string/function/table");
  }
  CallHost host(call);
  PatternMatcher matcher(&host, subject, pattern, Anchors::kHonour);
  Replacement replacement(call, matcher);
  Buffer out(call.state());
  const char* position = subject.data();  // everything before it is in `out`
  const char* last_end = nullptr;
  int64_t count = 0;
  bool changed = false;
  LongLoop rounds(call);
  for (; left > 0; --left) {
    rounds.Step();
    const char* start;
    const char* end = matcher.Find(position, last_end, start);
    if (end == nullptr) break;
    ++count;
    out.Append(position, static_cast<size_t>(start - position));
    changed |= replacement.Append(out, start, end);
    position = last_end = end;
    if (matcher.anchored()) break;
  }
  Limits::Charge(call.co, matcher.TakeSteps());
  Value result = Value::Of(whole);
  if (changed) {
    out.Append(position, static_cast<size_t>(matcher.subject_end() - position));
    result = Value::Of(out.ToString());
  }
  call.Push(result);
  call.Push(Value::Integer(count));
  return call.ReturnTop(2);
}

}  // namespace m3lua::stdlib
