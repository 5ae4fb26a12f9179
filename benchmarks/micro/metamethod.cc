// Operations that end in a metamethod.
#include "benchmarks/micro/snippets.h"

namespace m3lua::micro {
namespace {

[[maybe_unused]] const bool registered = RegisterSnippets(
    "metamethod",
    {
        {"add",
         "local o = setmetatable({}, {__add = function(a, b) return a end})",
         "local a", "a = o + 1"},
        {"add_constant_left",
         "local o = setmetatable({}, {__add = function(a, b) return b end})",
         "local a", "a = 1 + o"},
        {"unm",
         "local o = setmetatable({}, {__unm = function(a) return a end})",
         "local a", "a = -o"},
        {"concat",
         "local o = setmetatable({}, {__concat = function(a, b) return a end})",
         "local a", "a = o .. 'x'"},
        {"len", "local o = setmetatable({}, {__len = function() return 7 end})",
         "local a", "a = #o"},
        {"eq",
         "local m = {__eq = function() return true end} "
         "local o, p = setmetatable({}, m), setmetatable({}, m)",
         "local a", "a = o == p"},
        {"lt",
         "local m = {__lt = function() return true end} "
         "local o, p = setmetatable({}, m), setmetatable({}, m)",
         "local a", "a = o < p"},
        {"le",
         "local m = {__le = function() return true end} "
         "local o, p = setmetatable({}, m), setmetatable({}, m)",
         "local a", "a = o <= p"},
        {"bitwise_and",
         "local o = setmetatable({}, {__band = function(a) return a end})",
         "local a", "a = o & 1"},
        {"index_function",
         "local o = setmetatable({}, {__index = function(t, k) return k end})",
         "local a", "a = o.x"},
        {"newindex_function",
         "local o = setmetatable({}, {__newindex = function() end})", "",
         "o.x = 1"},
        {"newindex_table",
         "local t = {x = 1} local o = setmetatable({}, {__newindex = t})", "",
         "o.x = 1"},
        {"call", "local o = setmetatable({}, {__call = function() end})", "",
         "o()"},
        {"tostring",
         "local tostring = tostring "
         "local o = setmetatable({}, {__tostring = function() return 'o' end})",
         "local a", "a = tostring(o)"},
        {"pairs",
         "local o = setmetatable({}, {__pairs = function() "
         "return next, {1}, nil end})",
         "local a", "for k in pairs(o) do a = k end"},
    });

}  // namespace
}  // namespace m3lua::micro
