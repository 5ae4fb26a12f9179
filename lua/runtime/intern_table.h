// The intern table of a state's short strings: chains through String::next, as
// many as there are strings, or more.  strings.h has what is done with it.
//
// Guarded by tests/unit/runtime/strings_test.cc.
#ifndef LUA_RUNTIME_INTERN_TABLE_H_
#define LUA_RUNTIME_INTERN_TABLE_H_

#include <cstdint>

#include "lua/object/string.h"

namespace m3lua {

// The start of a chain, and sixteen bits that say which hashes may be in it: a
// new string is mostly told from those that are there without a look at them,
// each of which would be a cache miss.  (User addresses have 48 bits on all
// platforms with 64 that there are, unless a program asks for more.)
class InternChain {
 public:
  String* first() const { return reinterpret_cast<String*>(bits_ & kAddress); }
  bool MayHave(uint32_t hash) const { return (bits_ & FilterBit(hash)) != 0; }

  void Push(String* s, uint32_t hash) {
    s->next = first();
    bits_ =
        (bits_ & ~kAddress) | reinterpret_cast<uint64_t>(s) | FilterBit(hash);
  }
  // `s` is in the chain.  The filter forgets when the chain is empty, and when
  // the table is resized.
  void Remove(const String* s) {
    if (first() == s) {
      const uint64_t next = reinterpret_cast<uint64_t>(s->next);
      bits_ = next == 0 ? 0 : (bits_ & ~kAddress) | next;
      return;
    }
    String* before = first();
    while (before->next != s) before = before->next;
    before->next = s->next;
  }

 private:
  static constexpr uint64_t kAddress = (uint64_t{1} << 48) - 1;
  // By bits that don't choose the chain, unless there are 2^28 of them.
  static uint64_t FilterBit(uint32_t hash) {
    return uint64_t{1} << (48 + (hash >> 28));
  }

  uint64_t bits_ = 0;
};
static_assert(sizeof(InternChain) == 8);

struct InternTable {
  InternChain* chains = nullptr;
  uint32_t mask = 0;  // number of chains - 1
  uint32_t count = 0;

  InternChain& ChainOf(uint32_t hash) const { return chains[hash & mask]; }
  size_t bytes() const {
    return chains == nullptr ? 0 : (size_t{mask} + 1) * sizeof(InternChain);
  }
};

}  // namespace m3lua

#endif  // LUA_RUNTIME_INTERN_TABLE_H_
