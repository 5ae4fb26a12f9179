// A C++ program that calls Lua, and is called by it.
#include <cctype>
#include <iostream>
#include <string>

#include "lua/embed/lua.h"

absl::StatusOr<std::string> Greet(const std::string& name) {
  m3lua::Lua lua;
  absl::Status status = lua.Set("shout", [](std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(c & 0xFF));
    return text + "!";
  });
  if (!status.ok()) return status;
  status =
      lua.RunString("function greet(name) return 'Hello, ' .. shout(name) end");
  if (!status.ok()) return status;
  return lua.Call<std::string>("greet", name);
}

int main(int argc, char** argv) {
  absl::StatusOr<std::string> greeting = Greet(argc > 1 ? argv[1] : "world");
  if (!greeting.ok()) {
    std::cerr << m3lua::Describe(greeting.status()) << "\n";
    return 1;
  }
  std::cout << *greeting << "\n";
}
