// C++ classes in Lua.
//
//   lua.Register(m3lua::Class<Vec>("Vec")
//                    .Constructor<>()
//                    .Constructor<double, double>()
//                    .Field("x", &Vec::x)
//                    .Method("length", &Vec::Length)
//                    .Operator("__add", [](const Vec& a, const Vec& b) {
//                      return a + b;
//                    }));
//
//   local v = Vec(3, 4)          -- or Vec.new(3, 4)
//   v.x = v.x + 1
//   print(v:length(), (v + Vec()).x)
//
// Register makes a global of the type's name (TableRef::Register a field): a
// table with `new` and the static members, which can be called, too.  A type
// that has no constructor can't be made by Lua, but the host hands objects over
// (object.h: who owns them).
//
// An object can't be used as another type than its own or a base of it, nor
// when it is gone, whatever a script does.  Reading a member that there is not
// gives nil; assigning to one is an error.
//
// A description may be registered in any number of states; nothing in it refers
// to one.  This header is cheap to compile; a file that only describes types
// need not include state.h:
//
//   m3lua::TypeDescription DescribeVec() {
//     return m3lua::Class<Vec>("Vec").Field("x", &Vec::x);
//   }
//
// Guarded by tests/unit/embed/type_test.cc.
#ifndef LUA_EMBED_TYPE_H_
#define LUA_EMBED_TYPE_H_

#include <type_traits>
#include <utility>

#include "lua/embed/bind.h"
#include "lua/embed/object.h"
#include "lua/embed/value.h"

namespace m3lua {

namespace internal {

// Something that a description keeps a copy of.
struct Erased {
  void* object = nullptr;
  void (*destroy)(void* object) = nullptr;

  template <typename T>
  static Erased Of(T x) {
    return {new T(std::move(x)), [](void* o) { delete static_cast<T*>(o); }};
  }
};

// Makes a Lua value of what is kept.
using Maker = Value (*)(State& state, const void* object);
// Reads or writes a property: `frame` has the object, and the new value.
using Accessor = Value (*)(const void* object, const Frame& frame);
// Tries to make an object; false: the arguments don't suit.
struct Constructor {
  Value (*call)(const Frame& frame);
  bool (*attempt)(const Frame& frame, bool exactly, Value& result);
};
struct Base {
  const TypeKey* key;
  void* (*cast)(void* derived);
};

template <typename F>
Value MakeCallable(State& state, const void* object) {
  return PutCallable(state, F(*static_cast<const F*>(object)));
}

// An object made where it stays.
template <typename T>
struct InPlace {
  State& state;
  template <typename... A>
  Value operator()(A&&... arguments) const {
    void* storage;
    Userdata* u = NewBox(state, &type_key<T>, sizeof(T), alignof(T),
                         !std::is_trivially_destructible_v<T>, storage);
    T* object = new (storage) T(std::forward<A>(arguments)...);
    Box& box = BoxOf(u);
    box.object = object;
    box.readable = object;
    if constexpr (!std::is_trivially_destructible_v<T>) {
      box.destroy = [](Box& b) { static_cast<T*>(b.object)->~T(); };
    }
    return Value::Of(u);
  }
};

template <typename T, typename... P>
Value CallConstructor(const Frame& frame) {
  InPlace<T> f{*frame.state};
  return Caller<P...>::template Call<Value>(f, NoDefaults(), frame);
}
template <typename T, typename... P>
bool TryConstructor(const Frame& frame, bool exactly, Value& result) {
  InPlace<T> f{*frame.state};
  return Caller<P...>::template Try<Value>(f, NoDefaults(), frame, exactly,
                                           result);
}

template <typename M>
struct FieldOf;
template <typename C, typename F>
struct FieldOf<F C::*> {
  using Class = C;
  using Field = F;
};

template <typename T, typename M>
Value GetField(const void* object, const Frame& frame) {
  const M member = *static_cast<const M*>(object);
  using F = std::remove_cv_t<typename FieldOf<M>::Field>;
  Problem why;
  View self = frame.argument(1);
  const T* o = ObjectOf<const T>(self, why);
  if (o == nullptr) [[unlikely]] {
    return RaiseArgument(frame, 1, why);
  }
  if constexpr (requires { Convert<F>::kObject; }) {
    constexpr bool kConstField = std::is_const_v<typename FieldOf<M>::Field>;
    const void* part = &(o->*member);
    return PutPart(*frame.state, &type_key<F>, self, part,
                   !kConstField && IsWritable(self));
  } else {
    return Put(*frame.state, o->*member);
  }
}

template <typename T, typename M>
Value SetField(const void* object, const Frame& frame) {
  const M member = *static_cast<const M*>(object);
  using F = typename FieldOf<M>::Field;
  Problem why;
  T* o = ObjectOf<T>(frame.argument(1), why);
  if (o == nullptr) [[unlikely]] {
    return RaiseArgument(frame, 1, why);
  }
  // (Not straight into the field: a conversion that fails may leave anything.)
  typename Convert<F>::Held held{};
  if (!Convert<F>::Get(frame.argument(2), held, why)) [[unlikely]] {
    return RaiseArgument(frame, 2, why);
  }
  o->*member = Taken<F>(held);
  return Special(kNoResult);
}

template <typename F>
Value CallAccessor(const void* object, const Frame& frame) {
  F f = *static_cast<const F*>(object);
  return CallCallable(f, frame);
}

}  // namespace internal

// What Lua::Register takes; made with Class<T>.
class TypeDescription {
 public:
  TypeDescription(const char* name, const internal::TypeKey* key);
  TypeDescription(TypeDescription&& other) noexcept;
  TypeDescription& operator=(TypeDescription&& other) noexcept;
  TypeDescription(const TypeDescription& other);
  ~TypeDescription();

