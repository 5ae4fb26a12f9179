// How native functions are written.
//
// A native function gets a NativeCall: its arguments are contiguous values on
// the coroutine's arena, and values that it pushes follow them.  It returns
// where its results are.  Anything it throws as LuaError is a Lua error.
//
// No collection happens inside a native function except in calls back into
// Lua (Call, operations with metamethods): objects in plain C++ variables are
// safe between such calls; what must live across one has to be reachable (an
// argument, a pushed value, in a reachable table).
//
// Guarded by tests/unit/runtime/native_test.cc.
#ifndef LUA_RUNTIME_NATIVE_H_
#define LUA_RUNTIME_NATIVE_H_

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "lua/object/coroutine.h"
#include "lua/object/userdata.h"
#include "lua/object/value.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/intrinsics.h"
#include "lua/runtime/state.h"
#include "lua/syntax/concat.h"

namespace m3lua {

struct NativeResult {
  Value* first;
  int64_t count;  // negative: one of the requests below
};
// `first[0]` is a function and first[1 ...] up to co.top its arguments: call it
// in place of this function (a tail call).
inline constexpr int64_t kTailCallRequest = -1;
// State::pending_error is raised.
inline constexpr int64_t kRaiseRequest = -2;

class NativeCall {
 public:
  NativeCall(Coroutine& co, uint32_t count) : co(co), count_(count) {}

  Coroutine& co;
  State& state() const { return *co.state; }
  gc::Heap& heap() const { return co.state->heap(); }

  // ---- arguments, counted from 1 as in messages.
  int count() const { return static_cast<int>(count_); }
  bool has(int i) const { return static_cast<uint32_t>(i) <= count_; }
  // nil when absent.
  Value arg(int i) const { return has(i) ? co.base[i - 1] : Value::Nil(); }
  bool is_none_or_nil(int i) const { return arg(i).is_nil(); }
  // The slot of an argument that is present (replace a value, keep it alive).
  Value& slot(int i) const { return co.base[i - 1]; }
  NativeClosure* closure() const {
    return static_cast<NativeClosure*>(co.base[-2].function());
  }
  Value& upvalue(int i) const { return closure()->upvalues()[i - 1]; }

  // ---- checks: the argument converted, or an error "bad argument #i to 'f'
  // (number expected, got no value)".
  void CheckAny(int i) {  // "value expected"
    if (!has(i)) NoValue(i);
  }
  int64_t CheckInteger(int i) {
    return has(i) && slot(i).is_integer() ? slot(i).integer()
                                          : ConvertToInteger(i);
  }
  double CheckNumber(int i) {
    return has(i) && slot(i).is_float() ? slot(i).number() : ConvertToNumber(i);
  }
  Value CheckNumberValue(
      int i);  // integer or float as it is (strings converted)
  // Numbers are converted in place, so the bytes stay alive with the argument.
  String* CheckString(int i) {
    return has(i) && slot(i).is_string() ? slot(i).string()
                                         : ConvertToString(i);
  }
  std::string_view CheckView(int i) { return CheckString(i)->view(); }
  Table* CheckTable(int i) {
    if (!has(i) || !slot(i).is_table()) TypeError(i, "table");
    return slot(i).table();
  }
  Value CheckFunction(int i);
  Coroutine* CheckCoroutine(int i);
  int64_t OptInteger(int i, int64_t otherwise) {
    return is_none_or_nil(i) ? otherwise : CheckInteger(i);
  }
  double OptNumber(int i, double otherwise);
  String* OptString(int i, String* otherwise);
  std::string_view OptView(int i, std::string_view otherwise);
  // Index of the argument among `names`; "invalid option 'x'".
  int CheckOption(int i, const char* otherwise,
                  std::span<const std::string_view> names);
  // Userdata whose metatable is registry[type_name].
  void* CheckUserdata(int i, std::string_view type_name);
  void* TestUserdata(int i, std::string_view type_name);

  // ---- errors
  [[noreturn]] void ArgumentError(int i, std::string_view message);
  [[noreturn]] void TypeError(int i, std::string_view expected);
  // With the caller's position (luaL_error).
  [[noreturn]] void Error(std::string_view message);
  template <typename... Args>
  [[noreturn]] void ErrorF(std::string_view format, const Args&... args) {
    Error(syntax::Format(format, args...));
  }

  // The same without an exception, which costs a hundred times as much: for
  // functions whose errors programs catch as a matter of course.
  //   return call.Raise(value);
  NativeResult Raise(Value error) {
    state().pending_error.Set(error);
    return {nullptr, kRaiseRequest};
  }
  // With the caller's position.
  NativeResult RaiseString(std::string_view message);

  // ---- values above the arguments.  kMinimumSlots are always free; for more
  // call EnsureSlots first ("stack overflow (message)").
  static constexpr uint32_t kMinimumSlots = 20;
  void EnsureSlots(uint32_t slots, std::string_view message);
  bool TryEnsureSlots(uint32_t slots);
  Value* Push(Value v) {
    co.top->Set(v);
    return co.top++;
  }
  Value* PushString(std::string_view bytes);
  void Pop(int n) { co.top -= n; }

