// Functions for the tests of lua/bytecode: together they use every opcode, in
// the arrangements that a compiler makes of them.
#ifndef TESTS_UNIT_BYTECODE_SAMPLES_H_
#define TESTS_UNIT_BYTECODE_SAMPLES_H_

#include <memory>

#include "lua/bytecode/chunk.h"

namespace m3lua::bytecode {

// A vararg main function with loops, closures, open lists and variables to be
// closed; nested in it one function with everything else.
std::unique_ptr<Function> SampleChunk();

// `depth` functions, each nested in the one before, without the outermost.
std::unique_ptr<Function> NestedChunk(int depth);

// The same in every bit: floats are compared as bits, nested functions too.
bool SameFunction(const Function& x, const Function& y);

}  // namespace m3lua::bytecode

#endif  // TESTS_UNIT_BYTECODE_SAMPLES_H_
