// Walks the frames of a coroutine from the innermost outward.
#ifndef M3STYLE_ENGINE_FRAME_WALKER_H_
#define M3STYLE_ENGINE_FRAME_WALKER_H_

#include "m3style/frame/arena.h"
#include "m3style/ops/metamethod.h"

namespace m3lua::m3 {

class FrameWalker {
 public:
  explicit FrameWalker(Coroutine& co)
      : co_(co), chunk_(co.chunk), base_(co.base), pc_(co.pc) {
    // A chunk may have been added for a callee that is not entered yet.
    FindChunk();
  }

  const Coroutine& coroutine() const { return co_; }
  bool done() const { return base_ == nullptr; }
  Value* base() const { return base_; }
  Function* function() const { return FunctionOf(base_); }
  bool is_lua() const { return IsLua(function()); }
  bool is_top() const { return callee_ == nullptr; }

  // ---- Lua frames
  // The cell under way; null at the very start of the function.
  const Cell* pc() const { return pc_; }
  // It is a call whose callee's frame lies in its window.
  bool in_call() const { return in_call_; }
  uint32_t word() const {
    const Prototype* p = static_cast<LuaClosure*>(function())->prototype;
    if (pc_ == nullptr || p->cells == nullptr) return 0;
    return p->cell_to_word[pc_ - p->cells];
  }

  // Where the function slot of the frame above (toward the top) is, as this
  // frame sees it; null for the top frame.
  Value* callee() const { return callee_; }
  // The static continuation to which the frame above returns, or null.
  const Cell* callee_continuation() const { return continuation_; }

  // Where this frame returns to, its chunk record looked through.
  const Cell* ret() const {
    ArenaChunk* chunk = chunk_;
    return RealReturn(chunk, nullptr);
  }

  void Next() {
    Value* target = StartOf(base_);
    const Cell* ret = RealReturn(chunk_, &target);
    base_ = HeaderOf(base_).previous;
    callee_ = target;
    if (IsStatic(ret)) {
      // An unwinding __close stands above frames that are no longer part of
      // the chain, and above their chunks.
      if (Is(ret, StaticId::kUnwindCloseDone)) FindChunk();
      continuation_ = ret;
      in_call_ = false;
      // Continuations of Lua frames have a record.
      pc_ = base_ != nullptr && is_lua() ? RecordedCell(target - 1) : nullptr;
    } else {
      continuation_ = nullptr;
      in_call_ = true;
      pc_ = ret - 2;
    }
  }

  bool IsStatic(const Cell* cell) const {
    return cell >= co_.static_cells &&
           cell < co_.static_cells + kStaticCount * 3;
  }
  bool Is(const Cell* cell, StaticId id) const {
    return cell == StaticCell(co_.static_cells, id);
  }

  // A call from native code ends here.
  bool IsRunExit(const Cell* cell) const {
    return Is(cell, StaticId::kRunExit) || Is(cell, StaticId::kRunExitOne) ||
           Is(cell, StaticId::kRunExitProtected) ||
           Is(cell, StaticId::kRunExitProtectedOne);
  }

  static Value* StartOf(Value* base) {
    Function* f = FunctionOf(base);
    if (IsLua(f) &&
        static_cast<LuaClosure*>(f)->prototype->function->is_vararg &&
        !AtEntry(base)) {
      return UnmovedBase(base) - 2;
    }
    return base - 2;
  }

 private:
  // Goes from a newer chunk to that of the frame.
  void FindChunk() {
    while (base_ != nullptr && chunk_ != nullptr && !Contains(chunk_, base_)) {
      chunk_ = chunk_->previous;
    }
  }

  // A vararg function whose frame has not been moved yet: its entry cell still
  // is to run.  The moved frame's function slot carries the mark.
  static bool AtEntry(Value* base) { return base[-2].spare8() != kMovedFrame; }

  const Cell* RealReturn(ArenaChunk*& chunk, Value** target) const {
    const Cell* ret = HeaderOf(base_).ret;
    while (Is(ret, StaticId::kLeaveChunk)) {
      ret = RecordedReturn(chunk);
      if (target != nullptr) *target = RecordedTarget(chunk);
      chunk = chunk->previous;
    }
    // The frame below may be in an older chunk only through a record (or at
    // the end of an unwinding __close; see Next()).
    return ret;
  }

  Coroutine& co_;
  ArenaChunk* chunk_;
  Value* base_;
  const Cell* pc_;
  bool in_call_ = false;
  Value* callee_ = nullptr;
  const Cell* continuation_ = nullptr;
};

// The end of the values of a frame, which are followed by those of the frame
// above it, and perhaps by a record (frames.cc).
Value* EndOfValues(const Coroutine& co, const FrameWalker& walker);

}  // namespace m3lua::m3

#endif  // M3STYLE_ENGINE_FRAME_WALKER_H_
