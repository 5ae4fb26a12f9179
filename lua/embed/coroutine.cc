// A call that suspends is a tail call of a small Lua function, which yields
// until the host has delivered:
//
//   function(token) while not ready(token) do yield() end return take(token)
//   end
//
// So whoever else resumes the coroutine meanwhile can't disturb it.  The token
// is a userdata that holds the Suspension; when it is destroyed (the coroutine
// was closed, or the state goes), the suspension is abandoned.
//
// Guarded by tests/unit/embed/coroutine_test.cc, task_test.cc.
#include "lua/embed/coroutine.h"

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "lua/embed/host.h"
#include "lua/embed/object.h"
#include "lua/embed/task.h"
#include "lua/embed/type_record.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/stdlib/intrinsic.h"

namespace m3lua {
namespace embed {

struct Suspension {
  // Keeps the coroutine as long as the host may resume it.
  Ref coroutine;
  Values results;
  absl::Status error;
  bool delivered = false;
  // What waits in Lua, which refers to this; null: nothing.
  Userdata* token = nullptr;
  void (*abandon)(void*) = nullptr;
  void* what = nullptr;

  Suspension() = default;
  Suspension(const Suspension&) = delete;
  Suspension& operator=(const Suspension&) = delete;
  // The host has let go of it: the coroutine may be collected.
  ~Suspension() { Detach(); }
  void Detach() {
    if (token == nullptr) return;
    internal::BoxOf(token).object = nullptr;
    token = nullptr;
    if (coroutine.has_value()) {
      coroutine.state()->host->waiting.erase(
          coroutine.view().value().coroutine());
    }
  }
};

namespace {

constexpr std::string_view kWait = R"(
local yield, ready, take = ...
return function(token)
  while not ready(token) do yield() end
  return take(token)
end)";

const internal::TypeRecordHead token_head = {internal::HiddenKey()};

// Nobody waits any more: the coroutine was closed, or the state goes.
void Abandon(Suspension& suspension) {
  suspension.Detach();
  suspension.coroutine.Reset();
  suspension.results.clear();
  // (May destroy the suspension.)
  if (auto abandon = std::exchange(suspension.abandon, nullptr)) {
    abandon(suspension.what);
  }
}

// The suspension of a token; null if the host has let go of it.
Suspension* SuspensionOf(NativeCall& call) {
  Value v = call.arg(1);
  if (!v.is_userdata() || v.userdata()->host != &token_head) {
    call.TypeError(1, "token");
  }
  return static_cast<Suspension*>(internal::BoxOf(v.userdata()).object);
}

// Puts the results on the stack; how many.
int PutAll(const Frame& frame, const Suspension& suspension) {
  std::vector<Value> values;
  for (const Ref& result : suspension.results) {
    values.push_back(result.view().value());
  }
  internal::PutResults(frame, values.data(), values.size());
  return static_cast<int>(values.size());
}

NativeResult IsReady(NativeCall& call) {
  const Suspension* suspension = SuspensionOf(call);
  return call.Return(
      Value::Boolean(suspension == nullptr || suspension->delivered));
}

NativeResult Take(NativeCall& call) {
  Suspension* suspension = SuspensionOf(call);
  if (suspension == nullptr) {
    return call.RaiseString("nobody is left to resume this coroutine");
  }
  suspension->Detach();
  if (!suspension->error.ok()) {
    State& state = call.state();
    Value error;
    if (!state.host->ErrorValue(suspension->error, error)) {
      // (This function, the waiting one, the host function, its caller.)
      std::string text = state.engine().Where(call.co, 3);
      text.append(std::string(suspension->error.message()));
      error = Put(state, text);
    }
    return call.Raise(error);
  }
  const Frame frame = {call.co.base, static_cast<uint32_t>(call.count()), &call,
                       &call.state()};
  return call.ReturnTop(PutAll(frame, *suspension));
}

// The Lua function that waits.  May raise.
Value WaitFunction(Host& host) {
  if (!host.wait_function.is_nil()) return host.wait_function;
  State& state = host.state();
  Value chunk;
  if (!Load(state, kWait, "=[host]", "t", chunk)) {
    throw LuaError();  // (only for want of memory, which was raised already)
  }
  const Value functions[] = {
      Value::Of(static_cast<Function*>(
          stdlib::NewIntrinsic(state, Intrinsic::kYield))),
      SharedFunction(state, IsReady), SharedFunction(state, Take)};
  host.wait_function =
      state.engine().Call(*state.current, chunk, functions, 1)[0];
  return host.wait_function;
}

// `coroutine` stands still: tells the callback of Spawn if it is done.
void AfterResume(Host& host, Coroutine* coroutine, const absl::Status& status,
                 std::span<Value> results) {
  if (coroutine->status != CoroutineStatus::kDead) return;
  auto found = host.spawned.find(coroutine);
  if (found == host.spawned.end()) return;
  Spawned spawned = std::move(found->second);
  host.spawned.erase(found);
  if (!spawned.done) return;
  Values values;
  absl::Status outcome = !status.ok() ? status : host.Protect([&] {
    for (Value v : results) values.push_back(Ref(host.state(), v));
    return absl::OkStatus();
  });
  if (outcome.ok()) {
    spawned.done(std::move(values));
  } else {
    spawned.done(std::move(outcome));
  }
}

}  // namespace

absl::Status Host::Resume(Coroutine& co, std::span<const Outgoing> arguments,
                          bool bounded, std::span<Value>& results,
                          ResumeStatus& outcome) {
  Enter();
  std::vector<Value> values;
  outcome = ResumeStatus::kFailed;
  try {
    for (const Outgoing& argument : arguments) {
      values.push_back(argument.Get(state_));
    }
    outcome =
        bounded
            ? state_.engine().ResumeBounded(co, state_.current, values, results)
            : state_.engine().Resume(co, state_.current, values, results);
  } catch (const LuaError&) {
    return PendingError();
  } catch (const std::bad_alloc&) {
    return MemoryError();
  }
  if (outcome != ResumeStatus::kFailed) return absl::OkStatus();
  Value error = results[0];
  std::unique_ptr<ErrorInfo> info;
  if (co.failed) info = InfoOfDead(co, error);
  // Its variables are closed; the error may be another one then.
  Ref held(state_, error);
  if (co.failed) {
    Value closing;
    std::optional<Limits::Halt> halt;
    if (state_.limits.halted() && state_.limits.on_stop() != OnStop::kRaise) {
      halt.emplace(state_.limits);
    }
    state_.engine().CloseCoroutine(co, state_.current, closing);
    if (!RawEquals(closing, error)) {
      error = closing;
      info = nullptr;
    }
  }
  return ErrorStatus(error, std::move(info));
}

absl::Status ResumeCoroutine(Host& host, Value coroutine,
                             std::span<const Outgoing> arguments,
                             std::span<Value>& results) {
  Coroutine& co = *coroutine.coroutine();
  if (co.status == CoroutineStatus::kSuspended && host.waiting.contains(&co)) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition,
                      "the coroutine waits in a host function");
  }
  absl::Status status = host.Resume(co, arguments, results);
  AfterResume(host, &co, status, results);
  return status;
}

