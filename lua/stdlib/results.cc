// See results.h.
#include "lua/stdlib/results.h"

#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace m3lua::stdlib {

NativeResult FileResult(NativeCall& call, bool ok, const char* name) {
  int error = errno;
  if (ok) return call.Return(Value::Boolean(true));
  const char* text = error != 0 ? std::strerror(error) : "(no extra info)";
  std::string message;
  if (name != nullptr) {
    message = name;
    message += ": ";
  }
  message += text;
  call.Push(Value::Nil());
  call.PushString(message);
  call.Push(Value::Integer(error));
  return call.ReturnTop(3);
}

NativeResult ProcessResult(NativeCall& call, int status) {
  if (status == -1) return FileResult(call, false, nullptr);
  bool exited = true;
  if (WIFEXITED(status)) {
    status = WEXITSTATUS(status);
  } else if (WIFSIGNALED(status)) {
    status = WTERMSIG(status);
    exited = false;
  }
  bool success = exited && status == 0;
  call.Push(success ? Value::Boolean(true) : Value::Nil());
  call.PushString(exited ? "exit" : "signal");
  call.Push(Value::Integer(status));
  return call.ReturnTop(3);
}

}  // namespace m3lua::stdlib
