// Expressions: operators by precedence climbing, everything that the grammar
// repeats (suffixes, left-associative operators) by loops.
//
// Guarded by tests/unit/syntax/parser_test.cc.
#include <array>
#include <bit>
#include <cmath>
#include <string_view>

#include "lua/syntax/parser_internal.h"

namespace m3lua::syntax {
namespace {

struct BinaryRule {
  BinaryOperator op = BinaryOperator::kAdd;
  uint8_t left = 0;   // how tightly it binds its left operand; 0: no operator
  uint8_t right = 0;  // and its right one: less when right associative
};
constexpr int kUnaryPriority = 12;

constexpr std::array<BinaryRule, kTokenKinds> kBinaryRules = [] {
  std::array<BinaryRule, kTokenKinds> rules{};
  const auto set = [&](TokenKind token, BinaryOperator op, int left,
                       int right) {
    rules[static_cast<size_t>(token)] = {op, static_cast<uint8_t>(left),
                                         static_cast<uint8_t>(right)};
  };
  using enum BinaryOperator;
  set(TokenKind::kOr, kOr, 1, 1);
  set(TokenKind::kAnd, kAnd, 2, 2);
  set(TokenKind::kLess, kLt, 3, 3);
  set(TokenKind::kGreater, kGt, 3, 3);
  set(TokenKind::kLessEqual, kLe, 3, 3);
  set(TokenKind::kGreaterEqual, kGe, 3, 3);
  set(TokenKind::kNotEqual, kNe, 3, 3);
  set(TokenKind::kEqual, kEq, 3, 3);
  set(TokenKind::kPipe, kBOr, 4, 4);
  set(TokenKind::kTilde, kBXor, 5, 5);
  set(TokenKind::kAmpersand, kBAnd, 6, 6);
  set(TokenKind::kShiftLeft, kShl, 7, 7);
  set(TokenKind::kShiftRight, kShr, 7, 7);
  set(TokenKind::kConcat, kConcat, 9, 8);
  set(TokenKind::kPlus, kAdd, 10, 10);
  set(TokenKind::kMinus, kSub, 10, 10);
  set(TokenKind::kStar, kMul, 11, 11);
  set(TokenKind::kSlash, kDiv, 11, 11);
  set(TokenKind::kDoubleSlash, kIDiv, 11, 11);
  set(TokenKind::kPercent, kMod, 11, 11);
  set(TokenKind::kCaret, kPow, 14, 13);
  return rules;
}();

bool IsComparison(BinaryOperator op) {
  return op >= BinaryOperator::kEq && op <= BinaryOperator::kGe;
}

bool UnaryOperatorOf(TokenKind kind, UnaryOperator* op) {
  switch (kind) {
    case TokenKind::kNot:
      *op = UnaryOperator::kNot;
      return true;
    case TokenKind::kMinus:
      *op = UnaryOperator::kNegate;
      return true;
    case TokenKind::kTilde:
      *op = UnaryOperator::kBNot;
      return true;
    case TokenKind::kHash:
      *op = UnaryOperator::kLength;
      return true;
    default:
      return false;
  }
}

bool IsFalsy(const Expression& literal) {
  return literal.kind == ExpressionKind::kNil ||
         literal.kind == ExpressionKind::kFalse;
}

}  // namespace

Expression* Parser::ParseSubexpression(int limit) {
  Level level(this);
  Expression* left;
  if (UnaryOperator unary; UnaryOperatorOf(current().kind, &unary)) {
    left = NewExpression(ExpressionKind::kUnary, current().line);
    left->unary = unary;
    Advance();
    left->left = ParseSubexpression(kUnaryPriority);
  } else {
    left = ParseSimple();
  }
  for (;;) {
    const BinaryRule& rule = kBinaryRules[static_cast<size_t>(current().kind)];
    if (rule.left <= limit) return left;
    Expression* binary = NewExpression(ExpressionKind::kBinary, current().line);
    binary->binary = rule.op;
    binary->end_line = binary->line;
    Advance();
    binary->left = left;
    binary->right = ParseSubexpression(rule.right);
    if (IsComparison(rule.op)) binary->line = lexer_.last_line();
    left = binary;
  }
}

Expression* Parser::NewLiteralToken() {
  const Token& token = current();
  const auto make = [&](ExpressionKind kind) {
    Expression* expression = NewExpression(kind, token.line);
    Advance();
    return expression;
  };
  switch (token.kind) {
    case TokenKind::kInteger: {
      const int64_t value = token.integer;
      Expression* expression = make(ExpressionKind::kInteger);
      expression->integer = value;
      return expression;
    }
    case TokenKind::kFloat: {
      const double value = token.number;
      Expression* expression = make(ExpressionKind::kFloat);
      expression->number = value;
      return expression;
    }
    case TokenKind::kString: {
      Expression* expression = NewString(token.text, token.line);
      Advance();
      return expression;
    }
    case TokenKind::kNil:
      return make(ExpressionKind::kNil);
    case TokenKind::kTrue:
      return make(ExpressionKind::kTrue);
    default:
      return make(ExpressionKind::kFalse);
  }
}

Expression* Parser::NewString(std::string_view text, int32_t line) {
  Expression* expression = NewExpression(ExpressionKind::kString, line);
  expression->string = text;
  return expression;
}

Expression* Parser::ParseSimple() {
  switch (current().kind) {
    case TokenKind::kInteger:
    case TokenKind::kFloat:
    case TokenKind::kString:
    case TokenKind::kNil:
    case TokenKind::kTrue:
    case TokenKind::kFalse:
      return NewLiteralToken();
    case TokenKind::kEllipsis: {
      if (!resolver_.current_function()->is_vararg) {
        lexer_.FailNear("cannot use '...' outside a vararg function");
      }
      Expression* expression =
          NewExpression(ExpressionKind::kVarArg, current().line);
      Advance();
      return expression;
    }
    case TokenKind::kLeftBrace:
      return ParseTable();
    case TokenKind::kFunction:
      return ParseFunctionExpression();
    default:
      return ParseSuffixed().expression;
  }
}

Expression* Parser::ParseFunctionExpression() {
  Advance();
  Expression* expression =
      NewExpression(ExpressionKind::kFunction, current().line);
  expression->function = ParseFunctionBody(/*is_method=*/false, current().line);
  expression->line = expression->function->last_line_defined;
  return expression;
}

Parser::Suffixed Parser::ParseVariable() {
  const int32_t line = current().line;
  const std::string_view name = ExpectName();
  const Variable variable = resolver_.Resolve(name);
  switch (variable.kind) {
    case Variable::Kind::kLocal: {
      Expression* expression = NewExpression(ExpressionKind::kLocal, line);
      expression->local = variable.local;
      return {expression};
    }
    case Variable::Kind::kUpvalue: {
      Expression* expression = NewExpression(ExpressionKind::kUpvalue, line);
      expression->upvalue = variable.upvalue;
      return {expression};
    }
    case Variable::Kind::kConstant: {
      Expression* literal = arena_->New<Expression>(*variable.local->constant);
      literal->line = line;
      return {literal, variable.local};
    }
    case Variable::Kind::kNone:
      break;
  }
  // A global name: a field of whatever _ENV denotes here.
  const Variable environment = resolver_.Resolve("_ENV");
  if (environment.kind == Variable::Kind::kConstant) {
    Expression* index = NewExpression(ExpressionKind::kIndex, line);
    index->left = arena_->New<Expression>(*environment.local->constant);
    index->left->line = line;
    index->right = NewString(name, line);
    return {index};
  }
  Expression* expression = NewExpression(ExpressionKind::kGlobal, line);
  expression->string = name;
  if (environment.kind == Variable::Kind::kLocal) {
    expression->local = environment.local;
  } else {
    expression->env_upvalue = environment.upvalue;
  }
  return {expression};
}

Parser::Suffixed Parser::ParsePrimary() {
  const int32_t line = current().line;
  if (At(TokenKind::kName)) return ParseVariable();
  Expression* expression = NewExpression(ExpressionKind::kParen, line);
  if (!Accept(TokenKind::kLeftParen)) {
    lexer_.FailNear("unexpected symbol");
    expression->kind = ExpressionKind::kNil;
    return {expression};
  }
  expression->left = ParseExpression();
  ExpectClosing(TokenKind::kRightParen, TokenKind::kLeftParen, line);
  expression->last_line = lexer_.last_line();
  return {expression};
}

Parser::Suffixed Parser::ParseSuffixed() {
  Suffixed result = ParsePrimary();
  for (;;) {
    switch (current().kind) {
      case TokenKind::kDot:
        result = {ParseField(result.expression)};
        break;
      case TokenKind::kLeftBracket:
        result = {ParseBracketIndex(result.expression)};
        break;
      case TokenKind::kColon:
        result = {ParseCall(ExpressionKind::kMethodCall, result.expression)};
        break;
      case TokenKind::kLeftParen:
      case TokenKind::kString:
      case TokenKind::kLeftBrace:
        result = {ParseCall(ExpressionKind::kCall, result.expression)};
        break;
      default:
        return result;
    }
  }
}

// '.' Name, or ':' Name in the name of a method being defined.
Expression* Parser::ParseField(Expression* prefix) {
  Advance();
  Expression* index = NewExpression(ExpressionKind::kIndex, current().line);
  index->left = prefix;
  index->right = NewString(ExpectName(), index->line);
  return index;
}

Expression* Parser::ParseBracketIndex(Expression* prefix) {
  Advance();
  Expression* index = NewExpression(ExpressionKind::kIndex, 0);
  index->left = prefix;
  index->right = ParseExpression();
  index->line = current().line;
  Expect(TokenKind::kRightBracket);
  return index;
}

Expression* Parser::ParseCall(ExpressionKind kind, Expression* prefix) {
  Expression* call = NewExpression(kind, 0);
  call->left = prefix;
  if (kind == ExpressionKind::kMethodCall) {
    Advance();
    call->end_line = current().line;
    call->string = ExpectName();
  }
  call->line = current().line;
  call->arguments = ParseArguments();
  call->last_line = lexer_.last_line();
  return call;
}

Span<Expression*> Parser::ParseArguments() {
  List<Expression*> arguments(&expressions_);
  const int32_t line = current().line;
  switch (current().kind) {
    case TokenKind::kString:
      arguments.Add(NewLiteralToken());
      break;
    case TokenKind::kLeftBrace:
      arguments.Add(ParseTable());
      break;
    case TokenKind::kLeftParen:
      Advance();
      if (!At(TokenKind::kRightParen)) ParseExpressionList(&arguments);
      ExpectClosing(TokenKind::kRightParen, TokenKind::kLeftParen, line);
      break;
    default:
      lexer_.FailNear("function arguments expected");
  }
  return arguments.Copy(arena_);
}

void Parser::ParseExpressionList(List<Expression*>* list) {
  do {
    list->Add(ParseExpression());
  } while (Accept(TokenKind::kComma));
}

Expression* Parser::ParseTable() {
  Expression* table = NewExpression(ExpressionKind::kTable, current().line);
  table->last_line = lexer_.last_line();
  List<TableField> fields(&fields_);
  Advance();
  while (!At(TokenKind::kRightBrace)) {
    fields.Add(ParseTableField());
    if (!Accept(TokenKind::kComma) && !Accept(TokenKind::kSemicolon)) break;
  }
  table->fields = fields.Copy(arena_);
  table->end_line = current().line;
  ExpectClosing(TokenKind::kRightBrace, TokenKind::kLeftBrace, table->line);
  return table;
}

TableField Parser::ParseTableField() {
  TableField field;
  if (At(TokenKind::kLeftBracket)) {
    Advance();
    field.key = ParseExpression();
    Expect(TokenKind::kRightBracket);
    Expect(TokenKind::kAssign);
  } else if (At(TokenKind::kName) && lexer_.Peek() == TokenKind::kAssign) {
    field.key = NewString(current().text, current().line);
    Advance();
    Advance();
  }
  field.value = ParseExpression();
  field.line = lexer_.last_line();
  return field;
}

const Expression* Parser::LiteralValue(const Expression* expression) {
  switch (expression->kind) {
    case ExpressionKind::kNil:
    case ExpressionKind::kTrue:
    case ExpressionKind::kFalse:
    case ExpressionKind::kInteger:
    case ExpressionKind::kFloat:
    case ExpressionKind::kString:
      return expression;
    case ExpressionKind::kParen:
      return LiteralValue(expression->left);
    case ExpressionKind::kUnary:
      break;
    default:
      return nullptr;
  }
  const Expression* operand = LiteralValue(expression->left);
  if (operand == nullptr) return nullptr;
  Expression result(operand->kind, expression->line);
  switch (expression->unary) {
    case UnaryOperator::kNot:
      result.kind =
          IsFalsy(*operand) ? ExpressionKind::kTrue : ExpressionKind::kFalse;
      break;
    case UnaryOperator::kBNot:
      if (operand->kind != ExpressionKind::kInteger) return nullptr;
      result.integer = ~operand->integer;
      break;
    case UnaryOperator::kNegate:
      if (operand->kind == ExpressionKind::kInteger) {
        result.integer = std::bit_cast<int64_t>(
            0 - std::bit_cast<uint64_t>(operand->integer));
        break;
      }
      // PUC never folds to a zero (its sign would get lost) or a NaN.
      if (operand->kind != ExpressionKind::kFloat || operand->number == 0 ||
          std::isnan(operand->number)) {
        return nullptr;
      }
      result.number = -operand->number;
      break;
    default:
      return nullptr;
  }
  return arena_->New<Expression>(result);
}

}  // namespace m3lua::syntax
