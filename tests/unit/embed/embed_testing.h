// What the tests of the embedding API share.
//
//   EXPECT_EQ(Show(lua, "1 + 1, 'x'"), "2 x");
//   EXPECT_EQ(Show(lua, "f(nil)"), "error: bad argument ...");
#ifndef TESTS_UNIT_EMBED_EMBED_TESTING_H_
#define TESTS_UNIT_EMBED_EMBED_TESTING_H_

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "lua/embed/lua.h"

namespace m3lua::testing {

inline std::string MessageOf(const absl::Status& status) {
  return std::string(status.message());
}

// "" if the status is OK; what to print of it otherwise.
inline std::string Failure(const absl::Status& status) {
  return status.ok() ? "" : Describe(status);
}

// The message of an error without the position in front of it.
inline std::string WithoutPosition(std::string message) {
  size_t start = message.find(":1: ");
  return start == message.npos ? message : message.substr(start + 4);
}

// The values of an expression, or what a chunk returns, as `tostring` shows
// them with spaces between; or "error: " and the message without a position.
inline std::string Show(Lua& lua, std::string_view code) {
  absl::StatusOr<Values> values = lua.Eval<Values>(code);
  if (!values.ok()) {
    return "error: " + WithoutPosition(MessageOf(values.status()));
  }
  std::string text;
  for (const Ref& value : *values) {
    if (!text.empty()) text += ' ';
    text += value.ToString().value();
  }
  return text;
}

// Runs code that must not fail.
inline void MustRun(Lua& lua, std::string_view code) {
  absl::Status status = lua.RunString(code, "=t");
  ASSERT_EQ(Failure(status), "") << "in: " << code;
}

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_EMBED_EMBED_TESTING_H_
