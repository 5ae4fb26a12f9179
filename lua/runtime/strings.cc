// Making and interning strings.
//
// The intern table (intern_table.h) holds every short string of the state.  It
// does not keep its strings alive: the collector removes those that it frees
// (RemoveInterned), and a string that is found though it is garbage already
// (the sweep is lazy) is taken back (Heap::Resurrect).  A string of the table
// has Object::kKindBit set.  Strings that states share (shared.h) are not in
// it; they are looked for when a string is not there.
//
// Guarded by tests/unit/runtime/strings_test.cc.
#include "lua/runtime/strings.h"

#include <bit>
#include <cstring>
#include <memory>

#include "lua/gc/heap.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"

namespace m3lua {
namespace {

constexpr uint32_t kFirstChains = 64;
constexpr uint32_t kMaxChains = 1u << 30;

// ---- the hash: 16 bytes a round, each folded in by a 64 x 64 -> 128 bit
// multiplication.  The seed enters both factors, so collisions can't be
// prepared by someone who doesn't know it.

constexpr uint64_t kFactor = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio
constexpr uint64_t kOffset = 0xD6E8FEB86659FD93;

inline uint64_t Fold(uint64_t a, uint64_t b) {
  unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t Load64(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

inline uint64_t Load32(const char* p) {
  uint32_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// Resizing the table is an optimisation: without memory for it, the chains
// just stay longer.
void ResizeTable(State& state, uint32_t chain_count) {
  const InternTable old = state.strings;
  const size_t bytes = chain_count * sizeof(InternChain);
  auto* chains = static_cast<InternChain*>(
      old.chains == nullptr ? state.heap().AllocateBuffer(bytes)
                            : state.heap().TryAllocateBuffer(bytes));
  if (chains == nullptr) return;
  std::uninitialized_value_construct_n(chains, chain_count);
  InternTable& table = state.strings;
  table.chains = chains;
  table.mask = chain_count - 1;
  if (old.chains == nullptr) return;
  for (uint32_t i = 0; i <= old.mask; ++i) {
    for (String* s = old.chains[i].first(); s != nullptr;) {
      String* next = s->next;
      table.ChainOf(s->aux32).Push(s, s->aux32);
      s = next;
    }
  }
  state.heap().FreeBuffer(old.chains, old.bytes());
}

// Of the same length, which is at most String::kMaxShortLength.  (Strings have
// the same hash here, so it is a matter of confirming; memcmp's start is most
// of its time.)
inline bool SameBytes(const char* a, const char* b, size_t n) {
  if (n >= 8) {
    const char* last = a + n - 8;
    for (; a < last; a += 8, b += 8) {
      if (Load64(a) != Load64(b)) return false;
    }
    return Load64(last) == Load64(b + (last - a));
  }
  if (n >= 4) {
    return Load32(a) == Load32(b) && Load32(a + n - 4) == Load32(b + n - 4);
  }
  for (size_t i = 0; i < n; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

inline String* FindInterned(State& state, std::string_view bytes,
                            uint32_t hash) {
  const InternTable& table = state.strings;
  if (table.chains != nullptr && table.ChainOf(hash).MayHave(hash)) {
    for (String* s = table.ChainOf(hash).first(); s != nullptr; s = s->next) {
      if (s->aux32 == hash && s->aux == bytes.size() &&
          SameBytes(s->data(), bytes.data(), bytes.size())) {
        state.heap().Resurrect(s);
        return s;
      }
    }
  }
  return state.shared_strings != nullptr
             ? state.shared_strings->Find(bytes, hash)
             : nullptr;
}

// Puts a short string that is not there yet into the table.
inline void Intern(State& state, String* s, uint32_t hash) {
  InternTable& table = state.strings;
  if (table.chains == nullptr) {
    ResizeTable(state, kFirstChains);
  } else if (table.count > table.mask && table.mask + 1 < kMaxChains) {
    ResizeTable(state, (table.mask + 1) * 2);
  }
  s->aux32 = hash;
  s->mark |= kKindBit;
  table.ChainOf(hash).Push(s, hash);
  ++table.count;
}

// From that size on, making a string or looking at one is work to be paid for.
constexpr size_t kSizeable = 4096;

[[gnu::noinline, gnu::cold]] void PayForString(State& state, size_t size) {
  // Beyond this the header's size would overflow the addition.
  if (size > PTRDIFF_MAX - sizeof(String) - 64) ThrowMemoryError(state);
  // (It will be filled, at a nanosecond a byte.)
  if (state.current != nullptr) {
    state.limits.BeforeLong(*state.current, static_cast<int64_t>(size));
  }
}

[[gnu::always_inline]] inline String* AllocateString(State& state,
                                                     size_t size) {
  if (size > kSizeable) PayForString(state, size);
  String* s = state.heap().New<String>(ObjectKind::kString, size + 1);
  s->flags = 0;
  s->aux32 = 0;
  if (size <= String::kMaxShortLength) {
    s->aux = static_cast<uint8_t>(size);
    s->next = nullptr;
  } else {
    s->aux = String::kLong;
    s->length = size;
  }
  s->data()[size] = '\0';
  return s;
}

String* OneByteString(State& state, char byte) {
  String* s = shared::OneByteString(static_cast<unsigned char>(byte));
  if (s == nullptr) ThrowMemoryError(state);
  return s;
}

}  // namespace

uint32_t HashBytes(std::string_view bytes, uint32_t seed) {
  const char* p = bytes.data();
  size_t n = bytes.size();
  uint64_t start = (seed ^ kOffset) * kFactor;
  uint64_t h = start ^ n;
  uint64_t a = 0;
  uint64_t b = 0;
  if (n <= 16) {
    if (n >= 8) {
      a = Load64(p);
      b = Load64(p + n - 8);
    } else if (n >= 4) {
      a = Load32(p);
      b = Load32(p + n - 4);
    } else if (n > 0) {
      // First, middle and last byte: all of them, for up to three.
      a = static_cast<uint64_t>(static_cast<uint8_t>(p[0])) << 16 |
          static_cast<uint64_t>(static_cast<uint8_t>(p[n / 2])) << 8 |
          static_cast<uint8_t>(p[n - 1]);
    }
  } else {
    const char* last = p + n - 16;
    for (; p < last; p += 16) h = Fold(Load64(p) ^ start, Load64(p + 8) ^ h);
    a = Load64(last);
    b = Load64(last + 8);
  }
  h = Fold(a ^ start ^ kFactor, b ^ h);
  h = Fold(h ^ kOffset, start ^ kFactor);
  return static_cast<uint32_t>(h ^ (h >> 32));
}

String* NewString(State& state, std::string_view bytes) {
  if (bytes.size() == 1 && state.shared_strings != nullptr) {
    return OneByteString(state, bytes[0]);
  }
  if (bytes.size() <= String::kMaxShortLength) {
    uint32_t hash = HashBytes(bytes, state.hash_seed);
    if (String* found = FindInterned(state, bytes, hash)) return found;
    String* s = AllocateString(state, bytes.size());
    if (!bytes.empty()) std::memcpy(s->data(), bytes.data(), bytes.size());
    Intern(state, s, hash);
    return s;
  }
  String* s = AllocateString(state, bytes.size());
  std::memcpy(s->data(), bytes.data(), bytes.size());
  return s;
}

String* SharedString(State& state, std::string_view bytes) {
  if (state.shared_strings == nullptr ||
      bytes.size() > String::kMaxShortLength) {
    return NewString(state, bytes);
  }
  if (bytes.size() == 1) return OneByteString(state, bytes[0]);
  uint32_t hash = HashBytes(bytes, state.hash_seed);
  if (String* found = FindInterned(state, bytes, hash)) return found;
  String* made = shared::FindOrMakeString(bytes, hash);
  return made != nullptr ? made : NewString(state, bytes);
}

String* NewStringBuffer(State& state, size_t size) {
  return AllocateString(state, size);
}

String* FinishString(State& state, String* buffer) {
  if (!buffer->is_short()) return buffer;
  if (buffer->size() == 1 && state.shared_strings != nullptr) {
    return OneByteString(state, buffer->data()[0]);
  }
  uint32_t hash = HashBytes(buffer->view(), state.hash_seed);
  if (String* found = FindInterned(state, buffer->view(), hash)) return found;
  Intern(state, buffer, hash);
  return buffer;
}

uint32_t HashOf(State& state, String* string) {
  if (string->is_short()) return string->aux32;
  if (string->length > kSizeable) {
    // Also for the comparison with a key that will follow.
    Limits::Charge(*state.current, static_cast<int64_t>(string->length) /
                                       Limits::kBytesPerStep);
  }
  if (!string->flags) {
    string->aux32 = HashBytes(string->view(), state.hash_seed);
    string->flags = 1;
  }
  return string->aux32;
}

bool StringsEqual(const String* a, const String* b) {
  if (a == b) return true;
  if (a->is_short() || b->is_short()) return false;
  return a->length == b->length &&
         std::memcmp(a->data(), b->data(), a->length) == 0;
}

void RemoveInterned(State& state, String* string) {
  InternTable& table = state.strings;
  if (!(string->mark & kKindBit) || table.chains == nullptr) return;
  table.ChainOf(string->aux32).Remove(string);
  string->mark &= ~kKindBit;
  --table.count;
}

void TrimInterned(State& state) {
  const InternTable& table = state.strings;
  if (table.chains == nullptr) return;
  uint32_t wanted = std::bit_ceil(table.count | (kFirstChains - 1));
  if (wanted * 2 < table.mask + 1) ResizeTable(state, wanted * 2);
}

void PayForComparing(Coroutine& co, const String* a, const String* b) {
  const size_t size = std::min(a->size(), b->size());
  if (size > kSizeable) {
    co.state->limits.BeforeLong(co, static_cast<int64_t>(size));
  }
}

int CompareStrings(const String* a, const String* b) {
  // strcoll sees C strings: the strings are compared piece by piece between
  // the NUL bytes in them.
  const char* p = a->data();
  const char* q = b->data();
  size_t p_left = a->size();
  size_t q_left = b->size();
  for (;;) {
    if (int order = std::strcoll(p, q); order != 0) return order;
    size_t piece = std::strlen(p);  // q's is as long: up to here they are equal
    size_t q_piece = std::strlen(q);
    if (q_piece == q_left) return piece == p_left ? 0 : 1;
    if (piece == p_left) return -1;
    p += piece + 1;
    p_left -= piece + 1;
    q += q_piece + 1;
    q_left -= q_piece + 1;
  }
}

}  // namespace m3lua
