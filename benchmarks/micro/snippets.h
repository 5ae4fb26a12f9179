// Microbenchmarks that are a line of Lua.
//
//   const bool registered = RegisterSnippets("access", {
//       {"field", "local t = {x = 1}", "local a", "a = t.x"},
//   });
//
// makes the Google Benchmark "access/field", which times
//
//   local t = {x = 1}                 -- outside: upvalues of the function
//   function measured(rounds)
//     local a                         -- locals: registers of the function
//     for _ = 1, rounds do
//       a = t.x ...                   -- body: ten copies
//     end
//   end
//
// In the program `strategies` there is one for each dispatch strategy,
// "access/field/switch" and so on.
//
// The column items_per_second counts bodies, "each" is the time of one, loop
// included: a tenth of what "dispatch/loop" costs.  A snippet that raises an
// error is reported as one.
//
// Guarded by //benchmarks/micro:micro_test, which runs each for an instant.
#ifndef BENCHMARKS_MICRO_SNIPPETS_H_
#define BENCHMARKS_MICRO_SNIPPETS_H_

#include <initializer_list>
#include <string>

#include "absl/status/status.h"
#include "benchmark/benchmark.h"

namespace m3lua::micro {

struct Snippet {
  const char* name;
  const char* outside;
  const char* locals;
  const char* body;
  // Operations in one body, if it is a loop itself.
  int operations = 1;
};

// Returns true, to initialise a variable at namespace scope with.
bool RegisterSnippets(const std::string& topic,
                      std::initializer_list<Snippet> snippets);

// Ends the benchmark with the message of an error; true if it is one.
bool Failed(benchmark::State& state, const absl::Status& status);

// Counts operations: items_per_second and the time of each.
void SetOperations(benchmark::State& state, double operations_per_iteration);

}  // namespace m3lua::micro

#endif  // BENCHMARKS_MICRO_SNIPPETS_H_
