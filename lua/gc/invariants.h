// A heap checker, for tests and stress builds: walks every object and looks for
// a broken invariant of collector.h, of tables and of strings.
//
//   EXPECT_EQ(gc::BrokenInvariant(heap), "");
//   heap.set_self_check(10);  // every tenth step of the collector, fatal
//
// May be called where the collector itself could work (a safepoint: frames can
// be walked, no object is half made), in any phase.  It changes nothing, takes
// time in proportion to the heap, and allocates from the system only.
//
// Guarded by tests/unit/gc/invariants_test.cc.
#ifndef LUA_GC_INVARIANTS_H_
#define LUA_GC_INVARIANTS_H_

#include <string>

#include "lua/gc/heap.h"

namespace m3lua::gc {

// The first broken invariant that is found, in words; "" if there is none.
// `in_natives`: native functions may be under way, whose buffers (of a gsub
// that calls a function, say) are counted but belong to no object.
std::string BrokenInvariant(Heap& heap, bool in_natives = false);

}  // namespace m3lua::gc

#endif  // LUA_GC_INVARIANTS_H_