absl::Status ResumeBounded(Host& host, const CoroutineRef& coroutine,
                           std::span<const Outgoing> arguments, Values& results,
                           BoundedOutcome& outcome) {
  outcome = BoundedOutcome::kReturned;
  Coroutine& co = *coroutine.view().value().coroutine();
  if (co.status == CoroutineStatus::kSuspended && host.waiting.contains(&co)) {
    outcome = BoundedOutcome::kWaiting;
    return absl::OkStatus();
  }
  std::span<Value> values;
  ResumeStatus resumed;
  absl::Status status =
      host.Resume(co, arguments, /*bounded=*/true, values, resumed);
  if (status.ok() && resumed != ResumeStatus::kSuspended) {
    status = host.Protect([&] {
      for (Value v : values) results.push_back(Ref(host.state(), v));
      return absl::OkStatus();
    });
  }
  if (resumed == ResumeStatus::kSuspended) {
    outcome = BoundedOutcome::kSuspended;
  } else if (resumed == ResumeStatus::kYielded) {
    const bool waits = host.waiting.contains(&co);
    outcome = waits ? BoundedOutcome::kWaiting : BoundedOutcome::kYielded;
    if (waits) results.clear();
  }
  AfterResume(host, &co, status, values);
  return status;
}

void GiveUpCoroutine(const CoroutineRef& coroutine) {
  State& state = *coroutine.state();
  const Limits::Halt halt(state.limits);
  Value error;
  try {
    state.engine().CloseCoroutine(*coroutine.view().value().coroutine(),
                                  state.current, error);
  } catch (const LuaError&) {
    state.pending_error = Value::Nil();
  }
}

