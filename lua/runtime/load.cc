// Loading chunks, through the code cache.  Guarded by
// tests/unit/runtime/load_test.cc.
#include "lua/runtime/load.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "absl/status/statusor.h"
#include "lua/bytecode/serializer.h"
#include "lua/compiler/compiler.h"
#include "lua/runtime/buffer.h"
#include "lua/runtime/chunk_file.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/prototype.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/syntax/concat.h"
#include "lua/syntax/parser.h"

namespace m3lua {
namespace {

// (abseil's string_view may be a type of its own.)
std::string_view MessageOf(const absl::Status& status) {
  return {status.message().data(), status.message().size()};
}

bool Fail(State& state, std::string_view message, Value& result) {
  result = Value::Of(NewString(state, message));
  return false;
}

// registry[2], which a host may have replaced.
Value Globals(State& state) { return GetInteger(state.registry, 2); }

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

}  // namespace

bool ModeAllows(std::string_view mode, std::string_view start) {
  return mode.find(IsBinaryChunk(start) ? 'b' : 't') != std::string_view::npos;
}

bool Load(State& state, std::string_view bytes, std::string_view chunk_name,
          std::string_view mode, Value& result) {
  bool binary = IsBinaryChunk(bytes);
  if (!ModeAllows(mode, bytes)) {
    return Fail(state,
                syntax::Concat("attempt to load a ", binary ? "binary" : "text",
                               " chunk (mode is '", mode, "')"),
                result);
  }
  CodeCache::Key key(bytes, chunk_name, binary);
  Prototype* prototype = state.code_cache.Find(key);
  if (prototype == nullptr) {
    try {
      absl::StatusOr<std::unique_ptr<bytecode::Function>> chunk =
          binary ? bytecode::Deserialize(bytes, chunk_name)
                 : compiler::CompileSource(bytes, chunk_name);
      if (!chunk.ok()) return Fail(state, MessageOf(chunk.status()), result);
      size_t before = state.heap().bytes();
      prototype = NewPrototype(state, std::move(*chunk));
      size_t after = state.heap().bytes();
      state.code_cache.Insert(key, prototype,
                              after > before ? after - before : 0);
    } catch (const std::bad_alloc&) {
      ThrowMemoryError(state);
    }
  }
  LuaClosure* closure = NewLuaClosure(state, prototype);
  for (int i = 0; i < closure->upvalue_count(); ++i) {
    Upvalue* upvalue =
        NewClosedUpvalue(state, i == 0 ? Globals(state) : Value::Nil());
    closure->upvalues()[i] = upvalue;
    state.heap().BarrierForward(closure, upvalue);
  }
  result = Value::Of(static_cast<Function*>(closure));
  return true;
}

bool LoadFile(State& state, const char* file_name, std::string_view mode,
              Value& result, bool* cannot_read) {
  if (cannot_read != nullptr) *cannot_read = false;
  auto file_error = [&](const char* what) {
    int error = errno;
    if (cannot_read != nullptr) *cannot_read = true;
    return Fail(state,
                syntax::Concat("cannot ", what, " ",
                               file_name == nullptr ? "stdin" : file_name, ": ",
                               std::strerror(error)),
                result);
  };
  std::unique_ptr<std::FILE, CloseFile> file(
      file_name == nullptr ? stdin : std::fopen(file_name, "rb"));
  if (file == nullptr) return file_error("open");
  Buffer contents(state);
  for (;;) {
    constexpr size_t kPiece = 16 * 1024;
    char* room = contents.Reserve(kPiece);
    size_t count = std::fread(room, 1, kPiece, file.get());
    contents.Commit(count);
    if (count < kPiece) {
      if (std::ferror(file.get())) return file_error("read");
      break;
    }
  }
  std::string chunk_name =
      file_name == nullptr ? "=stdin" : syntax::Concat("@", file_name);
  return Load(state, SkipFileHeader(contents.view()), chunk_name, mode, result);
}

bool IsHopeless(std::string_view start, std::string_view chunk_name) {
  // A piece may end inside a token, but no token other than strings and
  // comments, which are "unfinished ... near <eof>" then, spans lines.
  size_t lines = start.rfind('\n');
  if (lines == std::string_view::npos) return false;
  return IsWrongBeforeItsEnd(start.substr(0, lines + 1), chunk_name);
}

bool IsWrongBeforeItsEnd(std::string_view start, std::string_view chunk_name) {
  if (IsBinaryChunk(start)) return false;
  absl::StatusOr<syntax::Tree> tree = syntax::Parse(start, chunk_name);
  if (tree.ok()) return false;
  // Errors of the end of the text ("near <eof>") and of the end of a block
  // (jumps without a target) may vanish with what follows.
  std::string_view message = MessageOf(tree.status());
  size_t near = message.rfind(" near ");
  if (near == std::string_view::npos) {
    constexpr std::string_view kConstant =
        "attempt to assign to const variable";
    return message.find(kConstant) != std::string_view::npos;
  }
  return !message.substr(near).starts_with(" near <eof>");
}

}  // namespace m3lua
