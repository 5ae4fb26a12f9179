// C++ callables as Lua functions.
//
// Wherever a value goes to Lua (Lua::Set, TableRef::Set, results, ...) it may
// be a function pointer, a member function pointer, a lambda, a std::function
// or any class with one operator() that is no template:
//
//   lua.Set("hypot", [](double x, double y) { return std::hypot(x, y); });
//
// Parameters are checked at each call, by the conversions of value.h; a wrong
// argument is Lua's error "bad argument #2 to 'resize' (number expected, got
// string)".  Absent arguments are nil, further ones are ignored.
//
//   T, const T&, T&&     the argument converted (of objects: a copy, a
//                        reference, no rvalue references)
//   T&, T*               an object of a user type (object.h)
//   std::optional<T>     may be nil or absent
//   Arguments            all arguments from here on; the last parameter
//   State&, Lua&         not an argument: the state that calls
//
// Results:
//
//   void                 none
//   T                    one
//   std::tuple, pair     so many (inside of containers: tables)
//   Many<T> (function.h) as many as it has elements
//   Arguments            those
//   absl::Status         none, or an error
//   absl::StatusOr<T>    the value, or an error with the position of the
//                        caller; one that came from Lua goes on as it was
//   Task<T> (task.h)     suspends the Lua coroutine until it is done
//
// What a function throws becomes a Lua error with the text of what() and the
// caller's position, std::bad_alloc "not enough memory".  All C++ frames are
// left by return or unwound: their destructors run.
//
//   Overload(f, g, ...)    the first whose parameters are of the very types of
//                          the arguments, else the first that they can be
//                          converted to
//   Defaults(f, 10, "x")   values for f's last parameters where an argument is
//                          absent or nil
//
// Guarded by tests/unit/embed/bind_test.cc.
#ifndef LUA_EMBED_BIND_H_
#define LUA_EMBED_BIND_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
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

template <typename... F>
struct Overload {
  explicit Overload(F... f) : functions(std::move(f)...) {}
  std::tuple<F...> functions;
};

template <typename F, typename... D>
struct Defaults {
  explicit Defaults(F f, D... d)
      : function(std::move(f)), values(std::move(d)...) {}
  F function;
  std::tuple<D...> values;
};
template <typename F, typename... D>
Defaults(F, D...) -> Defaults<F, D...>;

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

template <typename F>
inline constexpr bool kIsOverload = false;
template <typename... F>
inline constexpr bool kIsOverload<Overload<F...>> = true;
template <typename F>
inline constexpr bool kIsDefaults = false;
template <typename F, typename... D>
inline constexpr bool kIsDefaults<Defaults<F, D...>> = true;

template <typename F>
concept Callable =
    (std::is_pointer_v<F> && std::is_function_v<std::remove_pointer_t<F>>) ||
    std::is_member_function_pointer_v<F> ||
    (std::is_class_v<F> && requires { &F::operator(); }) || kIsOverload<F> ||
    kIsDefaults<F>;

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

// ---- calls

template <typename F, typename... P>
decltype(auto) Invoke(F& f, P&&... arguments) {
  if constexpr (std::is_member_function_pointer_v<std::remove_const_t<F>>) {
    return [](F& m, auto& self, auto&&... rest) -> decltype(auto) {
      return (self.*m)(std::forward<decltype(rest)>(rest)...);
    }(f, std::forward<P>(arguments)...);
  } else {
    return f(std::forward<P>(arguments)...);
  }
}

template <typename... P>
struct Caller {
  using Indices = std::make_index_sequence<sizeof...(P)>;
  using Held = Targets<Indices, P...>;
  static constexpr uint32_t kMax = PositionOf<P...>(sizeof...(P)) - 1;
  static constexpr bool kTakesRest =
      (std::is_same_v<Bare<P>, Arguments> || ...);

  template <typename F, size_t... I>
  static bool ReadAll(const Frame& frame, Held& held, const F& defaulted,
                      uint32_t& failed, Problem& why,
                      std::index_sequence<I...>) {
    return (ReadOne<I, P>(frame, held, defaulted, failed, why) && ...);
  }

