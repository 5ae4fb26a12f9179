// Compile-time constants, and the arithmetic on them that may be done while
// compiling.
//
// An operation is folded when its result can't depend on anything at run time
// and can't fail: numeric arithmetic and bitwise operations on number
// literals, and `not` on any literal.  Never folded are a division or modulo
// by zero, bitwise operations on floats without an integer value, and results
// that are NaN or a float zero (a constant table must not confuse 0.0 with
// -0.0).  Strings are never converted or joined.
//
// Guarded by tests/unit/compiler/folding_test.cc.
#ifndef LUA_COMPILER_FOLDING_H_
#define LUA_COMPILER_FOLDING_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "lua/syntax/ast.h"

namespace m3lua::compiler {

struct Literal {
  enum class Kind : uint8_t { kNil, kFalse, kTrue, kInteger, kFloat, kString };

  Kind kind = Kind::kNil;
  int64_t integer = 0;
  double number = 0;
  std::string_view string = {};

  static Literal Boolean(bool value) {
    return {.kind = value ? Kind::kTrue : Kind::kFalse};
  }
  static Literal Integer(int64_t value) {
    return {.kind = Kind::kInteger, .integer = value};
  }
  static Literal Float(double value) {
    return {.kind = Kind::kFloat, .number = value};
  }
  static Literal String(std::string_view value) {
    return {.kind = Kind::kString, .string = value};
  }

  bool is_number() const {
    return kind == Kind::kInteger || kind == Kind::kFloat;
  }
  bool is_string() const { return kind == Kind::kString; }
  // Whether a condition takes it for true.
  bool truth() const { return kind != Kind::kNil && kind != Kind::kFalse; }
};

// The literal that an expression is written as; nothing for other expressions.
std::optional<Literal> LiteralOf(const syntax::Expression& e);

// Makes `e` denote the literal.  Its string must outlive the tree.
void SetLiteral(const Literal& literal, syntax::Expression* e);

// The result of an operation on literals, where it may be folded.
std::optional<Literal> Fold(syntax::BinaryOperator op, const Literal& left,
                            const Literal& right);
std::optional<Literal> Fold(syntax::UnaryOperator op, const Literal& operand);

}  // namespace m3lua::compiler

#endif  // LUA_COMPILER_FOLDING_H_
