// load, loadfile, dofile.
//
// Guarded by tests/conformance/load.lua.
#include <algorithm>
#include <new>
#include <string_view>

#include "absl/strings/ascii.h"
#include "lua/runtime/buffer.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/stdlib/base_functions.h"
#include "lua/syntax/concat.h"

namespace m3lua::stdlib {
namespace {

// What load and loadfile return; argument `environment`, if it is there (it
// may be nil), becomes the first upvalue.
NativeResult Finish(NativeCall& call, bool loaded, Value result,
                    int environment) {
  if (!loaded) {
    call.Push(Value::Nil());
    call.Push(result);
    return call.ReturnTop(2);
  }
  auto* closure = static_cast<LuaClosure*>(result.function());
  if (call.has(environment) && closure->upvalue_count() > 0) {
    Upvalue* first = closure->upvalues()[0];
    first->location->Set(call.arg(environment));
    call.heap().BarrierForward(first, call.arg(environment));
  }
  return call.Return(result);
}

// Whether a compiler that asks for pieces as it needs them would have found
// the text wrong before it asked for another one.
bool IsWrongAlready(State& state, std::string_view text,
                    std::string_view chunk_name) {
  // The last token may go on in the next piece.
  constexpr std::string_view kMayGoOn = "=<>~/:.-[";
  while (!text.empty() &&
         (absl::ascii_isalnum(text.back()) || text.back() == '_' ||
          kMayGoOn.find(text.back()) != kMayGoOn.npos)) {
    text.remove_suffix(1);
  }
  PayForSource pay(state);
  return IsWrongBeforeItsEnd(text, chunk_name, RoomForSource(state), &pay);
}

// Calls the reader function (argument 1) until its end, or until the text is
// known to be wrong (by its first piece, of a kind that `mode` forbids). False:
// an error of the reader, in `error`; it has passed the message handler.
bool ReadPieces(NativeCall& call, std::string_view chunk_name,
                std::string_view mode, Buffer& contents, Value& error) {
  size_t next_look = 64 * 1024;
  PayForSource pay(call.state());
  for (;;) {
    // (A reader need not take any steps itself.)
    call.state().limits.Spend(call.co, 1);
    std::span<Value> results;
    if (!call.state().engine().ProtectedCallInside(call.co, call.arg(1), {}, 1,
                                                   results)) {
      if (call.state().limits.unwinding()) {
        ThrowValue(call.state(), results[0]);
      }
      if (IsWrongAlready(call.state(), contents.view(), chunk_name))
        return true;
      error = results[0];
      return false;
    }
    Value piece = results[0];
    if (piece.is_nil()) return true;
    String* text = ToString(call.state(), piece);
    if (text == nullptr) {
      if (IsWrongAlready(call.state(), contents.view(), chunk_name))
        return true;
      Engine& engine = call.state().engine();
      error = Value::Of(
          NewString(call.state(),
                    syntax::Concat(engine.Where(call.co, 1),
                                   "reader function must return a string")));
      error = engine.HandleError(call.co, error);
      return false;
    }
    if (text->size() == 0) return true;
    bool first = contents.size() == 0;
    contents.Append(text->view());
    if (first && !ModeAllows(mode, contents.view())) return true;
    if (contents.size() >= next_look) {
      if (IsHopeless(contents.view(), chunk_name, RoomForSource(call.state()),
                     &pay)) {
        return true;
      }
      next_look = 2 * contents.size();
    }
  }
}

// What `load` does, except that running out of memory is a result as well, as
// in PUC Lua: a text that is too large is no reason to end its loader.
template <typename Loading>
bool LoadWithinMemory(NativeCall& call, Value& result, Loading load) {
  State& state = call.state();
  try {
    return load();
  } catch (const LuaError&) {
    const Value error = state.pending_error;
    if (!error.is_string() || error.string() != state.memory_error ||
        state.limits.unwinding()) {
      throw;
    }
  } catch (const std::bad_alloc&) {
  }
  result = Value::Of(state.memory_error);
  return false;
}

const char* FileName(NativeCall& call) {
  return call.is_none_or_nil(1) ? nullptr : call.CheckString(1)->data();
}

}  // namespace

NativeResult LoadFunction(NativeCall& call) {
  constexpr int kEnvironment = 4;
  Value chunk = call.arg(1);
  std::string_view mode = call.OptView(3, "bt");
  Value result = Value::Nil();
  if (chunk.is_string() || chunk.is_number()) {
    std::string_view text = call.CheckView(1);
    std::string_view name = call.OptView(2, text);
    // (A chunk name ends at a zero byte.)
    name = name.substr(0, name.find('\0'));
    bool loaded = LoadWithinMemory(call, result, [&] {
      return Load(call.state(), text, name, mode, result);
    });
    return Finish(call, loaded, result, kEnvironment);
  }
  std::string_view name = call.OptView(2, "=(load)");
  name = name.substr(0, name.find('\0'));
  call.CheckFunction(1);
  bool loaded = LoadWithinMemory(call, result, [&] {
    Buffer contents(call.state());
    return ReadPieces(call, name, mode, contents, result) &&
           Load(call.state(), contents.view(), name, mode, result);
  });
  return Finish(call, loaded, result, kEnvironment);
}

NativeResult LoadFileFunction(NativeCall& call) {
  const char* file_name = FileName(call);
  std::string_view mode = call.OptView(2, "bt");
  Value result = Value::Nil();
  bool loaded = LoadFile(call.state(), file_name, mode, result);
  return Finish(call, loaded, result, 3);
}

NativeResult DoFile(NativeCall& call) {
  const char* file_name = FileName(call);
  Value result = Value::Nil();
  if (!LoadFile(call.state(), file_name, "bt", result)) {
    ThrowValue(call.state(), result);
  }
  return {call.Push(result), kTailCallRequest};
}

}  // namespace m3lua::stdlib
