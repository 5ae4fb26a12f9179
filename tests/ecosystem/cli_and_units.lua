-- argparse: help, usage, parsing, errors, completions; luaunit: a suite with
-- passes, failures, errors and skips in each output format; luassert.
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;" ..
  "/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua"
package.cpath = ""

local argparse = require "argparse"

local function sorted(t)
  if type(t) ~= "table" then return tostring(t) end
  local parts = {}
  for k, v in pairs(t) do parts[#parts + 1] = tostring(k) .. "=" .. sorted(v) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end
local function try(f)
  print(select(2, pcall(f)))
end

local function new_parser()
  local parser = argparse("tool", "Does things to files. " .. ("Long text. "):rep(12), "See the manual.")
    :add_help(true):add_complete():require_command(false)
  parser:argument("input", "Input files."):args "*"
  parser:option("-o --output", "Output file.", "a.out")
  parser:option("-I --include", "Include locations."):count "*":argname "<dir>"
  parser:option "-l --level":convert(tonumber):default "3":show_default(false):description "A level."
  parser:option "--pair":args(2):argname {"<key>", "<value>"}
  parser:option "--many":args "1-3"
  parser:option "--maybe":args "?":default "def":defmode "arg"
  parser:option "--mode":choices {"fast", "slow"}
  parser:flag("-v --verbose", "Sets verbosity."):count "0-2":target "verbosity"
  parser:flag "-q --quiet":hidden(true)
  parser:mutex(parser:flag "--yes", parser:flag "--no")
  parser:group("Special options", parser:flag "--special":description "Is special.", parser:option "--extra")
  parser:option "--action":action(function(args, _, value) args.acted = value .. "!" end)
  parser:option "--append":init {"first"}:action "append"
  parser:flag "--concat":action "store_false"
  return parser
end

local parser = new_parser()
print(parser:get_usage())
print(parser:get_help())
for _, line in ipairs {
  "", "a b c", "-o out x", "-oout x", "--output=out", "-I a -I b --include c", "-l 5", "-l x", "--pair k v", "--pair k",
  "--many 1 2 3 4", "--many", "--maybe", "--maybe x", "--mode fast", "--mode quick", "-v", "-vv", "-vvv", "-qv", "--yes",
  "--yes --no", "--unknown", "-z", "--special --extra e", "--action go", "--append a --append b", "--concat", "-- -o --x",
  "--outp x", "--verbos", "a -v b -o c d", "-l", "--output", "- x", "--pair=a b",
} do
  local arguments = {}
  for word in line:gmatch "%S+" do arguments[#arguments + 1] = word end
  local ok, result = new_parser():pparse(arguments)
  print(line, ok, ok and sorted(result) or result)
end

local commands = argparse "git-like":command_target "command"
local add = commands:command "add a":summary "Adds.":description "Adds files to the index."
add:argument "files":args "+"
add:flag "-f --force"
local remote = commands:command "remote":require_command(true)
remote:command "rename":argument "old"
remote:command("remove rm", "Removes.")
commands:add_help_command():add_complete_command()
print(commands:get_help())
print(add:get_help())
print(remote:get_usage())
for _, line in ipairs {"add x y -f", "a z", "remote", "remote rename", "remote rename o", "remote rm", "ad", "", "add", "remote removee"} do
  local arguments = {}
  for word in line:gmatch "%S+" do arguments[#arguments + 1] = word end
  local ok, result = commands:pparse(arguments)
  print(line, ok, ok and sorted(result) or result)
end
for _, shell in ipairs {"bash", "zsh", "fish"} do
  print(parser["get_" .. shell .. "_complete"](parser))
  print(commands["get_" .. shell .. "_complete"](commands))
end
try(function() return argparse("x"):option(5) end)
try(function() return argparse("x"):option "-x":args "bad" end)
try(function() return argparse("x"):option "-x":nothing() end)
try(function() return argparse {name = "declared", description = "D", epilog = "E", usage = "U"}:get_help() end)

-- luaunit.  Times and dates stand still.
os.clock = function() return 1 end
local date = os.date
os.date = function(format) return date("!" .. (format or "%c"):gsub("^!", ""), 86400) end
local lu = require "luaunit"

TestNumbers = {}
function TestNumbers:setUp() self.value = 5 end
function TestNumbers:tearDown() self.value = nil end
function TestNumbers:testEquals() lu.assertEquals(self.value, 5) end
function TestNumbers:testFails() lu.assertEquals(self.value, 6) end
function TestNumbers:testAlmost() lu.assertAlmostEquals(1, 1.05, 0.1) lu.assertNotAlmostEquals(1, 2, 0.1) end
function TestNumbers:testNan() lu.assertIsNaN(0 / 0) lu.assertIsInf(1 / 0) lu.assertIsMinusZero(-0.0) lu.assertIsPlusZero(1) end
function TestNumbers:testError() local t = nil return t.x end
function TestNumbers:testSkipped() lu.skip "not today" end
function TestNumbers:testSkipIf() lu.skipIf(self.value == 5, "is five") end
function TestNumbers:testSuccess() lu.success() end
function TestNumbers:testFail() lu.fail "on purpose" end
function TestNumbers:testFailIf() lu.failIf(true, "if") end
TestTables = {}
function TestTables:testItems() lu.assertItemsEquals({1, 2, {3}}, {{3}, 2, 1}) end
function TestTables:testDeep() lu.assertEquals({1, {2, {x = 3}}}, {1, {2, {x = 4}}}) end
function TestTables:testLists()
  local a, b = {}, {}
  for i = 1, 15 do a[i], b[i] = i, i end
  b[7], b[15] = "seven", nil
  lu.assertEquals(a, b)
end
function TestTables:testCycle() local a, b = {1}, {1} a[2], b[2] = a, b lu.assertEquals(a, b) end
function TestTables:testContains() lu.assertTableContains({1, 2}, 3) end
function TestTables:testIs() local t = {} lu.assertIs(t, t) lu.assertNotIs(t, {}) end
TestStrings = {}
function TestStrings:testContains() lu.assertStrContains("hello", "ell") lu.assertNotStrContains("hello", "x") lu.assertStrMatches("abc", "%a+") lu.assertStrIContains("Hello", "hELL") end
function TestStrings:testNotContains() lu.assertStrContains("hello", "xyz") end
function TestStrings:testMultiline() lu.assertEquals("one\ntwo\nthree", "one\n2\nthree") end
function TestStrings:testErrors()
  lu.assertError(error, "x")
  lu.assertErrorMsgEquals("msg", error, "msg")
  lu.assertErrorMsgContains("part", error, "the part of it")
  lu.assertErrorMsgMatches(".*b.*", error, "abc")
end
function TestStrings:testErrorMissing() lu.assertErrorMsgEquals("msg", function() end) end
function TestStrings:testTypes() lu.assertIsString "" lu.assertIsNumber(1) lu.assertIsTable {} lu.assertIsNil(nil) lu.assertIsFunction(print) lu.assertIsTrue(true) lu.assertIsCoroutine(coroutine.create(print)) lu.assertIsBoolean "no" end
function testFunction() lu.assertTrue(1) end
function testOther() lu.assertEvalToTrue(1) lu.assertFalse(false) lu.assertNotEquals(1, 2) end
for _, arguments in ipairs {
  {"-o", "text", "-v"}, {"-o", "tap"}, {"-o", "TAP", "-v"}, {"-o", "text", "-q"}, {"-o", "nil"}, {"-o", "text", "-p", "Strings", "-x", "Errors"},
  {"-o", "junit", "-n", "results"}, {"-r", "2", "TestNumbers.testEquals", "-v"},
} do
  print("---", table.concat(arguments, " "))
  print(lu.LuaUnit.new():runSuite(table.unpack(arguments)))
end
local report = io.open "results.xml"
if report then print((report:read "a":gsub('hostname="[^"]*"', ""))) report:close() end
print(lu.prettystr {1, 2, {a = "x\ny", [3] = true}}, lu.prettystr "quote\"d", lu.prettystr {})
try(function() return lu.private.strsplit(",", "a,b,,c"), lu.private.xmlEscape "<&>\"'", lu.private.patternFilter({"!x"}, "axb") end)

print "--- luassert"
local assert = require "luassert"
local function check(f)
  local ok, err = pcall(f)
  print(ok, ok or tostring(type(err) == "table" and err.message or err))
end
check(function() assert.are.equal(1, 1) assert.is_true(true) assert.has.error(error) assert.is_not.falsy(1) end)
check(function() assert.are.equal(1, "1") end)
check(function() assert.same({1, {2}}, {1, {2}}) assert.are_not.same({1}, {2}) end)
check(function() assert.same({a = {b = 1}}, {a = {b = 2}}) end)
check(function() assert.is_nil(false, "with a message") end)
check(function() assert.has_error(function() error "one" end, "two") end)
check(function() assert.has_no.errors(function() error "oops" end) end)
check(function() assert.matches("b+", "aaa") end)
check(function() assert.near(1, 2, 0.5) end)
check(function() assert.is_string(5) end)
check(function() assert.unique {1, 2, 1} end)
check(function()
  local spy = require "luassert.spy"
  local s = spy.new(function(x) return x * 2 end)
  s(1) s(2)
  assert.spy(s).was.called(2)
  assert.spy(s).was.called_with(2)
  assert.spy(s).was.returned_with(4)
  assert.spy(s).was_not.called_with(3)
  assert.spy(s).was.called(5)
end)
check(function()
  local stub = require "luassert.stub"
  local t = {f = function() return "real" end}
  stub(t, "f").returns "fake"
  print(t.f())
  t.f:revert()
  print(t.f())
end)
check(function()
  local match = require "luassert.match"
  local s = require "luassert.spy".new(function() end)
  s("x", 1)
  assert.spy(s).was.called_with(match._, match.is_number())
  assert.spy(s).was.called_with(match.is_table(), match._)
end)
