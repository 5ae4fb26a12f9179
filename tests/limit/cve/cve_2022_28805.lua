-- CVE-2022-28805: a global name under a constant _ENV made the compiler emit an
-- access to a register that held nothing, and the engine read beyond the frame.
--
-- _ENV as a constant of each kind, read, written, called and captured.

local function fails(code, text)
  local f = assert(load(code, "=env"))
  local ok, message = pcall(f)
  assert(not ok and message:find(text, 1, true),
         code .. " gave " .. tostring(message))
  f = assert(load(string.dump(f, true)))
  assert(not pcall(f), code .. " does not fail when stripped")
end

local constants = {
  ["nil"] = "nil", ["true"] = "boolean", ["false"] = "boolean",
  ["11"] = "number", ["1.5"] = "number", ["-0.0"] = "number",
  ["function() end"] = "function",
}
for constant, kind in pairs(constants) do
  local head = "local _ENV <const> = " .. constant .. "; "
  fails(head .. "X = 'hi'", "index a " .. kind)
  fails(head .. "return X", "index a " .. kind)
  fails(head .. "X()", "index a " .. kind)
  fails(head .. "X.y.z = X", "index a " .. kind)
  fails(head .. "local a, b, c = X, X", "index a " .. kind)
  fails(head .. "return (function() return X end)()", "index a " .. kind)
  fails(head .. "return (function() return function() Y = X end end)()()", "index a " .. kind)
  fails(head .. "for i = X, 2 do end", "index a " .. kind)
  fails(head .. "return X and Y or Z", "index a " .. kind)
  fails(head .. "return {X, Y = Z, [X] = 1}", "index a " .. kind)
end
-- A string can be indexed, with strings.
local f = load("local _ENV <const> = 'abc'; return len, rep, X")
local len, rep, x = f()
assert(len == string.len and rep == string.rep and x == nil)
fails("local _ENV <const> = 'abc'; X = 1", "index a string value")
-- A table can be both.
local t = load("local _ENV <const> = {}; X = 1; local function f() Y = X end f() return _ENV")()
assert(t.X == 1 and t.Y == 1)
assert(not load("local _ENV <const> = {}; _ENV = 1"))
local function parameter(_ENV) return y end
assert(parameter{y = 5} == 5)
