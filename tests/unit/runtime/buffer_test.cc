#include "lua/runtime/buffer.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

TEST(BufferTest, KeepsWhatIsAppended) {
  TestState t;
  Buffer buffer(t.state);
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    buffer.Append(std::to_string(i));
    buffer.Append(',');
    buffer.AppendFill('-', static_cast<size_t>(i % 3));
    expected += std::to_string(i) + "," + std::string(i % 3, '-');
  }
  EXPECT_EQ(buffer.view(), expected);
  EXPECT_EQ(buffer.ToString()->view(), expected);
  buffer.Truncate(4);
  EXPECT_EQ(buffer.view(), "0,1,");
}

TEST(BufferTest, ReserveGivesRoomThatCommitTakes) {
  TestState t;
  Buffer buffer(t.state);
  char* room = buffer.Reserve(10000);
  std::memset(room, 'x', 10000);
  buffer.Commit(7);
  EXPECT_EQ(buffer.view(), "xxxxxxx");
  buffer.Append(std::string_view());
  EXPECT_EQ(buffer.size(), 7u);
}

TEST(BufferTest, MemoryIsCountedAndGivenBack) {
  TestState t;
  const size_t before = t.state.heap().bytes();
  {
    Buffer buffer(t.state);
    buffer.AppendFill('x', Buffer::kInlineBytes);
    EXPECT_EQ(t.state.heap().bytes(), before) << "small contents stay inside";
    buffer.AppendFill('x', 100000);
    EXPECT_GE(t.state.heap().bytes(), before + 100000);
  }
  EXPECT_EQ(t.state.heap().bytes(), before);
}

TEST(BufferTest, HitsTheMemoryLimitAsALuaError) {
  TestState t;
  const size_t before = t.state.heap().bytes();
  t.state.heap().set_limit(before + (1 << 20));
  EXPECT_EQ(t.ErrorOf([&] {
    Buffer buffer(t.state);
    for (;;) buffer.AppendFill('x', 1000);
  }),
            "not enough memory");
  t.state.heap().set_limit(0);
  EXPECT_EQ(t.state.heap().bytes(), before) << "the error leaked the buffer";
}

TEST(BufferTest, AbsurdSizesAreErrors) {
  TestState t;
  EXPECT_EQ(t.ErrorOf([&] {
    Buffer buffer(t.state);
    buffer.Append('x');
    buffer.Reserve(SIZE_MAX - 1);
  }),
            "buffer too large");
}

}  // namespace
}  // namespace m3lua
