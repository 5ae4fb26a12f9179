// The parser proper: recursive descent over the grammar of the manual's
// section 9, one function a rule.  parser.cc has blocks, declarations,
// assignments and functions, parse_control.cc the other statements,
// parse_expression.cc expressions.
//
// After an error the lexer stands at the end of the source for good (see
// lexer.h), so rules go on as if nothing had happened and return nodes nobody
// will look at; every loop here ends at the end of the source.
//
// Guarded by tests/unit/syntax/parser_test.cc.
#ifndef LUA_SYNTAX_PARSER_INTERNAL_H_
#define LUA_SYNTAX_PARSER_INTERNAL_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "lua/syntax/ast.h"
#include "lua/syntax/lexer.h"
#include "lua/syntax/resolver.h"

namespace m3lua::syntax {

class Parser {
 public:
  Parser(std::string_view source, std::string_view chunk_id, Arena* arena)
      : arena_(arena),
        lexer_(source, chunk_id, arena),
        resolver_(arena, &lexer_) {}

  FunctionBody* ParseChunk();
  const Lexer& lexer() const { return lexer_; }

 private:
  // One level of nesting, for the length of a scope.
  class Level {
   public:
    explicit Level(Parser* parser) : parser_(parser) { parser->EnterLevel(); }
    ~Level() { --parser_->depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser* parser_;
  };

  // A list under construction: the top part of a stack that all lists of one
  // type share, so that building one rarely allocates.
  template <typename T>
  class List {
   public:
    explicit List(std::vector<T>* stack)
        : stack_(stack), base_(stack->size()) {}
    ~List() { stack_->resize(base_); }
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    void Add(T item) { stack_->push_back(item); }
    size_t size() const { return stack_->size() - base_; }
    T& operator[](size_t i) { return (*stack_)[base_ + i]; }
    Span<T> Copy(Arena* arena) const {
      return arena->CopyRange(stack_->data() + base_, size());
    }

   private:
    std::vector<T>* stack_;
    size_t base_;
  };

  // A name with suffixes.  `constant`: it is nothing but the name of a
  // <const> whose value stands here as a literal.
  struct Suffixed {
    Expression* expression;
    const Local* constant = nullptr;
  };

  // Tokens.
  const Token& current() const { return lexer_.current(); }
  bool At(TokenKind kind) const { return current().kind == kind; }
  void Advance() { lexer_.Advance(); }
  bool Accept(TokenKind kind);
  void Expect(TokenKind kind);
  // `kind` closes the construct that `opening` started on `line`.
  void ExpectClosing(TokenKind kind, TokenKind opening, int32_t line);
  std::string_view ExpectName();
  void FailExpected(TokenKind kind);
  void EnterLevel();
  bool AtBlockEnd(bool until_ends) const;

  // Statements.
  void ParseBlock(Block* block);
  void ParseStatements(Block* block);
  // Adds nothing to `list` for an empty statement, more than one for labels.
  void ParseStatement(List<Statement*>* list);
  Statement* ParseIf(int32_t line);
  Statement* ParseWhile(int32_t line);
  Statement* ParseRepeat(int32_t line);
  Statement* ParseFor(int32_t line);
  void ParseNumericFor(Statement* statement, std::string_view name,
                       int32_t name_line);
  void ParseGenericFor(Statement* statement, std::string_view name,
                       int32_t name_line);
  Statement* ParseFunctionStatement(int32_t line);
  Statement* ParseLocalFunction(int32_t line);
  Statement* ParseLocal(int32_t line);
  Attribute ParseAttribute();
  Statement* ParseReturn(int32_t line);
  Statement* ParseGoto(int32_t line);
  Statement* ParseBreak(int32_t line);
  void ParseLabels(List<Statement*>* list);
  Statement* ParseExpressionStatement(int32_t line);
  void ParseAssignment(Statement* statement, const Suffixed& first);
  // Checks that `target` may be assigned, and notes that it is.
  void MarkAssigned(const Suffixed& target);
  void CheckIsVariable(const Suffixed& target);
  FunctionBody* ParseFunctionBody(bool is_method, int32_t line);
  Span<Local*> ParseParameters(bool is_method, FunctionBody* body);
  Block* EnterLoopBody(Resolver::Scope* scope, int32_t line);
  Statement* NewStatement(StatementKind kind, int32_t line) {
    return arena_->New<Statement>(kind, line);
  }

  // Expressions.
  Expression* ParseExpression() { return ParseSubexpression(0); }
  Expression* ParseSubexpression(int limit);
  Expression* ParseSimple();
  Suffixed ParseSuffixed();
  Suffixed ParsePrimary();
  Suffixed ParseVariable();
  Expression* ParseField(Expression* prefix);
  Expression* ParseBracketIndex(Expression* prefix);
  Expression* ParseCall(ExpressionKind kind, Expression* prefix);
  Span<Expression*> ParseArguments();
  Expression* ParseTable();
  TableField ParseTableField();
  Expression* ParseFunctionExpression();
  void ParseExpressionList(List<Expression*>* list);
  Expression* NewExpression(ExpressionKind kind, int32_t line) {
    return arena_->New<Expression>(kind, line);
  }
  Expression* NewLiteralToken();
  Expression* NewString(std::string_view text, int32_t line);
  // The literal that a constant expression comes to (PUC's compile-time
  // constants, as far as they need no binary operator); else null.
  const Expression* LiteralValue(const Expression* expression);

  Arena* arena_;
  Lexer lexer_;
  Resolver resolver_;
  int depth_ = 0;
  std::vector<Statement*> statements_;
  std::vector<Expression*> expressions_;
  std::vector<Local*> locals_;
  std::vector<TableField> fields_;
  std::vector<IfClause> clauses_;
};

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_PARSER_INTERNAL_H_
