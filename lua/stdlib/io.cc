// The io library (manual 6.8): its functions.  Files and their methods are in
// io_file.cc, reading in io_read.cc.
//
// Guarded by tests/unit/stdlib/io_test.cc, tests/conformance/io.lua.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "lua/gc/heap.h"
#include "lua/runtime/native.h"
#include "lua/runtime/platform.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/io_file.h"
#include "lua/stdlib/libraries.h"
#include "lua/stdlib/results.h"

namespace m3lua::stdlib {
namespace {

// ---- default files

Userdata* DefaultsOf(NativeCall& call) { return call.state().file_defaults; }

Userdata* DefaultFileOf(NativeCall& call, DefaultFile which) {
  return DefaultsOf(call)->user_values()[which].userdata();
}

void SetDefault(NativeCall& call, DefaultFile which, Userdata* file) {
  Userdata* defaults = DefaultsOf(call);
  defaults->user_values()[which].Set(Value::Of(file));
  call.heap().BarrierForward(defaults, file);
}

Userdata* CheckDefault(NativeCall& call, DefaultFile which) {
  Userdata* file = DefaultFileOf(call, which);
  if (HandleOf(file).is_closed()) {
    call.ErrorF("default %s file is closed",
                which == kDefaultInput ? "input" : "output");
  }
  return file;
}

// ---- opening

// "r", "w" or "a", then perhaps "+", then any number of "b".
bool IsValidMode(std::string_view mode) {
  if (mode.empty() ||
      std::string_view("rwa").find(mode[0]) == std::string_view::npos) {
    return false;
  }
  mode.remove_prefix(1);
  if (!mode.empty() && mode[0] == '+') mode.remove_prefix(1);
  return mode.find_first_not_of('b') == std::string_view::npos;
}

// Null with errno if that fails.
Userdata* OpenFile(NativeCall& call, const char* name, const char* mode) {
  Userdata* file = NewFile(call);
  errno = 0;
  std::FILE* stream = call.state().platform().Open(name, mode);
  if (stream == nullptr) return nullptr;
  HandleOf(file) = {stream, CloseStream};
  return file;
}

Userdata* OpenFileOrThrow(NativeCall& call, const char* name,
                          const char* mode) {
  Userdata* file = OpenFile(call, name, mode);
  if (file == nullptr) {
    call.ErrorF("cannot open file '%s' (%s)", name, std::strerror(errno));
  }
  return file;
}

NativeResult Open(NativeCall& call) {
  const char* name = call.CheckString(1)->data();
  const char* mode = call.is_none_or_nil(2) ? "r" : call.CheckString(2)->data();
  if (!IsValidMode(mode)) call.ArgumentError(2, "invalid mode");
  Userdata* file = OpenFile(call, name, mode);
  if (file == nullptr) return FileResult(call, false, name);
  return call.Return(Value::Of(file));
}

NativeResult Popen(NativeCall& call) {
  const char* command = call.CheckString(1)->data();
  std::string_view mode = call.OptView(2, "r");
  if (mode != "r" && mode != "w") call.ArgumentError(2, "invalid mode");
  Userdata* file = NewFile(call);
  errno = 0;
  std::FILE* stream = call.state().platform().OpenProcess(command, mode.data());
  if (stream == nullptr) return FileResult(call, false, command);
  HandleOf(file) = {stream, CloseProcess};
  return call.Return(Value::Of(file));
}

NativeResult Tmpfile(NativeCall& call) {
  Userdata* file = NewFile(call);
  errno = 0;
  std::FILE* stream = call.state().platform().OpenTemporary();
  if (stream == nullptr) return FileResult(call, false, nullptr);
  HandleOf(file) = {stream, CloseStream};
  return call.Return(Value::Of(file));
}

// io.input and io.output.
NativeResult Redirect(NativeCall& call, DefaultFile which, const char* mode) {
  if (!call.is_none_or_nil(1)) {
    Value v = call.arg(1);
    if (v.is_string() || v.is_number()) {
      const char* name = call.CheckString(1)->data();
      SetDefault(call, which, OpenFileOrThrow(call, name, mode));
    } else {
      CheckOpenFile(call, 1);
      SetDefault(call, which, v.userdata());
    }
  }
  return call.Return(Value::Of(DefaultFileOf(call, which)));
}

NativeResult Input(NativeCall& call) {
  return Redirect(call, kDefaultInput, "r");
}

NativeResult Output(NativeCall& call) {
  return Redirect(call, kDefaultOutput, "w");
}

// ---- the rest

NativeResult Close(NativeCall& call) {
  if (call.count() > 0) return CloseFile(call, CheckOpenFile(call, 1));
  FileHandle& handle = HandleOf(DefaultFileOf(call, kDefaultOutput));
  if (handle.is_closed()) ThrowClosed(call);
  return CloseFile(call, handle);
}

NativeResult Flush(NativeCall& call) {
  std::FILE* stream = HandleOf(CheckDefault(call, kDefaultOutput)).stream;
  errno = 0;
  return FileResult(call, std::fflush(stream) == 0, nullptr);
}

NativeResult Read(NativeCall& call) {
  return ReadFormats(call, HandleOf(CheckDefault(call, kDefaultInput)).stream,
                     1);
}

NativeResult Write(NativeCall& call) {
  return WriteArguments(call, CheckDefault(call, kDefaultOutput), 1);
}

NativeResult Lines(NativeCall& call) {
  if (call.is_none_or_nil(1)) {
    Userdata* file = DefaultFileOf(call, kDefaultInput);
    if (HandleOf(file).is_closed()) ThrowClosed(call);
    return call.Return(Value::Of(MakeLines(call, file, false)));
  }
  const char* name = call.CheckString(1)->data();
  Userdata* file = OpenFileOrThrow(call, name, "r");
  // The file is the loop's to-be-closed value as well.
  call.Push(Value::Of(file));
  Value* results = call.Push(Value::Of(MakeLines(call, file, true)));
  call.Push(Value::Nil());
  call.Push(Value::Nil());
  call.Push(Value::Of(file));
  return call.ReturnRange(results, 4);
}

NativeResult Type(NativeCall& call) {
  call.CheckAny(1);
  Userdata* file = TestFile(call, 1);
  if (file == nullptr) return call.Return(Value::Nil());
  return call.ReturnString(HandleOf(file).is_closed() ? "closed file" : "file");
}

constexpr NativeEntry kFunctions[] = {
    {"close", Close}, {"flush", Flush}, {"input", Input},
    {"lines", Lines}, {"open", Open},   {"output", Output},
    {"popen", Popen}, {"read", Read},   {"tmpfile", Tmpfile},
    {"type", Type},   {"write", Write},
};

Userdata* MakeStandardFile(State& state, Table* library, Table* metatable,
                           const char* name, std::FILE* stream) {
  Userdata* file = NewUserdata(state, sizeof(FileHandle), 0, metatable);
  HandleOf(file) = {stream, KeepStandardStream};
  SetSharedField(state, library, name, Value::Of(file));
  return file;
}

}  // namespace

void OpenIo(State& state) {
  Table* library = NewLibrary(state, "io", kFunctions, /*more=*/3);
  Userdata* defaults = NewUserdata(state, 0, 2, nullptr);
  state.file_defaults = defaults;
  Table* metatable = MakeFileMetatable(state);
  Value* values = defaults->user_values();
  Platform& platform = state.platform();
  values[kDefaultInput].Set(Value::Of(
      MakeStandardFile(state, library, metatable, "stdin",
                       platform.StandardStream(Platform::Standard::kInput))));
  values[kDefaultOutput].Set(Value::Of(MakeStandardFile(
      state, library, metatable, "stdout", state.standard_output)));
  MakeStandardFile(state, library, metatable, "stderr",
                   platform.StandardStream(Platform::Standard::kError));
}

}  // namespace m3lua::stdlib
