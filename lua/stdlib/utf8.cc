// The utf8 library (manual 6.5).
//
// Strict decoding accepts what RFC 3629 does; `lax` everything up to 2^31 in
// the old encoding of up to six bytes.  Overlong forms are never accepted.
//
// Guarded by tests/unit/stdlib/utf8_test.cc and tests/conformance/utf8.lua.
#include <climits>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lua/runtime/buffer.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/libraries.h"

namespace m3lua::stdlib {
namespace {

constexpr uint32_t kMaxUnicode = 0x10FFFF;
constexpr uint32_t kMaxLax = 0x7FFFFFFF;
constexpr std::string_view kInvalid = "invalid UTF-8 code";

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}
bool IsContinuationAt(std::string_view s, size_t i) {
  return i < s.size() && IsContinuation(s[i]);
}

// The length of the sequence at `i`, which is inside `s`, and its code; 0 if
// it is not valid.
size_t Decode(std::string_view s, size_t i, bool lax, uint32_t& code) {
  const unsigned char first = s[i];
  if (first < 0x80) {
    code = first;
    return 1;
  }
  if (first < 0xC0 || first >= 0xFE) return 0;
  // As many continuation bytes as there are further ones at the top.
  size_t length = 2;
  while (first & (0x80 >> length)) ++length;
  if (s.size() - i < length) return 0;
  uint32_t value = first & (0x7F >> length);
  for (size_t k = 1; k < length; ++k) {
    if (!IsContinuation(s[i + k])) return 0;
    value = value << 6 | (static_cast<unsigned char>(s[i + k]) & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0,       0,        0x80,     0x800,
                                    0x10000, 0x200000, 0x4000000};
  if (value < kSmallest[length]) return 0;  // overlong
  if (!lax && (value > kMaxUnicode || (value >= 0xD800 && value <= 0xDFFF))) {
    return 0;
  }
  code = value;
  return length;
}

void AppendCode(Buffer& out, uint32_t code) {
  if (code < 0x80) return out.Append(static_cast<char>(code));
  // Continuation bytes from the last one on, until the rest fits the first.
  char bytes[6];
  size_t start = sizeof bytes;
  uint32_t first_limit = 0x3F;
  do {
    bytes[--start] = static_cast<char>(0x80 | (code & 0x3F));
    code >>= 6;
    first_limit >>= 1;
  } while (code > first_limit);
  bytes[--start] = static_cast<char>((~first_limit << 1) | code);
  out.Append(bytes + start, sizeof bytes - start);
}

// Positions count from 1, negative ones from the end; too far back is 0.
int64_t Position(int64_t position, size_t length) {
  if (position >= 0) return position;
  if (position < -static_cast<int64_t>(length)) return 0;
  return static_cast<int64_t>(length) + position + 1;
}

NativeResult Char(NativeCall& call) {
  Buffer out(call.state());
  for (int i = 1; i <= call.count(); ++i) {
    const int64_t code = call.CheckInteger(i);
    if (code < 0 || code > kMaxLax) {
      call.ArgumentError(i, "value out of range");
    }
    AppendCode(out, static_cast<uint32_t>(code));
  }
  return call.Return(Value::Of(out.ToString()));
}

NativeResult Codepoint(NativeCall& call) {
  std::string_view s = call.CheckView(1);
  const int64_t size = static_cast<int64_t>(s.size());
  const int64_t first = Position(call.OptInteger(2, 1), s.size());
  const int64_t last = Position(call.OptInteger(3, first), s.size());
  const bool lax = call.arg(4).is_truthy();
  if (first < 1) call.ArgumentError(2, "out of bounds");
  if (last > size) call.ArgumentError(3, "out of bounds");
  if (first > last) return call.Return();
  if (last - first >= INT_MAX) call.Error("string slice too long");
  const size_t bytes = static_cast<size_t>(last - first) + 1;
  call.EnsureSlots(static_cast<uint32_t>(bytes), "string slice too long");
  int count = 0;
  LongLoop loop(call);
  for (size_t i = static_cast<size_t>(first) - 1;
       i < static_cast<size_t>(last);) {
    loop.Step();
    uint32_t code;
    const size_t length = Decode(s, i, lax, code);
    if (length == 0) call.Error(kInvalid);
    call.Push(Value::Integer(code));
    ++count;
    i += length;
  }
  return call.ReturnTop(count);
}

NativeResult Length(NativeCall& call) {
  std::string_view s = call.CheckView(1);
  const int64_t size = static_cast<int64_t>(s.size());
  const int64_t first = Position(call.OptInteger(2, 1), s.size()) - 1;
  const int64_t last = Position(call.OptInteger(3, -1), s.size()) - 1;
  const bool lax = call.arg(4).is_truthy();
  if (first < 0 || first > size) {
    call.ArgumentError(2, "initial position out of bounds");
  }
  if (last >= size) call.ArgumentError(3, "final position out of bounds");
  int64_t count = 0;
  LongLoop loop(call);
  for (int64_t i = first; i <= last; ++count) {
    loop.Step();
    uint32_t code;
    const size_t length = Decode(s, static_cast<size_t>(i), lax, code);
    if (length == 0) {
      call.Push(Value::Nil());
      call.Push(Value::Integer(i + 1));
      return call.ReturnTop(2);
    }
    i += static_cast<int64_t>(length);
  }
  return call.Return(Value::Integer(count));
}

NativeResult Offset(NativeCall& call) {
  std::string_view s = call.CheckView(1);
  const int64_t size = static_cast<int64_t>(s.size());
  int64_t n = call.CheckInteger(2);
  int64_t i = Position(call.OptInteger(3, n >= 0 ? 1 : size + 1), s.size()) - 1;
  if (i < 0 || i > size) call.ArgumentError(3, "position out of bounds");
  LongLoop loop(call);
  auto inside = [&](int64_t at) {
    loop.Step();
    return IsContinuationAt(s, static_cast<size_t>(at));
  };
  if (n == 0) {
    while (i > 0 && inside(i)) --i;
    return call.Return(Value::Integer(i + 1));
  }
  if (inside(i)) call.Error("initial position is a continuation byte");
  if (n < 0) {
    for (; n < 0 && i > 0; ++n) {
      do {
        --i;
      } while (i > 0 && inside(i));
    }
  } else {
    for (--n; n > 0 && i < size; --n) {
      do {
        ++i;
      } while (inside(i));
    }
  }
  return call.Return(n == 0 ? Value::Integer(i + 1) : Value::Nil());
}

// The iterator of codes: (s, position of the character before) to the next.
template <bool kLax>
NativeResult NextCode(NativeCall& call) {
  std::string_view s = call.CheckView(1);
  int64_t control = 0;
  const Value argument = call.arg(2);
  if (argument.is_integer()) {
    control = argument.integer();
  } else {
    ToInteger(argument, control);
  }
  // Right behind the first byte of the character before; at the start, 0.
  uint64_t i = static_cast<uint64_t>(control);
  if (i < s.size()) {
    LongLoop loop(call);
    while (IsContinuationAt(s, i)) {
      loop.Step();
      ++i;
    }
  }
  if (i >= s.size()) return call.Return();
  uint32_t code;
  const size_t length = Decode(s, i, kLax, code);
  if (length == 0 || IsContinuationAt(s, i + length)) call.Error(kInvalid);
  call.Push(Value::Integer(static_cast<int64_t>(i) + 1));
  call.Push(Value::Integer(code));
  return call.ReturnTop(2);
}

// Upvalues: the strict and the lax iterator.
NativeResult Codes(NativeCall& call) {
  std::string_view s = call.CheckView(1);
  const bool lax = call.arg(2).is_truthy();
  if (IsContinuationAt(s, 0)) call.ArgumentError(1, kInvalid);
  call.Push(call.upvalue(lax ? 2 : 1));
  call.Push(call.arg(1));
  call.Push(Value::Integer(0));
  return call.ReturnTop(3);
}

constexpr NativeEntry kFunctions[] = {
    {"char", Char},
    {"codepoint", Codepoint},
    {"len", Length},
    {"offset", Offset},
};

// One sequence, given that the subject is valid.
constexpr std::string_view kCharPattern("[\0-\x7F\xC2-\xFD][\x80-\xBF]*", 14);

}  // namespace

void OpenUtf8(State& state) {
  Table* library = NewLibrary(state, "utf8", kFunctions, /*more=*/2);
  NativeClosure* codes = NewNative(state, Codes, 2);
  SetSharedField(state, library, "codes", Value::Of(codes));
  codes->upvalues()[0].Set(SharedFunction(state, NextCode<false>));
  codes->upvalues()[1].Set(SharedFunction(state, NextCode<true>));
  for (int i = 0; i < 2; ++i) {
    state.heap().BarrierForward(codes, codes->upvalues()[i]);
  }
  SetSharedField(state, library, "charpattern",
                 Value::Of(SharedString(state, kCharPattern)));
}

}  // namespace m3lua::stdlib
