// Registering user types, and the metamethods that all of them share.
//
// Guarded by tests/unit/embed/type_test.cc.
#include "lua/embed/type.h"

#include <memory>
#include <string>
#include <utility>

#include "lua/embed/host.h"
#include "lua/embed/type_record.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/syntax/concat.h"

namespace m3lua {

// ---- descriptions

TypeDescription::TypeDescription(const char* name, const internal::TypeKey* key)
    : rows_(new Rows) {
  rows_->name = name;
  rows_->key = key;
}

TypeDescription::TypeDescription(const TypeDescription& other)
    : rows_(other.rows_) {
  if (rows_ != nullptr) ++rows_->references;
}

TypeDescription::TypeDescription(TypeDescription&& other) noexcept
    : rows_(std::exchange(other.rows_, nullptr)) {}

TypeDescription& TypeDescription::operator=(TypeDescription&& other) noexcept {
  std::swap(rows_, other.rows_);
  return *this;
}

TypeDescription::~TypeDescription() {
  if (rows_ != nullptr && --rows_->references == 0) delete rows_;
}

TypeDescription::Rows::~Rows() {
  for (const auto* list : {&methods, &statics, &operators}) {
    for (const Row& row : *list) row.object.destroy(row.object.object);
  }
  for (const internal::Erased& o : owned) o.destroy(o.object);
}

void TypeDescription::AddMethod(const char* name, internal::Maker make,
                                internal::Erased f) {
  rows_->methods.push_back({name, make, f});
}
void TypeDescription::AddStatic(const char* name, internal::Maker make,
                                internal::Erased x) {
  rows_->statics.push_back({name, make, x});
}
void TypeDescription::AddOperator(const char* name, internal::Maker make,
                                  internal::Erased f) {
  rows_->operators.push_back({name, make, f});
}
void TypeDescription::AddProperty(const char* name, internal::Accessor get,
                                  internal::Erased getter,
                                  internal::Accessor set,
                                  internal::Erased setter) {
  rows_->owned.push_back(getter);
  if (setter.object != nullptr) rows_->owned.push_back(setter);
  rows_->properties.push_back({name, get, getter.object, set, setter.object});
}
void TypeDescription::AddConstructor(internal::Constructor constructor) {
  rows_->constructors.push_back(constructor);
}
void TypeDescription::AddBase(internal::Base base) {
  rows_->bases.push_back(base);
}
void TypeDescription::SetClosable() { rows_->closable = true; }

namespace embed {
namespace {

using internal::BoxOf;
using PropertyRow = TypeDescription::Rows::PropertyRow;

Frame FrameOf(NativeCall& call) {
  return {call.co.base, static_cast<uint32_t>(call.count()), &call,
          &call.state()};
}

NativeResult Finish(NativeCall& call, Value v) {
  if (v.tag <= Tag::kCoroutine) [[likely]] {
    return call.Return(v);
  }
  if (v.tag == internal::kNoResult) return call.Return();
  if (v.tag == internal::kManyResults) {
    return call.ReturnTop(static_cast<int>(v.payload.integer));
  }
  return {nullptr, kRaiseRequest};
}

// What C++ code of a type throws becomes a Lua error, as in CallBound.
template <typename Action>
NativeResult Guarded(NativeCall& call, Action action) {
  Value result;
  try {
    result = action();
  } catch (...) {
    return internal::RaiseException(call);
  }
  return Finish(call, result);
}

// The record of an argument that must be an object.
TypeRecord* RecordOfArgument(NativeCall& call, int i) {
  Value v = call.arg(i);
  TypeRecord* record = v.is_userdata() && v.userdata()->host != nullptr
                           ? RecordOf(v.userdata())
                           : nullptr;
  if (record == nullptr) call.TypeError(i, "object");
  return record;
}

const PropertyRow* PropertyOf(Value member) {
  return static_cast<const PropertyRow*>(member.pointer());
}

// __index.  Upvalue 1: what the type itself has as __index, or nil.
NativeResult IndexObject(NativeCall& call) {
  TypeRecord* record = RecordOfArgument(call, 1);
  Value key = call.arg(2);
  Value member = key.is_string()
                     ? GetString(call.state(), record->members, key.string())
                     : Value::Nil();
  if (member.is_light_userdata()) {
    const PropertyRow* property = PropertyOf(member);
    Frame frame = FrameOf(call);
    frame.count = 1;
    frame.field = property->name;
    return Guarded(call,
                   [&] { return property->get(property->getter, frame); });
  }
  if (!member.is_nil()) return call.Return(member);
  Value fallback = call.upvalue(1);
  if (fallback.is_nil()) return call.Return(Value::Nil());
  Value object = call.arg(1);
  Value* first = call.Push(fallback);
  call.Push(object);
  call.Push(key);
  return {first, kTailCallRequest};
}

// __newindex.  Upvalue 1 as in __index.
NativeResult AssignObject(NativeCall& call) {
  TypeRecord* record = RecordOfArgument(call, 1);
  Value key = call.arg(2);
  call.CheckAny(3);
  Value member = key.is_string()
                     ? GetString(call.state(), record->members, key.string())
                     : Value::Nil();
  if (member.is_light_userdata()) {
    const PropertyRow* property = PropertyOf(member);
    if (property->set == nullptr) {
      call.Error(syntax::Concat("field '", property->name, "' of ",
                                record->name, " is read only"));
    }
    call.slot(2).Set(call.arg(3));
    Frame frame = FrameOf(call);
    frame.count = 2;
    frame.field = property->name;
    return Guarded(call,
                   [&] { return property->set(property->setter, frame); });
  }
  Value fallback = call.upvalue(1);
  if (fallback.is_nil()) {
    String* name = ToDisplayString(call.co, key);
    call.Error(syntax::Concat("no field '", name->view(), "' to assign to in ",
                              record->name));
  }
  Value* first = call.Push(fallback);
  for (int i = 1; i <= 3; ++i) call.Push(call.arg(i));
  return {first, kTailCallRequest};
}

NativeResult EqualObjects(NativeCall& call) {
  Value a = call.arg(1);
  Value b = call.arg(2);
  bool same = a.is_userdata() && b.is_userdata() &&
              a.userdata()->host != nullptr &&
              a.userdata()->host == b.userdata()->host &&
              BoxOf(a.userdata()).readable != nullptr &&
              BoxOf(a.userdata()).readable == BoxOf(b.userdata()).readable;
  return call.Return(Value::Boolean(same));
}

NativeResult CloseObject(NativeCall& call) {
  RecordOfArgument(call, 1);
  Userdata* u = call.arg(1).userdata();
  if (BoxOf(u).destroy != nullptr) internal::Destroy(BoxOf(u));
  return call.Return();
}

// `new` and the __call of the type's table; the record is upvalue 1, upvalue 2
// tells whether the table comes as first argument.
NativeResult Construct(NativeCall& call) {
  auto* record = static_cast<TypeRecord*>(call.upvalue(1).pointer());
  Frame frame = FrameOf(call);
  if (call.upvalue(2).is_truthy()) {
    ++frame.arguments;
    --frame.count;
  }
  const auto& constructors = record->description.rows().constructors;
  return Guarded(call, [&] {
    if (constructors.size() == 1) return constructors[0].call(frame);
    for (bool exactly : {true, false}) {
      for (const internal::Constructor& c : constructors) {
        Value result;
        if (c.attempt(frame, exactly, result)) return result;
      }
    }
    return internal::RaiseNoOverload(frame);
  });
}

Value Hidden(State& state, NativeFunction function,
             std::initializer_list<Value> upvalues) {
  NativeClosure* f =
      NewNative(state, function, static_cast<int>(upvalues.size()));
  f->aux32 = static_cast<uint32_t>(Intrinsic::kHost);
  Value* slot = f->upvalues();
  for (Value v : upvalues) {
    slot++->Set(v);
    state.heap().BarrierForward(f, v);
  }
  return Value::Of(static_cast<Function*>(f));
}

// Metamethods that the descriptions of a type and its bases name.
void SetOperators(State& state, const Host& host, const TypeRecord& record,
                  Table* metatable) {
  for (const internal::Base& base : record.bases()) {
    if (TypeRecord* b = host.FindType(base.key)) {
      SetOperators(state, host, *b, metatable);
    }
  }
  const TypeDescription::Rows& rows = record.description.rows();
  if (rows.closable) {
    SetField(state, metatable, "__close", SharedFunction(state, CloseObject));
  }
  for (const TypeDescription::Rows::Row& row : rows.operators) {
    SetField(state, metatable, row.name, row.make(state, row.object.object));
  }
}

void SetMembers(State& state, const Host& host, const TypeRecord& record,
                Table* members) {
  for (const internal::Base& base : record.bases()) {
    if (TypeRecord* b = host.FindType(base.key)) {
      SetMembers(state, host, *b, members);
    }
  }
  const TypeDescription::Rows& rows = record.description.rows();
  for (const TypeDescription::Rows::Row& row : rows.methods) {
    SetField(state, members, row.name, row.make(state, row.object.object));
  }
  for (const PropertyRow& row : rows.properties) {
    SetField(state, members, row.name,
             Value::LightUserdata(const_cast<PropertyRow*>(&row)));
  }
}

}  // namespace

TypeRecord::TypeRecord(TypeDescription the_description)
    : head{the_description.rows().key},
      part{{internal::PartKey()}, this},
      name(the_description.rows().name),
      description(std::move(the_description)) {}

void RegisterType(Host& host, const TypeDescription& description,
                  Table* where) {
  State& state = host.state();
  const TypeDescription::Rows& rows = description.rows();
  if (host.FindType(rows.key) != nullptr) {
    internal::RaiseText(
        state, syntax::Concat("type '", rows.name, "' is registered already"));
  }
  for (const internal::Base& base : rows.bases) {
    if (host.FindType(base.key) == nullptr) {
      internal::RaiseText(state, syntax::Concat("a base of type '", rows.name,
                                                "' is not registered"));
    }
  }
  auto owned = std::make_unique<TypeRecord>(description);
  TypeRecord* record = owned.get();
  Table* members = NewTable(state, 0, 8);
  Table* metatable = NewTable(state, 0, 8);
  SetMembers(state, host, *record, members);
  SetOperators(state, host, *record, metatable);
  Value name = Value::Of(NewString(state, record->name));
  SetField(state, metatable, "__name", name);
  SetField(state, metatable, "__metatable", name);
  Value index = GetField(state, metatable, "__index");
  Value new_index = GetField(state, metatable, "__newindex");
  SetField(state, metatable, "__index", Hidden(state, IndexObject, {index}));
  SetField(state, metatable, "__newindex",
           Hidden(state, AssignObject, {new_index}));
  if (GetField(state, metatable, "__eq").is_nil()) {
    SetField(state, metatable, "__eq", SharedFunction(state, EqualObjects));
  }

  Table* type_table = NewTable(state, 0, 4);
  for (const TypeDescription::Rows::Row& row : rows.statics) {
    SetField(state, type_table, row.name, row.make(state, row.object.object));
  }
  if (!rows.constructors.empty()) {
    Value self = Value::LightUserdata(record);
    SetField(state, type_table, "new",
             Hidden(state, Construct, {self, Value::Boolean(false)}));
    Table* meta = NewTable(state, 0, 2);
    SetField(state, meta, "__call",
             Hidden(state, Construct, {self, Value::Boolean(true)}));
    SetField(state, meta, "__metatable", name);
    SetMetatable(state, type_table, meta);
  }
  record->metatable = metatable;
  record->members = members;
  host.AddType(std::move(owned));
  SetField(state, where, record->name, Value::Of(type_table));
}

}  // namespace embed
}  // namespace m3lua
