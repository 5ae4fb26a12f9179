#include "lua/runtime/code_cache.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "lua/gc/heap.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"

namespace m3lua {

bool CodeCache::Matches(const Entry& entry, const Key& key) {
  if (entry.hash != key.hash || entry.text_size != key.text.size() ||
      entry.binary != key.binary ||
      (entry.copy == nullptr) != key.text_is_name) {
    return false;
  }
  if (entry.copy != nullptr &&
      std::memcmp(entry.copy, key.text.data(), key.text.size()) != 0) {
    return false;
  }
  return key.binary || entry.prototype->function->source.str() == key.name;
}

Prototype* CodeCache::Find(Key& key) {
  key.hash = HashBytes(key.text, state_.hash_seed);
  if (!key.text_is_name) key.hash ^= HashBytes(key.name, ~state_.hash_seed);
  if (count_ == 0) return nullptr;
  for (uint32_t i = buckets_[key.hash & (capacity_ - 1)]; i != kNone;
       i = entries_[i].next) {
    Entry& entry = entries_[i];
    if (!Matches(entry, key)) continue;
    entry.used = any_used_ = true;
    ++hits_;
    in_hand_ = entry.prototype;
    return entry.prototype;
  }
  return nullptr;
}

void CodeCache::Insert(const Key& key, Prototype* prototype, size_t bytes) {
  if (!key.text_is_name) {
    if (key.text.size() > kMaxCopiedText) return;
    uint32_t& seen = seen_[key.hash % kSeen];
    if (seen != key.hash) {
      seen = key.hash;
      return;
    }
  }
  if (key.text.size() >= UINT32_MAX) return;
  // An emergency collection may drop entries in any of these allocations.
  if (count_ == capacity_) {
    Resize(std::max(kFirstCapacity, capacity_ * 2));
    if (count_ == capacity_) return;
  }
  char* copy = nullptr;
  if (!key.text_is_name) {
    // (One byte more: a copy of an empty text is a copy.)
    copy = static_cast<char*>(Allocate(key.text.size() + 1));
    if (copy == nullptr || count_ == capacity_) {
      if (copy != nullptr) Free(copy, key.text.size() + 1);
      return;
    }
    if (!key.text.empty()) std::memcpy(copy, key.text.data(), key.text.size());
  }
  uint32_t& bucket = buckets_[key.hash & (capacity_ - 1)];
  entries_[count_] = {
      prototype,  copy,   static_cast<uint32_t>(key.text.size()),
      key.hash,   bucket, static_cast<uint32_t>(std::min<size_t>(bytes, kNone)),
      key.binary, false};
  bucket = count_++;
}

void CodeCache::Mark(gc::Marker& marker) {
  marker.Mark(in_hand_);
  if (!any_used_) return;
  uint32_t kept = 0;
  size_t bytes = 0;
  // The newest first.
  for (uint32_t i = count_; i-- > 0 && kept < kMaxKept;) {
    const Entry& entry = entries_[i];
    if (!entry.used || bytes + entry.bytes > kMaxKeptBytes) continue;
    ++kept;
    bytes += entry.bytes;
    marker.Mark(entry.prototype);
  }
}

void CodeCache::ForgetUse() {
  if (!any_used_) return;
  any_used_ = false;
  for (uint32_t i = 0; i < count_; ++i) entries_[i].used = false;
}

void CodeCache::DropGarbage() {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count_; ++i) {
    Entry entry = entries_[i];
    if (entry.prototype->IsWhite()) {
      if (entry.copy != nullptr) Free(entry.copy, size_t{entry.text_size} + 1);
      continue;
    }
    entry.used = false;
    entries_[kept++] = entry;
  }
  any_used_ = false;
  if (kept == count_) return;
  count_ = kept;
  if (count_ == 0) {
    Clear();
    return;
  }
  // Gives memory back; shrinking does not fail.
  uint32_t capacity = std::max(kFirstCapacity, std::bit_ceil(count_) * 2);
  if (capacity < capacity_) {
    gc::Heap& heap = state_.heap();
    entries_ = static_cast<Entry*>(heap.ReallocateBuffer(
        entries_, capacity_ * sizeof(Entry), capacity * sizeof(Entry)));
    buckets_ = static_cast<uint32_t*>(heap.ReallocateBuffer(
        buckets_, capacity_ * sizeof(uint32_t), capacity * sizeof(uint32_t)));
    bytes_ -= (capacity_ - capacity) * (sizeof(Entry) + sizeof(uint32_t));
    capacity_ = capacity;
  }
  Link();
}

void CodeCache::Clear() {
  for (uint32_t i = 0; i < count_; ++i) {
    Entry& entry = entries_[i];
    if (entry.copy != nullptr) Free(entry.copy, size_t{entry.text_size} + 1);
  }
  if (capacity_ != 0) {
    Free(entries_, capacity_ * sizeof(Entry));
    Free(buckets_, capacity_ * sizeof(uint32_t));
  }
  entries_ = nullptr;
  buckets_ = nullptr;
  count_ = capacity_ = 0;
}

void CodeCache::Link() {
  std::fill_n(buckets_, capacity_, kNone);
  for (uint32_t i = 0; i < count_; ++i) {
    uint32_t& bucket = buckets_[entries_[i].hash & (capacity_ - 1)];
    entries_[i].next = bucket;
    bucket = i;
  }
}

void CodeCache::Resize(uint32_t capacity) {
  auto* entries = static_cast<Entry*>(Allocate(capacity * sizeof(Entry)));
  if (entries == nullptr) return;
  auto* buckets = static_cast<uint32_t*>(Allocate(capacity * sizeof(uint32_t)));
  if (buckets == nullptr) {
    Free(entries, capacity * sizeof(Entry));
    return;
  }
  std::copy_n(entries_, count_, entries);
  if (capacity_ != 0) {
    Free(entries_, capacity_ * sizeof(Entry));
    Free(buckets_, capacity_ * sizeof(uint32_t));
  }
  entries_ = entries;
  buckets_ = buckets;
  capacity_ = capacity;
  Link();
}

void* CodeCache::Allocate(size_t bytes) {
  void* buffer = state_.heap().TryAllocateBuffer(bytes);
  if (buffer != nullptr) bytes_ += bytes;
  return buffer;
}

void CodeCache::Free(void* buffer, size_t bytes) {
  state_.heap().FreeBuffer(buffer, bytes);
  bytes_ -= bytes;
}

}  // namespace m3lua
