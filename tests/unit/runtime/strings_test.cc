#include "lua/runtime/strings.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

TEST(StringsTest, ShortStringsAreOneObjectAndLongOnesAreNot) {
  TestState s;
  for (size_t size : {0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 39, 40, 41, 1000}) {
    std::string text(size, 'a');
    String* a = NewString(s.state, text);
    String* b = NewString(s.state, text);
    EXPECT_EQ(a == b, size <= String::kMaxShortLength) << size;
    EXPECT_TRUE(StringsEqual(a, b));
    EXPECT_EQ(HashOf(s.state, a), HashOf(s.state, b));
    EXPECT_EQ(a->view(), text);
    EXPECT_EQ(a->data()[size], '\0') << "a NUL follows the bytes";
    if (size == 0) continue;
    text.back() = 'b';
    String* c = NewString(s.state, text);
    EXPECT_FALSE(StringsEqual(a, c));
  }
}

TEST(StringsTest, BytesAreAnyBytes) {
  TestState s;
  std::string_view text("a\0b\xFF\0", 5);
  EXPECT_EQ(NewString(s.state, text)->view(), text);
  EXPECT_NE(NewString(s.state, text), NewString(s.state, text.substr(0, 4)));
}

TEST(StringsTest, BuffersAreInternedWhenFinished) {
  TestState s;
  String* known = NewString(s.state, "known");
  String* buffer = NewStringBuffer(s.state, 5);
  std::memcpy(buffer->data(), "known", 5);
  EXPECT_EQ(FinishString(s.state, buffer), known);
  buffer = NewStringBuffer(s.state, 3);
  std::memcpy(buffer->data(), "new", 3);
  EXPECT_EQ(FinishString(s.state, buffer), buffer);
  EXPECT_EQ(NewString(s.state, "new"), buffer);
  buffer = NewStringBuffer(s.state, 50);
  EXPECT_EQ(FinishString(s.state, buffer), buffer);
}

TEST(StringsTest, TheInternTableGrowsAndForgets) {
  TestState s;
  std::vector<String*> all;
  uint32_t before = s.state.strings.count;
  for (int i = 0; i < 5000; ++i) {
    all.push_back(NewString(s.state, "number " + std::to_string(i)));
  }
  EXPECT_EQ(s.state.strings.count, before + 5000);
  EXPECT_GE(s.state.strings.mask + 1, s.state.strings.count / 2);
  for (int i = 0; i < 5000; ++i) {
    ASSERT_EQ(NewString(s.state, "number " + std::to_string(i)), all[i]);
  }
  for (String* string : all) RemoveInterned(s.state, string);
  EXPECT_EQ(s.state.strings.count, before);
  TrimInterned(s.state);
  EXPECT_LE(s.state.strings.mask + 1, 512u);
  EXPECT_NE(NewString(s.state, "number 7"), all[7]);
  // One that is not interned (again, or not yet): nothing happens.
  RemoveInterned(s.state, all[0]);
}

// A chain whose filter knows all hashes loses and gains strings.
TEST(StringsTest, AChainKnowsWhatIsInIt) {
  TestState s;
  std::vector<String*> all;
  for (int i = 0; i < 40; ++i) {
    all.push_back(NewString(s.state, "chain " + std::to_string(i)));
  }
  const auto hash = [](size_t i) { return static_cast<uint32_t>(i << 28 | i); };
  for (String* string : all) RemoveInterned(s.state, string);
  InternChain chain;
  for (size_t i = 0; i < 16; ++i) EXPECT_FALSE(chain.MayHave(hash(i)));
  for (int round = 0; round < 2; ++round) {
    for (size_t i = 0; i < all.size(); ++i) chain.Push(all[i], hash(i));
    EXPECT_EQ(chain.first(), all.back());
    for (size_t i = 0; i < all.size(); i += 2) chain.Remove(all[i]);
    for (size_t i = 1; i < all.size(); i += 2) {
      EXPECT_TRUE(chain.MayHave(hash(i))) << "a string can't be found: " << i;
    }
    String* left = chain.first();
    for (size_t i = all.size(); i-- > 0;) {
      if (i % 2 == 0) continue;
      ASSERT_EQ(left, all[i]) << "the chain lost or kept a string";
      left = left->next;
    }
    EXPECT_EQ(left, nullptr);
    for (size_t i = 1; i < all.size(); i += 2) chain.Remove(all[i]);
    EXPECT_EQ(chain.first(), nullptr);
    for (size_t i = 0; i < 16; ++i) {
      EXPECT_FALSE(chain.MayHave(hash(i))) << "an empty chain remembers " << i;
    }
  }
}

TEST(StringsTest, FindingAStringNeedsNoMemory) {
  TestState s;
  String* known = NewString(s.state, "known");
  s.state.heap().FailAllocation(1);
  EXPECT_EQ(NewString(s.state, "known"), known);
  EXPECT_EQ(s.ErrorOf([&] { NewString(s.state, "unknown"); }),
            "not enough memory");
}

TEST(StringsTest, AbsurdSizesAreOutOfMemory) {
  TestState s;
  EXPECT_EQ(s.ErrorOf([&] { NewStringBuffer(s.state, SIZE_MAX); }),
            "not enough memory");
}

TEST(StringsTest, HashesSpreadAndDependOnTheSeed) {
  for (std::string prefix : {"", "k", "some longer prefix of the keys "}) {
    std::unordered_set<uint32_t> low_bits;
    int same = 0;
    for (int i = 0; i < 4096; ++i) {
      std::string text = prefix + std::to_string(i);
      low_bits.insert(HashBytes(text, 42) & 0xFFFF);
      same += HashBytes(text, 42) == HashBytes(text, 43);
    }
    EXPECT_GT(low_bits.size(), 3800u) << prefix;  // random: about 3970
    EXPECT_LE(same, 1);
  }
  // Every byte counts, wherever it is.
  for (size_t size = 1; size <= 100; ++size) {
    std::set<uint32_t> hashes;
    for (size_t i = 0; i < size; ++i) {
      std::string text(size, 'x');
      text[i] = 'y';
      hashes.insert(HashBytes(text, 1));
    }
    EXPECT_EQ(hashes.size(), size);
  }
}

TEST(StringsTest, OrderLooksBeyondNulBytes) {
  TestState s;
  std::string_view ordered[] = {"",          {"\0", 1},  {"\0a", 2},
                                "a",         {"a\0", 2}, {"a\0b", 3},
                                {"a\0c", 3}, "ab",       "b"};
  for (size_t i = 0; i < std::size(ordered); ++i) {
    for (size_t j = 0; j < std::size(ordered); ++j) {
      int order = CompareStrings(NewString(s.state, ordered[i]),
                                 NewString(s.state, ordered[j]));
      EXPECT_EQ(order < 0, i < j) << i << " and " << j;
      EXPECT_EQ(order == 0, i == j) << i << " and " << j;
    }
  }
}

}  // namespace
}  // namespace m3lua
