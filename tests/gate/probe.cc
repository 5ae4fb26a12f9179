// What the gate looks at: programs and states without anything else around
// them, and always in the same way (the hash seed is fixed).
//
//   probe run FILE          a state with all libraries runs the program
//   probe states N          creates and closes N such states
//   probe dispatches FILE   runs, prints the number of dispatches, then how
//                           often each handler ran, most first
//   probe allocations FILE  the program returns a function: prints how many
//                           bytes a call of it allocates on the heap, when it
//                           has been called before
//
// gate.py runs the first two under valgrind, which counts instructions.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lua/gc/heap.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/load.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/libraries.h"
#include "m3style/dispatch/default_strategy.h"
#include "m3style/engine/make_engine.h"
#include "tests/gate/counting_strategy.h"

namespace m3lua::gate {
namespace {

[[noreturn]] void Fail(std::string_view message) {
  std::fprintf(stderr, "probe: %.*s\n", static_cast<int>(message.size()),
               message.data());
  std::exit(EXIT_FAILURE);
}

class Probe {
 public:
  Probe() : state_({.hash_seed = 1}, m3::MakeEngine) {
    stdlib::OpenAll(state_);
  }

  gc::Heap& heap() { return state_.heap(); }

  // Runs a file; its results.
  std::span<Value> Run(const char* path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) Fail(std::string("cannot read ") + path);
    const std::string code((std::istreambuf_iterator<char>(stream)), {});
    Value f = Value::Nil();
    if (!Load(state_, code, std::string("@") + path, "t", f)) Fail(Text(f));
    return Call(f);
  }

  // Keeps a value from the collector.
  void Keep(Value v) { SetField(state_, state_.registry, "kept", v); }

  std::span<Value> Call(Value f) {
    std::span<Value> results;
    if (!state_.engine().ProtectedCall(*state_.main, f, {}, -1, Value::Nil(),
                                       results)) {
      Fail(Text(results[0]));
    }
    return results;
  }

 private:
  std::string Text(Value v) {
    const String* s = ToString(state_, v);
    return s != nullptr ? std::string(s->view()) : "an error that is no text";
  }

  State state_;
};

void PrintDispatches(const char* path) {
  m3::SetDefaultStrategy(CountingStrategy());
  Probe probe;
  const std::span<uint64_t> counts = DispatchCounts();
  std::fill(counts.begin(), counts.end(), 0);
  probe.Run(path);
  uint64_t total = 0;
  std::vector<size_t> order;
  for (size_t id = 0; id < counts.size(); ++id) {
    total += counts[id];
    if (counts[id] > 0) order.push_back(id);
  }
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return counts[a] > counts[b]; });
  std::printf("%llu\n", static_cast<unsigned long long>(total));
  for (size_t id : order) {
    std::printf(
        "%12llu %5.1f %% %s\n", static_cast<unsigned long long>(counts[id]),
        100.0 * static_cast<double>(counts[id]) / static_cast<double>(total),
        m3::HandlerName(static_cast<m3::HandlerId>(id)));
  }
}

void PrintAllocations(const char* path) {
  Probe probe;
  const std::span<Value> results = probe.Run(path);
  if (results.empty()) Fail("the program returns no function");
  const Value f = results[0];
  probe.Keep(f);
  for (int i = 0; i < 3; ++i) probe.Call(f);
  // Nothing is freed any more, so what is allocated stays to be seen.
  probe.heap().Stop();
  const size_t before = probe.heap().bytes();
  probe.Call(f);
  std::printf("%zu\n", probe.heap().bytes() - before);
}

int Main(std::span<char* const> arguments) {
  const std::string_view command = arguments.size() == 3 ? arguments[1] : "";
  if (command == "run") {
    Probe().Run(arguments[2]);
  } else if (command == "states") {
    for (int n = std::atoi(arguments[2]); n > 0; --n) Probe();
  } else if (command == "dispatches") {
    PrintDispatches(arguments[2]);
  } else if (command == "allocations") {
    PrintAllocations(arguments[2]);
  } else {
    std::fprintf(stderr,
                 "usage: probe run|dispatches|allocations FILE\n"
                 "       probe states N\n");
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace m3lua::gate

int main(int argc, char** argv) {
  return m3lua::gate::Main({argv, static_cast<size_t>(argc)});
}
