// Errors as absl::Status.
//
// The code tells what kind of error it is, the message is Lua's message (with
// the position in front, as Lua puts it there):
//
//   kInvalidArgument    text that can't be compiled; a value that can't be
//                       converted to what was asked for
//   kNotFound           a file that can't be read
//   kFailedPrecondition a reference whose state is gone, or of another state
//   kResourceExhausted  "not enough memory" (perhaps without that text);
//                       "instruction budget exhausted" (limits.h)
//   kDeadlineExceeded   "deadline exceeded"
//   kCancelled          "interrupted!"
//   kUnknown            any other error raised by running code
//
// Errors of running and compiling code carry an ErrorInfo as payload: the error
// value itself, the traceback, the position.  It goes along with copies of the
// status, also to other threads, and may outlive the state.  Statuses print it
// as "[m3lua/error='stack traceback: ...']".
//
// Guarded by tests/unit/embed/error_test.cc.
#ifndef LUA_EMBED_ERROR_H_
#define LUA_EMBED_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "lua/embed/reference.h"
#include "lua/object/value.h"

namespace m3lua {

class ErrorInfo {
 public:
  // Of an error that came from Lua; null for others.  Good as long as the
  // status or a copy of it.
  static const ErrorInfo* Of(const absl::Status& status);

  // As Status::message().
  const std::string& message() const { return message_; }
  // "stack traceback:" and a line for each frame; empty for errors of
  // compilation, and if there was no memory for it.
  const std::string& traceback() const { return traceback_; }
  // Where it was raised: the innermost Lua function's chunk ("game.lua",
  // "[string \"...\"]") and line; "" and -1 if unknown.
  const std::string& source() const { return source_; }
  int line() const { return line_; }

  // The error value: what `error` was called with.  To be called on the state's
  // thread; an empty reference if the state is gone.
  Ref value() const;

  ~ErrorInfo();
  ErrorInfo(const ErrorInfo&) = delete;
  ErrorInfo& operator=(const ErrorInfo&) = delete;

 private:
  friend class embed::Host;
  ErrorInfo() = default;

  std::string message_;
  std::string traceback_;
  std::string source_;
  // What the payload's bytes are: the traceback, or a word in its place.
  std::string payload_;
  int line_ = -1;
  // Strings are kept as message_, when they are that.
  bool is_message_ = false;
  Value value_ = Value::Nil();
  embed::Host* host_ = nullptr;
  ErrorInfo* previous_ = nullptr;
  ErrorInfo* next_ = nullptr;
};

// Message and traceback, as the program `lua` shows errors.
std::string Describe(const absl::Status& status);

}  // namespace m3lua

#endif  // LUA_EMBED_ERROR_H_
