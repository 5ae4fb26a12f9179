// Source text to tree.
//
// Guarded by tests/unit/syntax/parser_test.cc.
#ifndef LUA_SYNTAX_PARSER_H_
#define LUA_SYNTAX_PARSER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "lua/syntax/ast.h"

namespace m3lua::syntax {

// Parses a whole chunk.  `chunk_name` is the name as given to load: "@file",
// "=name" or source text; messages use its printable form (ChunkId below).
// Errors are kInvalidArgument statuses whose message is exactly that of PUC
// Lua 5.4, "file:line: text near 'token'"; too deep nesting is plain
// "C stack overflow", without a position, as there.  `source` must outlive the
// call only.  A tree that takes more than `memory` bytes raises std::bad_alloc.
// `progress` (null: nobody) must outlive the tree.
absl::StatusOr<Tree> Parse(std::string_view source, std::string_view chunk_name,
                           size_t memory = SIZE_MAX,
                           Progress* progress = nullptr);

// The printable form of a chunk name (PUC's luaO_chunkid, LUA_IDSIZE 60).
std::string ChunkId(std::string_view chunk_name);

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_PARSER_H_
