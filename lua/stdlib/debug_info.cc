// debug.getinfo, getlocal, setlocal: what frames and functions tell.
//
// Guarded by tests/conformance/{debug_info,debug_local}.lua.
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "lua/bytecode/names.h"
#include "lua/object/function.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/runtime/table.h"
#include "lua/runtime/traceback.h"
#include "lua/stdlib/debug_functions.h"

namespace m3lua::stdlib {
namespace {

// Null for native functions.
const bytecode::Function* CodeOf(const Function* f) {
  if (f->kind != ObjectKind::kLuaClosure) return nullptr;
  return static_cast<const LuaClosure*>(f)->prototype->function;
}

// A level as a frame number; those that are too high have no frame either.
int LevelArgument(NativeCall& call, int i) {
  int64_t level = call.CheckInteger(i);
  if (level < 0 || level > std::numeric_limits<int>::max()) return -1;
  return static_cast<int>(level);
}

FrameInfo FrameAt(NativeCall& call, Coroutine& of, int level, bool names) {
  if (level < 0) return {};
  return call.state().engine().Frame(of, level, names);
}

// ---- getinfo

// The lines that have code.  (The instruction that sets a vararg function up
// is no code of the programmer's.)
Table* ActiveLines(State& state, const bytecode::Function& code) {
  Table* lines = NewTable(state);
  if (code.lines.empty()) return lines;
  for (size_t pc = code.is_vararg ? 1 : 0; pc < code.code.size();) {
    SetInteger(state, lines, code.lines[pc], Value::Boolean(true));
    pc += static_cast<size_t>(bytecode::InstructionLength(code.code[pc]));
  }
  return lines;
}

// Fills the table that getinfo returns.
class InfoTable {
 public:
  // `frame` may be that of a function which is not running: without a base.
  InfoTable(State& state, Coroutine& of, const FrameInfo& frame)
      : state_(state),
        of_(of),
        frame_(frame),
        code_(CodeOf(frame.function)),
        table_(NewTable(state)) {}

  // What the option's letter asks for; false: no such letter.
  bool Add(char option) {
    switch (option) {
      case 'S':
        AddSource();
        return true;
      case 'l':
        Set("currentline", Value::Integer(frame_.current_line));
        return true;
      case 'u':
        AddCounts();
        return true;
      case 'n':
        AddName();
        return true;
      case 'r':
        AddTransfer();
        return true;
      case 't':
        Set("istailcall", Value::Boolean(frame_.is_tail_call));
        return true;
      case 'L':
        if (code_ != nullptr) {
          Set("activelines", Value::Of(ActiveLines(state_, *code_)));
        }
        return true;
      case 'f':
        Set("func", Value::Of(frame_.function));
        return true;
      default:
        return false;
    }
  }

  Table* table() const { return table_; }

 private:
  void Set(std::string_view name, Value v) {
    SetField(state_, table_, name, v);
  }
  void SetText(std::string_view name, std::string_view text) {
    Set(name, Value::Of(NewString(state_, text)));
  }

  void AddSource() {
    SetText("source", code_ == nullptr ? "=[C]" : code_->source.str());
    SetText("short_src", ShortSource(frame_.function));
    Set("linedefined",
        Value::Integer(code_ == nullptr ? -1 : code_->line_defined));
    Set("lastlinedefined",
        Value::Integer(code_ == nullptr ? -1 : code_->last_line_defined));
    SetText("what", code_ == nullptr           ? "C"
                    : code_->line_defined == 0 ? "main"
                                               : "Lua");
  }

  void AddCounts() {
    Set("nups", Value::Integer(frame_.function->aux));
    Set("nparams",
        Value::Integer(code_ == nullptr ? 0 : code_->parameter_count));
    Set("isvararg", Value::Boolean(code_ == nullptr ? true : code_->is_vararg));
  }

  void AddName() {
    if (!frame_.name_what.empty()) SetText("name", frame_.name);
    SetText("namewhat", frame_.name_what);
  }

  void AddTransfer() {
    const Hook* hook = of_.hook;
    bool known = hook != nullptr && hook->active && frame_.base != nullptr &&
                 hook->frame == frame_.base;
    Set("ftransfer", Value::Integer(known ? hook->transfer_first : 0));
    Set("ntransfer", Value::Integer(known ? hook->transfer_count : 0));
  }

