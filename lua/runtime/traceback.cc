// The shape of a line is
//
//   <tab>file:line: in function <file:12>
//
// where "function <file:12>" is the best description of the function that
// there is: a name under package.loaded, how the calling code names it, or
// where it was defined.
#include "lua/runtime/traceback.h"

#include "lua/object/function.h"
#include "lua/runtime/function_names.h"
#include "lua/runtime/state.h"
#include "lua/syntax/concat.h"
#include "lua/syntax/parser.h"

namespace m3lua {
namespace {

// Frames shown when there are too many: the innermost and the outermost ones.
constexpr int kFirstFrames = 10;
constexpr int kLastFrames = 11;

const bytecode::Function* CodeOf(const Function* f) {
  if (f->kind != ObjectKind::kLuaClosure) return nullptr;
  return static_cast<const LuaClosure*>(f)->prototype->function;
}

std::string Description(State& state, const FrameInfo& frame) {
  std::string name = GlobalFunctionName(state, Value::Of(frame.function));
  if (!name.empty()) return syntax::Concat("function '", name, "'");
  if (!frame.name_what.empty()) {
    return syntax::Concat(frame.name_what, " '", frame.name, "'");
  }
  const bytecode::Function* code = CodeOf(frame.function);
  if (code == nullptr) return "?";
  if (code->line_defined == 0) return "main chunk";
  return syntax::Concat("function <", ShortSource(frame.function), ":",
                        code->line_defined, ">");
}

void AppendFrame(State& state, const FrameInfo& frame, std::string& text) {
  text.append("\n\t").append(ShortSource(frame.function)).append(":");
  if (frame.current_line > 0) {
    text.append(std::to_string(frame.current_line)).append(":");
  }
  text.append(" in ").append(Description(state, frame));
  if (frame.is_tail_call) text.append("\n\t(...tail calls...)");
}

}  // namespace

std::string ShortSource(const Function* f) {
  const bytecode::Function* code = CodeOf(f);
  return code == nullptr ? "[C]" : syntax::ChunkId(code->source.str());
}

std::string Traceback(Coroutine& co, Coroutine& of,
                      std::optional<std::string_view> message, int level) {
  State& state = *co.state;
  std::string text;
  if (message.has_value()) text.append(*message).append("\n");
  text.append("stack traceback:");
  const int count = state.engine().FrameCount(of);
  if (level < 0) return text;
  struct Context {
    State& state;
    std::string& text;
  } context{state, text};
  const auto append = [&](int from, int frames) {
    state.engine().SeeFrames(
        of, from, frames,
        [](void* c, const FrameInfo& frame) {
          const auto* in = static_cast<Context*>(c);
          AppendFrame(in->state, frame, in->text);
        },
        &context);
  };
  if (count - 1 - level <= kFirstFrames + kLastFrames) {
    append(level, count - level);
    return text;
  }
  append(level, kFirstFrames);
  // (PUC Lua counts one level less than it skips.)
  const int skipped = count - kLastFrames - kFirstFrames - level;
  text.append(syntax::Concat("\n\t...\t(skipping ", skipped - 1, " levels)"));
  append(count - kLastFrames, kLastFrames);
  return text;
}

}  // namespace m3lua
