// What the runtime and the libraries need of the engine.  The engine itself
// (m3style/) depends on the runtime, so the arrow back goes through this
// interface.
#ifndef LUA_RUNTIME_ENGINE_H_
#define LUA_RUNTIME_ENGINE_H_

#include <cstdint>
#include <span>
#include <string>

#include "lua/gc/heap.h"
#include "lua/object/coroutine.h"
#include "lua/object/value.h"

namespace m3lua {

// A frame of a coroutine, as debug.getinfo and tracebacks see it.
struct FrameInfo {
  Value* base = nullptr;  // null: no such frame
  Function* function = nullptr;
  uint32_t word = 0;  // Lua functions: word of the current instruction
  int current_line = -1;
  bool is_tail_call = false;
  uint32_t extra_arguments =
      0;                   // of a vararg function, at base[-2 - extra ...)
  Value* limit = nullptr;  // native functions: end of its values
  // How the frame was called, from the caller's code; empty if unknown.
  std::string name;
  std::string
      name_what;  // "global", "local", "method", "field", "upvalue",
                  // "constant", "metamethod", "for iterator", "hook", ""
  bool is_hook = false;
};

// Calls of one function in a row, from one native function (RepeatedCall in
// native.h): what all of them need is set up once.
struct CallSeries {
  static constexpr uint32_t kMaxArguments = 3;

  Coroutine* co;
  Value function;
  uint32_t count;    // of the arguments
  Value* arguments;  // where they are put before each call
  // The engine's: where the function is entered; null: by Engine::Call.
  const m3::Cell* entry = nullptr;
  Value* top = nullptr;  // the native frame's
  Value own[kMaxArguments] = {};
};

enum class ResumeStatus : uint8_t {
  kYielded,
  kReturned,
  kFailed,
  kSuspended,  // by ResumeBounded only
};

class Engine {
 public:
  virtual ~Engine() = default;

  // Calls `f` with `arguments` above the frames of `co` (the running
  // coroutine); `wanted` results, -1 for all.  The results stay valid until
  // `co` is used again.  Errors of the callee go on as LuaError.  May collect.
  virtual std::span<Value> Call(Coroutine& co, Value f,
                                std::span<const Value> arguments,
                                int wanted) = 0;
  // As Call, but an error ends here: false, and the error value as the only
  // result.  `handler`, if not nil, is called with the error before frames are
  // unwound (xpcall).
  virtual bool ProtectedCall(Coroutine& co, Value f,
                             std::span<const Value> arguments, int wanted,
                             Value handler, std::span<Value>& results) = 0;

  // As ProtectedCall, but errors pass the message handler in force outside, if
  // there is one: the call is no protected one to those who see it.
  virtual bool ProtectedCallInside(Coroutine& co, Value f,
                                   std::span<const Value> arguments, int wanted,
                                   std::span<Value>& results) {
    return ProtectedCall(co, f, arguments, wanted, Value::Nil(), results);
  }
  // What the message handler in force makes of an error of the current native
  // function that is caught there.
  virtual Value HandleError(Coroutine& co, Value error) {
    (void)co;
    return error;
  }

  // A series of calls of `series.function`, each with one result.  The native
  // frame of `series.co` is the same at each call, its top included.
  virtual void BeginCalls(CallSeries& series) { series.arguments = series.own; }
  virtual Value CallAgain(CallSeries& series) {
    return Call(*series.co, series.function, {series.own, series.count}, 1)[0];
  }
  virtual void EndCalls(CallSeries& series) { (void)series; }

  // Resumes `co` from the host (or coroutine.close and the like).
  virtual ResumeStatus Resume(Coroutine& co, Coroutine* from,
                              std::span<const Value> arguments,
                              std::span<Value>& results) = 0;
  // The same, but where the state's limits say kSuspend, the run may be left
  // when they are reached: kSuspended.  The next ResumeBounded goes on there
  // (without arguments), CloseCoroutine gives it up.
  virtual ResumeStatus ResumeBounded(Coroutine& co, Coroutine* from,
                                     std::span<const Value> arguments,
                                     std::span<Value>& results) {
    return Resume(co, from, arguments, results);
  }
  // Closes a suspended or dead coroutine: its variables to be closed; false
  // and the error if one of them (or the coroutine before) failed.
  virtual bool CloseCoroutine(Coroutine& co, Coroutine* from, Value& error) = 0;
  virtual Coroutine* NewCoroutine(State& state, Value function) = 0;

  // The cells at which native functions and not yet decoded Lua functions are
  // entered.  `intrinsic` 0: an ordinary native function.
  virtual const m3::Cell* EntryOf(const Prototype* prototype) = 0;
  virtual const m3::Cell* NativeEntry(int intrinsic) = 0;

  // Frame `level` of `co`, 0 the innermost; base == null if there is none.
  // Names are computed only if asked for.
  virtual FrameInfo Frame(Coroutine& co, int level, bool names) = 0;
  // Shows the frames of `count` levels, from `level` outward, to `see`.  (Each
  // Frame walks from the innermost one.)
  virtual void SeeFrames(Coroutine& co, int level, int count,
                         void (*see)(void* context, const FrameInfo& frame),
                         void* context) {
    for (; count > 0; --count) {
      see(context, Frame(co, level++, /*names=*/true));
    }
  }
  // Number of frames.
  virtual int FrameCount(Coroutine& co) = 0;
  // Whether a slot of that frame holds a value: registers that are not in use
  // may hold anything.
  virtual bool HoldsValue(Coroutine& co, int level, const Value* slot) {
    (void)co, (void)level, (void)slot;
    return true;
  }

  // Whether `v` may be put there: not if the code relies on what is there being
  // of another type.
  virtual bool MayHold(Coroutine& co, int level, const Value* slot, Value v) {
    (void)co, (void)level, (void)slot, (void)v;
    return true;
  }

  // " (local 'x')" and the like for an operand (a register, or constant slot)
  // of the instruction that the current frame is executing; "" if unknown.
  virtual std::string DescribeOperand(Coroutine& co, const Value* operand) = 0;
  // "file:line:" + " " of the current frame if it is a Lua function, else "".
  virtual std::string Where(Coroutine& co, int level) = 0;

  // The registers of `co` as the collector sees them.
  virtual void VisitFrames(Coroutine& co, gc::Marker& marker) = 0;
  // Caches in the cells of a prototype that was just marked: forgotten, so that
  // they keep nothing alive and never point at freed objects.
  virtual void ForgetCaches(Prototype* prototype) = 0;
  // Makes at least `slots` free slots above co.top of the current native frame;
  // may move that frame's values (returns its new base).  False: too many.
  virtual bool EnsureSlots(Coroutine& co, uint32_t slots) = 0;

  // Hooks were switched on or off for `co`.
  virtual void HooksChanged(Coroutine& co) = 0;
};

}  // namespace m3lua

#endif  // LUA_RUNTIME_ENGINE_H_
