// Errors of the language, raised without an exception: the message waits in
// State::pending_error and the chain goes on at Unwind (rule R10).
//
// Only for bodies themselves, which have noted their cell (rule R2); helpers
// that do not return a cell throw.
//
// Guarded by tests/conformance/error_messages.lua.
#ifndef M3STYLE_OPS_RAISE_H_
#define M3STYLE_OPS_RAISE_H_

#include "lua/runtime/errors.h"
#include "m3style/ops/registers.h"

namespace m3lua::m3 {

// The error that was prepared.
inline const Cell* RaisePrepared(Registers& r) {
  return Static(r, StaticId::kUnwind);
}

inline const Cell* RaiseRuntime(Registers& r, std::string_view message) {
  PrepareRuntime(*r.co, message);
  return RaisePrepared(r);
}
inline const Cell* RaiseTypeError(Registers& r, const Value* operand,
                                  const char* operation) {
  PrepareTypeError(*r.co, operand, operation);
  return RaisePrepared(r);
}
inline const Cell* RaiseForError(Registers& r, Value v, const char* what) {
  PrepareForError(*r.co, v, what);
  return RaisePrepared(r);
}

}  // namespace m3lua::m3

#endif  // M3STYLE_OPS_RAISE_H_
