// Files of the io library: a userdata with a C stream in it.
//
// The stream is closed by file:close, by a to-be-closed variable, or by the
// collector; a closed handle stays valid and says so when used.
//
// Every function of the library and every method is a closure with the same
// two upvalues: the metatable of files (so that checking an argument is one
// comparison) and the pair of default files.
//
// Guarded by tests/unit/stdlib/io_test.cc, tests/conformance/io.lua.
#ifndef LUA_STDLIB_IO_FILE_H_
#define LUA_STDLIB_IO_FILE_H_

#include <cstdio>
#include <string_view>

#include "lua/object/userdata.h"
#include "lua/runtime/native.h"

namespace m3lua::stdlib {

inline constexpr std::string_view kFileTypeName = "FILE*";

struct FileHandle {
  // How to close `stream`; returns the results of file:close.  Null: closed,
  // or not opened yet.
  using Closer = NativeResult (*)(NativeCall& call, FileHandle& handle);

  std::FILE* stream;
  Closer closer;

  bool is_closed() const { return closer == nullptr; }
};

inline FileHandle& HandleOf(Userdata* file) {
  return *static_cast<FileHandle*>(file->memory());
}

// ---- upvalues of the functions of the library
// User values of State::file_defaults.
enum DefaultFile { kDefaultInput = 0, kDefaultOutput = 1 };

// ---- arguments

// Argument i if it is a file, open or closed; else null, or an error.
Userdata* TestFile(NativeCall& call, int i);
Userdata* CheckFile(NativeCall& call, int i);
FileHandle& CheckOpenFile(NativeCall& call, int i);
// "attempt to use a closed file"
[[noreturn]] void ThrowClosed(NativeCall& call);

// ---- opening and closing

// A file that is not open yet; made before the stream, so that no failure
// leaves a stream without owner.
Userdata* NewFile(NativeCall& call);
// Marks `file` as closed and closes it.
NativeResult CloseFile(NativeCall& call, FileHandle& handle);
// Closers.
NativeResult CloseStream(NativeCall& call, FileHandle& handle);
NativeResult CloseProcess(NativeCall& call, FileHandle& handle);
NativeResult KeepStandardStream(NativeCall& call, FileHandle& handle);

// The metatable of files with its methods, registered as "FILE*".
// Sets State::file_metatable.
Table* MakeFileMetatable(State& state);

// ---- what library functions and methods have in common

// Writes the arguments from `first` on; returns `file`, or a failure.
NativeResult WriteArguments(NativeCall& call, Userdata* file, int first);
// Reads as the formats from argument `first` on say; a line if there are none.
NativeResult ReadFormats(NativeCall& call, std::FILE* stream, int first);
// A line; false at the end of the file (or on an error of the stream).
bool ReadLine(NativeCall& call, std::FILE* stream, bool keep_newline,
              Value& line);
// An iterator over `file` with the formats from argument 2 on.
NativeClosure* MakeLines(NativeCall& call, Userdata* file, bool close_at_end);

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_IO_FILE_H_
