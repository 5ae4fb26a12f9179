// One call of a C++ function by Lua: what its arguments and results are to C++.
//
// Argument<P> says how a parameter of type P takes its argument, GiveBack what
// becomes of a result; bind.h lists both for users, and puts them together.
//
// Guarded by tests/unit/embed/bind_test.cc.
#ifndef LUA_EMBED_CALL_H_
#define LUA_EMBED_CALL_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/base/config.h"
#include "lua/embed/containers.h"
#include "lua/embed/object.h"
#include "lua/embed/value.h"

// (Its header takes a second to compile.)
namespace absl {
ABSL_NAMESPACE_BEGIN
class Status;
ABSL_NAMESPACE_END
}  // namespace absl

namespace m3lua {

class NativeCall;
class Lua;

// A call from Lua that is under way.
struct Frame {
  Value* arguments;
  uint32_t count;
  NativeCall* call;
  State* state;
  // Of properties: the name, for messages.
  const char* field = nullptr;

  // Counted from 1; nil if absent.
  View argument(uint32_t i) const {
    if (i > count) return View(*state, Value::Nil());
    return View(*state, arguments[i - 1]);
  }
};

// The rest of a function's arguments.
class Arguments {
 public:
  Arguments() = default;
  Arguments(State& state, const Value* first, size_t count)
      : state_(&state), first_(first), count_(count) {}
  size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  // Counted from 0; nil behind the last one.
  View operator[](size_t i) const {
    return View(*state_, i < count_ ? first_[i] : Value::Nil());
  }

  class Iterator {
   public:
    Iterator(const Arguments& of, size_t i) : of_(&of), i_(i) {}
    View operator*() const { return (*of_)[i_]; }
    Iterator& operator++() {
      ++i_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return i_ != other.i_; }

   private:
    const Arguments* of_;
    size_t i_;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, count_}; }

  const Value* data() const { return first_; }

 private:
  State* state_ = nullptr;
  const Value* first_ = nullptr;
  size_t count_ = 0;
};

