// What constructors learn from the tables that they made.
#include "lua/runtime/table_site.h"

#include <gtest/gtest.h>

#include <string>

#include "lua/gc/heap.h"
#include "lua/runtime/table.h"
#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

// Runs the constructor in `code` (a function body) so often that its site is
// settled, and returns the last table.
Table* Made(Machine& m, const std::string& code) {
  m.Run("function make(i) " + code + " end last = nil");
  m.Run("for i = 1, 40 do last = make(i) end");
  return GetField(m.state, m.state.globals, "last").table();
}

TEST(TableSiteTest, FieldsThatAreStoredLaterHaveTheirPlaceBehindTheObject) {
  Machine m;
  Table* t = Made(m, "local t = {} t.x = i t.y = i t.z = i return t");
#ifndef M3LUA_STRESS
  EXPECT_TRUE(t->HasInlineNodes());
  EXPECT_EQ(TableBufferBytes(t), 0u) << "one allocation for all of it";
#endif
  EXPECT_EQ(t->node_count(), 4u);
  EXPECT_EQ(m.Run("return last.x, last.y, last.z, last.w"), "40 40 40 nil");
  EXPECT_EQ(m.Run("local n = 0 for k, v in pairs(make(7)) do n = n + v end "
                  "return n, next({})"),
            "21 nil");
}

// The first tables that are made have no fields yet when the next is made.
TEST(TableSiteTest, RecursiveConstructorsTeachWhenTheyAreDone) {
  Machine m;
  m.Run(
      "local function build(d) if d <= 0 then return 0 end "
      "return {left = build(d - 1), right = not bare and build(d - 20) or nil} "
      "end build(40) bare = true last = build(1)");
  EXPECT_EQ(m.Run("return last.left, last.right"), "0 nil");
#ifndef M3LUA_STRESS
  const Table* t = GetField(m.state, m.state.globals, "last").table();
  uint32_t keys = 0;
  for (uint32_t i = 0; i < t->node_count(); ++i) {
    keys += t->nodes[i].key_tag == Tag::kString;
  }
  EXPECT_EQ(keys, 2u) << "there is no place for the field 'right' yet";
#endif
}

TEST(TableSiteTest, ElementsToo) {
  Machine m;
  [[maybe_unused]] Table* t =
      Made(m, "local t = {} for k = 1, 3 do t[k] = k end return t");
#ifndef M3LUA_STRESS
  EXPECT_TRUE(t->HasInlineArray());
  EXPECT_EQ(TableBufferBytes(t), 0u);
#endif
  EXPECT_EQ(m.Run("return #last, #make(1)"), "3 3");
}

TEST(TableSiteTest, AListWithHolesEndsWhereItsConstructorEnds) {
  Machine m;
  m.Run(
      "function results(n) if n == 2 then return nil, 'x' end "
      "return 1, 2, 3, 4, 5 end");
  Made(m, "local t = {results(i)} t[6] = i return t");
  EXPECT_EQ(m.Run("local function list(n) return {results(n)} end "
                  "for i = 3, 40 do list(i) end "
                  "local t = list(2) return #t, t[2], table.unpack(t)"),
            "2 x nil x");
  EXPECT_EQ(m.Run("local function list(a, b, c) return {a, b, c} end "
                  "for i = 3, 40 do list(i, i, i)[4] = i end "
                  "return #list(nil, nil, 3), #list(nil, 2), #list(1)"),
            "3 2 1");
}

TEST(TableSiteTest, APartThatOutgrowsItsPlaceMovesOut) {
  Machine m;
  Made(m, "local t = {i, i} t.x = i return t");
  EXPECT_EQ(m.Run("local t = make(1) "
                  "for k = 1, 100 do t[k] = k t['f' .. k] = k end "
                  "local n = 0 for _ in pairs(t) do n = n + 1 end "
                  "return n, #t, t.x, t.f100, t[100]"),
            "201 100 1 100 100");
}

TEST(TableSiteTest, MapsGetNoKeys) {
  Machine m;
  Table* t = Made(m, "local t = {} t['key' .. i] = 1 return t");
  uint32_t keys = 0;
  for (uint32_t i = 0; i < t->node_count(); ++i) {
    keys += t->nodes[i].key_tag != Tag::kNil;
  }
  EXPECT_LE(keys, 2u) << "keys of other tables are kept";
}

TEST(TableSiteTest, ANewFieldStillAsksNewindex) {
  Machine m;
  EXPECT_EQ(m.Run("local log = {} "
                  "local guard = {__newindex = function(t, k, v) "
                  "  log[#log + 1] = k rawset(t, k, v) end} "
                  "local function make(i) local t = setmetatable({}, "
                  "    i > 30 and guard or {}) t.a = i return t end "
                  "for i = 1, 40 do make(i) end return #log, log[1]"),
            "10 a");
}

TEST(TableSiteTest, AMetamethodThatComesLaterIsSeen) {
  // The fast store must forget that the table has no __index.
  Machine m;
  EXPECT_EQ(m.Run("local function class() local c = {} return c end "
                  "local found = 0 for i = 1, 40 do local c = class() "
                  "local o = setmetatable({}, c) local before = o.x "
                  "c.__index = function() return 1 end "
                  "found = found + (before == nil and o.x or 0) end "
                  "return found"),
            "40");
}

TEST(TableSiteTest, RemovedKeysAreNotKeptByTheImage) {
  Machine m;
  Made(m,
       "local t = {} t.a = 1 t['gone' .. i] = 1 t['gone' .. i] = nil "
       "t.b = 2 return t");
  EXPECT_EQ(m.Run("collectgarbage() collectgarbage() "
                  "local n = 0 for i = 1, 40 do local t = make(i) "
                  "for k in pairs(t) do n = n + 1 end end return n"),
            "80");
}

}  // namespace
}  // namespace m3lua
