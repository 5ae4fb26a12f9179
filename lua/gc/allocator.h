// Where the heap gets its memory from: mimalloc, or malloc in sanitizer builds.
//
// Blocks come from mi_malloc, not from a mimalloc heap of the state's own
// (mi_heap_new), as was planned: such a heap may only allocate on the thread
// that made it, and a state may migrate between threads.  mi_malloc uses the
// heap of the thread that runs, mi_free works on any.  The price is that
// closing a state frees block by block.
//
// mimalloc gives each size (of some 70) pages of its own.  The 27 allocations
// of a first state and an empty script have 14 sizes, so most of each page is
// not used: 104 KiB were resident, 64 are.  So the first bytes of the process
// are allocated in few sizes, powers of two; after that it makes no difference.
//
// Guarded by tests/unit/gc/allocation_test.cc.
#ifndef LUA_GC_ALLOCATOR_H_
#define LUA_GC_ALLOCATOR_H_

#include <cstddef>

#ifdef M3LUA_SYSTEM_ALLOCATOR
#include <cstdlib>
#else
#include <mimalloc.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#endif

namespace m3lua::gc {

// Aligned to 16 bytes.  Null when there is no memory.
#ifdef M3LUA_SYSTEM_ALLOCATOR
inline void* SystemAllocate(size_t bytes) { return std::malloc(bytes); }
inline void* SystemReallocate(void* p, size_t bytes) {
  return std::realloc(p, bytes);
}
inline void SystemFree(void* p) { std::free(p); }
inline void PrepareAllocator() {}
#else
namespace internal {

// Of the whole process: states that come when there are many share pages.
inline constinit std::atomic<int64_t> rounded_bytes_left = 48 * 1024;

inline size_t Rounded(size_t bytes) {
  constexpr size_t kSmallest = 64;
  constexpr size_t kLargest = 4096;
  if (rounded_bytes_left.load(std::memory_order_relaxed) <= 0) [[likely]] {
    return bytes;
  }
  if (bytes > kLargest) return bytes;
  size_t rounded = std::bit_ceil(std::max(bytes, kSmallest));
  rounded_bytes_left.fetch_sub(static_cast<int64_t>(rounded),
                               std::memory_order_relaxed);
  return rounded;
}

}  // namespace internal

inline void* SystemAllocate(size_t bytes) {
  return mi_malloc(internal::Rounded(bytes));
}
inline void* SystemReallocate(void* p, size_t bytes) {
  return mi_realloc(p, internal::Rounded(bytes));
}
inline void SystemFree(void* p) { mi_free(p); }
// For programs that own their process, before their first allocation: mimalloc
// does not go through /sys for the number of NUMA nodes, which it would only
// use to choose among huge pages reserved by an option.  (That takes files and
// formatting: code of the C library that need not be touched otherwise.)
inline void PrepareAllocator() { mi_option_set(mi_option_use_numa_nodes, 1); }
#endif

}  // namespace m3lua::gc

#endif  // LUA_GC_ALLOCATOR_H_
