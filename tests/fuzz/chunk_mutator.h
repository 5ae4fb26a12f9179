// Changes binary chunks so that most of them still get past the verifier:
// instructions and the tables of a function are changed as such, and lengths,
// jump distances and debug information follow.
#ifndef TESTS_FUZZ_CHUNK_MUTATOR_H_
#define TESTS_FUZZ_CHUNK_MUTATOR_H_

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>

#include "lua/bytecode/chunk.h"

namespace m3lua::fuzz {

// Changes one thing somewhere in `root`, whose code must consist of whole
// instructions.  `other` may lend instructions.  The result need not be
// acceptable.
void MutateFunction(bytecode::Function& root, const bytecode::Function& other,
                    std::mt19937& random);

// A custom mutator of libFuzzer (fuzz_target.h).  A text becomes a chunk.  What
// is no chunk at all gets its header repaired and is changed byte by byte.
size_t MutateChunk(uint8_t* data, size_t size, size_t max_size, unsigned seed);

// The first chunk with some instructions of the second.
size_t CrossChunks(std::string_view first, std::string_view second,
                   uint8_t* out, size_t max_size, unsigned seed);

}  // namespace m3lua::fuzz

#endif  // TESTS_FUZZ_CHUNK_MUTATOR_H_
