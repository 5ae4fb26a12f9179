// The code cache: chunks that were loaded, by content, so that equal ones are
// compiled once and share their prototypes.
//
// A prototype is data that no program can tell from an equal one: what differs
// between two loads of a text - identity, upvalues, environment - belongs to
// the closures, and what the engine writes into cells are caches.  So sharing
// shows in nothing but time and memory.
//
// The key is the text and the chunk name; of a binary chunk its bytes (its
// chunk name goes into messages about bad ones only).  A hash selects an entry,
// and a comparison of the whole key decides, since a script that could make
// two keys look equal would get the wrong code.  The text costs nothing to
// keep where it is the chunk name too, as for load(text): the prototype has
// it.  Otherwise the entry needs a copy, so such a chunk is entered when it is
// compiled for the second time (most, modules for one, never are), and long
// ones (kMaxCopiedText) are not.
//
// Entries are weak: an entry goes when its prototype is found to be garbage.
// But those that were found again since the last cycle outlive one cycle more,
// up to kMaxKept entries of kMaxKeptBytes in all, so that a program which loads
// one text again and again does not compile it after each collection.  That
// does not hold for collectgarbage() and emergencies: they leave just what is
// in use.
//
// Nothing here raises an error: a cache that finds no memory does not grow.
//
// Guarded by tests/unit/runtime/code_cache_test.cc, tests/leak/load_test.cc.
#ifndef LUA_RUNTIME_CODE_CACHE_H_
#define LUA_RUNTIME_CODE_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lua/object/function.h"

namespace m3lua {

class State;

namespace gc {
class Marker;
}

class CodeCache {
 public:
  static constexpr size_t kMaxCopiedText = 64 * 1024;
  static constexpr uint32_t kMaxKept = 64;
  static constexpr size_t kMaxKeptBytes = 256 * 1024;

  explicit CodeCache(State& state) : state_(state) {}
  CodeCache(const CodeCache&) = delete;
  CodeCache& operator=(const CodeCache&) = delete;

  // What is to be loaded.
  struct Key {
    Key(std::string_view text, std::string_view name, bool binary)
        : text(text),
          name(binary ? std::string_view() : name),
          binary(binary),
          text_is_name(!binary && text.size() == name.size() &&
                       (text.data() == name.data() || text == name)) {}
    std::string_view text;
    std::string_view name;
    bool binary;
    bool text_is_name;
    uint32_t hash = 0;  // set by Find
  };

  // The main prototype of an equal chunk, or null.  It is kept alive until the
  // next safepoint, even through an emergency collection.
  Prototype* Find(Key& key);
  // Enters what `key`, which was not found, has been compiled to, unless it
  // needs a copy and is new; `bytes` is what compiling took.
  void Insert(const Key& key, Prototype* prototype, size_t bytes);

  uint32_t size() const { return count_; }
  // Of the heap, for entries and copies of texts.
  size_t bytes() const { return bytes_; }
  uint64_t hits() const { return hits_; }

  // ---- for the collector
  // At a safepoint: what Find has returned is reachable now or not wanted.
  void Release() { in_hand_ = nullptr; }
  // Marks the roots: see above.
  void Mark(gc::Marker& marker);
  // No entry outlives the next cycle because it was found again.
  void ForgetUse();
  // In the atomic phase, when all that lives is marked: drops the entries of
  // white prototypes.  Allocates nothing.
  void DropGarbage();
  // Frees everything (closing a state).
  void Clear();

 private:
  struct Entry {
    Prototype* prototype;
    char* copy;  // of the text; null: it is the chunk name
    uint32_t text_size;
    uint32_t hash;
    uint32_t next;   // of the same bucket, kNone at the end
    uint32_t bytes;  // what compiling took
    bool binary;
    bool used;  // found since the last cycle
  };
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint32_t kFirstCapacity = 8;
  static constexpr uint32_t kSeen = 64;

  static bool Matches(const Entry& entry, const Key& key);
  void* Allocate(size_t bytes);
  void Free(void* buffer, size_t bytes);
  void Resize(uint32_t capacity);
  // Fills `buckets_` anew.
  void Link();

  State& state_;
  // Entries without holes, and as many buckets as there is room for entries.
  Entry* entries_ = nullptr;
  uint32_t* buckets_ = nullptr;
  uint32_t count_ = 0;
  uint32_t capacity_ = 0;  // a power of two, or 0
  size_t bytes_ = 0;
  uint64_t hits_ = 0;
  bool any_used_ = false;         // some Entry::used is set
  Prototype* in_hand_ = nullptr;  // what Find has returned
  // Hashes of chunks that were compiled once; a mistake costs a copy.
  uint32_t seen_[kSeen] = {};
};

}  // namespace m3lua

#endif  // LUA_RUNTIME_CODE_CACHE_H_
