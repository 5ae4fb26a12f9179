// How it is made.  All of a sandbox's environments share one table of globals,
// which they reach through the __index of their (one, hidden) metatable only.
// A library in it is a proxy: an empty table whose metatable, hidden too, has
// the functions as __index, an error as __newindex, and a __pairs.  The
// functions that could get around this have replacements:
//   rawset                  refuses proxies
//   load, dofile, loadfile  one of each environment, which is their upvalue
//   collectgarbage          counts
// getmetatable and setmetatable respect __metatable by themselves.
//
// Guarded by tests/unit/embed/sandbox_test.cc.
#include "lua/embed/sandbox.h"

#include <span>
#include <string_view>
#include <utility>

#include "lua/embed/host.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/load.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/native.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"

namespace m3lua {
namespace {

using Names = std::span<const char* const>;

constexpr const char* kPureFunctions[] = {
    "assert", "error",    "getmetatable", "ipairs",   "next",   "pairs",
    "pcall",  "rawequal", "rawget",       "rawlen",   "select", "setmetatable",
    "type",   "tonumber", "tostring",     "_VERSION", "xpcall"};
constexpr const char* kSafeFunctions[] = {"print", "warn"};

struct LibraryPart {
  const char* name;
  LibrarySet first;  // the smallest set that has these functions
  Names functions;   // empty: all
};
constexpr const char* kSafeOs[] = {"clock", "date", "difftime", "time"};
constexpr const char* kFilesOs[] = {"clock",   "date",   "difftime",
                                    "execute", "getenv", "remove",
                                    "rename",  "time",   "tmpname"};
constexpr const char* kSafeDebug[] = {"traceback"};
// Where a name comes again, the larger set has what stands there.
constexpr LibraryPart kLibraries[] = {
    {"coroutine", LibrarySet::kPure, {}},
    {"math", LibrarySet::kPure, {}},
    {"string", LibrarySet::kPure, {}},
    {"table", LibrarySet::kPure, {}},
    {"utf8", LibrarySet::kPure, {}},
    {"os", LibrarySet::kSafe, kSafeOs},
    {"debug", LibrarySet::kSafe, kSafeDebug},
    {"io", LibrarySet::kFiles, {}},
    {"os", LibrarySet::kFiles, kFilesOs},
};

constexpr std::string_view kReadOnly = "attempt to modify a read-only table";

Value Native(State& state, NativeFunction function,
             std::initializer_list<Value> upvalues) {
  NativeClosure* closure =
      NewNative(state, function, static_cast<int>(upvalues.size()));
  int i = 0;
  for (Value v : upvalues) {
    closure->upvalues()[i++].Set(v);
    state.heap().BarrierForward(closure, v);
  }
  return Value::Of(static_cast<Function*>(closure));
}

NativeResult RefuseToModify(NativeCall& call) { call.Error(kReadOnly); }

// Upvalue 1: a library's table.
NativeResult NextOfLibrary(NativeCall& call) {
  Value key = call.arg(2);
  Value value;
  if (!Next(call.co, call.upvalue(1).table(), key, value)) {
    return call.Return(Value::Nil());
  }
  call.Push(key);
  call.Push(value);
  return call.ReturnTop(2);
}

// Upvalue 1: NextOfLibrary.
NativeResult PairsOfLibrary(NativeCall& call) {
  call.Push(call.upvalue(1));
  call.Push(call.arg(1));
  call.Push(Value::Nil());
  return call.ReturnTop(3);
}

// Upvalue 1: the set of proxies.
NativeResult RawSetOfOthers(NativeCall& call) {
  Table* t = call.CheckTable(1);
  call.CheckAny(2);
  call.CheckAny(3);
  if (Get(call.state(), call.upvalue(1).table(), call.arg(1)).is_truthy()) {
    call.Error(kReadOnly);
  }
  Set(call.co, t, call.arg(2), call.arg(3));
  return call.Return(call.arg(1));
}

NativeResult CountMemory(NativeCall& call) {
  constexpr std::string_view kNames[] = {"count"};
  call.CheckOption(1, nullptr, kNames);
  return call.Return(
      Value::Float(static_cast<double>(call.heap().bytes()) / 1024));
}

// load and loadfile.  Upvalue 1: that function, 2: the environment, 3: the
// number of the argument that is the environment.
NativeResult LoadHere(NativeCall& call) {
  const int position = static_cast<int>(call.upvalue(3).integer());
  // (A nil that was given is kept.)
  const int count = call.count();
  Value* f = call.Push(call.upvalue(1));
  for (int i = 1; i < position; ++i) call.Push(call.arg(i));
  call.Push(count >= position ? call.arg(position) : call.upvalue(2));
  return {f, kTailCallRequest};
}

// The environment becomes the chunk's _ENV.
void SetEnvironment(State& state, Value chunk, Value environment) {
  auto* closure = static_cast<LuaClosure*>(chunk.function());
  if (closure->upvalue_count() == 0) return;
  Upvalue* first = closure->upvalues()[0];
  first->location->Set(environment);
  state.heap().BarrierForward(first, environment);
}

// Upvalue 1: the environment.
NativeResult DoFileHere(NativeCall& call) {
  const char* name =
      call.is_none_or_nil(1) ? nullptr : call.CheckString(1)->data();
  Value chunk = Value::Nil();
  if (!LoadFile(call.state(), name, "bt", chunk)) {
    ThrowValue(call.state(), chunk);
  }
  SetEnvironment(call.state(), chunk, call.upvalue(1));
  return {call.Push(chunk), kTailCallRequest};
}

// Makes the globals of a sandbox.  Nothing collects meanwhile.
class Builder {
 public:
  Builder(State& state, const Sandbox::Options& options)
      : state_(state), options_(options) {}

