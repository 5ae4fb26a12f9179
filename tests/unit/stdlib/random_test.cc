// The generator of math.random against what PUC Lua 5.4 gives for its seeds.
#include "lua/stdlib/random.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace m3lua::stdlib {
namespace {

TEST(RandomTest, GivesTheSequencesOfPuc) {
  RandomState generator;
  generator.Seed(1007, 0);
  EXPECT_EQ(generator.Next(), 0x7a7040a5a323c9d6u);
  generator.Seed(42, 0);
  EXPECT_NEAR(RandomState::ToFloat(generator.Next()), 0.93081217803957, 1e-13);
  EXPECT_EQ(generator.Project(generator.Next(), 9), 1u);
}

TEST(RandomTest, ProjectsWithinTheLimit) {
  RandomState generator;
  generator.Seed(1, 2);
  for (uint64_t limit :
       {uint64_t{0}, uint64_t{1}, uint64_t{2}, uint64_t{6}, uint64_t{7},
        uint64_t{1} << 40, UINT64_MAX - 1, UINT64_MAX}) {
    for (int i = 0; i < 200; ++i) {
      EXPECT_LE(generator.Project(generator.Next(), limit), limit);
    }
  }
}

TEST(RandomTest, FloatsAreBelowOne) {
  EXPECT_EQ(RandomState::ToFloat(0), 0.0);
  EXPECT_LT(RandomState::ToFloat(UINT64_MAX), 1.0);
}

}  // namespace
}  // namespace m3lua::stdlib
