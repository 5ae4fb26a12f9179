// Prototypes and closures.  Guarded by tests/unit/runtime/load_test.cc.
//
// An allocation may fail, or run an emergency collection, at any point here.
// So everything belongs to a heap object from the moment it exists, and an
// object gets a buffer only when the function that tells its size is set.
#include "lua/runtime/prototype.h"

#include <string_view>
#include <utility>
#include <variant>

#include "lua/base/flat_map.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"

namespace m3lua {
namespace {

// Equal long strings of a chunk are one object, as short ones are anyway.
using LongStrings = base::FlatMap<std::string_view, String*>;

struct ConstantToValue {
  State& state;
  LongStrings& long_strings;
  Value operator()(bytecode::Nil) const { return Value::Nil(); }
  Value operator()(bool b) const { return Value::Boolean(b); }
  Value operator()(int64_t i) const { return Value::Integer(i); }
  Value operator()(double d) const { return Value::Float(d); }
  Value operator()(const std::string& s) const {
    if (s.size() <= String::kMaxShortLength) {
      return Value::Of(NewString(state, s));
    }
    String*& known = long_strings[std::string_view(s)];
    if (known == nullptr) known = NewString(state, s);
    return Value::Of(known);
  }
};

// `function` is in `chunk`, and nested in `encloser` (null: the main function).
Prototype* Make(State& state,
                const std::shared_ptr<const bytecode::Function>& chunk,
                const bytecode::Function& function, const Prototype* encloser,
                LongStrings& long_strings) {
  gc::Heap& heap = state.heap();
  auto* p = heap.New<Prototype>(ObjectKind::kPrototype);
  std::construct_at(&p->chunk, chunk);
  p->function = &function;
  heap.CountBytecode(p);

  if (encloser != nullptr && function.source == encloser->function->source) {
    p->source = encloser->source;
  } else if (!function.source.empty()) {
    p->source = NewString(state, function.source);
  }
  if (p->source != nullptr) heap.BarrierForward(p, p->source);

  if (size_t count = function.constants.size(); count > 0) {
    auto* constants =
        static_cast<Value*>(heap.AllocateBuffer(count * sizeof(Value)));
    std::uninitialized_fill_n(constants, count, Value::Nil());
    p->constants = constants;
    for (size_t i = 0; i < count; ++i) {
      Value v = std::visit(ConstantToValue{state, long_strings},
                           function.constants[i]);
      constants[i].Set(v);
      heap.BarrierForward(p, v);
    }
  }
  if (size_t count = function.functions.size(); count > 0) {
    auto* prototypes = static_cast<Prototype**>(
        heap.AllocateBuffer(count * sizeof(Prototype*)));
    std::uninitialized_fill_n(prototypes, count, nullptr);
    p->prototypes = prototypes;
    for (size_t i = 0; i < count; ++i) {
      prototypes[i] =
          Make(state, chunk, *function.functions[i], p, long_strings);
      heap.BarrierForward(p, prototypes[i]);
    }
  }
  return p;
}

}  // namespace

Prototype* NewPrototype(State& state,
                        std::shared_ptr<const bytecode::Function> chunk) {
  LongStrings long_strings;
  return Make(state, chunk, *chunk, nullptr, long_strings);
}

LuaClosure* NewLuaClosure(State& state, Prototype* prototype) {
  size_t count = prototype->function->upvalues.size();
  auto* closure = state.heap().New<LuaClosure>(ObjectKind::kLuaClosure,
                                               count * sizeof(Upvalue*));
  closure->aux = static_cast<uint8_t>(count);
  closure->prototype = prototype;
  closure->entry = state.engine().EntryOf(prototype);
  return closure;
}

Upvalue* NewClosedUpvalue(State& state, Value v) {
  auto* upvalue = state.heap().New<Upvalue>(ObjectKind::kUpvalue);
  upvalue->closed.Set(v);
  upvalue->location = &upvalue->closed;
  return upvalue;
}

}  // namespace m3lua
