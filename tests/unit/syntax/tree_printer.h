// Prints a tree as a one-line S-expression, for expectations in tests.
//
// Locals print as name, upvalues as ^name, globals as $name; breaks as gotos
// to the label "break".
#ifndef TESTS_UNIT_SYNTAX_TREE_PRINTER_H_
#define TESTS_UNIT_SYNTAX_TREE_PRINTER_H_

#include <string>

#include "lua/syntax/ast.h"

namespace m3lua::syntax {

class TreePrinter {
 public:
  explicit TreePrinter(const FunctionBody* function) : function_(function) {}

  std::string Print(const Block& block);
  std::string Print(const Statement& statement);
  std::string Print(const Expression& expression);

 private:
  std::string PrintFunction(const FunctionBody& body);
  std::string PrintList(const Span<Expression*>& list);
  static std::string PrintLocals(const Span<Local*>& locals);

  const FunctionBody* function_;  // whose upvalues indices mean
};

}  // namespace m3lua::syntax

#endif  // TESTS_UNIT_SYNTAX_TREE_PRINTER_H_
