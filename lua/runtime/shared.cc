#include "lua/runtime/shared.h"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

#include "lua/runtime/strings.h"

namespace m3lua::shared {
namespace {

constexpr uint8_t kMark = kBlack | kShared;

// Guards additions; readers need no lock.
std::mutex additions;

// Zeroed memory that is never given back, from larger pieces; null if there is
// none.  To be called with the lock.
void* Allocate(size_t bytes) {
  constexpr size_t kPiece = 4096;
  // (A pointer to it stays, so leak checkers are content.)
  static struct Piece {
    Piece* previous;
    size_t used;
    alignas(16) char memory[kPiece];
  }* piece = nullptr;
  bytes = (bytes + 15) / 16 * 16;
  if (piece == nullptr || kPiece - piece->used < bytes) {
    void* memory = std::calloc(1, sizeof(Piece));
    if (memory == nullptr) return nullptr;
    Piece* made = static_cast<Piece*>(memory);
    made->previous = piece;
    piece = made;
  }
  void* result = piece->memory + piece->used;
  piece->used += bytes;
  return result;
}

// The same function may come with other entries: each dispatch strategy has its
// own.
struct NativeNode {
  NativeNode* next;
  NativeClosure closure;
};
constexpr uint32_t kNativeBuckets = 256;
std::atomic<NativeNode*> natives[kNativeBuckets] = {};

NativeClosure* FindNative(const NativeNode* node, NativeFunction function,
                          const m3::Cell* entry, uint32_t intrinsic) {
  for (; node != nullptr; node = node->next) {
    const NativeClosure& c = node->closure;
    if (c.function == function && c.entry == entry && c.aux32 == intrinsic) {
      return const_cast<NativeClosure*>(&c);
    }
  }
  return nullptr;
}

uint32_t DrawSeed() {
  // Addresses of code, data and the stack differ from process to process
  // (ASLR), the clocks always.
  uint32_t on_stack = 0;
  uint64_t words[] = {
      static_cast<uint64_t>(
          std::chrono::steady_clock::now().time_since_epoch().count()),
      static_cast<uint64_t>(
          std::chrono::system_clock::now().time_since_epoch().count()),
      reinterpret_cast<uint64_t>(&on_stack),
      reinterpret_cast<uint64_t>(&natives),
      reinterpret_cast<uint64_t>(&DrawSeed),
  };
  uint32_t seed =
      HashBytes({reinterpret_cast<const char*>(words), sizeof words}, 0x5EED);
  return seed != 0 ? seed : 1;
}

constinit Strings strings;

}  // namespace

uint32_t ProcessSeed() {
  static const uint32_t seed = DrawSeed();
  return seed;
}

const Strings& AllStrings() { return strings; }

String* FindOrMakeString(std::string_view bytes, uint32_t hash) {
  if (String* found = strings.Find(bytes, hash)) return found;
  std::lock_guard<std::mutex> lock(additions);
  if (String* found = strings.Find(bytes, hash)) return found;
  void* memory = Allocate(sizeof(String) + bytes.size() + 1);
  if (memory == nullptr) return nullptr;
  String* s = static_cast<String*>(memory);
  s->kind = ObjectKind::kString;
  s->mark = kMark;
  s->aux = static_cast<uint8_t>(bytes.size());
  s->aux32 = hash;
  std::memcpy(s->data(), bytes.data(), bytes.size());
  std::atomic<String*>& bucket = strings.buckets[hash % kStringBuckets];
  s->next = bucket.load(std::memory_order_relaxed);
  bucket.store(s, std::memory_order_release);
  return s;
}

String* MakeOneByteString(unsigned char byte) {
  const char c = static_cast<char>(byte);
  String* s = FindOrMakeString({&c, 1}, HashBytes({&c, 1}, ProcessSeed()));
  if (s != nullptr) {
    one_byte_strings[byte].store(s, std::memory_order_release);
  }
  return s;
}

NativeClosure* FindOrMakeNative(NativeFunction function, const m3::Cell* entry,
                                uint32_t intrinsic) {
  uint64_t word = reinterpret_cast<uint64_t>(function);
  std::atomic<NativeNode*>& bucket =
      natives[(word ^ word >> 9) / 16 % kNativeBuckets];
  NativeNode* first = bucket.load(std::memory_order_acquire);
  if (NativeClosure* found = FindNative(first, function, entry, intrinsic)) {
    return found;
  }
  std::lock_guard<std::mutex> lock(additions);
  first = bucket.load(std::memory_order_relaxed);
  if (NativeClosure* found = FindNative(first, function, entry, intrinsic)) {
    return found;
  }
  void* memory = Allocate(sizeof(NativeNode));
  if (memory == nullptr) return nullptr;
  NativeNode* node = static_cast<NativeNode*>(memory);
  node->next = first;
  node->closure.kind = ObjectKind::kNativeClosure;
  node->closure.mark = kMark;
  node->closure.aux32 = intrinsic;
  node->closure.entry = entry;
  node->closure.function = function;
  bucket.store(node, std::memory_order_release);
  return &node->closure;
}

}  // namespace m3lua::shared
