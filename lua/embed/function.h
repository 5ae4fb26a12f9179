// Lua functions called from C++.
//
//   FunctionRef f = *lua.Get<FunctionRef>("area");
//   absl::StatusOr<double> area = f.Call<double>(3, 4);
//
// Call<R...>: no R: a Status; one: a StatusOr of it; several: a StatusOr of a
// tuple.  Absent results are nil, further ones are dropped; Many<T> takes all
// of them.  A result that can't be converted is kInvalidArgument.  string_views
// among the results are good until the state is used again.
//
// TypedFunction<R(A...)> is a function with a signature that C++ checks:
//
//   TypedFunction<double(double, double)> area = ...;
//   absl::StatusOr<double> a = area(3, 4);
//
// Guarded by tests/unit/embed/function_test.cc.
#ifndef LUA_EMBED_FUNCTION_H_
#define LUA_EMBED_FUNCTION_H_

#include <cstddef>
#include <new>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lua/embed/bind.h"
#include "lua/embed/reference.h"

namespace m3lua {

// As many values as there are: all results of a call; as the result of a host
// function, all its results.
template <typename T>
struct Many : std::vector<T> {
  using ManyResults = void;
  using std::vector<T>::vector;
  Many() = default;
  explicit Many(std::vector<T> values) : std::vector<T>(std::move(values)) {}

  Value GiveBack(const Frame& frame) {
    std::vector<Value> values;
    values.reserve(this->size());
    for (auto&& x : *this) {
      values.push_back(Put(*frame.state, static_cast<decltype(x)>(x)));
    }
    return internal::PutResults(frame, values.data(), values.size());
  }
};
using Values = Many<Ref>;

namespace internal {

// Whether its metatable has __call.
bool IsCallable(View v);

}  // namespace internal

namespace embed {

State& StateOf(Host& host);
// Calls f; see Host::Call.
absl::Status CallFunction(Host& host, Value f,
                          std::span<const Outgoing> arguments, int wanted,
                          std::span<Value>& results);

// The same with arguments that need nothing to be made.
absl::Status CallWithValues(Host& host, Value f,
                            std::span<const Value> arguments, int wanted,
                            std::span<Value>& results);

template <typename... R>
struct ResultsAs;

template <>
struct ResultsAs<> {
  using Type = absl::Status;
  static constexpr int kWanted = 0;
  static Type Of(State&, std::span<Value>) { return absl::OkStatus(); }
};
template <typename R>
struct ResultsAs<R> {
  using Type = absl::StatusOr<R>;
  static constexpr int kWanted = 1;
  static Type Of(State& state, std::span<Value> results) {
    return Converted<R>(View(state, results[0]));
  }
};
template <>
struct ResultsAs<void> : ResultsAs<> {};
template <typename T>
struct ResultsAs<Many<T>> {
  using Type = absl::StatusOr<Many<T>>;
  static constexpr int kWanted = -1;
  static Type Of(State& state, std::span<Value> results) {
    try {
      Many<T> all;
      all.reserve(results.size());
      for (Value v : results) {
        typename Convert<T>::Held held{};
        Problem why;
        if (!Convert<T>::Get(View(state, v), held, why)) {
          why.InElement(static_cast<int64_t>(all.size()) + 1);
          return ConversionError(why);
        }
        all.push_back(internal::Taken<T>(held));
      }
      return all;
    } catch (const std::bad_alloc&) {
      return MemoryError();
    }
  }
};
template <typename R1, typename R2, typename... R>
struct ResultsAs<R1, R2, R...> {
  using Tuple = std::tuple<R1, R2, R...>;
  using Type = absl::StatusOr<Tuple>;
  static constexpr int kWanted = sizeof...(R) + 2;
  static Type Of(State& state, std::span<Value> results) {
    try {
      return Fill(state, results, std::make_index_sequence<kWanted>());
    } catch (const std::bad_alloc&) {
      return MemoryError();
    }
  }

