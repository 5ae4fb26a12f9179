// What the collector and debuggers see of frames.
#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "lua/syntax/parser.h"
#include "m3style/engine/engine_impl.h"
#include "m3style/engine/frame_walker.h"
#include "m3style/engine/variables.h"
#include "m3style/ops/control.h"

namespace m3lua::m3 {
namespace {

// How many values of an intrinsic's frame are its own while something that it
// called is running (ops/control.h); -1: all up to the callee.
int OwnValues(const Function* f) {
  switch (static_cast<Intrinsic>(f->aux32)) {
    case Intrinsic::kPcall:
      return 1;
    case Intrinsic::kXpcall:
      return 2;
    case Intrinsic::kPairs:
      return 1;
    case Intrinsic::kResume:
      return 1;
    case Intrinsic::kWrapped:
    case Intrinsic::kYield:
      return 0;
    default:
      return -1;
  }
}

bytecode::Liveness& LivenessOf(const Coroutine& co, Prototype* p) {
  if (p->liveness == nullptr) {
    p->liveness = new bytecode::Liveness(*p->function);
    HeapOf(co).AddExternal(static_cast<int64_t>(p->liveness->bytes()));
  }
  return *p->liveness;
}

}  // namespace

Value* EndOfValues(const Coroutine& co, const FrameWalker& walker) {
  Value* base = walker.base();
  if (walker.is_lua()) {
    if (walker.callee_continuation() != nullptr) return walker.callee() - 1;
    return walker.is_top() ? FrameEnd(base) : walker.callee();
  }
  const Cell* then = walker.callee_continuation();
  if (then != nullptr && walker.IsRunExit(then)) {
    return walker.callee() - 1;
  }
  if (then != nullptr && walker.Is(then, StaticId::kRunExitClose)) {
    return base + walker.callee()[-1].spare32();
  }
  if (walker.is_top() && co.status == CoroutineStatus::kRunning) return co.top;
  int own = OwnValues(walker.function());
  if (own >= 0) return base + own;
  return walker.is_top() ? co.top : walker.callee();
}

namespace {

// Which registers of a Lua frame hold values.
struct LuaValues {
  bytecode::RegisterSet registers;
  // An open list of values, between the instruction that made it and the one
  // that takes it.
  const Value* open = nullptr;
  const Value* open_end = nullptr;
};

LuaValues ValuesOf(const Coroutine& co, const FrameWalker& walker) {
  Prototype* p = static_cast<LuaClosure*>(walker.function())->prototype;
  const bytecode::Function& f = *p->function;
  const Value* base = walker.base();
  LuaValues values;
  if (walker.pc() == nullptr) {
    values.registers = bytecode::RegisterRange(0, f.parameter_count);
    return values;
  }
  uint32_t word = walker.word();
  // The return behind a tail call, of the results of a native function.
  size_t cell = static_cast<size_t>(walker.pc() - p->cells);
  bool after_call = f.code[word].op() == bytecode::Opcode::kTailCall &&
                    p->cell_to_word[cell - 1] == word;
  values.registers =
      LivenessOf(co, p).Visible(word, walker.in_call() || after_call);
  if (walker.in_call()) return values;
  std::optional<unsigned> open = bytecode::OpenValuesStart(f, word);
  if (after_call) open = f.code[word].a();
  if (open) {
    values.open = base + *open;
    values.open_end =
        walker.is_top() ? co.top : base + walker.callee()[-1].spare32();
  }
  return values;
}

void VisitLuaFrame(const Coroutine& co, const FrameWalker& walker,
                   gc::Marker& marker) {
  Value* base = walker.base();
  const bytecode::Function& f =
      *static_cast<LuaClosure*>(walker.function())->prototype->function;
  const LuaValues values = ValuesOf(co, walker);
  for (int i = 0; i < f.register_count; ++i) {
    if (values.registers[i]) marker.Mark(base[i]);
  }
  for (const Value* v = values.open; v < values.open_end; ++v) {
    marker.Mark(*v);
  }
  if (f.is_vararg && base[-2].spare8() == kMovedFrame) {
    const Value* argument = UnmovedBase(base);
    for (uint32_t i = 0; i < VarArgCount(base); ++i) marker.Mark(argument[i]);
  }
}

}  // namespace

void EngineImpl::VisitFrames(Coroutine& co, gc::Marker& marker) {
  marker.Mark(call_error_function_);
  marker.Mark(stack_error_function_);
  marker.Mark(host_function_);
  for (ProtectedScope* p = protected_; p != nullptr; p = p->outer) {
    marker.Mark(p->handler);
  }
  for (HeldError* e = held_errors_; e != nullptr; e = e->outer) {
    marker.Mark(e->error);
  }
  if (co.chunk == nullptr) return;
  for (FrameWalker walker(co); !walker.done(); walker.Next()) {
    Value* base = walker.base();
    marker.Mark(base[-2].payload.object);
    if (!co.started) {
      marker.Mark(base[-2]);
      continue;
    }
    if (walker.is_lua()) {
      VisitLuaFrame(co, walker, marker);
      continue;
    }
    const Value* end = EndOfValues(co, walker);
    for (const Value* v = base; v < end; ++v) marker.Mark(*v);
  }
  for (uint32_t i = 0; i < co.to_be_closed_count; ++i) {
    if (!IsMarker(co.to_be_closed[i])) marker.Mark(*co.to_be_closed[i]);
  }
}

int EngineImpl::FrameCount(Coroutine& co) {
  int count = 0;
  if (co.chunk == nullptr || !co.started) return 0;
  FrameWalker walker(co);
  for (SkipHidden(walker); !walker.done(); WalkTo(walker, 1)) ++count;
  return count;
}

void EngineImpl::SkipHidden(FrameWalker& walker) const {
  while (!walker.done() &&
         walker.function() == call_error_function_.function()) {
    walker.Next();
  }
}

void EngineImpl::WalkTo(FrameWalker& walker, int level) const {
  SkipHidden(walker);
  for (; level > 0 && !walker.done(); --level) {
    walker.Next();
    SkipHidden(walker);
  }
}

FrameInfo EngineImpl::Frame(Coroutine& co, int level, bool names) {
  FrameInfo info;
  if (co.chunk == nullptr || !co.started) return info;
  FrameWalker walker(co);
  WalkTo(walker, level);
  return FrameOf(co, walker, names);
}

void EngineImpl::SeeFrames(Coroutine& co, int level, int count,
                           void (*see)(void* context, const FrameInfo& frame),
                           void* context) {
  if (count <= 0) return;  // (perhaps it was not started)
  FrameWalker walker(co);
  WalkTo(walker, level);
  for (; count > 0 && !walker.done(); --count) {
    see(context, FrameOf(co, walker, /*names=*/true));
    WalkTo(walker, 1);
  }
}

FrameInfo EngineImpl::FrameOf(Coroutine& co, FrameWalker& walker, bool names) {
  FrameInfo info;
  if (walker.done()) return info;
  Value* base = walker.base();
  info.base = base;
  info.function = walker.function();
  if (walker.is_lua()) {
    const auto& f =
        *static_cast<LuaClosure*>(info.function)->prototype->function;
    info.word = walker.word();
    // (Nobody calls the instruction that prepares varargs.)
    uint32_t line_word = walker.pc() == nullptr && f.is_vararg ? 1 : info.word;
    if (!f.lines.empty()) info.current_line = f.lines[line_word];
    if (f.is_vararg && base[-2].spare8() == kMovedFrame) {
      uint32_t count = VarArgCount(base);
      info.extra_arguments =
          count > f.parameter_count ? count - f.parameter_count : 0;
    }
  }
  info.limit = EndOfValues(co, walker);
  Value* start = FrameWalker::StartOf(base);
  info.is_tail_call = start->tag == Tag::kTailCalledFunction;
  if (names) NameFrame(walker, info);
  return info;
}

bool EngineImpl::HoldsValue(Coroutine& co, int level, const Value* slot) {
  FrameWalker walker(co);
  WalkTo(walker, level);
  if (walker.done()) return false;
  // (Below the base: extra arguments.)
  if (!walker.is_lua() || slot < walker.base()) return true;
  const LuaValues values = ValuesOf(co, walker);
  if (slot >= values.open && slot < values.open_end) return true;
  ptrdiff_t index = slot - walker.base();
  return index < bytecode::kMaxRegisters &&
         values.registers[static_cast<size_t>(index)];
}

bool EngineImpl::MayHold(Coroutine& co, int level, const Value* slot, Value v) {
  FrameWalker walker(co);
  WalkTo(walker, level);
  if (walker.done() || !walker.is_lua() || slot < walker.base()) return true;
  if (v.tag == slot->tag) return true;
  const FrameInfo info = Frame(co, level, false);
  const ptrdiff_t index = slot - walker.base();
  return index >= bytecode::kMaxRegisters ||
         !LivenessOf(co, static_cast<LuaClosure*>(info.function)->prototype)
              .ReliedOn(info.word)[static_cast<size_t>(index)];
}

std::string EngineImpl::Where(Coroutine& co, int level) {
  FrameInfo info = Frame(co, level, false);
  if (info.base == nullptr || !IsLua(info.function)) return "";
  const auto& f = *static_cast<LuaClosure*>(info.function)->prototype->function;
  // (As PUC: runtime errors of stripped code have a position, error() has
  // none.)
  if (info.current_line < 0) return level == 0 ? "?:-1: " : "";
  return absl::StrCat(syntax::ChunkId(f.source), ":", info.current_line, ": ");
}

}  // namespace m3lua::m3
