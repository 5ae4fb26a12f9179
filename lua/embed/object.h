// C++ objects as Lua values: who owns them, and how they are found again.
//
// An object of a user type (type.h registers one) is a userdata.  How it gets
// there says who owns it:
//
//   T by value          a copy (or the moved object) that Lua owns: destroyed
//                       when it is collected, closed, or the state goes
//   std::unique_ptr<T>  likewise; a function that takes a std::unique_ptr<T>
//                       takes it back, and Lua's object is empty from then on
//   std::shared_ptr<T>  shared; functions may take std::shared_ptr<T> again, or
//                       one of a base of T, or of const T
//   T*, T&              the host's, which keeps it alive as long as Lua has the
//                       value (if it can't: share it).  nullptr is nil
//   const T*, const T&  likewise, but Lua can only call const methods, read
//                       fields, and pass it where a const object is asked for.
//                       (As the result of a function const T& is copied.)
//
// On the way back a function's parameter T&, T* or T (a copy) takes any of
// them, or an object of a class derived from T.  An object that is gone, of
// another type, or const where a mutable one is needed, is an error.
//
// Guarded by tests/unit/embed/type_test.cc.
#ifndef LUA_EMBED_OBJECT_H_
#define LUA_EMBED_OBJECT_H_

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include "lua/embed/value.h"
#include "lua/object/userdata.h"

