// Guarded by tests/unit/embed/.
#include "lua/embed/host.h"

#include <utility>

#include "lua/embed/type_record.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/runtime/traceback.h"
#include "lua/syntax/concat.h"

namespace m3lua::embed {
namespace {

NativeResult CallIndex(NativeCall& call) {
  return call.Return(Index(call.co, call.arg(1), call.arg(2)));
}

NativeResult CallSetIndex(NativeCall& call) {
  SetIndex(call.co, call.arg(1), call.arg(2), call.arg(3));
  return call.Return();
}

}  // namespace

Host::Host(State& state, Lua* lua) : state_(state), lua_(lua) {
  refs_.next = refs_.previous = &refs_;
  handler_ = index_ = set_index_ = Value::Nil();
  handler_ = SharedFunction(state, HandleError);
  index_ = SharedFunction(state, CallIndex);
  set_index_ = SharedFunction(state, CallSetIndex);
  // (Last: what comes before may raise.)
  state.visit_host_roots = [this](gc::Marker& marker) { Visit(marker); };
  state.host = this;
}

Host::~Host() {
  while (refs_.next != &refs_) static_cast<Ref*>(refs_.next)->Reset();
  ForgetErrors();
}

void Host::Enter() {
  if (!IsOutside()) return;
  state_.heap().ForgiveEmergencies();
  state_.heap().Safepoint(*state_.main);
}

// (Everything that a call which succeeds takes is in line.)
[[gnu::always_inline]] inline absl::Status Host::CallValues(
    Value f, std::span<const Value> arguments, int wanted,
    std::span<Value>& results) {
  Capture capture{nullptr, capture_};
  capture_ = &capture;
  bool ok;
  try {
    // Inside of a host function the running coroutine need not be the main one.
    ok = state_.engine().ProtectedCall(*state_.current, f, arguments, wanted,
                                       handler_, results);
  } catch (...) {
    capture_ = capture.outer;
    return Exception();
  }
  capture_ = capture.outer;
  if (ok) [[likely]] {
    return absl::OkStatus();
  }
  if (!capture.IsOf(results[0])) capture.info.reset();
  return ErrorStatus(results[0], std::move(capture.info));
}

absl::Status Host::Exception() {
  try {
    throw;
  } catch (const LuaError&) {
    return PendingError();
  } catch (const std::bad_alloc&) {
    return MemoryError();
  }
}

absl::Status CallWithValues(Host& host, Value f,
                            std::span<const Value> arguments, int wanted,
                            std::span<Value>& results) {
  if (host.state().heap().NeedsStep()) [[unlikely]] {
    host.Enter();
  }
  return host.CallValues(f, arguments, wanted, results);
}

absl::Status Host::Call(Value f, std::span<const Outgoing> arguments,
                        int wanted, std::span<Value>& results) {
  constexpr size_t kFew = 8;
  Value few[kFew];
  std::vector<Value> many;
  Value* values = few;
  Enter();
  try {
    if (arguments.size() > kFew) [[unlikely]] {
      many.resize(arguments.size());
      values = many.data();
    }
    for (size_t i = 0; i < arguments.size(); ++i) {
      values[i] = arguments[i].Get(state_);
    }
  } catch (const LuaError&) {
    return PendingError();
  } catch (const std::bad_alloc&) {
    return MemoryError();
  }
  return CallValues(f, {values, arguments.size()}, wanted, results);
}

absl::Status Host::Index(Value t, const Outgoing& key, Value& value) {
  Enter();
  Value k = Value::Nil();
  bool raw = false;
  absl::Status status = Protect([&] {
    k = key.Get(state_);
    if (t.is_table()) {
      value = Get(state_, t.table(), k);
      raw = !value.is_nil() || t.table()->metatable == nullptr;
    }
    return absl::OkStatus();
  });
  if (raw || !status.ok()) return status;
  const Value arguments[] = {t, k};
  std::span<Value> results;
  status = CallValues(index_, arguments, 1, results);
  if (status.ok()) value = results[0];
  return status;
}

absl::Status Host::SetIndex(Value t, const Outgoing& key,
                            const Outgoing& value) {
  Enter();
  Value k = Value::Nil();
  Value v = Value::Nil();
  bool raw = false;
  absl::Status status = Protect([&] {
    k = key.Get(state_);
    v = value.Get(state_);
    raw = t.is_table() && t.table()->metatable == nullptr;
    if (raw) Set(*state_.current, t.table(), k, v);
    return absl::OkStatus();
  });
  if (raw || !status.ok()) return status;
  const Value arguments[] = {t, k, v};
  std::span<Value> results;
  return CallValues(set_index_, arguments, 0, results);
}

void Host::Visit(gc::Marker& marker) {
  for (RefNode* node = refs_.next; node != &refs_; node = node->next) {
    marker.Mark(static_cast<Ref*>(node)->value_);
  }
  marker.Mark(wait_function);
  marker.Mark(buffer_metatable);
  marker.Mark(handler_);
  marker.Mark(index_);
  marker.Mark(set_index_);
  for (const auto& [key, record] : types_) record->Visit(marker);
  if (error_values_.load(std::memory_order_relaxed) != 0) VisitErrors(marker);
}

TypeRecord* Host::FindType(const internal::TypeKey* key) const {
  auto found = types_.find(key);
  return found == types_.end() ? nullptr : found->second.get();
}

void Host::AddType(std::unique_ptr<TypeRecord> record) {
  const internal::TypeKey* key = record->head.key;
  types_[key] = std::move(record);
}

}  // namespace m3lua::embed
