// Making tables, closures and objects; what they leave is collected.
#include "benchmarks/micro/snippets.h"

namespace m3lua::micro {
namespace {

[[maybe_unused]] const bool registered = RegisterSnippets(
    "create",
    {
        {"table_empty", "", "local a", "a = {}"},
        {"table_array_3", "", "local a", "a = {1, 2, 3}"},
        {"table_record_3", "", "local a", "a = {x = 1, y = 2, z = 3}"},
        {"table_record_8", "", "local a",
         "a = {a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8}"},
        {"table_nested", "", "local a", "a = {{}, {}}"},
        {"table_grown_array", "", "local a",
         "a = {} for i = 1, 10 do a[i] = i end", 10},
        {"table_grown_record", "", "local a", "a = {} a.x = 1 a.y = 2 a.z = 3"},
        {"object", "local C = {} C.__index = C", "local a",
         "a = setmetatable({x = 1, y = 2}, C)"},
        {"closure_0", "", "local a", "a = function() end"},
        {"closure_1", "local x = 1", "local a", "a = function() return x end"},
        {"closure_captures_local", "", "local a",
         "do local x = 1 a = function() return x end end"},
        {"closure_captures_3", "", "local a",
         "do local x, y, z = 1, 2, 3 a = function() return x, y, z end end"},
        {"coroutine", "local create, f = coroutine.create, function() end",
         "local a", "a = create(f)"},
        {"long_string", "local s = string.rep('x', 100)", "local a",
         "a = s .. 'y'"},
    });

}  // namespace
}  // namespace m3lua::micro
