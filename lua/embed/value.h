// Lua values as C++ sees them: View, and the conversions both ways.
//
// Convert<T> says how a C++ type and Lua values correspond.  It is there for
//
//   bool                        boolean (only: no truth of other values)
//   integers                    integer, or a float with an integral value;
//                               out of the type's range is an error
//   float, double               float or integer
//   enums                       their integer; by name with EnumNames
//   std::string, string_view's  string.  A view's bytes belong to Lua: they
//   const char*                 live as long as the value is reachable (an
//                               argument: until the function has returned)
//   std::span, absl::Span       of const bytes: string, likewise (std::byte,
//                               unsigned char, char); else the host's memory,
//                               in place (buffer.h)
//   void*                       light userdata; nullptr is nil
//   View, Ref, TableRef ...     any value, a table ... (reference.h)
//   other classes               objects of user types (object.h, type.h)
//
// and in containers.h for optionals, variants, tuples, lists and maps.  To add
// a type of your own, specialise it:
//
//   template <>
//   struct m3lua::Convert<Color> : m3lua::ByValue<Color> {
//     static bool Get(View v, Color& color, Problem& why) {
//       std::string_view name;
//       if (!v.Get(name, why)) return false;
//       return Color::Parse(name, color) || why.Invalid("no such color");
//     }
//     static Value Put(State& state, const Color& color) {
//       return m3lua::Put(state, color.name());
//     }
//   };
//
// Nothing here converts between strings and numbers: "10" is not 10.
//
// This header and those it includes are cheap to compile: no abseil, and of the
// standard library only what a program's own headers have anyway.
//
// Guarded by tests/unit/embed/value_test.cc.
#ifndef LUA_EMBED_VALUE_H_
#define LUA_EMBED_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "lua/object/string.h"
#include "lua/object/value.h"

namespace m3lua {

class State;
class View;
template <typename T>
struct Convert;

// Why a conversion failed.  Costs nothing until one does.
class Problem {
 public:
  Problem() {}  // (nothing is initialised, on purpose)

  // Each returns false, so that conversions end with `return why.…`.
  // "number expected, got string"
  bool Expected(const char* what, View got);
  // An integer that a type can't hold.
  bool OutOfRange();
  // Forgets expected(), which is about to go.
  bool KeepText() {
    expected_ = nullptr;
    return false;
  }
  // Any other text.
  bool Invalid(std::string_view text);
  // The problem is with a part of the value: element `index` of a list, the
  // key or the field `key` of a table.
  bool InElement(int64_t index);
  bool InKey(View key);
  bool InField(View key);

  std::string_view text() const { return {text_, size_}; }
  // What was expected, if that is all there is to say; else null.
  const char* expected() const { return expected_; }

 private:
  void Append(std::string_view text);
  void Prepend(std::string_view text);

  const char* expected_;
  size_t size_;
  char text_[200];  // (longer texts are cut)
};

// A value that is not held: it is good as long as Lua can reach it by itself,
// which for arguments of a host function means until that returns, and for
// anything else until Lua code runs.  To keep it, make a Ref of it.
class View {
 public:
  // (By halves: a wide load of a slot that was just written by halves waits.)
  View(State& state, const Value& value)
      : value_(Value::Make(value.payload.bits, value.tag)), state_(&state) {}

  Type type() const { return value_.type(); }
  bool is_nil() const { return value_.is_nil(); }
  bool is_boolean() const { return value_.is_boolean(); }
  bool is_integer() const { return value_.is_integer(); }  // and not a float
  bool is_float() const { return value_.is_float(); }
  bool is_number() const { return value_.is_number(); }
  bool is_string() const { return value_.is_string(); }
  bool is_table() const { return value_.is_table(); }
  bool is_function() const { return value_.is_function(); }
  bool is_userdata() const { return value_.is_userdata(); }
  bool is_coroutine() const { return value_.is_coroutine(); }
  bool is_truthy() const { return value_.is_truthy(); }

  // Converts; false: `out` is unspecified and `why` tells.
  template <typename T>
  bool Get(T& out, Problem& why) const {
    return Convert<T>::Get(*this, out, why);
  }
  template <typename T>
  bool Get(T& out) const {
    Problem unused;
    return Convert<T>::Get(*this, out, unused);
  }
  template <typename T>
  bool Is() const {
    typename Convert<T>::Held unused{};
    Problem why;
    return Convert<T>::Get(*this, unused, why);
  }
  // The same value of the same type, without metamethods.
  bool Equals(View other) const { return RawEquals(value_, other.value_); }

  Value value() const { return value_; }
  State& state() const { return *state_; }

