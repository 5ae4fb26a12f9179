#include "tests/fuzz/sandbox.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "lua/bytecode/serializer.h"
#include "lua/compiler/compiler.h"
#include "lua/embed/message_handler.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/stdlib/libraries.h"
#include "m3style/engine/make_engine.h"

namespace m3lua::fuzz {
namespace {

NativeResult Ignore(NativeCall& call) { return call.Return(); }

NativeResult ReportViolation(NativeCall& call) {
  Violation(call.OptView(1, "?"));
}

StateOptions OptionsOf(const SandboxOptions& options) {
  StateOptions result;
  result.memory_limit = options.memory_limit;
  // Deep enough for chunks to be changed, shallow enough to be quick.
  result.stack_limit = 20000;
  result.hash_seed = 1;
  return result;
}

}  // namespace

Sandbox::Sandbox(const Options& options)
    : state_(OptionsOf(options), m3::MakeEngine) {
  stdlib::OpenBase(state_);
  stdlib::OpenCoroutine(state_);
  stdlib::OpenTable(state_);
  stdlib::OpenString(state_);
  stdlib::OpenMath(state_);
  stdlib::OpenUtf8(state_);
  stdlib::OpenDebug(state_);
  stdlib::OpenOs(state_);
  Remove("os", {"execute", "exit", "getenv", "remove", "rename", "setlocale",
                "tmpname"});
  Remove("debug", {"debug"});
  Remove("_G", {"dofile", "loadfile"});
  SetField(state_, state_.globals, "print",
           Value::Of(static_cast<Function*>(NewNative(state_, Ignore))));
  SetField(
      state_, state_.globals, "violation",
      Value::Of(static_cast<Function*>(NewNative(state_, ReportViolation))));
  state_.warn = [](std::string_view, bool) {};
  Table* math = GetField(state_, state_.globals, "math").table();
  Call(GetField(state_, math, "randomseed"), {Value::Integer(1)});
  state_.limits.SetBudget(options.steps);
}

void Sandbox::Remove(std::string_view library,
                     std::initializer_list<std::string_view> names) {
  Table* t = GetField(state_, state_.globals, library).table();
  for (std::string_view name : names) SetField(state_, t, name, Value::Nil());
}

bool Sandbox::Load(std::string_view bytes, std::string_view mode, Value& f) {
  try {
    return m3lua::Load(state_, bytes, "=fuzz", mode, f);
  } catch (const LuaError&) {
    f = state_.pending_error;
    return false;
  }
}

bool Sandbox::Call(Value f, std::span<const Value> arguments,
                   std::span<Value>* results) {
  std::span<Value> unused;
  try {
    return state_.engine().ProtectedCall(
        *state_.main, f, arguments, -1, embed::NewMessageHandler(state_),
        results != nullptr ? *results : unused);
  } catch (const LuaError&) {  // no memory for the handler
    if (results != nullptr) *results = {&state_.pending_error, 1};
    return false;
  }
}

void Sandbox::Drive(std::string_view driver, std::span<const Value> arguments) {
  // Compiled once: reading it again is quicker.
  static auto& compiled = *new std::map<std::string_view, std::string>();
  std::string& bytes = compiled[driver];
  if (bytes.empty()) {
    const auto chunk = compiler::CompileSource(driver, "=driver");
    if (!chunk.ok()) Violation(std::string(chunk.status().message()));
    bytes = bytecode::Serialize(**chunk, false);
  }
  Value f = GetField(state_, state_.registry, "driver");
  if (f.is_nil()) {
    if (!Load(bytes, "b", f)) return;
    SetField(state_, state_.registry, "driver", f);
  }
  Call(f, arguments);
}

Sandbox& Sandbox::Shared(const Options& options) {
  static std::unique_ptr<Sandbox> sandbox;
  static int uses = 0;
  if (sandbox == nullptr || ++uses == 200) {
    sandbox = nullptr;
    sandbox = std::make_unique<Sandbox>(options);
    uses = 0;
  }
  sandbox->state_.limits.SetBudget(options.steps);
  return *sandbox;
}

Value Sandbox::Text(std::string_view bytes) {
  return Value::Of(NewString(state_, bytes));
}

void Violation(std::string_view what) {
  std::fprintf(stderr, "VIOLATION: %.*s\n", static_cast<int>(what.size()),
               what.data());
  std::abort();
}

uint32_t Fingerprint(std::string_view bytes) {
  uint32_t hash = 2166136261u;  // FNV-1a
  for (unsigned char c : bytes) hash = (hash ^ c) * 16777619u;
  return hash ^ hash >> 15;
}

void DriveLines(std::string_view input, int lines, std::string_view driver,
                const SandboxOptions& options) {
  Sandbox& sandbox = Sandbox::Shared(options);
  std::vector<Value> arguments;
  for (; lines > 0; --lines) {
    const size_t end = std::min(input.find('\n'), input.size());
    arguments.push_back(sandbox.Text(input.substr(0, end)));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  arguments.push_back(sandbox.Text(input));
  sandbox.Drive(driver, arguments);
}

}  // namespace m3lua::fuzz