namespace m3lua {
namespace internal {

// A C++ type at run time: its address is its identity.
struct TypeKey {
  // As __PRETTY_FUNCTION__ of PrettyName spells it, for messages about types
  // that were not registered.
  const char* pretty;
};
template <typename T>
constexpr const char* PrettyName() {
  return __PRETTY_FUNCTION__;
}
// (Not const: equal constants might be merged.)
template <typename T>
inline TypeKey type_key = {PrettyName<T>()};

// What Userdata::host points at: begins with the type.
struct TypeRecordHead {
  const TypeKey* key;
};

struct Box;

// A class of smart pointers at run time: its address is its identity.
struct HolderType {
  // Of P<const void>, if ownership can be shared: `share` assigns one to `out`,
  // a P<const void>.
  const TypeKey* family;
  void (*share)(Box& box, void* out);
};

// The start of the memory of such a userdata; a smart pointer or the object
// itself follows.
struct Box {
  void* object;               // null unless it is there and mutable
  const void* readable;       // null if it is gone
  void (*destroy)(Box& box);  // null: nothing is owned
  const HolderType* holder;   // the smart pointer's type, if there is one
};
static_assert(sizeof(Box) == 32);

inline Box& BoxOf(Userdata* u) { return *static_cast<Box*>(u->memory()); }

// Destroys what is owned; the box is empty then.
void Destroy(Box& box);
// The key of parts of other objects.
const TypeKey* PartKey();
// A new userdata of the registered type `key` with `bytes` behind its Box.  May
// raise (no memory, not registered).  The Box is empty.
Userdata* NewBox(State& state, const TypeKey* key, size_t bytes, size_t align,
                 bool needs_destroying, void*& storage);
// The object if it is of that type or one derived from it; else null and why.
void* FindObject(View v, const TypeKey* key, bool writable, Problem& why);
// "Vec expected, got Box" and so on.
bool NotOfType(View v, const TypeKey* key, Problem& why);
// Whether the object may be changed through `v`, which is one.
bool IsWritable(View v);
// A userdata that refers to a part of another one's object.
Value PutPart(State& state, const TypeKey* key, View owner, const void* part,
              bool writable);

template <typename T>
T* ObjectOf(View v, Problem& why) {
  using Plain = std::remove_const_t<T>;
  if (v.is_userdata()) [[likely]] {
    Userdata* u = v.value().userdata();
    const auto* record = static_cast<const TypeRecordHead*>(u->host);
    if (record != nullptr && record->key == &type_key<Plain>) [[likely]] {
      // (Only parts of objects have user values, and theirs is another head.)
      const Box& box = *reinterpret_cast<Box*>(u + 1);
      T* object;
      if constexpr (std::is_const_v<T>) {
        object = static_cast<T*>(box.readable);
      } else {
        object = static_cast<T*>(box.object);
      }
      if (object != nullptr) [[likely]] {
        return object;
      }
    }
  }
  return static_cast<T*>(
      FindObject(v, &type_key<Plain>, !std::is_const_v<T>, why));
}

// Moves or copies `x` into a new object.
template <typename T, typename X>
Value PutObject(State& state, X&& x) {
  void* storage;
  Userdata* u = NewBox(state, &type_key<T>, sizeof(T), alignof(T),
                       !std::is_trivially_destructible_v<T>, storage);
  T* object = new (storage) T(std::forward<X>(x));
  Box& box = BoxOf(u);
  box.object = object;
  box.readable = object;
  if constexpr (!std::is_trivially_destructible_v<T>) {
    box.destroy = [](Box& b) { static_cast<T*>(b.object)->~T(); };
  }
  return Value::Of(u);
}

// P<const void> for a P<T>.
template <typename Holder>
struct OfVoid;
template <template <typename...> typename P, typename T>
struct OfVoid<P<T>> {
  using Type = P<const void>;
};
// A smart pointer which may share the ownership of another one of its family.
template <typename Holder>
concept Sharing =
    requires(typename OfVoid<Holder>::Type owner, const Holder& holder,
             typename Holder::element_type* object) {
      owner = holder;
      Holder(owner, object);
    };

template <typename Holder>
constexpr HolderType MakeHolderType() {
  if constexpr (Sharing<Holder>) {
    using Owner = typename OfVoid<Holder>::Type;
    return {&type_key<Owner>, [](Box& box, void* out) {
              *static_cast<Owner*>(out) = *reinterpret_cast<Holder*>(&box + 1);
            }};
  } else {
    return {nullptr, nullptr};
  }
}
// (Not const: equal constants might be merged.)
template <typename Holder>
inline HolderType holder_type = MakeHolderType<Holder>();

// A smart pointer that Lua holds from now on.
template <typename Pointer>
Value PutPointer(State& state, Pointer&& p) {
  using Holder = Bare<Pointer>;
  using T = typename Holder::element_type;
  if (p.get() == nullptr) return Value::Nil();
  void* storage;
  Userdata* u = NewBox(state, &type_key<std::remove_const_t<T>>, sizeof(Holder),
                       alignof(Holder), true, storage);
  auto* holder = new (storage) Holder(std::forward<Pointer>(p));
  Box& box = BoxOf(u);
  if constexpr (!std::is_const_v<T>) box.object = holder->get();
  box.readable = holder->get();
  box.holder = &holder_type<Holder>;
  static_assert(alignof(Holder) <= alignof(Box));
  box.destroy = [](Box& b) { reinterpret_cast<Holder*>(&b + 1)->~Holder(); };
  return Value::Of(u);
}

// Something of the host's.
template <typename T>
Value PutReference(State& state, T* object) {
  if (object == nullptr) return Value::Nil();
  using Plain = std::remove_const_t<T>;
  void* storage;
  Userdata* u = NewBox(state, &type_key<Plain>, 0, 1, false, storage);
  if constexpr (!std::is_const_v<T>) BoxOf(u).object = object;
  BoxOf(u).readable = object;
  return Value::Of(u);
}

template <typename T>
concept UniquePointer = requires(T& p) {
  typename T::element_type;
  typename T::deleter_type;
  p.release();
};
template <typename T>
concept SharedPointer = requires(T& p) {
  typename T::element_type;
  p.use_count();
  { p.get() } -> std::convertible_to<const void*>;
};

// The holder of a smart pointer in `v`, or null.
template <typename Holder>
Holder* HolderOf(View v, Problem& why) {
  using T = std::remove_const_t<typename Holder::element_type>;
  if (v.is_userdata() && v.value().userdata()->host != nullptr) {
    Box& box = BoxOf(v.value().userdata());
    if (box.holder == &holder_type<Holder> && box.readable != nullptr) {
      return reinterpret_cast<Holder*>(&box + 1);
    }
    if (box.readable != nullptr) return why.Invalid("wrong owner"), nullptr;
  }
  NotOfType(v, &type_key<T>, why);
  return nullptr;
}

// A smart pointer to what the one in `v` shares: it, or its object as another
// type (a base, const).
template <typename Holder>
bool ShareHolder(View v, Holder& out, Problem& why) {
  if constexpr (Sharing<Holder>) {
    using Owner = typename OfVoid<Holder>::Type;
    Box* box = v.is_userdata() && v.value().userdata()->host != nullptr
                   ? &BoxOf(v.value().userdata())
                   : nullptr;
    if (box != nullptr && box->readable != nullptr && box->holder != nullptr &&
        box->holder != &holder_type<Holder> &&
        box->holder->family == &type_key<Owner>) {
      auto* object = ObjectOf<typename Holder::element_type>(v, why);
      if (object == nullptr) return false;
      Owner owner;
      box->holder->share(*box, &owner);
      out = Holder(owner, object);
      return true;
    }
  }
  const Holder* holder = HolderOf<Holder>(v, why);
  if (holder == nullptr) return false;
  out = *holder;
  return true;
}

}  // namespace internal

// ---- classes without a conversion of their own are user types

template <typename T>
struct Convert {
  static_assert(std::is_class_v<T> || std::is_union_v<T>,
                "no conversion between Lua and this type");
  using Held = T*;
  static constexpr bool kPlain = false;
  static constexpr bool kObject = true;
  static bool Get(View v, T*& out, Problem& why) {
    out = internal::ObjectOf<T>(v, why);
    return out != nullptr;
  }
  static bool Get(View v, const T*& out, Problem& why) {
    out = internal::ObjectOf<const T>(v, why);
    return out != nullptr;
  }
  static bool Get(View v, T& out, Problem& why) {
    const T* object;
    if (!Get(v, object, why)) return false;
    out = *object;
    return true;
  }
  static bool IsExactly(View v) {
    Problem unused;
    return internal::ObjectOf<const T>(v, unused) != nullptr;
  }
  template <typename X>
  static Value Put(State& state, X&& x) {
    return internal::PutObject<T>(state, std::forward<X>(x));
  }
};

// nullptr is nil.
template <typename T>
  requires(std::is_class_v<T>)
struct Convert<T*> {
  using Held = T*;
  static constexpr bool kPlain = false;
  static bool Get(View v, T*& out, Problem& why) {
    out = nullptr;
    if (v.is_nil()) return true;
    out = internal::ObjectOf<T>(v, why);
    return out != nullptr;
  }
  static bool IsExactly(View v) { return v.Is<T*>(); }
  static Value Put(State& state, T* object) {
    return internal::PutReference(state, object);
  }
};

template <typename T>
  requires(internal::SharedPointer<T> && !internal::UniquePointer<T>)
struct Convert<T> : ByValue<T> {
  static bool Get(View v, T& out, Problem& why) {
    out = nullptr;
    if (v.is_nil()) return true;
    return internal::ShareHolder(v, out, why);
  }
  static Value Put(State& state, T p) {
    return internal::PutPointer(state, std::move(p));
  }
};

template <internal::UniquePointer T>
struct Convert<T> {
  // Taken only when all arguments are right.
  struct Held {
    T* holder = nullptr;
    internal::Box* box = nullptr;
  };
  static constexpr bool kPlain = false;
  static bool Get(View v, Held& out, Problem& why) {
    out = {};
    if (v.is_nil()) return true;
    out.holder = internal::HolderOf<T>(v, why);
    if (out.holder == nullptr) return false;
    out.box = &internal::BoxOf(v.value().userdata());
    return true;
  }
  static bool Get(View v, T& out, Problem& why) {
    Held held;
    if (!Get(v, held, why)) return false;
    out = Take(held);
    return true;
  }
  static T Take(Held& held) {
    if (held.holder == nullptr) return nullptr;
    held.box->object = nullptr;
    held.box->readable = nullptr;
    return std::move(*held.holder);
  }
  static bool IsExactly(View v) { return v.Is<T>(); }
  static Value Put(State& state, T p) {
    return internal::PutPointer(state, std::move(p));
  }
};

}  // namespace m3lua

#include "lua/embed/buffer.h"  // IWYU pragma: export

#endif  // LUA_EMBED_OBJECT_H_
