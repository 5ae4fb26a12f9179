// The Lua module `checksum`: Adler-32 of a string (RFC 1950).
#include <cstdint>
#include <string_view>

#include "lua/embed/module.h"

namespace {

uint32_t Adler32(std::string_view bytes) {
  constexpr uint32_t kModulus = 65521;
  uint32_t a = 1;
  uint32_t b = 0;
  for (unsigned char c : bytes) {
    a = (a + c) % kModulus;
    b = (b + a) % kModulus;
  }
  return b << 16 | a;
}

absl::Status OpenChecksum(m3lua::TableRef module) {
  return module.Set("adler32", Adler32);
}
M3LUA_MODULE(OpenChecksum);

}  // namespace
