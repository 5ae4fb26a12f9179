// Memory of the host's that Lua reads and writes in place.
//
//   std::vector<double> samples(1000);
//   Buffer<double> buffer(samples);
//   lua.Set("samples", buffer).IgnoreError();
//
//   -- Lua
//   for i, x in ipairs(samples) do samples[i] = x / 2 end
//   print(#samples, samples[1], samples[1001])    --> 1000  0.0  nil
//
// Lua sees elements 1 to n.  Reading any other key gives nil; writing to one is
// an error, and so is a value that the element's type can't hold.  ipairs,
// pairs, #, table.unpack, table.concat and table.sort work on buffers.
//
// A Buffer is the host's end: when it is revoked or destroyed, Lua's accesses
// are errors ("the buffer is gone").  As a member of the object that has the
// memory, it ends with that.  Reset shows other memory under the same values in
// Lua, for instance after a vector has grown.  Buffer<const T> is read only.
//
//   std::span<T>, absl::Span<T>   as parameters of host functions, and wherever
//                                 else values come from Lua: a buffer of T, in
//                                 place.  Of const T: also one that is writable
//   the same as values for Lua    a buffer without an end: the memory must be
//                                 there as long as Lua has the value (as with
//                                 T&, object.h)
//   of const bytes                strings, in both directions (std::byte, char,
//                                 unsigned char); buffers are taken, too
//
// Elements are values, such as numbers, enums, strings; no objects of user
// types.  A Buffer is used on the thread of the state that has it.
//
// Guarded by tests/unit/embed/buffer_test.cc.
#ifndef LUA_EMBED_BUFFER_H_
#define LUA_EMBED_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "lua/embed/object.h"
#include "lua/embed/value.h"

namespace m3lua {
namespace internal {

// What the host's end and Lua's values share.
struct BufferControl;

// How elements are read and written.
struct BufferKind {
  const TypeKey* element;  // without const
  size_t stride;           // bytes
  Value (*get)(State& state, const void* element);
  // Null: read only.
  bool (*set)(View v, BufferControl& control, size_t index, Problem& why);
};

BufferControl* NewBufferControl(const void* data, size_t size);
void ShowInBuffer(BufferControl& control, const void* data, size_t size);
void RevokeBuffer(BufferControl& control);
// Gives up a reference to it.
void ReleaseBuffer(BufferControl* control);
// An element (from 0) of so many bytes; null if there is none any more.
void* ElementOf(BufferControl& control, size_t index, size_t stride);
size_t BufferSize(const BufferControl& control);

Value PutBuffer(State& state, const BufferKind& kind, BufferControl& control);
// The same with memory that is not revoked.
Value PutMemory(State& state, const BufferKind& kind, const void* data,
                size_t size);
// The memory of a buffer of such elements.
bool FindBuffer(View v, const TypeKey* element, bool writable, void*& data,
                size_t& size, Problem& why);

template <typename T>
bool SetElementOfBuffer(View v, BufferControl& control, size_t index,
                        Problem& why) {
  typename Convert<T>::Held held{};
  if (!Convert<T>::Get(v, held, why)) return false;
  // (The conversion may have run code of the host's.)
  void* element = ElementOf(control, index, sizeof(T));
  if (element == nullptr) return why.Invalid("the buffer is gone");
  *static_cast<T*>(element) = Taken<T>(held);
  return true;
}

template <typename T>
constexpr BufferKind MakeBufferKind() {
  using Element = std::remove_const_t<T>;
  static_assert(
      !requires { Convert<Element>::kObject; },
      "elements of buffers are values, not objects of user types");
  static_assert(std::is_const_v<T> ||
                    !(std::is_pointer_v<T> ||
                      (StringLike<T> && std::is_trivially_copyable_v<T>)),
                "an element that would point to a string of Lua's");
  BufferKind kind = {&type_key<Element>, sizeof(T),
                     [](State& state, const void* element) {
                       return Put(state, *static_cast<const Element*>(element));
                     },
                     nullptr};
  if constexpr (!std::is_const_v<T>) kind.set = SetElementOfBuffer<T>;
  return kind;
}
template <typename T>
inline constexpr BufferKind kBufferKind = MakeBufferKind<T>();

// std::span, absl::Span
template <typename S>
concept SpanLike = std::is_class_v<S> && requires(S& s) {
  typename S::element_type;
  s.subspan(0);
  S();
  S(s.data(), s.size());
};

template <typename T>
inline constexpr bool kConstBytes =
    std::is_const_v<T> && ByteLike<std::remove_const_t<T>>;

}  // namespace internal

// The host's end of a buffer.  One that was moved from may only be destroyed or
// assigned to.
template <typename T>
class Buffer {
 public:
  Buffer() : Buffer(std::span<T>()) {}
  explicit Buffer(std::span<T> memory)
      : control_(internal::NewBufferControl(memory.data(), memory.size())) {}
  Buffer(Buffer&& other) noexcept
      : control_(std::exchange(other.control_, nullptr)) {}
  Buffer& operator=(Buffer&& other) noexcept {
    Buffer taken(std::move(other));
    std::swap(control_, taken.control_);
    return *this;
  }
  ~Buffer() {
    if (control_ == nullptr) return;
    Revoke();
    internal::ReleaseBuffer(control_);
  }

  // Other memory from now on, also if it was revoked.
  void Reset(std::span<T> memory) {
    internal::ShowInBuffer(*control_, memory.data(), memory.size());
  }
  // Lua's accesses are errors from now on.
  void Revoke() { internal::RevokeBuffer(*control_); }
  // What Lua sees; empty if it was revoked.
  std::span<T> memory() const {
    return {static_cast<T*>(internal::ElementOf(*control_, 0, 0)),
            internal::BufferSize(*control_)};
  }

 private:
  friend struct Convert<Buffer>;
  // Null: moved from.
  internal::BufferControl* control_;
};

template <typename T>
struct Convert<Buffer<T>> {
  static constexpr bool kPlain = false;
  static Value Put(State& state, const Buffer<T>& buffer) {
    return internal::PutBuffer(state, internal::kBufferKind<T>,
                               *buffer.control_);
  }
};

template <internal::SpanLike S>
struct Convert<S> : ByValue<S> {
  using Element = typename S::element_type;
  static bool Get(View v, S& out, Problem& why) {
    if constexpr (internal::kConstBytes<Element>) {
      if (v.is_string()) {
        const String* s = v.value().string();
        out = S(reinterpret_cast<Element*>(s->data()), s->size());
        return true;
      }
      if (!v.is_userdata()) return why.Expected("string", v);
    }
    void* data;
    size_t size;
    if (!internal::FindBuffer(v,
                              &internal::type_key<std::remove_const_t<Element>>,
                              !std::is_const_v<Element>, data, size, why)) {
      return false;
    }
    out = S(static_cast<Element*>(data), size);
    return true;
  }
  static Value Put(State& state, S memory) {
    if constexpr (internal::kConstBytes<Element>) {
      return internal::PutString(
          state, reinterpret_cast<const char*>(memory.data()), memory.size());
    } else {
      return internal::PutMemory(state, internal::kBufferKind<Element>,
                                 memory.data(), memory.size());
    }
  }
};

}  // namespace m3lua

#endif  // LUA_EMBED_BUFFER_H_
