// Frames on the call arena.
//
//   base[-2]  the function (its tag says whether a tail call made the frame)
//   base[-1]  the header: where to go on after the return, the caller's base
//   base[0]   the first argument and register, ...
//
// So a frame costs 16 bytes and the callee's slot.  Arguments are built in
// place by the caller, who leaves one slot between function and arguments.
// Results are put where the function was.
//
// `ret` is a cell of the caller behind its call: the call takes two cells, so
// ret[-2] is the call itself, and its operand d says how many results are
// wanted, plus one (0: all of them, the end goes to Coroutine::top).  Frames
// that the engine pushes on its own (metamethods, pcall, ...) return to a
// static continuation cell, of which the same holds (static_cells.h).
//
// A metamethod's frame starts with a record slot below its function: the cell
// that is under way in the frame below.  It lies right above the registers of
// that frame (FrameEnd).
//
// A vararg function has its frame moved above its arguments: function, header
// and fixed parameters are copied, and the spare word of the function slot
// holds the number of all arguments.
//
// Guarded by tests/unit/engine/.
#ifndef M3STYLE_FRAME_FRAME_H_
#define M3STYLE_FRAME_FRAME_H_

#include <cstddef>

#include "lua/object/coroutine.h"
#include "lua/object/function.h"
#include "lua/object/value.h"
#include "m3style/code/cell.h"

namespace m3lua::m3 {

struct FrameHeader {
  const Cell* ret;
  Value* previous;  // the caller's base
};
static_assert(sizeof(FrameHeader) == sizeof(Value), "a frame header is a slot");
static_assert(sizeof(FrameHeader) <= 32, "frames are compact");

inline FrameHeader& HeaderOf(Value* base) {
  return *reinterpret_cast<FrameHeader*>(base - 1);
}
inline Function* FunctionOf(const Value* base) {
  return static_cast<Function*>(base[-2].payload.pointer);
}
inline LuaClosure* ClosureOf(const Value* base) {
  return static_cast<LuaClosure*>(base[-2].payload.pointer);
}
inline bool IsLua(const Function* f) {
  return f->kind == ObjectKind::kLuaClosure;
}

// Mark in the spare byte of the function slot of a moved vararg frame.  (Other
// slots may hold it by chance; it is asked for only where a vararg function
// may not have been entered yet.)
inline constexpr uint8_t kMovedFrame = 0xA5;

// Arguments of a vararg frame, all of them.
inline uint32_t VarArgCount(const Value* base) { return base[-2].spare32(); }
// The base that the frame had before it was moved.
inline Value* UnmovedBase(Value* base) { return base - VarArgCount(base) - 2; }

// Slots that every frame may use above its registers without a check: a
// record, function, header and three arguments of a metamethod, and some more.
inline constexpr ptrdiff_t kFrameSlack = 10;

}  // namespace m3lua::m3

#endif  // M3STYLE_FRAME_FRAME_H_
