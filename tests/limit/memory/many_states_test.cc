// A thousand states alive at once, with all libraries open: what each takes of
// the process, and what it counts.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <fstream>
#include <memory>
#include <vector>

#include "lua/gc/heap.h"
#include "lua/runtime/state.h"
#include "lua/stdlib/libraries.h"
#include "m3style/engine/make_engine.h"

namespace m3lua {
namespace {

constexpr size_t kStates = 1000;
constexpr size_t kBound = 20'000;  // bytes a state

std::unique_ptr<State> NewState() {
  auto state = std::make_unique<State>(StateOptions(), m3::MakeEngine);
  stdlib::OpenAll(*state);
  return state;
}

// Bytes of the process that are in memory (proc(5), statm).
size_t Resident() {
  std::ifstream statm("/proc/self/statm");
  size_t size = 0;
  size_t resident = 0;
  statm >> size >> resident;
  EXPECT_GT(resident, 0u) << "/proc/self/statm can't be read";
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

TEST(ManyStates, EachTakesLittle) {
  std::vector<std::unique_ptr<State>> states;
  states.reserve(kStates + 1);
  states.push_back(NewState());  // makes what all of them share
  const size_t before = Resident();
  for (size_t i = 0; i < kStates; ++i) states.push_back(NewState());
  const size_t each = (Resident() - before) / kStates;
  const gc::Heap& heap = states.back()->heap();
  RecordProperty("resident_bytes", static_cast<int>(each));
  RecordProperty("footprint", static_cast<int>(heap.footprint()));
  RecordProperty("bytes", static_cast<int>(heap.bytes()));

  constexpr char kAdvice[] =
      " bytes a state. What did libraries or states get that could be shared "
      "(lua/runtime/shared.h), smaller, or made when it is needed?";
  EXPECT_LE(each, kBound) << "the process grows by " << each << kAdvice;
  EXPECT_LE(heap.footprint(), kBound)
      << "a heap takes " << heap.footprint() << kAdvice;
  EXPECT_LE(heap.bytes(), kBound)
      << "a heap counts " << heap.bytes() << kAdvice;
  // Whoever counts less than is there makes limits that do not hold.
  EXPECT_GE(heap.bytes(), each / 4) << "of " << each << " bytes a state";
}

}  // namespace
}  // namespace m3lua
