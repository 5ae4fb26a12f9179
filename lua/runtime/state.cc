// Opening and closing a state.  Guarded by tests/unit/runtime/state_test.cc.
#include "lua/runtime/state.h"

#include <new>
#include <string_view>
#include <utility>

#include "lua/runtime/platform.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/runtime/warnings.h"

namespace m3lua {
namespace {

// In the order of enum Event.
constexpr std::string_view kEventNames[] = {
    "__index", "__newindex", "__eq",     "__len",   "__call",     "__gc",
    "__mode",  "__close",    "__add",    "__sub",   "__mul",      "__mod",
    "__pow",   "__div",      "__idiv",   "__band",  "__bor",      "__bxor",
    "__shl",   "__shr",      "__concat", "__unm",   "__bnot",     "__lt",
    "__le",    "__tostring", "__name",   "__pairs", "__metatable"};
static_assert(std::size(kEventNames) == kEventCount);
static_assert(static_cast<int>(Event::kClose) == kCachedEvents - 1);
static_assert(static_cast<int>(Event::kMetatable) == kEventCount - 1);

Platform& PlatformOf(const StateOptions& options) {
  return options.platform != nullptr ? *options.platform : Platform::System();
}

}  // namespace

State::State(const StateOptions& options, EngineFactory make_engine)
    : standard_output(
          PlatformOf(options).StandardStream(Platform::Standard::kOutput)),
      options_(options),
      platform_(&PlatformOf(options)),
      heap_(*this) {
  try {
    Open(options, make_engine);
  } catch (...) {
    // (The destructor will not run.)
    FreeInternTable();
    throw std::bad_alloc();
  }
}

void State::Open(const StateOptions& options, EngineFactory make_engine) {
  if (options.on_heap != nullptr) options.on_heap(heap_);
  hash_seed =
      options.hash_seed != 0 ? options.hash_seed : shared::ProcessSeed();
  if (hash_seed == shared::ProcessSeed()) {
    shared_strings = &shared::AllStrings();
  }
  warn = DefaultWarnings();
  memory_error = SharedString(*this, "not enough memory");
  for (int i = 0; i < kEventCount; ++i) {
    event_names[i] = SharedString(*this, kEventNames[i]);
  }
  registry = NewTable(*this, 2, 4);
  globals = NewTable(*this);
  engine_ = make_engine(*this);
  main = engine_->NewCoroutine(*this, Value::Nil());
  main->status = CoroutineStatus::kRunning;
  current = main;
  SetInteger(*this, registry, 1, Value::Of(main));
  SetInteger(*this, registry, 2, Value::Of(globals));
  SetString(*this, registry, SharedString(*this, "_LOADED"),
            Value::Of(NewTable(*this)));
  // Only now, so that a low limit fails in the first script and not here.
  heap_.set_limit(options.memory_limit);
}

State::~State() {
  Value error = Value::Nil();
  engine_->CloseCoroutine(*main, nullptr, error);
  heap_.FinalizeAll(*main);
  code_cache.Clear();
  FreeInternTable();
}

void State::FreeInternTable() {
  if (strings.chains != nullptr) {
    heap_.FreeBuffer(strings.chains, strings.bytes());
    strings.chains = nullptr;
  }
}

}  // namespace m3lua
