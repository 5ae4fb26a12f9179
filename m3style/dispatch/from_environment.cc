// Linked into a program, lets the environment variable M3LUA_DISPATCH choose
// the strategy by name; "list" prints the names instead.  For tests and
// benchmarks of all strategies.
//
// Guarded by tests/dispatch/.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "m3style/dispatch/all.h"
#include "m3style/dispatch/default_strategy.h"

namespace m3lua::m3 {
namespace {

const bool chosen_from_environment = [] {
  const char* name = std::getenv("M3LUA_DISPATCH");
  if (name == nullptr || *name == '\0') return false;
  if (std::string_view(name) == "list") {
    for (const Strategy* s : AllStrategies()) {
      std::printf("%.*s\n", static_cast<int>(s->name().size()),
                  s->name().data());
    }
    std::exit(EXIT_SUCCESS);
  }
  const Strategy* strategy = FindStrategy(name);
  if (strategy == nullptr) {
    std::fprintf(stderr, "M3LUA_DISPATCH: there is no strategy '%s'; it may be",
                 name);
    for (const Strategy* s : AllStrategies()) {
      std::fprintf(stderr, " %.*s", static_cast<int>(s->name().size()),
                   s->name().data());
    }
    std::fputc('\n', stderr);
    std::exit(EXIT_FAILURE);
  }
  SetDefaultStrategy(*strategy);
  return true;
}();

}  // namespace
}  // namespace m3lua::m3
