#include "tests/unit/syntax/tree_printer.h"

#include "lua/syntax/concat.h"
#include "lua/syntax/numeral.h"

namespace m3lua::syntax {
namespace {

constexpr const char* kBinaryNames[] = {
    "+",  "-",  "*",  "%", "^",  "/",  "//", "&",  "|",   "~", "<<",
    ">>", "..", "==", "<", "<=", "~=", ">",  ">=", "and", "or"};
constexpr const char* kUnaryNames[] = {"-", "~", "not", "#"};

}  // namespace

std::string TreePrinter::PrintList(const Span<Expression*>& list) {
  std::string out;
  for (const Expression* e : list) {
    if (e != nullptr) out += " " + Print(*e);
  }
  return out;
}

std::string TreePrinter::PrintLocals(const Span<Local*>& locals) {
  std::string out;
  for (const Local* local : locals) {
    out += Concat(" ", local->name);
    if (local->attribute == Attribute::kConst) out += "<const>";
    if (local->attribute == Attribute::kClose) out += "<close>";
  }
  return out;
}

std::string TreePrinter::PrintFunction(const FunctionBody& body) {
  std::string out = Concat("(function", PrintLocals(body.parameters),
                           body.is_vararg ? " ...:" : ":");
  const std::string inner = TreePrinter(&body).Print(*body.body);
  return Concat(out, inner.empty() ? "" : " ", inner, ")");
}

std::string TreePrinter::Print(const Block& block) {
  std::string out;
  for (const Statement* s : block.statements) {
    out += Concat(out.empty() ? "" : " ", Print(*s));
  }
  return out;
}

std::string TreePrinter::Print(const Statement& s) {
  std::string body = s.body != nullptr ? Print(*s.body) : "";
  if (!body.empty()) body.insert(0, " ");
  switch (s.kind) {
    case StatementKind::kExpression:
      return Print(*s.values[0]);
    case StatementKind::kLocal:
      return Concat("(local", PrintLocals(s.locals),
                    s.values.empty() ? "" : " =", PrintList(s.values), ")");
    case StatementKind::kAssign:
      return Concat("(assign", PrintList(s.targets), " =", PrintList(s.values),
                    ")");
    case StatementKind::kDo:
      return Concat("(do", body, ")");
    case StatementKind::kWhile:
      return Concat("(while ", Print(*s.condition), body, ")");
    case StatementKind::kRepeat:
      return Concat("(repeat", body, " until ", Print(*s.condition), ")");
    case StatementKind::kIf: {
      std::string out = "(if";
      for (const IfClause& clause : s.clauses) {
        out += Concat(
            " ",
            clause.condition != nullptr ? Print(*clause.condition) : "else",
            " (", Print(*clause.body), ")");
      }
      return out + ")";
    }
    case StatementKind::kNumericFor:
      return Concat("(for", PrintLocals(s.locals), " =", PrintList(s.values),
                    body, ")");
    case StatementKind::kGenericFor:
      return Concat("(for", PrintLocals(s.locals), " in", PrintList(s.values),
                    body, ")");
    case StatementKind::kFunction:
      return Concat("(set", PrintList(s.targets), PrintList(s.values), ")");
    case StatementKind::kLocalFunction:
      return Concat("(local", PrintLocals(s.locals), PrintList(s.values), ")");
    case StatementKind::kReturn:
      return Concat("(return", PrintList(s.values), ")");
    case StatementKind::kBreak:
    case StatementKind::kGoto:
      return Concat("(goto ", s.label->name, ")");
    case StatementKind::kLabel:
      return Concat("(label ", s.label->name, ")");
  }
  return "?";
}

std::string TreePrinter::Print(const Expression& e) {
  switch (e.kind) {
    case ExpressionKind::kNil:
      return "nil";
    case ExpressionKind::kTrue:
      return "true";
    case ExpressionKind::kFalse:
      return "false";
    case ExpressionKind::kInteger:
      return FormatNumber(e.integer);
    case ExpressionKind::kFloat:
      return FormatNumber(e.number);
    case ExpressionKind::kString:
      return Concat("'", e.string, "'");
    case ExpressionKind::kVarArg:
      return "...";
    case ExpressionKind::kFunction:
      return PrintFunction(*e.function);
    case ExpressionKind::kLocal:
      return std::string(e.local->name);
    case ExpressionKind::kUpvalue:
      return Concat("^", function_->upvalues[e.upvalue].name);
    case ExpressionKind::kGlobal:
      return Concat("$", e.string);
    case ExpressionKind::kIndex:
      return Concat("(index ", Print(*e.left), " ", Print(*e.right), ")");
    case ExpressionKind::kCall:
      return Concat("(call ", Print(*e.left), PrintList(e.arguments), ")");
    case ExpressionKind::kMethodCall:
      return Concat("(call ", Print(*e.left), " :", e.string,
                    PrintList(e.arguments), ")");
    case ExpressionKind::kTable: {
      std::string out;
      for (const TableField& field : e.fields) {
        if (!out.empty()) out += ' ';
        if (field.key != nullptr) out += Print(*field.key) + "=";
        out += Print(*field.value);
      }
      return "{" + out + "}";
    }
    case ExpressionKind::kUnary:
      return Concat("(", kUnaryNames[static_cast<size_t>(e.unary)], " ",
                    Print(*e.left), ")");
    case ExpressionKind::kBinary:
      return Concat("(", kBinaryNames[static_cast<size_t>(e.binary)], " ",
                    Print(*e.left), " ", Print(*e.right), ")");
    case ExpressionKind::kParen:
      return Concat("(paren ", Print(*e.left), ")");
  }
  return "?";
}

}  // namespace m3lua::syntax