  State& state_;
  Coroutine& of_;
  const FrameInfo& frame_;
  const bytecode::Function* code_;
  Table* table_;
};

// ---- locals

struct LocalSlot {
  std::string_view name;
  Value* slot;
  bool temporary;  // not a variable
};

// Variable `n` of a frame, in the order in which they come into scope; then
// what else is in the frame; negative: extra arguments.
std::optional<LocalSlot> FindLocal(const FrameInfo& frame, int n) {
  const bytecode::Function* code = CodeOf(frame.function);
  if (code != nullptr) {
    if (n < 0) {
      int64_t extra = frame.extra_arguments;
      if (-int64_t{n} > extra) return std::nullopt;
      return LocalSlot{"(vararg)", frame.base - 2 - extra - n - 1, false};
    }
    const bytecode::LocalInfo* local =
        bytecode::ActiveLocal(*code, frame.word, n);
    if (local != nullptr) {
      return LocalSlot{local->name, frame.base + local->reg, false};
    }
  }
  if (n <= 0 || frame.limit - frame.base < n) return std::nullopt;
  return LocalSlot{code != nullptr ? "(temporary)" : "(C temporary)",
                   frame.base + (n - 1), true};
}

int LocalArgument(NativeCall& call, int i) {
  return static_cast<int>(call.CheckInteger(i));
}

FrameInfo CheckFrame(NativeCall& call, Coroutine& of, int i) {
  FrameInfo frame = FrameAt(call, of, LevelArgument(call, i), false);
  if (frame.base == nullptr) call.ArgumentError(i, "level out of range");
  return frame;
}

// Native code and unfinished constructors rely on the types of what they have
// put into their frames.  (A call that a hook is told of has not begun.)
bool MayBeSet(Coroutine& of, const FrameInfo& frame, const LocalSlot& local,
              Value v) {
  if (!local.temporary || local.slot->type() == v.type()) return true;
  if (CodeOf(frame.function) != nullptr) return !local.slot->is_table();
  return of.hook != nullptr && of.hook->active && of.hook->frame == frame.base;
}

}  // namespace

NativeResult DebugGetInfo(NativeCall& call) {
  int shift;
  Coroutine& of = CoroutineArgument(call, shift);
  std::string_view options = call.OptView(shift + 2, "flnSrtu");
  options = options.substr(0, options.find('\0'));  // as C strings end
  if (options.starts_with('>')) {
    call.ArgumentError(shift + 2, "invalid option '>'");
  }
  FrameInfo frame;
  if (call.arg(shift + 1).is_function()) {
    frame.function = call.arg(shift + 1).function();
  } else {
    bool names = options.find('n') != std::string_view::npos;
    frame = FrameAt(call, of, LevelArgument(call, shift + 1), names);
    if (frame.base == nullptr) return call.Return(Value::Nil());
  }
  InfoTable info(call.state(), of, frame);
  for (char option : options) {
    if (!info.Add(option)) call.ArgumentError(shift + 2, "invalid option");
  }
  return call.Return(Value::Of(info.table()));
}

NativeResult DebugGetLocal(NativeCall& call) {
  int shift;
  Coroutine& of = CoroutineArgument(call, shift);
  int n = LocalArgument(call, shift + 2);
  Value f = call.arg(shift + 1);
  if (f.is_function()) {
    const bytecode::Function* code = CodeOf(f.function());
    const bytecode::LocalInfo* local =
        code == nullptr ? nullptr : bytecode::ActiveLocal(*code, 0, n);
    if (local == nullptr) return call.Return(Value::Nil());
    return call.ReturnString(local->name);
  }
  FrameInfo frame = CheckFrame(call, of, shift + 1);
  auto local = FindLocal(frame, n);
  if (!local) return call.Return(Value::Nil());
  bool known = call.state().engine().HoldsValue(
      of, LevelArgument(call, shift + 1), local->slot);
  call.PushString(local->name);
  call.Push(known ? *local->slot : Value::Nil());
  return call.ReturnTop(2);
}

NativeResult DebugSetLocal(NativeCall& call) {
  int shift;
  Coroutine& of = CoroutineArgument(call, shift);
  call.CheckInteger(shift + 1);
  int n = LocalArgument(call, shift + 2);
  FrameInfo frame = CheckFrame(call, of, shift + 1);
  call.CheckAny(shift + 3);
  auto local = FindLocal(frame, n);
  if (!local) return call.Return(Value::Nil());
  Value v = call.arg(shift + 3);
  Engine& engine = call.state().engine();
  int level = LevelArgument(call, shift + 1);
  if (engine.HoldsValue(of, level, local->slot) &&
      engine.MayHold(of, level, local->slot, v) &&
      MayBeSet(of, frame, *local, v)) {
    local->slot->Set(v);
  }
  return call.ReturnString(local->name);
}

}  // namespace m3lua::stdlib
