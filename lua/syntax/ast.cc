// The arena behind the tree: blocks that double in size up to a limit, bumped
// through; larger requests get a block of their own.
//
// Guarded by tests/unit/syntax/parser_test.cc.
#include "lua/syntax/ast.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace m3lua::syntax {
namespace {

// A small chunk should cost one small allocation, a large one few large ones.
constexpr size_t kFirstBlock = size_t{4} << 10;
constexpr size_t kLargestBlock = size_t{1} << 20;

}  // namespace

void* Arena::Allocate(size_t bytes, size_t alignment) {
  const uintptr_t aligned =
      (reinterpret_cast<uintptr_t>(next_) + alignment - 1) & ~(alignment - 1);
  if (next_ != nullptr && aligned <= reinterpret_cast<uintptr_t>(end_) &&
      bytes <= reinterpret_cast<uintptr_t>(end_) - aligned) {
    next_ = reinterpret_cast<char*>(aligned + bytes);
    return reinterpret_cast<void*>(aligned);
  }
  const size_t doubled = kFirstBlock << std::min<size_t>(blocks_.size(), 16);
  const size_t usual = std::min(doubled, kLargestBlock);
  // Blocks from operator new[] are aligned for any fundamental type.
  if (bytes > usual / 4) return AddBlock(bytes);
  char* block = AddBlock(usual);
  next_ = block + bytes;
  end_ = block + usual;
  return block;
}

char* Arena::AddBlock(size_t bytes) {
  if (bytes > left_) throw std::bad_alloc();
  blocks_.push_back(std::make_unique_for_overwrite<char[]>(bytes));
  left_ -= bytes;
  return blocks_.back().get();
}

void Arena::ReportSteps() {
  steps_left_ = kStepsAtOnce;
  if (progress_ != nullptr) progress_->Step(kStepsAtOnce);
}

std::string_view Arena::Copy(std::string_view text) {
  char* copy = static_cast<char*>(Allocate(text.size() + 1, 1));
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return {copy, text.size()};
}

}  // namespace m3lua::syntax
