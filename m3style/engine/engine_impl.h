// The engine behind lua/runtime/engine.h.
//
// One chain of handlers runs at a time in a Run(); natives that call back nest
// another.  Files: run.cc (Run, calls from native code), unwind.cc (errors),
// frames.cc (what debuggers and the collector see), names.cc (names in
// messages), hooks.cc and stepping.cc (debug.sethook), resume.cc (coroutines
// from the host), decode.cc.
#ifndef M3STYLE_ENGINE_ENGINE_IMPL_H_
#define M3STYLE_ENGINE_ENGINE_IMPL_H_

#include <memory>
#include <string>

#include "lua/runtime/engine.h"
#include "lua/runtime/intrinsics.h"
#include "lua/runtime/native.h"
#include "lua/runtime/state.h"
#include "m3style/dispatch/strategy.h"
#include "m3style/engine/exit.h"
#include "m3style/ops/registers.h"

namespace m3lua::m3 {

class FrameWalker;

class EngineImpl final : public Engine {
 public:
  EngineImpl(State& state, const Strategy& strategy);
  ~EngineImpl() override;

  std::span<Value> Call(Coroutine& co, Value f,
                        std::span<const Value> arguments, int wanted) override;
  bool ProtectedCall(Coroutine& co, Value f, std::span<const Value> arguments,
                     int wanted, Value handler,
                     std::span<Value>& results) override;
  bool ProtectedCallInside(Coroutine& co, Value f,
                           std::span<const Value> arguments, int wanted,
                           std::span<Value>& results) override;
  Value HandleError(Coroutine& co, Value error) override;
  void BeginCalls(CallSeries& series) override;
  Value CallAgain(CallSeries& series) override;
  void EndCalls(CallSeries& series) override;
  ResumeStatus Resume(Coroutine& co, Coroutine* from,
                      std::span<const Value> arguments,
                      std::span<Value>& results) override;
  ResumeStatus ResumeBounded(Coroutine& co, Coroutine* from,
                             std::span<const Value> arguments,
                             std::span<Value>& results) override;
  bool CloseCoroutine(Coroutine& co, Coroutine* from, Value& error) override;
  Coroutine* NewCoroutine(State& state, Value function) override;
  const Cell* EntryOf(const Prototype* prototype) override;
  const Cell* NativeEntry(int intrinsic) override;
  FrameInfo Frame(Coroutine& co, int level, bool names) override;
  void SeeFrames(Coroutine& co, int level, int count,
                 void (*see)(void* context, const FrameInfo& frame),
                 void* context) override;
  int FrameCount(Coroutine& co) override;
  std::string DescribeOperand(Coroutine& co, const Value* operand) override;
  std::string Where(Coroutine& co, int level) override;
  void VisitFrames(Coroutine& co, gc::Marker& marker) override;
  void ForgetCaches(Prototype* prototype) override;
  bool EnsureSlots(Coroutine& co, uint32_t slots) override;
  void HooksChanged(Coroutine& co) override;
  bool HoldsValue(Coroutine& co, int level, const Value* slot) override;
  bool MayHold(Coroutine& co, int level, const Value* slot, Value v) override;

  // ---- for handler bodies
  LuaClosure* NewClosure(Prototype* prototype);
  // Raises "attempt to call a ... value" about its argument.
  Value call_error_function() const { return call_error_function_; }
  // Raises "C stack overflow".
  Value stack_error_function() const { return stack_error_function_; }
  // " (metamethod 'add')" and the like for the current native frame.
  std::string DescribeCallee(Coroutine& co);
  // Name of the variable in a register of the current frame, "?" if unknown.
  std::string RegisterName(Coroutine& co, const Value* reg);
  // The chain that the current error takes: next cell, r.* set.
  const Cell* Unwind(Registers& r);
  // Closes what lies between the error and the protected frame at `base`, one
  // variable a step, then returns from it.
  const Cell* UnwindStep(Registers& r, Value* base);
  const Strategy& strategy() const { return strategy_; }

  // Set by LeaveChain.
  ExitReason exit_reason = ExitReason::kReturned;
  Registers exit_registers = {};
  // The error in flight has been through its message handler already.
  bool error_handled = false;
  // The innermost Run() goes by steps.
  bool stepping = false;

  // Runs the function whose frame is at `base` (header in place) until it
  // returns to RunExit or its error leaves this run.
  ExitReason Run(const Cell* pc, Value* base, uint64_t n);
  // The same, or until it is to be suspended (kSlice; exit_registers and pc say
  // where).
  ExitReason RunBounded(const Cell* pc, Value* base, uint64_t n);

