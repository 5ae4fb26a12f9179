-- A dozen small libraries: ansicolors, fifo, coxpcall, mediator, logging,
-- cliargs, mmdb, redis, lemock, compat53, moses, markdown.
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;" ..
  "/usr/share/lua/5.3/?.lua;/usr/share/lua/5.3/?/init.lua;" ..
  "/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua"
package.cpath = ""

local printed = dofile "printed.lua"
local show, try = printed.show, printed.try

print "--- ansicolors"
local colors = require "ansicolors"
print(colors "%{red}red%{reset} plain %{bright blue underline}both", colors.noReset "%{greenbg}x", colors(nil), colors(12))
try(colors, "%{nothing}")

print "--- fifo"
local fifo = require "fifo"
local queue = fifo(1, 2, nil, 4)
for i = 1, 50 do queue:push(i * i) end
for i = 1, 20 do queue:insert(i * 2, "in" .. i) end
local popped = {}
for _ = 1, 30 do popped[#popped + 1] = tostring(queue:pop()) end
print(#queue, queue:length(), queue:peek(), queue:peek(44), queue:peek(45), table.concat(popped, " "))
for i = 1, 10 do io.write(tostring(queue:remove(i * 3)), " ") end
print(#queue)
try(queue.insert, queue, 0, 1)
try(queue.insert, queue, 1.5, 1)
try(function() queue.field = 1 end)
while #queue > 0 do queue:pop() end
try(queue.pop, queue)
queue:setempty(function(self) return "empty", #self end)
try(queue.pop, queue)

print "--- coxpcall"
-- It does its work only where pcall bars yields; so it sees such a pcall first.
local real_pcall, real_xpcall, real_running = pcall, xpcall, coroutine.running
require "coxpcall"
print(copcall == pcall, coxpcall == xpcall)
pcall = function(f, ...)
  return coroutine.wrap(function(...)
    local answer = table.pack(real_pcall(f, ...))
    return table.unpack(answer, 1, answer.n)
  end)(...)
end
copcall, coxpcall, package.loaded.coxpcall = nil, nil, nil
local co = require "coxpcall"
pcall = real_pcall
print(copcall ~= real_pcall, type(co))
local generator = coroutine.wrap(function()
  print("inside", copcall(function(a)
    local b = coroutine.yield(a + 1)
    local ok, message = copcall(function() coroutine.yield(b .. "!") error({code = b}) end)
    coroutine.yield(ok, type(message), message.code)
    error("outer " .. b, 0)
  end, 10))
  print("traced", coxpcall(function() coroutine.yield "in x" local x = nil; return x.y end, function(m) return "handled: " .. tostring(m) end))
  return "end"
end)
print(generator()) print(generator "bee") print(generator()) print(generator()) print(generator())
print(real_running == coroutine.running, real_xpcall == xpcall)

print "--- mediator"
local mediator = require "mediator"()
local events = {}
local function listener(name, go_on)
  return function(...) events[#events + 1] = name .. "(" .. table.concat({...}, ",") .. ")" return name, go_on end
end
local first = mediator:subscribe({"car", "doors"}, listener("first", true))
mediator:subscribe({"car"}, listener("car", true), {priority = 1})
mediator:subscribe({"car", "doors"}, listener("second", true), {priority = 1})
mediator:subscribe({"car", "doors"}, listener("only seven", true), {predicate = function(n) return n == 7 end})
mediator:subscribe({"car", "doors"}, listener("stops", false))
mediator:subscribe({"car", "doors"}, listener("never", true))
print(show(mediator:publish({"car", "doors"}, 1)), show(mediator:publish({"car", "doors"}, 7)))
first:update {fn = listener("updated", true), options = {}}
print(show(mediator:publish({"car", "doors"}, 2, "x")), show(mediator:publish({"none"}, 1)))
print(mediator:removeSubscriber(first.id, {"car", "doors"}) ~= nil, show(mediator:publish({"car"}, 3)))
print(table.concat(events, " "))
try(function() return mediator:getSubscriber("none", {"car"}) end)

print "--- logging"
local logging = require "logging"
local log = logging.new(function(self, level, message)
  print(logging.prepareLogMsg("%level|%message|", "now", level, message))
  return true
end)
for _, level in ipairs {"DEBUG", "WARN", "FATAL", "OFF"} do
  try(log.setLevel, log, level)
  try(log.debug, log, "debug")
  log:info("formatted %d %s", 5, "x")
  log:warn({1, 2, {nested = "t", [3.5] = false}})
  log:error(function(a, b) return "made of " .. a .. b end, "a", 2)
  log:log(logging.FATAL, "last")
end
try(log.setLevel, log, "LOUD")
try(log.log, log, "LOUD", "x")
print(logging.tostring {b = {1, "x", true}, "y", a = 1}, logging.tostring(print):match "^function", logging.tostring "s", logging.tostring(1e15))
local file = require "logging.file"("test%s.log", "%Y", "%level %message\n")
file:info "to a file"
file:error("%5.2f", math.pi)
local rolling = require "logging.rolling_file"("rolling.log", 100, 3, "%message\n")
for i = 1, 40 do rolling:info("line number %d of the log", i) end
for _, name in ipairs {os.date "test%Y.log", "rolling.log", "rolling.log.1", "rolling.log.3", "rolling.log.4"} do
  local f = io.open(name)
  print((name:gsub("%d%d%d%d", "YEAR")), f and f:read "a")
  if f then f:close() end
end

print "--- cliargs"
local function new_cli()
  package.loaded.cliargs = nil
  local cli = require "cliargs"
  cli:set_name "tool"
  cli:set_description("A tool of many words. " .. ("More words. "):rep(10))
  cli:argument("OUTPUT", "path to the output file")
  cli:splat("INPUTS", "the source files to read from", "/tmp/foo", 3)
  cli:option("-c, --compress=FILTER", "the filter to use", "gzip")
  cli:option("-I, --include=DIR", "paths", {})
  cli:option("-n, --number=N", "a number, checked", nil, function(key, value, alt)
    if not tonumber(value) then return nil, key .. "/" .. tostring(alt) .. " wants a number" end
    return true
  end)
  cli:flag("-d", "debug")
  cli:flag("-v, --version", "version")
  cli:flag("--[no-]ice-cream", "ice cream, or not", true)
  local command = cli:command("add", "adds files")
  command:splat("FILES", "which", nil, 10)
  command:flag("-f, --force", "by force")
  command:action(function(options) return {command = "add", options = options} end)
  return cli
end
for _, line in ipairs {
  "", "out", "out a b c", "out a b c d", "-c bzip2 out", "--compress=xz out a", "--compress out", "-d -v out", "--no-ice-cream out",
  "-I a -I b --include=c out", "-n 5 out", "-n five out", "--unknown out", "-x out", "out -- -d", "add a b -f", "add", "-dv out", "--ice-cream=no out",
} do
  local arguments = {}
  for word in line:gmatch "%S+" do arguments[#arguments + 1] = word end
  io.write(line, ": ")
  try(function() local cli = new_cli() return cli:parse(arguments) end)
end
local cli = new_cli()
cli:print_usage() cli:print_help()
print(cli.printer.generate_help_and_usage())
try(cli.option, cli, "nonsense", "x")
try(cli.flag, cli, "-d", "twice")
try(cli.splat, cli, "MORE", "again")
local config = io.open("config.ini", "w")
config:write("[cli]\ncompress = lzma\nnumber = 7\nd = true\n")
config:close()
try(function() local c = new_cli() c:load_defaults(c:read_defaults "config.ini".cli) return c:parse {"out"} end)

print "--- mmdb"
-- A database made here: 24 bit records, IPv4, some networks.
local function encode(v)
  local function head(kind, size)
    assert(size < 29 + 256)
    local extra = ""
    if size >= 29 then size, extra = 29, string.char(size - 29) end
    if kind < 8 then return string.char(kind << 5 | size) .. extra end
    return string.char(size, kind - 7) .. extra
  end
  if type(v) == "string" then return head(2, #v) .. v
  elseif math.type(v) == "integer" then return head(6, 4) .. (">I4"):pack(v)
  elseif type(v) == "boolean" then return head(14, v and 1 or 0)
  elseif #v > 0 then
    local parts = {}
    for i, item in ipairs(v) do parts[i] = encode(item) end
    return head(11, #v) .. table.concat(parts)
  end
  local keys, parts = {}, {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys)
  for i, k in ipairs(keys) do parts[i] = encode(k) .. encode(v[k]) end
  return head(7, #keys) .. table.concat(parts)
end
local nodes, data = {{}}, ""
local function add(network, bits, record)
  local a, b, c, d = network:match "(%d+)%.(%d+)%.(%d+)%.(%d+)"
  local address, node = (">I4"):unpack(string.char(a, b, c, d)), nodes[1]
  for bit = 1, bits - 1 do
    local side = (address >> (32 - bit) & 1) + 1
    if not node[side] then nodes[#nodes + 1] = {index = #nodes} node[side] = nodes[#nodes] end
    node = node[side]
  end
  node[(address >> (32 - bits) & 1) + 1] = #data
  data = data .. encode(record)
end
add("10.0.0.0", 8, {name = "ten", private = true, numbers = {1, 2, 3}})
add("192.168.0.0", 16, {name = ("long name "):rep(10), private = true, inner = {deep = {deeper = "x"}}})
add("8.8.8.0", 24, {name = "eights", private = false})
local tree = {}
for i, node in ipairs(nodes) do
  for side = 1, 2 do
    local target = node[side]
    local value = #nodes
    if type(target) == "table" then value = target.index
    elseif target then value = #nodes + 16 + target end
    tree[#tree + 1] = (">I3"):pack(value)
  end
end
local database = io.open("test.mmdb", "wb")
database:write(table.concat(tree), ("\0"):rep(16), data, "\xab\xcd\xefMaxMind.com", encode {
  node_count = #nodes, record_size = 24, ip_version = 4, database_type = "test", description = {en = "a test"},
  binary_format_major_version = 2, languages = {"en", "de"},
})
database:close()
local geo = require "mmdb".open "test.mmdb"
print(show(geo.data))
for _, address in ipairs {"10.1.2.3", "10.255.255.255", "11.0.0.0", "192.168.7.7", "192.169.0.0", "8.8.8.8", "8.8.9.8"} do
  try(geo.search_ipv4, geo, address)
end
try(geo.search_ipv4, geo, "nonsense")
try(require "mmdb".open, "missing.mmdb")

print "--- redis"
-- Against a server in this process that records and answers.
package.preload.socket = function() return {} end
local redis = require "redis"
local sent, answers = {}, {}
local wire = {}
function wire:send(text) sent[#sent + 1] = text return #text end
function wire:receive(what)
  local answer = table.remove(answers, 1)
  if type(what) == "number" then return answer:sub(1, what) end
  return answer
end
function wire:getfd() return 1 end
function wire:close() end
local client = redis.connect {socket = wire}
local function ask(replies, command, ...)
  answers, sent = replies, {}
  io.write(command, ": ")
  try(client[command], client, ...)
  print("  " .. ("%q"):format(table.concat(sent)):gsub("\\\n", "\\n"))
end
ask({"+PONG"}, "ping")
ask({"+OK"}, "set", "key", "välue")
ask({"$5", "hello\r\n"}, "get", "key")
ask({"$-1"}, "get", "none")
ask({":42"}, "incrby", "n", 41)
ask({"*3", "$1", "a\r\n", "$-1", "$1", "c\r\n"}, "mget", "a", "b", "c")
ask({"*4", "$1", "k\r\n", "$1", "v\r\n", "$1", "l\r\n", "$1", "w\r\n"}, "hgetall", "hash")
ask({"-ERR wrong kind"}, "lpush", "list", 1, 2, 3)
ask({"+OK"}, "hmset", "h", {z = 1})
ask({"*2", "$1", "1\r\n", "$1", "2\r\n"}, "sort", "s", {by = "weight_*", limit = {0, 5}, sort = "desc", alpha = true})
ask({":1"}, "exists", "k")
ask({"*2", "$1", "a\r\n", "$3", "2.5\r\n"}, "zrange", "z", 0, -1, {withscores = true})
ask({"+OK", "+QUEUED", "+QUEUED", "*2", ":1", "$1", "x\r\n"}, "transaction", function(t) t:incr "a" t:get "b" end)
ask({"+OK", ":3"}, "pipeline", function(p) p:set("a", 1) p:incrby("a", 2) end)  -- its table.insert is of 5.1
ask({"$26", "redis_version:7\r\nuptime:5\r\n\r\n"}, "info")
try(function() return client:nonsense() end)
redis.commands.shout = redis.command("SHOUT", {response = string.upper})
client = redis.connect {socket = wire}
ask({"+quiet"}, "shout", 1)

print "--- compat53"
try(require, "compat53")
try(function()
  local compat = require "compat53.module"
  return type(compat), compat.utf8 == utf8, compat.table and compat.table.unpack == table.unpack
end)

-- The rest is of the Lua 5.1 days.
dofile "lua_5_1.lua"

print "--- lemock"
require "lemock"
local controller = lemock.controller()
local mock = controller:mock()
try(function()
  mock:open "file"
  controller:returns(mock, 3)
  mock.field = 17
  local _ = mock.size
  controller:returns(99):times(2)
  mock "called" controller:returns "answer" :anytimes()
  controller:replay()
  local handle, count = mock:open "file"
  mock.field = 17
  return handle == mock, count, mock.size + mock.size, mock "called"
end)
try(controller.verify, controller)
for _, wrong in ipairs {
  function(m) m:open "other" end, function(m) m.field = 18 end, function(m) return m.unknown end, function(m) m() end,
  function(m, c) c:verify() end,
} do
  local c = lemock.controller()
  local m = c:mock()
  m:open "file" c:label "opened"
  m.field = 17 c:depend "opened"
  c:replay()
  local ok, message = pcall(wrong, m, c)
  print(ok, (tostring(message):gsub("table: 0x%x+", "table")))
end
try(function()
  local c = lemock.controller()
  local m = c:mock()
  m:a() c:label "a" c:depend "b"
  m:b() c:label "b" c:depend "a"
  c:replay()
end)

print "--- markdown"
local markdown = require "markdown"
markdown = type(markdown) == "function" and markdown or _G.markdown
local text = [[
# Heading with `code` #
Another heading
===============
Minor
-----
A paragraph with *emphasis*, **strong**, __strong__, _emphasis_, `code <b>`, a \\*literal\\*,
a [link](http://example.com/?a=b&c "Title"), [reference] [ref], [ref][], ![image](i.png), <http://auto.example/>,
<mail@example.com>, AT&T, &copy; 1 < 2, line break  
here.

> A quote
> with lines
>
> > nested
>
> 1. list in quote

* one
* two

    with paragraph
* three
    - nested
    - more
        + deepest

1. first
2. second

        code in list

***

    indented code <html> & "quotes"
    	tabbed

<div class="raw">
*not* markdown
</div>

[ref]: http://example.com/ref  "Reference"
[other]: <relative/url> 'x'

- - -
Last ***both***.]]
for _ = 1, 3 do
  print((markdown(text):gsub("&#x?%x+;", "&#;")))  -- addresses are encoded at random
  text = text:gsub("\n", "\n\n"):gsub("%*", "_")
end
for _, piece in ipairs {"", "\n", "*", "**", "`", "[", "![", "<", "\\\\", "1.", "- ", "> ", "#", "====", "a\n==", "<div>", "\t", "&", "***a** b*"} do
  print(("%q"):format((markdown(piece))))
end

print "--- moses"
local M = require "moses"
local numbers = M.range(1, 20)
local is_even = function(v) return v % 2 == 0 end
try(function() return M.map(numbers, function(v) return v * v end) end)
try(function() return M.select(numbers, is_even) end)
try(function() return M.reject(numbers, is_even) end)
try(function() return M.tabulate(M.partition(numbers, 6)) end)
try(function() return M.reduce(numbers, M.operator.add) end)
try(function() return M.reduceRight({"a", "b", "c"}, function(s, v) return s .. v end) end)
try(function() return M.groupBy(numbers, function(v) return v % 3 end) end)
try(function() return M.countBy(numbers, function(v) return v % 2 == 0 and "even" or "odd" end) end)
try(function() return M.zip({1, 2}, {"a", "b"}, {true, false}) end)
try(function() return M.flatten({1, {2, {3, {4}}}}) end)
try(function() return M.flatten({1, {2, {3}}}, true) end)
try(function() return M.chunk({1, 1, 2, 2, 3}, function(v) return v % 2 end) end)
try(function() return M.slice(numbers, 3, 7) end)
try(function() return M.first(numbers, 3) end)
try(function() return M.last(numbers, 3) end)
try(function() return M.unique {1, 2, 1, 3, 2} end)
try(function() return M.union({1, 2}, {2, 3}) end)
try(function() return M.intersection({1, 2, 3}, {2, 3, 4}) end)
try(function() return M.difference({1, 2, 3}, {2}) end)
try(function() return M.symmetricDifference({1, 2}, {2, 3}) end)
try(function() return M.sortBy({"ccc", "a", "bb"}, string.len) end)
try(function() return M.max {3, 9, 2} end)
try(function() return M.min {3, 9, 2} end)
try(function() return M.detect(numbers, 7) end)
try(function() return M.find(numbers, 7) end)
try(function() return M.findIndex(numbers, is_even) end)
try(function() return M.include(numbers, 30) end)
try(function() return M.all(numbers, is_even) end)
try(function() return M.any(numbers, is_even) end)
try(function() return M.sum(numbers) end)
try(function() return M.invert {"a", "b"} end)
try(function() return M.pluck({{n = 1}, {n = 2}}, "n") end)
try(function() return M.extend({a = 1}, {b = 2}) end)
try(function() return M.pick({a = 1, b = 2}, "a") end)
try(function() return M.omit({a = 1, b = 2}, "a") end)
try(function() return M.compose(function(v) return v + 1 end, function(v) return v * 2 end)(5) end)
try(function() return M.pipe(5, function(v) return v + 1 end, function(v) return v * 2 end) end)
try(function() return M.partial(function(a, b, c) return a, b, c end, 1, "_", 3)(2) end)
try(function() return M.curry(function(a, b, c) return a + b + c end, 3)(1)(2)(3) end)
local memoized, calls = nil, 0
memoized = M.memoize(function(n) calls = calls + 1 return n < 2 and n or memoized(n - 1) + memoized(n - 2) end)
try(function() return memoized(60), calls end)
try(function() return M.once(function(v) return v end)(4) end)
try(function() return M.juxtapose(6, is_even, tostring) end)
try(function() return M.times(function(i) return i * i end, 3) end)
try(function() return M.chain({5, 3, 8, 1}):sort():map(function(v) return v * 10 end):filter(function(v) return v > 20 end):value() end)
try(function() return M.isEqual({1, {2}}, {1, {2}}), M.isEqual({1}, {2}), M.isEmpty {}, M.isNaN(0 / 0), M.isInteger(3.0), M.isCallable(setmetatable({}, {__call = print})) end)
try(function() return M.tabulate(M.permutation {1, 2, 3}) end)
try(function() return M.tabulate(M.overlapping({1, 2, 3, 4}, 2)) end)
try(function() return M.tabulate(M.aperture({1, 2, 3, 4}, 2)) end)
try(function() return M.clone {a = {b = 1}} end)
try(function() return M.defaults({a = 1}, {a = 2, b = 3}) end)
try(function() return #M.sample(numbers, 3) end)
try(function() return #M.shuffle(numbers) end)
try(function() return M.adjust({1, 2, 3}, 2, function(v) return v * 100 end) end)
try(function() return M.interleave({1, 2}, {"a", "b"}) end)
try(function() return M.interpose({1, 2, 3}, 0) end)
try(function() return M.ones(3) end)
try(function() return M.vector(7, 3) end)
try(function() return M.dispatch(function() end, function(a) return a end)(3) end)
try(function() return M.thread(2, {function(a, b) return a - b end, 5}) end)
print(#M.functions(), table.concat(M.sort(M.functions()), " "))
