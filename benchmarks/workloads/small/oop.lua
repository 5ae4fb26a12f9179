-- n objects of two classes made, one of which inherits from the other; two
-- methods called on each.
--
-- Idea: a scene of small objects that is updated once.
--
-- n: objects; second argument: rounds; result: the sum of what they tell.

local harness = dofile((arg[0]:match("^.*/") or "") .. "../harness.lua")
local n = tonumber(arg[1]) or 100
local rounds = tonumber(arg[2]) or 25000
local expected = {
  [10] = "90",
  [100] = "5400",
  [1000] = "504000",
}

local Animal = {}
Animal.__index = Animal

function Animal.new(class, weight)
  return setmetatable({ weight = weight, meals = 0 }, class)
end

function Animal:eat(food)
  self.weight = self.weight + food
  self.meals = self.meals + 1
end

function Animal:tell()
  return self.weight + self.meals
end

local Dog = setmetatable({}, Animal)
Dog.__index = Dog

function Dog:tell()
  return Animal.tell(self) + 1
end

local function run()
  local animals = {}
  for i = 1, n do
    animals[i] = Animal.new(i % 2 == 0 and Dog or Animal, i)
  end
  local total = 0
  for i = 1, n do
    local animal = animals[i]
    animal:eat(2)
    total = total + animal:tell()
  end
  return total
end

local first = harness.repeated("oop", rounds, run)

harness.finish("oop", n, expected, string.format("%d", first))
