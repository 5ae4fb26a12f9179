// Files as userdata, and their methods.  See io_file.h.
#include "lua/stdlib/io_file.h"

#include <sys/types.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "lua/runtime/metatables.h"
#include "lua/runtime/platform.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/results.h"

namespace m3lua::stdlib {

// ---- arguments

Userdata* TestFile(NativeCall& call, int i) {
  Value v = call.arg(i);
  return v.is_userdata() &&
                 v.userdata()->metatable == call.state().file_metatable
             ? v.userdata()
             : nullptr;
}

Userdata* CheckFile(NativeCall& call, int i) {
  Userdata* file = TestFile(call, i);
  if (file == nullptr) call.TypeError(i, kFileTypeName);
  return file;
}

void ThrowClosed(NativeCall& call) {
  call.Error("attempt to use a closed file");
}

FileHandle& CheckOpenFile(NativeCall& call, int i) {
  FileHandle& handle = HandleOf(CheckFile(call, i));
  if (handle.is_closed()) ThrowClosed(call);
  return handle;
}

// ---- opening and closing

Userdata* NewFile(NativeCall& call) {
  Userdata* file = NewUserdata(call.state(), sizeof(FileHandle), 0,
                               call.state().file_metatable);
  HandleOf(file) = {nullptr, nullptr};
  return file;
}

NativeResult CloseFile(NativeCall& call, FileHandle& handle) {
  // Closed in any case, before something can fail.
  FileHandle::Closer closer = handle.closer;
  handle.closer = nullptr;
  return closer(call, handle);
}

NativeResult CloseStream(NativeCall& call, FileHandle& handle) {
  errno = 0;
  return FileResult(call, std::fclose(handle.stream) == 0, nullptr);
}

NativeResult CloseProcess(NativeCall& call, FileHandle& handle) {
  errno = 0;
  return ProcessResult(call,
                       call.state().platform().CloseProcess(handle.stream));
}

NativeResult KeepStandardStream(NativeCall& call, FileHandle& handle) {
  handle.closer = KeepStandardStream;
  return call.ReturnFail("cannot close standard file");
}

// ---- writing

namespace {

bool WriteBytes(std::FILE* stream, const char* bytes, size_t size) {
  return std::fwrite(bytes, 1, size, stream) == size;
}

}  // namespace

NativeResult WriteArguments(NativeCall& call, Userdata* file, int first) {
  std::FILE* stream = HandleOf(file).stream;
  bool ok = true;
  errno = 0;
  for (int i = first, count = call.count(); i <= count; ++i) {
    Value v = call.arg(i);
    if (v.is_string()) {
      const String* s = v.string();
      ok = WriteBytes(stream, s->data(), s->size()) && ok;
    } else if (v.is_integer()) {
      char digits[24];
      auto end = std::to_chars(digits, digits + sizeof digits, v.integer());
      ok = WriteBytes(stream, digits, end.ptr - digits) && ok;
    } else if (v.is_float()) {
      // As PUC Lua 5.4: without the ".0" that tostring adds.
      ok = std::fprintf(stream, "%.14g", v.number()) > 0 && ok;
    } else {
      call.CheckString(i);  // raises the error
    }
  }
  if (ok) return call.Return(Value::Of(file));
  return FileResult(call, false, nullptr);
}

// ---- methods

namespace {

NativeResult FileClose(NativeCall& call) {
  return CloseFile(call, CheckOpenFile(call, 1));
}

NativeResult FileFlush(NativeCall& call) {
  FileHandle& handle = CheckOpenFile(call, 1);
  errno = 0;
  return FileResult(call, std::fflush(handle.stream) == 0, nullptr);
}

NativeResult FileLines(NativeCall& call) {
  CheckOpenFile(call, 1);
  Userdata* file = call.arg(1).userdata();
  return call.Return(Value::Of(MakeLines(call, file, false)));
}

NativeResult FileRead(NativeCall& call) {
  return ReadFormats(call, CheckOpenFile(call, 1).stream, 2);
}

NativeResult FileWrite(NativeCall& call) {
  CheckOpenFile(call, 1);
  return WriteArguments(call, call.arg(1).userdata(), 2);
}

NativeResult FileSeek(NativeCall& call) {
  constexpr std::string_view kNames[] = {"set", "cur", "end"};
  constexpr int kOrigins[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  FileHandle& handle = CheckOpenFile(call, 1);
  int origin = kOrigins[call.CheckOption(2, "cur", kNames)];
  int64_t offset = call.OptInteger(3, 0);
  if (offset != static_cast<off_t>(offset)) {
    call.ArgumentError(3, "not an integer in proper range");
  }
  errno = 0;
  if (fseeko(handle.stream, static_cast<off_t>(offset), origin) != 0) {
    return FileResult(call, false, nullptr);
  }
  return call.Return(Value::Integer(ftello(handle.stream)));
}

NativeResult FileSetvbuf(NativeCall& call) {
  constexpr std::string_view kNames[] = {"no", "full", "line"};
  constexpr int kModes[] = {_IONBF, _IOFBF, _IOLBF};
  FileHandle& handle = CheckOpenFile(call, 1);
  int mode = kModes[call.CheckOption(2, nullptr, kNames)];
  int64_t size = call.OptInteger(3, 1024);
  errno = 0;
  int failed =
      std::setvbuf(handle.stream, nullptr, mode, static_cast<size_t>(size));
  return FileResult(call, failed == 0, nullptr);
}

// ---- metamethods

NativeResult FileCollect(NativeCall& call) {
  FileHandle& handle = HandleOf(CheckFile(call, 1));
  if (!handle.is_closed() && handle.stream != nullptr) {
    CloseFile(call, handle);
  }
  return call.Return();
}

NativeResult FileToString(NativeCall& call) {
  FileHandle& handle = HandleOf(CheckFile(call, 1));
  if (handle.is_closed()) return call.ReturnString("file (closed)");
  char text[40];
  int size = std::snprintf(text, sizeof text, "file (%p)",
                           static_cast<void*>(handle.stream));
  return call.ReturnString({text, static_cast<size_t>(size)});
}

constexpr NativeEntry kMethods[] = {
    {"close", FileClose}, {"flush", FileFlush}, {"lines", FileLines},
    {"read", FileRead},   {"seek", FileSeek},   {"setvbuf", FileSetvbuf},
    {"write", FileWrite},
};

constexpr NativeEntry kMetamethods[] = {
    {"__gc", FileCollect},
    {"__close", FileCollect},
    {"__tostring", FileToString},
};

}  // namespace

Table* MakeFileMetatable(State& state) {
  Table* metatable = MetatableNamed(state, kFileTypeName);
  state.file_metatable = metatable;
  Resize(state, metatable, 0, 2 + std::size(kMetamethods));
  SetFunctions(state, metatable, kMetamethods);
  Table* methods = NewTable(state, 0, std::size(kMethods));
  SetSharedField(state, metatable, "__index", Value::Of(methods));
  SetFunctions(state, methods, kMethods);
  return metatable;
}

}  // namespace m3lua::stdlib
