// An engine for tests of what lies below the real one: it calls native
// functions directly, has one chunk of arena per coroutine, and can run no Lua
// code.  What it says of frames is what the test told it to say.
//
//   TestState t;
//   String* s = NewString(t.state, "x");
//   EXPECT_EQ(t.ErrorOf([&] { ThrowRuntime(t.co, "oops"); }), "oops");
//   t.CallNative([](NativeCall& call) { return call.Return(call.arg(1)); },
//                {Value::Integer(1)});
#ifndef TESTS_UNIT_TESTING_FAKE_ENGINE_H_
#define TESTS_UNIT_TESTING_FAKE_ENGINE_H_

#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lua/gc/heap.h"
#include "lua/object/coroutine.h"
#include "lua/object/function.h"
#include "lua/object/value.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/engine.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/native.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"

namespace m3lua::testing {

class FakeEngine : public Engine {
 public:
  static constexpr uint32_t kSlots = 16384;  // of a coroutine
  static constexpr int kMaxDepth = 150;

  explicit FakeEngine(State& state) : state_(state) {}
  static std::unique_ptr<Engine> Make(State& state) {
    return std::make_unique<FakeEngine>(state);
  }

  // ---- what a test may set
  std::string where;    // what Where says for level 0
  std::string caller;   // and for level 1
  std::string operand;  // what DescribeOperand says
  std::string name;     // of the innermost frame
  std::string name_what;
  bool collect_after_calls = false;  // a full collection after each call

  std::span<Value> Call(Coroutine& co, Value f,
                        std::span<const Value> arguments, int wanted) override {
    std::vector<Value> copy(arguments.begin(), arguments.end());
    CallScope scope(*this, co);
    Value* slot = co.top;
    Place(co, slot, f, copy);
    NativeResult result = Enter(co, slot);
    while (result.count == kTailCallRequest) {
      Value target = result.first[0];
      copy.assign(result.first + 1, co.top);
      Place(co, slot, target, copy);
      result = Enter(co, slot);
    }
    if (result.count == kRaiseRequest) throw LuaError();
    int64_t count = wanted < 0 ? result.count : wanted;
    if (slot + count + 1 >= co.limit) ThrowString(state_, "stack overflow");
    for (int64_t i = 0; i < count; ++i) {
      slot[i].Set(i < result.count ? result.first[i] : Value::Nil());
    }
    if (collect_after_calls) {
      co.top = slot + count;
      state_.heap().FullCollection(co);
    }
    return {slot, static_cast<size_t>(count)};
  }

  bool ProtectedCall(Coroutine& co, Value f, std::span<const Value> arguments,
                     int wanted, Value handler,
                     std::span<Value>& results) override {
    try {
      results = Call(co, f, arguments, wanted);
      return true;
    } catch (const LuaError&) {
      Value error = state_.pending_error;
      if (!handler.is_nil()) {
        results = Call(co, handler, std::span<const Value>(&error, 1), 1);
      } else {
        co.top[0].Set(error);
        results = {co.top, 1};
      }
      return false;
    }
  }

  ResumeStatus Resume(Coroutine& co, Coroutine* from,
                      std::span<const Value> arguments,
                      std::span<Value>& results) override {
    Coroutine* before = state_.current;
    state_.current = &co;
    co.resumer = from;
    co.status = CoroutineStatus::kRunning;
    bool ok = ProtectedCall(co, co.chunk->slots()[0], arguments, -1,
                            Value::Nil(), results);
    co.status = CoroutineStatus::kDead;
    if (!ok) co.error_value.Set(results[0]);
    co.failed = !ok;
    state_.current = before;
    return ok ? ResumeStatus::kReturned : ResumeStatus::kFailed;
  }

  bool CloseCoroutine(Coroutine& co, Coroutine*, Value& error) override {
    if (&co != state_.main) co.status = CoroutineStatus::kDead;
    error.Set(co.error_value);
    return !co.failed;
  }

  Coroutine* NewCoroutine(State& state, Value function) override {
    Coroutine* co = state.heap().New<Coroutine>(ObjectKind::kCoroutine);
    std::memset(reinterpret_cast<char*>(co) + sizeof(Object), 0,
                sizeof(Coroutine) - sizeof(Object));
    co->state = &state;
    auto* chunk = static_cast<ArenaChunk*>(state.heap().AllocateBuffer(
        sizeof(ArenaChunk) + kSlots * sizeof(Value)));
    chunk->previous = nullptr;
    chunk->end = chunk->slots() + kSlots;
    co->chunk = chunk;
    co->slot_count = kSlots;
    co->limit = chunk->end - NativeCall::kMinimumSlots;
    chunk->slots()[0].Set(function);
    chunk->slots()[1].SetNil();
    co->base = co->top = chunk->slots() + 2;
    return co;
  }

