// The basic functions (manual 6.1), but for loading (base_load.cc) and
// collectgarbage (base_collect.cc).  pcall, xpcall, error and pairs change the
// flow of control, so the engine runs them.
//
// Guarded by tests/conformance/base.lua.
#include <cstdio>
#include <string_view>

#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/base_functions.h"
#include "lua/stdlib/intrinsic.h"
#include "lua/stdlib/libraries.h"

namespace m3lua::stdlib {
namespace {

NativeResult Assert(NativeCall& call) {
  if (call.arg(1).is_truthy())
    return call.ReturnRange(call.co.base, call.count());
  call.CheckAny(1);
  if (!call.has(2)) return call.RaiseString("assertion failed!");
  Value message = call.arg(2);
  if (message.is_string()) return call.RaiseString(message.string()->view());
  return call.Raise(message);
}

NativeResult GetMetatable(NativeCall& call) {
  call.CheckAny(1);
  Table* metatable = MetatableOf(call.state(), call.arg(1));
  if (metatable == nullptr) return call.Return(Value::Nil());
  Value guard = MetamethodIn(call.state(), metatable, Event::kMetatable);
  return call.Return(guard.is_nil() ? Value::Of(metatable) : guard);
}

NativeResult SetMetatableFunction(NativeCall& call) {
  Table* t = call.CheckTable(1);
  Value wanted = call.arg(2);
  if (!call.has(2) || !(wanted.is_nil() || wanted.is_table())) {
    call.TypeError(2, "nil or table");
  }
  if (!MetamethodIn(call.state(), t->metatable, Event::kMetatable).is_nil()) {
    call.Error("cannot change a protected metatable");
  }
  SetMetatable(call.state(), t, wanted.is_nil() ? nullptr : wanted.table());
  return call.Return(Value::Of(t));
}

NativeResult IpairsStep(NativeCall& call) {
  int64_t i =
      static_cast<int64_t>(static_cast<uint64_t>(call.CheckInteger(2)) + 1);
  Value object = call.arg(1);
  Value v = Value::Nil();
  if (object.is_table()) v = GetInteger(object.table(), i);
  if (v.is_nil()) v = Index(call.co, object, Value::Integer(i));
  if (v.is_nil()) return call.Return(v);
  call.Push(Value::Integer(i));
  call.Push(v);
  return call.ReturnTop(2);
}

// Upvalue 1: IpairsStep.
NativeResult Ipairs(NativeCall& call) {
  call.CheckAny(1);
  call.Push(call.upvalue(1));
  call.Push(call.arg(1));
  call.Push(Value::Integer(0));
  return call.ReturnTop(3);
}

NativeResult NextFunction(NativeCall& call) {
  Table* t = call.CheckTable(1);
  Value key = call.arg(2);
  Value v;
  if (!Next(call.co, t, key, v)) return call.Return(Value::Nil());
  call.Push(key);
  call.Push(v);
  return call.ReturnTop(2);
}

NativeResult Print(NativeCall& call) {
  std::FILE* out = call.state().standard_output;
  int count = call.count();
  for (int i = 1; i <= count; ++i) {
    Value v = call.arg(i);
    if (i > 1) std::fputc('\t', out);
    if (v.is_integer() || v.is_float()) {
      char text[64];
      std::fwrite(text, 1, FormatNumberTo(v, text), out);
      continue;
    }
    std::string_view text = ToDisplayString(call.co, v)->view();
    std::fwrite(text.data(), 1, text.size(), out);
  }
  std::fputc('\n', out);
  std::fflush(out);
  return call.Return();
}

NativeResult RawEqual(NativeCall& call) {
  call.CheckAny(1);
  call.CheckAny(2);
  return call.Return(Value::Boolean(RawEquals(call.arg(1), call.arg(2))));
}

NativeResult RawGet(NativeCall& call) {
  Table* t = call.CheckTable(1);
  call.CheckAny(2);
  return call.Return(Get(call.state(), t, call.arg(2)));
}

NativeResult RawSet(NativeCall& call) {
  Table* t = call.CheckTable(1);
  call.CheckAny(2);
  call.CheckAny(3);
  Set(call.co, t, call.arg(2), call.arg(3));
  return call.Return(Value::Of(t));
}

NativeResult RawLen(NativeCall& call) {
  Value v = call.arg(1);
  if (v.is_table()) return call.Return(Value::Integer(Length(v.table())));
  if (!v.is_string()) call.TypeError(1, "table or string");
  return call.Return(Value::Integer(static_cast<int64_t>(v.string()->size())));
}

NativeResult Select(NativeCall& call) {
  int count = call.count();
  Value selector = call.arg(1);
  if (selector.is_string() && selector.string()->view().starts_with('#')) {
    return call.Return(Value::Integer(count - 1));
  }
  int64_t i = call.CheckInteger(1);
  if (i < 0) {
    i += count;
  } else if (i > count) {
    i = count;
  }
  if (i < 1) call.ArgumentError(1, "index out of range");
  return call.ReturnRange(call.co.base + i, count - i);
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// -1: not a digit in any base.
int DigitValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char letter = static_cast<char>(c | 0x20);
  return letter >= 'a' && letter <= 'z' ? letter - 'a' + 10 : -1;
}

// An integer numeral in `base`; it wraps around.
bool ParseInteger(std::string_view s, int base, int64_t& result) {
  size_t at = 0;
  auto skip_spaces = [&] {
    while (at < s.size() && IsSpace(s[at])) ++at;
  };
  skip_spaces();
  bool negative = at < s.size() && s[at] == '-';
  if (at < s.size() && (s[at] == '-' || s[at] == '+')) ++at;
  uint64_t n = 0;
  size_t first = at;
  for (; at < s.size(); ++at) {
    int digit = DigitValue(s[at]);
    if (digit < 0) break;
    if (digit >= base) return false;
    n = n * static_cast<uint64_t>(base) + static_cast<uint64_t>(digit);
  }
  if (at == first) return false;
  skip_spaces();
  result = static_cast<int64_t>(negative ? 0 - n : n);
  return at == s.size();
}

NativeResult ToNumberFunction(NativeCall& call) {
  Value v = call.arg(1);
  if (call.is_none_or_nil(2)) {
    if (v.is_number()) return call.Return(v);
    Value number = Value::Nil();
    call.PayForNumeral(v);
    if (v.is_string() && ToNumber(v, number)) return call.Return(number);
    call.CheckAny(1);
    return call.Return(Value::Nil());
  }
  int64_t base = call.CheckInteger(2);
  if (!v.is_string()) call.TypeError(1, "string");
  if (base < 2 || base > 36) call.ArgumentError(2, "base out of range");
  call.PayForNumeral(v);
  int64_t n;
  bool ok = ParseInteger(v.string()->view(), static_cast<int>(base), n);
  return call.Return(ok ? Value::Integer(n) : Value::Nil());
}

NativeResult ToStringFunction(NativeCall& call) {
  call.CheckAny(1);
  return call.Return(Value::Of(ToDisplayString(call.co, call.arg(1))));
}

// Upvalues: the names of the types, in the order of Type.
NativeResult TypeFunction(NativeCall& call) {
  call.CheckAny(1);
  return call.Return(
      call.closure()->upvalues()[static_cast<int>(call.slot(1).type())]);
}

NativeResult Warn(NativeCall& call) {
  int count = call.count();
  call.CheckString(1);
  for (int i = 2; i <= count; ++i) call.CheckString(i);
  if (!call.state().warn) return call.Return();
  for (int i = 1; i <= count; ++i) {
    // As PUC, which hands out C strings: up to the first zero byte.
    std::string_view piece = call.arg(i).string()->view();
    call.state().warn(piece.substr(0, piece.find('\0')), i < count);
  }
  return call.Return();
}

constexpr NativeEntry kFunctions[] = {
    {"collectgarbage", CollectGarbage},
    {"dofile", DoFile},
    {"getmetatable", GetMetatable},
    {"load", LoadFunction},
    {"loadfile", LoadFileFunction},
    {"print", Print},
    {"rawequal", RawEqual},
    {"rawget", RawGet},
    {"rawlen", RawLen},
    {"rawset", RawSet},
    {"tonumber", ToNumberFunction},
    {"tostring", ToStringFunction},
    {"warn", Warn},
};

}  // namespace

void OpenBase(State& state) {
  Table* globals = state.globals;
  SetSharedField(state, globals, "_G", Value::Of(globals));
  SetSharedField(state, globals, "_VERSION",
                 Value::Of(SharedString(state, "Lua 5.4")));
  Value loaded = GetField(state, state.registry, "_LOADED");
  SetSharedField(state, loaded.table(), "_G", Value::Of(globals));
  SetFunctions(state, globals, kFunctions);

  auto set = [&](const char* name, NativeClosure* f) {
    SetSharedField(state, globals, name, Value::Of(static_cast<Function*>(f)));
  };
  // As upvalue 1 of the one function the other one is kept.
  auto refer = [&](NativeClosure* from, NativeClosure* to) {
    from->upvalues()[0].Set(Value::Of(static_cast<Function*>(to)));
    state.heap().BarrierForward(from, to);
    return from;
  };
  NativeClosure* type =
      NewIntrinsic(state, Intrinsic::kType, TypeFunction, kTypeCount);
  for (int i = 0; i < kTypeCount; ++i) type->upvalues()[i] = Value::Nil();
  set("type", type);
  for (int i = 0; i < kTypeCount; ++i) {
    String* name = SharedString(state, TypeName(static_cast<Type>(i)));
    type->upvalues()[i].Set(Value::Of(name));
    state.heap().BarrierForward(type, name);
  }
  set("select", NewIntrinsic(state, Intrinsic::kSelect, Select));
  set("assert", NewIntrinsic(state, Intrinsic::kAssert, Assert));
  set("setmetatable",
      NewIntrinsic(state, Intrinsic::kSetMetatable, SetMetatableFunction));
  set("pcall", NewIntrinsic(state, Intrinsic::kPcall));
  set("xpcall", NewIntrinsic(state, Intrinsic::kXpcall));
  set("error", NewIntrinsic(state, Intrinsic::kError));
  NativeClosure* next = NewIntrinsic(state, Intrinsic::kNext, NextFunction);
  set("next", next);
  set("pairs", refer(NewIntrinsic(state, Intrinsic::kPairs, nullptr, 1), next));
  set("ipairs", refer(NewIntrinsic(state, Intrinsic::kIpairs, Ipairs, 1),
                      NewIntrinsic(state, Intrinsic::kIpairsStep, IpairsStep)));
}

}  // namespace m3lua::stdlib
