#include "lua/gc/block.h"

#include <algorithm>

namespace m3lua::gc {
namespace {

// Cells are carved by about so many bytes, but at least two.
constexpr uint32_t kCarveBytes = 1024;
// A block holds at least so many cells.
constexpr size_t kMinCells = 2;

}  // namespace

size_t SizeClass::NextBlockBytes(size_t cell_bytes) const {
  size_t bytes =
      std::min(kFirstBlockBytes << std::min(block_count, 16u), kMaxBlockBytes);
  return std::max(bytes, sizeof(Block) + kMinCells * cell_bytes);
}

size_t SizeClass::SmallestBlockBytes(size_t cell_bytes) {
  return std::max(kFirstBlockBytes, sizeof(Block) + kMinCells * cell_bytes);
}

void SizeClass::Append(Block* block) {
  block->next = nullptr;
  block->previous = last;
  (last != nullptr ? last->next : first) = block;
  last = block;
  ++block_count;
}

void SizeClass::Remove(Block* block) {
  (block->previous != nullptr ? block->previous->next : first) = block->next;
  (block->next != nullptr ? block->next->previous : last) = block->previous;
  --block_count;
}

Block* MakeBlock(void* memory, size_t bytes, size_t cell_bytes,
                 uint32_t sweep) {
  Block* block = static_cast<Block*>(memory);
  block->next = nullptr;
  block->previous = nullptr;
  block->free = nullptr;
  block->cell_bytes = static_cast<uint32_t>(cell_bytes);
  block->cell_count =
      static_cast<uint32_t>((bytes - sizeof(Block)) / cell_bytes);
  block->carved = 0;
  block->swept = sweep;
  block->bytes = bytes;
  return block;
}

FreeCell* Carve(Block* block) {
  uint32_t wanted = std::max(2u, kCarveBytes / block->cell_bytes);
  uint32_t count = std::min(wanted, block->cell_count - block->carved);
  FreeCell* head = nullptr;
  for (uint32_t i = block->carved + count; i-- > block->carved;) {
    FreeCell* cell = static_cast<FreeCell*>(block->cell(i));
    cell->kind = ObjectKind::kFree;
    cell->next = head;
    head = cell;
  }
  block->carved += count;
  return head;
}

}  // namespace m3lua::gc
