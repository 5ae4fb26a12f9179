// Guarded by tests/unit/embed/reference_test.cc.
#include "lua/embed/reference.h"

#include <string>

#include "lua/embed/host.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"

namespace m3lua {
namespace {

NativeResult CallToString(NativeCall& call) {
  return call.Return(Value::Of(ToDisplayString(call.co, call.arg(1))));
}

}  // namespace

Ref::Ref(State& state, Value value) {
  if (state.host != nullptr) Link(state.host, value);
}

void Ref::Link(embed::Host* host, Value value) noexcept {
  host_ = host;
  value_ = value;
  host->AddRef(*this);
}

State* Ref::state() const {
  return host_ == nullptr ? nullptr : &host_->state();
}

Lua* Ref::lua() const { return host_ == nullptr ? nullptr : host_->lua(); }

absl::Status Ref::Check() const {
  if (host_ != nullptr) return absl::OkStatus();
  return embed::MakeStatus(absl::StatusCode::kFailedPrecondition,
                           "the reference is empty, or its state is gone");
}

absl::StatusOr<std::string> Ref::ToString() const {
  if (host_ == nullptr) return Check();
  Value function;
  absl::Status status = host_->Protect([&] {
    function = SharedFunction(host_->state(), CallToString);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  const embed::Outgoing argument = {value_, nullptr, nullptr};
  std::span<Value> results;
  status = host_->Call(function, {&argument, 1}, 1, results);
  if (!status.ok()) return status;
  return embed::Converted<std::string>(View(host_->state(), results[0]));
}

namespace embed {

absl::Status ConversionError(const Problem& why) {
  std::string_view text = why.text();
  return MakeStatus(absl::StatusCode::kInvalidArgument, text);
}

absl::Status MemoryError() {
  return MakeStatus(absl::StatusCode::kResourceExhausted, "not enough memory");
}

absl::Status MakeStatus(absl::StatusCode code, std::string_view message) {
  try {
    // (abseil's string_view may be a type of its own.)
    return absl::Status(code,
                        absl::string_view(message.data(), message.size()));
  } catch (const std::bad_alloc&) {
    // A status without a message needs no memory.
    return absl::Status(absl::StatusCode::kResourceExhausted, "");
  }
}

Value PutRef(State& state, const Ref& ref) {
  if (!ref.has_value()) return Value::Nil();
  if (ref.state() != &state) {
    internal::RaiseText(state, "the reference belongs to another state");
  }
  return ref.view().value();
}

}  // namespace embed
}  // namespace m3lua
