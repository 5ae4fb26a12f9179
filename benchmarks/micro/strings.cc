// Making, comparing and searching strings.
#include "benchmarks/micro/snippets.h"

namespace m3lua::micro {
namespace {

[[maybe_unused]] const bool registered = RegisterSnippets(
    "strings",
    {
        {"concat_2_short", "", "local a, b, c = nil, 'left', 'right'",
         "a = b .. c"},
        {"concat_4", "", "local a, b, c = nil, 'left', 'right'",
         "a = b .. c .. b .. c"},
        {"concat_number", "", "local a, b = nil, 'n = '", "a = b .. 42"},
        {"concat_float", "", "local a, b = nil, 'x = '", "a = b .. 4.25"},
        {"concat_long", "local s = string.rep('x', 1000)", "local a",
         "a = s .. 'y'"},
        {"build_10", "", "local a", "a = '' for _ = 1, 10 do a = a .. 'x' end",
         10},
        {"table_concat_10",
         "local t = {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'} "
         "local concat = table.concat",
         "local a", "a = concat(t, ',')"},
        {"sub", "local s = 'a string to cut'", "local a", "a = s:sub(3, 8)"},
        {"byte", "local s = 'a string'", "local a", "a = s:byte(3)"},
        {"char", "local char = string.char", "local a", "a = char(65, 66)"},
        {"rep", "local s = 'ab'", "local a", "a = s:rep(20)"},
        {"upper", "local s = 'a string'", "local a", "a = s:upper()"},
        {"reverse", "local s = 'a string'", "local a", "a = s:reverse()"},
        {"format_integer", "local format = string.format", "local a",
         "a = format('%d', 42)"},
        {"format_line", "local format = string.format", "local a",
         "a = format('%5d %-8s %.2f', 42, 'name', 1.5)"},
        {"tostring_integer", "local tostring = tostring", "local a",
         "a = tostring(42)"},
        {"tostring_float", "local tostring = tostring", "local a",
         "a = tostring(4.25)"},
        {"tonumber", "local tonumber = tonumber", "local a",
         "a = tonumber('42')"},
        {"find_plain", "local s = ('x'):rep(100) .. 'needle'", "local a",
         "a = s:find('needle', 1, true)"},
        {"find_pattern", "local s = ('x'):rep(100) .. '42'", "local a",
         "a = s:find('%d+')"},
        {"match_captures", "local s = 'key = value'", "local a, b",
         "a, b = s:match('(%w+)%s*=%s*(%w+)')"},
        {"gsub", "local s = 'some words to change'", "local a",
         "a = s:gsub('%w+', 'x')"},
        {"gsub_function",
         "local s = 'some words' local function f(w) return w end", "local a",
         "a = s:gsub('%w+', f)"},
        {"gmatch", "local s = 'one two three'", "local a",
         "for w in s:gmatch('%a+') do a = w end", 3},
        {"pack", "local pack = string.pack", "local a", "a = pack('<i4', 7)"},
        {"utf8_len", "local len, s = utf8.len, 'some text'", "local a",
         "a = len(s)"},
    });

}  // namespace
}  // namespace m3lua::micro
