// Statements that control the flow: if, the loops, return, and jumps.
//
// Guarded by tests/unit/syntax/parser_test.cc.
#include <cstdint>
#include <string_view>

#include "lua/syntax/parser_internal.h"

namespace m3lua::syntax {

Statement* Parser::ParseIf(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kIf, line);
  List<IfClause> clauses(&clauses_);
  do {
    IfClause clause;
    clause.line = current().line;
    Advance();
    clause.condition = ParseExpression();
    clause.then_line = current().line;
    Expect(TokenKind::kThen);
    clause.body = arena_->New<Block>();
    ParseBlock(clause.body);
    clauses.Add(clause);
  } while (At(TokenKind::kElseIf));
  if (At(TokenKind::kElse)) {
    IfClause clause;
    clause.line = clause.then_line = current().line;
    Advance();
    clause.body = arena_->New<Block>();
    ParseBlock(clause.body);
    clauses.Add(clause);
  }
  statement->clauses = clauses.Copy(arena_);
  statement->end_line = current().line;
  ExpectClosing(TokenKind::kEnd, TokenKind::kIf, line);
  return statement;
}

// The block that a break leaves.  The caller leaves it again.
Block* Parser::EnterLoopBody(Resolver::Scope* scope, int32_t line) {
  Block* body = arena_->New<Block>();
  resolver_.EnterLoop(scope, body, line);
  body->is_loop = true;
  body->break_label = scope->break_label;
  return body;
}

Statement* Parser::ParseWhile(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kWhile, line);
  Advance();
  statement->condition = ParseExpression();
  Resolver::Scope scope;
  statement->body = EnterLoopBody(&scope, line);
  statement->do_line = current().line;
  Expect(TokenKind::kDo);
  ParseStatements(statement->body);
  resolver_.LeaveBlock();
  statement->end_line = current().line;
  ExpectClosing(TokenKind::kEnd, TokenKind::kWhile, line);
  return statement;
}

Statement* Parser::ParseRepeat(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kRepeat, line);
  Advance();
  Resolver::Scope scope;
  statement->body = EnterLoopBody(&scope, line);
  ParseStatements(statement->body);
  statement->end_line = current().line;
  ExpectClosing(TokenKind::kUntil, TokenKind::kRepeat, line);
  // The condition sees the locals of the body.
  statement->condition = ParseExpression();
  resolver_.LeaveBlock();
  return statement;
}

Statement* Parser::ParseFor(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kGenericFor, line);
  Advance();
  // The variables of the loop live in a scope around its body.
  Resolver::Scope scope;
  resolver_.EnterLoop(&scope, nullptr, line);
  const int32_t name_line = current().line;
  const std::string_view name = ExpectName();
  switch (current().kind) {
    case TokenKind::kAssign:
      ParseNumericFor(statement, name, name_line);
      break;
    case TokenKind::kComma:
    case TokenKind::kIn:
      ParseGenericFor(statement, name, name_line);
      break;
    default:
      lexer_.FailNear("'=' or 'in' expected");
  }
  statement->do_line = current().line;
  Expect(TokenKind::kDo);
  resolver_.Activate(statement->locals);
  Block* body = arena_->New<Block>();
  body->is_loop = true;
  body->break_label = scope.break_label;
  statement->body = body;
  ParseBlock(body);
  statement->end_line = current().line;
  ExpectClosing(TokenKind::kEnd, TokenKind::kFor, line);
  resolver_.LeaveBlock();
  return statement;
}

void Parser::ParseNumericFor(Statement* statement, std::string_view name,
                             int32_t name_line) {
  statement->kind = StatementKind::kNumericFor;
  // Start, limit and step.
  resolver_.DeclareHidden(3);
  Local* variable = resolver_.Declare(name, name_line);
  Advance();
  statement->values_line = statement->line;
  Expression* values[3] = {ParseExpression(), nullptr, nullptr};
  Expect(TokenKind::kComma);
  values[1] = ParseExpression();
  if (Accept(TokenKind::kComma)) values[2] = ParseExpression();
  statement->values = arena_->CopyRange(values, 3);
  statement->locals = arena_->CopyRange(&variable, 1);
}

void Parser::ParseGenericFor(Statement* statement, std::string_view name,
                             int32_t name_line) {
  // The iterator, its state, the control value and the closing value.
  resolver_.DeclareHidden(4);
  List<Local*> locals(&locals_);
  locals.Add(resolver_.Declare(name, name_line));
  while (Accept(TokenKind::kComma)) {
    const int32_t line = current().line;
    locals.Add(resolver_.Declare(ExpectName(), line));
  }
  Expect(TokenKind::kIn);
  statement->values_line = current().line;
  List<Expression*> values(&expressions_);
  ParseExpressionList(&values);
  statement->values = values.Copy(arena_);
  statement->locals = locals.Copy(arena_);
  resolver_.current_function()->has_generic_for = true;
}

Statement* Parser::ParseReturn(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kReturn, line);
  Advance();
  if (!AtBlockEnd(/*until_ends=*/true) && !At(TokenKind::kSemicolon)) {
    List<Expression*> values(&expressions_);
    ParseExpressionList(&values);
    statement->values = values.Copy(arena_);
  }
  statement->end_line = lexer_.last_line();
  Accept(TokenKind::kSemicolon);
  return statement;
}

Statement* Parser::ParseGoto(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kGoto, line);
  Advance();
  const int32_t name_line = current().line;
  const std::string_view name = ExpectName();
  resolver_.AddGoto(statement, name, name_line);
  statement->end_line = name_line;
  return statement;
}

Statement* Parser::ParseBreak(int32_t line) {
  Statement* statement = NewStatement(StatementKind::kBreak, line);
  statement->end_line = line;
  Advance();
  resolver_.AddBreak(statement);
  return statement;
}

// A label and the void statements that follow it: whether the run reaches the
// end of its block decides what is in scope at its labels.  PUC parses the
// rest of the run inside its first label: so each label is a level of nesting,
// and the last label is the first to be defined.
void Parser::ParseLabels(List<Statement*>* list) {
  const size_t first = list->size();
  const int outer_depth = depth_;
  while (At(TokenKind::kDoubleColon) || At(TokenKind::kSemicolon)) {
    const int32_t line = current().line;
    if (list->size() > first) EnterLevel();
    if (Accept(TokenKind::kSemicolon)) {
      --depth_;
      continue;
    }
    Advance();
    Statement* statement = NewStatement(StatementKind::kLabel, line);
    const std::string_view name = ExpectName();
    Expect(TokenKind::kDoubleColon);
    statement->end_line = lexer_.last_line();
    statement->label = arena_->New<Label>(name, statement, line);
    list->Add(statement);
  }
  depth_ = outer_depth;
  const bool at_block_end = AtBlockEnd(/*until_ends=*/false);
  for (size_t i = list->size(); i > first; --i) {
    resolver_.DefineLabel((*list)[i - 1]->label, at_block_end);
  }
}

}  // namespace m3lua::syntax
