// Lua in a C++ program, in ten lines (README.md shows them too; see
// BUILD.bazel).
#include <iostream>

#include "lua/embed/lua.h"

int main() {
  m3lua::Lua lua;
  lua.SetGlobal("name", std::string("C++")).IgnoreError();
  absl::Status status = lua.RunString("greeting = 'Hello from Lua, ' .. name");
  if (!status.ok()) {
    std::cerr << m3lua::Lua::Describe(status) << "\n";
    return 1;
  }
  std::cout << std::get<std::string>(*lua.GetGlobal("greeting")) << "\n";
}
