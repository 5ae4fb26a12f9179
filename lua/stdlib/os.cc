// The os library (manual 6.9); dates and times are in os_date.cc.
//
// Guarded by tests/conformance/os.lua.
#include <cerrno>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

#include "lua/runtime/native.h"
#include "lua/runtime/platform.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/stdlib/libraries.h"
#include "lua/stdlib/os_date.h"
#include "lua/stdlib/results.h"

namespace m3lua::stdlib {
namespace {

NativeResult Clock(NativeCall& call) {
  return call.Return(Value::Float(call.state().platform().ProcessorTime()));
}

NativeResult Difftime(NativeCall& call) {
  std::time_t later = call.CheckInteger(1);
  std::time_t earlier = call.CheckInteger(2);
  return call.Return(Value::Float(std::difftime(later, earlier)));
}

NativeResult Execute(NativeCall& call) {
  if (call.is_none_or_nil(1)) {
    return call.Return(
        Value::Boolean(call.state().platform().Execute(nullptr) != 0));
  }
  const char* command = call.CheckString(1)->data();
  errno = 0;
  return ProcessResult(call, call.state().platform().Execute(command));
}

// Ends the process, through the host's hook if it has one (which closes the
// state if asked to, and may choose to throw instead).
NativeResult Exit(NativeCall& call) {
  Value status = call.arg(1);
  int code;
  if (status.is_boolean()) {
    code = status.is_truthy() ? EXIT_SUCCESS : EXIT_FAILURE;
  } else {
    code = static_cast<int>(call.OptInteger(1, EXIT_SUCCESS));
  }
  bool close = call.arg(2).is_truthy();
  if (call.state().exit) call.state().exit(code, close);
  std::exit(code);
}

NativeResult Getenv(NativeCall& call) {
  const char* value =
      call.state().platform().Environment(call.CheckString(1)->data());
  return value == nullptr ? call.Return(Value::Nil())
                          : call.ReturnString(value);
}

NativeResult Remove(NativeCall& call) {
  const char* name = call.CheckString(1)->data();
  errno = 0;
  return FileResult(call, call.state().platform().Remove(name), name);
}

NativeResult Rename(NativeCall& call) {
  const char* from = call.CheckString(1)->data();
  const char* to = call.CheckString(2)->data();
  errno = 0;
  return FileResult(call, call.state().platform().Rename(from, to), nullptr);
}

NativeResult Setlocale(NativeCall& call) {
  constexpr std::string_view kNames[] = {"all",      "collate", "ctype",
                                         "monetary", "numeric", "time"};
  constexpr int kCategories[] = {LC_ALL,      LC_COLLATE, LC_CTYPE,
                                 LC_MONETARY, LC_NUMERIC, LC_TIME};
  // nil asks for the current locale without changing it.
  const char* locale =
      call.is_none_or_nil(1) ? nullptr : call.CheckString(1)->data();
  int category = kCategories[call.CheckOption(2, "all", kNames)];
  const char* result = call.state().platform().SetLocale(category, locale);
  return result == nullptr ? call.Return(Value::Nil())
                           : call.ReturnString(result);
}

NativeResult Tmpname(NativeCall& call) {
  std::string name;
  if (!call.state().platform().TemporaryName(name)) {
    call.Error("unable to generate a unique filename");
  }
  return call.ReturnString(name);
}

constexpr NativeEntry kFunctions[] = {
    {"clock", Clock},     {"date", OsDate},     {"difftime", Difftime},
    {"execute", Execute}, {"exit", Exit},       {"getenv", Getenv},
    {"remove", Remove},   {"rename", Rename},   {"setlocale", Setlocale},
    {"time", OsTime},     {"tmpname", Tmpname},
};

}  // namespace

void OpenOs(State& state) { NewLibrary(state, "os", kFunctions); }

}  // namespace m3lua::stdlib
