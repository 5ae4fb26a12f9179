// Loading chunks, through the code cache.  Guarded by
// tests/unit/runtime/load_test.cc.
#include "lua/runtime/load.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
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
#include "lua/runtime/platform.h"
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
    if (file != kept) std::fclose(file);
  }
  std::FILE* kept;
};

}  // namespace

bool ModeAllows(std::string_view mode, std::string_view start) {
  return mode.find(IsBinaryChunk(start) ? 'b' : 't') != std::string_view::npos;
}

namespace {

// What the memory limit leaves for memory that is not of the heap.
size_t Room(const gc::Heap& heap) {
  if (heap.limit() == 0) return SIZE_MAX;
  return heap.limit() - std::min(heap.footprint(), heap.limit());
}

// Provokes an emergency collection: asks for more than there is.
void MakeRoom(State& state) {
  const size_t bytes = Room(state.heap()) + 1;
  const Value pending = state.pending_error;
  try {
    state.heap().FreeBuffer(state.heap().AllocateBuffer(bytes), bytes);
  } catch (const LuaError&) {
    state.pending_error = pending;
  }
}

using Chunk = absl::StatusOr<std::unique_ptr<bytecode::Function>>;

// Compiles, or reads a binary chunk, with the memory that the limit leaves.
Chunk MakeChunk(State& state, std::string_view bytes,
                std::string_view chunk_name, bool binary) {
  gc::Heap& heap = state.heap();
  PayForSource pay(state);
  auto attempt = [&]() -> Chunk {
    return binary
               ? bytecode::Deserialize(bytes, chunk_name, Room(heap))
               : compiler::CompileSource(bytes, chunk_name, Room(heap), &pay);
  };
  const size_t room = Room(heap);
  try {
    return attempt();
  } catch (const std::bad_alloc&) {
    if (heap.limit() == 0) throw;
  }
  MakeRoom(state);
  if (Room(heap) <= room) throw std::bad_alloc();
  return attempt();
}

}  // namespace

bool Load(State& state, std::string_view bytes, std::string_view chunk_name,
          std::string_view mode, Value& result, ChunkOrigin origin) {
  // For reading it once; parsing and compiling pay for themselves.
  state.limits.BeforeLong(*state.current, static_cast<int64_t>(bytes.size()));
  bool binary = IsBinaryChunk(bytes);
  if (!ModeAllows(mode, bytes)) {
    return Fail(state,
                syntax::Concat("attempt to load a ", binary ? "binary" : "text",
                               " chunk (mode is '", mode, "')"),
                result);
  }
  if (binary && origin == ChunkOrigin::kOther &&
      !state.options().allow_bytecode) {
    return Fail(state, "attempt to load a binary chunk (they are not allowed)",
                result);
  }
  CodeCache::Key key(bytes, chunk_name, binary);
  Prototype* prototype = state.code_cache.Find(key);
  if (prototype == nullptr) {
    try {
      Chunk chunk = MakeChunk(state, bytes, chunk_name, binary);
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
  std::FILE* input =
      state.platform().StandardStream(Platform::Standard::kInput);
  std::unique_ptr<std::FILE, CloseFile> file(
      file_name == nullptr ? input : state.platform().Open(file_name, "rb"),
      CloseFile{input});
  if (file == nullptr) return file_error("open");
  Buffer contents(state);
  for (;;) {
    // Small at first: most files are, and a program that runs one takes little.
    constexpr size_t kLargestPiece = 16 * 1024;
    size_t piece = std::min(std::max(3 * contents.size(), Buffer::kInlineBytes),
                            kLargestPiece);
    // (A device or pipe may have no end.)
    state.limits.SpendBytes(*state.current, piece);
    char* room = contents.Reserve(piece);
    size_t count = std::fread(room, 1, piece, file.get());
    contents.Commit(count);
    if (count < piece) {
      if (std::ferror(file.get())) return file_error("read");
      break;
    }
  }
  std::string chunk_name =
      file_name == nullptr ? "=stdin" : syntax::Concat("@", file_name);
  return Load(state, SkipFileHeader(contents.view()), chunk_name, mode, result);
}

void PayForSource::Step(int64_t steps) {
  // (A token takes about as long as this many calls.)
  constexpr int64_t kStepsPerToken = 4;
  state_.limits.Spend(*state_.current, steps * kStepsPerToken);
}

size_t RoomForSource(State& state) { return Room(state.heap()) / 2; }

bool IsHopeless(std::string_view start, std::string_view chunk_name,
                size_t room, syntax::Progress* progress) {
  // A piece may end inside a token, but no token other than strings and
  // comments, which are "unfinished ... near <eof>" then, spans lines.
  size_t lines = start.rfind('\n');
  if (lines == std::string_view::npos) return false;
  return IsWrongBeforeItsEnd(start.substr(0, lines + 1), chunk_name, room,
                             progress);
}

bool IsWrongBeforeItsEnd(std::string_view start, std::string_view chunk_name,
                         size_t room, syntax::Progress* progress) {
  if (IsBinaryChunk(start)) return false;
  absl::StatusOr<syntax::Tree> tree =
      syntax::Parse(start, chunk_name, room, progress);
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
