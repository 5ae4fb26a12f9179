// Operations on tables, without metamethods.
//
// See object/table.h for the structure.  Guarded by
// tests/unit/runtime/table_test.cc.
#ifndef LUA_RUNTIME_TABLE_H_
#define LUA_RUNTIME_TABLE_H_

#include <cstdint>

#include "lua/object/table.h"
#include "lua/object/value.h"

namespace m3lua {

class State;

// The node that empty hash parts share.
extern const Node kEmptyNode;

// `array`, `hash`: slots to prepare.
Table* NewTable(State& state, uint32_t array = 0, uint32_t hash = 0);

// ---- reading (absent keys give nil)
Value Get(State& state, const Table* t, Value key);
Value GetInteger(const Table* t, int64_t key);
Value GetString(State& state, const Table* t, String* key);  // any string
Value GetShortString(const Table* t, const String* key);     // short only

// ---- writing.  Barriers included.  Set raises "table index is nil" and "table
// index is NaN".  Writing nil removes.  A key that was absent clears t->flags
// (metamethods known to be absent).
void Set(Coroutine& co, Table* t, Value key, Value value);
void SetInteger(State& state, Table* t, int64_t key, Value value);
void SetString(State& state, Table* t, String* key, Value value);
// Writes only if the key is present with a non-nil value; true if it was.
bool SetExisting(State& state, Table* t, Value key, Value value);
// The same for a short string; notes where the key is.
bool SetExistingField(State& state, Table* t, const String* key, Value value,
                      FieldHint& hint);

// A border (manual 3.4.7), in constant time for arrays that grow and shrink
// at their end.
int64_t Length(Table* t);

// The entry after `key` (nil: the first) in traversal order; false at the end.
// Raises "invalid key to 'next'" for a key that was never there.
bool Next(Coroutine& co, Table* t, Value& key, Value& value);
// The same by position, for iterations that keep their place: entry `position`
// or the first non-nil one after it; updates position to the one behind it.
bool NextAt(const Table* t, uint32_t& position, Value& key, Value& value);

// Makes room ahead of time.  Raises "table overflow" when absurd.
void Resize(State& state, Table* t, uint32_t array, uint32_t hash);
// What the array part and the hash part take, besides the object.
size_t TableBufferBytes(const Table* t);
// Frees the buffers (the collector).
void FreeTableBuffers(State& state, Table* t);

}  // namespace m3lua

#endif  // LUA_RUNTIME_TABLE_H_
