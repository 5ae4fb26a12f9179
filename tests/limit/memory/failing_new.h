// operator new that fails on demand, for the C++ side of what scripts make:
// linked into a test, it replaces the library's.
//
// What the heap of a state allocates does not come here (lua/gc/allocator.h):
// Heap::FailAllocation sees to that.
#ifndef TESTS_LIMIT_MEMORY_FAILING_NEW_H_
#define TESTS_LIMIT_MEMORY_FAILING_NEW_H_

#include <cstdint>

namespace m3lua::testing {

// The n-th call of operator new from now on throws std::bad_alloc; if `sticky`,
// all after it, too.  0 turns it off.
void FailNew(uint64_t n, bool sticky);
// Calls up to the one that is to fail; 0: it has failed, or none is to.
uint64_t NewsToFailure();
// Calls of operator new that failed, in this process.
uint64_t FailedNews();

}  // namespace m3lua::testing

#endif  // TESTS_LIMIT_MEMORY_FAILING_NEW_H_
