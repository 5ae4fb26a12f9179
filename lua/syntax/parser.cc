// Tokens, blocks, declarations, assignments and functions.
//
// Where an error is noticed, and which token and line it names, follows PUC
// Lua: its messages are part of what programs see.
//
// Guarded by tests/unit/syntax/parser_test.cc.
#include "lua/syntax/parser.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "lua/syntax/concat.h"
#include "lua/syntax/parser_internal.h"

namespace m3lua::syntax {
namespace {

// PUC counts the native calls that led to the parser too; two is what a chunk
// loaded by the main chunk of the stand-alone interpreter has.
constexpr int kOuterLevels = 2;

// As expected tokens are named in messages.
std::string Quoted(TokenKind kind) {
  const std::string_view spelling = Spelling(kind);
  if (kind >= TokenKind::kInteger) return std::string(spelling);
  return Concat("'", spelling, "'");
}

}  // namespace

absl::StatusOr<Tree> Parse(std::string_view source, std::string_view chunk_name,
                           size_t memory, Progress* progress) {
  Tree tree;
  tree.arena = std::make_unique<Arena>(memory, progress);
  Parser parser(source, ChunkId(chunk_name), tree.arena.get());
  tree.main = parser.ParseChunk();
  if (parser.lexer().failed()) {
    return absl::InvalidArgumentError(parser.lexer().error());
  }
  return tree;
}

FunctionBody* Parser::ParseChunk() {
  depth_ = kOuterLevels;
  FunctionBody* body = arena_->New<FunctionBody>();
  body->is_main = true;
  body->is_vararg = true;
  body->body = arena_->New<Block>();
  Resolver::Function function;
  resolver_.EnterFunction(&function, body);
  Advance();
  ParseBlock(body->body);
  if (!At(TokenKind::kEof)) FailExpected(TokenKind::kEof);
  resolver_.LeaveFunction();
  return body;
}

// Tokens.

bool Parser::Accept(TokenKind kind) {
  if (!At(kind)) return false;
  Advance();
  return true;
}

void Parser::FailExpected(TokenKind kind) {
  lexer_.FailNear(Concat(Quoted(kind), " expected"));
}

void Parser::Expect(TokenKind kind) {
  if (!Accept(kind)) FailExpected(kind);
}

void Parser::ExpectClosing(TokenKind kind, TokenKind opening, int32_t line) {
  if (Accept(kind)) return;
  if (line == current().line) return FailExpected(kind);
  lexer_.FailNear(Concat(Quoted(kind), " expected (to close ", Quoted(opening),
                         " at line ", line, ")"));
}

std::string_view Parser::ExpectName() {
  if (!At(TokenKind::kName)) {
    FailExpected(TokenKind::kName);
    return {};
  }
  const std::string_view name = current().text;
  Advance();
  return name;
}

void Parser::EnterLevel() {
  if (++depth_ >= kMaxNesting) lexer_.FailPlain("C stack overflow");
}

bool Parser::AtBlockEnd(bool until_ends) const {
  switch (current().kind) {
    case TokenKind::kElse:
    case TokenKind::kElseIf:
    case TokenKind::kEnd:
    case TokenKind::kEof:
      return true;
    case TokenKind::kUntil:
      return until_ends;
    default:
      return false;
  }
}

// Blocks and statements.

void Parser::ParseBlock(Block* block) {
  Resolver::Scope scope;
  resolver_.EnterBlock(&scope, block);
  ParseStatements(block);
  resolver_.LeaveBlock();
}

void Parser::ParseStatements(Block* block) {
  List<Statement*> list(&statements_);
  while (!AtBlockEnd(/*until_ends=*/true)) {
    const bool is_last = At(TokenKind::kReturn);
    ParseStatement(&list);
    if (is_last) break;
  }
  block->statements = list.Copy(arena_);
  block->end_line = current().line;
  block->last_line = lexer_.last_line();
}

void Parser::ParseStatement(List<Statement*>* list) {
  const int32_t line = current().line;
  Level level(this);
  switch (current().kind) {
    case TokenKind::kSemicolon:
      return Advance();
    case TokenKind::kIf:
      return list->Add(ParseIf(line));
    case TokenKind::kWhile:
      return list->Add(ParseWhile(line));
    case TokenKind::kDo: {
      Advance();
      Statement* statement = NewStatement(StatementKind::kDo, line);
      statement->body = arena_->New<Block>();
      ParseBlock(statement->body);
      statement->end_line = current().line;
      ExpectClosing(TokenKind::kEnd, TokenKind::kDo, line);
      return list->Add(statement);
    }
    case TokenKind::kFor:
      return list->Add(ParseFor(line));
    case TokenKind::kRepeat:
      return list->Add(ParseRepeat(line));
    case TokenKind::kFunction:
      return list->Add(ParseFunctionStatement(line));
    case TokenKind::kLocal:
      Advance();
      if (Accept(TokenKind::kFunction)) {
        return list->Add(ParseLocalFunction(line));
      }
      return list->Add(ParseLocal(line));
    case TokenKind::kDoubleColon:
      return ParseLabels(list);
    case TokenKind::kReturn:
      return list->Add(ParseReturn(line));
    case TokenKind::kBreak:
      return list->Add(ParseBreak(line));
    case TokenKind::kGoto:
      return list->Add(ParseGoto(line));
    default:
      return list->Add(ParseExpressionStatement(line));
  }
}

Statement* Parser::ParseFunctionStatement(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kFunction, line);
  Advance();
  Suffixed target = ParseVariable();
  bool is_method = false;
  while (!is_method && (At(TokenKind::kDot) || At(TokenKind::kColon))) {
    is_method = At(TokenKind::kColon);
    target = {ParseField(target.expression)};
  }
  Expression* value = NewExpression(ExpressionKind::kFunction, line);
  value->function = ParseFunctionBody(is_method, line);
  value->line = statement->end_line = value->function->last_line_defined;
  MarkAssigned(target);
  statement->targets = arena_->CopyRange(&target.expression, 1);
  statement->values = arena_->CopyRange(&value, 1);
  return statement;
}

