#include "tests/fuzz/fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  m3lua::fuzz::Run(m3lua::fuzz::View(data, size));
  return 0;
}
