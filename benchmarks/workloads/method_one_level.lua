-- Method calls on objects of one class: the method is found in the metatable's
-- __index, reads and writes fields, and calls another method.
--
-- Idea: the account of every introduction to objects.
--
-- n: rounds of six calls each; result: balance and number of entries.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 2000000
local expected = {
  [200] = "-95 8 399 399 990624",
  [40000] = "-95 9 76019 79999 408630",
  [2000000] = "-95 9 3800019 3999999 9158",
}

local Account = {}
Account.__index = Account

function Account.new(limit)
  return setmetatable({ balance = 0, entries = 0, limit = limit }, Account)
end

function Account:note()
  self.entries = self.entries + 1
end

function Account:deposit(amount)
  self.balance = self.balance + amount
  self:note()
end

function Account:withdraw(amount)
  if self.balance - amount >= -self.limit then
    self.balance = self.balance - amount
    self:note()
  end
end

function Account:get()
  return self.balance
end

local a, b = Account.new(100), Account.new(0)
local seen = 0
for i = 1, n do
  a:deposit(i % 10)
  b:deposit(3)
  a:withdraw(5)
  b:withdraw(i % 7)
  seen = (seen + a:get() + b:get()) % 1000003
end

local result = string.format("%d %d %d %d %d", a.balance, b.balance, a.entries,
  b.entries, seen)

harness.finish("method_one_level", n, expected, result)
