#include "lua/runtime/function_names.h"

#include <string_view>

#include "lua/runtime/native.h"
#include "lua/runtime/table.h"

namespace m3lua {
namespace {

// Calls visit(name, value) for each entry with a string key, until it returns
// true.
template <typename Visitor>
bool AnyNamed(const Table* t, Visitor visit) {
  uint32_t position = 0;
  Value key;
  Value value;
  while (NextAt(t, position, key, value)) {
    if (key.is_string() && visit(key.string()->view(), value)) return true;
  }
  return false;
}

}  // namespace

std::string GlobalFunctionName(State& state, Value f) {
  Value loaded = GetField(state, state.registry, "_LOADED");
  std::string found;
  if (!loaded.is_table()) return found;
  AnyNamed(loaded.table(), [&](std::string_view module, Value value) {
    if (RawEquals(value, f)) {
      found = module;
      return true;
    }
    return value.is_table() &&
           AnyNamed(value.table(), [&](std::string_view name, Value member) {
             if (!RawEquals(member, f)) return false;
             if (module != "_G") found.append(module).append(".");
             found.append(name);
             return true;
           });
  });
  return found;
}

}  // namespace m3lua
