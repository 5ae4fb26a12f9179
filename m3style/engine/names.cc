// Names of functions and operands, for messages and debuggers.
//
// The analysis of the bytecode is in lua/bytecode/names.h; here is what needs
// frames.  Guarded by tests/conformance/error_messages.lua.
#include "lua/bytecode/names.h"

#include "absl/strings/str_cat.h"
#include "m3style/engine/engine_impl.h"
#include "m3style/engine/frame_walker.h"
#include "m3style/ops/control.h"

namespace m3lua::m3 {
namespace {

std::string InParentheses(const bytecode::ValueName& name) {
  if (name.kind.empty()) return "";
  // (A name that is a string of the program is shown up to a zero byte.)
  return absl::StrCat(" (", name.kind, " '", name.name.c_str(), "')");
}

}  // namespace

std::string EngineImpl::DescribeOperand(Coroutine& co, const Value* operand) {
  Value* base = co.base;
  if (base == nullptr || !IsLua(FunctionOf(base)) || co.pc == nullptr)
    return "";
  auto* closure = static_cast<LuaClosure*>(FunctionOf(base));
  const Prototype* p = closure->prototype;
  const bytecode::Function& f = *p->function;
  if (co.pc < p->cells || co.pc >= p->cells + p->cell_count) return "";
  uint32_t word = p->cell_to_word[co.pc - p->cells];
  if (f.code[word].op() == bytecode::Opcode::kTForCall) {
    // Only an iterator that can't be called.
    const bytecode::ValueName name = bytecode::NameOfCallee(f, word);
    return InParentheses(name);
  }
  for (int i = 0; i < closure->upvalue_count(); ++i) {
    const Upvalue* up = closure->upvalues()[i];
    if (up != nullptr && up->location == operand) {
      return InParentheses(
          {"upvalue", f.upvalues[i].name.empty() ? "?" : f.upvalues[i].name});
    }
  }
  if (operand >= base && operand < base + f.register_count) {
    return InParentheses(
        bytecode::NameOfRegister(f, word, static_cast<int>(operand - base)));
  }
  if (operand >= p->constants && operand < p->constants + f.constants.size() &&
      operand->is_string()) {
    return InParentheses({"constant", std::string(operand->string()->view())});
  }
  return "";
}

std::string EngineImpl::DescribeCallee(Coroutine& co) {
  FrameWalker walker(co);
  FrameInfo info;
  NameFrame(walker, info);
  return InParentheses({info.name_what, info.name});
}

std::string EngineImpl::RegisterName(Coroutine& co, const Value* reg) {
  const Prototype* p = ClosureOf(co.base)->prototype;
  uint32_t word = p->cell_to_word[co.pc - p->cells];
  int index = static_cast<int>(reg - co.base);
  for (const bytecode::LocalInfo& local : p->function->locals) {
    if (local.reg == index && local.start <= word + 2 && word < local.end) {
      return local.name;
    }
  }
  return "(temporary)";  // stripped code has no names
}

void EngineImpl::NameFrame(FrameWalker& walker, FrameInfo& info) {
  if (info.is_tail_call) return;
  const Cell* ret = walker.ret();
  if (walker.IsRunExit(ret)) {
    if (in_hook_call(walker)) {
      info.name = "?";
      info.name_what = "hook";
      info.is_hook = true;
      return;
    }
    FrameWalker caller = walker;
    caller.Next();
    if (state_.heap().in_finalizer() && !caller.done()) {
      info.name = "__gc";
      info.name_what = "metamethod";
      return;
    }
    // A message handler is named as what its instruction calls.
  }
  FrameWalker caller = walker;
  caller.Next();
  if (caller.done() || !caller.is_lua() || caller.pc() == nullptr) return;
  const auto& f =
      *static_cast<LuaClosure*>(caller.function())->prototype->function;
  bytecode::ValueName name = bytecode::NameOfCallee(f, caller.word());
  info.name = name.name;
  info.name_what = name.kind;
}

bool EngineImpl::in_hook_call(const FrameWalker& walker) const {
  FrameWalker caller = walker;
  caller.Next();
  const Hook* hook = walker.coroutine().hook;
  return hook != nullptr && hook->active && !caller.done() &&
         caller.base() == hook->frame;
}

}  // namespace m3lua::m3