  template <size_t I, typename Parameter, typename F>
  static bool ReadOne(const Frame& frame, Held& held, const F& defaulted,
                      uint32_t& failed, Problem& why) {
    constexpr uint32_t kPosition = PositionOf<P...>(I);
    auto& target =
        static_cast<Slot<I, typename Argument<Parameter>::Target>&>(held)
            .target;
    if constexpr (kIsDefaults<F>) {
      constexpr size_t kDefaults =
          std::tuple_size_v<decltype(defaulted.values)>;
      static_assert(kDefaults <= sizeof...(P), "more defaults than parameters");
      constexpr size_t kFirst = sizeof...(P) - kDefaults;
      if constexpr (I >= kFirst) {
        if (frame.argument(kPosition).is_nil()) {
          target = std::get<I - kFirst>(defaulted.values);
          return true;
        }
      }
    }
    failed = Argument<Parameter>::kConsumes != 0 ? kPosition : 0;
    return Argument<Parameter>::Read(frame, kPosition, target, why);
  }

  template <typename F, size_t... I>
  static decltype(auto) CallWith(F& f, Held& held, std::index_sequence<I...>) {
    return Invoke(f,
                  Argument<P>::Pass(
                      static_cast<Slot<I, typename Argument<P>::Target>&>(held)
                          .target)...);
  }

  // `f` is the callable itself, `defaulted` it or the Defaults around it.
  template <typename R, typename F, typename D>
  static Value Call(F& f, const D& defaulted, const Frame& frame) {
    Held held;
    Problem why;
    uint32_t failed = 0;
    if (!ReadAll(frame, held, defaulted, failed, why, Indices())) [[unlikely]] {
      return RaiseArgument(frame, static_cast<int>(failed), why);
    }
    return Finish<R>(f, held, frame);
  }

  // A Resumer among the parameters: the call ends when that says so.
  static constexpr bool kSuspends = (requires { &Argument<P>::After; } || ...);

  template <typename R, typename F>
  static Value Finish(F& f, Held& held, const Frame& frame) {
    if constexpr (kSuspends) {
      static_assert(std::is_void_v<R>, "its results are what resumes it");
      CallWith(f, held, Indices());
      return AfterAll(frame, held, Indices());
    } else if constexpr (std::is_void_v<R>) {
      CallWith(f, held, Indices());
      return Special(kNoResult);
    } else {
      return GiveBack<R>(frame, CallWith(f, held, Indices()));
    }
  }

  template <size_t... I>
  static Value AfterAll(const Frame& frame, Held& held,
                        std::index_sequence<I...>) {
    Value result;
    (AfterOne<P>(
         frame,
         static_cast<Slot<I, typename Argument<P>::Target>&>(held).target,
         result),
     ...);
    return result;
  }
  template <typename Parameter, typename Target>
  static void AfterOne(const Frame& frame, Target& target, Value& result) {
    if constexpr (requires { &Argument<Parameter>::After; }) {
      result = Argument<Parameter>::After(frame, target);
    }
  }

  // One of several: false if the arguments don't suit.
  template <typename R, typename F, typename D>
  static bool Try(F& f, const D& defaulted, const Frame& frame, bool exactly,
                  Value& result) {
    uint32_t needed = Needed(std::index_sequence_for<P...>());
    if constexpr (kIsDefaults<D>) {
      constexpr uint32_t kDefaults =
          std::tuple_size_v<decltype(defaulted.values)>;
      if (needed > kMax - kDefaults) needed = kMax - kDefaults;
    }
    if (frame.count < needed || (frame.count > kMax && !kTakesRest)) {
      return false;
    }
    Held held;
    Problem why;
    uint32_t failed = 0;
    if (exactly && !AllExactly(frame, Indices())) return false;
    if (!ReadAll(frame, held, defaulted, failed, why, Indices())) return false;
    result = Finish<R>(f, held, frame);
    return true;
  }

  // Arguments that can't be left out.
  template <size_t... I>
  static uint32_t Needed(std::index_sequence<I...>) {
    uint32_t needed = 0;
    ((kOptional<P> ? void() : void(needed = PositionOf<P...>(I))), ...);
    return needed;
  }
  template <size_t... I>
  static bool AllExactly(const Frame& frame, std::index_sequence<I...>) {
    return ((PositionOf<P...>(I) > frame.count ||
             Argument<P>::IsExactly(frame, PositionOf<P...>(I))) &&
            ...);
  }
};

template <typename F, typename S = Signature<F>>
struct CallerOf;

template <typename C, typename List>
struct WithSelf;
template <typename C, typename... P>
struct WithSelf<C, Parameters<P...>> {
  using Type = Caller<C&, P...>;
};
template <typename... P>
struct WithSelf<void, Parameters<P...>> {
  using Type = Caller<P...>;
};
template <typename F>
using CallerFor = typename WithSelf<typename Signature<F>::Class,
                                    typename Signature<F>::List>::Type;