SuspensionPtr NewSuspension(const Frame& frame, Problem& why) {
  Coroutine& co = frame.call->co;
  if (frame.state->host == nullptr || co.nonyieldable != 0) {
    why.Invalid(&co == frame.state->main
                    ? "attempt to suspend from outside a coroutine"
                    : "attempt to suspend across a C-call boundary");
    return nullptr;
  }
  auto suspension = std::make_shared<Suspension>();
  suspension->coroutine = Ref(*frame.state, Value::Of(&co));
  return suspension;
}

Value Suspend(const Frame& frame, const SuspensionPtr& suspension) {
  NativeCall& call = *frame.call;
  State& state = *frame.state;
  if (suspension->delivered) {
    // Before it came to waiting.
    if (!suspension->error.ok()) {
      return internal::RaiseStatus(frame, suspension->error);
    }
    return internal::Special(internal::kManyResults,
                             static_cast<uint64_t>(PutAll(frame, *suspension)));
  }
  if (suspension.use_count() == 1) {
    internal::RaiseText(state, "nobody is left to resume this coroutine");
  }
  void* storage;
  Userdata* token = internal::NewUserdataWithBox(state, &token_head, nullptr, 0,
                                                 1, /*needs_destroying=*/true,
                                                 /*user_values=*/0, storage);
  internal::Box& box = internal::BoxOf(token);
  box.destroy = [](internal::Box& b) {
    auto* waiting = static_cast<Suspension*>(b.object);
    if (waiting != nullptr) Abandon(*waiting);
  };
  call.Push(Value::Of(token));
  Value wait = WaitFunction(*state.host);
  Value* first = call.Push(wait);
  call.Push(first[-1]);
  state.host->waiting.insert(&call.co);
  box.object = suspension.get();
  suspension->token = token;
  return internal::Special(internal::kSuspended,
                           reinterpret_cast<uint64_t>(first));
}

bool IsWaiting(const Suspension& suspension) {
  return !suspension.delivered && suspension.coroutine.has_value();
}

void OnAbandon(Suspension& suspension, void (*abandon)(void*), void* what) {
  suspension.abandon = abandon;
  suspension.what = what;
}

absl::Status Deliver(const SuspensionPtr& suspension,
                     std::span<const Outgoing> results, absl::Status error) {
  if (suspension == nullptr || !IsWaiting(*suspension)) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition,
                      "nobody waits for this: resumed already, closed, or the "
                      "state is gone");
  }
  Host& host = *suspension->coroutine.state()->host;
  absl::Status status = host.Protect([&] {
    for (const Outgoing& result : results) {
      suspension->results.push_back(
          Ref(host.state(), result.Get(host.state())));
    }
    return absl::OkStatus();
  });
  // (A result that can't be made is the call's error.)
  suspension->error = status.ok() ? std::move(error) : std::move(status);
  suspension->delivered = true;
  if (suspension->token == nullptr) return absl::OkStatus();
  Ref coroutine = suspension->coroutine;
  Coroutine* co = coroutine.view().value().coroutine();
  host.waiting.erase(co);
  if (co->status != CoroutineStatus::kSuspended) {
    // It is running, by somebody else's doing, and will see for itself.
    return absl::OkStatus();
  }
  std::span<Value> values;
  status = host.Resume(*co, {}, values);
  AfterResume(host, co, status, values);
  return status;
}

absl::Status StatusOfException(std::exception_ptr exception) {
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const std::bad_alloc&) {
    return MemoryError();
  } catch (const std::exception& e) {
    return MakeStatus(absl::StatusCode::kUnknown, e.what());
  } catch (...) {
    return MakeStatus(absl::StatusCode::kUnknown, "unknown C++ exception");
  }
}

}  // namespace embed

// ---- CoroutineRef

bool CoroutineRef::done() const {
  return !has_value() || value().coroutine()->status == CoroutineStatus::kDead;
}

bool CoroutineRef::suspended() const {
  return has_value() &&
         value().coroutine()->status == CoroutineStatus::kSuspended;
}

bool CoroutineRef::waiting() const {
  return suspended() && host()->waiting.contains(value().coroutine());
}

absl::Status CoroutineRef::Close() {
  if (!has_value()) return Check();
  Coroutine& co = *value().coroutine();
  if (co.status != CoroutineStatus::kSuspended &&
      co.status != CoroutineStatus::kDead) {
    return embed::MakeStatus(absl::StatusCode::kFailedPrecondition,
                             "cannot close a coroutine that runs");
  }
  Value error;
  State& state = host()->state();
  if (state.engine().CloseCoroutine(co, state.current, error)) {
    return absl::OkStatus();
  }
  return host()->ErrorStatus(error, nullptr);
}

}  // namespace m3lua
