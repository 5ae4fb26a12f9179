// Guarded by tests/unit/embed/lua_test.cc.
//
// Values are kept in C++ variables only where nothing calls into Lua
// (lua/runtime/native.h); whatever allocates outside of a protected call is
// inside Protect.
#include "lua/embed/lua.h"

#include <new>
#include <utility>

#include "absl/strings/cord.h"
#include "lua/embed/message_handler.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/libraries.h"
#include "lua/syntax/concat.h"
#include "m3style/engine/make_engine.h"

namespace m3lua {
namespace {

constexpr char kTracebackPayload[] = "m3lua/traceback";

// (abseil's string_view may be a type of its own.)
absl::string_view ToAbsl(std::string_view s) { return {s.data(), s.size()}; }

absl::Status MakeStatus(absl::StatusCode code, std::string_view message) {
  try {
    return absl::Status(code, ToAbsl(message));
  } catch (const std::bad_alloc&) {
    // A status without a message needs no memory.
    return absl::Status(absl::StatusCode::kResourceExhausted, "");
  }
}

// The status of an error value that has (perhaps) been through the message
// handler.
absl::Status StatusOfError(State& state, Value error) {
  std::string_view text =
      error.is_string() ? error.string()->view() : "(error object)";
  size_t title = text.rfind(embed::kTracebackTitle);
  if (title == 0 || (title != text.npos && text[--title] != '\n')) {
    title = text.npos;
  }
  std::string_view message = text.substr(0, title);
  absl::Status status = MakeStatus(message == state.memory_error->view()
                                       ? absl::StatusCode::kResourceExhausted
                                       : absl::StatusCode::kUnknown,
                                   message);
  if (title != std::string_view::npos) {
    try {
      status.SetPayload(kTracebackPayload,
                        absl::Cord(ToAbsl(text.substr(title + 1))));
    } catch (const std::bad_alloc&) {
      // Then there is no traceback.
    }
  }
  return status;
}

Value ToValue(State& state, const Lua::Scalar& scalar) {
  struct Visitor {
    State& state;
    Value operator()(std::monostate) const { return Value::Nil(); }
    Value operator()(bool b) const { return Value::Boolean(b); }
    Value operator()(int64_t i) const { return Value::Integer(i); }
    Value operator()(double d) const { return Value::Float(d); }
    Value operator()(const std::string& s) const {
      return Value::Of(NewString(state, s));
    }
  };
  return std::visit(Visitor{state}, scalar);
}

absl::Status ToScalar(Value v, Lua::Scalar& scalar) {
  switch (v.type()) {
    case Type::kNil:
      scalar = std::monostate();
      break;
    case Type::kBoolean:
      scalar = v.is_truthy();
      break;
    case Type::kString:
      scalar = std::string(v.string()->view());
      break;
    case Type::kNumber:
      if (v.is_integer()) {
        scalar = v.integer();
      } else {
        scalar = v.number();
      }
      break;
    default:
      return MakeStatus(
          absl::StatusCode::kInvalidArgument,
          syntax::Concat("a ", TypeName(v.type()), " is not a scalar value"));
  }
  return absl::OkStatus();
}

absl::Status ToScalars(std::span<const Value> values, Lua::Scalars& scalars) {
  scalars.resize(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    absl::Status status = ToScalar(values[i], scalars[i]);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

std::vector<Value> ToValues(State& state, Lua::Arguments scalars) {
  std::vector<Value> values;
  for (const Lua::Scalar& scalar : scalars) {
    values.push_back(ToValue(state, scalar));
  }
  return values;
}

}  // namespace

Lua::Lua(const Options& options) {
  StateOptions state_options;
  state_options.memory_limit = options.memory_limit;
  state_options.stack_limit = options.stack_limit;
  state_ = std::make_unique<State>(state_options, m3::MakeEngine);
  // If memory does not suffice for the library, scripts will miss functions
  // and the first error tells.
  if (options.standard_library) OpenLibraries().IgnoreError();
}

Lua::~Lua() = default;

// Runs `action`, which returns a Status and may raise Lua errors.
template <typename Action>
absl::Status Lua::Protect(Action action) {
  if (state_->current->native_depth == 0) state_->heap().ForgiveEmergencies();
  try {
    return action();
  } catch (const LuaError&) {
    Value error = state_->pending_error;
    state_->pending_error = Value::Nil();
    return StatusOfError(*state_, error);
  } catch (const std::bad_alloc&) {
    return MakeStatus(absl::StatusCode::kResourceExhausted,
                      state_->memory_error->view());
  }
}

absl::Status Lua::OpenLibraries() {
  return Protect([&] {
    stdlib::OpenAll(*state_);
    return absl::OkStatus();
  });
}

// ---- running

absl::Status Lua::Run(Value function, std::span<const Value> arguments,
                      Scalars* results) {
  // Inside of a host function the running coroutine need not be the main one.
  Coroutine& co = *state_->current;
  std::span<Value> values;
  if (!state_->engine().ProtectedCall(
          co, function, arguments, results != nullptr ? -1 : 0,
          embed::NewMessageHandler(*state_), values)) {
    return StatusOfError(*state_, values[0]);
  }
  return results != nullptr ? ToScalars(values, *results) : absl::OkStatus();
}

absl::Status Lua::LoadAndRun(std::string_view code, std::string_view chunk_name,
                             Scalars* results) {
  return Protect([&] {
    Value function = Value::Nil();
    if (!Load(*state_, code, chunk_name.empty() ? code : chunk_name, "bt",
              function)) {
      return MakeStatus(absl::StatusCode::kInvalidArgument,
                        function.string()->view());
    }
    return Run(function, {}, results);
  });
}

absl::Status Lua::RunString(std::string_view code,
                            std::string_view chunk_name) {
  return LoadAndRun(code, chunk_name, nullptr);
}

absl::Status Lua::RunFile(const std::string& file_name) {
  return Protect([&] {
    Value function = Value::Nil();
    bool cannot_read;
    if (!LoadFile(*state_, file_name.c_str(), "bt", function, &cannot_read)) {
      return MakeStatus(cannot_read ? absl::StatusCode::kNotFound
                                    : absl::StatusCode::kInvalidArgument,
                        function.string()->view());
    }
    return Run(function, {}, nullptr);
  });
}

absl::StatusOr<Lua::Scalars> Lua::Eval(std::string_view code) {
  Scalars results;
  absl::Status status = Protect([&] {
    // As the prompt does: an expression first.
    std::string expression = syntax::Concat("return ", code, ";");
    Value function = Value::Nil();
    if (Load(*state_, expression, code, "t", function)) {
      return Run(function, {}, &results);
    }
    return LoadAndRun(code, code, &results);
  });
  if (!status.ok()) return status;
  return results;
}

absl::StatusOr<Lua::Scalars> Lua::Call(std::string_view function,
                                       Arguments arguments) {
  Scalars results;
  absl::Status status = Protect([&] {
    Value f = Index(*state_->current, Value::Of(state_->globals),
                    Value::Of(NewString(*state_, function)));
    return Run(f, ToValues(*state_, arguments), &results);
  });
  if (!status.ok()) return status;
  return results;
}

// ---- globals

absl::Status Lua::SetGlobal(std::string_view name, const Scalar& value) {
  return Protect([&] {
    SetField(*state_, state_->globals, name, ToValue(*state_, value));
    return absl::OkStatus();
  });
}

absl::StatusOr<Lua::Scalar> Lua::GetGlobal(std::string_view name) {
  Scalar scalar;
  absl::Status status = Protect([&] {
    return ToScalar(GetField(*state_, state_->globals, name), scalar);
  });
  if (!status.ok()) return status;
  return scalar;
}

// ---- functions

// Upvalue 1: the function, as light userdata.
NativeResult Lua::CallHost(NativeCall& call) {
  auto& function = *static_cast<HostFunction*>(call.upvalue(1).pointer());
  // Ends before the error is raised: its destructors must have run.
  Value error;
  {
    Scalars arguments;
    absl::Status status = ToScalars(
        std::span<const Value>(call.co.base, static_cast<size_t>(call.count())),
        arguments);
    if (status.ok()) {
      absl::StatusOr<Scalars> results = function(arguments);
      if (results.ok()) {
        call.EnsureSlots(static_cast<uint32_t>(results->size()),
                         "too many results");
        for (const Scalar& result : *results) {
          call.Push(ToValue(call.state(), result));
        }
        return call.ReturnTop(static_cast<int>(results->size()));
      }
      status = results.status();
    }
    std::string_view message(status.message().data(), status.message().size());
    error = Value::Of(NewString(
        call.state(),
        syntax::Concat(call.state().engine().Where(call.co, 1), message)));
  }
  ThrowValue(call.state(), error);
}

absl::Status Lua::Register(std::string_view name, HostFunction function) {
  return Protect([&] {
    functions_.push_back(std::make_unique<HostFunction>(std::move(function)));
    NativeClosure* closure = NewNative(*state_, CallHost, 1);
    closure->upvalues()[0].Set(Value::LightUserdata(functions_.back().get()));
    SetField(*state_, state_->globals, name,
             Value::Of(static_cast<Function*>(closure)));
    return absl::OkStatus();
  });
}

absl::Status Lua::RegisterNative(std::string_view name,
                                 NativeFunction function) {
  return Protect([&] {
    SetField(*state_, state_->globals, name,
             Value::Of(static_cast<Function*>(NewNative(*state_, function))));
    return absl::OkStatus();
  });
}

// ---- errors

void Lua::Interrupt() { state_->interrupt = true; }

std::string Lua::TracebackOf(const absl::Status& status) {
  absl::optional<absl::Cord> payload = status.GetPayload(kTracebackPayload);
  return payload.has_value() ? std::string(*payload) : "";
}

std::string Lua::Describe(const absl::Status& status) {
  std::string traceback = TracebackOf(status);
  std::string text(status.message().data(), status.message().size());
  if (!traceback.empty()) text.append("\n").append(traceback);
  return text;
}

}  // namespace m3lua
