// What a state knows of a C++ type; not for users of the API.
//
// Guarded by tests/unit/embed/type_test.cc.
#ifndef LUA_EMBED_TYPE_RECORD_H_
#define LUA_EMBED_TYPE_RECORD_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "lua/embed/object.h"
#include "lua/embed/type.h"
#include "lua/gc/heap.h"

namespace m3lua {

// The rows of a description: reference-counted, unchanged once registered.
struct TypeDescription::Rows {
  struct Row {
    const char* name;
    internal::Maker make;
    internal::Erased object;
  };
  struct PropertyRow {
    const char* name;
    internal::Accessor get;
    void* getter;
    internal::Accessor set;  // null: read only
    void* setter;
  };
  ~Rows();

  std::atomic<int> references{1};
  const char* name;
  const internal::TypeKey* key;
  std::vector<Row> methods, statics, operators;
  std::vector<PropertyRow> properties;
  std::vector<internal::Constructor> constructors;
  std::vector<internal::Base> bases;
  std::vector<internal::Erased> owned;  // of the properties
  bool closable = false;
};

namespace embed {

class Host;

struct TypeRecord {
  explicit TypeRecord(TypeDescription the_description);

  // First: Userdata::host points here, or to `part`.
  internal::TypeRecordHead head;
  // Of userdata that refer to a part of another one's object: their key is that
  // of no type, so that only FindObject knows them.
  struct Part {
    internal::TypeRecordHead head;
    TypeRecord* record;
  } part;
  std::string name;
  Table* metatable = nullptr;
  // By name: functions (methods), or light userdata that point to the
  // PropertyRow; those of bases, too.
  Table* members = nullptr;
  TypeDescription description;

  const std::vector<internal::Base>& bases() const {
    return description.rows().bases;
  }
  void Visit(gc::Marker& marker) {
    marker.Mark(metatable);
    marker.Mark(members);
  }
};

// The record behind Userdata::host, which is not null; null: a callable's.
TypeRecord* RecordOf(const Userdata* u);

// Makes the type known to the state, and the global.  May raise.
// `where`: the table that gets the type as a field.
void RegisterType(Host& host, const TypeDescription& description, Table* where);

}  // namespace embed
}  // namespace m3lua

#endif  // LUA_EMBED_TYPE_RECORD_H_
