// Changes Lua programs by tokens and by generated statements and expressions,
// so that many of them still compile.
#ifndef TESTS_FUZZ_SOURCE_MUTATOR_H_
#define TESTS_FUZZ_SOURCE_MUTATOR_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>

namespace m3lua::fuzz {

// Statements made at random; they use few names, and every function of the
// libraries in a Sandbox.
std::string RandomStatement(std::mt19937& random);

// A custom mutator of libFuzzer (fuzz_target.h); sometimes changes bytes only.
size_t MutateSource(uint8_t* data, size_t size, size_t max_size, unsigned seed);

}  // namespace m3lua::fuzz

#endif  // TESTS_FUZZ_SOURCE_MUTATOR_H_
