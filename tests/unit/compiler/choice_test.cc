// Which code the compiler chooses: different ways to say one thing compile to
// the same instructions, constants stand where an instruction can hold them,
// and nothing is folded that would change a result.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/compiler/listing.h"

namespace m3lua::compiler {
namespace {

// Each line runs behind `local a, b, c, t = ...`.
std::string Code(const std::string& body) {
  return Brief("local a, b, c, t = ... " + body);
}

TEST(Choice, OneMeaningOneCode) {
  constexpr const char* kPairs[][2] = {
      // De Morgan: `not` costs nothing in a condition.
      {"if not (a or b) then f() end", "if not a and not b then f() end"},
      {"if not (a and b) then f() end", "if not a or not b then f() end"},
      {"if not not a then f() end", "if a then f() end"},
      {"while not (a < b) do f() end", "while not (b > a) do f() end"},
      {"repeat f() until not (a == 1)", "repeat f() until a ~= 1"},
      {"if not (a ~= b) then f() end", "if a == b then f() end"},
      // A constant on either side.
      {"if 1 == a then f() end", "if a == 1 then f() end"},
      {"if 1 < a then f() end", "if a > 1 then f() end"},
      {"if 1 >= a then f() end", "if a <= 1 then f() end"},
      {"if nil == a then f() end", "if a == nil then f() end"},
      // Parentheses and blocks are no code.
      {"return (a)", "return a"},
      {"do do f() end end", "f()"},
      {"a = (b)", "a = b"},
      {"a = a", ""},
      {";;;", ""},
      {"::label::", ""},
      // Constants that are folded.
      {"return 2 + 3 * 4", "return 14"},
      {"return -(-(5))", "return 5"},
      {"return not nil", "return true"},
      {"return ~0", "return -1"},
      {"return 7 // 2 .. ''", "return 3 .. ''"},
      {"return 2^2", "return 4.0"},
      {"return 1 << 62", "return 4611686018427387904"},
      {"local k <const> = 7; return a + k", "return a + 7"},
      {"local k <const> = 'x'; return t[k]", "return t.x"},
      {"local k <const> = 2; local l <const> = k * 3; return l", "return 6"},
      {"local k <const> = nil; return k", "return nil"},
      {"local k <const> = true; if k then f() end", "f()"},
      // Branches that are known.
      {"while true do f() end", "repeat f() until false"},
      {"if false then f() end", ""},
      {"if nil then f() else g() end", "g()"},
      {"if 0 then f() else g() end", "f()"},
      {"return a and true and b", "return a and b"},
      {"return false or a", "return a"},
      // Names of fields.
      {"return t['name']", "return t.name"},
      {"t['name'] = 1", "t.name = 1"},
      {"f{}", "f({})"},
      {"f'x'", "f('x')"},
      {"function t.m(self) end", "function t:m() end"},
      {"function t.f() end", "t.f = function() end"},
  };
  for (const auto& [one, other] : kPairs) {
    EXPECT_EQ(Code(one), Code(other)) << one << "   against   " << other;
  }
}

TEST(Choice, WhatIsNotFolded) {
  // Each must leave an operation to be executed.
  constexpr struct {
    const char* body;
    const char* operation;
  } kCases[] = {
      {"return 1 // 0", "IDiv"},       {"return 1 % 0", "Mod"},
      {"return 1 / 0", "Div"},         {"return 0 / 0", "Div"},
      {"return -0.0", "Unm"},          {"return 0.0 * -1", "Mul"},
      {"return -nil", "Unm"},          {"return #'abc'", "Len"},
      {"return 'a' .. 'b'", "Concat"}, {"return '1' + 1", "Add"},
      {"return 1.5 | 1", "BOr"},       {"return 1e100 << 1", "Shl"},
      {"return 1 < 'x'", "Gt"},
  };
  for (const auto& c : kCases) {
    EXPECT_NE(Code(c.body).find(c.operation), std::string::npos)
        << c.body << " became: " << Code(c.body);
  }
}

// The number of instructions that a body takes (VarArg comes before it).
int Length(const std::string& body) {
  int count = 0;
  for (char c : Code(body)) count += c == ';';
  return count;
}

TEST(Choice, ConstantsAreOperandsAsFarAsTheyFit) {
  constexpr struct {
    const char* body;
    int instructions;  // the operation, its return, and loads that it needs
  } kCases[] = {
      {"return a + 1", 2},      {"return a - 127", 2},
      {"return a * 10000", 2},  {"return a / 2.0", 2},
      {"return a % 90", 2},     {"return a ^ 0.5", 2},
      {"return a // 10000", 2}, {"return a & 255", 2},
      {"return a | 1", 2},      {"return a ~ -10", 2},
      {"return a << 1", 2},     {"return a >> 63", 2},
      {"return a + 1e300", 2},  {"return a + 123456789012", 2},
      {"return 1 + a", 3},      {"return 10 - a", 3},
      {"return t.x", 2},        {"return t[1]", 2},
      {"t.x = 1", 2},           {"t[1] = a", 1},
      {"return a, b, c", 4},    {"return 65535", 2},
      {"return -70000", 2},     {"return 1.25", 2},
  };
  for (const auto& c : kCases) {
    EXPECT_LE(Length(c.body), c.instructions)
        << c.body << " takes: " << Code(c.body);
  }
}

TEST(Choice, NilsAreLoadedTogether) {
  EXPECT_EQ(Length("local x, y, z local u; local v"), Length("local x"));
  EXPECT_EQ(Length("local x = nil; local y = nil, nil"), Length("local x"));
}

}  // namespace
}  // namespace m3lua::compiler
