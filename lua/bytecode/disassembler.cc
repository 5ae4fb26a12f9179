#include "lua/bytecode/disassembler.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace m3lua::bytecode {
namespace {

// Comments show no more than this of a string.
constexpr size_t kMaxCommentText = 60;

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        out += '\\';
        out += c;
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (c >= ' ' && c <= '~') {
          out += c;
        } else {
          absl::StrAppendFormat(&out, "\\%03d", static_cast<uint8_t>(c));
        }
    }
  }
  return out += '"';
}

std::string FloatText(double value) {
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  std::string text(buffer, end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

// A source name on one line.
std::string SourceText(std::string_view source) {
  if (source.empty()) return "?";
  const bool is_text = source[0] != '@' && source[0] != '=';
  std::string_view name = is_text ? source : source.substr(1);
  const bool cut =
      name.size() > kMaxCommentText || name.find('\n') != name.npos;
  if (cut) name = name.substr(0, std::min(name.find('\n'), kMaxCommentText));
  std::string text = Quoted(name);
  if (!is_text) text = text.substr(1, text.size() - 2);
  return absl::StrCat(is_text ? "[string " : "", text, cut ? "..." : "",
                      is_text ? "]" : "");
}

std::string Counted(size_t count, std::string_view thing) {
  return absl::StrCat(count, " ", std::string(thing), count == 1 ? "" : "s");
}

std::string Padded(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

class Listing {
 public:
  Listing(const Function& function, const DisassemblyOptions& options)
      : f_(function), options_(options) {}

  std::string Text() {
    Header();
    Code();
    if (options_.full) Tables();
    return std::move(out_);
  }

 private:
  // "<source:line,line>"
  static std::string Place(const Function& f) {
    return absl::StrCat("<", SourceText(f.source), ":", f.line_defined, ",",
                        f.last_line_defined, ">");
  }

  void Header() {
    absl::StrAppend(&out_, "function ", Place(f_), " (",
                    Counted(f_.code.size(), "word"), ", ",
                    Counted(f_.constants.size(), "constant"), ", ",
                    Counted(f_.upvalues.size(), "upvalue"), ", ");
    absl::StrAppend(&out_, f_.parameter_count, f_.is_vararg ? "+" : "",
                    f_.parameter_count == 1 ? " parameter, " : " parameters, ",
                    Counted(f_.register_count, "register"), ")\n");
  }

  void Code() {
    const size_t size = f_.code.size();
    const size_t pc_width = absl::StrCat(size).size();
    const bool lines = options_.lines && f_.lines.size() == size && size > 0;
    size_t line_width = 0;
    if (lines) {
      for (const int32_t line : f_.lines) {
        line_width = std::max(line_width, absl::StrCat(line).size());
      }
    }
    for (size_t pc = 0; pc < size;) {
      absl::StrAppendFormat(&out_, "  %*d  ", pc_width, pc);
      if (lines) {
        out_ += Padded(absl::StrCat("[", f_.lines[pc], "]"), line_width + 4);
      }
      pc += Instruction(pc);
      out_.erase(out_.find_last_not_of(' ') + 1);
      out_ += '\n';
    }
  }

  // Appends one instruction; returns its length.
  size_t Instruction(size_t pc) {
    const bytecode::Instruction i = f_.code[pc];
    if ((i.raw & 0xFF) >= static_cast<uint32_t>(kOpcodeCount)) {
      absl::StrAppendFormat(&out_, "?              %#010x", i.raw);
      return 1;
    }
    const OpcodeInfo& info = InfoOf(i.op());
    operands_.clear();
    comment_.clear();
    switch (info.b) {
      case OperandKind::kBxK:
      case OperandKind::kBxInt:
      case OperandKind::kBxProto:
        Operand(info.a, i.a());
        Operand(info.b, i.bx());
        break;
      default:
        Operand(info.a, i.a());
        Operand(info.b, i.b());
        Operand(info.c, i.c());
    }
    size_t length = 1;
    if (info.has_word()) {
      if (pc + 1 < f_.code.size()) {
        const int32_t word = f_.code[pc + 1].word();
        length = 2;
        if (info.jumps()) {
          Add(operands_, absl::StrCat("to ", int64_t(pc) + 2 + word));
        } else {
          Operand(info.word, word);
        }
      } else {
        Add(operands_, "?");
      }
    }
    CommentOnCounts(i);
    out_ += Padded(std::string(info.name), 15);
    if (comment_.empty()) {
      out_ += operands_;
    } else {
      absl::StrAppend(&out_, Padded(operands_, 15), " ; ", comment_);
    }
    return length;
  }

  static void Add(std::string& list, const std::string& item) {
    absl::StrAppend(&list, list.empty() ? "" : " ", item);
  }

  void Operand(OperandKind kind, int64_t value) {
    switch (kind) {
      case OperandKind::kNone:
      case OperandKind::kJump:
        return;
      case OperandKind::kDef:
      case OperandKind::kUse:
      case OperandKind::kWin:
        return Add(operands_, absl::StrCat("R", value));
      case OperandKind::kK:
      case OperandKind::kKNum:
      case OperandKind::kKStr:
      case OperandKind::kBxK:
        Add(operands_, absl::StrCat("K", value));
        return Add(comment_, ConstantComment(value));
      case OperandKind::kUp:
        Add(operands_, absl::StrCat("U", value));
        return Add(comment_, UpvalueName(value));
      case OperandKind::kBxProto: {
        Add(operands_, absl::StrCat("F", value));
        const bool known = value < int64_t(f_.functions.size()) &&
                           f_.functions[value] != nullptr;
        return Add(comment_, known ? Place(*f_.functions[value]) : "?");
      }
      case OperandKind::kBxInt:
        return Add(operands_, absl::StrCat(static_cast<int16_t>(value)));
      case OperandKind::kInt:
      case OperandKind::kFlag:
        return Add(operands_, absl::StrCat(value));
    }
  }

  std::string ConstantComment(int64_t index) const {
    if (index < 0 || index >= int64_t(f_.constants.size())) return "?";
    const Constant& constant = f_.constants[index];
    const std::string* text = std::get_if<std::string>(&constant);
    if (text == nullptr || text->size() <= kMaxCommentText) {
      return ConstantText(constant);
    }
    return Quoted(text->substr(0, kMaxCommentText)) + "...";
  }

  std::string UpvalueName(int64_t index) const {
    if (index >= int64_t(f_.upvalues.size())) return "?";
    return NameText(f_.upvalues[index].name);
  }

  // Counts are coded plus one, and 0 stands for an open list.
  void CommentOnCounts(bytecode::Instruction i) {
    const auto count = [](unsigned plus_1) {
      return plus_1 == 0 ? std::string("all") : absl::StrCat(plus_1 - 1);
    };
    switch (i.op()) {
      case Opcode::kCall:
        return Add(comment_,
                   absl::StrCat(count(i.b()), " in, ", count(i.c()), " out"));
      case Opcode::kTailCall:
        return Add(comment_, absl::StrCat(count(i.b()), " in"));
      case Opcode::kReturn:
      case Opcode::kVarArg:
        return Add(comment_,
                   count(i.op() == Opcode::kReturn ? i.b() : i.c()) + " out");
      case Opcode::kSetList:
        if (i.b() == 0) Add(comment_, "all in");
        return;
      default:
        return;
    }
  }

  void Tables() {
    absl::StrAppend(&out_, "constants (", f_.constants.size(), ")\n");
    for (size_t n = 0; n < f_.constants.size(); ++n) {
      absl::StrAppend(&out_, "  ", n, "  ", ConstantText(f_.constants[n]),
                      "\n");
    }
    absl::StrAppend(&out_, "locals (", f_.locals.size(), ")\n");
    for (size_t n = 0; n < f_.locals.size(); ++n) {
      const LocalInfo& local = f_.locals[n];
      absl::StrAppend(&out_, "  ", n, "  ", NameText(local.name), "  R",
                      local.reg, "  ", local.start, " to ", local.end, "\n");
    }
    absl::StrAppend(&out_, "upvalues (", f_.upvalues.size(), ")\n");
    for (size_t n = 0; n < f_.upvalues.size(); ++n) {
      const UpvalueInfo& upvalue = f_.upvalues[n];
      absl::StrAppend(&out_, "  ", n, "  ", NameText(upvalue.name), "  ",
                      upvalue.in_register ? "R" : "U", upvalue.index);
      absl::StrAppend(&out_, upvalue.immutable ? "  immutable\n" : "\n");
    }
  }

  // Names in chunks from outside may hold anything.
  static std::string NameText(const std::string& name) {
    if (name.empty()) return "-";
    const std::string quoted = Quoted(name);
    return quoted.substr(1, quoted.size() - 2);
  }

  const Function& f_;
  const DisassemblyOptions& options_;
  std::string out_;
  std::string operands_;
  std::string comment_;
};

}  // namespace

std::string ConstantText(const Constant& constant) {
  if (std::holds_alternative<Nil>(constant)) return "nil";
  if (const bool* truth = std::get_if<bool>(&constant)) {
    return *truth ? "true" : "false";
  }
  if (const int64_t* integer = std::get_if<int64_t>(&constant)) {
    return absl::StrCat(*integer);
  }
  if (const double* number = std::get_if<double>(&constant)) {
    return FloatText(*number);
  }
  return Quoted(std::get<std::string>(constant));
}

std::string Disassemble(const Function& function,
                        const DisassemblyOptions& options) {
  std::string text;
  // Depth first, without recursion.
  std::vector<const Function*> waiting{&function};
  while (!waiting.empty()) {
    const Function* next = waiting.back();
    waiting.pop_back();
    if (next == nullptr) continue;
    if (!text.empty()) text += '\n';
    text += Listing(*next, options).Text();
    if (!options.nested) break;
    for (size_t n = next->functions.size(); n-- > 0;) {
      waiting.push_back(next->functions[n].get());
    }
  }
  return text;
}

}  // namespace m3lua::bytecode
