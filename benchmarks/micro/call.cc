// Calls of each shape: fixed, variable, method, native, tail, protected.
#include "benchmarks/micro/snippets.h"

namespace m3lua::micro {
namespace {

[[maybe_unused]] const bool registered = RegisterSnippets(
    "call",
    {
        {"local_0", "local function f() end", "", "f()"},
        {"local_1", "local function f(a) return a end", "local a", "a = f(1)"},
        {"local_3", "local function f(a, b, c) return c end", "local a",
         "a = f(1, 2, 3)"},
        {"register", "local function f() end", "local f = f", "f()"},
        {"global", "function f() end", "", "f()"},
        {"too_few_arguments", "local function f(a, b, c) end", "", "f(1)"},
        {"too_many_arguments", "local function f(a) end", "", "f(1, 2, 3)"},
        {"three_results", "local function f() return 1, 2, 3 end",
         "local a, b, c", "a, b, c = f()"},
        {"results_as_arguments",
         "local function f() return 1, 2, 3 end "
         "local function g(a, b, c) return a end",
         "local a", "a = g(f())"},
        {"varargs_0", "local function f(...) end", "", "f()"},
        {"varargs_3", "local function f(...) return ... end", "local a",
         "a = f(1, 2, 3)"},
        {"varargs_table", "local function f(...) return {...} end", "local a",
         "a = f(1, 2, 3)"},
        {"select_count", "local function f(...) return select('#', ...) end",
         "local a", "a = f(1, 2, 3)"},
        {"method", "local o = {f = function(self) return self end}", "local a",
         "a = o:f()"},
        {"method_of_class",
         "local C = {} C.__index = C function C:f() return self end "
         "local o = setmetatable({}, C)",
         "local a", "a = o:f()"},
        {"method_of_string", "local s = 'string'", "local a", "a = s:byte()"},
        {"tail",
         "local function g(a) return a end "
         "local function f(a) return g(a) end",
         "local a", "a = f(1)"},
        {"recursion_10", "local function f(n) if n > 0 then f(n - 1) end end",
         "", "f(9)", 10},
        {"tail_recursion_10",
         "local function f(n) if n > 0 then return f(n - 1) end end", "",
         "f(9)", 10},
        {"tail_method",
         "local o = {f = function(self) return self end} "
         "local function f(a) return a:f() end",
         "local a", "a = f(o)"},
        {"native_type", "local type = type", "local a", "a = type(1)"},
        {"native_floor", "local floor = math.floor", "local a",
         "a = floor(1.5)"},
        {"native_select", "local select = select", "local a",
         "a = select(2, 1, 2, 3)"},
        {"native_unpack", "local unpack, t = table.unpack, {1, 2, 3}",
         "local a, b, c", "a, b, c = unpack(t)"},
        {"native_rawequal", "local rawequal = rawequal", "local a",
         "a = rawequal(1, 2)"},
        {"native_calls_lua",
         "local sort, t = table.sort, {1, 2} "
         "local function less(a, b) return a < b end",
         "", "sort(t, less)"},
        {"pcall", "local function f() end", "local a", "a = pcall(f)"},
        {"pcall_native", "local type = type", "local a", "a = pcall(type, 1)"},
        {"pcall_error", "local error = error", "local a",
         "a = pcall(error, 'x')"},
        {"pcall_error_deep",
         "local function f(n) if n == 0 then error('x', 0) end "
         "return (f(n - 1)) end",
         "local a", "a = pcall(f, 10)"},
        {"pcall_language_error", "local function f(x) return x.y end",
         "local a", "a = pcall(f)"},
        {"xpcall", "local function f() error('x', 0) end local id = tostring",
         "local a", "a = xpcall(f, id)"},
        {"close", "local o = setmetatable({}, {__close = function() end})", "",
         "do local x <close> = o end"},
    });

}  // namespace
}  // namespace m3lua::micro
