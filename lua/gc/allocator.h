// Where the heap gets its memory from: mimalloc, or malloc in sanitizer builds.
//
// Blocks come from mi_malloc, not from a mimalloc heap of the state's own
// (mi_heap_new), as was planned: such a heap may only allocate on the thread
// that made it, and a state may migrate between threads.  mi_malloc uses the
// heap of the thread that runs, mi_free works on any.  The price is that
// closing a state frees block by block.
//
// Guarded by tests/unit/gc/allocation_test.cc.
#ifndef LUA_GC_ALLOCATOR_H_
#define LUA_GC_ALLOCATOR_H_

#include <cstddef>

#ifdef M3LUA_SYSTEM_ALLOCATOR
#include <cstdlib>
#else
#include <mimalloc.h>
#endif

namespace m3lua::gc {

// Aligned to 16 bytes.  Null when there is no memory.
#ifdef M3LUA_SYSTEM_ALLOCATOR
inline void* SystemAllocate(size_t bytes) { return std::malloc(bytes); }
inline void* SystemReallocate(void* p, size_t bytes) {
  return std::realloc(p, bytes);
}
inline void SystemFree(void* p) { std::free(p); }
#else
inline void* SystemAllocate(size_t bytes) { return mi_malloc(bytes); }
inline void* SystemReallocate(void* p, size_t bytes) {
  return mi_realloc(p, bytes);
}
inline void SystemFree(void* p) { mi_free(p); }
#endif

}  // namespace m3lua::gc

#endif  // LUA_GC_ALLOCATOR_H_
