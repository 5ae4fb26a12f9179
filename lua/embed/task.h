// Host functions that are C++20 coroutines: while one is suspended, so is the
// Lua coroutine that called it.
//
//   lua.Set("fetch", [&](std::string url) -> Task<std::string> {
//     Connection c = co_await network.Connect(url);
//     co_return co_await c.ReadAll();
//   });
//
// A Task runs at once, up to its first co_await that suspends.  If it is done
// then, nothing was suspended, and it may be called from anywhere; else the
// caller must be a Lua coroutine (an error otherwise, and the task is
// destroyed).  What it awaits may be anything with the three functions of a C++
// awaiter, and resumes it on the state's thread; the value of co_return is the
// result of the call, and goes through the conversions of bind.h
// (absl::StatusOr, tuples, ...).  Exceptions become Lua errors.
//
// Parameters are taken by value, since references would outlive what they refer
// to; references to objects of user types and to the state are good.
// string_views are: Lua keeps the arguments of a call that waits.  The callable
// itself lives as long as the task.
//
// If the Lua coroutine is closed or the state goes, a suspended task is
// destroyed: its locals' destructors run, also that of the awaiter it waits
// for, which then must forget its coroutine_handle.
//
// Guarded by tests/unit/embed/task_test.cc.
#ifndef LUA_EMBED_TASK_H_
#define LUA_EMBED_TASK_H_

#include <coroutine>
#include <exception>
#include <new>
#include <optional>
#include <utility>

#include "lua/embed/bind.h"
#include "lua/embed/coroutine.h"

namespace m3lua {

template <typename T = void>
class Task;

namespace embed {

// The status of an exception that a task was left by.
absl::Status StatusOfException(std::exception_ptr exception);

struct TaskPromiseBase {
  SuspensionPtr suspension;  // once the Lua coroutine waits
  std::exception_ptr exception;

  std::suspend_always initial_suspend() noexcept { return {}; }
  void unhandled_exception() { exception = std::current_exception(); }
};

// The results as values for Lua, or the error.
template <typename T>
absl::Status DeliverResult(const SuspensionPtr& suspension, T& value) {
  if constexpr (internal::StatusOrLike<T>) {
    if (!value.ok()) return Deliver(suspension, {}, value.status());
    return DeliverResult(suspension, *value);
  } else if constexpr (internal::StatusLike<T>) {
    return Deliver(suspension, {}, value);
  } else if constexpr (internal::ManyLike<T>) {
    std::vector<Outgoing> outgoing;
    for (auto& x : value) outgoing.push_back(Outgoing::Of(std::move(x)));
    return Deliver(suspension, outgoing, absl::OkStatus());
  } else if constexpr (internal::TupleLike<T>) {
    return std::apply(
        [&](auto&... each) {
          const Outgoing outgoing[] = {Outgoing::Of(std::move(each))...,
                                       Outgoing{}};
          return Deliver(suspension, {outgoing, sizeof...(each)},
                         absl::OkStatus());
        },
        value);
  } else {
    const Outgoing outgoing = Outgoing::Of(std::move(value));
    return Deliver(suspension, {&outgoing, 1}, absl::OkStatus());
  }
}

// Ends a task: its frame goes first, then Lua goes on.
template <typename Promise>
struct FinalAwaiter {
  bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<Promise> handle) noexcept {
    Promise& promise = handle.promise();
    // Still in the call: the caller takes the result.
    if (promise.suspension == nullptr) return;
    SuspensionPtr suspension = std::move(promise.suspension);
    OnAbandon(*suspension, nullptr, nullptr);
    if (promise.exception != nullptr) {
      std::exception_ptr exception = promise.exception;
      handle.destroy();
      Deliver(suspension, {}, StatusOfException(std::move(exception)))
          .IgnoreError();
    } else if constexpr (requires { promise.value; }) {
      auto value = *std::move(promise.value);
      handle.destroy();
      DeliverResult(suspension, value).IgnoreError();
    } else {
      handle.destroy();
      Deliver(suspension, {}, absl::OkStatus()).IgnoreError();
    }
  }
  void await_resume() noexcept {}
};

template <typename T>
struct TaskPromise : TaskPromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  FinalAwaiter<TaskPromise> final_suspend() noexcept { return {}; }
  template <typename X>
  void return_value(X&& x) {
    value.emplace(std::forward<X>(x));
  }
};
template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object();
  FinalAwaiter<TaskPromise> final_suspend() noexcept { return {}; }
  void return_void() {}
};

}  // namespace embed

template <typename T>
class Task {
 public:
  using promise_type = embed::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept
      : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

 private:
  template <typename R>
  friend struct internal::ResultConverter;
  Handle handle_;
};

namespace embed {

template <typename T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

}  // namespace embed

namespace internal {

template <typename T>
struct ResultConverter<Task<T>> {
  static Value Give(const Frame& frame, Task<T>& task) {
    auto& handle = task.handle_;
    handle.resume();
    auto& promise = handle.promise();
    if (handle.done()) {
      if (promise.exception != nullptr) {
        std::rethrow_exception(promise.exception);
      }
      if constexpr (std::is_void_v<T>) {
        return Special(kNoResult);
      } else {
        return GiveBack(frame, *std::move(promise.value));
      }
    }
    Problem why;
    embed::SuspensionPtr suspension = embed::NewSuspension(frame, why);
    if (suspension == nullptr) return RaiseArgument(frame, 0, why);
    promise.suspension = suspension;
    embed::OnAbandon(
        *suspension,
        [](void* address) { Task<T>::Handle::from_address(address).destroy(); },
        handle.address());
    // From now on the suspension owns it.
    handle = nullptr;
    return embed::Suspend(frame, suspension);
  }
};

}  // namespace internal
}  // namespace m3lua

#endif  // LUA_EMBED_TASK_H_
