// Conversions of the standard library's containers and of those shaped like
// them (absl::optional, absl::flat_hash_map, absl::InlinedVector, ...):
//
//   optional            nil or the value
//   variant             the first alternative that is of the value's very type,
//                       else the first that it can be converted to
//   pair, tuple, array  a table with that many elements, from 1
//   vector, deque, set  a table with elements from 1 on
//   map, flat_hash_map  a table of keys and values
//
// They are recognised by their shape, so this header includes none of them.
// Tables are read and made raw, without metamethods.  What is read from a table
// is copied; elements that are string_views point into strings which the table
// keeps alive, as long as it holds them.
//
// Guarded by tests/unit/embed/containers_test.cc.
#ifndef LUA_EMBED_CONTAINERS_H_
#define LUA_EMBED_CONTAINERS_H_

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>

#include "lua/embed/value.h"

namespace m3lua {
namespace internal {

// ---- tables, out of line
Value NewList(State& state, size_t elements);
Value NewMap(State& state, size_t entries);
void SetElement(State& state, Value table, int64_t index, Value element);
// May raise "table index is NaN".
void SetEntry(State& state, Value table, Value key, Value value);
Value GetElement(Value table, int64_t index);
int64_t ListLength(Value table);
// The next entry, by position (starts with 0); false: no more.
bool NextEntry(Value table, uint32_t& position, Value& key, Value& value);

template <typename T>
concept OptionalLike = requires(T& o) {
  typename T::value_type;
  o.has_value();
  o.reset();
  *o;
};
template <typename T>
concept MapLike = requires(T& m) {
  typename T::key_type;
  typename T::mapped_type;
  m.begin();
  m.end();
  m.size();
};
template <typename T>
concept SetLike = !MapLike<T> && requires(T& s) {
  typename T::key_type;
  s.insert(std::declval<typename T::key_type>());
  s.begin();
};
template <typename T>
concept ListLike =
    !StringLike<T> && !MapLike<T> && !SetLike<T> && requires(T& l) {
      typename T::value_type;
      l.emplace_back();
      l.size();
      l.begin();
    };
template <typename T>
concept VariantLike = requires(T& v) {
  v.index();
  v.valueless_by_exception();
};
template <typename T>
concept TupleLike = requires {
  { std::tuple_size<T>::value } -> std::convertible_to<size_t>;
};

}  // namespace internal

template <internal::OptionalLike T>
struct Convert<T> : ByValue<T> {
  using Element = typename T::value_type;
  static bool Get(View v, T& out, Problem& why) {
    out.reset();
    if (v.is_nil()) return true;
    typename Convert<Element>::Held held{};
    if (!Convert<Element>::Get(v, held, why)) return false;
    out.emplace(internal::Taken<Element>(held));
    return true;
  }
  static bool IsExactly(View v) {
    return v.is_nil() || Convert<Element>::IsExactly(v);
  }
  template <typename X>
  static Value Put(State& state, X&& x) {
    return x.has_value() ? m3lua::Put(state, *std::forward<X>(x))
                         : Value::Nil();
  }
};

template <template <typename...> typename V, typename... T>
  requires(internal::VariantLike<V<T...>>)
struct Convert<V<T...>> : ByValue<V<T...>> {
  using Variant = V<T...>;
  static bool Get(View v, Variant& out, Problem& why) {
    return (TryOne<T>(v, out, true) || ...) ||
           (TryOne<T>(v, out, false) || ...) ||
           why.Expected("value of another type", v);
  }
  static bool IsExactly(View v) { return (Exactly<T>(v) || ...); }
  template <typename X>
  static Value Put(State& state, X&& x) {
    Value result = Value::Nil();
    // (visit is found by the variant's namespace.)
    visit(
        [&](auto&& alternative) {
          if constexpr (!kNil<internal::Bare<decltype(alternative)>>) {
            result = m3lua::Put(
                state, std::forward<decltype(alternative)>(alternative));
          }
        },
        std::forward<X>(x));
    return result;
  }

