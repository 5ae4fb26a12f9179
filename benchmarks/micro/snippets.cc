#include "benchmarks/micro/snippets.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "lua/embed/lua.h"

namespace m3lua::micro {
namespace {

constexpr int kCopies = 10;
// Enough that the call from C++ does not show, few enough for stress builds.
constexpr int kRounds = 100;

std::string Program(const Snippet& snippet, int copies) {
  std::string body;
  for (int i = 0; i < copies; ++i) absl::StrAppend(&body, snippet.body, "\n");
  return absl::StrCat(snippet.outside, "\nfunction measured(rounds)\n",
                      snippet.locals, "\nfor _ = 1, rounds do\n", body,
                      "end\nend");
}

void Run(benchmark::State& state, const Snippet& snippet) {
  const int copies = snippet.body[0] == '\0' ? 1 : kCopies;
  Lua lua;
  if (Failed(state, lua.RunString(Program(snippet, copies), "=snippet"))) {
    return;
  }
  const Lua::Scalars rounds = {int64_t{kRounds}};
  for (auto _ : state) {
    if (Failed(state, lua.Call("measured", rounds).status())) return;
  }
  SetOperations(state, kRounds * copies * snippet.operations);
}

}  // namespace

bool RegisterSnippets(const std::string& topic,
                      std::initializer_list<Snippet> snippets) {
  for (const Snippet& snippet : snippets) {
    benchmark::RegisterBenchmark(
        absl::StrCat(topic, "/", snippet.name).c_str(),
        [snippet](benchmark::State& state) { Run(state, snippet); });
  }
  return true;
}

bool Failed(benchmark::State& state, const absl::Status& status) {
  if (status.ok()) return false;
  state.SkipWithError(Lua::Describe(status).c_str());
  return true;
}

void SetOperations(benchmark::State& state, double operations_per_iteration) {
  const double operations =
      operations_per_iteration * static_cast<double>(state.iterations());
  state.SetItemsProcessed(static_cast<int64_t>(operations));
  state.counters["each"] = benchmark::Counter(
      operations, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

}  // namespace m3lua::micro
