// Several C++ functions under one name in Lua, and defaults for arguments.
//
//   Overload(f, g, ...)    the first whose parameters are of the very types of
//                          the arguments, else the first that they can be
//                          converted to
//   Defaults(f, 10, "x")   values for f's last parameters where an argument is
//                          absent or nil
//
// Both may stand wherever a callable may (bind.h), and Defaults within
// Overload.
//
// Guarded by tests/unit/embed/bind_test.cc.
#ifndef LUA_EMBED_OVERLOAD_H_
#define LUA_EMBED_OVERLOAD_H_

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <utility>

#include "lua/embed/bind.h"

namespace m3lua {

template <typename... F>
struct Overload {
  explicit Overload(F... f) : functions(std::move(f)...) {}
  std::tuple<F...> functions;
};

template <typename F, typename... D>
struct Defaults {
  explicit Defaults(F f, D... d)
      : function(std::move(f)), values(std::move(d)...) {}

  static constexpr uint32_t kCount = sizeof...(D);
  template <size_t I>
  const auto& value() const {
    return std::get<I>(values);
  }

  F function;
  std::tuple<D...> values;
};
template <typename F, typename... D>
Defaults(F, D...) -> Defaults<F, D...>;

namespace internal {

template <typename... F>
struct Composite<Overload<F...>> {
  static bool Try(Overload<F...>& f, const Frame& frame, bool exactly,
                  Value& result) {
    return std::apply(
        [&](auto&... each) {
          return (TryCallable(each, frame, exactly, result) || ...);
        },
        f.functions);
  }
  static Value Call(Overload<F...>& f, const Frame& frame) {
    Value result;
    bool called = Try(f, frame, /*exactly=*/true, result) ||
                  Try(f, frame, /*exactly=*/false, result);
    return called ? result : RaiseNoOverload(frame);
  }
};

template <typename F, typename... D>
struct Composite<Defaults<F, D...>> {
  using R = typename Signature<F>::Result;
  static bool Try(Defaults<F, D...>& f, const Frame& frame, bool exactly,
                  Value& result) {
    return CallerFor<F>::template Try<R>(f.function, f, frame, exactly, result);
  }
  static Value Call(Defaults<F, D...>& f, const Frame& frame) {
    return CallerFor<F>::template Call<R>(f.function, f, frame);
  }
};

}  // namespace internal
}  // namespace m3lua

#endif  // LUA_EMBED_OVERLOAD_H_
