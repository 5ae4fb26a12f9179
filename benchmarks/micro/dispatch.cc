// What a handler costs that does next to nothing: moves, loads, jumps, loops.
#include "benchmarks/micro/snippets.h"

namespace m3lua::micro {
namespace {

[[maybe_unused]] const bool registered = RegisterSnippets(
    "dispatch",
    {
        {"loop", "", "", ""},
        {"move", "", "local a, b = 1, 2", "a = b"},
        {"load_integer", "", "local a", "a = 7"},
        {"load_string", "", "local a", "a = 'text'"},
        {"load_boolean", "", "local a", "a = true"},
        {"load_nil", "", "local a, b, c", "a, b, c = nil, nil, nil"},
        {"jump", "", "local a = false", "while a do end"},
        {"branch_taken", "", "local a, b = 1, 2", "if a < b then a = 1 end"},
        {"branch_not_taken", "", "local a, b = 1, 2",
         "if a > b then a = 1 end"},
        {"and_or", "", "local a, b, c = 1, nil, 3", "a = b and a or c"},
        {"nested_for", "", "local a = 1", "for i = 1, 10 do a = i end", 10},
        {"while", "", "local a = 0", "a = 0 while a < 10 do a = a + 1 end", 10},
        {"ipairs", "local t = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}", "local a",
         "for _, v in ipairs(t) do a = v end", 10},
        {"pairs",
         "local t = {1, 2, 3, 4, 5, a = 1, b = 2, c = 3, d = 4, e = 5}",
         "local a", "for _, v in pairs(t) do a = v end", 10},
        {"next", "local t = {a = 1}", "local a", "a = next(t)"},
    });

}  // namespace
}  // namespace m3lua::micro