Statement* Parser::ParseLocalFunction(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kLocalFunction, line);
  const int32_t name_line = current().line;
  const std::string_view name = ExpectName();
  Local* local = resolver_.Declare(name, name_line);
  resolver_.Activate(local);
  Expression* value = NewExpression(ExpressionKind::kFunction, line);
  value->function = ParseFunctionBody(/*is_method=*/false, current().line);
  value->line = statement->end_line = value->function->last_line_defined;
  statement->locals = arena_->CopyRange(&local, 1);
  statement->values = arena_->CopyRange(&value, 1);
  return statement;
}

Attribute Parser::ParseAttribute() {
  if (!Accept(TokenKind::kLess)) return Attribute::kNone;
  const std::string_view name = ExpectName();
  Expect(TokenKind::kGreater);
  if (name == "const") return Attribute::kConst;
  if (name == "close") return Attribute::kClose;
  lexer_.FailHere(Concat("unknown attribute '", name, "'"));
  return Attribute::kNone;
}

Statement* Parser::ParseLocal(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kLocal, line);
  List<Local*> locals(&locals_);
  bool has_close = false;
  do {
    const int32_t name_line = current().line;
    const std::string_view name = ExpectName();
    Local* local = resolver_.Declare(name, name_line);
    local->attribute = ParseAttribute();
    if (local->attribute == Attribute::kClose) {
      if (has_close) {
        lexer_.FailHere("multiple to-be-closed variables in local list");
      }
      has_close = true;
      resolver_.current_function()->needs_close = true;
    }
    locals.Add(local);
  } while (Accept(TokenKind::kComma));
  if (Accept(TokenKind::kAssign)) {
    List<Expression*> values(&expressions_);
    ParseExpressionList(&values);
    statement->values = values.Copy(arena_);
    // As in PUC, only the last variable may become a literal.
    Local* last = locals[locals.size() - 1];
    if (last->attribute == Attribute::kConst &&
        locals.size() == values.size()) {
      last->constant = LiteralValue(values[values.size() - 1]);
    }
  }
  statement->locals = locals.Copy(arena_);
  resolver_.Activate(statement->locals);
  statement->end_line = lexer_.last_line();
  return statement;
}

