// A Lua value: 8 bytes of payload and one byte of tag.
//
// Why tagged and not NaN-boxed: Lua 5.4 has 64-bit integers, and measurements
// showed tags cheaper on every integer operation and level on floats.  Why a
// one-byte tag: arrays and hash nodes keep tags apart from payloads (9 bytes an
// array element), and a value must be read with the width with which it was
// written, or the store can't be forwarded to the load.  For the same reason
// a Value is never copied as one 16-byte move: payload and tag are separate
// scalar copies (the copy operations below see to it).
//
// Guarded by tests/unit/object/value_test.cc.
#ifndef LUA_OBJECT_VALUE_H_
#define LUA_OBJECT_VALUE_H_

#include <bit>
#include <cstdint>
#include <cstring>

#include "lua/object/object.h"

namespace m3lua {

struct String;
struct Table;
struct Function;
struct Userdata;
struct Coroutine;

enum class Tag : uint8_t {
  kNil = 0,
  kFalse = 1,  // everything above is true
  kTrue = 2,
  kInteger = 3,
  kFloat = 4,
  kLightUserdata = 5,
  // Collectable from here on.
  kString = 6,
  kTable = 7,
  kFunction = 8,
  kUserdata = 9,
  kCoroutine = 10,
  // Only in the function slot of a frame that was entered by a tail call.
  kTailCalledFunction = 11,
};
inline constexpr Tag kFirstCollectableTag = Tag::kString;

// The eight types of the language, in PUC's order (used by type names and by
// the table of metatables of the basic types).
enum class Type : uint8_t {
  kNil,
  kBoolean,
  kLightUserdata,
  kNumber,
  kString,
  kTable,
  kFunction,
  kUserdata,
  kThread,
};
inline constexpr int kTypeCount = 9;

union Payload {
  int64_t integer;
  double number;
  uint64_t bits;
  void* pointer;
  Object* object;
};

struct Value {
  Payload payload;
  Tag tag;
  // Seven bytes of padding follow.

  // Trivial, so that arrays of values need no construction; `Value{}` is nil.
  static constexpr Value Nil() { return Make(0, Tag::kNil); }
  static constexpr Value Boolean(bool b) {
    return Make(0, b ? Tag::kTrue : Tag::kFalse);
  }
  static constexpr Value Integer(int64_t i) {
    return Make(static_cast<uint64_t>(i), Tag::kInteger);
  }
  static constexpr Value Float(double d) {
    return Make(std::bit_cast<uint64_t>(d), Tag::kFloat);
  }
  static Value LightUserdata(void* p) {
    return Make(reinterpret_cast<uint64_t>(p), Tag::kLightUserdata);
  }
  static Value Of(const String* s) { return OfObject(s, Tag::kString); }
  static Value Of(const Table* t) { return OfObject(t, Tag::kTable); }
  static Value Of(const Function* f) { return OfObject(f, Tag::kFunction); }
  static Value Of(const Userdata* u) { return OfObject(u, Tag::kUserdata); }
  static Value Of(const Coroutine* c) { return OfObject(c, Tag::kCoroutine); }

  bool is_nil() const { return tag == Tag::kNil; }
  bool is_boolean() const { return tag == Tag::kTrue || tag == Tag::kFalse; }
  bool is_truthy() const { return tag > Tag::kFalse; }
  bool is_integer() const { return tag == Tag::kInteger; }
  bool is_float() const { return tag == Tag::kFloat; }
  bool is_number() const { return is_integer() || is_float(); }
  bool is_string() const { return tag == Tag::kString; }
  bool is_table() const { return tag == Tag::kTable; }
  bool is_function() const { return tag == Tag::kFunction; }
  bool is_userdata() const { return tag == Tag::kUserdata; }
  bool is_light_userdata() const { return tag == Tag::kLightUserdata; }
  bool is_coroutine() const { return tag == Tag::kCoroutine; }
  bool is_collectable() const { return tag >= kFirstCollectableTag; }

  // The accessors below require the matching tag.
  int64_t integer() const { return payload.integer; }
  double number() const { return payload.number; }
  void* pointer() const { return payload.pointer; }
  Object* object() const { return payload.object; }
  String* string() const { return static_cast<String*>(payload.pointer); }
  Table* table() const { return static_cast<Table*>(payload.pointer); }
  Function* function() const { return static_cast<Function*>(payload.pointer); }
  Userdata* userdata() const { return static_cast<Userdata*>(payload.pointer); }
  Coroutine* coroutine() const {
    return static_cast<Coroutine*>(payload.pointer);
  }

  Type type() const {
    constexpr Type kTypes[] = {
        Type::kNil,      Type::kBoolean,       Type::kBoolean, Type::kNumber,
        Type::kNumber,   Type::kLightUserdata, Type::kString,  Type::kTable,
        Type::kFunction, Type::kUserdata,      Type::kThread,  Type::kFunction};
    return kTypes[static_cast<int>(tag)];
  }

  // Copies payload and tag, leaves the spare bytes of the target alone.
  void Set(Value v) {
    payload.bits = v.payload.bits;
    tag = v.tag;
  }
  void SetInteger(int64_t i) {
    payload.integer = i;
    tag = Tag::kInteger;
  }
  void SetFloat(double d) {
    payload.number = d;
    tag = Tag::kFloat;
  }
  void SetBoolean(bool b) { tag = b ? Tag::kTrue : Tag::kFalse; }
  void SetNil() { tag = Tag::kNil; }

  static constexpr Value Make(uint64_t bits, Tag tag) {
    return Value{Payload{.bits = bits}, tag};
  }

  // The padding of a slot, of which Set and its like know nothing: frames use
  // that of some (m3style/frame/frame.h).  It is no member, or a value that is
  // passed in registers would be read with all of it: a load of eight bytes
  // that has to wait for the one that was just written.
  uint8_t spare8() const { return GetSpare<uint8_t, 9>(); }
  uint16_t spare16() const { return GetSpare<uint16_t, 10>(); }
  uint32_t spare32() const { return GetSpare<uint32_t, 12>(); }
  void set_spare8(uint8_t x) { SetSpare<9>(x); }
  void set_spare16(uint16_t x) { SetSpare<10>(x); }
  void set_spare32(uint32_t x) { SetSpare<12>(x); }

 private:
  template <typename T, int kOffset>
  T GetSpare() const {
    T x;
    std::memcpy(&x, reinterpret_cast<const char*>(this) + kOffset, sizeof x);
    return x;
  }
  template <int kOffset, typename T>
  void SetSpare(T x) {
    std::memcpy(reinterpret_cast<char*>(this) + kOffset, &x, sizeof x);
  }
  static Value OfObject(const void* o, Tag tag) {
    return Make(reinterpret_cast<uint64_t>(o), tag);
  }
};
static_assert(sizeof(Value) == 16);

// Equality without metamethods; 1 == 1.0; long strings by content (so it is
// declared here and defined with strings).
bool RawEquals(Value a, Value b);

// "nil", "boolean", "userdata", ... as `type` returns them.
const char* TypeName(Type type);

}  // namespace m3lua

#endif  // LUA_OBJECT_VALUE_H_
