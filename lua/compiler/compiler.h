// Tree to bytecode.
//
// Guarded by tests/unit/compiler/ and the golden listings in tests/golden/.
#ifndef LUA_COMPILER_COMPILER_H_
#define LUA_COMPILER_COMPILER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "lua/bytecode/chunk.h"
#include "lua/syntax/ast.h"

namespace m3lua::compiler {

// Compiles a parsed chunk.  Errors (too many registers, constants, upvalues,
// "control structure too long") are kInvalidArgument with PUC's message.
absl::StatusOr<std::unique_ptr<bytecode::Function>> Compile(
    const syntax::Tree& tree, std::string_view chunk_name);

// Parses and compiles.  Raises std::bad_alloc rather than take more than about
// `memory` bytes.  `progress`, if not null, is told of tokens and then of
// nodes.
absl::StatusOr<std::unique_ptr<bytecode::Function>> CompileSource(
    std::string_view source, std::string_view chunk_name,
    size_t memory = SIZE_MAX, syntax::Progress* progress = nullptr);

}  // namespace m3lua::compiler

#endif  // LUA_COMPILER_COMPILER_H_
