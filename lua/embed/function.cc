// Guarded by tests/unit/embed/function_test.cc, table_test.cc.
#include "lua/embed/function.h"

#include "lua/embed/host.h"
#include "lua/embed/table.h"
#include "lua/embed/type_record.h"
#include "lua/runtime/metatables.h"
#include "lua/runtime/table.h"

namespace m3lua {

namespace internal {

bool IsCallable(View v) {
  return !MetamethodOf(v.state(), v.value(), Event::kCall).is_nil();
}

}  // namespace internal

namespace embed {

State& StateOf(Host& host) { return host.state(); }

absl::Status CallFunction(Host& host, Value f,
                          std::span<const Outgoing> arguments, int wanted,
                          std::span<Value>& results) {
  return host.Call(f, arguments, wanted, results);
}

absl::Status IndexPath(Host& host, Value t, std::span<const Outgoing> keys,
                       Value& value) {
  // (What a metamethod gave is held while the next key is looked up.)
  value = t;
  Ref held;
  for (const Outgoing& key : keys) {
    absl::Status status = host.Index(value, key, value);
    if (!status.ok()) return status;
    if (keys.size() > 1) held = Ref(host.state(), value);
  }
  return absl::OkStatus();
}

absl::Status SetPath(Host& host, Value t, std::span<const Outgoing> keys,
                     const Outgoing& value) {
  Value last = t;
  absl::Status status = IndexPath(host, t, keys.first(keys.size() - 1), last);
  if (!status.ok()) return status;
  Ref held(host.state(), last);
  return host.SetIndex(last, keys.back(), value);
}

absl::Status RawIndex(Host& host, Value t, const Outgoing& key, Value& value) {
  host.Enter();
  return host.Protect([&] {
    value = Get(host.state(), t.table(), key.Get(host.state()));
    return absl::OkStatus();
  });
}

absl::Status RawSetIndex(Host& host, Value t, const Outgoing& key,
                         const Outgoing& value) {
  host.Enter();
  return host.Protect([&] {
    Value k = key.Get(host.state());
    Set(*host.state().current, t.table(), k, value.Get(host.state()));
    return absl::OkStatus();
  });
}

absl::Status SubTable(Host& host, Value t, const Outgoing& key, Ref& table) {
  Ref held_key;
  absl::Status status = host.Protect([&] {
    held_key = Ref(host.state(), key.Get(host.state()));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  const Outgoing k = Outgoing::Of(held_key);
  Value value;
  status = host.Index(t, k, value);
  if (!status.ok()) return status;
  if (value.is_nil()) {
    status = host.Protect([&] {
      table = Ref(host.state(), Value::Of(NewTable(host.state())));
      return absl::OkStatus();
    });
    if (!status.ok()) return status;
    return host.SetIndex(t, k, Outgoing::Of(table));
  }
  table = Ref(host.state(), value);
  if (value.is_table()) return absl::OkStatus();
  Problem why;
  why.Expected("table", View(host.state(), value));
  return ConversionError(why);
}

}  // namespace embed

// ---- TableRef

int64_t TableRef::length() const {
  return has_value() ? Length(value().table()) : 0;
}

absl::Status TableRef::SetMetatable(const TableRef& metatable) {
  if (!has_value()) return Check();
  if (metatable.has_value() && metatable.host() != host()) {
    return embed::MakeStatus(absl::StatusCode::kFailedPrecondition,
                             "the reference belongs to another state");
  }
  return host()->Protect([&] {
    m3lua::SetMetatable(
        host()->state(), value().table(),
        metatable.has_value() ? metatable.value().table() : nullptr);
    return absl::OkStatus();
  });
}

absl::Status TableRef::Register(const TypeDescription& type) {
  if (!has_value()) return Check();
  host()->Enter();
  return host()->Protect([&] {
    embed::RegisterType(*host(), type, value().table());
    return absl::OkStatus();
  });
}

absl::StatusOr<TableRef> TableRef::metatable() const {
  if (!has_value()) return Check();
  struct Table* metatable = value().table()->metatable;
  return metatable == nullptr
             ? TableRef()
             : TableRef(Ref(host()->state(), Value::Of(metatable)));
}

}  // namespace m3lua
