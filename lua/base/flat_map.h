// A hash map that survives a failed allocation.
//
// absl::flat_hash_map notes its new capacity before it allocates, so it is
// broken when that raises std::bad_alloc.  Scripts can run out of memory
// anywhere, and must be able to go on: here an insertion that raises leaves the
// map as it was.
//
// Open addressing with linear probing, at most half full.  Nothing is ever
// removed.  Insertions invalidate pointers to values.
//
// Guarded by tests/unit/base/flat_map_test.cc.
#ifndef LUA_BASE_FLAT_MAP_H_
#define LUA_BASE_FLAT_MAP_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"

namespace m3lua::base {

template <typename Key, typename Value>
class FlatMap {
 public:
  // The value of a key; null: not there.
  Value* Find(const Key& key) {
    if (count_ == 0) return nullptr;
    Slot& slot = slots_[IndexOf(slots_, key)];
    return slot.used ? &slot.value : nullptr;
  }
  const Value* Find(const Key& key) const {
    return const_cast<FlatMap*>(this)->Find(key);
  }
  bool contains(const Key& key) const { return Find(key) != nullptr; }

  // The value of a key, made with `value` if it is not there (second: true).
  std::pair<Value*, bool> Insert(const Key& key, Value value = Value()) {
    if (Value* found = Find(key)) return {found, false};
    if (2 * (count_ + 1) > slots_.size()) Grow();
    Slot& slot = slots_[IndexOf(slots_, key)];
    slot.value = std::move(value);
    slot.key = key;
    slot.used = true;
    ++count_;
    return {&slot.value, true};
  }
  Value& operator[](const Key& key) { return *Insert(key).first; }

  bool empty() const { return count_ == 0; }
  size_t size() const { return count_; }
  size_t capacity() const { return slots_.size(); }
  size_t bytes() const { return slots_.capacity() * sizeof(Slot); }
  // Keeps the memory.
  void clear() {
    if (count_ == 0) return;
    for (Slot& slot : slots_) slot = Slot();
    count_ = 0;
  }
  void swap(FlatMap& other) {
    slots_.swap(other.slots_);
    std::swap(count_, other.count_);
  }

 private:
  struct Slot {
    Key key = Key();
    Value value = Value();
    bool used = false;
  };

  // Where the key is, or belongs.  There is a free slot.
  static size_t IndexOf(const std::vector<Slot>& slots, const Key& key) {
    const size_t mask = slots.size() - 1;
    size_t i = absl::Hash<Key>()(key) & mask;
    while (slots[i].used && !(slots[i].key == key)) i = (i + 1) & mask;
    return i;
  }

  void Grow() {
    std::vector<Slot> slots(slots_.empty() ? 8 : 2 * slots_.size());
    for (Slot& slot : slots_) {
      if (slot.used) slots[IndexOf(slots, slot.key)] = std::move(slot);
    }
    slots_.swap(slots);
  }

  std::vector<Slot> slots_;  // a power of two of them, or none
  size_t count_ = 0;
};

}  // namespace m3lua::base

#endif  // LUA_BASE_FLAT_MAP_H_
