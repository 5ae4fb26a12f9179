// The generator behind math.random: xoshiro256** of Blackman and Vigna
// ("Scrambled linear pseudorandom number generators", 2021), seeded and mapped
// to ranges as Lua 5.4 does it, so that equal seeds give PUC's sequences.
//
// Guarded by tests/unit/stdlib/random_test.cc.
#ifndef LUA_STDLIB_RANDOM_H_
#define LUA_STDLIB_RANDOM_H_

#include <bit>
#include <cstdint>

namespace m3lua::stdlib {

// Trivial: it lives in a userdata.
struct RandomState {
  uint64_t words[4];

  void Seed(uint64_t first, uint64_t second) {
    words[0] = first;
    words[1] = 0xff;  // never all zero
    words[2] = second;
    words[3] = 0;
    for (int i = 0; i < 16; ++i) Next();  // mixes the seed in
  }

  uint64_t Next() {
    uint64_t result = std::rotl(words[1] * 5, 7) * 9;
    uint64_t shifted = words[1] << 17;
    words[2] ^= words[0];
    words[3] ^= words[1];
    words[1] ^= words[2];
    words[0] ^= words[3];
    words[2] ^= shifted;
    words[3] = std::rotl(words[3], 45);
    return result;
  }

  // The 53 high bits as a float in [0, 1).
  static double ToFloat(uint64_t bits) {
    return static_cast<double>(static_cast<int64_t>(bits >> 11)) * 0x1p-53;
  }

  // `bits` mapped to 0 … limit without bias: masked to as many bits as the
  // limit has, drawn again as long as the outcome is too large.
  uint64_t Project(uint64_t bits, uint64_t limit) {
    uint64_t mask = limit == 0 ? 0 : ~uint64_t{0} >> std::countl_zero(limit);
    while ((bits &= mask) > limit) bits = Next();
    return bits;
  }
};

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_RANDOM_H_
