// See folding.h.  The arithmetic follows section 3.4 of the manual: integers
// wrap around, // and % round towards minus infinity, shifts are logical.
#include "lua/compiler/folding.h"

#include <cmath>
#include <limits>

namespace m3lua::compiler {
namespace {

using syntax::BinaryOperator;
using syntax::Expression;
using syntax::ExpressionKind;
using syntax::UnaryOperator;

double ToFloat(const Literal& l) {
  return l.kind == Literal::Kind::kInteger ? static_cast<double>(l.integer)
                                           : l.number;
}

// The integer equal to a number, if there is one.
std::optional<int64_t> ToInteger(const Literal& l) {
  if (l.kind == Literal::Kind::kInteger) return l.integer;
  constexpr double kTwo63 = 9223372036854775808.0;
  if (!(l.number >= -kTwo63 && l.number < kTwo63)) return std::nullopt;
  if (std::floor(l.number) != l.number) return std::nullopt;
  return static_cast<int64_t>(l.number);
}

int64_t Wrap(uint64_t v) { return static_cast<int64_t>(v); }

int64_t ShiftLeft(int64_t value, int64_t by) {
  const uint64_t bits = static_cast<uint64_t>(value);
  if (by <= -64 || by >= 64) return 0;
  return Wrap(by >= 0 ? bits << by : bits >> -by);
}

// Divisor not zero.
int64_t FloorDivide(int64_t m, int64_t n) {
  if (n == -1) return Wrap(0 - static_cast<uint64_t>(m));
  const int64_t q = m / n;
  return (m % n != 0 && (m ^ n) < 0) ? q - 1 : q;
}

int64_t FloorModulo(int64_t m, int64_t n) {
  if (n == -1) return 0;
  const int64_t r = m % n;
  return (r != 0 && (r ^ n) < 0) ? r + n : r;
}

double FloorModulo(double m, double n) {
  const double r = std::fmod(m, n);
  return (r != 0 && (r < 0) != (n < 0)) ? r + n : r;
}

std::optional<Literal> FloatResult(double value) {
  if (std::isnan(value) || value == 0) return std::nullopt;
  return Literal::Float(value);
}

bool IsBitwise(BinaryOperator op) {
  return op >= BinaryOperator::kBAnd && op <= BinaryOperator::kShr;
}

std::optional<Literal> FoldBitwise(BinaryOperator op, const Literal& left,
                                   const Literal& right) {
  const auto a = ToInteger(left), b = ToInteger(right);
  if (!a || !b) return std::nullopt;
  switch (op) {
    case BinaryOperator::kBAnd:
      return Literal::Integer(*a & *b);
    case BinaryOperator::kBOr:
      return Literal::Integer(*a | *b);
    case BinaryOperator::kBXor:
      return Literal::Integer(*a ^ *b);
    case BinaryOperator::kShl:
      return Literal::Integer(ShiftLeft(*a, *b));
    default:
      // -INT64_MIN wraps to itself, and both shift everything out.
      return Literal::Integer(
          ShiftLeft(*a, Wrap(0 - static_cast<uint64_t>(*b))));
  }
}

std::optional<Literal> FoldIntegers(BinaryOperator op, int64_t a, int64_t b) {
  const uint64_t ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
  switch (op) {
    case BinaryOperator::kAdd:
      return Literal::Integer(Wrap(ua + ub));
    case BinaryOperator::kSub:
      return Literal::Integer(Wrap(ua - ub));
    case BinaryOperator::kMul:
      return Literal::Integer(Wrap(ua * ub));
    case BinaryOperator::kIDiv:
      return Literal::Integer(FloorDivide(a, b));
    default:
      return Literal::Integer(FloorModulo(a, b));
  }
}

std::optional<Literal> FoldFloats(BinaryOperator op, double a, double b) {
  switch (op) {
    case BinaryOperator::kAdd:
      return FloatResult(a + b);
    case BinaryOperator::kSub:
      return FloatResult(a - b);
    case BinaryOperator::kMul:
      return FloatResult(a * b);
    case BinaryOperator::kMod:
      return FloatResult(FloorModulo(a, b));
    case BinaryOperator::kPow:
      return FloatResult(b == 2 ? a * a : std::pow(a, b));
    case BinaryOperator::kDiv:
      return FloatResult(a / b);
    default:
      return FloatResult(std::floor(a / b));
  }
}

}  // namespace

std::optional<Literal> LiteralOf(const Expression& e) {
  switch (e.kind) {
    case ExpressionKind::kNil:
      return Literal{};
    case ExpressionKind::kTrue:
      return Literal::Boolean(true);
    case ExpressionKind::kFalse:
      return Literal::Boolean(false);
    case ExpressionKind::kInteger:
      return Literal::Integer(e.integer);
    case ExpressionKind::kFloat:
      return Literal::Float(e.number);
    case ExpressionKind::kString:
      return Literal::String(e.string);
    default:
      return std::nullopt;
  }
}

void SetLiteral(const Literal& literal, Expression* e) {
  switch (literal.kind) {
    case Literal::Kind::kNil:
      e->kind = ExpressionKind::kNil;
      break;
    case Literal::Kind::kFalse:
      e->kind = ExpressionKind::kFalse;
      break;
    case Literal::Kind::kTrue:
      e->kind = ExpressionKind::kTrue;
      break;
    case Literal::Kind::kInteger:
      e->kind = ExpressionKind::kInteger;
      e->integer = literal.integer;
      break;
    case Literal::Kind::kFloat:
      e->kind = ExpressionKind::kFloat;
      e->number = literal.number;
      break;
    case Literal::Kind::kString:
      e->kind = ExpressionKind::kString;
      e->string = literal.string;
      break;
  }
}

std::optional<Literal> Fold(BinaryOperator op, const Literal& left,
                            const Literal& right) {
  if (op > BinaryOperator::kShr) return std::nullopt;
  if (!left.is_number() || !right.is_number()) return std::nullopt;
  if (IsBitwise(op)) return FoldBitwise(op, left, right);
  const bool divides = op == BinaryOperator::kDiv ||
                       op == BinaryOperator::kIDiv ||
                       op == BinaryOperator::kMod;
  if (divides && ToFloat(right) == 0) return std::nullopt;
  const bool always_float =
      op == BinaryOperator::kDiv || op == BinaryOperator::kPow;
  if (!always_float && left.kind == Literal::Kind::kInteger &&
      right.kind == Literal::Kind::kInteger) {
    return FoldIntegers(op, left.integer, right.integer);
  }
  return FoldFloats(op, ToFloat(left), ToFloat(right));
}

std::optional<Literal> Fold(UnaryOperator op, const Literal& operand) {
  switch (op) {
    case UnaryOperator::kNot:
      return Literal::Boolean(!operand.truth());
    case UnaryOperator::kNegate:
      if (operand.kind == Literal::Kind::kInteger) {
        return Literal::Integer(
            Wrap(0 - static_cast<uint64_t>(operand.integer)));
      }
      if (operand.kind == Literal::Kind::kFloat) {
        return FloatResult(-operand.number);
      }
      return std::nullopt;
    case UnaryOperator::kBNot: {
      if (!operand.is_number()) return std::nullopt;
      const auto value = ToInteger(operand);
      if (!value) return std::nullopt;
      return Literal::Integer(~*value);
    }
    case UnaryOperator::kLength:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace m3lua::compiler