  // ---- what the call costs, beyond the step that every call is (limits.h)
  void Charge(size_t steps) { co.budget -= static_cast<int64_t>(steps); }
  // May raise: a limit is reached.
  void Spend(size_t steps) {
    state().limits.Spend(co, static_cast<int64_t>(steps));
  }
  void BeforeLong(size_t nanoseconds) {
    state().limits.BeforeLong(co, static_cast<int64_t>(nanoseconds));
  }

  // A long text takes its time to be converted.
  void PayForNumeral(Value v) {
    constexpr size_t kLong = 4096;
    if (v.is_string() && v.string()->size() > kLong) {
      BeforeLong(v.string()->size() * 4);
    }
  }

  // ---- results
  NativeResult Return() { return {co.base, 0}; }
  NativeResult Return(Value v) {
    co.base[0].Set(v);
    return {co.base, 1};
  }
  // The last `n` values pushed.
  NativeResult ReturnTop(int n) { return {co.top - n, n}; }
  NativeResult ReturnRange(Value* first, int64_t n) { return {first, n}; }
  NativeResult ReturnString(std::string_view bytes);
  // nil (PUC's "fail"), message [, number]
  NativeResult ReturnFail(std::string_view message);

  // ---- calls into Lua (not yieldable).  See Engine::Call.
  std::span<Value> Call(Value f, std::initializer_list<Value> arguments,
                        int wanted) {
    return state().engine().Call(
        co, f, std::span<const Value>(arguments.begin(), arguments.size()),
        wanted);
  }

 private:
  // The checks where the argument is not what it should be.
  [[noreturn]] void NoValue(int i);
  int64_t ConvertToInteger(int i);
  double ConvertToNumber(int i);
  String* ConvertToString(int i);

  uint32_t count_;
};

// Calls one function again and again, with `count` arguments and one result,
// from a native function whose frame has the same values at each call.
//   less.argument(0).Set(a);
//   less.argument(1).Set(b);
//   bool is_less = less.Call().is_truthy();
class RepeatedCall {
 public:
  static constexpr uint32_t kMaxArguments = CallSeries::kMaxArguments;

  // May raise "C stack overflow".  `f` is reachable as long as this exists.
  RepeatedCall(NativeCall& call, Value f, uint32_t count)
      : engine_(call.state().engine()), series_{&call.co, f, count, nullptr} {
    engine_.BeginCalls(series_);
  }
  ~RepeatedCall() { engine_.EndCalls(series_); }
  RepeatedCall(const RepeatedCall&) = delete;
  RepeatedCall& operator=(const RepeatedCall&) = delete;

  // Counted from 0.  All of them are to be set before each call, with nothing
  // called in between.
  Value& argument(uint32_t i) { return series_.arguments[i]; }
  Value Call() { return engine_.CallAgain(series_); }

 private:
  Engine& engine_;
  CallSeries series_;
};

// Counts the rounds of a native's loop that may be long and need not run any
// Lua code (which would look itself): each costs a step, and it can be stopped.
class LongLoop {
 public:
  explicit LongLoop(NativeCall& call) : call_(call) {}
  ~LongLoop() { call_.Charge(static_cast<size_t>(kInterval - left_)); }
  LongLoop(const LongLoop&) = delete;
  LongLoop& operator=(const LongLoop&) = delete;
  // To be called once in each round.  May raise.
  void Step() {
    if (--left_ == 0) Look();
  }

 private:
  static constexpr int kInterval = 4096;
  void Look();

  NativeCall& call_;
  int left_ = kInterval;
};

// ---- making library tables
NativeClosure* NewNative(State& state, NativeFunction function,
                         int upvalue_count = 0);
// The same without upvalues, and with the number of an intrinsic if it is one:
// an object that states share (shared.h), not to be written to.  For functions
// that stand in the text of this program.
NativeClosure* SharedNative(State& state, NativeFunction function,
                            Intrinsic number = Intrinsic::kNone);
// SharedNative as a value.
Value SharedFunction(State& state, NativeFunction function);
struct NativeEntry {
  const char* name;
  NativeFunction function;
};
void SetFunctions(State& state, Table* library,
                  std::span<const NativeEntry> functions);
void SetField(State& state, Table* t, std::string_view name, Value v);
// With a name from the text of this program.
void SetSharedField(State& state, Table* t, std::string_view name, Value v);
Value GetField(State& state, Table* t, std::string_view name);
// registry[name], made if it isn't there (luaL_newmetatable); with __name.
Table* MetatableNamed(State& state, std::string_view name);
Userdata* NewUserdata(State& state, size_t bytes, int user_values,
                      Table* metatable);

}  // namespace m3lua

#endif  // LUA_RUNTIME_NATIVE_H_