 private:
  Value value_;
  State* state_;
};

// ---- to Lua

// The Lua value for `x`.  May raise a Lua error (LuaError; "not enough memory",
// an integer beyond Lua's), so it is called where those are caught: in Convert
// and in host functions, which is where this library calls it.
template <typename T>
Value Put(State& state, T&& x);

// ---- what most specialisations have in common

// A conversion makes a T.
template <typename T>
struct ByValue {
  // What a conversion from Lua fills, and what is passed on to C++ of that.
  using Held = T;
  // Whether Put needs neither memory nor the state.
  static constexpr bool kPlain = false;
  // Whether the value is of this very type, not merely convertible: prefers an
  // integer to a float, say, where both would do.
  static bool IsExactly(View v) { return v.Is<T>(); }
};

namespace internal {

// Out of line: what rarely happens, or is long.
bool IntegerOf(View v, int64_t& out, Problem& why);
bool NumberOf(View v, double& out, Problem& why);
Value PutString(State& state, const char* bytes, size_t size);
[[noreturn]] void RaiseOutOfRange(State& state);
[[noreturn]] void RaiseText(State& state, std::string_view text);

template <typename T>
concept Integer = std::is_integral_v<T> && !std::is_same_v<T, bool>;

// std::string, std::string_view, absl::string_view
template <typename T>
concept StringLike = std::is_class_v<T> && requires(const T& s) {
  requires std::is_same_v<std::remove_cv_t<typename T::value_type>, char>;
  { s.data() } -> std::convertible_to<const char*>;
  s.size();
  T(static_cast<const char*>(nullptr), size_t{});
  s.substr(0);
};

template <typename T>
concept ByteLike = sizeof(T) == 1 && std::is_trivially_copyable_v<T> &&
                   (std::is_integral_v<T> || std::is_enum_v<T>);

template <typename T>
using Bare = std::remove_cvref_t<T>;

// The value that was converted, for C++.
template <typename T, typename Held>
decltype(auto) Taken(Held& held) {
  if constexpr (requires { Convert<T>::Take(held); }) {
    return Convert<T>::Take(held);
  } else if constexpr (requires { Convert<T>::kObject; }) {
    return (*held);
  } else {
    return std::move(held);
  }
}

}  // namespace internal

// ---- the basic types

template <>
struct Convert<View> : ByValue<View> {
  // (There is no View of nothing.)
  struct Held {
    Value value = Value::Nil();
    State* state = nullptr;
    operator View() const { return View(*state, value); }
  };
  static constexpr bool kPlain = true;
  static bool Get(View v, Held& out, Problem&) {
    out = {v.value(), &v.state()};
    return true;
  }
  static bool Get(View v, View& out, Problem&) {
    out = v;
    return true;
  }
  static bool IsExactly(View) { return true; }
  static Value PutPlain(View v) { return v.value(); }
  static Value Put(State&, View v) { return v.value(); }
};

template <>
struct Convert<bool> : ByValue<bool> {
  static constexpr bool kPlain = true;
  static bool Get(View v, bool& out, Problem& why) {
    if (!v.is_boolean()) return why.Expected("boolean", v);
    out = v.is_truthy();
    return true;
  }
  static bool IsExactly(View v) { return v.is_boolean(); }
  static Value PutPlain(bool b) { return Value::Boolean(b); }
  static Value Put(State&, bool b) { return PutPlain(b); }
};

template <>
struct Convert<std::nullptr_t> : ByValue<std::nullptr_t> {
  static constexpr bool kPlain = true;
  static bool Get(View v, std::nullptr_t&, Problem& why) {
    return v.is_nil() || why.Expected("nil", v);
  }
  static bool IsExactly(View v) { return v.is_nil(); }
  static Value PutPlain(std::nullptr_t) { return Value::Nil(); }
  static Value Put(State&, std::nullptr_t) { return Value::Nil(); }
};

template <internal::Integer T>
struct Convert<T> : ByValue<T> {
  static constexpr bool kPlain =
      std::in_range<int64_t>(std::numeric_limits<T>::max());
  static bool Get(View v, T& out, Problem& why) {
    int64_t i;
    if (v.is_integer()) [[likely]] {
      i = v.value().integer();
    } else if (!internal::IntegerOf(v, i, why)) {
      return false;
    }
    if (!std::in_range<T>(i)) [[unlikely]] {
      return why.OutOfRange();
    }
    out = static_cast<T>(i);
    return true;
  }
  static bool IsExactly(View v) {
    return v.is_integer() && std::in_range<T>(v.value().integer());
  }
  static Value PutPlain(T x) { return Value::Integer(static_cast<int64_t>(x)); }
  static Value Put(State& state, T x) {
    if constexpr (!kPlain) {
      if (!std::in_range<int64_t>(x)) internal::RaiseOutOfRange(state);
    }
    return PutPlain(x);
  }
};

template <std::floating_point T>
struct Convert<T> : ByValue<T> {
  static constexpr bool kPlain = true;
  static bool Get(View v, T& out, Problem& why) {
    double d;
    if (v.is_float()) [[likely]] {
      d = v.value().number();
    } else if (!internal::NumberOf(v, d, why)) {
      return false;
    }
    out = static_cast<T>(d);
    if constexpr (sizeof(T) < sizeof(double)) {
      // A finite number must not become an infinite one.
      constexpr double kMax = std::numeric_limits<T>::max();
      if ((d > kMax || d < -kMax) && d - d == 0) return why.OutOfRange();
    }
    return true;
  }
  static bool IsExactly(View v) { return v.is_float(); }
  static Value PutPlain(T x) { return Value::Float(static_cast<double>(x)); }
  static Value Put(State&, T x) { return PutPlain(x); }
};

// The names of an enum's values in Lua:
//
//   template <>
//   struct m3lua::EnumNames<Color> {
//     static constexpr std::pair<const char*, Color> kNames[] = {
//         {"red", Color::kRed}, {"green", Color::kGreen}};
//   };
template <typename E>
struct EnumNames {};

namespace internal {

template <typename E>
concept NamedEnum = requires { EnumNames<E>::kNames; };

}  // namespace internal

template <typename E>
  requires(std::is_enum_v<E> && !internal::NamedEnum<E> &&
           !std::is_same_v<E, std::byte>)
struct Convert<E> : ByValue<E> {
  using Underlying = std::underlying_type_t<E>;
  static constexpr bool kPlain = Convert<Underlying>::kPlain;
  static bool Get(View v, E& out, Problem& why) {
    Underlying i;
    if (!Convert<Underlying>::Get(v, i, why)) return false;
    out = static_cast<E>(i);
    return true;
  }
  static bool IsExactly(View v) { return Convert<Underlying>::IsExactly(v); }
  static Value PutPlain(E e) {
    return Convert<Underlying>::PutPlain(static_cast<Underlying>(e));
  }
  static Value Put(State& state, E e) {
    return Convert<Underlying>::Put(state, static_cast<Underlying>(e));
  }
};

template <typename E>
  requires(std::is_enum_v<E> && internal::NamedEnum<E>)
struct Convert<E> : ByValue<E> {
  static bool Get(View v, E& out, Problem& why) {
    if (!v.is_string()) return why.Expected("string", v);
    for (const auto& [name, value] : EnumNames<E>::kNames) {
      if (v.value().string()->view() == name) {
        out = value;
        return true;
      }
    }
    return why.Invalid("invalid option");
  }
  static Value Put(State& state, E e) {
    for (const auto& [name, value] : EnumNames<E>::kNames) {
      if (value == e) {
        std::string_view text(name);
        return internal::PutString(state, text.data(), text.size());
      }
    }
    internal::RaiseText(state, "value of an enum without a name");
  }
};

template <internal::StringLike T>
struct Convert<T> : ByValue<T> {
  static bool Get(View v, T& out, Problem& why) {
    if (!v.is_string()) return why.Expected("string", v);
    const String* s = v.value().string();
    out = T(s->data(), s->size());
    return true;
  }
  static bool IsExactly(View v) { return v.is_string(); }
  static Value Put(State& state, const T& s) {
    return internal::PutString(state, s.data(), s.size());
  }
};

template <>
struct Convert<const char*> : ByValue<const char*> {
  static bool Get(View v, const char*& out, Problem& why) {
    if (!v.is_string()) return why.Expected("string", v);
    out = v.value().string()->data();
    return std::string_view(out).size() == v.value().string()->size() ||
           why.Invalid("string contains zeros");
  }
  static bool IsExactly(View v) { return v.is_string(); }
  static Value Put(State& state, const char* s) {
    if (s == nullptr) return Value::Nil();
    std::string_view text(s);
    return internal::PutString(state, text.data(), text.size());
  }
};

template <>
struct Convert<void*> : ByValue<void*> {
  static constexpr bool kPlain = true;
  static bool Get(View v, void*& out, Problem& why) {
    out = nullptr;
    if (v.is_nil()) return true;
    if (!v.value().is_light_userdata()) {
      return why.Expected("light userdata", v);
    }
    out = v.value().pointer();
    return true;
  }
  static Value PutPlain(void* p) {
    return p == nullptr ? Value::Nil() : Value::LightUserdata(p);
  }
  static Value Put(State&, void* p) { return PutPlain(p); }
};

template <typename T>
Value Put(State& state, T&& x) {
  using Source = internal::Bare<T>;
  if constexpr (std::is_array_v<Source>) {
    return Convert<const char*>::Put(state, x);
  } else if constexpr (std::is_same_v<Source, char*>) {
    return Convert<const char*>::Put(state, x);
  } else {
    return Convert<Source>::Put(state, std::forward<T>(x));
  }
}

}  // namespace m3lua

#include "lua/embed/object.h"  // IWYU pragma: export

#endif  // LUA_EMBED_VALUE_H_