namespace internal {

// ---- what a bound function gives back: a Lua value in two registers, or one
// of these in the place of its tag.
inline constexpr Tag kNoResult = static_cast<Tag>(0xF0);
inline constexpr Tag kManyResults = static_cast<Tag>(0xF1);  // payload: count
inline constexpr Tag kRaised = static_cast<Tag>(0xF2);
inline constexpr Tag kSuspended = static_cast<Tag>(0xF3);
inline constexpr Value Special(Tag tag, uint64_t bits = 0) {
  return Value::Make(bits, tag);
}

// `upvalues`: [0] the thunk itself, from [1] on the callable, if it is small.
using Thunk = Value (*)(Value* upvalues, Value* arguments, uint32_t count,
                        NativeCall* call, State* state);

// The function object: `words` of the callable, 8 bytes an upvalue; or, if
// `owner` is a userdata, that.
Value NewBound(State& state, Thunk thunk, const uint64_t* words, size_t count,
               Value owner);
// A userdata for a callable that is no Lua value otherwise.
Userdata* NewHolder(State& state, size_t bytes, size_t align, void*& storage);

// Raising without an exception; each returns Special(kRaised).
// `index` 0: what is wrong is no argument.
Value RaiseArgument(const Frame& frame, int index, const Problem& why);
Value RaiseNoOverload(const Frame& frame);
// `status`: null if it is of another class.
Value RaiseStatusText(const Frame& frame, const char* text, size_t size,
                      const absl::Status* status);
// Puts results on the stack: Special(kManyResults).
Value PutResults(const Frame& frame, const Value* values, size_t count);

// ---- signatures

template <typename... P>
struct Parameters {
  static constexpr size_t kSize = sizeof...(P);
};

template <typename R, typename C, bool constant, typename... P>
struct SignatureOf {
  using Result = R;
  using Class = C;  // void: none
  using List = Parameters<P...>;
  // Whether calling leaves the callable as it is.
  static constexpr bool kConst = constant;
};

template <typename F>
struct MemberSignature;
#define M3LUA_MEMBER(QUALIFIERS, CONSTANT)                                    \
  template <typename R, typename C, typename... P>                            \
  struct MemberSignature<R (C::*)(P...) QUALIFIERS> {                         \
    using AsFunctor = SignatureOf<R, void, CONSTANT, P...>;                   \
    using AsMember =                                                          \
        SignatureOf<R, std::conditional_t<CONSTANT, const C, C>, true, P...>; \
  };
M3LUA_MEMBER(, false)
M3LUA_MEMBER(const, true)
M3LUA_MEMBER(&, false)
M3LUA_MEMBER(const&, true)
M3LUA_MEMBER(noexcept, false)
M3LUA_MEMBER(const noexcept, true)
M3LUA_MEMBER(& noexcept, false)
M3LUA_MEMBER(const& noexcept, true)
#undef M3LUA_MEMBER

template <typename F>
struct Signature : MemberSignature<decltype(&F::operator())>::AsFunctor {};
template <typename R, typename... P>
struct Signature<R (*)(P...)> : SignatureOf<R, void, true, P...> {};
template <typename R, typename... P>
struct Signature<R (*)(P...) noexcept> : SignatureOf<R, void, true, P...> {};
template <typename F>
  requires(std::is_member_function_pointer_v<F>)
struct Signature<F> : MemberSignature<F>::AsMember {};

// ---- parameters

// How parameter type P takes its argument.
template <typename P>
struct Argument {
  using T = Bare<P>;
  using Held = typename Convert<T>::Held;
  static constexpr uint32_t kConsumes = 1;
  static constexpr bool kObject = requires { Convert<T>::kObject; };
  // Held by value, so a reference to it would be lost.
  static_assert(kObject || !std::is_lvalue_reference_v<P> ||
                    std::is_const_v<std::remove_reference_t<P>>,
                "a parameter that is a mutable reference to a value which Lua "
                "copies; take it by value or const reference");
  static_assert(!(kObject && std::is_rvalue_reference_v<P>),
                "objects of user types can't be moved out of Lua");

