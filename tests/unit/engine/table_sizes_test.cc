// How large the parts of a table become: after constructors, insertions in
// every order, removals, and lives as a list, a stack, a queue or a cache.  A
// table must neither put list elements into its hash part nor keep room that it
// will not need.  (An array part that grows starts with four elements.)
#include <gtest/gtest.h>

#include <string>

#include "lua/object/table.h"
#include "tests/unit/engine/machine.h"

namespace m3lua::testing {
namespace {

struct Sizes {
  const char* code;  // makes the table `t`
  uint32_t min_array, max_array;
  uint32_t min_nodes, max_nodes;  // an empty hash part counts as one node
};

const Sizes kSizes[] = {
    // Constructors know what they get.
    {"t = {}", 0, 0, 1, 1},
    {"t = {1, 2, 3}", 3, 4, 1, 1},
    {"t = {1, 2, 3, 4, 5}", 5, 8, 1, 1},
    {"t = {nil, nil, 3}", 3, 4, 1, 1},
    {"t = {x = 1}", 0, 0, 1, 1},
    {"t = {x = 1, y = 2, z = 3}", 0, 0, 4, 4},
    {"t = {1, x = 1, 2, y = 2}", 2, 2, 2, 2},
    {"t = {[1] = 1, [2] = 2}", 0, 4, 1, 2},
    {"t = {...}", 0, 0, 1, 1},
    {"t = {table.unpack({}, 1, 10)}", 0, 16, 1, 1},
    {"t = {table.unpack({1, 2, 3, 4, 5, 6, 7, 8, 9, 10})}", 10, 16, 1, 1},
    {"t = {1, 2, table.unpack({3, 4, 5})}", 5, 8, 1, 1},
    {"t = table.pack(1, 2, 3)", 3, 4, 1, 2},
    {"t = load('return {' .. ('0,'):rep(1000) .. '}')()", 1000, 1024, 1, 1},
    // Appending in any way.
    {"t = {} for i = 1, 1000 do t[i] = i end", 1000, 2048, 1, 1},
    {"t = {} for i = 1, 1000 do t[#t + 1] = i end", 1000, 2048, 1, 1},
    {"t = {} for i = 1, 1000 do table.insert(t, i) end", 1000, 2048, 1, 1},
    {"t = {} for i = 1, 1000 do t[i + 0.0] = i end", 1000, 2048, 1, 1},
    {"t = {} for i = 1, 1000 do rawset(t, i, i) end", 1000, 2048, 1, 1},
    {"t = {1, 2, 3} for i = 4, 100 do t[i] = i end", 100, 256, 1, 4},
    {"t = table.move({1, 2, 3, 4, 5, 6, 7}, 1, 7, 1, {})", 7, 16, 1, 1},
    // Backwards and in other orders: the rehash finds the list.
    {"t = {} for i = 1000, 1, -1 do t[i] = i end t[1001] = 1", 500, 2048, 1,
     1024},
    {"t = {} for i = 1, 1000 do t[i * 7 % 1009] = i end", 500, 2048, 1, 1024},
    // Sparse keys: half of the array part is in use at least.
    {"t = {} t[1] = 1 t[1000] = 1 t[100000] = 1", 0, 4, 2, 4},
    {"t = {} for i = 1, 100 do t[i * 10] = i end", 0, 16, 64, 128},
    {"t = {} for i = 1, 20 do t[1 << i] = i end", 0, 8, 16, 32},
    {"t = {} t[math.maxinteger] = 1 t[math.mininteger] = 1 t[0] = 1 t[-1] = 1",
     0, 0, 4, 4},
    {"t = {} for i = -50, 0 do t[i] = i end", 0, 0, 51, 64},
    {"t = {} t[2^53] = 1 t[1.5] = 2", 0, 0, 2, 2},
    // Fields.
    {"t = {} for i = 1, 100 do t['k' .. i] = i end", 0, 0, 100, 128},
    {"t = {} for i = 1, 64 do t['k' .. i] = i end", 0, 0, 64, 64},
    {"t = {} t.a = 1", 0, 0, 1, 1},
    {"t = {} t.a = 1 t.b = 2 t.c = 3", 0, 0, 3, 4},
    // Nothing is inserted, so nothing grows.
    {"t = {} for i = 1, 100 do t[i] = nil t['k' .. i] = nil end", 0, 0, 1, 1},
    {"t = {} local x for i = 1, 100 do x = t[i] x = t['k' .. i] end", 0, 0, 1,
     1},
    // Removal makes room for what comes next.
    {"t = {} for i = 1, 10000 do t['k' .. i] = i t['k' .. i - 4] = nil end", 0,
     0, 4, 16},
    {"t = {} for i = 1, 10000 do t[{}] = i for k in next, t do t[k] = nil end "
     "end",
     0, 0, 1, 4},
    {"t = {} for i = 1, 1000 do t['k' .. i] = i end for i = 1, 1000 do t['k' "
     ".. "
     "i] = nil end for i = 1, 300 do t[-i] = i end for i = 1, 800 do t[i + "
     "0.5] "
     "= i end",
     0, 0, 1024, 2048},
    // A stack, a queue, a list that moves up.
    {"t = {} for r = 1, 50 do for i = 1, 100 do t[#t + 1] = i end for i = 1, "
     "100 do t[#t] = nil end end",
     0, 256, 1, 4},
    {"t = {} local head = 1 for i = 1, 10000 do t[i] = i if i > 10 then "
     "t[head] "
     "= nil head = head + 1 end end",
     0, 256, 1, 64},
    {"t = {} for i = 1, 100 do t[i] = i end for i = 1, 2000 do "
     "table.remove(t, 1) table.insert(t, i) end",
     100, 256, 1, 4},
};

TEST(TableSizesTest, PartsAreAsLargeAsNeeded) {
  for (const Sizes& s : kSizes) {
    Machine m;
    std::string code = std::string(s.code) + " return 'made'";
    ASSERT_EQ(m.Run(code), "made") << s.code;
    const Table* t = m.Global("t").table();
    EXPECT_GE(t->array_size(), s.min_array)
        << "elements are kept as fields in: " << s.code;
    EXPECT_LE(t->array_size(), s.max_array)
        << "the array part is too large in: " << s.code;
    EXPECT_GE(t->node_count(), s.min_nodes)
        << "the hash part is too small in: " << s.code;
    EXPECT_LE(t->node_count(), s.max_nodes)
        << "the hash part is too large in: " << s.code;
  }
}

}  // namespace
}  // namespace m3lua::testing
