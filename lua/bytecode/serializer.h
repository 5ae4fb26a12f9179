// Binary chunks (string.dump, luac): written by us, read by us.
//
// Guarded by tests/unit/bytecode/serializer_test.cc.
#ifndef LUA_BYTECODE_SERIALIZER_H_
#define LUA_BYTECODE_SERIALIZER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "lua/bytecode/chunk.h"

namespace m3lua::bytecode {

// First byte of every binary chunk, as in PUC: "\x1bLua".
inline constexpr std::string_view kBinarySignature = "\x1bLua";

std::string Serialize(const Function& function, bool strip_debug);

// Reads and verifies.  Errors: kInvalidArgument, "NAME: bad binary format
// (truncated chunk)" and PUC's other texts (luaU_undump), `chunk_name` in
// printable form; a chunk that is well-formed but fails Verify gives "bad
// binary format (REASON)".  Never reads outside `bytes`; never allocates more
// than a small multiple of its size; raises std::bad_alloc rather than take
// more than about `memory` bytes.
absl::StatusOr<std::unique_ptr<Function>> Deserialize(
    std::string_view bytes, std::string_view chunk_name,
    size_t memory = SIZE_MAX);

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_SERIALIZER_H_
