// Lua in a C++ program, in ten lines (README.md shows them too; see
// BUILD.bazel).
#include <iostream>

#include "lua/embed/lua.h"

int main() {
  m3lua::Lua lua;
  lua.Set("name", "C++").IgnoreError();
  absl::Status status = lua.RunString("greeting = 'Hello from Lua, ' .. name");
  if (!status.ok()) {
    std::cerr << m3lua::Describe(status) << "\n";
    return 1;
  }
  std::cout << *lua.Get<std::string>("greeting") << "\n";
}
