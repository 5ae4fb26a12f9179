// Guards the layouts that handlers and the collector rely on: sizes, what comes
// after a header, and the bits of the header.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "gtest/gtest.h"
#include "lua/object/coroutine.h"
#include "lua/object/function.h"
#include "lua/object/object.h"
#include "lua/object/string.h"
#include "lua/object/table.h"
#include "lua/object/userdata.h"
#include "lua/object/value.h"

namespace m3lua {
namespace {

// Handlers load 8 bytes of header, or one field at its offset.
static_assert(offsetof(Object, kind) == 0);
static_assert(offsetof(Object, mark) == 1);
static_assert(offsetof(Object, aux32) == 4);
// Both kinds of function start with the cell to enter at.
static_assert(sizeof(Function) == 16);
static_assert(sizeof(LuaClosure) == 24 && sizeof(NativeClosure) == 24);
static_assert(sizeof(Upvalue) == 32 && sizeof(Table) == 48);
static_assert(sizeof(Node) == 24);
static_assert(sizeof(ArenaChunk) % sizeof(Value) == 0);

// Memory for a T and what follows it.
template <typename T>
class Buffer {
 public:
  explicit Buffer(size_t extra) : words_((sizeof(T) + extra + 15) / 8) {}
  T* get() { return reinterpret_cast<T*>(words_.data()); }
  T* operator->() { return get(); }
  ptrdiff_t OffsetOf(const void* p) {
    return static_cast<const char*>(p) -
           reinterpret_cast<const char*>(words_.data());
  }

 private:
  std::vector<uint64_t> words_;
};

TEST(Layout, WhatFollowsAHeader) {
  Buffer<String> s(100);
  EXPECT_EQ(s.OffsetOf(s->data()), 16);
  Buffer<LuaClosure> f(64);
  EXPECT_EQ(f.OffsetOf(f->upvalues()), 24);
  Buffer<NativeClosure> n(64);
  EXPECT_EQ(n.OffsetOf(n->upvalues()), 24);
  Buffer<Userdata> u(64);
  EXPECT_EQ(u.OffsetOf(u->user_values()), 32);
  EXPECT_EQ(u.OffsetOf(u->memory()), 32);
  u->aux32 = 2;
  EXPECT_EQ(u.OffsetOf(u->memory()), 64);
}

TEST(Layout, StringsKnowTheirSize) {
  Buffer<String> s(100);
  s->aux = String::kMaxShortLength;
  EXPECT_TRUE(s->is_short());
  EXPECT_EQ(s->size(), String::kMaxShortLength);
  s->aux = String::kLong;
  s->length = 70;
  EXPECT_FALSE(s->is_short());
  EXPECT_EQ(s->size(), 70u);
  EXPECT_EQ(s->view().data(), s->data());
}

TEST(Layout, ArrayPartHasPayloadsBelowTagsAbove) {
  Table t = {};
  std::vector<uint64_t> buffer(10);
  t.array = reinterpret_cast<uint8_t*>(buffer.data() + 5);
  t.aux32 = 5;
  for (uint32_t i = 0; i < 5; ++i) t.ArraySet(i, Value::Integer(100 + i));
  t.ArraySet(3, Value::Boolean(true));
  EXPECT_EQ(buffer[4], 100u);
  EXPECT_EQ(buffer[0], 104u);
  EXPECT_EQ(t.ArrayTag(3), Tag::kTrue);
  EXPECT_EQ(t.ArrayGet(2).integer(), 102);
  EXPECT_EQ(t.array[4], static_cast<uint8_t>(Tag::kInteger));
}

TEST(Layout, MarkBitsAreDistinct) {
  EXPECT_EQ(kWhite0 & kWhite1, 0);
  EXPECT_EQ(kWhites & (kBlack | kHasFinalizer | kKindBit), 0);
  Object o = {};
  EXPECT_FALSE(o.IsWhite() || o.IsBlack()) << "gray";
  o.mark = kWhite1 | kHasFinalizer;
  EXPECT_TRUE(o.IsWhite());
  o.mark = kBlack | kKindBit;
  EXPECT_TRUE(o.IsBlack());
}

TEST(Layout, UpvaluesAreOpenUntilTheyHoldTheirValue) {
  Value reg = Value::Integer(7);
  Upvalue u = {};
  u.location = &reg;
  EXPECT_TRUE(u.is_open());
  u.closed.Set(*u.location);
  u.location = &u.closed;
  EXPECT_FALSE(u.is_open());
  EXPECT_EQ(u.location->integer(), 7);
}

}  // namespace
}  // namespace m3lua
