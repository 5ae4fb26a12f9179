// Blocks of cells: the small objects.
//
// All cells of a block have one size.  Cells below `carved` hold an object or
// are free (kind kFree); those above were never used and hold anything.
//
// The blocks of a size class form a list in the order in which the allocator
// uses them in a round.  A round starts when a sweep starts: each block is
// swept (by the allocator when it comes to it, or ahead of it by the
// collector's steps), and its free cells are handed out from low to high
// addresses, then it is carved to its end, and the next block follows; behind
// the last one a new block is made.  So what a class allocated last lies right
// below the point of allocation; emergency.cc counts on that.
//
// The first block of a class is small and they grow with their number: a small
// state is meant to take little.
//
// Guarded by tests/unit/gc/allocation_test.cc.
#ifndef LUA_GC_BLOCK_H_
#define LUA_GC_BLOCK_H_

#include <cstddef>
#include <cstdint>

#include "lua/gc/heap.h"
#include "lua/object/object.h"

namespace m3lua::gc {

struct Block {
  Block* next;
  Block* previous;
  // Free cells that the sweep found, ascending, until the allocator takes them.
  FreeCell* free;
  uint32_t cell_bytes;
  uint32_t cell_count;
  uint32_t carved;
  uint32_t swept;  // number of the sweep that last went through it
  uint64_t bytes;  // with this header

  Object* cell(uint32_t i) {
    return reinterpret_cast<Object*>(reinterpret_cast<char*>(this + 1) +
                                     size_t{i} * cell_bytes);
  }
  uint32_t IndexOf(const Object* o) {
    return static_cast<uint32_t>((reinterpret_cast<const char*>(o) -
                                  reinterpret_cast<const char*>(this + 1)) /
                                 cell_bytes);
  }
};
static_assert(sizeof(Block) % kCellUnit == 0);

inline constexpr size_t kFirstBlockBytes = 512;
inline constexpr size_t kMaxBlockBytes = 32 * 1024;

// The blocks of a size class.
struct SizeClass {
  Block* first = nullptr;
  Block* last = nullptr;
  // The one in use in this round; null: none yet.
  Block* current = nullptr;
  uint32_t block_count = 0;

  // Size of the block to be made next.
  size_t NextBlockBytes(size_t cell_bytes) const;
  // For when there is no memory for that.
  static size_t SmallestBlockBytes(size_t cell_bytes);
  void Append(Block* block);
  void Remove(Block* block);
};

// Lays a block out in memory from the allocator.
Block* MakeBlock(void* memory, size_t bytes, size_t cell_bytes, uint32_t sweep);

// Turns unused cells at the end of a block that is not fully carved into a
// chain of free ones: a few, so that memory is not touched long before its use.
FreeCell* Carve(Block* block);

}  // namespace m3lua::gc

#endif  // LUA_GC_BLOCK_H_
