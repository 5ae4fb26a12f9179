// LibraryState for tests that are tables of calls: arguments from plain C++
// values, and what comes back, results or error, as one line of text.
//
//   LibraryTester lua(stdlib::OpenString);
//   EXPECT_EQ(lua.Run("string.rep", {"ab", 2}), "abab");
//   EXPECT_EQ(lua.Run("string.rep", {"x", {}}), "error: bad argument #2 …");
#ifndef TESTS_UNIT_STDLIB_LIBRARY_TESTER_H_
#define TESTS_UNIT_STDLIB_LIBRARY_TESTER_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/stdlib/library_state.h"

namespace m3lua::testing {

// An argument; Arg() is nil.
struct Arg {
  Value value = Value::Nil();
  std::string_view text;
  bool is_text = false;

  Arg() = default;
  Arg(int i) : value(Value::Integer(i)) {}               // NOLINT
  Arg(int64_t i) : value(Value::Integer(i)) {}           // NOLINT
  Arg(double d) : value(Value::Float(d)) {}              // NOLINT
  Arg(bool b) : value(Value::Boolean(b)) {}              // NOLINT
  Arg(Value v) : value(v) {}                             // NOLINT
  Arg(const char* s) : text(s), is_text(true) {}         // NOLINT
  Arg(std::string_view s) : text(s), is_text(true) {}    // NOLINT
  Arg(const std::string& s) : text(s), is_text(true) {}  // NOLINT
};

struct LibraryTester : LibraryState {
  using LibraryState::LibraryState;

  std::string Run(std::string_view name, std::vector<Arg> arguments) {
    return RunValue(Function(name), std::move(arguments));
  }

  // "(none)" stands for no result at all.
  std::string RunValue(Value f, std::vector<Arg> arguments) {
    std::vector<Value> values;
    for (const Arg& a : arguments) {
      values.push_back(a.is_text ? Str(a.text) : a.value);
    }
    std::string shown;
    std::string error = ErrorOf([&] {
      std::span<Value> results = engine.Call(co, f, values, -1);
      last.assign(results.begin(), results.end());
      for (size_t i = 0; i < last.size(); ++i) {
        shown += (i == 0 ? "" : " ") + Text(last[i]);
      }
      if (last.empty()) shown = "(none)";
    });
    return error.empty() ? shown : "error: " + error;
  }

  std::vector<Value> last;  // results of the last call
};

struct LibraryCase {
  std::string_view function;
  std::vector<Arg> arguments;
  std::string result;
};

inline void CheckCalls(LibraryTester& lua,
                       const std::vector<LibraryCase>& cases) {
  for (const LibraryCase& c : cases) {
    std::string arguments;
    for (const Arg& a : c.arguments) {
      arguments += a.is_text ? "\"" + std::string(a.text.substr(0, 60)) + "\" "
                             : lua.Text(a.value) + " ";
    }
    EXPECT_EQ(lua.Run(c.function, c.arguments), c.result)
        << c.function << " called with " << arguments;
  }
}

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_STDLIB_LIBRARY_TESTER_H_
