#include "benchmarks/micro/snippets.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "lua/embed/lua.h"
#include "m3style/dispatch/default_strategy.h"
#ifdef M3LUA_SIDE_BY_SIDE
#include "m3style/dispatch/all.h"
#endif

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

// The strategies that each snippet runs under, and the end of its name there.
struct Variant {
  const m3::Strategy* strategy;
  std::string suffix;
};

std::vector<Variant> Variants() {
#ifdef M3LUA_SIDE_BY_SIDE
  std::vector<Variant> variants;
  for (const m3::Strategy* strategy : m3::AllStrategies()) {
    variants.push_back(
        {strategy, absl::StrCat("/", std::string(strategy->name()))});
  }
  return variants;
#else
  return {{&m3::DefaultStrategy(), ""}};
#endif
}

void Run(benchmark::State& state, const Snippet& snippet,
         const m3::Strategy& strategy) {
  m3::SetDefaultStrategy(strategy);
  const int copies = snippet.body[0] == '\0' ? 1 : kCopies;
  Lua lua;
  if (Failed(state, lua.RunString(Program(snippet, copies), "=snippet"))) {
    return;
  }
  for (auto _ : state) {
    if (Failed(state, lua.Call("measured", kRounds))) return;
  }
  SetOperations(state, kRounds * copies * snippet.operations);
}

}  // namespace

bool RegisterSnippets(const std::string& topic,
                      std::initializer_list<Snippet> snippets) {
  const std::vector<Variant> variants = Variants();
  for (const Snippet& snippet : snippets) {
    for (const auto& [strategy, suffix] : variants) {
      benchmark::RegisterBenchmark(
          absl::StrCat(topic, "/", snippet.name, suffix).c_str(),
          [snippet, strategy = strategy](benchmark::State& state) {
            Run(state, snippet, *strategy);
          });
    }
  }
  return true;
}

bool Failed(benchmark::State& state, const absl::Status& status) {
  if (status.ok()) return false;
  state.SkipWithError(Describe(status).c_str());
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
