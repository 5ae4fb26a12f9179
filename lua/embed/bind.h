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
// overload.h has overloads and defaults, call.h what a call consists of.
//
// Guarded by tests/unit/embed/bind_test.cc.
#ifndef LUA_EMBED_BIND_H_
#define LUA_EMBED_BIND_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "lua/embed/call.h"
#include "lua/embed/object.h"
#include "lua/embed/value.h"

namespace m3lua {
namespace internal {

// A callable made of others: specialised with `Call` and `Try` (overload.h).
template <typename F>
struct Composite {};
template <typename F>
concept IsComposite = requires { &Composite<F>::Try; };

template <typename F>
concept Callable =
    (std::is_pointer_v<F> && std::is_function_v<std::remove_pointer_t<F>>) ||
    std::is_member_function_pointer_v<F> ||
    (std::is_class_v<F> && requires { &F::operator(); }) || IsComposite<F>;

// Of a function's last parameters: none has a value for an absent argument.
struct NoDefaults {
  static constexpr uint32_t kCount = 0;
};

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

  template <typename D, size_t... I>
  static bool ReadAll(const Frame& frame, Held& held, const D& defaults,
                      uint32_t& failed, Problem& why,
                      std::index_sequence<I...>) {
    return (ReadOne<I, P>(frame, held, defaults, failed, why) && ...);
  }

  template <size_t I, typename Parameter, typename D>
  static bool ReadOne(const Frame& frame, Held& held, const D& defaults,
                      uint32_t& failed, Problem& why) {
    constexpr uint32_t kPosition = PositionOf<P...>(I);
    auto& target =
        static_cast<Slot<I, typename Argument<Parameter>::Target>&>(held)
            .target;
    static_assert(D::kCount <= sizeof...(P), "more defaults than parameters");
    if constexpr (I >= sizeof...(P) - D::kCount) {
      if (frame.argument(kPosition).is_nil()) {
        target = defaults.template value<I - (sizeof...(P) - D::kCount)>();
        return true;
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

  template <typename R, typename F, typename D>
  static Value Call(F& f, const D& defaults, const Frame& frame) {
    Held held;
    Problem why;
    uint32_t failed = 0;
    if (!ReadAll(frame, held, defaults, failed, why, Indices())) [[unlikely]] {
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
  static bool Try(F& f, const D& defaults, const Frame& frame, bool exactly,
                  Value& result) {
    uint32_t needed = Needed(std::index_sequence_for<P...>());
    if (D::kCount != 0 && needed > kMax - D::kCount) needed = kMax - D::kCount;
    if (frame.count < needed || (frame.count > kMax && !kTakesRest)) {
      return false;
    }
    Held held;
    Problem why;
    uint32_t failed = 0;
    if (exactly && !AllExactly(frame, Indices())) return false;
    if (!ReadAll(frame, held, defaults, failed, why, Indices())) return false;
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
bool TryCallable(F& f, const Frame& frame, bool exactly, Value& result) {
  if constexpr (IsComposite<F>) {
    return Composite<F>::Try(f, frame, exactly, result);
  } else {
    return CallerFor<F>::template Try<typename Signature<F>::Result>(
        f, NoDefaults(), frame, exactly, result);
  }
}

template <typename F>
Value CallCallable(F& f, const Frame& frame) {
  using Plain = std::remove_const_t<F>;
  if constexpr (IsComposite<Plain>) {
    return Composite<Plain>::Call(f, frame);
  } else {
    return CallerFor<Plain>::template Call<typename Signature<Plain>::Result>(
        f, NoDefaults(), frame);
  }
}

// ---- where the callable is kept

template <typename F>
constexpr bool CallsAreConst() {
  if constexpr (IsComposite<F>) {
    return false;
  } else {
    return Signature<F>::kConst;
  }
}

inline constexpr size_t kMaxWords = 3;

// A C++20 coroutine, which refers to its callable for as long as it lives.
template <typename F>
constexpr bool ReturnsTask() {
  if constexpr (IsComposite<F>) {
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
    // (An array of words could not become an F: compilers may take reading one
    // for independent of writing the other.)
    constexpr size_t kWords = (sizeof(F) + 7) / 8;
    alignas(8) std::byte bytes[kWords * 8];
    for (size_t i = 0; i < kWords; ++i) {
      std::memcpy(bytes + i * 8, &upvalues[1 + i].payload.bits, 8);
    }
    return CallCallable(*std::launder(reinterpret_cast<F*>(bytes)), frame);
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
