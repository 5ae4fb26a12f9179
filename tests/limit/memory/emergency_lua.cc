// `lua SCRIPT` with an emergency collection at each of the first allocations of
// the script, and at many later ones: shows native code that loses hold of
// objects while it allocates (rules at the head of lua/gc/heap.h).  Best under
// AddressSanitizer, where every object is an allocation of its own.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "lua/cli/interpreter.h"
#include "lua/runtime/state.h"

namespace m3lua {
namespace {

// A collection at every allocation at first, then at every kLaterPeriod-th.
constexpr uint64_t kEachOf = 3000;
constexpr uint32_t kLaterPeriod = 499;

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s SCRIPT\n", argv[0]);
    return EXIT_FAILURE;
  }
  cli::Interpreter interpreter("lua", /*ignore_environment=*/true);
  interpreter.SetArguments(argc, argv, 1);
  State& state = interpreter.state();
  gc::Heap& heap = state.heap();
  // (Called by each collection.)
  state.visit_host_roots = [&heap](gc::Marker&) {
    if (heap.emergencies() == kEachOf) heap.set_emergency_period(kLaterPeriod);
  };
  heap.set_emergency_period(1);
  bool ok = interpreter.RunScript(argv[1]);
  const uint64_t count = heap.emergencies();
  heap.set_emergency_period(0);
  state.visit_host_roots = nullptr;
  if (std::getenv("M3LUA_COUNT_EMERGENCIES") != nullptr) {
    std::fprintf(stderr, "emergency collections: %llu\n",
                 static_cast<unsigned long long>(count));
  }
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace m3lua

int main(int argc, char** argv) {
  try {
    return m3lua::Main(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "lua: %s\n", e.what());
    return EXIT_FAILURE;
  }
}
