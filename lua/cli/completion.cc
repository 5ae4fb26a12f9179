// Guarded by tests/unit/cli/completion_test.cc.
#include "lua/cli/completion.h"

#include <set>

#include "lua/runtime/metatables.h"
#include "lua/runtime/native.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/syntax/concat.h"

namespace m3lua::cli {
namespace {

constexpr std::string_view kKeywords[] = {
    "and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
    "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
    "repeat",   "return", "then", "true", "until",  "while"};

// __index chains may be circular.
constexpr int kMaxChain = 16;

bool IsNameByte(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

bool IsName(std::string_view s) {
  if (s.empty() || (s[0] >= '0' && s[0] <= '9')) return false;
  for (char c : s) {
    if (!IsNameByte(c)) return false;
  }
  return true;
}

// The value that is asked for the fields that `v` lacks.
Value Fallback(State& state, Value v) {
  return MetamethodOf(state, v, Event::kIndex);
}

Value FieldOf(State& state, Value v, std::string_view name) {
  for (int i = 0; i < kMaxChain; ++i) {
    if (v.is_table()) {
      Value field = GetField(state, v.table(), name);
      if (!field.is_nil()) return field;
    }
    v = Fallback(state, v);
  }
  return Value::Nil();
}

}  // namespace

std::vector<std::string> Completions(State& state, std::string_view word) {
  std::set<std::string> found;
  size_t dot = word.find_last_of(".:");
  std::string_view path =
      dot == std::string_view::npos ? "" : word.substr(0, dot + 1);
  std::string_view start = word.substr(path.size());
  bool method = !path.empty() && path.back() == ':';

  Value v = Value::Of(state.globals);
  for (std::string_view rest = path; !rest.empty();) {
    size_t end = rest.find_first_of(".:");
    v = FieldOf(state, v, rest.substr(0, end));
    if (v.is_nil()) return {};
    rest.remove_prefix(end + 1);
  }
  for (int i = 0; i < kMaxChain && !v.is_nil(); ++i) {
    if (v.is_table()) {
      uint32_t position = 0;
      Value key;
      Value value;
      while (NextAt(v.table(), position, key, value)) {
        if (!key.is_string()) continue;
        std::string_view name = key.string()->view();
        if (name.starts_with(start) && IsName(name) &&
            (!method || value.is_function())) {
          found.insert(syntax::Concat(path, name));
        }
      }
    }
    v = Fallback(state, v);
  }
  if (path.empty()) {
    for (std::string_view keyword : kKeywords) {
      if (keyword.starts_with(start)) found.emplace(keyword);
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace m3lua::cli
