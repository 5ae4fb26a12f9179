// States, chunks, and calls between C++ and Lua.
#include <cstdint>
#include <string>
#include <string_view>

#include "benchmark/benchmark.h"
#include "benchmarks/micro/snippets.h"
#include "lua/embed/lua.h"
#include "lua/runtime/native.h"

namespace m3lua::micro {
namespace {

// ---- states

void NewState(benchmark::State& state) {
  Lua::Options options;
  if (state.range(0) == 0) options.libraries = Library::kNone;
  for (auto _ : state) {
    Lua lua(options);
    benchmark::DoNotOptimize(&lua.state());
  }
}
BENCHMARK(NewState)->ArgName("library")->Arg(0)->Arg(1);

// ---- text to running code

void RunText(benchmark::State& state, const std::string& text) {
  Lua lua;
  for (auto _ : state) {
    if (Failed(state, lua.RunString(text, "=text"))) return;
  }
  state.SetBytesProcessed(
      static_cast<int64_t>(text.size() * state.iterations()));
}

std::string ManyFunctions() {
  std::string text;
  for (int i = 0; i < 100; ++i) {
    const std::string n = std::to_string(i);
    text += "local function f(a, b)\n  local t = {x = a, y = b + " + n +
            "}\n  for i = 1, #t do t[i] = t.x .. 'text" + n +
            "' end\n  return t.x and t.y\nend\n";
  }
  // No more locals than Lua allows.
  return "do " + text + " end";
}

BENCHMARK_CAPTURE(RunText, empty, std::string());
BENCHMARK_CAPTURE(RunText, assignment, std::string("x = 1"));
BENCHMARK_CAPTURE(RunText, hundred_functions, ManyFunctions());

// ---- C++ to Lua

template <typename... R, typename... A>
void CallLua(benchmark::State& state, const char* code, A... arguments) {
  Lua lua;
  if (Failed(state, lua.RunString(code))) return;
  absl::StatusOr<FunctionRef> f = lua.Get<FunctionRef>("f");
  if (Failed(state, f.status())) return;
  for (auto _ : state) {
    auto results = f->Call<R...>(arguments...);
    if (!results.ok()) {
      state.SkipWithError("f raises an error");
      return;
    }
    benchmark::DoNotOptimize(results);
  }
}
void CallNothing(benchmark::State& state) {
  CallLua(state, "function f() end");
}
BENCHMARK(CallNothing);
void CallWithNumbers(benchmark::State& state) {
  CallLua<double>(state, "function f(a, b) return a + b end", 1.0, 2.5);
}
BENCHMARK(CallWithNumbers);
void CallWithStrings(benchmark::State& state) {
  CallLua<std::string_view>(state, "function f(a) return a end",
                            "a short string");
}
BENCHMARK(CallWithStrings);

void CallLuaError(benchmark::State& state) {
  Lua lua;
  if (Failed(state, lua.RunString("function f() error('x') end"))) return;
  for (auto _ : state) {
    if (lua.Call("f").ok()) {
      state.SkipWithError("f raises no error");
      return;
    }
  }
}
BENCHMARK(CallLuaError);

void Globals(benchmark::State& state) {
  Lua lua;
  for (auto _ : state) {
    if (Failed(state, lua.Set("x", 7)) ||
        Failed(state, lua.Get<int>("x").status())) {
      return;
    }
  }
}
BENCHMARK(Globals);

// ---- Lua to C++: a hundred calls each time

NativeResult AddNative(NativeCall& call) {
  return call.Return(
      Value::Integer(call.CheckInteger(1) + call.CheckInteger(2)));
}

void CallHost(benchmark::State& state, bool native) {
  Lua lua;
  const absl::Status registered =
      native ? lua.RegisterNative("add", AddNative)
             : lua.Set("add", [](int64_t a, int64_t b) { return a + b; });
  if (Failed(state, registered) ||
      Failed(state, lua.RunString("local add = add\nfunction f()\n"
                                  "for i = 1, 100 do add(i, 1) end\nend"))) {
    return;
  }
  for (auto _ : state) {
    if (Failed(state, lua.Call("f"))) return;
  }
  SetOperations(state, 100);
}
BENCHMARK_CAPTURE(CallHost, native, true);
BENCHMARK_CAPTURE(CallHost, function, false);

}  // namespace
}  // namespace m3lua::micro
