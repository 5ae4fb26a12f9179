// How much memory this process has, for tests of what it keeps.
#ifndef TESTS_UNIT_TESTING_RESIDENT_MEMORY_H_
#define TESTS_UNIT_TESTING_RESIDENT_MEMORY_H_

#include <unistd.h>

#include <cstddef>
#include <cstdio>

namespace m3lua::testing {

// Resident bytes; 0 if the system does not tell.
inline size_t ResidentBytes() {
  std::FILE* f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr) return 0;
  size_t total = 0;
  size_t resident = 0;
  int read = std::fscanf(f, "%zu %zu", &total, &resident);
  std::fclose(f);
  return read == 2 ? resident * static_cast<size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_TESTING_RESIDENT_MEMORY_H_
