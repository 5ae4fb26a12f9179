// A C++ program whose rules are Lua modules that it carries along.
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "lua/embed/lua.h"

namespace {

// Lua sees it as a table.
using Line = std::map<std::string, m3lua::Scalar>;

Line LineOf(std::string name, int64_t count, int64_t price) {
  return {{"name", name}, {"count", count}, {"price", price}};
}

}  // namespace

int main() {
  m3lua::Lua lua;
  auto total = lua.Eval<m3lua::FunctionRef>("require('pricing').total");
  if (!total.ok()) {
    std::cerr << m3lua::Describe(total.status()) << "\n";
    return 1;
  }
  for (const std::vector<Line>& order :
       {std::vector<Line>{LineOf("pen", 3, 150), LineOf("desk", 1, 30000)},
        std::vector<Line>{LineOf("pen", 0, 150)}}) {
    absl::StatusOr<int64_t> cents = total->Call<int64_t>(order);
    if (cents.ok()) {
      std::cout << "total: " << *cents << " cents\n";
    } else {
      std::cout << cents.status().message() << "\n";
    }
  }
}
