-- The command line: what `lua` says and returns for options, scripts, standard
-- input, environment variables and errors that nobody catches.  The program
-- calls the interpreter that runs it, under the name "lua".
local pipe = io.popen("readlink /proc/$PPID/exe")
local lua = pipe:read("l"); pipe:close()
local function write(name, text) local f = assert(io.open(name, "w")); f:write(text); f:close() end
local function run(arguments, input, environment)
  write("in.txt", input or "")
  write("run.sh", "exec -a lua '" .. lua .. "' " .. arguments .. "\n")
  local p = io.popen("TERM=dumb " .. (environment or "") .. " bash run.sh <in.txt 2>&1")
  local text = p:read("a"):gsub("Lua 5%.4[^\n]*\n", "(version)\n"):gsub("0x%x+", "ADDRESS"):gsub("skipping %d+ levels", "skipping levels"):gsub("\t.-no f[^\n]*\n", "")
  print("--- " .. (environment or "") .. " lua " .. arguments); io.write(text); print(p:close())
end
write("s.lua", 'print("script", ...) print(#arg, arg[0], arg[-1], arg[-2], arg[1], arg[2])')
write("e.lua", 'error("boom")'); write("et.lua", 'error({code = 2})'); write("en.lua", 'error()'); write("syn.lua", "return 1 +")
write("ets.lua", 'error(setmetatable({}, {__tostring = function() return "custom" end}))')
write("sb.lua", '#!/usr/bin/lua\nprint("shebang", debug.getinfo(1, "l").currentline)'); write("oc.lua", "#only a comment")
write("bom.lua", '\xef\xbb\xbf#!x\nprint("bom", debug.getinfo(1, "l").currentline)'); write("mod.lua", "return {name = ..., 5}")
write("ex.lua", 'os.exit(tonumber(arg[1]) or arg[1] == "true" or (arg[1] ~= "false" and nil), arg[2] == "close")')
write("gc.lua", [[kept = setmetatable({}, {__gc = function() print("gc at the end") end})
  local t <close> = setmetatable({}, {__close = function() print("closed") end}) print(...)
  if arg[1] == "exit" then os.exit(0, true) end if arg[1] == "err" then error("x") end]])
for _, a in ipairs{"s.lua a b", "s.lua", "-e 'print(1)'", "-e", "-e ''", "-e 'print(1'", "-e 'x'", "-e 'error(\"a\")' -e 'print(2)'", "-e 'print(...)' s.lua 1 2", "-i", "-v", "-v s.lua", "-v -e 'print(1)'", "-W -e 'warn(\"w\")'", "-e 'warn(\"w\")'", "-x", "-vx", "-ix", "--", "-- s.lua x", "--version", "-h", "-l", "-lmod -e 'print(mod[1], mod.name)'", "-l mod -e 'print(mod[1], mod.name)'", "-l m=mod -e 'print(m[1], m.name, mod)'", "-lm=mod -e 'print(m[1])'", "-l nomod", "-lnomod -e 'print(1)'", "-l =x", "-l x=", "-l a.b=mod -e 'print(_G[\"a.b\"])'", "nofile.lua", "e.lua", "et.lua", "ets.lua", "en.lua", "syn.lua", "sb.lua", "oc.lua", "bom.lua", ".", "''", "gc.lua a", "gc.lua exit", "gc.lua err", "-e 'local x = 1' -l mod s.lua z", "-W -v s.lua", "-Wv", "-ie 'print(1)'", "-eprint\\(7\\)", "-e 'print(arg[-1], arg[-2], arg[-3], arg[0])' s.lua", "-e 'print(arg[-1], arg[-2], arg[0])'", "-i s.lua", "-E s.lua", "-e 'coroutine.yield(1)'", "-e 'error(nil)'", "-e 'error(true)'", "-e 'error(12)'", "-e 'error(print)'",
  "-e 'local function f() return f() + 1 end f()'", "-e 'local function f() f() end f()'", "-e 'string.rep(\"x\", 1 << 40)'", "-e 'io.stdout:close() print(1)'", "-e 'io.stdout:close() io.write(\"x\")'", "-e 'io.close() print(1)'", "-e 'require \"syn\"'", "-e 'dofile \"syn.lua\"'", "-e 'print(loadfile \"syn.lua\")'", "-e 'print(loadfile \"nofile.lua\")'", "-e 'dofile \"nofile.lua\"'", "-e 'package.path = nil require \"q\"'", "-e 'package.searchers = nil require \"q\"'", "-e 'setmetatable(_G, {__index = function(_, n) error(\"undefined \" .. n, 2) end}) print(undefinedvar)'"} do run(a) end
for _, code in ipairs{"0", "1", "3", "256", "-1", "true", "false", "nil"} do run("ex.lua " .. code); run("ex.lua " .. code .. " close") end
local input = 'print("stdin", ...)\n'
for _, a in ipairs{"- a b", "", "-i", "-e 'print(0)' - x", "-e 'print(0)'", "-i s.lua q", "-i e.lua", "-i -e 'error(\"x\")'", "-i -x"} do run(a, input) end
run("-", 'error("from stdin")'); run("", 'error("from stdin")')
run("-i", '1+1\n=2+2\nx=5\nx\nreturn x, nil\nlocal y = 3\ny\nprint(1) print(2)\nfor i=1,2 do\nprint(i)\nend\nerror("e")\nerror({})\nnil\n)\nf(\n)\n"abc\nx = = 3\nfunction f()\nreturn 1\nend f()\n_PROMPT="p> "\n_PROMPT2="pp> "\nif true then\nprint(3) end\n-- comment\n\n;;\nreturn\n_PROMPT=42\ncoroutine.yield()\nos.exit(3)\n')
run("-i", 'x = [[\nlong\n]]\nx\n1,2,3\n"a" .. "b"\nx:upper()\nlocal a <const> = 1\na=2\ngoto x\nbreak\nreturn setmetatable({}, {__tostring = function() return "T" end})\nsetmetatable({}, {__tostring = function() error("in tostring") end})\nerror(setmetatable({}, {__tostring = function() return "TE" end}))\nerror(setmetatable({}, {__tostring = function() return 1 end}))\nerror(nil)\nerror("lvl", 0)\nerror("lvl", 2)\nstring.rep()\nlocal t = nil; t.x = 1\nprint = 5\n1\n')
for _, init in ipairs{'print("init", ...)', "@s.lua", "@nofile", 'error("i")', "syntax error", "-v"} do local e = "LUA_INIT='" .. init .. "'"; run("-e 'print(1)'", "", e); run("-E -e 'print(1)'", "", e); run("s.lua", "", e); run("-e 'print(1)'", "", e .. " LUA_INIT_5_4='print(54)'") end
run("-e 'print(package.path:sub(1, 12))'", "", "LUA_PATH='x/?.lua;;'"); run("-e 'print(package.path:sub(1, 12), package.path:sub(-3))'", "", "LUA_PATH='x/?.lua;;' LUA_PATH_5_4='y/?.lua;;y'"); run("-E -e 'print(package.path:sub(1, 2) == \"x/\")'", "", "LUA_PATH='x/?.lua;;'"); run("-e 'print(package.cpath:sub(-3))'", "", "LUA_CPATH=';;c'")
