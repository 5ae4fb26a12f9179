// Objects that all states of the process share: the names of the standard
// library and of metamethods, and library functions without upvalues.
//
// They are most of what a state with all libraries would hold, and the same in
// each, so they are made once, when the first state needs them.  A shared
// object belongs to no heap: it is not counted, nobody ever writes to it or
// frees it, and it is black (never white), so collectors neither visit nor
// clear it, and any number of threads may have it in use.  It has the mark
// kShared.  What refers to state (upvalues, metatables) can't be shared.
//
// A string is one object in a state: NewString looks among the state's own
// strings first, then among the shared ones, then makes one.  A state may have
// made a string of its own before the same string became shared (by the first
// opening of a library in another state); then that one stays in use there.
// Hashes have to agree, so all states have the seed of the process; a state
// with a seed of its own (StateOptions::hash_seed) shares functions only.
//
// There must be a bounded number of them, since they are never freed: only
// what stands in the text of this program is shared, and the 256 strings of one
// byte; nothing else made of data.
//
// Guarded by tests/unit/runtime/shared_test.cc.
#ifndef LUA_RUNTIME_SHARED_H_
#define LUA_RUNTIME_SHARED_H_

#include <atomic>
#include <cstdint>
#include <string_view>

#include "lua/object/function.h"
#include "lua/object/string.h"

namespace m3lua::shared {

// The hash seed of states that were given none; not 0.  Drawn once: somebody
// who does not know it can't prepare collisions.
uint32_t ProcessSeed();

// The table of shared strings: chains through String::next, to which strings
// are added in front, by whatever thread.
inline constexpr uint32_t kStringBuckets = 512;
struct Strings {
  std::atomic<String*> buckets[kStringBuckets] = {};

  // The shared string with these bytes and their hash, or null.
  String* Find(std::string_view bytes, uint32_t hash) const {
    String* s = buckets[hash % kStringBuckets].load(std::memory_order_acquire);
    while (s != nullptr && (s->aux32 != hash || s->view() != bytes)) {
      s = s->next;
    }
    return s;
  }
};
const Strings& AllStrings();

// The shared string with these bytes (at most String::kMaxShortLength), made if
// there is none; null if there is no memory.
String* FindOrMakeString(std::string_view bytes, uint32_t hash);

// The string of one byte.  Such strings are always these: no state that shares
// strings has one of its own.  Null if there is no memory.
String* MakeOneByteString(unsigned char byte);
inline std::atomic<String*> one_byte_strings[256] = {};
inline String* OneByteString(unsigned char byte) {
  String* s = one_byte_strings[byte].load(std::memory_order_acquire);
  return s != nullptr ? s : MakeOneByteString(byte);
}

// The shared native function without upvalues that is entered at `entry` and
// has this number (intrinsics.h); null if there is no memory.
NativeClosure* FindOrMakeNative(NativeFunction function, const m3::Cell* entry,
                                uint32_t intrinsic);

}  // namespace m3lua::shared

#endif  // LUA_RUNTIME_SHARED_H_
