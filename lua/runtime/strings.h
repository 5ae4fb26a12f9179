// Making strings; the intern table.
//
// Guarded by tests/unit/runtime/strings_test.cc.
#ifndef LUA_RUNTIME_STRINGS_H_
#define LUA_RUNTIME_STRINGS_H_

#include <cstdint>
#include <string_view>

#include "lua/object/string.h"

namespace m3lua {

class State;
struct Coroutine;

// A string with these bytes.  Short ones are interned.
String* NewString(State& state, std::string_view bytes);
// The same for short strings that stand in the text of this program, like names
// of library functions: shared with other states if possible (shared.h).
String* SharedString(State& state, std::string_view bytes);
// A string of `size` bytes for the caller to fill.  If it turns out short it
// must be passed to FinishString, which interns it and returns the one to use.
String* NewStringBuffer(State& state, size_t size);
String* FinishString(State& state, String* buffer);

// The hash of any string (computes and keeps it for long ones).
uint32_t HashOf(State& state, String* string);
uint32_t HashBytes(std::string_view bytes, uint32_t seed);

// Equal by content.
bool StringsEqual(const String* a, const String* b);

// For the collector: a short string is being freed.
void RemoveInterned(State& state, String* string);
// For the collector, between cycles: gives back buckets that are no longer
// needed.  Allocates, but does not fail.
void TrimInterned(State& state);

// To be called before two long strings are compared, in whichever way: that
// takes steps (limits.h), and may raise.
void PayForComparing(Coroutine& co, const String* a, const String* b);
// < 0, 0, > 0, in the order of the current locale (strcoll), as PUC; embedded
// zeros take part.
int CompareStrings(const String* a, const String* b);

}  // namespace m3lua

#endif  // LUA_RUNTIME_STRINGS_H_
