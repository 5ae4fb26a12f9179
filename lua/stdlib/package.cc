// The library `package` and require (manual 6.3).
//
// Modules written in C are found but can't be loaded: the answers are those of
// a platform without dynamic libraries.
//
// Modules that are linked into the program (linked_module.h) have a searcher of
// their own, which other programs are without.
//
// require and the searchers keep the table `package` as their upvalue 1.
//
// Guarded by tests/conformance/package.lua.
#include <string>
#include <string_view>

#include "lua/runtime/conversion.h"
#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/libraries.h"
#include "lua/stdlib/linked_module.h"
#include "lua/stdlib/package_functions.h"
#include "lua/stdlib/search_path.h"
#include "lua/syntax/concat.h"

namespace m3lua::stdlib {
namespace {

using syntax::Concat;

constexpr std::string_view kNoLibraries =
    "dynamic libraries not enabled; check your Lua installation";

Value Name(NativeCall& call, std::string_view name) {
  return Value::Of(NewString(call.state(), name));
}

// registry[name]
Value RegistryField(NativeCall& call, std::string_view name) {
  return GetField(call.state(), call.state().registry, name);
}

// ---- searchers: the loader and its data, or a message

bool FindFile(NativeCall& call, std::string_view name, const char* field,
              std::string& file) {
  Value path = Index(call.co, call.upvalue(1), Name(call, field));
  String* text = ToString(call.state(), path);
  if (text == nullptr) {
    call.Error(Concat("'package.", field, "' must be a string"));
  }
  return SearchPath(name, UpToZero(text->view()), ".", "/", file,
                    call.state().platform());
}

[[noreturn]] void LoadingError(NativeCall& call, std::string_view file,
                               std::string_view message) {
  call.Error(Concat("error loading module '", call.CheckView(1),
                    "' from file '", file, "':\n\t", message));
}

NativeResult SearchPreload(NativeCall& call) {
  std::string_view name = UpToZero(call.CheckView(1));
  Value preload = RegistryField(call, "_PRELOAD");
  Value loader = Index(call.co, preload, Name(call, name));
  if (loader.is_nil()) {
    return call.ReturnString(Concat("no field package.preload['", name, "']"));
  }
  call.Push(loader);
  call.PushString(":preload:");
  return call.ReturnTop(2);
}

NativeResult SearchLua(NativeCall& call) {
  std::string file;
  if (!FindFile(call, UpToZero(call.CheckView(1)), "path", file)) {
    return call.ReturnString(file);
  }
  Value loader = Value::Nil();
  if (!LoadFile(call.state(), file.c_str(), "bt", loader)) {
    LoadingError(call, file, loader.string()->view());
  }
  call.Push(loader);
  call.PushString(file);
  return call.ReturnTop(2);
}

NativeResult SearchC(NativeCall& call) {
  std::string file;
  if (!FindFile(call, UpToZero(call.CheckView(1)), "cpath", file)) {
    return call.ReturnString(file);
  }
  LoadingError(call, file, kNoLibraries);
}

// A submodule in the library of its root: a.b in a.so.
NativeResult SearchCRoot(NativeCall& call) {
  std::string_view name = UpToZero(call.CheckView(1));
  size_t dot = name.find('.');
  if (dot == std::string_view::npos) return call.Return();
  std::string file;
  if (!FindFile(call, name.substr(0, dot), "cpath", file)) {
    return call.ReturnString(file);
  }
  LoadingError(call, file, kNoLibraries);
}

// ---- functions

// Pushes loader and loader data of a module, or raises an error with what all
// searchers said.
void PushLoader(NativeCall& call, std::string_view name) {
  Value searchers = Index(call.co, call.upvalue(1), Name(call, "searchers"));
  if (!searchers.is_table()) {
    call.Error("'package.searchers' must be a table");
  }
  call.Push(searchers);
  std::string messages;
  for (int64_t i = 1;; ++i) {
    Value searcher = GetInteger(searchers.table(), i);
    if (searcher.is_nil()) {
      call.Error(Concat("module '", name, "' not found:", messages));
    }
    std::span<Value> results = call.Call(searcher, {call.arg(1)}, 2);
    if (results[0].is_function()) {
      Value loader = results[0];
      Value data = results[1];
      call.Push(loader);
      call.Push(data);
      return;
    }
    if (String* message = ToString(call.state(), results[0])) {
      messages.append("\n\t").append(message->view());
    }
  }
}

NativeResult Require(NativeCall& call) {
  std::string name(UpToZero(call.CheckView(1)));
  Value loaded = RegistryField(call, "_LOADED");
  Value present = Index(call.co, loaded, Name(call, name));
  if (present.is_truthy()) return call.Return(present);
  PushLoader(call, name);
  Value loader = call.co.top[-2];
  Value data = call.co.top[-1];
  Value result = call.Call(loader, {call.arg(1), data}, 1)[0];
  // The slot of `data` keeps it alive.
  if (!result.is_nil()) {
    call.Push(result);
    SetIndex(call.co, loaded, Name(call, name), result);
    call.Pop(1);
  }
  Value module = Index(call.co, loaded, Name(call, name));
  if (module.is_nil()) {
    module = Value::Boolean(true);
    SetIndex(call.co, loaded, Name(call, name), module);
  }
  data = call.co.top[-1];
  call.Push(module);
  call.Push(data);
  return call.ReturnTop(2);
}

NativeResult SearchPathFunction(NativeCall& call) {
  std::string file;
  bool found =
      SearchPath(UpToZero(call.CheckView(1)), UpToZero(call.CheckView(2)),
                 UpToZero(call.OptView(3, ".")), UpToZero(call.OptView(4, "/")),
                 file, call.state().platform());
  return found ? call.ReturnString(file) : call.ReturnFail(file);
}

NativeResult LoadLib(NativeCall& call) {
  call.CheckString(1);
  call.CheckString(2);
  call.Push(Value::Nil());
  call.PushString(kNoLibraries);
  call.PushString("absent");
  return call.ReturnTop(3);
}

constexpr NativeEntry kFunctions[] = {
    {"loadlib", LoadLib},
    {"searchpath", SearchPathFunction},
};

Table* RegistryTable(State& state, std::string_view name) {
  Value present = GetField(state, state.registry, name);
  if (present.is_table()) return present.table();
  Table* made = NewTable(state);
  SetSharedField(state, state.registry, name, Value::Of(made));
  return made;
}

Value WithPackage(State& state, NativeFunction function, Table* package) {
  NativeClosure* closure = NewNative(state, function, 1);
  closure->upvalues()[0].Set(Value::Of(package));
  state.heap().BarrierForward(closure, package);
  return Value::Of(static_cast<Function*>(closure));
}

}  // namespace

void OpenPackage(State& state) {
  Table* package = NewLibrary(state, "package", kFunctions, /*more=*/6);
  Table* searchers = NewTable(state, 4);
  SetSharedField(state, package, "searchers", Value::Of(searchers));
  int64_t count = 0;
  auto add = [&](NativeFunction f) {
    SetInteger(state, searchers, ++count, WithPackage(state, f, package));
  };
  add(SearchPreload);
  if (LinkedModule::first() != nullptr) add(SearchLinked);
  add(SearchLua);
  add(SearchC);
  add(SearchCRoot);
  bool ignore_environment =
      GetField(state, state.registry, "LUA_NOENV").is_truthy();
  auto set_text = [&](const char* name, std::string_view text) {
    SetSharedField(state, package, name, Value::Of(NewString(state, text)));
  };
  set_text("path", PathFromEnvironment("LUA_PATH", ignore_environment,
                                       kDefaultPath, state.platform()));
  set_text("cpath", PathFromEnvironment("LUA_CPATH", ignore_environment,
                                        kDefaultCPath, state.platform()));
  // Directory separator, that of templates, mark of a name, two that only
  // other systems know.
  SetSharedField(state, package, "config",
                 Value::Of(SharedString(state, "/\n;\n?\n!\n-\n")));
  SetSharedField(state, package, "loaded",
                 Value::Of(RegistryTable(state, "_LOADED")));
  SetSharedField(state, package, "preload",
                 Value::Of(RegistryTable(state, "_PRELOAD")));
  SetSharedField(state, state.globals, "require",
                 WithPackage(state, Require, package));
}

}  // namespace m3lua::stdlib