 private:
  friend class RunScope;
  // Protected calls from native code that are under way, innermost first.
  struct ProtectedScope {
    Value handler;
    Coroutine* co;
    ProtectedScope* outer;
    bool inherits = false;  // the handler in force outside instead
  };
  // An error that waits in a C++ variable while variables are closed.
  struct HeldError {
    HeldError(EngineImpl& engine, const Value& error)
        : engine(engine), error(error), outer(engine.held_errors_) {
      engine.held_errors_ = this;
    }
    ~HeldError() { engine.held_errors_ = outer; }
    HeldError(const HeldError&) = delete;
    HeldError& operator=(const HeldError&) = delete;

    EngineImpl& engine;
    const Value& error;
    HeldError* outer;
  };
  // Takes the error in flight, which nobody is to see any more.
  Value TakeError() {
    Value error = state_.pending_error;
    state_.pending_error.SetNil();
    return error;
  }
  // Pushes the frame of a call from native code; returns its base.
  Value* PushCall(Coroutine& co, Value f, std::span<const Value> arguments,
                  StaticId ret);
  Value* NativeFrameEnd(Coroutine& co);
  // Goes on to frame `level`, as debuggers count.
  void WalkTo(FrameWalker& walker, int level) const;
  FrameInfo FrameOf(Coroutine& co, FrameWalker& walker, bool names);
  void SkipHidden(FrameWalker& walker) const;
  void NameFrame(FrameWalker& walker, FrameInfo& info);
  bool in_hook_call(const FrameWalker& walker) const;
  bool CloseAbove(Coroutine& co, uint32_t level, Value& error);
  bool CallWithin(ProtectedScope& protection, Value f,
                  std::span<const Value> arguments, int wanted,
                  std::span<Value>& results);

  // Both.
  template <bool kMaySuspend>
  ExitReason RunChain(const Cell* pc, Value* base, uint64_t n);
  // Run(), from where it stands: at `pc`, or (null) where the chain was left,
  // or at the error that NoteException found.
  ExitReason RunOn(const Cell* pc, Registers r, bool failed, bool may_suspend);
  ResumeStatus ResumeWith(Coroutine& co, Coroutine* from,
                          std::span<const Value> arguments,
                          std::span<Value>& results, bool may_suspend);
  // Goes on in a coroutine that was suspended.
  ExitReason GoOn(Coroutine& co, Coroutine& from);
  // Makes a coroutine that was suspended, and those that it had resumed, ones
  // that can be closed; closes the latter.
  void GiveUp(Coroutine& co, Coroutine* from);
  // Makes the exception in flight the pending error.
  void NoteException();
  // Lets the message handler in force see the error, if there is one.
  void CallMessageHandler(Coroutine& co);

  // Gives the main coroutine, which is still in the host's frame, its first
  // chunk of the usual size; before, it has a small one, for states that run
  // nothing may be many.  Returns where the arguments are then.
  std::span<const Value> GrowMainChunk(Coroutine& co,
                                       std::span<const Value> arguments);

  State& state_;
  const Strategy& strategy_;
  // The main coroutine's base while its chunk is the small one.
  Value* small_main_base_ = nullptr;
  ProtectedScope* protected_ = nullptr;
  HeldError* held_errors_ = nullptr;
  Value call_error_function_ = Value::Nil();
  Value stack_error_function_ = Value::Nil();
  // Of the main coroutine's first frame, also while that is not in use.
  Value host_function_ = Value::Nil();
};

// A native function, other than those which go on with Lua code at once (pcall,
// the functions of coroutine.wrap and the like), before anything looks at the
// limits.
inline bool IsNative(const Value& f) {
  if (!f.is_function() || IsLua(f.function())) return false;
  const auto intrinsic = static_cast<Intrinsic>(f.function()->aux32);
  return intrinsic == Intrinsic::kNone || intrinsic >= Intrinsic::kNext;
}

// Nested calls of all kinds that the limit of native calls counts.
inline uint32_t NativeDepth(const Coroutine& co) {
  return co.native_depth + co.protected_depth;
}

inline EngineImpl& EngineOf(Coroutine& co) {
  return static_cast<EngineImpl&>(co.state->engine());
}

// A native function asked for something else than plain results, or hooks are
// on.  co.base is its frame.
const Cell* FinishNative(Registers& r, NativeResult result);

}  // namespace m3lua::m3

#endif  // M3STYLE_ENGINE_ENGINE_IMPL_H_
