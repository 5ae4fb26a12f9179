// Entries that are removed leave their keys in the nodes of the table, and the
// collector takes the keys.  New keys soon live at the same addresses.  None of
// that may lose an entry that is there, whatever the hash seed is.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "lua/gc/heap.h"
#include "tests/unit/engine/machine.h"

namespace m3lua::testing {
namespace {

struct Program {
  const char* what;
  const char* code;  // returns "fine", or the first round that lost something
};

const Program kPrograms[] = {
    {"fields come and go",
     "local t = {} "
     "for i = 1, 1000 do "
     "  t['k' .. i] = i t['k' .. i - 4] = nil "
     "  for j = i > 3 and i - 3 or 1, i do "
     "    if t['k' .. j] ~= j then return i end "
     "  end "
     "end return 'fine'"},
    {"long strings come and go",
     "local t, x = {}, ('x'):rep(50) "
     "for i = 1, 500 do "
     "  t[x .. i] = i t[x .. i - 4] = nil "
     "  for j = i > 3 and i - 3 or 1, i do "
     "    if t[x .. j] ~= j then return i end "
     "  end "
     "end return 'fine'"},
    {"fields of a cache are collected",
     "local t = setmetatable({}, {__mode = 'v'}) local kept = {} "
     "for i = 1, 500 do "
     "  local v = {i} kept[i % 4] = v t['k' .. i] = v "
     "  for j = i > 3 and i - 3 or 1, i do "
     "    if (t['k' .. j] or kept)[1] ~= j then return i end "
     "  end "
     "end return 'fine'"},
    {"objects of a record's constructor outlive their fields",
     "local function make(i) local t = {} t.x = i t.y = i return t end "
     "for i = 1, 100 do "
     "  local t = make(i) t.x = nil t['k' .. i] = i t['k' .. i] = nil t.x = 7 "
     "  if t.x ~= 7 or t.y ~= i then return i end "
     "end return 'fine'"},
    {"a traversal that removes what it finds",
     "local t = {} "
     "for i = 1, 60 do "
     "  for j = 1, 8 do t['k' .. i * j] = {} t[{}] = j end "
     "  local n = 0 "
     "  for k in next, t do t[k] = nil n = n + 1 local junk = {} end "
     "  if n ~= 16 or next(t) then return i end "
     "end return 'fine'"},
};

TEST(DeadKeysTest, NoEntryIsLost) {
  for (const Program& p : kPrograms) {
    for (uint64_t seed = 1; seed <= 30; ++seed) {
      StateOptions options;
      options.hash_seed = seed;
      Machine m(options);
      m.state.heap().set_stress(true);
      ASSERT_EQ(m.Run(p.code), "fine")
          << p.what << ": an entry was lost in that round, with hash seed "
          << seed;
    }
  }
}

}  // namespace
}  // namespace m3lua::testing
