// See compiler.h.  The work is done by FunctionCompiler, function by function.
#include "lua/compiler/compiler.h"

#include <string>
#include <utility>

#include "lua/compiler/function_compiler.h"
#include "lua/syntax/parser.h"

namespace m3lua::compiler {

absl::StatusOr<std::unique_ptr<bytecode::Function>> Compile(
    const syntax::Tree& tree, std::string_view chunk_name) {
  ChunkContext context{.diagnostics = Diagnostics(syntax::ChunkId(chunk_name)),
                       .chunk_name = std::string(chunk_name),
                       .arena = tree.arena.get()};
  std::unique_ptr<bytecode::Function> function =
      FunctionCompiler(&context, tree.main, nullptr).Compile();
  if (!context.diagnostics.ok()) return context.diagnostics.status();
  return function;
}

absl::StatusOr<std::unique_ptr<bytecode::Function>> CompileSource(
    std::string_view source, std::string_view chunk_name, size_t memory,
    syntax::Progress* progress) {
  // The other half is for the parser's lists and the code, which take less than
  // the tree.
  absl::StatusOr<syntax::Tree> tree =
      syntax::Parse(source, chunk_name, memory / 2, progress);
  if (!tree.ok()) return tree.status();
  return Compile(*tree, chunk_name);
}

}  // namespace m3lua::compiler
