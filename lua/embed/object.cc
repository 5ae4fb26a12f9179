// Making and finding C++ objects in userdata.
//
// Guarded by tests/unit/embed/type_test.cc.
#include "lua/embed/object.h"

#include <string>
#include <string_view>

#include "lua/embed/bind.h"
#include "lua/embed/host.h"
#include "lua/embed/type_record.h"
#include "lua/runtime/native.h"
#include "lua/syntax/concat.h"

namespace m3lua {
namespace {

using embed::RecordOf;
using embed::TypeRecord;
using internal::Box;
using internal::BoxOf;
using internal::TypeKey;

TypeKey part_key = {"part"};
TypeKey hidden_key = {"hidden"};

// What callables without a Lua value of their own have as Userdata::host.
const internal::TypeRecordHead callable_head = {&hidden_key};

void DestroyHostObject(Userdata& u) { internal::Destroy(BoxOf(&u)); }

TypeRecord& RegisteredType(State& state, const TypeKey* key) {
  TypeRecord* record =
      state.host == nullptr ? nullptr : state.host->FindType(key);
  if (record == nullptr) {
    internal::RaiseText(state,
                        syntax::Concat("type '", internal::PrettyTypeName(key),
                                       "' is not registered in this state"));
  }
  return *record;
}

// Converts a pointer to an object of `from` to one to its base `to`; null if it
// is none.
void* Upcast(State& state, const TypeRecord& from, const TypeKey* to,
             void* object) {
  for (const internal::Base& base : from.bases()) {
    void* as_base = base.cast(object);
    if (base.key == to) return as_base;
    const TypeRecord* record = state.host->FindType(base.key);
    if (record == nullptr) continue;
    if (void* found = Upcast(state, *record, to, as_base)) return found;
  }
  return nullptr;
}

// Whether the object that a part belongs to is there still.
bool OwnerIsAlive(Userdata* u) {
  while (u->user_value_count() != 0) {
    u = u->user_values()[0].userdata();
  }
  return BoxOf(u).readable != nullptr;
}

}  // namespace

namespace embed {

TypeRecord* RecordOf(const Userdata* u) {
  const auto* head = static_cast<const internal::TypeRecordHead*>(u->host);
  if (head->key == &hidden_key) return nullptr;
  if (head->key == &part_key) {
    return reinterpret_cast<const TypeRecord::Part*>(head)->record;
  }
  return const_cast<TypeRecord*>(reinterpret_cast<const TypeRecord*>(head));
}

}  // namespace embed

namespace internal {

// Out of "... [T = Vec]".
std::string_view PrettyTypeName(const TypeKey* key) {
  std::string_view text = key->pretty;
  size_t start = text.find("T = ");
  if (start == text.npos) return text;
  text.remove_prefix(start + 4);
  return text.substr(0, text.size() - 1);
}

const TypeKey* PartKey() { return &part_key; }
const TypeKey* HiddenKey() { return &hidden_key; }

Userdata* NewUserdataWithBox(State& state, const void* host, Table* metatable,
                             size_t bytes, size_t align, bool needs_destroying,
                             int user_values, void*& storage) {
  // (Memory of userdata is aligned to 16 bytes.)
  size_t padding = align > 16 ? align : 0;
  Userdata* u =
      NewUserdata(state, sizeof(Box) + bytes + padding, user_values, nullptr);
  u->host = host;
  u->metatable = metatable;  // (a new object needs no barrier)
  if (needs_destroying) {
    state.destroy_host_object = DestroyHostObject;
    if (!state.heap().RegisterFinalizer(u)) {
      internal::RaiseText(state, "the state is closing");
    }
  }
  auto address = reinterpret_cast<uintptr_t>(&BoxOf(u) + 1);
  if (padding != 0) address = (address + align - 1) / align * align;
  storage = reinterpret_cast<void*>(address);
  return u;
}

void Destroy(Box& box) {
  auto destroy = box.destroy;
  box.destroy = nullptr;
  box.readable = nullptr;
  box.holder = nullptr;
  if (destroy != nullptr) destroy(box);
  box.object = nullptr;
}

Userdata* NewBox(State& state, const TypeKey* key, size_t bytes, size_t align,
                 bool needs_destroying, void*& storage) {
  TypeRecord& record = RegisteredType(state, key);
  return NewUserdataWithBox(state, &record.head, record.metatable, bytes, align,
                            needs_destroying, 0, storage);
}

Userdata* NewHolder(State& state, size_t bytes, size_t align, void*& storage) {
  return NewUserdataWithBox(state, &callable_head, nullptr, bytes, align, true,
                            0, storage);
}

Value PutPart(State& state, const TypeKey* key, View owner, const void* part,
              bool writable) {
  TypeRecord& record = RegisteredType(state, key);
  void* storage;
  Userdata* u = NewUserdataWithBox(state, &record.part, record.metatable, 0, 1,
                                   false, 1, storage);
  u->user_values()[0].Set(owner.value());
  Box& box = BoxOf(u);
  box.readable = part;
  if (writable) box.object = const_cast<void*>(part);
  return Value::Of(u);
}

bool IsWritable(View v) {
  return BoxOf(v.value().userdata()).object != nullptr;
}

void* FindObject(View v, const TypeKey* key, bool writable, Problem& why) {
  Userdata* u = v.is_userdata() ? v.value().userdata() : nullptr;
  TypeRecord* record =
      u != nullptr && u->host != nullptr ? RecordOf(u) : nullptr;
  if (record == nullptr) {
    NotOfType(v, key, why);
    return nullptr;
  }
  Box& box = BoxOf(u);
  void* object = const_cast<void*>(box.readable);
  if (object != nullptr && OwnerIsAlive(u)) {
    if (record->head.key != key) {
      object = Upcast(v.state(), *record, key, object);
      if (object == nullptr) {
        NotOfType(v, key, why);
        return nullptr;
      }
    }
    if (!writable || box.object != nullptr) return object;
    why.Invalid(syntax::Concat("mutable ", record->name,
                               " expected, got const ", record->name));
    return nullptr;
  }
  why.Invalid(syntax::Concat(record->name, " expected, got one that is gone"));
  return nullptr;
}

bool NotOfType(View v, const TypeKey* key, Problem& why) {
  if (v.is_userdata() && v.value().userdata()->host != nullptr) {
    Userdata* u = v.value().userdata();
    TypeRecord* record = RecordOf(u);
    if (record != nullptr && record->head.key == key &&
        BoxOf(u).readable == nullptr) {
      return why.Invalid(
          syntax::Concat(record->name, " expected, got one that is gone"));
    }
  }
  State& state = v.state();
  TypeRecord* record =
      state.host == nullptr ? nullptr : state.host->FindType(key);
  if (record != nullptr) return why.Expected(record->name.c_str(), v);
  why.Expected(std::string(PrettyTypeName(key)).c_str(), v);
  return why.KeepText();
}

}  // namespace internal
}  // namespace m3lua