 private:
  // An alternative without content, like std::monostate, is nil.
  template <typename A>
  static constexpr bool kNil = std::is_empty_v<A> && std::is_trivial_v<A>;
  template <typename A>
  static bool Exactly(View v) {
    if constexpr (kNil<A>) {
      return v.is_nil();
    } else {
      return Convert<A>::IsExactly(v);
    }
  }
  template <typename A>
  static bool TryOne(View v, Variant& out, bool exactly) {
    if constexpr (kNil<A>) {
      if (v.is_nil()) out.template emplace<A>();
      return v.is_nil();
    } else {
      return (!exactly || Convert<A>::IsExactly(v)) && Convertible<A>(v, out);
    }
  }
  template <typename A>
  static bool Convertible(View v, Variant& out) {
    typename Convert<A>::Held held{};
    Problem unused;
    if (!Convert<A>::Get(v, held, unused)) return false;
    out.template emplace<A>(internal::Taken<A>(held));
    return true;
  }
};

template <internal::ListLike T>
struct Convert<T> : ByValue<T> {
  using Element = typename T::value_type;
  static bool Get(View v, T& out, Problem& why) {
    if (!v.is_table()) return why.Expected("table", v);
    out.clear();
    const int64_t n = internal::ListLength(v.value());
    if constexpr (requires { out.reserve(size_t{}); }) {
      out.reserve(static_cast<size_t>(n));
    }
    for (int64_t i = 1; i <= n; ++i) {
      View element(v.state(), internal::GetElement(v.value(), i));
      typename Convert<Element>::Held held{};
      if (!Convert<Element>::Get(element, held, why)) return why.InElement(i);
      out.emplace_back(internal::Taken<Element>(held));
    }
    return true;
  }
  template <typename X>
  static Value Put(State& state, X&& x) {
    Value table = internal::NewList(state, x.size());
    int64_t i = 0;
    for (auto&& element : x) {
      if constexpr (std::is_lvalue_reference_v<X>) {
        internal::SetElement(state, table, ++i, m3lua::Put(state, element));
      } else {
        internal::SetElement(
            state, table, ++i,
            m3lua::Put(state, static_cast<Element&&>(element)));
      }
    }
    return table;
  }
};

template <internal::SetLike T>
struct Convert<T> : ByValue<T> {
  using Element = typename T::key_type;
  static bool Get(View v, T& out, Problem& why) {
    if (!v.is_table()) return why.Expected("table", v);
    out.clear();
    const int64_t n = internal::ListLength(v.value());
    for (int64_t i = 1; i <= n; ++i) {
      View element(v.state(), internal::GetElement(v.value(), i));
      typename Convert<Element>::Held held{};
      if (!Convert<Element>::Get(element, held, why)) return why.InElement(i);
      out.insert(internal::Taken<Element>(held));
    }
    return true;
  }
  static Value Put(State& state, const T& set) {
    Value table = internal::NewList(state, set.size());
    int64_t i = 0;
    for (const auto& element : set) {
      internal::SetElement(state, table, ++i, m3lua::Put(state, element));
    }
    return table;
  }
};

template <internal::MapLike T>
struct Convert<T> : ByValue<T> {
  using Key = typename T::key_type;
  using Mapped = typename T::mapped_type;
  static bool Get(View v, T& out, Problem& why) {
    if (!v.is_table()) return why.Expected("table", v);
    out.clear();
    uint32_t position = 0;
    Value key, value;
    while (internal::NextEntry(v.value(), position, key, value)) {
      View key_view(v.state(), key);
      typename Convert<Key>::Held held_key{};
      typename Convert<Mapped>::Held held_value{};
      if (!Convert<Key>::Get(key_view, held_key, why)) {
        return why.InKey(key_view);
      }
      if (!Convert<Mapped>::Get(View(v.state(), value), held_value, why)) {
        return why.InField(key_view);
      }
      out.emplace(internal::Taken<Key>(held_key),
                  internal::Taken<Mapped>(held_value));
    }
    return true;
  }
  template <typename X>
  static Value Put(State& state, X&& x) {
    Value table = internal::NewMap(state, x.size());
    for (auto&& [key, value] : x) {
      Value k = m3lua::Put(state, key);
      if constexpr (std::is_lvalue_reference_v<X>) {
        internal::SetEntry(state, table, k, m3lua::Put(state, value));
      } else {
        internal::SetEntry(state, table, k,
                           m3lua::Put(state, std::move(value)));
      }
    }
    return table;
  }
};

// pair, tuple, std::array
template <internal::TupleLike T>
struct Convert<T> : ByValue<T> {
  static constexpr size_t kSize = std::tuple_size<T>::value;
  static bool Get(View v, T& out, Problem& why) {
    if (!v.is_table()) return why.Expected("table", v);
    if (internal::ListLength(v.value()) > static_cast<int64_t>(kSize)) {
      return why.Invalid("table with too many elements");
    }
    return GetAll(v, out, why, std::make_index_sequence<kSize>());
  }
  template <typename X>
  static Value Put(State& state, X&& x) {
    Value table = internal::NewList(state, kSize);
    PutAll(state, table, std::forward<X>(x), std::make_index_sequence<kSize>());
    return table;
  }

 private:
  template <size_t I>
  static bool GetOne(View v, T& out, Problem& why) {
    using std::get;
    using Element = internal::Bare<decltype(get<I>(out))>;
    View element(v.state(), internal::GetElement(v.value(), I + 1));
    typename Convert<Element>::Held held{};
    if (!Convert<Element>::Get(element, held, why)) {
      return why.InElement(I + 1);
    }
    get<I>(out) = internal::Taken<Element>(held);
    return true;
  }
  template <size_t... I>
  static bool GetAll(View v, T& out, Problem& why, std::index_sequence<I...>) {
    return (GetOne<I>(v, out, why) && ...);
  }
  template <typename X, size_t... I>
  static void PutAll(State& state, Value table, X&& x,
                     std::index_sequence<I...>) {
    using std::get;
    (internal::SetElement(state, table, I + 1,
                          m3lua::Put(state, get<I>(std::forward<X>(x)))),
     ...);
  }
};

}  // namespace m3lua

#endif  // LUA_EMBED_CONTAINERS_H_
