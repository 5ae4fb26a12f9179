// collectgarbage, with all options of 5.4.
//
// Guarded by tests/conformance/collectgarbage.lua.
#include <algorithm>
#include <climits>
#include <string_view>

#include "lua/gc/heap.h"
#include "lua/runtime/native.h"
#include "lua/stdlib/base_functions.h"

namespace m3lua::stdlib {
namespace {

enum Option {
  kStop,
  kRestart,
  kCollect,
  kCount,
  kStep,
  kSetPause,
  kSetStepMultiplier,
  kIsRunning,
  kGenerational,
  kIncremental,
};
constexpr std::string_view kOptions[] = {
    "stop",     "restart",    "collect",   "count",        "step",
    "setpause", "setstepmul", "isrunning", "generational", "incremental"};

int Parameter(NativeCall& call, int i) {
  return static_cast<int>(
      std::clamp<int64_t>(call.OptInteger(i, 0), 0, INT_MAX));
}

// PUC keeps these percentages in a byte, in steps of 4: programs that read them
// back meet the same numbers.
int Percentage(NativeCall& call, int i) {
  int value = static_cast<int>(call.OptInteger(i, 0));
  return static_cast<uint8_t>(value / 4) * 4;
}

// Sets a parameter unless the argument is absent or 0.
void SetParameter(NativeCall& call, int i, int& parameter) {
  int value = Parameter(call, i);
  if (value != 0) parameter = value;
}
void SetPercentage(NativeCall& call, int i, int& parameter) {
  if (call.OptInteger(i, 0) != 0) parameter = Percentage(call, i);
}

}  // namespace

NativeResult CollectGarbage(NativeCall& call) {
  int option = call.CheckOption(1, "collect", kOptions);
  gc::Heap& heap = call.heap();
  gc::Parameters& parameters = heap.parameters();
  // In a finalizer, or while the state closes, every option fails.
  bool available = !heap.in_finalizer();
  Value result = Value::Integer(0);
  switch (option) {
    case kStop:
      if (available) heap.Stop();
      break;
    case kRestart:
      if (available) heap.Restart();
      break;
    case kCollect:
      if (available) heap.FullCollection(call.co);
      call.Spend(1);  // (a finalizer may have ended the run)
      break;
    case kCount:
      result = Value::Float(static_cast<double>(heap.bytes()) / 1024);
      break;
    case kStep: {
      int kilobytes = Parameter(call, 2);
      if (available) {
        result = Value::Boolean(heap.ManualStep(call.co, kilobytes));
      }
      break;
    }
    case kSetPause: {
      int pause = Percentage(call, 2);
      if (!available) break;
      result = Value::Integer(parameters.pause);
      parameters.pause = pause;
      break;
    }
    case kSetStepMultiplier: {
      int multiplier = Percentage(call, 2);
      if (!available) break;
      result = Value::Integer(parameters.step_multiplier);
      parameters.step_multiplier = multiplier;
      break;
    }
    case kIsRunning:
      result = Value::Boolean(heap.is_running());
      break;
    default: {
      if (available) {
        if (option == kGenerational) {
          SetParameter(call, 2, parameters.minor_multiplier);
          SetPercentage(call, 3, parameters.major_multiplier);
        } else {
          SetPercentage(call, 2, parameters.pause);
          SetPercentage(call, 3, parameters.step_multiplier);
          SetParameter(call, 4, parameters.step_size);
        }
      }
      bool was_generational = heap.mode() == gc::Mode::kGenerational;
      if (!available) break;
      heap.set_mode(option == kGenerational ? gc::Mode::kGenerational
                                            : gc::Mode::kIncremental);
      return call.ReturnString(was_generational ? "generational"
                                                : "incremental");
    }
  }
  return call.Return(available ? result : Value::Nil());
}

}  // namespace m3lua::stdlib
