-- Floating-point arithmetic with small objects: vectors are tables made for
-- each operation, shapes are told what to do by method calls.
--
-- Idea: Turner Whitted's recursive ray tracing of 1980: spheres over a
-- chequered floor, a lamp, shadows and mirrors.
--
-- n: width and height of the picture; result: its brightness, summed over
-- pixels of 256 levels, and the pixels that see a sphere.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 260
local expected = {
  [6] = "3618 4",
  [40] = "153037 293",
  [260] = "6455189 12089",
}

local sqrt, floor, max = math.sqrt, math.floor, math.max

local Vector = {}
Vector.__index = Vector

local function vector(x, y, z)
  return setmetatable({ x = x, y = y, z = z }, Vector)
end

function Vector:add(v)
  return vector(self.x + v.x, self.y + v.y, self.z + v.z)
end
function Vector:sub(v)
  return vector(self.x - v.x, self.y - v.y, self.z - v.z)
end
function Vector:scale(k) return vector(self.x * k, self.y * k, self.z * k) end
function Vector:dot(v) return self.x * v.x + self.y * v.y + self.z * v.z end
function Vector:unit() return self:scale(1 / sqrt(self:dot(self))) end

---- shapes: hit(from, direction) gives a distance or nil

local Sphere = {}
Sphere.__index = Sphere

function Sphere.new(center, radius, shade, mirror)
  return setmetatable({
    center = center, square = radius * radius, shade = shade, mirror = mirror,
  }, Sphere)
end

function Sphere:hit(from, direction)
  local between = self.center:sub(from)
  local along = between:dot(direction)
  local inside = along * along - between:dot(between) + self.square
  if inside <= 0 then
    return nil
  end
  local half = sqrt(inside)
  if along - half > 1e-4 then
    return along - half
  elseif along + half > 1e-4 then
    return along + half
  end
  return nil
end

function Sphere:normal(point) return point:sub(self.center):unit() end
function Sphere:shade_at() return self.shade end

local Floor = {}
Floor.__index = Floor

function Floor:hit(from, direction)
  if direction.y > -1e-6 then
    return nil
  end
  local distance = (self.height - from.y) / direction.y
  return distance > 1e-4 and distance or nil
end

function Floor:normal() return self.up end

function Floor:shade_at(point)
  return (floor(point.x) + floor(point.z)) % 2 == 0 and 0.9 or 0.2
end

---- the scene

local ground = setmetatable(
  { height = -1, up = vector(0, 1, 0), mirror = 0.1 }, Floor)
local shapes = { ground }
for i = 0, 5 do
  shapes[#shapes + 1] = Sphere.new(
    vector(i * 1.1 - 2.75, (i % 3) * 0.8 - 0.4, 5 + i % 2 * 1.5), 0.6,
    0.4 + 0.1 * i, i % 2 * 0.5)
end
local lamp = vector(-4, 6, 0)

local function nearest(from, direction)
  local best, shape
  for i = 1, #shapes do
    local distance = shapes[i]:hit(from, direction)
    if distance and (not best or distance < best) then
      best, shape = distance, shapes[i]
    end
  end
  return best, shape
end

local function in_shadow(point, direction, distance)
  for i = 1, #shapes do
    local at = shapes[i]:hit(point, direction)
    if at and at < distance then
      return true
    end
  end
  return false
end

-- Brightness from 0 to 1, and the shape that was met first.
local function trace(from, direction, depth)
  local distance, shape = nearest(from, direction)
  if not shape then
    return 0.3 + 0.2 * direction.y, nil
  end
  local point = from:add(direction:scale(distance))
  local normal = shape:normal(point)
  local to_lamp = lamp:sub(point)
  local lamp_distance = sqrt(to_lamp:dot(to_lamp))
  to_lamp = to_lamp:scale(1 / lamp_distance)
  local light = 0.15
  local slope = to_lamp:dot(normal)
  if slope > 0 and not in_shadow(point, to_lamp, lamp_distance) then
    light = light + 0.85 * slope
  end
  local brightness = light * shape:shade_at(point)
  local mirror = shape.mirror
  if mirror > 0 and depth < 4 then
    local turned = direction:sub(normal:scale(2 * direction:dot(normal)))
    brightness = brightness * (1 - mirror)
      + mirror * trace(point, turned, depth + 1)
  end
  return brightness, shape
end

local eye = vector(0, 0.5, -3)
local levels, on_spheres = 0, 0
for row = 1, n do
  for column = 1, n do
    local target = vector(2 * column / n - 1, 1 - 2 * row / n, 0)
    local brightness, shape = trace(eye, target:sub(eye):unit(), 0)
    levels = levels + floor(max(0, brightness) * 255 + 0.5)
    if shape and shape ~= ground then
      on_spheres = on_spheres + 1
    end
  end
end

local result = string.format("%d %d", levels, on_spheres)

harness.finish("ray_tracer", n, expected, result)
