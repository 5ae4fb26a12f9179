// Guarded by tests/unit/embed/state_test.cc.
#include "lua/embed/state.h"

#include <cstdio>
#include <exception>
#include <new>
#include <utility>

#include "lua/embed/host.h"
#include "lua/embed/type_record.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/libraries.h"
#include "lua/syntax/concat.h"
#include "m3style/engine/make_engine.h"

namespace m3lua {
namespace {

struct LibraryRow {
  Library library;
  void (*open)(State& state);
};
// In PUC's order.
constexpr LibraryRow kLibraries[] = {
    {Library::kBase, stdlib::OpenBase},
    {Library::kPackage, stdlib::OpenPackage},
    {Library::kCoroutine, stdlib::OpenCoroutine},
    {Library::kTable, stdlib::OpenTable},
    {Library::kIo, stdlib::OpenIo},
    {Library::kOs, stdlib::OpenOs},
    {Library::kString, stdlib::OpenString},
    {Library::kMath, stdlib::OpenMath},
    {Library::kUtf8, stdlib::OpenUtf8},
    {Library::kDebug, stdlib::OpenDebug},
};

bool Has(Library set, Library one) {
  return (static_cast<uint32_t>(set) & static_cast<uint32_t>(one)) != 0;
}

// A stream of C's library whose bytes go to Options::output.
using Sink = std::function<void(std::string_view)>;

ssize_t WriteToSink(void* sink, const char* bytes, size_t size) {
  try {
    (*static_cast<Sink*>(sink))(std::string_view(bytes, size));
  } catch (...) {
    return 0;  // an error of the stream: C code can't be thrown through
  }
  return static_cast<ssize_t>(size);
}

}  // namespace

Lua::Lua(Options options) : options_(std::move(options)) {
  StateOptions state_options;
  state_options.memory_limit = options_.memory_limit;
  state_options.stack_limit = options_.stack_limit;
  state_options.platform = options_.platform;
  state_options.allow_bytecode = options_.allow_bytecode;
  state_ = std::make_unique<State>(state_options, m3::MakeEngine);
  try {
    host_ = std::make_unique<embed::Host>(*state_, this);
  } catch (const LuaError&) {
    throw std::bad_alloc();
  }
  if (options_.warn) state_->warn = options_.warn;
  SetOutput();
  // If memory does not suffice for the libraries, scripts will miss functions
  // and the first error tells.
  Open(options_.libraries).IgnoreError();
  if (options_.loader) SetLoader().IgnoreError();
  SetBounds(options_.bounds);
}

Lua::~Lua() {
  DropInterruptHandles();
  // (Finalizers may still print.  References are emptied before anything else
  // of the program's runs, like the sink of the output.)
  state_.reset();
  host_.reset();
  if (output_ != nullptr) std::fclose(output_);
}

void Lua::SetOutput() {
  if (!options_.output) return;
  cookie_io_functions_t functions = {};
  functions.write = WriteToSink;
  output_ = fopencookie(&options_.output, "w", functions);
  if (output_ == nullptr) throw std::bad_alloc();
  state_->standard_output = output_;
}

absl::Status Lua::Open(Library libraries) {
  host_->Enter();
  return host_->Protect([&] {
    if (libraries == Library::kAll) {
      stdlib::OpenAll(*state_);
      return absl::OkStatus();
    }
    for (const LibraryRow& row : kLibraries) {
      if (Has(libraries, row.library)) row.open(*state_);
    }
    return absl::OkStatus();
  });
}

// A searcher (manual 6.3, package.searchers) behind that of package.preload.
absl::Status Lua::SetLoader() {
  absl::StatusOr<TableRef> searchers = Get<TableRef>("package", "searchers");
  if (!searchers.ok()) return searchers.status();
  for (int64_t i = searchers->length(); i >= 2; --i) {
    absl::StatusOr<Ref> searcher = searchers->RawGet<Ref>(i);
    if (!searcher.ok()) return searcher.status();
    absl::Status status = searchers->RawSet(i + 1, *searcher);
    if (!status.ok()) return status;
  }
  auto search = [](Lua& lua,
                   std::string_view module) -> absl::StatusOr<Values> {
    absl::StatusOr<std::string> source = lua.options_.loader(module);
    Values results;
    absl::StatusOr<Ref> text;
    if (source.status().code() == absl::StatusCode::kNotFound) {
      text =
          lua.New(syntax::Concat("no module '", module, "' known to the host"));
      if (!text.ok()) return text.status();
      results.push_back(*std::move(text));
      return results;
    }
    if (!source.ok()) return source.status();
    std::string name = syntax::Concat("@", module);
    absl::StatusOr<FunctionRef> f = lua.Load(*source, name, "bt");
    if (!f.ok()) return f.status();
    text = lua.New(module);
    if (!text.ok()) return text.status();
    results.push_back(*std::move(f));
    results.push_back(*std::move(text));
    return results;
  };
  return searchers->RawSet(2, search);
}

// ---- running

absl::StatusOr<FunctionRef> Lua::Load(std::string_view code,
                                      std::string_view chunk_name,
                                      std::string_view mode) {
  host_->Enter();
  FunctionRef result;
  absl::Status status = host_->Protect([&] {
    Value function = Value::Nil();
    if (!m3lua::Load(*state_, code, chunk_name.empty() ? code : chunk_name,
                     mode, function)) {
      return host_->SyntaxError(absl::StatusCode::kInvalidArgument,
                                function.string()->view());
    }
    result = FunctionRef(Ref(*state_, function));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

absl::StatusOr<FunctionRef> Lua::LoadFile(const std::string& file_name,
                                          std::string_view mode) {
  host_->Enter();
  FunctionRef result;
  absl::Status status = host_->Protect([&] {
    Value function = Value::Nil();
    bool cannot_read;
    if (!m3lua::LoadFile(*state_, file_name.c_str(), mode, function,
                         &cannot_read)) {
      return host_->SyntaxError(cannot_read
                                    ? absl::StatusCode::kNotFound
                                    : absl::StatusCode::kInvalidArgument,
                                function.string()->view());
    }
    result = FunctionRef(Ref(*state_, function));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

absl::StatusOr<FunctionRef> Lua::LoadExpression(std::string_view code) {
  // As the prompt does: an expression first.
  std::string expression;
  absl::Status status = host_->Protect([&] {
    expression = syntax::Concat("return ", code, ";");
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  absl::StatusOr<FunctionRef> f = Load(expression, code);
  if (f.ok() || f.status().code() != absl::StatusCode::kInvalidArgument) {
    return f;
  }
  return Load(code);
}

absl::Status Lua::RunString(std::string_view code,
                            std::string_view chunk_name) {
  absl::StatusOr<FunctionRef> f = Load(code, chunk_name, "bt");
  return f.ok() ? f->Call() : f.status();
}

absl::Status Lua::RunFile(const std::string& file_name) {
  absl::StatusOr<FunctionRef> f = LoadFile(file_name, "bt");
  return f.ok() ? f->Call() : f.status();
}

// ---- globals and values

TableRef Lua::globals() {
  return TableRef(Ref(*state_, Value::Of(state_->globals)));
}

absl::Status Lua::GlobalFunction(std::string_view name, Value& f) {
  return host_->Index(Value::Of(state_->globals), embed::Outgoing::Of(name), f);
}

absl::Status Lua::Register(const TypeDescription& type) {
  return globals().Register(type);
}

absl::Status Lua::RegisterNative(std::string_view name,
                                 NativeFunction function) {
  host_->Enter();
  return host_->Protect([&] {
    SetField(
        *state_, state_->globals, name,
        Value::Of(static_cast<Function*>(m3lua::NewNative(*state_, function))));
    return absl::OkStatus();
  });
}

absl::StatusOr<TableRef> Lua::NewTable() {
  host_->Enter();
  TableRef result;
  absl::Status status = host_->Protect([&] {
    result = TableRef(Ref(*state_, Value::Of(m3lua::NewTable(*state_))));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

absl::StatusOr<Ref> Lua::Make(const embed::Outgoing& value) {
  host_->Enter();
  Ref result;
  absl::Status status = host_->Protect([&] {
    result = Ref(*state_, value.Get(*state_));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

// ---- coroutines

absl::StatusOr<CoroutineRef> Lua::NewCoroutine(const FunctionRef& f) {
  host_->Enter();
  if (!f.has_value() || f.state() != state_.get() || !f.is_function()) {
    return embed::MakeStatus(absl::StatusCode::kFailedPrecondition,
                             "not a function of this state");
  }
  CoroutineRef result;
  absl::Status status = host_->Protect([&] {
    Coroutine* co = state_->engine().NewCoroutine(*state_, f.view().value());
    result = CoroutineRef(Ref(*state_, Value::Of(co)));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

absl::StatusOr<CoroutineRef> Lua::Start(
    const FunctionRef& f, std::function<void(absl::StatusOr<Values>)> done,
    std::span<const embed::Outgoing> arguments) {
  absl::StatusOr<CoroutineRef> co = NewCoroutine(f);
  if (!co.ok()) return co;
  absl::Status status = host_->Protect([&] {
    host_->spawned[co->view().value().coroutine()] = {*co, std::move(done)};
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  std::span<Value> results;
  // (Its error, if it has one, is for `done`.)
  embed::ResumeCoroutine(*host_, co->view().value(), arguments, results)
      .IgnoreError();
  return co;
}

size_t Lua::spawned() const { return host_->spawned.size(); }

// ---- the state

void Lua::Interrupt() { state_->interrupt = true; }

void Lua::Collect() { state_->heap().FullCollection(*state_->current); }

size_t Lua::memory() const { return state_->heap().bytes(); }

}  // namespace m3lua
