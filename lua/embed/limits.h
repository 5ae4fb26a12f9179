// Bounds on what scripts may use, interrupts from other threads, and runs that
// go on where a bound has left them.
//
//   Lua::Options options;
//   options.memory_limit = 64 << 20;
//   Lua lua(std::move(options));
//   lua.SetBounds({.steps = 10'000'000, .time = absl::Milliseconds(50)});
//   absl::Status status = lua.RunString(hostile);   // kDeadlineExceeded, or …
//
// What ends a run, and the status that its caller gets:
//
//   bound      text                            status
//   memory     "not enough memory"             kResourceExhausted
//   steps      "instruction budget exhausted"  kResourceExhausted
//   time       "deadline exceeded"             kDeadlineExceeded
//   interrupt  "interrupted!"                  kCancelled
//
// with an ErrorInfo (error.h) that tells where.  docs/limits.md says what a
// step is, which library functions look at the bounds while they work, how late
// they may be, and what becomes of __close and __gc.
//
// Guarded by tests/unit/embed/bounds_test.cc.
#ifndef LUA_EMBED_LIMITS_H_
#define LUA_EMBED_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lua/embed/coroutine.h"
#include "lua/embed/function.h"

namespace m3lua {

struct Bounds {
  // Jumps backward, calls, and work of library functions: counted the same
  // whenever the same program runs.  Negative: no bound.
  int64_t steps = -1;
  // From the moment when the bounds are set, by the monotonic clock.
  absl::Duration time = absl::InfiniteDuration();
  // Whether pcall, xpcall and coroutine.resume may catch what a bound raises.
  // A script that does still ends: every further step raises the same error
  // (an interrupt is raised once).  Otherwise the error passes all of them, and
  // functions of the host, up to the call with which the host entered the
  // state.  Holds for interrupts and lack of memory as well.  The state can be
  // used again in either case.
  bool catchable = false;
};

// Interrupts the state that it came from (Lua::interrupt_handle), from any
// thread, also while that state is being destroyed or when it is gone.  Copies
// are the same handle.
class InterruptHandle {
 public:
  InterruptHandle() = default;

  // What runs, or else what is run next, ends with kCancelled.  False: the
  // state is gone (or the handle is of none).
  bool Interrupt() const;

 private:
  friend class Lua;
  struct Shared;  // interrupt.h
  explicit InterruptHandle(std::shared_ptr<Shared> shared)
      : shared_(std::move(shared)) {}
  std::shared_ptr<Shared> shared_;
};

// A coroutine that is run in slices: each Run goes on where the one before was
// left, wherever that was: in nested calls, pcall, coroutines, metamethods.  So
// one thread can run many scripts by turns, in one state or in many.
//
//   for (bool busy = true; busy;) {
//     busy = false;
//     for (BoundedRun& run : runs) {
//       if (run.done()) continue;
//       busy = true;
//       absl::StatusOr<BoundedRun::Outcome> outcome =
//           run.Run({.steps = 10'000});
//     }
//   }
//
// A run can't be left while a native function waits for Lua code that it has
// called (a comparison function of table.sort, a replacement function of
// string.gsub, a finalizer, a reader of load, __tostring in tostring), nor in
// the middle of a library function.  It goes on until that function has
// returned, for up to kOverdraft steps beyond its bounds, which are subtracted
// from the steps of the runs that follow; after those it fails with the error
// of the bound, which nothing catches.
//
// To be used on the state's thread, from outside of Lua code
// (kFailedPrecondition otherwise).
class BoundedRun {
 public:
  static constexpr int64_t kOverdraft = 1'000'000;

  enum class Outcome {
    kFinished,   // results: what the function returns
    kYielded,    // results: what it yields; the next Run resumes it
    kWaiting,    // in a host function, for a Resumer (coroutine.h)
    kSuspended,  // a bound was reached
  };

  // Of a coroutine that has not been started, or has yielded.
  explicit BoundedRun(CoroutineRef coroutine)
      : coroutine_(std::move(coroutine)) {}
  BoundedRun(BoundedRun&&) = default;
  BoundedRun& operator=(BoundedRun&& other);
  // Gives up what was suspended: objects of the host that wait to be closed are
  // closed, Lua functions are not run.
  ~BoundedRun() { GiveUp(); }

  // Starts or goes on, with arguments only if the coroutine was not started
  // yet or has yielded (dropped otherwise).  `bounds` hold for this run
  // (`catchable` is ignored); those of the state (Lua::SetBounds) rest
  // meanwhile.  After an error the run is done.
  template <typename... A>
  absl::StatusOr<Outcome> Run(const Bounds& bounds, A&&... arguments) {
    const embed::Outgoing outgoing[] = {
        embed::Outgoing::Of(std::forward<A>(arguments))..., embed::Outgoing{}};
    return RunWith(bounds, {outgoing, sizeof...(A)});
  }
  // No Run is possible any more: it has returned or failed, or its state is
  // gone.
  bool done() const;
  // Of the last Run.
  const Values& results() const { return results_; }
  const CoroutineRef& coroutine() const { return coroutine_; }

 private:
  absl::StatusOr<Outcome> RunWith(const Bounds& bounds,
                                  std::span<const embed::Outgoing> arguments);
  void GiveUp();

  CoroutineRef coroutine_;
  Values results_;
  int64_t debt_ = 0;  // steps beyond the bounds so far
  bool suspended_ = false;
};

}  // namespace m3lua

#endif  // LUA_EMBED_LIMITS_H_
