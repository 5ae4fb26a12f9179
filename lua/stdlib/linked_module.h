// Modules that are part of the program: `require` finds them without any file.
//
//   const stdlib::LinkedModule hello("hello", "return 'hi'", "=hello");
//
// Such an object has static storage duration; its constructor adds it to a list
// that all states of the program share and none writes to.  In a program that
// has any, the library `package` looks there after package.preload (so a script
// may replace one) and before files (so none that lies about takes its place).
//
// The build rules lua_embed and cc_lua_module (lua/bazel/defs.bzl) make
// libraries of such objects; lua/embed/module.h is what the latter's sources
// include.
//
// Guarded by tests/unit/stdlib/linked_module_test.cc, tests/bazel.
#ifndef LUA_STDLIB_LINKED_MODULE_H_
#define LUA_STDLIB_LINKED_MODULE_H_

#include <string_view>

namespace m3lua {
class State;
struct Value;
}  // namespace m3lua

namespace m3lua::stdlib {

// Nothing is copied: names and code are to live as long as the program.  To be
// made before main, or while no other thread uses a state.
class LinkedModule {
 public:
  // Makes a module's loader, a function that is called with the module's name
  // and ":linked:" and whose result is what `require` returns.  May raise.
  using MakeLoader = Value (*)(State& state);

  LinkedModule(std::string_view name, MakeLoader make_loader)
      : LinkedModule(name, make_loader, {}, {}) {}
  // A binary chunk (which is verified when it is loaded) or source text.
  // `chunk_name`: "@file" or "=name".
  LinkedModule(std::string_view name, std::string_view code,
               std::string_view chunk_name)
      : LinkedModule(name, nullptr, code, chunk_name) {}
  LinkedModule(const LinkedModule&) = delete;
  LinkedModule& operator=(const LinkedModule&) = delete;

  std::string_view name() const { return name_; }
  // Null if it is made of code.
  MakeLoader make_loader() const { return make_loader_; }
  std::string_view code() const { return code_; }
  std::string_view chunk_name() const { return chunk_name_; }

  // All of them, in no particular order.
  static const LinkedModule* first() { return first_; }
  const LinkedModule* next() const { return next_; }

 private:
  LinkedModule(std::string_view name, MakeLoader make_loader,
               std::string_view code, std::string_view chunk_name)
      : name_(name),
        make_loader_(make_loader),
        code_(code),
        chunk_name_(chunk_name),
        next_(first_) {
    first_ = this;
  }

  // (There before any constructor runs.)
  static constinit const LinkedModule* first_;

  std::string_view name_;
  MakeLoader make_loader_;
  std::string_view code_;
  std::string_view chunk_name_;
  const LinkedModule* next_;
};

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_LINKED_MODULE_H_
