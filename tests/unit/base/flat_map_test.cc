#include "lua/base/flat_map.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <new>
#include <string>

namespace m3lua::base {
namespace {

TEST(FlatMapTest, FindsWhatWasInserted) {
  FlatMap<uint64_t, std::string> map;
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(map.Find(1), nullptr);
  for (uint64_t i = 0; i < 1000; ++i) {
    auto [value, is_new] = map.Insert(i * i, std::to_string(i));
    EXPECT_TRUE(is_new);
    EXPECT_EQ(*value, std::to_string(i));
  }
  EXPECT_EQ(map.size(), 1000u);
  for (uint64_t i = 0; i < 1000; ++i) {
    ASSERT_NE(map.Find(i * i), nullptr) << i;
    EXPECT_EQ(*map.Find(i * i), std::to_string(i));
  }
  EXPECT_FALSE(map.contains(2));
  EXPECT_FALSE(map.Insert(4, "other").second);
  EXPECT_EQ(map[4], "2") << "an insertion replaced a value";
}

TEST(FlatMapTest, ClearForgetsEverythingAndKeepsTheMemory) {
  FlatMap<int, std::string> map;
  for (int i = 0; i < 100; ++i) map[i] = "x";
  const size_t capacity = map.capacity();
  map.clear();
  EXPECT_TRUE(map.empty());
  EXPECT_EQ(map.capacity(), capacity);
  EXPECT_FALSE(map.contains(7));
  EXPECT_EQ(map[7], "");
}

// A value whose making fails on demand, as an allocation does.
struct Failing {
  static inline int until_failure = 0;
  Failing() {
    if (until_failure > 0 && --until_failure == 0) throw std::bad_alloc();
  }
};

TEST(FlatMapTest, AFailedInsertionLeavesTheMapAsItWas) {
  FlatMap<int, Failing> map;
  int entries = 0;
  for (int attempt = 1; attempt < 200; ++attempt) {
    Failing::until_failure = attempt % 7 + 1;
    try {
      map.Insert(entries);
      ++entries;
    } catch (const std::bad_alloc&) {
    }
    Failing::until_failure = 0;
    ASSERT_EQ(map.size(), static_cast<size_t>(entries));
    for (int i = 0; i < entries; ++i) ASSERT_TRUE(map.contains(i)) << i;
    ASSERT_FALSE(map.contains(entries));
  }
}

}  // namespace
}  // namespace m3lua::base
