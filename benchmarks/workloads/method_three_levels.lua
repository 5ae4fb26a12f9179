-- Method calls on objects whose methods are found one, two and three levels of
-- __index away, some of them overriding and calling the one above.
--
-- Idea: shape, polygon, rectangle, square: a class hierarchy.
--
-- n: rounds; result: sums over four kinds of shapes.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 2800000
local expected = {
  [200] = "750 1200 800 6392",
  [56000] = "210000 336000 224000 38197",
  [2800000] = "10500000 16800000 11200000 308339",
}

local function class(parent)
  local c = setmetatable({}, parent)
  c.__index = c
  return c
end

local Shape = class()
function Shape:name_length() return #self.name end
function Shape:move(by)
  self.position = self.position + by
  return self.position
end
function Shape:area() return 0 end

local Polygon = class(Shape)
function Polygon:corner_count() return self.corners end

local Rectangle = class(Polygon)
function Rectangle:area() return self.width * self.height end

local Square = class(Rectangle)
function Square:move(by)
  return Rectangle.move(self, by + 1)
end

local function make(kind, name, width, height, corners)
  return setmetatable({
    name = name, width = width, height = height, corners = corners,
    position = 0,
  }, kind)
end

local shapes = {
  make(Shape, "point", 0, 0, 0),
  make(Polygon, "triangle", 2, 3, 3),
  make(Rectangle, "rectangle", 2, 3, 4),
  make(Square, "square", 3, 3, 4),
}

local areas, names, corners, positions = 0, 0, 0, 0
for i = 1, n do
  local square = shapes[4]
  corners = corners + square:corner_count()
  names = names + square:name_length()
  local other = shapes[i % 4 + 1]
  areas = areas + other:area()
  positions = (positions + other:move(i % 3)) % 1000003
end

local result = string.format("%d %d %d %d", areas, names, corners, positions)

harness.finish("method_three_levels", n, expected, result)
