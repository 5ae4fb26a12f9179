// Guarded by tests/cli.
#include "lua/embed/message_handler.h"

#include <string>

#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/traceback.h"
#include "lua/syntax/concat.h"

namespace m3lua::embed {
namespace {

constexpr std::string_view kRegistryKey = "m3lua.message_handler";

NativeResult HandleMessage(NativeCall& call) {
  Value error = call.arg(1);
  String* message = ToString(call.state(), error);
  if (message == nullptr) {
    Value to_string = MetamethodOf(call.state(), error, Event::kToString);
    if (!to_string.is_nil()) {
      Value text = call.Call(to_string, {error}, 1)[0];
      if (text.is_string()) return call.Return(text);
    }
    message = NewString(call.state(),
                        syntax::Concat("(error object is a ",
                                       TypeName(error.type()), " value)"));
  }
  return call.ReturnString(
      Traceback(call.co, call.co, message->view(), /*level=*/1));
}

}  // namespace

Value NewMessageHandler(State& state) {
  Value present = GetField(state, state.registry, kRegistryKey);
  if (present.is_function()) return present;
  Value handler = SharedFunction(state, HandleMessage);
  SetSharedField(state, state.registry, kRegistryKey, handler);
  return handler;
}

}  // namespace m3lua::embed