  const m3::Cell* EntryOf(const Prototype*) override { return nullptr; }
  const m3::Cell* NativeEntry(int) override { return nullptr; }

  FrameInfo Frame(Coroutine&, int level, bool names) override {
    FrameInfo info;
    if (level < 0 || level >= static_cast<int>(frames_.size())) return info;
    info.base = frames_[frames_.size() - 1 - level];
    info.function = info.base[-2].function();
    if (names && level == 0) {
      info.name = name;
      info.name_what = name_what;
    }
    return info;
  }
  int FrameCount(Coroutine&) override {
    return static_cast<int>(frames_.size());
  }
  std::string DescribeOperand(Coroutine&, const Value*) override {
    return operand;
  }
  std::string Where(Coroutine&, int level) override {
    return level == 0 ? where : caller;
  }

  void VisitFrames(Coroutine& co, gc::Marker& marker) override {
    if (co.chunk == nullptr) return;
    for (Value* v = co.chunk->slots(); v < co.top; ++v) marker.Mark(*v);
  }
  void ForgetCaches(Prototype*) override {}
  bool EnsureSlots(Coroutine& co, uint32_t slots) override {
    return slots < static_cast<size_t>(co.chunk->end - co.top);
  }
  void HooksChanged(Coroutine&) override {}

 private:
  // Puts base, top and the list of frames back, whichever way a call ends.
  struct CallScope {
    CallScope(FakeEngine& engine, Coroutine& co)
        : engine(engine),
          co(co),
          base(co.base),
          top(co.top),
          depth(engine.frames_.size()) {}
    ~CallScope() {
      co.base = base;
      co.top = top;
      engine.frames_.resize(depth);
    }
    FakeEngine& engine;
    Coroutine& co;
    Value* base;
    Value* top;
    size_t depth;
  };

  // slot[0]: the function, slot[1]: the frame's header, then the arguments.
  void Place(Coroutine& co, Value* slot, Value f,
             std::vector<Value>& arguments) {
    while (!f.is_function()) {
      Value method = MetamethodOf(state_, f, Event::kCall);
      if (method.is_nil()) ThrowCallError(co, &f);
      arguments.insert(arguments.begin(), f);
      f = method;
    }
    if (slot + 2 + arguments.size() >= co.limit) {
      ThrowString(state_, "stack overflow");
    }
    slot[0].Set(f);
    slot[1].SetNil();
    for (size_t i = 0; i < arguments.size(); ++i) slot[2 + i].Set(arguments[i]);
    co.base = slot + 2;
    co.top = co.base + arguments.size();
  }

  NativeResult Enter(Coroutine& co, Value* slot) {
    Function* f = slot[0].function();
    if (f->kind != ObjectKind::kNativeClosure) {
      ThrowString(state_, "the fake engine runs no Lua code");
    }
    if (frames_.size() >= kMaxDepth) ThrowString(state_, "C stack overflow");
    frames_.push_back(slot + 2);
    NativeCall call(co, static_cast<uint32_t>(co.top - co.base));
    NativeResult result = static_cast<NativeClosure*>(f)->function(call);
    frames_.pop_back();
    return result;
  }

  State& state_;
  std::vector<Value*> frames_;
};

// A state over a FakeEngine.
struct TestState {
  explicit TestState(const StateOptions& options = StateOptions())
      : state(options, &FakeEngine::Make),
        engine(static_cast<FakeEngine&>(state.engine())),
        co(*state.main) {}

  State state;
  FakeEngine& engine;
  Coroutine& co;

  Value Str(std::string_view text) { return Value::Of(NewString(state, text)); }

  // The error that `body` raises as text; "" if it raises none.
  template <typename Body>
  std::string ErrorOf(Body body) {
    try {
      body();
    } catch (const LuaError&) {
      String* s = ToString(state, state.pending_error);
      return s != nullptr ? std::string(s->view()) : "(not a string)";
    }
    return "";
  }

  std::span<Value> CallNative(NativeFunction function,
                              std::initializer_list<Value> arguments,
                              int wanted = -1) {
    Value f = Value::Of(NewNative(state, function));
    return engine.Call(co, f, {arguments.begin(), arguments.size()}, wanted);
  }
};

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_TESTING_FAKE_ENGINE_H_
