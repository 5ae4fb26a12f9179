// Every hostile call ends, by each bound, whether scripts may catch its error
// or not, and the state can be used afterwards.  How late by the clock is what
// //benchmarks/limits:overrun measures.
#include "benchmarks/limits/hostile.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

class HostileTest : public ::testing::TestWithParam<hostile::Call> {};

// (A native may catch the error; what goes on then gets it again.)
void ExpectEnd(const hostile::Call& call, const Bounds& bounds,
               absl::StatusCode code) {
  Lua lua;
  ASSERT_EQ(testing::Failure(lua.RunString(call.prepare)), "");
  lua.SetBounds(bounds);
  absl::Status status =
      lua.RunString(std::string(call.code) + " while true do end");
  EXPECT_EQ(status.code(), code) << status.message();
  lua.ClearBounds();
  EXPECT_EQ(testing::Show(lua, "'usable'"), "usable");
}

TEST_P(HostileTest, EndsByItsBudget) {
  ExpectEnd(GetParam(), {.steps = 300'000},
            absl::StatusCode::kResourceExhausted);
}
TEST_P(HostileTest, EndsByItsBudgetThoughItMayCatch) {
  ExpectEnd(GetParam(), {.steps = 300'000, .catchable = true},
            absl::StatusCode::kResourceExhausted);
}
TEST_P(HostileTest, EndsByItsDeadline) {
  ExpectEnd(GetParam(), {.time = absl::Milliseconds(5)},
            absl::StatusCode::kDeadlineExceeded);
}

INSTANTIATE_TEST_SUITE_P(
    Calls, HostileTest, ::testing::ValuesIn(hostile::kCalls),
    [](const ::testing::TestParamInfo<hostile::Call>& info) {
      std::string name;
      for (const char* c = info.param.name; *c != '\0'; ++c) {
        if (std::isalnum(static_cast<unsigned char>(*c))) name += *c;
      }
      return name;
    });

}  // namespace
}  // namespace m3lua