  struct Rows;
  const Rows& rows() const { return *rows_; }

 protected:
  // Names stand in the program's text: they are not copied.
  void AddMethod(const char* name, internal::Maker make, internal::Erased f);
  void AddStatic(const char* name, internal::Maker make, internal::Erased x);
  void AddOperator(const char* name, internal::Maker make, internal::Erased f);
  void AddProperty(const char* name, internal::Accessor get,
                   internal::Erased getter, internal::Accessor set,
                   internal::Erased setter);
  void AddConstructor(internal::Constructor constructor);
  void AddBase(internal::Base base);
  void SetClosable();

 private:
  Rows* rows_;  // owned; shared by copies
};

template <typename T>
class Class : public TypeDescription {
 public:
  explicit Class(const char* name)
      : TypeDescription(name, &internal::type_key<T>) {}

  // T(A...), one of several.
  template <typename... A>
  Class& Constructor() {
    AddConstructor({internal::CallConstructor<T, A...>,
                    internal::TryConstructor<T, A...>});
    return *this;
  }

  // A member function, or any callable whose first parameter is the object.
  template <typename F>
  Class& Method(const char* name, F f) {
    AddMethod(name, internal::MakeCallable<F>,
              internal::Erased::Of(std::move(f)));
    return *this;
  }

  // A data member, read only if it can't be assigned to.  Fields of user types
  // are references into the object, which they keep alive; others are copied.
  template <typename F, typename C>
  Class& Field(const char* name, F C::* member) {
    internal::Accessor set = nullptr;
    internal::Erased copy;
    if constexpr (std::is_assignable_v<F&, F>) {
      set = internal::SetField<T, F C::*>;
      copy = internal::Erased::Of(member);
    }
    AddProperty(name, internal::GetField<T, F C::*>,
                internal::Erased::Of(member), set, copy);
    return *this;
  }
  template <typename F, typename C>
  Class& ReadOnly(const char* name, F C::* member) {
    AddProperty(name, internal::GetField<T, F C::*>,
                internal::Erased::Of(member), nullptr, {});
    return *this;
  }

  // Callables that take the object, and the object and a value.
  template <typename G>
  Class& Property(const char* name, G get) {
    AddProperty(name, internal::CallAccessor<G>,
                internal::Erased::Of(std::move(get)), nullptr, {});
    return *this;
  }
  template <typename G, typename S>
  Class& Property(const char* name, G get, S set) {
    AddProperty(name, internal::CallAccessor<G>,
                internal::Erased::Of(std::move(get)), internal::CallAccessor<S>,
                internal::Erased::Of(std::move(set)));
    return *this;
  }

  // A metamethod: "__add", "__call", "__tostring", "__index" (for what is no
  // member), ...  Without "__eq", objects are equal that are the same.
  template <typename F>
  Class& Operator(const char* name, F f) {
    AddOperator(name, internal::MakeCallable<F>,
                internal::Erased::Of(std::move(f)));
    return *this;
  }

  // A value or function of the table that stands for the type.
  template <typename X>
  Class& Static(const char* name, X x) {
    AddStatic(
        name,
        [](State& state, const void* object) {
          return Put(state, X(*static_cast<const X*>(object)));
        },
        internal::Erased::Of(std::move(x)));
    return *this;
  }

  // A public base, whose members T's objects have, too, and for which they may
  // be passed.  It must be registered before T.
  template <typename B>
  Class& Base() {
    static_assert(std::is_base_of_v<B, T>);
    AddBase({&internal::type_key<B>, [](void* derived) -> void* {
               return static_cast<B*>(static_cast<T*>(derived));
             }});
    return *this;
  }

  // `local x <close> = T()` destroys the object (if Lua owns it) at the end of
  // the block.  To do something else there: Operator("__close", f).
  Class& Closable() {
    SetClosable();
    return *this;
  }
};

}  // namespace m3lua

#endif  // LUA_EMBED_TYPE_H_