  using Target =
      std::conditional_t<kObject && std::is_lvalue_reference_v<P> &&
                             !std::is_const_v<std::remove_reference_t<P>>,
                         T*, std::conditional_t<kObject, const T*, Held>>;
  static bool Read(const Frame& frame, uint32_t i, Target& out, Problem& why) {
    return Convert<T>::Get(frame.argument(i), out, why);
  }
  static bool IsExactly(const Frame& frame, uint32_t i) {
    return Convert<T>::IsExactly(frame.argument(i));
  }
  static decltype(auto) Pass(Target& target) {
    if constexpr (kObject) {
      return (*target);
    } else if constexpr (requires { Convert<T>::Take(target); }) {
      return Convert<T>::Take(target);
    } else {
      return std::move(target);
    }
  }
};

template <>
struct Argument<Arguments> {
  using Target = Arguments;
  static constexpr uint32_t kConsumes = 0;
  static bool Read(const Frame& frame, uint32_t i, Target& out, Problem&) {
    uint32_t before = i - 1 < frame.count ? i - 1 : frame.count;
    out =
        Arguments(*frame.state, frame.arguments + before, frame.count - before);
    return true;
  }
  static bool IsExactly(const Frame&, uint32_t) { return true; }
  static Arguments Pass(Target& target) { return target; }
};
template <>
struct Argument<const Arguments&> : Argument<Arguments> {};

template <>
struct Argument<State&> {
  using Target = State*;
  static constexpr uint32_t kConsumes = 0;
  static bool Read(const Frame& frame, uint32_t, Target& out, Problem&) {
    out = frame.state;
    return true;
  }
  static bool IsExactly(const Frame&, uint32_t) { return true; }
  static State& Pass(Target& target) { return *target; }
};

// The API object of a state, null if it has none.
Lua* LuaOf(State& state);

template <>
struct Argument<Lua&> {
  using Target = Lua*;
  static constexpr uint32_t kConsumes = 0;
  static bool Read(const Frame& frame, uint32_t, Target& out, Problem& why) {
    out = LuaOf(*frame.state);
    return out != nullptr || why.Invalid("no embedding state");
  }
  static bool IsExactly(const Frame&, uint32_t) { return true; }
  static Lua& Pass(Target& target) { return *target; }
};

// Whether a call may go without this argument.
template <typename P>
inline constexpr bool kOptional =
    OptionalLike<Bare<P>> || Argument<P>::kConsumes == 0;

// The converted arguments; a plain aggregate compiles faster than a tuple.
template <size_t I, typename T>
struct Slot {
  T target;
};
template <typename Indices, typename... P>
struct Targets;
template <size_t... I, typename... P>
struct Targets<std::index_sequence<I...>, P...>
    : Slot<I, typename Argument<P>::Target>... {
  Targets() {}
};

// The Lua argument (from 1) of parameter `i`.
template <typename... P>
constexpr uint32_t PositionOf(size_t i) {
  const uint32_t consumes[] = {Argument<P>::kConsumes..., 0};
  uint32_t position = 1;
  for (size_t k = 0; k < i; ++k) position += consumes[k];
  return position;
}

// ---- results

template <typename R>
struct Result;

template <typename R>
concept StatusOrLike = requires(const R& r) {
  { r.ok() } -> std::convertible_to<bool>;
  r.status().message();
  *r;
};
template <typename R>
concept StatusLike = !StatusOrLike<R> && requires(const R& r) {
  { r.ok() } -> std::convertible_to<bool>;
  r.message().data();
  r.code();
};
// function.h
template <typename R>
concept ManyLike = requires { typename R::ManyResults; };

template <typename R>
Value GiveBack(const Frame& frame, R&& result);

template <typename S>
Value RaiseStatus(const Frame& frame, const S& status) {
  auto message = status.message();
  const absl::Status* own = nullptr;
  if constexpr (std::is_same_v<S, absl::Status>) own = &status;
  return RaiseStatusText(frame, message.data(), message.size(), own);
}

template <typename R, size_t... I>
Value GiveBackTuple(const Frame& frame, R&& result, std::index_sequence<I...>) {
  using std::get;
  // (One more, since there are no arrays of nothing.)
  const Value values[] = {Put(*frame.state, get<I>(std::forward<R>(result)))...,
                          Value::Nil()};
  return PutResults(frame, values, sizeof...(I));
}

// Special conversions of results only (task.h adds one).
template <typename R>
struct ResultConverter {};
template <>
struct ResultConverter<Value> {
  static Value Give(const Frame&, Value v) { return v; }
};

template <typename R>
Value GiveBack(const Frame& frame, R&& result) {
  using T = Bare<R>;
  if constexpr (requires { ResultConverter<T>::Give(frame, result); }) {
    return ResultConverter<T>::Give(frame, result);
  } else if constexpr (StatusOrLike<T>) {
    if (!result.ok()) return RaiseStatus(frame, result.status());
    return GiveBack(frame, *std::forward<R>(result));
  } else if constexpr (StatusLike<T>) {
    return result.ok() ? Special(kNoResult) : RaiseStatus(frame, result);
  } else if constexpr (std::is_same_v<T, Arguments>) {
    return PutResults(frame, result.data(), result.size());
  } else if constexpr (ManyLike<T>) {
    return result.GiveBack(frame);
  } else if constexpr (TupleLike<T> &&
                       !requires { result.fill(*result.begin()); }) {
    return GiveBackTuple(frame, std::forward<R>(result),
                         std::make_index_sequence<std::tuple_size<T>::value>());
  } else if constexpr (std::is_lvalue_reference_v<R> && requires {
                         Convert<T>::kObject;
                       } && !std::is_const_v<std::remove_reference_t<R>>) {
    return PutReference(*frame.state, &result);
  } else {
    return Put(*frame.state, std::forward<R>(result));
  }
}

}  // namespace internal
}  // namespace m3lua

#endif  // LUA_EMBED_CALL_H_
