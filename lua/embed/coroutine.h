// Coroutines: the host drives them, and host functions suspend them.
//
// A host that resumes a coroutine itself:
//
//   CoroutineRef co = *lua.NewCoroutine(*lua.Get<FunctionRef>("generate"));
//   while (!co.done()) {
//     absl::StatusOr<int> next = co.Resume<int>();   // what it yields, or
//   }                                                // returns in the end
//
// A host function that suspends the coroutine that calls it has a parameter of
// type Resumer (which takes no argument).  After the function has returned, the
// coroutine waits until somebody calls Resume with the function's results, or
// Fail with an error that the call raises:
//
//   lua.Set("sleep", [&loop](double seconds, Resumer resumer) {
//     loop.After(seconds, [resumer]() mutable { resumer.Resume(); });
//   });
//
// Nothing of the native stack is held meanwhile.  task.h has the same as C++
// coroutines.  Lua::Spawn starts coroutines and tells when they are done.
//
// A coroutine that fails has its variables closed (__close) at once.
//
// Guarded by tests/unit/embed/coroutine_test.cc.
#ifndef LUA_EMBED_COROUTINE_H_
#define LUA_EMBED_COROUTINE_H_

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lua/embed/bind.h"
#include "lua/embed/function.h"
#include "lua/embed/reference.h"

namespace m3lua {

namespace embed {

// Resumes a coroutine with arguments; its results are good until it or the
// state is used again.
absl::Status ResumeCoroutine(Host& host, Value coroutine,
                             std::span<const Outgoing> arguments,
                             std::span<Value>& results);

// A call that waits for the host: shared by the Resumers and by the frame that
// waits.
struct Suspension;
using SuspensionPtr = std::shared_ptr<Suspension>;

SuspensionPtr NewSuspension(const Frame& frame, Problem& why);
// The results of the call, or (a status that is not OK) its error.  Goes on
// with the coroutine, if that waits already; then the status is the coroutine's
// own, if it ends with an error.
absl::Status Deliver(const SuspensionPtr& suspension,
                     std::span<const Outgoing> results, absl::Status error);
bool IsWaiting(const Suspension& suspension);
// Called once the coroutine will never go on: closed, or its state gone.
void OnAbandon(Suspension& suspension, void (*abandon)(void*), void* what);
// What the host function returns to the engine.
Value Suspend(const Frame& frame, const SuspensionPtr& suspension);

}  // namespace embed

class CoroutineRef : public Ref {
 public:
  CoroutineRef() = default;
  explicit CoroutineRef(Ref ref) : Ref(std::move(ref)) {}

  // Goes on with `arguments` until it yields, returns, or suspends in a host
  // function; R... (as for FunctionRef::Call) is what it yields or returns, and
  // nothing (nil) if it suspends.
  template <typename... R, typename... A>
  typename embed::ResultsAs<R...>::Type Resume(A&&... arguments) {
    if (!has_value()) return Check();
    // (One more, since there are no arrays of nothing.)
    const embed::Outgoing outgoing[] = {
        embed::Outgoing::Of(std::forward<A>(arguments))..., embed::Outgoing{}};
    std::span<Value> results;
    absl::Status status = embed::ResumeCoroutine(
        *host(), value(), {outgoing, sizeof...(A)}, results);
    if (!status.ok()) return status;
    constexpr int kWanted = embed::ResultsAs<R...>::kWanted;
    if constexpr (kWanted > 0) {
      Value padded[kWanted];
      for (size_t i = 0; i < kWanted; ++i) {
        padded[i] = i < results.size() ? results[i] : Value::Nil();
      }
      return embed::ResultsAs<R...>::Of(*state(), padded);
    } else {
      return embed::ResultsAs<R...>::Of(*state(), results);
    }
  }

  // It has returned or failed, was closed, or its state is gone.
  bool done() const;
  // It waits to be resumed: has yielded, or was not started yet.
  bool suspended() const;
  // It waits in a host function.
  bool waiting() const;
  // Closes its variables; it is done then.  The error of one of them.
  absl::Status Close();
};

template <>
struct Convert<CoroutineRef> : ByValue<CoroutineRef> {
  static bool Get(View v, CoroutineRef& out, Problem& why) {
    if (!v.is_coroutine()) return why.Expected("thread", v);
    out = CoroutineRef(Ref(v));
    return true;
  }
  static bool IsExactly(View v) { return v.is_coroutine(); }
  static Value Put(State& state, const CoroutineRef& co) {
    return embed::PutRef(state, co);
  }
};

// The right to go on with a call of a host function that suspends.  Copies are
// the same right: the first call of Resume or Fail counts, further ones are
// kFailedPrecondition; so are calls after the coroutine was closed or its state
// has gone.  When the last copy goes without a call, nobody can go on with the
// coroutine, which may be collected then.  To be used on the thread of the
// state.
class Resumer {
 public:
  Resumer() = default;
  explicit Resumer(embed::SuspensionPtr suspension)
      : suspension_(std::move(suspension)) {}

  // `results` are those of the suspended call.  Runs the coroutine until it
  // suspends again or ends; an error that ends it is returned (and goes to the
  // callback of Lua::Spawn).
  template <typename... T>
  absl::Status Resume(T&&... results) {
    const embed::Outgoing outgoing[] = {
        embed::Outgoing::Of(std::forward<T>(results))..., embed::Outgoing{}};
    return embed::Deliver(suspension_, {outgoing, sizeof...(T)},
                          absl::OkStatus());
  }
  // The suspended call raises an error.
  absl::Status Fail(absl::Status error) {
    return embed::Deliver(suspension_, {}, std::move(error));
  }
  bool waiting() const {
    return suspension_ != nullptr && embed::IsWaiting(*suspension_);
  }

 private:
  friend struct internal::Argument<Resumer>;
  embed::SuspensionPtr suspension_;
};

namespace internal {

template <>
struct Argument<Resumer> {
  using Target = Resumer;
  static constexpr uint32_t kConsumes = 0;
  static bool Read(const Frame& frame, uint32_t, Target& out, Problem& why) {
    out = Resumer(embed::NewSuspension(frame, why));
    return out.suspension_ != nullptr;
  }
  static bool IsExactly(const Frame&, uint32_t) { return true; }
  // (A copy stays for After.)
  static Resumer Pass(Target& target) { return target; }
  static Value After(const Frame& frame, Target& target) {
    return embed::Suspend(frame, target.suspension_);
  }
};

}  // namespace internal
}  // namespace m3lua

#endif  // LUA_EMBED_COROUTINE_H_
