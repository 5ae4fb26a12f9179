// Each arithmetic, bitwise and comparison family, by types of operands.
#include "benchmarks/micro/snippets.h"

namespace m3lua::micro {
namespace {

[[maybe_unused]] const bool registered = RegisterSnippets(
    "arithmetic",
    {
        {"add_integers", "", "local a, b = 1, 2", "a = b + b"},
        {"add_floats", "", "local a, b = 1.5, 2.5", "a = b + b"},
        {"add_mixed", "", "local a, b, c = 1.5, 2, 2.5", "a = b + c"},
        {"add_constant", "", "local a, b = 1, 2", "a = b + 7"},
        {"add_dependent", "", "local a = 1", "a = a + 1"},
        {"add_string", "", "local a, b = 1, '2'", "a = b + 1"},
        {"subtract", "", "local a, b = 1, 2", "a = b - a"},
        {"subtract_floats", "", "local a, b = 1.5, 2.5", "a = b - b"},
        {"subtract_constant", "", "local a, b = 1, 2", "a = b - 7"},
        {"multiply_integers", "", "local a, b = 1, 3", "a = b * b"},
        {"multiply_floats", "", "local a, b = 1, 3.5", "a = b * b"},
        {"multiply_constant", "", "local a, b = 1, 3", "a = b * 7"},
        {"divide", "", "local a, b = 1, 3.5", "a = b / b"},
        {"divide_constant", "", "local a, b = 1, 3.5", "a = b / 2"},
        {"floor_divide", "", "local a, b, c = 1, 17, 5", "a = b // c"},
        {"floor_divide_floats", "", "local a, b, c = 1, 17.5, 5.0",
         "a = b // c"},
        {"modulo", "", "local a, b, c = 1, 17, 5", "a = b % c"},
        {"floor_divide_constant", "", "local a, b = 1, 17", "a = b // 5"},
        {"modulo_constant", "", "local a, b = 1, 17", "a = b % 5"},
        {"modulo_floats", "", "local a, b, c = 1, 17.5, 5.0", "a = b % c"},
        {"power", "", "local a, b = 1, 1.5", "a = b ^ 2"},
        {"negate", "", "local a, b = 1, 2", "a = -b"},
        {"bitwise_and", "", "local a, b, c = 1, 255, 15", "a = b & c"},
        {"bitwise_and_constant", "", "local a, b = 1, 255", "a = b & 15"},
        {"bitwise_or", "", "local a, b, c = 1, 240, 15", "a = b | c"},
        {"bitwise_xor", "", "local a, b, c = 1, 255, 15", "a = b ~ c"},
        {"bitwise_not", "", "local a, b = 1, 255", "a = ~b"},
        {"shift", "", "local a, b, c = 1, 255, 3", "a = b << c"},
        {"shift_right", "", "local a, b, c = 1, 255, 3", "a = b >> c"},
        {"shift_constant", "", "local a, b = 1, 255", "a = b << 3"},
        {"not", "", "local a, b = 1, 2", "a = not b"},
        {"equal_integers", "", "local a, b, c = 1, 2, 2", "a = b == c"},
        {"equal_strings", "", "local a, b, c = 1, 'x', 'y'", "a = b == c"},
        {"equal_constant", "", "local a, b = 1, 2", "a = b == 2"},
        {"less_integers", "", "local a, b, c = 1, 2, 3", "a = b < c"},
        {"less_constant", "", "local a, b = 1, 2", "a = b < 3"},
        {"less_equal_integers", "", "local a, b, c = 1, 2, 3", "a = b <= c"},
        {"less_floats", "", "local a, b, c = 1, 2.5, 3.5", "a = b < c"},
        {"less_strings", "", "local a, b, c = 1, 'x', 'y'", "a = b < c"},
        {"length_table", "local t = {1, 2, 3, 4, 5}", "local a", "a = #t"},
        {"length_string", "local s = 'string'", "local a", "a = #s"},
    });

}  // namespace
}  // namespace m3lua::micro
