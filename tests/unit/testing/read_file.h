// Files that a test has as its data.
#ifndef TESTS_UNIT_TESTING_READ_FILE_H_
#define TESTS_UNIT_TESTING_READ_FILE_H_

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace m3lua::testing {

// A whole file; the test fails if there is none.
inline std::string ReadFile(const std::string& path) {
  std::string text;
  std::FILE* f = std::fopen(path.c_str(), "rb");
  EXPECT_NE(f, nullptr) << "no file " << path;
  if (f == nullptr) return text;
  char piece[4096];
  for (size_t n; (n = std::fread(piece, 1, sizeof piece, f)) > 0;) {
    text.append(piece, n);
  }
  std::fclose(f);
  return text;
}

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_TESTING_READ_FILE_H_
