// The native function behind every bound callable.
//
// Guarded by tests/unit/embed/bind_test.cc.
#include "lua/embed/bind.h"

#include <exception>
#include <new>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "lua/embed/host.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/syntax/concat.h"

namespace m3lua::internal {

// Not in line: CallBound is hot.
[[gnu::noinline, gnu::cold]] NativeResult RaiseException(NativeCall& call) {
  try {
    throw;
  } catch (const LuaError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;  // "not enough memory"
  } catch (const std::exception& e) {
    return call.RaiseString(e.what());
  } catch (...) {
    return call.RaiseString("unknown C++ exception");
  }
}

namespace {

[[gnu::noinline]] NativeResult Unusual(NativeCall& call, Value v) {
  // (No switch: these are no enumerators.)
  if (v.tag == kNoResult) return call.Return();
  if (v.tag == kManyResults) {
    return call.ReturnTop(static_cast<int>(v.payload.integer));
  }
  if (v.tag == kSuspended) {
    return {static_cast<Value*>(v.payload.pointer), kTailCallRequest};
  }
  return {nullptr, kRaiseRequest};
}

NativeResult CallBound(NativeCall& call) {
  Value* upvalues = call.closure()->upvalues();
  auto thunk = reinterpret_cast<Thunk>(upvalues[0].payload.pointer);
  Value result;
  try {
    result = thunk(upvalues, call.co.base, static_cast<uint32_t>(call.count()),
                   &call, &call.state());
  } catch (...) {
    return RaiseException(call);
  }
  if (result.tag <= Tag::kCoroutine) [[likely]] {
    return call.Return(result);
  }
  return Unusual(call, result);
}

Value Raised(NativeCall& call, std::string_view message) {
  call.RaiseString(message);
  return Special(kRaised);
}

}  // namespace

Value NewBound(State& state, Thunk thunk, const uint64_t* words, size_t count,
               Value owner) {
  NativeClosure* f = NewNative(state, CallBound, static_cast<int>(count) + 1);
  f->aux32 = static_cast<uint32_t>(Intrinsic::kHost);
  f->upvalues()[0].Set(Value::LightUserdata(reinterpret_cast<void*>(thunk)));
  for (size_t i = 0; i < count; ++i) {
    f->upvalues()[i + 1].Set(Value::Make(words[i], Tag::kLightUserdata));
  }
  if (!owner.is_nil()) {
    f->upvalues()[1].Set(owner);
    state.heap().BarrierForward(f, owner);
  }
  return Value::Of(static_cast<Function*>(f));
}

Value RaiseArgument(const Frame& frame, int index, const Problem& why) {
  // (Errors of arguments are exceptions in the runtime; their texts are made
  // there, since they name the function.)
  NativeCall& call = *frame.call;
  if (index == 0) return Raised(call, why.text());
  if (frame.field != nullptr) {
    return Raised(
        call, index == 1 ? std::string(why.text())
                         : syntax::Concat("bad value for field '", frame.field,
                                          "' (", why.text(), ")"));
  }
  try {
    if (why.expected() != nullptr &&
        static_cast<uint32_t>(index) > frame.count) {
      call.ArgumentError(index, syntax::Concat(std::string_view(why.expected()),
                                               " expected, got no value"));
    }
    call.ArgumentError(index, why.text());
  } catch (const LuaError&) {
    return Special(kRaised);
  }
}

Value RaiseNoOverload(const Frame& frame) {
  std::string types;
  for (uint32_t i = 1; i <= frame.count; ++i) {
    if (i > 1) types += ", ";
    types += TypeNameOf(*frame.state, frame.argument(i).value());
  }
  std::string message =
      syntax::Concat("no overload for arguments (", types, ")");
  try {
    frame.call->ArgumentError(1, message);
  } catch (const LuaError&) {
    return Special(kRaised);
  }
}

Value RaiseStatusText(const Frame& frame, const char* text, size_t size,
                      const absl::Status* status) {
  NativeCall& call = *frame.call;
  State& state = *frame.state;
  Value error;
  if (status != nullptr && state.host != nullptr) {
    if (state.host->ErrorValue(*status, error)) {
      call.Raise(error);
      return Special(kRaised);
    }
    if (status->code() == absl::StatusCode::kResourceExhausted &&
        std::string_view(text, size) == state.memory_error->view()) {
      call.Raise(Value::Of(state.memory_error));
      return Special(kRaised);
    }
  }
  return Raised(call, std::string_view(text, size));
}

Value PutResults(const Frame& frame, const Value* values, size_t count) {
  NativeCall& call = *frame.call;
  if (count > NativeCall::kMinimumSlots) {
    // Their slots may move.
    const Value* base = call.co.base;
    const Value* end = call.co.top;
    gc::Heap::InFlight kept(frame.state->heap(), values, count);
    call.EnsureSlots(static_cast<uint32_t>(count), "too many results");
    if (values >= base && values < end) values += call.co.base - base;
  }
  for (size_t i = 0; i < count; ++i) call.Push(values[i]);
  return Special(kManyResults, count);
}

Lua* LuaOf(State& state) {
  return state.host == nullptr ? nullptr : state.host->lua();
}

}  // namespace m3lua::internal