template <typename F>
Value CallCallable(F& f, const Frame& frame);

template <typename F>
bool TryCallable(F& f, const Frame& frame, bool exactly, Value& result) {
  if constexpr (kIsDefaults<F>) {
    using G = decltype(f.function);
    return CallerFor<G>::template Try<typename Signature<G>::Result>(
        f.function, f, frame, exactly, result);
  } else {
    return CallerFor<F>::template Try<typename Signature<F>::Result>(
        f, f, frame, exactly, result);
  }
}

template <typename F>
Value CallCallable(F& f, const Frame& frame) {
  using Plain = std::remove_const_t<F>;
  if constexpr (kIsOverload<Plain>) {
    Value result;
    bool called = std::apply(
        [&](auto&... each) {
          return (TryCallable(each, frame, true, result) || ...) ||
                 (TryCallable(each, frame, false, result) || ...);
        },
        f.functions);
    return called ? result : RaiseNoOverload(frame);
  } else if constexpr (kIsDefaults<Plain>) {
    using G = decltype(f.function);
    return CallerFor<G>::template Call<typename Signature<G>::Result>(
        f.function, f, frame);
  } else {
    return CallerFor<Plain>::template Call<typename Signature<Plain>::Result>(
        f, f, frame);
  }
}

// ---- where the callable is kept

template <typename F>
constexpr bool CallsAreConst() {
  if constexpr (kIsOverload<F> || kIsDefaults<F>) {
    return false;
  } else {
    return Signature<F>::kConst;
  }
}

inline constexpr size_t kMaxWords = 3;

// A C++20 coroutine, which refers to its callable for as long as it lives.
template <typename F>
constexpr bool ReturnsTask() {
  if constexpr (kIsOverload<F> || kIsDefaults<F>) {
    return false;
  } else {
    return requires { typename Signature<F>::Result::promise_type; };
  }
}

template <typename F>
inline constexpr bool kFitsUpvalues =
    !ReturnsTask<F>() && std::is_trivially_copyable_v<F> &&
    std::is_trivially_destructible_v<F> && sizeof(F) <= kMaxWords * 8 &&
    alignof(F) <= 8 && CallsAreConst<F>();

template <typename F>
Value BoundThunk(Value* upvalues, Value* arguments, uint32_t count,
                 NativeCall* call, State* state) {
  const Frame frame = {arguments, count, call, state};
  if constexpr (std::is_empty_v<F> && kFitsUpvalues<F> &&
                std::is_default_constructible_v<F>) {
    F f{};
    return CallCallable(f, frame);
  } else if constexpr (kFitsUpvalues<F>) {
    constexpr size_t kWords = (sizeof(F) + 7) / 8;
    alignas(F) uint64_t words[kWords];
    for (size_t i = 0; i < kWords; ++i) {
      words[i] = upvalues[1 + i].payload.bits;
    }
    return CallCallable(*std::launder(reinterpret_cast<F*>(words)), frame);
  } else {
    return CallCallable(*static_cast<F*>(BoxOf(upvalues[1].userdata()).object),
                        frame);
  }
}

template <typename F>
Value PutCallable(State& state, F&& callable) {
  using T = std::decay_t<F>;
  uint64_t words[kMaxWords] = {};
  if constexpr (kFitsUpvalues<T>) {
    std::memcpy(static_cast<void*>(words), &callable, sizeof(T));
    constexpr bool kEmpty =
        std::is_empty_v<T> && std::is_default_constructible_v<T>;
    return NewBound(state, BoundThunk<T>, words,
                    kEmpty ? 0 : (sizeof(T) + 7) / 8, Value::Nil());
  } else {
    void* storage;
    Userdata* holder = NewHolder(state, sizeof(T), alignof(T), storage);
    Box& box = BoxOf(holder);
    box.object = new (storage) T(std::forward<F>(callable));
    box.destroy = [](Box& b) { static_cast<T*>(b.object)->~T(); };
    return NewBound(state, BoundThunk<T>, words, 1, Value::Of(holder));
  }
}

}  // namespace internal

template <typename F>
  requires(internal::Callable<F> && !std::is_member_object_pointer_v<F>)
struct Convert<F> {
  using Held = F;
  static constexpr bool kPlain = false;
  template <typename X>
  static Value Put(State& state, X&& f) {
    if constexpr (requires { f == nullptr; }) {
      if (f == nullptr) return Value::Nil();
    }
    return internal::PutCallable(state, std::forward<X>(f));
  }
};

}  // namespace m3lua

#endif  // LUA_EMBED_BIND_H_
