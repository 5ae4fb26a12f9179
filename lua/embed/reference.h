// Ref: a Lua value that is held by C++.
//
// A Ref keeps its value from being collected.  It is a node in a list of its
// state, so making, copying and moving one allocates nothing and can't fail.
// When the state goes, its Refs become empty: using them is an error
// (kFailedPrecondition), never a dangling pointer.
//
// A Ref is used on the thread of its state; one that is empty, or whose state
// is gone, on any.
//
// Guarded by tests/unit/embed/reference_test.cc.
#ifndef LUA_EMBED_REFERENCE_H_
#define LUA_EMBED_REFERENCE_H_

#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "lua/embed/value.h"

namespace m3lua {

class Lua;
namespace embed {
class Host;
struct RefNode {
  RefNode* previous = nullptr;
  RefNode* next = nullptr;
};
}  // namespace embed

class Ref : private embed::RefNode {
 public:
  Ref() = default;
  // Of the state of a host function or a view.
  explicit Ref(View v) : Ref(v.state(), v.value()) {}
  Ref(State& state, Value value);
  Ref(const Ref& other) noexcept { Take(other); }
  Ref(Ref&& other) noexcept {
    Take(other);
    other.Reset();
  }
  Ref& operator=(const Ref& other) noexcept {
    if (this != &other) {
      Reset();
      Take(other);
    }
    return *this;
  }
  Ref& operator=(Ref&& other) noexcept {
    if (this != &other) {
      Reset();
      Take(other);
      other.Reset();
    }
    return *this;
  }
  ~Ref() { Reset(); }

  // Lets the value go.
  void Reset() noexcept {
    if (host_ == nullptr) return;
    Unlink();
  }

  // False: empty, or the state is gone.
  bool has_value() const { return host_ != nullptr; }
  // nil if empty.
  Type type() const { return value_.type(); }
  bool is_nil() const { return value_.is_nil(); }
  bool is_table() const { return value_.is_table(); }
  bool is_function() const { return value_.is_function(); }
  bool is_coroutine() const { return value_.is_coroutine(); }
  bool is_truthy() const { return value_.is_truthy(); }

  // Converts it; see value.h.
  template <typename T>
  absl::StatusOr<T> As() const;
  // nil for an empty one.
  template <typename T>
  bool Is() const {
    return has_value() && view().template Is<T>();
  }
  // Requires has_value().
  View view() const { return View(*state(), value_); }
  // Null: empty.
  State* state() const;
  Lua* lua() const;
  // What `tostring` says; __tostring and __name count.
  absl::StatusOr<std::string> ToString() const;
  // The same value, without metamethods.
  friend bool operator==(const Ref& a, const Ref& b) {
    return a.has_value() == b.has_value() && RawEquals(a.value_, b.value_);
  }

 protected:
  friend class embed::Host;
  friend struct Convert<Ref>;
  embed::Host* host() const { return host_; }
  Value value() const { return value_; }
  // kFailedPrecondition for an empty one.
  absl::Status Check() const;

 private:
  void Take(const Ref& other) noexcept {
    if (other.host_ == nullptr) return;
    Link(other.host_, other.value_);
  }
  void Link(embed::Host* host, Value value) noexcept;
  void Unlink() noexcept {
    previous->next = next;
    next->previous = previous;
    host_ = nullptr;
    value_ = Value::Nil();
  }

  embed::Host* host_ = nullptr;
  Value value_ = Value::Nil();
};
static_assert(sizeof(Ref) == 40);

namespace embed {

absl::Status ConversionError(const Problem& why);
// For a C++ object that can't be made.
absl::Status MemoryError();
Value PutRef(State& state, const Ref& ref);

// A value on its way to Lua: ready, or still to be made from a C++ object.
struct Outgoing {
  Value value;
  void* object;
  Value (*put)(State& state, void* object);  // null: value is it

  // `x` must live until Get was called, which moves from it if it is an rvalue.
  template <typename T>
  static Outgoing Of(T&& x) {
    using Source = internal::Bare<T>;
    if constexpr (std::is_function_v<Source>) {
      return {Value::Nil(), reinterpret_cast<void*>(&x),
              [](State& state, void* function) {
                return Put(state, reinterpret_cast<Source*>(function));
              }};
    } else if constexpr (std::is_array_v<Source>) {
      return {Value::Nil(), const_cast<void*>(static_cast<const void*>(x)),
              [](State& state, void* text) {
                return Put(state, static_cast<const char*>(text));
              }};
    } else if constexpr (Convert<Source>::kPlain) {
      return {Convert<Source>::PutPlain(x), nullptr, nullptr};
    } else {
      using Object = std::remove_reference_t<T>;
      return {Value::Nil(), const_cast<void*>(static_cast<const void*>(&x)),
              [](State& state, void* object) {
                return Put(state,
                           static_cast<T&&>(*static_cast<Object*>(object)));
              }};
    }
  }
  Value Get(State& state) const {
    return put == nullptr ? value : put(state, object);
  }
};

// The converted value of a view.
template <typename T>
absl::StatusOr<T> Converted(const View& v) {
  if constexpr (std::is_arithmetic_v<T>) {  // throws nothing
    T result;
    Problem why;
    if (!Convert<T>::Get(v, result, why)) [[unlikely]] {
      return ConversionError(why);
    }
    return result;
  }
  try {
    typename Convert<T>::Held held{};
    Problem why;
    if (!Convert<T>::Get(v, held, why)) [[unlikely]] {
      return ConversionError(why);
    }
    return absl::StatusOr<T>(internal::Taken<T>(held));
  } catch (const std::bad_alloc&) {
    return MemoryError();
  }
}

}  // namespace embed

template <typename T>
absl::StatusOr<T> Ref::As() const {
  if (!has_value()) return Check();
  return embed::Converted<T>(view());
}

// Any value.
template <>
struct Convert<Ref> : ByValue<Ref> {
  static bool Get(View v, Ref& out, Problem&) {
    out = Ref(v);
    return true;
  }
  static bool IsExactly(View) { return true; }
  static Value Put(State& state, const Ref& ref) {
    return embed::PutRef(state, ref);
  }
};

}  // namespace m3lua

#endif  // LUA_EMBED_REFERENCE_H_
