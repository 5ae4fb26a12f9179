// From the text of a chunk, or its binary form, to a function.
//
// Guarded by tests/unit/runtime/load_test.cc, tests/conformance/load.lua.
#ifndef LUA_RUNTIME_LOAD_H_
#define LUA_RUNTIME_LOAD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "lua/object/function.h"
#include "lua/object/value.h"
#include "lua/syntax/ast.h"

namespace m3lua {

class State;

// Whose a chunk is.  StateOptions::allow_bytecode is about those of others.
enum class ChunkOrigin : uint8_t { kOther, kProgram };

// Compiles a text chunk or reads a binary one (told by its first byte).  The
// new function's upvalues are fresh; the first one is the table of globals.
//
// `chunk_name` is "@file", "=name" or the text itself; `mode` allows texts if
// it contains 't', binary chunks if it contains 'b'.
//
// True: `result` is the function.  False: it is a message (a string).  Raises
// only "not enough memory".
bool Load(State& state, std::string_view bytes, std::string_view chunk_name,
          std::string_view mode, Value& result,
          ChunkOrigin origin = ChunkOrigin::kOther);

// The same for a file; null: the standard input.  Skips a UTF-8 byte order
// mark and then a first line that starts with '#'.  Messages about the file
// itself: "cannot open x: No such file or directory".  `cannot_read`, if
// given, tells those from the others.
bool LoadFile(State& state, const char* file_name, std::string_view mode,
              Value& result, bool* cannot_read = nullptr);

// Whether `mode` ("b", "t" or both) allows a chunk that starts like this.
bool ModeAllows(std::string_view mode, std::string_view start);

// What the memory limit leaves for looking at a text, in bytes.
size_t RoomForSource(State& state);

// Makes the reading of source text pay with steps of the state's limits, so
// that it can be stopped.
class PayForSource final : public syntax::Progress {
 public:
  explicit PayForSource(State& state) : state_(state) {}
  void Step(int64_t steps) override;

 private:
  State& state_;
};

// True if these pieces can't be the start of a correct text chunk, whatever
// follows.  (So a reader function that never ends is stopped as early as where
// the parser reads piece by piece.)  Raises std::bad_alloc rather than take
// more than `room` bytes.
bool IsHopeless(std::string_view start, std::string_view chunk_name,
                size_t room = SIZE_MAX, syntax::Progress* progress = nullptr);

// The same for a text that does not end inside a token.
bool IsWrongBeforeItsEnd(std::string_view start, std::string_view chunk_name,
                         size_t room = SIZE_MAX,
                         syntax::Progress* progress = nullptr);

}  // namespace m3lua

#endif  // LUA_RUNTIME_LOAD_H_
