// The operations of calls.cc through sol2, on PUC Lua 5.4; sol2.sh builds this
// and counts instructions.  (sol2 is no dependency of this project.)
//
//   sol2_calls OPERATION ROUNDS
#ifndef UNCHECKED
#define SOL_ALL_SAFETIES_ON 1
#endif
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sol/sol.hpp>

#include "benchmarks/embed/operations.h"

int main(int argc, char** argv) {
  if (argc != 3) return 1;
  const int rounds = std::atoi(argv[2]);
  sol::state lua;
  lua.open_libraries();
  sol::usertype<Vec> type = lua.new_usertype<Vec>("Vec");
  type["x"] = &Vec::x;
  type["y"] = &Vec::y;
  type["length2"] = &Vec::Length2;
  lua["v"] = Vec();
  lua["add"] = &Add;
  lua.safe_script(kProgram);
  if (std::strcmp(argv[1], kCallLua) == 0) {
    sol::protected_function add = lua["add_in_lua"];
    double sum = 0;
    for (int i = 0; i < rounds; ++i) {
      sol::protected_function_result result = add(1.5, 2.5);
      if (!result.valid()) return 1;
      sum += result.get<double>();
    }
    return sum == 4.0 * rounds ? 0 : 1;
  }
  sol::protected_function run = lua[argv[1]];
  return run(rounds).valid() ? 0 : 1;
}
