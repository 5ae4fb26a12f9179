// What libFuzzer calls, and what it offers: the interface of the targets in
// this folder (https://llvm.org/docs/LibFuzzer.html).
//
// Builds without libFuzzer link replay_main.cc in its place.
#ifndef TESTS_FUZZ_FUZZ_TARGET_H_
#define TESTS_FUZZ_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

extern "C" {
// Defined in fuzz_target.cc.
int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// Defined by the library of a mutator, and used by the targets that link it:
// changes the first `size` bytes of `data`, of `max_size`, as
// `seed` says; returns the new size.
__attribute__((weak)) size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                                     size_t max_size,
                                                     unsigned seed);
// Puts a mixture of two inputs into `out`; returns its size.
__attribute__((weak)) size_t LLVMFuzzerCustomCrossOver(
    const uint8_t* data1, size_t size1, const uint8_t* data2, size_t size2,
    uint8_t* out, size_t max_out_size, unsigned seed);
// The mutation that knows nothing of the format.
size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
}

namespace m3lua::fuzz {

// Defined by each target: what is done with an input.
void Run(std::string_view input);

inline std::string_view View(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Returns the size; what does not fit is cut off.
inline size_t Store(std::string_view bytes, uint8_t* out, size_t max_size) {
  size_t size = bytes.size() < max_size ? bytes.size() : max_size;
  if (size > 0) std::memcpy(out, bytes.data(), size);
  return size;
}

}  // namespace m3lua::fuzz

#endif  // TESTS_FUZZ_FUZZ_TARGET_H_
