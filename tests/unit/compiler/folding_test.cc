// Guards lua/compiler/folding.
#include "lua/compiler/folding.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "gtest/gtest.h"

namespace m3lua::compiler {
namespace {

using syntax::BinaryOperator;
using syntax::UnaryOperator;
using enum syntax::BinaryOperator;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr double kInf = std::numeric_limits<double>::infinity();

Literal I(int64_t v) { return Literal::Integer(v); }
Literal F(double v) { return Literal::Float(v); }

bool Same(const Literal& a, const Literal& b) {
  return a.kind == b.kind && a.integer == b.integer && a.number == b.number &&
         a.string == b.string;
}

TEST(Folding, BinaryOperations) {
  const struct {
    BinaryOperator op;
    Literal left, right;
    std::optional<Literal> result;
  } cases[] = {
      {kAdd, I(1), I(2), I(3)},
      {kAdd, I(kMax), I(1), I(kMin)},
      {kAdd, I(1), F(2), F(3)},
      {kSub, I(kMin), I(1), I(kMax)},
      {kMul, I(kMax), I(2), I(-2)},
      {kMul, F(0.5), I(3), F(1.5)},
      {kDiv, I(7), I(2), F(3.5)},
      {kPow, I(2), I(10), F(1024)},
      {kPow, I(-8), F(2), F(64)},
      {kIDiv, I(7), I(2), I(3)},
      {kIDiv, I(-7), I(2), I(-4)},
      {kIDiv, I(7), I(-2), I(-4)},
      {kIDiv, I(kMin), I(-1), I(kMin)},
      {kIDiv, F(-7), I(2), F(-4)},
      {kMod, I(7), I(-3), I(-2)},
      {kMod, I(-7), I(3), I(2)},
      {kMod, I(kMin), I(-1), I(0)},
      {kMod, F(5.5), I(-2), F(-0.5)},
      {kMod, F(-5.5), F(kInf), F(kInf)},
      {kBAnd, I(12), I(10), I(8)},
      {kBOr, F(1), I(2), I(3)},
      {kBXor, I(-1), I(1), I(-2)},
      {kShl, I(1), I(63), I(kMin)},
      {kShl, I(1), I(64), I(0)},
      {kShl, I(-1), I(-63), I(1)},
      {kShr, I(-1), I(60), I(15)},
      {kShr, I(1), I(-4), I(16)},
      {kShr, I(1), I(kMin), I(0)},
      {kShl, I(1), I(kMin), I(0)},
      // Errors at run time stay there.
      {kIDiv, I(1), I(0), std::nullopt},
      {kMod, I(1), I(0), std::nullopt},
      {kDiv, I(1), I(0), std::nullopt},
      {kDiv, F(1), F(-0.0), std::nullopt},
      {kBAnd, F(1.5), I(1), std::nullopt},
      {kBOr, F(kInf), I(1), std::nullopt},
      {kBOr, F(0x1p63), I(1), std::nullopt},
      // Zeros and NaN are not made.
      {kMul, F(0), I(1), std::nullopt},
      {kSub, F(1), F(1), std::nullopt},
      {kSub, F(kInf), F(kInf), std::nullopt},
      {kSub, I(1), I(1), I(0)},
      // Not numbers, not arithmetic.
      {kAdd, Literal::String("1"), I(1), std::nullopt},
      {kConcat, Literal::String("a"), Literal::String("b"), std::nullopt},
      {kLt, I(1), I(2), std::nullopt},
      {kAnd, I(1), I(2), std::nullopt},
      {kAdd, Literal{}, I(1), std::nullopt},
  };
  for (const auto& c : cases) {
    const auto result = Fold(c.op, c.left, c.right);
    ASSERT_EQ(result.has_value(), c.result.has_value())
        << "case " << (&c - cases) << ": folded or not";
    if (result) {
      EXPECT_TRUE(Same(*result, *c.result))
          << "case " << (&c - cases) << ": " << result->integer << " / "
          << result->number;
    }
  }
}

TEST(Folding, UnaryOperations) {
  EXPECT_EQ(Fold(UnaryOperator::kNegate, I(kMin))->integer, kMin);
  EXPECT_EQ(Fold(UnaryOperator::kNegate, F(1.5))->number, -1.5);
  EXPECT_FALSE(Fold(UnaryOperator::kNegate, F(0))) << "-0.0 is no constant";
  EXPECT_FALSE(Fold(UnaryOperator::kNegate, Literal::String("1")));
  EXPECT_EQ(Fold(UnaryOperator::kBNot, I(0))->integer, -1);
  EXPECT_EQ(Fold(UnaryOperator::kBNot, F(2))->integer, -3);
  EXPECT_FALSE(Fold(UnaryOperator::kBNot, F(2.5)));
  EXPECT_FALSE(Fold(UnaryOperator::kLength, Literal::String("abc")));
  EXPECT_TRUE(Fold(UnaryOperator::kNot, Literal{})->truth());
  EXPECT_FALSE(Fold(UnaryOperator::kNot, Literal::String(""))->truth());
}

TEST(Folding, LiteralsSurviveBeingPutIntoTheTree) {
  for (const Literal& literal :
       {Literal{}, Literal::Boolean(true), Literal::Boolean(false), I(-5),
        F(2.5), Literal::String("text")}) {
    syntax::Expression e;
    SetLiteral(literal, &e);
    ASSERT_TRUE(LiteralOf(e).has_value());
    EXPECT_TRUE(Same(*LiteralOf(e), literal));
  }
  EXPECT_FALSE(
      LiteralOf(syntax::Expression(syntax::ExpressionKind::kVarArg, 1)));
}

}  // namespace
}  // namespace m3lua::compiler
