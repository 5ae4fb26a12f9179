#include "m3style/ops/closure.h"

#include <span>
#include <string>

#include "lua/runtime/errors.h"
#include "lua/runtime/metatables.h"
#include "m3style/engine/engine_impl.h"
#include "m3style/engine/variables.h"

namespace m3lua::m3 {

const Cell* Closure(const Cell* pc, Registers& r) {
  Save(pc, r);
  Safepoint(r);
  LuaClosure* outer = ClosureOf(r.base);
  Prototype* p = outer->prototype->prototypes[pc->imm];
  const auto& infos = p->function->upvalues;
  LuaClosure* closure = EngineOf(*r.co).NewClosure(p);
  // The upvalues may be allocated, but nothing is collected in between.
  Upvalue** upvalue = closure->upvalues();
  for (const auto& info : infos) {
    *upvalue++ = info.in_register ? FindUpvalue(*r.co, r.base + info.index)
                                  : outer->upvalues()[info.index];
  }
  RA(pc, r).Set(Value::Of(static_cast<Function*>(closure)));
  return pc + 1;
}

const Cell* CloseSlow(const Cell*, Registers& r) {
  const Cell* pc = r.co->pc;
  Value* level = &RA(pc, r);
  if (HasVariableToClose(*r.co, level)) {
    PayForClose(*r.co);
    return CallClose(r, PopVariable(*r.co), FrameEnd(r.base), Value::Nil(),
                     StaticId::kCloseDone);
  }
  CloseUpvalues(*r.co, level);
  return pc + 1;
}

const Cell* CloseDone(const Cell*, Registers& r) {
  return RecordedCell(FrameEnd(r.base));  // again: there may be more
}

void MarkToBeClosed(Registers& r, Value* variable) {
  Coroutine& co = *r.co;
  const Value close = MetamethodOf(*co.state, *variable, Event::kClose);
  if (close.is_nil()) {
    std::string name = EngineOf(co).RegisterName(co, variable);
    ThrowRuntimeF(co, "variable '%s' got a non-closable value", name);
  }
  try {
    PushVariable(co, variable);
  } catch (const LuaError&) {
    // No memory to remember it: it is closed at once, or never would be.
    // (Whatever comes of that, this is the error.)
    const Value arguments[] = {*variable, Value::Of(co.state->memory_error)};
    std::span<Value> results;
    EngineOf(co).ProtectedCall(co, close, arguments, 0, Value::Nil(), results);
    ThrowMemoryError(*co.state);
  }
}

const Cell* Tbc(const Cell* pc, Registers& r) {
  Save(pc, r);
  if (RA(pc, r).is_truthy()) MarkToBeClosed(r, &RA(pc, r));
  return pc + 1;
}

}  // namespace m3lua::m3
