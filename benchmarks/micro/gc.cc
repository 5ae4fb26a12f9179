// The collector: what a full collection costs per megabyte that is alive, and
// what garbage costs.
#include <cstdint>
#include <string>

#include "benchmark/benchmark.h"
#include "benchmarks/micro/snippets.h"
#include "lua/embed/lua.h"

namespace m3lua::micro {
namespace {

// Each fills the global `live` until the state holds `mib` megabytes.
constexpr char kSmallTables[] = R"(
  function fill(mib)
    live = {}
    while collectgarbage('count') < mib * 1024 do
      live = {next = live, value = {1, 2}}
    end
  end)";
constexpr char kStrings[] = R"(
  function fill(mib)
    live = {}
    while collectgarbage('count') < mib * 1024 do
      live[#live + 1] = 'string number ' .. #live
    end
  end)";
constexpr char kClosures[] = R"(
  function fill(mib)
    live = {}
    while collectgarbage('count') < mib * 1024 do
      local i = #live
      live[i + 1] = function() return i end
    end
  end)";

// bytes_per_second: live memory that is gone through.
void FullCollection(benchmark::State& state, const char* fill) {
  Lua lua;
  if (Failed(state, lua.RunString(fill)) ||
      Failed(state, lua.Call("fill", state.range(0))) ||
      Failed(state, lua.RunString("function full() collectgarbage() end"))) {
    return;
  }
  for (auto _ : state) {
    if (Failed(state, lua.Call("full"))) return;
  }
  absl::StatusOr<double> kib = lua.Eval<double>("collectgarbage('count')");
  if (Failed(state, kib.status())) return;
  const double live = *kib * 1024;
  state.SetBytesProcessed(
      static_cast<int64_t>(live * static_cast<double>(state.iterations())));
  state.counters["per_MiB"] = benchmark::Counter(
      live / (1 << 20) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(FullCollection, small_tables, kSmallTables)->Arg(1)->Arg(16);
BENCHMARK_CAPTURE(FullCollection, strings, kStrings)->Arg(1)->Arg(16);
BENCHMARK_CAPTURE(FullCollection, closures, kClosures)->Arg(1)->Arg(16);

[[maybe_unused]] const bool registered = RegisterSnippets(
    "gc",
    {
        {"step", "", "", "collectgarbage('step')"},
        {"garbage_table", "", "local a", "a = {}"},
        {"weak_key", "local w = setmetatable({}, {__mode = 'k'})", "",
         "w[{}] = 1"},
        {"finalizer", "local m = {__gc = function() end}", "",
         "setmetatable({}, m)"},
        {"barrier", "local t = {} collectgarbage()", "local u = {}", "t.x = u"},
    });

}  // namespace
}  // namespace m3lua::micro