  // The metatable of environments.
  Table* Build() {
    globals_ = NewTable(state_, 0, 32);
    proxies_ = NewTable(state_, 0, 16);
    Copy(state_.globals, globals_, kPureFunctions);
    if (Has(LibrarySet::kSafe)) {
      Copy(state_.globals, globals_, kSafeFunctions);
      SetField(state_, globals_, "collectgarbage",
               Native(state_, CountMemory, {}));
    }
    SetField(state_, globals_, "rawset",
             Native(state_, RawSetOfOthers, {Value::Of(proxies_)}));
    for (const LibraryPart& library : kLibraries) {
      if (Has(library.first)) Add(library);
    }
    HideMetatable(state_.type_metatables[static_cast<int>(Type::kString)]);
    HideMetatable(state_.file_metatable);

    Table* metatable = NewTable(state_, 0, 4);
    SetField(state_, metatable, "__index", Value::Of(globals_));
    HideMetatable(metatable);
    if (options_.fixed_globals) {
      SetField(state_, metatable, "__newindex",
               Native(state_, SetUnlessFixed, {Value::Of(globals_)}));
    }
    return metatable;
  }

 private:
  bool Has(LibrarySet set) const { return options_.libraries >= set; }

  // __newindex of environments.  Upvalue 1: the sandbox's globals.
  static NativeResult SetUnlessFixed(NativeCall& call) {
    Table* globals = call.upvalue(1).table();
    if (!Get(call.state(), globals, call.arg(2)).is_nil()) {
      call.Error("attempt to modify a read-only global");
    }
    Set(call.co, call.CheckTable(1), call.arg(2), call.arg(3));
    return call.Return();
  }

  void Copy(Table* from, Table* to, Names names) {
    for (const char* name : names) {
      SetField(state_, to, name, GetField(state_, from, name));
    }
  }

  void Add(const LibraryPart& library) {
    const Value original = GetField(state_, state_.globals, library.name);
    if (!original.is_table()) return;  // this library was not opened
    Table* functions = NewTable(state_, 0, 16);
    if (library.functions.empty()) {
      Value key = Value::Nil();
      Value value;
      while (Next(*state_.current, original.table(), key, value)) {
        Set(*state_.current, functions, key, value);
      }
    } else {
      Copy(original.table(), functions, library.functions);
    }
    Table* metatable = NewTable(state_, 0, 4);
    SetField(state_, metatable, "__index", Value::Of(functions));
    SetField(state_, metatable, "__newindex",
             Native(state_, RefuseToModify, {}));
    SetField(state_, metatable, "__pairs",
             Native(state_, PairsOfLibrary,
                    {Native(state_, NextOfLibrary, {Value::Of(functions)})}));
    HideMetatable(metatable);
    Table* proxy = NewTable(state_);
    SetMetatable(state_, proxy, metatable);
    Set(*state_.current, proxies_, Value::Of(proxy), Value::Boolean(true));
    SetField(state_, globals_, library.name, Value::Of(proxy));
  }

  void HideMetatable(Table* metatable) {
    if (metatable == nullptr) return;
    SetField(state_, metatable, "__metatable", Value::Boolean(false));
  }

  State& state_;
  const Sandbox::Options& options_;
  Table* globals_ = nullptr;
  Table* proxies_ = nullptr;
};

}  // namespace

// ---- environments

absl::StatusOr<FunctionRef> Environment::Load(std::string_view code,
                                              std::string_view chunk_name,
                                              std::string_view mode) {
  if (!has_value()) return Check();
  absl::StatusOr<FunctionRef> f = lua()->Load(code, chunk_name, mode);
  if (f.ok()) SetEnvironment(*state(), f->view().value(), value());
  return f;
}

absl::Status Environment::Run(std::string_view code,
                              std::string_view chunk_name) {
  absl::StatusOr<FunctionRef> f = Load(code, chunk_name);
  return f.ok() ? f->Call() : f.status();
}

// ---- sandboxes

absl::StatusOr<Sandbox> Sandbox::Create(Lua& lua, const Options& options) {
  lua.host().Enter();
  Ref metatable;
  absl::Status status = lua.host().Protect([&] {
    metatable =
        Ref(lua.state(), Value::Of(Builder(lua.state(), options).Build()));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return Sandbox(std::move(metatable), options.libraries);
}

absl::StatusOr<Environment> Sandbox::NewEnvironment() {
  if (!metatable_.has_value()) {
    return embed::MakeStatus(absl::StatusCode::kFailedPrecondition,
                             "the sandbox's state is gone");
  }
  State& state = *metatable_.state();
  state.host->Enter();
  Ref environment;
  absl::Status status = state.host->Protect([&] {
    Table* table = NewTable(state, 0, 8);
    const Value self = Value::Of(table);
    const auto global = [&](const char* name) {
      return GetField(state, state.globals, name);
    };
    SetField(state, table, "_G", self);
    if (libraries_ >= LibrarySet::kSafe) {
      SetField(
          state, table, "load",
          Native(state, LoadHere, {global("load"), self, Value::Integer(4)}));
    }
    if (libraries_ >= LibrarySet::kFiles) {
      SetField(state, table, "loadfile",
               Native(state, LoadHere,
                      {global("loadfile"), self, Value::Integer(3)}));
      SetField(state, table, "dofile", Native(state, DoFileHere, {self}));
    }
    SetMetatable(state, table, metatable_.view().value().table());
    environment = Ref(state, self);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return Environment(std::move(environment));
}

}  // namespace m3lua
