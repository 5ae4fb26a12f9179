// A prompt in twenty lines.  (lua/cli has a better one.)
#include <iostream>
#include <string>

#include "lua/embed/lua.h"

int main() {
  m3lua::Lua lua;
  std::string line;
  while (std::cout << "> " << std::flush, std::getline(std::cin, line)) {
    absl::StatusOr<m3lua::Values> values = lua.Eval<m3lua::Values>(line);
    if (!values.ok()) {
      std::cout << values.status().message() << "\n";
      continue;
    }
    for (const m3lua::Ref& value : *values) {
      absl::StatusOr<std::string> text = value.ToString();
      std::cout << (text.ok() ? *text : "?") << "\t";
    }
    if (!values->empty()) std::cout << "\n";
  }
  std::cout << "\n";
}
