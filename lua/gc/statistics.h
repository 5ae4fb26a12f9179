// What a heap holds, counted by kind: for tests of leaks, for hosts that want
// to know where the memory of a state went.
//
// Garbage that the sweep has not reached is not counted, so right after a full
// collection (twice, if there are finalizers) the figures are exact.  What the
// kinds, the intern table and the code cache take adds up to Heap::bytes() then
// (but for what C++ code holds at the moment: a Buffer of the runtime).
//
// Counting looks at every object: it takes as long as a sweep.
//
// Guarded by tests/unit/gc/statistics_test.cc.
#ifndef LUA_GC_STATISTICS_H_
#define LUA_GC_STATISTICS_H_

#include <array>
#include <cstddef>

#include "lua/object/object.h"

namespace m3lua::gc {

struct Statistics {
  struct Kind {
    size_t count = 0;
    // The objects themselves, as the heap counts them (rounded up).
    size_t object_bytes = 0;
    // What belongs to them: array and hash parts of tables, chunks of arenas of
    // coroutines, bytecode, constants and cells of prototypes.
    size_t buffer_bytes = 0;

    bool operator==(const Kind&) const = default;
  };
  static constexpr size_t kKinds =
      static_cast<size_t>(ObjectKind::kPrototype) + 1;

  // By ObjectKind; kFree is not counted.
  std::array<Kind, kKinds> kinds;
  const Kind& of(ObjectKind kind) const {
    return kinds[static_cast<size_t>(kind)];
  }

  // Of the prototypes' buffers:
  size_t bytecode_bytes = 0;  // compiled chunks
  size_t cell_bytes = 0;      // pre-decoded cells and their table of words
  size_t constant_count = 0;

  size_t interned_strings = 0;
  size_t intern_table_bytes = 0;
  size_t cached_chunks = 0;  // entries of the code cache
  size_t code_cache_bytes = 0;
  // Objects with a finalizer, to be called or not.
  size_t finalizable = 0;

  // Heap::bytes() and Heap::footprint() when this was made.
  size_t heap_bytes = 0;
  size_t footprint = 0;

  size_t object_count() const {
    size_t sum = 0;
    for (const Kind& k : kinds) sum += k.count;
    return sum;
  }
  // What is accounted for above, of heap_bytes.
  size_t accounted_bytes() const {
    size_t sum = intern_table_bytes + code_cache_bytes;
    for (const Kind& k : kinds) sum += k.object_bytes + k.buffer_bytes;
    return sum;
  }

  bool operator==(const Statistics&) const = default;
};

}  // namespace m3lua::gc

#endif  // LUA_GC_STATISTICS_H_