Statement* Parser::ParseExpressionStatement(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kExpression, line);
  const Suffixed first = ParseSuffixed();
  if (At(TokenKind::kAssign) || At(TokenKind::kComma)) {
    ParseAssignment(statement, first);
  } else {
    const ExpressionKind kind = first.expression->kind;
    if (kind != ExpressionKind::kCall && kind != ExpressionKind::kMethodCall) {
      lexer_.FailNear("syntax error");
    }
    statement->values = arena_->CopyRange(&first.expression, 1);
  }
  statement->end_line = lexer_.last_line();
  return statement;
}

void Parser::CheckIsVariable(const Suffixed& target) {
  switch (target.expression->kind) {
    case ExpressionKind::kLocal:
    case ExpressionKind::kUpvalue:
    case ExpressionKind::kGlobal:
    case ExpressionKind::kIndex:
      return;
    default:
      if (target.constant == nullptr) lexer_.FailNear("syntax error");
  }
}

void Parser::MarkAssigned(const Suffixed& target) {
  const Local* constant = target.constant;
  Local* local = nullptr;
  if (target.expression->kind == ExpressionKind::kLocal) {
    local = target.expression->local;
  } else if (target.expression->kind == ExpressionKind::kUpvalue) {
    local = resolver_.UpvalueTarget(target.expression->upvalue);
  }
  if (local != nullptr) {
    local->reassigned = true;
    if (local->attribute != Attribute::kNone) constant = local;
  }
  if (constant != nullptr) {
    lexer_.FailHere(
        Concat("attempt to assign to const variable '", constant->name, "'"));
  }
}

void Parser::ParseAssignment(Statement* statement, const Suffixed& first) {
  statement->kind = StatementKind::kAssign;
  List<Expression*> targets(&expressions_);
  Suffixed target = first;
  // PUC nests here: each target is a level.
  const int outer_depth = depth_;
  for (;;) {
    CheckIsVariable(target);
    MarkAssigned(target);
    targets.Add(target.expression);
    if (!Accept(TokenKind::kComma)) break;
    target = ParseSuffixed();
    EnterLevel();
  }
  Expect(TokenKind::kAssign);
  statement->targets = targets.Copy(arena_);
  List<Expression*> values(&expressions_);
  ParseExpressionList(&values);
  statement->values = values.Copy(arena_);
  depth_ = outer_depth;
}

// Functions.

FunctionBody* Parser::ParseFunctionBody(bool is_method, int32_t line) {
  FunctionBody* body = arena_->New<FunctionBody>();
  body->line_defined = line;
  body->body = arena_->New<Block>();
  Resolver::Function function;
  resolver_.EnterFunction(&function, body);
  Resolver::Scope parameters;
  resolver_.EnterBlock(&parameters, nullptr);
  Expect(TokenKind::kLeftParen);
  body->parameters = ParseParameters(is_method, body);
  Expect(TokenKind::kRightParen);
  ParseBlock(body->body);
  body->last_line_defined = current().line;
  ExpectClosing(TokenKind::kEnd, TokenKind::kFunction, line);
  resolver_.LeaveBlock();
  resolver_.LeaveFunction();
  return body;
}

Span<Local*> Parser::ParseParameters(bool is_method, FunctionBody* body) {
  List<Local*> locals(&locals_);
  if (is_method) locals.Add(resolver_.Declare("self", current().line));
  if (!At(TokenKind::kRightParen)) {
    do {
      if (At(TokenKind::kName)) {
        const int32_t line = current().line;
        const std::string_view name = ExpectName();
        locals.Add(resolver_.Declare(name, line));
      } else if (Accept(TokenKind::kEllipsis)) {
        body->is_vararg = true;
      } else {
        lexer_.FailNear("<name> or '...' expected");
      }
    } while (!body->is_vararg && Accept(TokenKind::kComma));
  }
  const Span<Local*> parameters = locals.Copy(arena_);
  resolver_.Activate(parameters);
  return parameters;
}

}  // namespace m3lua::syntax
