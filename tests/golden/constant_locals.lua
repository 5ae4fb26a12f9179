-- Literals, also folded ones, take no register and no upvalue.
local limit <const>, size <const> = 10, 2 ^ 8
local name <const> = "name"
local computed <const> = limit + 1
local t = { [name] = computed }
local function f(a)
  if a < size then return t[name] end
  return size .. computed
end
