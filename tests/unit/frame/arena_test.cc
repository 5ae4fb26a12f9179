// Chunks of a call arena, and frames that move into a new one.
#include "m3style/frame/arena.h"

#include <gtest/gtest.h>

#include <string>

#include "lua/runtime/errors.h"
#include "m3style/dispatch/strategy.h"
#include "tests/unit/engine/machine.h"

namespace m3lua::m3 {
namespace {

using testing::Machine;

class ArenaTest : public ::testing::Test {
 protected:
  static StateOptions Options() {
    StateOptions options;
    options.stack_limit = 100000;
    return options;
  }

  uint32_t SlotsOf(ArenaChunk* chunk) {
    return static_cast<uint32_t>(chunk->end - chunk->slots());
  }

  Machine machine_{Options()};
  State& state_ = machine_.state;
  Coroutine& co_ = *state_.main;
};

TEST_F(ArenaTest, ChunksDoubleAndDoNotMove) {
  ArenaChunk* first = co_.chunk;
  Value* slot = first->slots() + 3;
  slot->SetInteger(77);
  uint32_t before = co_.slot_count;
  size_t bytes = state_.heap().bytes();
  ArenaChunk* second = AddChunk(co_, 10);
  EXPECT_EQ(SlotsOf(second), SlotsOf(first) * 2) << "grows faster than asked";
  EXPECT_EQ(second->previous, first);
  EXPECT_EQ(co_.chunk, second);
  EXPECT_EQ(co_.limit, second->end - kFrameSlack);
  ArenaChunk* third = AddChunk(co_, 5000);
  EXPECT_GE(SlotsOf(third), 5000u);
  EXPECT_EQ(co_.slot_count, before + SlotsOf(second) + SlotsOf(third));
  EXPECT_EQ(first->slots() + 3, slot);
  EXPECT_EQ(slot->integer(), 77);
  EXPECT_TRUE(Contains(first, slot));
  EXPECT_FALSE(Contains(second, slot));
  EXPECT_FALSE(Contains(first, first->end)) << "the end is outside";
  DropChunksAbove(co_, slot);
  EXPECT_EQ(co_.chunk, first);
  EXPECT_EQ(co_.slot_count, before);
  EXPECT_EQ(state_.heap().bytes(), bytes) << "dropped chunks are freed";
}

TEST_F(ArenaTest, TheStackLimitHolds) {
  ArenaChunk* first = co_.chunk;
  bool failed = false;
  try {
    for (int i = 0; i < 1000; ++i) AddChunk(co_, 1000);
  } catch (const LuaError&) {
    failed = true;
    EXPECT_EQ(machine_.Text(state_.pending_error), "stack overflow");
  }
  EXPECT_TRUE(failed);
  EXPECT_LE(co_.slot_count, 100000u);
  EXPECT_GE(co_.slot_count, 90000u) << "the last chunks fit what is left";
  // A message handler gets a bit more.
  ++co_.in_handler;
  AddChunk(co_, 2000);
  try {
    AddChunk(co_, 4000);
    ADD_FAILURE() << "the reserve has no end";
  } catch (const LuaError&) {
    EXPECT_EQ(machine_.Text(state_.pending_error), "error in error handling");
  }
  --co_.in_handler;
  DropChunksAbove(co_, first->slots());
}

TEST_F(ArenaTest, AFrameMovesWithWhatPointsIntoIt) {
  ArenaChunk* first = co_.chunk;
  // A frame: function, header, three values; an upvalue and a variable to be
  // closed at the second, another upvalue below the frame.
  Value* start = co_.base + 4;
  Value* base = start + 2;
  Value* end = base + 3;
  const Cell* ret = StaticCell(co_.static_cells, StaticId::kGetDone);
  start->Set(machine_.Global("print"));
  HeaderOf(base) = {ret, co_.base};
  for (int i = 0; i < 3; ++i) base[i].SetInteger(i + 10);
  auto* below = state_.heap().New<Upvalue>(ObjectKind::kUpvalue);
  below->location = co_.base;
  auto* inside = state_.heap().New<Upvalue>(ObjectKind::kUpvalue);
  inside->location = base + 1;
  inside->open.next_open = below;
  co_.open_upvalues = inside;
  Value* variables[] = {co_.base, base + 1};
  co_.to_be_closed = variables;
  co_.to_be_closed_count = 2;

  Value* moved = MoveFrameToNewChunk(co_, start, base, end, 100);

  EXPECT_TRUE(Contains(co_.chunk, moved));
  EXPECT_EQ(co_.chunk->previous, first);
  EXPECT_EQ(moved, co_.chunk->slots() + kChunkRecordSlots + 2);
  EXPECT_GE(co_.limit - moved, 100) << "the room that was asked for";
  EXPECT_EQ(FunctionOf(moved), machine_.Global("print").function());
  EXPECT_EQ(HeaderOf(moved).previous, co_.base);
  EXPECT_EQ(HeaderOf(moved).ret,
            StaticCell(co_.static_cells, StaticId::kLeaveChunk));
  EXPECT_EQ(RecordedReturn(co_.chunk), ret);
  EXPECT_EQ(RecordedTarget(co_.chunk), start);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(moved[i].integer(), i + 10);
  EXPECT_EQ(inside->location, moved + 1) << "an open upvalue of the frame";
  EXPECT_EQ(below->location, co_.base) << "an open upvalue below it";
  EXPECT_EQ(variables[1], moved + 1) << "a variable to be closed of the frame";
  EXPECT_EQ(variables[0], co_.base);

  DropChunk(co_);
  co_.open_upvalues = nullptr;
  co_.to_be_closed = nullptr;
  co_.to_be_closed_count = 0;
}

TEST_F(ArenaTest, ProgramsCrossChunksBackAndForth) {
  // At every depth: results of all numbers, varargs, upvalues, errors.
  EXPECT_EQ(machine_.Run(R"(
    local function deep(n, ...)
      if n == 0 then return select('#', ...), ... end
      local x = n
      local function get() return x end
      local r = {deep(n - 1, ...)}
      assert(get() == n)
      return table.unpack(r)
    end
    for n = 1, 600, 7 do
      local r = {deep(n, 'a', nil, 'c')}
      assert(r[1] == 3 and r[2] == 'a' and r[3] == nil and r[4] == 'c', n)
      local function fail(d)
        if d == 0 then error('bottom', 0) end
        return 1 + fail(d - 1)
      end
      local ok, e = pcall(fail, n)
      assert(not ok and e == 'bottom')
    end
    return 'good'
  )"),
            "good");
  EXPECT_EQ(co_.chunk->previous, nullptr) << "chunks were left behind";
}

}  // namespace
}  // namespace m3lua::m3
