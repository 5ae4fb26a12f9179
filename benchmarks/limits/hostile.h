// Calls that would run for ever, or for very long, most of them inside of a
// library function: for the test that each can be ended, and for the benchmark
// that tells how late that is.
#ifndef BENCHMARKS_LIMITS_HOSTILE_H_
#define BENCHMARKS_LIMITS_HOSTILE_H_

namespace m3lua::hostile {

struct Call {
  const char* name;
  const char* prepare;  // before there is a bound
  const char* code;
};

// One for each library function that works for long, and for the collector.
// As they are, or a million of them are prepared, within 100 MB.
inline constexpr Call kCalls[] = {
    {"find with .-.-.-b$", "", "('a'):rep(3000):find('.-.-.-b$')"},
    {"string.rep('', 1<<62)", "",
     "string.rep('', 1 << 62) while true do string.rep('', 1 << 62) end"},
    {"table.move of 1<<40", "", "table.move({}, 1, 1 << 40, 2)"},
    {"table.insert, huge __len", "",
     "table.insert(setmetatable({}, {__len = function() return 1 << 40 end}), "
     "1, 0)"},
    {"table.concat, huge __len", "",
     "table.concat(setmetatable({}, {__len = function() return 1 << 40 end, "
     "__index = function() return '' end}))"},
    {"table.sort, never settles", "",
     "local t = {} for i = 1, 1e6 do t[i] = i end while true do "
     "pcall(table.sort, t, function() return true end) end"},
    {"load of endless input", "", "load(function() return 'x = 1 ' end)"},
    {"string.format, long",
     "s = ('%5.1f'):rep(200)  t = {} for i = 1, 200 do t[i] = i end",
     "while true do s:format(table.unpack(t)) end"},
    {"string.format %q, long", "s = ('\\n'):rep(1 << 20)",
     "while true do string.format('%q', s) end"},
    {"gsub, long subject", "s = ('ab'):rep(1 << 19)",
     "while true do s:gsub('a', 'xyz') end"},
    {"gsub with a function", "s = ('ab'):rep(1 << 19)",
     "while true do s:gsub('.', function(c) return c end) end"},
    {"utf8.len, utf8.offset", "s = ('\\u{e9}'):rep(1 << 19)",
     "while true do utf8.len(s) utf8.offset(s, 1 << 19) end"},
    {"utf8.codepoint", "s = ('\\u{e9}'):rep(1 << 17)",
     "while true do utf8.codepoint(s, 1, -1) end"},
    {"table.unpack of 2e5", "t = {} for i = 1, 2e5 do t[i] = i end",
     "while true do local n = select('#', table.unpack(t)) end"},
    {"a million finalizers",
     "local mt = {__gc = function() end} for i = 1, 1e6 do setmetatable({}, "
     "mt) end",
     "while true do collectgarbage() end"},
    {"load of endless comment", "", "load(function() return '--x\\n' end)"},
    {"load, nested 190 deep",
     "s = 'return ' .. ('('):rep(190) .. 1 .. (')'):rep(190)",
     "while true do load(s .. ' ') end"},
    {"varargs of 2e5", "t = {} for i = 1, 2e5 do t[i] = i end",
     "local function f(...) while true do local n = select('#', ...) end end "
     "f(table.unpack(t))"},
    {"rehash of a growing table", "",
     "local t = {} for i = 1, 1e9 do t[i + 0.5] = i end"},
    {"growing list", "", "local t = {} for i = 1, 1e9 do t[i] = i end"},
    {"finalizers that resurrect", "",
     "local function again() setmetatable({}, {__gc = again}) end for i = 1, "
     "1000 do again() end while true do collectgarbage() end"},
    {"endless __gc",
     "setmetatable({}, {__gc = function() while true do end end})",
     "collectgarbage()"},
    {"endless __close", "",
     "local c <close> = setmetatable({}, {__close = function() while true do "
     "end end}) error('x')"},
    {"coroutine closed, endless __close", "",
     "local co = coroutine.create(function() local c <close> = "
     "setmetatable({}, {__close = function() while true do end end}) "
     "coroutine.yield() end) coroutine.resume(co) coroutine.close(co)"},
    {"coroutines in coroutines", "",
     "local function nest() return coroutine.wrap(nest)() end while true do "
     "pcall(nest) end"},
    {"deep recursion, caught", "",
     "local function f() return 1 + f() end while true do pcall(f) end"},
    {"os.time, os.date", "",
     "while true do os.time{year = 2000, month = 1 << 30, day = 1} os.date() "
     "end"},
    {"math in a loop", "", "while true do math.sin(math.random()) end"},
};

// What the same do with very much memory: for the benchmark alone.
inline constexpr Call kLargeCalls[] = {
    {"table.sort of 4M numbers",
     "t = {} for i = 1, 4e6 do t[i] = math.random() end",
     "while true do table.sort(t) table.sort(t, function(a, b) return a > b "
     "end) end"},
    {"load of 20 MB of statements", "s = ('x = x + 1 '):rep(2000000)",
     "load(s)"},
    {"load of one 100 MB token", "s = 'x = \"' .. ('y'):rep(100 << 20) .. '\"'",
     "while true do load(s .. 'z') end"},
    {"load of a constructor of 4M", "s = 'return {' .. ('1,'):rep(4e6) .. '}'",
     "load(s)()"},
    {"string.format %q of 50 MB", "s = ('\\n'):rep(50 << 20)",
     "while true do string.format('%q', s) end"},
    {"gsub of 50 MB", "s = ('ab'):rep(25 << 20)",
     "while true do s:gsub('a', 'xyz') end"},
    {"gsub with a function of 50 MB", "s = ('ab'):rep(25 << 20)",
     "while true do s:gsub('.', function(c) return c end) end"},
    {"find, plain, 200 MB", "s = ('a'):rep(200 << 20)",
     "while true do s:find('b', 1, true) end"},
    {"find, plain, half matches",
     "s = ('a'):rep(100 << 20) p = ('a'):rep(50 << 20) .. 'b'",
     "while true do s:find(p, 1, true) end"},
    {"match over 200 MB", "s = ('a'):rep(200 << 20)",
     "while true do s:match('a*b') end"},
    {"utf8.len of 100 MB", "s = ('\\u{e9}'):rep(50 << 20)",
     "while true do utf8.len(s) utf8.offset(s, -1) end"},
    {"string.rep of 500 MB", "", "while true do ('ab'):rep(250 << 20) end"},
    {"concatenation of 200 MB", "s = ('a'):rep(200 << 20)",
     "while true do local t = s .. s end"},
    {"upper, reverse of 200 MB", "s = ('a'):rep(200 << 20)",
     "while true do s:upper() s:reverse() end"},
    {"comparison of 200 MB", "s = ('a'):rep(200 << 20) t = s:sub(1, -2) .. 'b'",
     "while true do local b = s < t or s == t end"},
    {"hash of 100 MB strings", "s = ('a'):rep(100 << 20)",
     "while true do local t = {[s .. 'x'] = 1} end"},
    {"tonumber of 20 MB", "s = ('1'):rep(20 << 20)",
     "while true do tonumber(s) local n = s + 1 end"},
    {"string.pack of 20 MB format", "s = ('x'):rep(20 << 20)",
     "while true do s.pack(s) end"},
    {"next over a huge empty table",
     "t = {} for i = 1, 4e6 do t[i + 0.5] = i end for k in pairs(t) do t[k] = "
     "nil end",
     "while true do next(t) end"},
    {"pairs over a huge empty table",
     "t = {} for i = 1, 8e6 do t[i] = i end for i = 1, 8e6 do t[i] = nil end",
     "while true do for k in pairs(t) do end end"},
    {"# of a huge table with holes",
     "t = {} for i = 1, 8e6 do t[i] = i end for i = 1, 8e6, 3 do t[i] = nil "
     "end",
     "while true do local n = #t t[n] = nil t[1] = t[1] and nil or 1 end"},
    {"table.insert at the start of 4M", "t = {} for i = 1, 4e6 do t[i] = i end",
     "while true do table.insert(t, 1, 0) end"},
    {"full collections, 400 MB", "t = {} for i = 1, 4e6 do t[i] = {i} end",
     "while true do collectgarbage() end"},
    {"garbage beside 400 MB", "t = {} for i = 1, 4e6 do t[i] = {i} end",
     "while true do local a = {{}, {}} end"},
    {"rewriting 400 MB", "t = {} for i = 1, 4e6 do t[i] = {i} end",
     "local n = #t while true do for i = 1, n do t[i][1] = {} end end"},
    {"straight-line code of 1M",
     "f = load('local x = 0 ' .. ('x = x + 1 '):rep(1e6) .. 'return x')",
     "while true do f() end"},
};

}  // namespace m3lua::hostile

#endif  // BENCHMARKS_LIMITS_HOSTILE_H_
