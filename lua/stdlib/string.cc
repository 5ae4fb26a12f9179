// The string library (manual 6.4): its simple functions and the metatable of
// strings.  Patterns, format and pack are in files of their own
// (string_functions.h).
//
// Results of known size are written straight into the new string; short ones
// are made on the native stack first, since they have to be looked up in the
// intern table anyway.
//
// Guarded by tests/unit/stdlib/string_test.cc and
// tests/conformance/string_basic.lua.
#include <algorithm>
#include <climits>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "lua/bytecode/serializer.h"
#include "lua/runtime/arithmetic.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/intrinsic.h"
#include "lua/stdlib/libraries.h"
#include "lua/stdlib/string_functions.h"
#include "lua/stdlib/string_position.h"

namespace m3lua::stdlib {
namespace {

// As PUC, so that absurd sizes fail alike everywhere.
constexpr size_t kMaxResult = INT_MAX;

// A string of `size` bytes that `fill(char*)` writes; `fill` must not throw.
template <typename Fill>
Value BuildString(State& state, size_t size, Fill fill) {
  if (size <= String::kMaxShortLength) {
    char bytes[String::kMaxShortLength];
    fill(bytes);
    return Value::Of(NewString(state, {bytes, size}));
  }
  String* s = NewStringBuffer(state, size);
  fill(s->data());
  return Value::Of(s);
}

NativeResult Length(NativeCall& call) {
  return call.Return(
      Value::Integer(static_cast<int64_t>(call.CheckView(1).size())));
}

NativeResult Sub(NativeCall& call) {
  String* s = call.CheckString(1);
  const size_t length = s->size();
  const size_t start = StartPosition(call.CheckInteger(2), length);
  const size_t end = EndPosition(call.OptInteger(3, -1), length);
  if (start > end) return call.ReturnString("");
  if (start == 1 && end == length) return call.Return(Value::Of(s));
  return call.ReturnString({s->data() + start - 1, end - start + 1});
}

// Flips the case of the letters from kFirst on.  Without a table, so that the
// compiler makes vector code of the loop.
template <char kFirst>
NativeResult FlipCase(NativeCall& call) {
  std::string_view s = call.CheckView(1);
  return call.Return(BuildString(call.state(), s.size(), [&](char* to) {
    for (size_t i = 0; i < s.size(); ++i) {
      const unsigned char c = s[i];
      const bool flip = static_cast<unsigned char>(c - kFirst) < 26;
      to[i] = static_cast<char>(flip ? c ^ 0x20 : c);
    }
  }));
}

NativeResult Reverse(NativeCall& call) {
  std::string_view s = call.CheckView(1);
  return call.Return(BuildString(call.state(), s.size(), [&](char* to) {
    std::reverse_copy(s.begin(), s.end(), to);
  }));
}

NativeResult Rep(NativeCall& call) {
  String* s = call.CheckString(1);
  const int64_t count = call.CheckInteger(2);
  std::string_view separator = call.OptView(3, "");
  std::string_view piece = s->view();
  if (count <= 0) return call.ReturnString("");
  const size_t unit = piece.size() + separator.size();
  if (unit == 0) return call.ReturnString("");
  if (count == 1) return call.Return(Value::Of(s));
  if (unit < piece.size() || unit > kMaxResult / static_cast<size_t>(count)) {
    call.Error("resulting string too large");
  }
  const size_t total = unit * static_cast<size_t>(count) - separator.size();
  return call.Return(BuildString(call.state(), total, [&](char* to) {
    if (total == static_cast<size_t>(count) && piece.size() == 1) {
      std::memset(to, piece[0], total);
      return;
    }
    // The first unit, then the result so far over and over.
    std::memcpy(to, piece.data(), piece.size());
    std::memcpy(to + piece.size(), separator.data(), separator.size());
    for (size_t done = unit; done < total;) {
      const size_t more = std::min(done, total - done);
      std::memcpy(to + done, to, more);
      done += more;
    }
  }));
}

NativeResult Byte(NativeCall& call) {
  std::string_view s = call.CheckView(1);
  const int64_t first = call.OptInteger(2, 1);
  const size_t start = StartPosition(first, s.size());
  const size_t end = EndPosition(call.OptInteger(3, first), s.size());
  if (start > end) return call.Return();
  if (start == end) {
    return call.Return(
        Value::Integer(static_cast<unsigned char>(s[start - 1])));
  }
  const size_t count = end - start + 1;
  if (count >= INT_MAX) call.Error("string slice too long");
  call.EnsureSlots(static_cast<uint32_t>(count), "string slice too long");
  call.BeforeLong(count * 4);
  for (size_t i = start - 1; i < end; ++i) {
    call.Push(Value::Integer(static_cast<unsigned char>(s[i])));
  }
  return call.ReturnTop(static_cast<int>(count));
}

NativeResult Char(NativeCall& call) {
  const int count = call.count();
  // Checked first: nothing is allocated in vain.
  for (int i = 1; i <= count; ++i) {
    const int64_t code = call.CheckInteger(i);
    if (code < 0 || code > UCHAR_MAX) {
      call.ArgumentError(i, "value out of range");
    }
    call.slot(i).Set(Value::Integer(code));
  }
  return call.Return(
      BuildString(call.state(), static_cast<size_t>(count), [&](char* to) {
        for (int i = 1; i <= count; ++i) {
          to[i - 1] = static_cast<char>(call.slot(i).integer());
        }
      }));
}

NativeResult Dump(NativeCall& call) {
  Function* f = call.CheckFunction(1).function();
  if (f->kind != ObjectKind::kLuaClosure) {
    call.Error("unable to dump given function");
  }
  const bool strip = call.arg(2).is_truthy();
  return call.ReturnString(bytecode::Serialize(
      *static_cast<LuaClosure*>(f)->prototype->function, strip));
}

// ---- arithmetic on numeric strings (manual 3.4.3): metamethods of strings,
// so that programs can give strings an arithmetic of their own.

// The other operand's metamethod gets its turn if that isn't a string.
NativeResult TryMetamethod(NativeCall& call, Event event) {
  const Value a = call.arg(1);
  const Value b = call.arg(2);
  Value method = Value::Nil();
  if (!b.is_string()) method = MetamethodOf(call.state(), b, event);
  if (method.is_nil()) {
    std::string_view name =
        call.state().event_names[static_cast<int>(event)]->view();
    name.remove_prefix(2);  // "__"
    call.ErrorF("attempt to %s a '%s' with a '%s'", name, TypeName(a.type()),
                TypeName(b.type()));
  }
  return call.Return(call.Call(method, {a, b}, 1)[0]);
}

template <Event kEvent>
NativeResult ArithmeticMetamethod(NativeCall& call) {
  Value a = Value::Nil();
  Value b = Value::Nil();
  // Called directly with one argument, PUC's take it twice.
  const Value second = call.count() == 1 ? call.arg(1) : call.arg(2);
  call.PayForNumeral(call.arg(1));
  call.PayForNumeral(second);
  if (!ToNumber(call.arg(1), a) || !ToNumber(second, b)) {
    return TryMetamethod(call, kEvent);
  }
  if (kEvent == Event::kUnm) a = b;
  Value result = Value::Nil();
  switch (Arithmetic(kEvent, a, b, result)) {
    case ArithmeticResult::kOk:
      break;
    case ArithmeticResult::kNotNumbers:
      return TryMetamethod(call, kEvent);
    case ArithmeticResult::kDivideByZero:
      ThrowDivideByZero(call.co, kEvent);
  }
  return call.Return(result);
}

constexpr NativeEntry kFunctions[] = {
    {"char", Char},
    {"dump", Dump},
    {"find", StringFind},
    {"format", StringFormat},
    {"gmatch", StringGmatch},
    {"gsub", StringGsub},
    {"len", Length},
    {"lower", FlipCase<'A'>},
    {"match", StringMatch},
    {"pack", StringPack},
    {"packsize", StringPackSize},
    {"rep", Rep},
    {"reverse", Reverse},
    {"sub", Sub},
    {"unpack", StringUnpack},
    {"upper", FlipCase<'a'>},
};

constexpr NativeEntry kMetamethods[] = {
    {"__add", ArithmeticMetamethod<Event::kAdd>},
    {"__sub", ArithmeticMetamethod<Event::kSub>},
    {"__mul", ArithmeticMetamethod<Event::kMul>},
    {"__mod", ArithmeticMetamethod<Event::kMod>},
    {"__pow", ArithmeticMetamethod<Event::kPow>},
    {"__div", ArithmeticMetamethod<Event::kDiv>},
    {"__idiv", ArithmeticMetamethod<Event::kIDiv>},
    {"__unm", ArithmeticMetamethod<Event::kUnm>},
};

}  // namespace

void OpenString(State& state) {
  Table* library = NewLibrary(state, "string", kFunctions, /*more=*/1);
  SetSharedField(state, library, "byte",
                 Value::Of(NewIntrinsic(state, Intrinsic::kByte, Byte)));
  Table* metatable = NewTable(state, 0, std::size(kMetamethods) + 1);
  state.type_metatables[static_cast<int>(Type::kString)] = metatable;
  SetFunctions(state, metatable, kMetamethods);
  SetSharedField(state, metatable, "__index", Value::Of(library));
}

}  // namespace m3lua::stdlib
