-- busted, with what it stands on (luassert, say, Penlight, cliargs, mediator):
-- a suite of every kind of outcome, through each of its output handlers.
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;" ..
  "/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua"
package.cpath = ""

-- In place of the C libraries that it uses.
package.preload.system = function()
  local now = 0
  local function clock() now = now + 1 return now end
  return {gettime = clock, monotime = clock, sleep = function() end}
end
package.preload.term = function() return {isatty = function() return false end} end
package.preload["term.colors"] = function()
  return setmetatable({}, {__index = function(_, name) return function(text) return name .. "<" .. tostring(text) .. ">" end end})
end
package.preload.lfs = function()
  return {
    attributes = function(name, what)
      local file = io.open(name)
      if not file then return nil, name .. ": No such file or directory" end
      local mode = file:read(0) == nil and file:seek "end" ~= 0 and "directory" or "file"
      file:close()
      return what == "mode" and mode or {mode = mode}
    end,
    symlinkattributes = function() return nil end,
    currentdir = function() return "/work" end,
    dir = function() return function() end end, mkdir = function() return true end, rmdir = function() return true end, chdir = function() return true end,
  }
end
os.date = (function(date) return function(format) return date("!" .. (format or "%c"):gsub("^!", ""), 86400) end end)(os.date)
os.clock = function() return 0 end

local suite = io.open("suite_spec.lua", "w")
suite:write [[
describe("arithmetic", function()
  local value
  setup(function() value = 40 end)
  before_each(function() value = value + 1 end)
  after_each(function() assert.is_number(value) end)
  it("adds #fast", function() assert.are.equal(41, value) end)
  it("keeps its state #slow", function() assert.equal(42, value) end)
  it("fails", function() assert.are.same({a = {1, 2, {b = "x"}}}, {a = {1, 2, {b = "y"}}}) end)
  it("errs", function() local nothing = nil; return nothing.field end)
  it("throws a table", function() error {code = 7} end)
  it("throws an object", function() error(setmetatable({}, {__tostring = function() return "an object" end})) end)
  pending("is to be written")
  it("is pending inside", function() pending "for a reason" end)
  describe("nested", function()
    lazy_setup(function() value = 100 end)
    it("sees the outer one", function() assert.is_true(value > 41) end)
    it("finally", function() finally(function() value = 0 end) assert.truthy(value) end)
    context("deeper", function()
      it("counts", function() assert.has_error(function() error "boom" end, "boom") end)
      it("misses the error", function() assert.has_error(function() end) end)
    end)
    lazy_teardown(function() value = nil end)
  end)
end)
describe("spies", function()
  it("records calls", function()
    local s = spy.new(function(a, b) return a, b end)
    s(1, 2) s("x")
    assert.spy(s).was.called(2)
    assert.spy(s).was.called_with(1, 2)
    assert.spy(s).was_not.called_with(3)
    assert.spy(s).returned_with("x")
  end)
  it("stubs and mocks", function()
    local object = {greet = function(_, name) return "hello " .. name end, nested = {f = function() return 1 end}}
    stub(object, "greet").returns "stubbed"
    assert.equal("stubbed", object:greet "you")
    assert.stub(object.greet).was.called(1)
    object.greet:revert()
    assert.equal("hello you", object:greet "you")
    local m = mock(object, true)
    assert.is_nil(m.nested.f())
    assert.spy(m.nested.f).was.called()
  end)
  it("says what was called", function()
    local s = spy.new(function() end)
    s({x = 1}, nil, "three")
    assert.spy(s).was.called_with({x = 2}, nil, "three")
  end)
  it("matches", function()
    local s = spy.new(function() end)
    s(5, "text", {1})
    assert.spy(s).was.called_with(match.is_number(), match.is_string(), match._)
    assert.spy(s).was.called_with(match.is_all_of(match.is_number(), match.equals(5)), match.matches "t.xt", match.is_same {1})
  end)
  it("takes snapshots", function()
    local snapshot = assert:snapshot()
    assert:set_parameter("TableFormatLevel", 1)
    assert.same({1, {2, {3}}}, {1, {2, {4}}})
    snapshot:revert()
  end)
end)
insulate("an insulated block", function()
  package.loaded.invented = "here"
  it("sees it", function() assert.equal("here", require "invented") end)
  GLOBAL_FROM_TEST = 1
end)
expose("an exposed block", function() it("runs", function() assert.is_nil(GLOBAL_FROM_TEST) end) end)
describe("a broken block", function() error "while describing" end)
describe("broken setup", function()
  setup(function() error "in setup" end)
  it("is not run", function() assert.is_true(false) end)
end)
describe("broken teardown", function()
  teardown(function() error "in teardown" end)
  it("is run", function() end)
end)
describe("assertions", function()
  for index, case in ipairs {
    function() assert.is_true(false, "with a message") end, function() assert.near(1, 2, 0.5) end, function() assert.matches("%d+", "abc") end,
    function() assert.is_not_nil(nil) end, function() assert.unique {1, 2, 1} end, function() assert.error_matches(function() error "abc" end, "x") end,
    function() assert.returned_arguments(2, 1) end, function() assert.is_function(1) end, function() assert.no_error(function() error "unwanted" end) end,
    function() assert.truthy() end, function() assert.equals("a\nb\nc", "a\nB\nc") end, function() assert.message("own message").equals(1, 2) end,
  } do it("case " .. index, case) end
end)
]]
suite:close()

local function run(...)
  for name in pairs(package.loaded) do
    if name:find "^busted" or name:find "^luassert" or name == "cliargs" or name:find "^cliargs%." or name:find "^say" or name == "mediator" then
      package.loaded[name] = nil
    end
  end
  arg = {...}
  print("=== " .. table.concat(arg, " "))
  local exit = os.exit
  local code
  os.exit = function(c) code = c error "exit" end
  local ok, message = pcall(function() require "busted.runner" {standalone = false} end)
  os.exit = exit
  io.stdout:flush()
  print(ok, ok or (tostring(message):gsub("\n.*", "")), code)
end
for _, output in ipairs {"plainTerminal", "utfTerminal", "TAP", "json", "gtest", "junit"} do
  run("-o", output, output == "junit" and "-Xoutput=report.xml" or "--verbose", "suite_spec.lua")
end
local report = assert(io.open "report.xml")
-- Attributes come as pairs() gives them: shown in order.
local xml = report:read "a":gsub("<(%w+)( [^<>]-)(/?)>", function(name, attributes, closed)
  local list = {}
  for attribute in attributes:gmatch "%w+='[^']*'" do list[#list + 1] = attribute end
  table.sort(list)
  return ("<%s %s%s>"):format(name, table.concat(list, " "), closed)
end)
print(xml)
report:close()
run("-o", "TAP", "--tags=fast", "suite_spec.lua")
run("-o", "TAP", "--exclude-tags=slow", "--filter=arith", "suite_spec.lua")
run("-o", "TAP", "--list", "suite_spec.lua")
run("-o", "TAP", "--no-keep-going", "suite_spec.lua")
run("-o", "TAP", "--shuffle", "--seed=12345", "--repeat=2", "suite_spec.lua")
run("--version")
run("--help")
run("--nonsense")
