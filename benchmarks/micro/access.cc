// Reads and writes of fields, elements, globals and upvalues, hit and miss.
#include "benchmarks/micro/snippets.h"

namespace m3lua::micro {
namespace {

[[maybe_unused]] const bool registered = RegisterSnippets(
    "access",
    {
        {"field", "", "local t, a = {x = 1}", "a = t.x"},
        {"field_of_eight", "",
         "local t, a = {a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = "
         "8}",
         "a = t.h"},
        {"field_missing", "", "local t, a = {x = 1}", "a = t.y"},
        {"field_of_two_tables", "",
         "local t, u, a = {x = 1}, {y = 1, z = 2, x = 3}",
         "a = t.x t, u = u, t"},
        {"field_write", "", "local t = {x = 1}", "t.x = 2"},
        {"field_new", "", "local t", "t = {} t.x = 1"},
        {"field_remove_add", "", "local t = {x = 1}", "t.x = nil t.x = 1"},
        {"key_in_variable", "", "local t, k, a = {x = 1}, 'x'", "a = t[k]"},
        {"element", "", "local t, i, a = {1, 2, 3}, 2", "a = t[i]"},
        {"element_constant", "", "local t, a = {1, 2, 3}", "a = t[2]"},
        {"element_missing", "", "local t, i, a = {1, 2, 3}, 9", "a = t[i]"},
        {"element_write", "", "local t, i = {1, 2, 3}, 2", "t[i] = 7"},
        {"element_in_hash", "", "local t, i, a = {[1000] = 1}, 1000",
         "a = t[i]"},
        {"element_float_key", "", "local t, i, a = {[1.5] = 1}, 1.5",
         "a = t[i]"},
        {"append", "", "local t = {}", "t[#t + 1] = 1 t[#t] = nil"},
        {"global", "x = 1", "local a", "a = x"},
        {"global_missing", "", "local a", "a = missing"},
        {"global_write", "x = 1", "", "x = 2"},
        {"global_remove_add", "", "", "y = nil y = 1"},
        {"upvalue", "local x = 1", "local a", "a = x"},
        {"upvalue_constant", "local x <const> = 1", "local a", "a = x"},
        {"upvalue_write", "local x = 1", "", "x = 2"},
        {"library_function", "", "local a", "a = math.floor"},
        {"inherited_1", "local t = setmetatable({}, {__index = {x = 1}})",
         "local a", "a = t.x"},
        {"inherited_3",
         "local function under(u) return setmetatable({}, {__index = u}) end "
         "local t = under(under(under({x = 1})))",
         "local a", "a = t.x"},
        {"inherited_missing", "local t = setmetatable({}, {__index = {x = 1}})",
         "local a", "a = t.y"},
    });

}  // namespace
}  // namespace m3lua::micro
