// Lua tables.
//
//   TableRef window = *lua.Get<TableRef>("window");
//   absl::StatusOr<int> width = window.Get<int>("size", "width");
//   absl::Status status = window.Set("title", "hello");
//   for (auto [key, value] : window) ...
//
// Get and Set go through metamethods, as Lua's t[k] does; RawGet and RawSet,
// the length and iteration do not.
//
// Guarded by tests/unit/embed/table_test.cc.
#ifndef LUA_EMBED_TABLE_H_
#define LUA_EMBED_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lua/embed/containers.h"
#include "lua/embed/reference.h"

namespace m3lua {

class TypeDescription;

namespace embed {

// t[k1][k2]..., and the assignment of `value` to it; see Host::Index.
absl::Status IndexPath(Host& host, Value t, std::span<const Outgoing> keys,
                       Value& value);
absl::Status SetPath(Host& host, Value t, std::span<const Outgoing> keys,
                     const Outgoing& value);
absl::Status RawIndex(Host& host, Value t, const Outgoing& key, Value& value);
absl::Status RawSetIndex(Host& host, Value t, const Outgoing& key,
                         const Outgoing& value);
// A new table at t[key], or the one that is there.
absl::Status SubTable(Host& host, Value t, const Outgoing& key, Ref& table);

}  // namespace embed

class TableRef : public Ref {
 public:
  TableRef() = default;
  explicit TableRef(Ref ref) : Ref(std::move(ref)) {}

  // t[k1][k2]...  Without a value there: nil, which optionals and Refs take.
  template <typename T, typename... K>
  absl::StatusOr<T> Get(const K&... keys) const {
    static_assert(sizeof...(K) > 0, "of which key?");
    if (!has_value()) return Check();
    const embed::Outgoing outgoing[] = {embed::Outgoing::Of(keys)...};
    Value value;
    absl::Status status =
        embed::IndexPath(*host(), this->value(), outgoing, value);
    if (!status.ok()) return status;
    return embed::Converted<T>(View(*state(), value));
  }
  // t[k] = v; with further keys between, t[k][k2] = v: the value is the last
  // argument.  Tables on the way must be there (see Table()).
  template <typename... KV>
  absl::Status Set(KV&&... keys_and_value) {
    static_assert(sizeof...(KV) > 1, "a key and a value");
    if (!has_value()) return Check();
    const embed::Outgoing outgoing[] = {
        embed::Outgoing::Of(std::forward<KV>(keys_and_value))...};
    return embed::SetPath(*host(), value(), {outgoing, sizeof...(KV) - 1},
                          outgoing[sizeof...(KV) - 1]);
  }
  template <typename T, typename K>
  absl::StatusOr<T> RawGet(const K& key) const {
    if (!has_value()) return Check();
    Value value;
    absl::Status status = embed::RawIndex(*host(), this->value(),
                                          embed::Outgoing::Of(key), value);
    if (!status.ok()) return status;
    return embed::Converted<T>(View(*state(), value));
  }
  template <typename K, typename V>
  absl::Status RawSet(const K& key, V&& value) {
    if (!has_value()) return Check();
    return embed::RawSetIndex(*host(), this->value(), embed::Outgoing::Of(key),
                              embed::Outgoing::Of(std::forward<V>(value)));
  }
  // The table at t[k]; a new one if nothing is there.
  template <typename K>
  absl::StatusOr<TableRef> Table(const K& key) {
    if (!has_value()) return Check();
    Ref table;
    absl::Status status =
        embed::SubTable(*host(), value(), embed::Outgoing::Of(key), table);
    if (!status.ok()) return status;
    return TableRef(std::move(table));
  }

  // A border, as # gives it (raw); 0 for an empty reference.
  int64_t length() const;
  // Makes a user type known to the state, and a field of this table (type.h).
  absl::Status Register(const TypeDescription& type);
  // Null: none.
  absl::Status SetMetatable(const TableRef& metatable);
  absl::StatusOr<TableRef> metatable() const;

  // Entries in no particular order.  The views are good as long as the entry is
  // there.  Entries may be changed and removed meanwhile; of those that are
  // added some may be seen.
  struct Entry {
    View key;
    View value;
  };
  class Iterator {
   public:
    Iterator() = default;
    explicit Iterator(const TableRef& table) : table_(&table) { ++*this; }
    Entry operator*() const {
      return {View(*table_->state(), key_), View(*table_->state(), value_)};
    }
    Iterator& operator++() {
      // (The state may be gone.)
      if (!table_->has_value() ||
          !internal::NextEntry(table_->value(), position_, key_, value_)) {
        table_ = nullptr;
      }
      return *this;
    }
    bool operator==(const Iterator& other) const {
      return table_ == other.table_;
    }

   private:
    const TableRef* table_ = nullptr;
    uint32_t position_ = 0;
    Value key_ = Value::Nil();
    Value value_ = Value::Nil();
  };
  Iterator begin() const { return Iterator(*this); }
  Iterator end() const { return Iterator(); }
};

template <>
struct Convert<TableRef> : ByValue<TableRef> {
  static bool Get(View v, TableRef& out, Problem& why) {
    if (!v.is_table()) return why.Expected("table", v);
    out = TableRef(Ref(v));
    return true;
  }
  static bool IsExactly(View v) { return v.is_table(); }
  static Value Put(State& state, const TableRef& t) {
    return embed::PutRef(state, t);
  }
};

}  // namespace m3lua

#endif  // LUA_EMBED_TABLE_H_