 private:
  template <size_t... I>
  static Type Fill(State& state, std::span<Value> results,
                   std::index_sequence<I...>) {
    std::tuple<typename Convert<std::tuple_element_t<I, Tuple>>::Held...> held;
    Problem why;
    size_t failed = 0;
    bool ok = ((failed = I + 1,
                Convert<std::tuple_element_t<I, Tuple>>::Get(
                    View(state, results[I]), std::get<I>(held), why)) &&
               ...);
    if (!ok) {
      why.InElement(static_cast<int64_t>(failed));
      return ConversionError(why);
    }
    return Tuple(
        internal::Taken<std::tuple_element_t<I, Tuple>>(std::get<I>(held))...);
  }
};

template <typename T>
constexpr bool IsPlain() {
  if constexpr (std::is_array_v<T> || std::is_function_v<T>) {
    return false;
  } else {
    return Convert<T>::kPlain;
  }
}

template <typename... R, typename... A>
typename ResultsAs<R...>::Type CallAs(Host& host, Value f, A&&... arguments) {
  constexpr size_t kCount = sizeof...(A);
  constexpr int kWanted = ResultsAs<R...>::kWanted;
  std::span<Value> results;
  absl::Status status;
  // (One more, since there are no arrays of nothing.)
  if constexpr ((IsPlain<internal::Bare<A>>() && ...)) {
    const Value values[] = {Convert<internal::Bare<A>>::PutPlain(arguments)...,
                            Value::Nil()};
    status = CallWithValues(host, f, {values, kCount}, kWanted, results);
  } else {
    const Outgoing outgoing[] = {Outgoing::Of(std::forward<A>(arguments))...,
                                 Outgoing{}};
    status = CallFunction(host, f, {outgoing, kCount}, kWanted, results);
  }
  if (!status.ok()) [[unlikely]] {
    return status;
  }
  return ResultsAs<R...>::Of(StateOf(host), results);
}

// The same with the elements of a range as arguments.
template <typename... R, typename Range>
typename ResultsAs<R...>::Type ApplyAs(Host& host, Value f,
                                       const Range& arguments) {
  std::span<Value> results;
  absl::Status status;
  try {
    std::vector<Outgoing> outgoing;
    outgoing.reserve(arguments.size());
    for (const auto& argument : arguments) {
      outgoing.push_back(Outgoing::Of(argument));
    }
    status = CallFunction(host, f, outgoing, ResultsAs<R...>::kWanted, results);
  } catch (const std::bad_alloc&) {
    return MemoryError();
  }
  if (!status.ok()) return status;
  return ResultsAs<R...>::Of(StateOf(host), results);
}

}  // namespace embed

// A function, or anything else that can be called.
class FunctionRef : public Ref {
 public:
  FunctionRef() = default;
  explicit FunctionRef(Ref ref) : Ref(std::move(ref)) {}

  template <typename... R, typename... A>
  typename embed::ResultsAs<R...>::Type Call(A&&... arguments) const {
    if (!has_value()) [[unlikely]] {
      return Check();
    }
    return embed::CallAs<R...>(*host(), value(), std::forward<A>(arguments)...);
  }
  // With the elements of a range as arguments: a vector, an Arguments.
  template <typename... R, typename Range>
  typename embed::ResultsAs<R...>::Type Apply(const Range& arguments) const {
    if (!has_value()) return Check();
    return embed::ApplyAs<R...>(*host(), value(), arguments);
  }
};

template <>
struct Convert<FunctionRef> : ByValue<FunctionRef> {
  static bool Get(View v, FunctionRef& out, Problem& why) {
    if (!v.is_function() && !internal::IsCallable(v)) {
      return why.Expected("function", v);
    }
    out = FunctionRef(Ref(v));
    return true;
  }
  static Value Put(State& state, const FunctionRef& f) {
    return embed::PutRef(state, f);
  }
};

template <typename Signature>
class TypedFunction;

template <typename R, typename... A>
class TypedFunction<R(A...)> : public FunctionRef {
 public:
  TypedFunction() = default;
  explicit TypedFunction(Ref ref) : FunctionRef(std::move(ref)) {}
  typename embed::ResultsAs<R>::Type operator()(A... arguments) const {
    return this->template Call<R>(std::forward<A>(arguments)...);
  }
};

template <typename R, typename... A>
struct Convert<TypedFunction<R(A...)>> : ByValue<TypedFunction<R(A...)>> {
  static bool Get(View v, TypedFunction<R(A...)>& out, Problem& why) {
    FunctionRef f;
    if (!Convert<FunctionRef>::Get(v, f, why)) return false;
    out = TypedFunction<R(A...)>(std::move(f));
    return true;
  }
  static Value Put(State& state, const TypedFunction<R(A...)>& f) {
    return embed::PutRef(state, f);
  }
};

}  // namespace m3lua

#endif  // LUA_EMBED_FUNCTION_H_
