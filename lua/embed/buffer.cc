// The userdata behind buffers, and their metamethods.
//
// A buffer's userdata has a Box, so that it is destroyed like objects of user
// types, and behind it a BufferTail.  It is known by its head, not by its
// metatable: whatever a script does with the library debug, memory is only ever
// taken for what it is.
//
// Guarded by tests/unit/embed/buffer_test.cc.
#include "lua/embed/buffer.h"

#include <atomic>
#include <string>

#include "lua/embed/host.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/syntax/concat.h"

namespace m3lua {
namespace internal {

struct BufferControl {
  std::atomic<int> references{1};
  void* data;
  size_t size;  // elements
  bool there = true;
};

}  // namespace internal

namespace {

using internal::BufferControl;
using internal::BufferKind;

const internal::TypeRecordHead buffer_head = {internal::HiddenKey()};

struct BufferTail {
  BufferControl* control;
  const BufferKind* kind;
};

// Null if it is none.
BufferTail* TailOf(Value v) {
  if (!v.is_userdata() || v.userdata()->host != &buffer_head) return nullptr;
  return reinterpret_cast<BufferTail*>(&internal::BoxOf(v.userdata()) + 1);
}

// The buffer that is argument 1, with its memory.
BufferTail& TailOfArgument(NativeCall& call) {
  BufferTail* tail = TailOf(call.arg(1));
  if (tail == nullptr) call.TypeError(1, "buffer");
  if (!tail->control->there) call.Error("the buffer is gone");
  return *tail;
}

// The element (from 0) that a key names.
bool IndexOf(Value key, const BufferTail& tail, size_t& index) {
  int64_t i;
  if (key.is_integer()) {
    i = key.integer();
  } else if (!key.is_float() || !FloatToInteger(key.number(), i)) {
    return false;
  }
  index = static_cast<size_t>(i) - 1;
  return index < tail.control->size;
}

Value ElementAt(NativeCall& call, const BufferTail& tail, size_t index) {
  return tail.kind->get(call.state(), internal::ElementOf(*tail.control, index,
                                                          tail.kind->stride));
}

NativeResult IndexBuffer(NativeCall& call) {
  BufferTail& tail = TailOfArgument(call);
  size_t index;
  if (!IndexOf(call.arg(2), tail, index)) return call.Return(Value::Nil());
  try {
    return call.Return(ElementAt(call, tail, index));
  } catch (...) {
    return internal::RaiseException(call);
  }
}

NativeResult AssignBuffer(NativeCall& call) {
  BufferTail& tail = TailOfArgument(call);
  if (tail.kind->set == nullptr) call.Error("the buffer is read only");
  size_t index;
  if (!IndexOf(call.arg(2), tail, index)) {
    call.Error(syntax::Concat(
        "no element '", ToDisplayString(call.co, call.arg(2))->view(),
        "' in a buffer of ", static_cast<int64_t>(tail.control->size)));
  }
  try {
    Problem why;
    if (tail.kind->set(View(call.state(), call.arg(3)), *tail.control, index,
                       why)) {
      return call.Return();
    }
    why.InElement(static_cast<int64_t>(index) + 1);
    return call.RaiseString(why.text());
  } catch (...) {
    return internal::RaiseException(call);
  }
}

NativeResult LengthOfBuffer(NativeCall& call) {
  return call.Return(
      Value::Integer(static_cast<int64_t>(TailOfArgument(call).control->size)));
}

// (buffer, i) -> i + 1 and that element, or nil.
NativeResult NextOfBuffer(NativeCall& call) {
  BufferTail& tail = TailOfArgument(call);
  int64_t i = call.CheckInteger(2);
  const Value next =
      Value::Integer(static_cast<int64_t>(static_cast<uint64_t>(i) + 1));
  size_t index;
  if (!IndexOf(next, tail, index)) return call.Return(Value::Nil());
  try {
    const Value element = ElementAt(call, tail, index);
    call.Push(next);
    call.Push(element);
    return call.ReturnTop(2);
  } catch (...) {
    return internal::RaiseException(call);
  }
}

NativeResult PairsOfBuffer(NativeCall& call) {
  TailOfArgument(call);
  const Value buffer = call.arg(1);
  call.Push(SharedFunction(call.state(), NextOfBuffer));
  call.Push(buffer);
  call.Push(Value::Integer(0));
  return call.ReturnTop(3);
}

Table* Metatable(State& state) {
  if (state.host == nullptr) internal::RaiseText(state, "no embedding state");
  Table*& metatable = state.host->buffer_metatable;
  if (metatable == nullptr) {
    Table* made = NewTable(state, 0, 8);
    Value name = Value::Of(NewString(state, "buffer"));
    SetField(state, made, "__name", name);
    SetField(state, made, "__metatable", name);
    SetField(state, made, "__index", SharedFunction(state, IndexBuffer));
    SetField(state, made, "__newindex", SharedFunction(state, AssignBuffer));
    SetField(state, made, "__len", SharedFunction(state, LengthOfBuffer));
    SetField(state, made, "__pairs", SharedFunction(state, PairsOfBuffer));
    metatable = made;
  }
  return metatable;
}

}  // namespace

namespace internal {

BufferControl* NewBufferControl(const void* data, size_t size) {
  return new BufferControl{{1}, const_cast<void*>(data), size};
}

void ShowInBuffer(BufferControl& control, const void* data, size_t size) {
  control.data = const_cast<void*>(data);
  control.size = size;
  control.there = true;
}

void RevokeBuffer(BufferControl& control) {
  ShowInBuffer(control, nullptr, 0);
  control.there = false;
}

void ReleaseBuffer(BufferControl* control) {
  if (--control->references == 0) delete control;
}

void* ElementOf(BufferControl& control, size_t index, size_t stride) {
  // (Index 0 of nothing is asked for, too: null.)
  if (index != 0 && index >= control.size) return nullptr;
  return control.size == 0 ? nullptr
                           : static_cast<char*>(control.data) + index * stride;
}

size_t BufferSize(const BufferControl& control) { return control.size; }

Value PutBuffer(State& state, const BufferKind& kind, BufferControl& control) {
  Table* metatable = Metatable(state);
  void* storage;
  Userdata* u =
      NewUserdataWithBox(state, &buffer_head, metatable, sizeof(BufferTail),
                         alignof(BufferTail), true, 0, storage);
  new (storage) BufferTail{&control, &kind};
  ++control.references;
  BoxOf(u).destroy = [](Box& box) {
    ReleaseBuffer(reinterpret_cast<BufferTail*>(&box + 1)->control);
  };
  return Value::Of(u);
}

Value PutMemory(State& state, const BufferKind& kind, const void* data,
                size_t size) {
  BufferControl* control = NewBufferControl(data, size);
  try {
    Value v = PutBuffer(state, kind, *control);
    ReleaseBuffer(control);
    return v;
  } catch (...) {
    ReleaseBuffer(control);
    throw;
  }
}

bool FindBuffer(View v, const TypeKey* element, bool writable, void*& data,
                size_t& size, Problem& why) {
  const BufferTail* tail = TailOf(v.value());
  if (tail == nullptr || tail->kind->element != element) {
    std::string expected =
        syntax::Concat("buffer of ", PrettyTypeName(element));
    if (tail == nullptr) {
      why.Expected(expected.c_str(), v);
      return why.KeepText();
    }
    return why.Invalid(syntax::Concat(expected, " expected, got one of ",
                                      PrettyTypeName(tail->kind->element)));
  }
  if (!tail->control->there) {
    return why.Invalid("buffer expected, got one that is gone");
  }
  if (writable && tail->kind->set == nullptr) {
    return why.Invalid("writable buffer expected, got one that is read only");
  }
  data = tail->control->data;
  size = tail->control->size;
  return true;
}

}  // namespace internal
}  // namespace m3lua
