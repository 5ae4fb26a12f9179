// Environments for scripts that are not trusted: named sets of the standard
// library, read-only and shared by many environments of one state.
//
//   absl::StatusOr<Sandbox> sandbox = Sandbox::Create(lua, {});
//   absl::StatusOr<Environment> player = sandbox->NewEnvironment();
//   absl::Status status = player->Run("score = string.rep('x', 3)", "=player");
//   absl::StatusOr<std::string> score = player->Get<std::string>("score");
//
// Each environment is a table of its own, where the globals that its scripts
// assign go; what it does not have is looked up in the sandbox's functions and
// libraries.  Scripts can't change those, nor the methods of strings and files:
// a library is an empty table in front of one that they can't reach, and says
// "attempt to modify a read-only table" (also to rawset; rawget and next find
// it empty, pairs shows its functions).  Environments see nothing of each other
// but what the host hands from one to another, and what a library keeps for the
// whole state: the generator of math.random, the default files of io.
//
// What scripts use of time and memory is bounded by limits.h - finalizers
// (__gc) that they leave behind run later, so the bounds belong on the whole
// state -; what they reach of files and the system by Options::platform, which
// is chosen when the state is made, as is whether binary chunks are allowed (if
// they are, the verifier checks them).
//
// Making a Sandbox protects the metatables of strings and files in the whole
// state: getmetatable("") is false from then on.
//
// Guarded by tests/unit/embed/sandbox_test.cc.
#ifndef LUA_EMBED_SANDBOX_H_
#define LUA_EMBED_SANDBOX_H_

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lua/embed/function.h"
#include "lua/embed/state.h"
#include "lua/embed/table.h"

namespace m3lua {

enum class LibrarySet {
  // Values only: base without load, print, warn, collectgarbage and files;
  // coroutine, math, string, table, utf8.
  kPure,
  // Also print, warn, load (into the environment), collectgarbage("count");
  // os.clock, date, difftime and time; debug.traceback.
  kSafe,
  // Also io, all of os but exit and setlocale, dofile and loadfile (into the
  // environment): as far as the state's Platform lets them.
  kFiles,
};
// Not in any set: package and require, whose tables of loaded modules the whole
// state shares (a host gives an environment a function of its own instead), and
// the rest of debug, from which nothing can be hidden.

// The globals of some scripts.  The host gives them values and functions, and
// reads what they have assigned, as with any table.
class Environment : public TableRef {
 public:
  Environment() = default;

  // As Lua::Load and Lua::RunString.
  absl::StatusOr<FunctionRef> Load(std::string_view code,
                                   std::string_view chunk_name = "",
                                   std::string_view mode = "t");
  absl::Status Run(std::string_view code, std::string_view chunk_name = "");

 private:
  friend class Sandbox;
  explicit Environment(Ref table) : TableRef(std::move(table)) {}
};

// A value like the references that it holds: copies are the same sandbox.
// Environments outlive it if need be.
class Sandbox {
 public:
  struct Options {
    LibrarySet libraries = LibrarySet::kSafe;
    // An assignment to a global that the sandbox has is an error, instead of
    // the environment's own variable of that name.
    bool fixed_globals = false;
  };

  // Of libraries that are open in the state; of others there is nothing.
  static absl::StatusOr<Sandbox> Create(Lua& lua, const Options& options);

  absl::StatusOr<Environment> NewEnvironment();

 private:
  Sandbox(Ref metatable, LibrarySet libraries)
      : metatable_(std::move(metatable)), libraries_(libraries) {}

  Ref metatable_;  // of environments
  LibrarySet libraries_;
};

}  // namespace m3lua

#endif  // LUA_EMBED_SANDBOX_H_
