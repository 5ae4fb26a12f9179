-- Producers, filters and consumers as coroutines: each stage is an iterator
-- over the one before.

local function stage(body)
  return function(...)
    local arguments = table.pack(...)
    return coroutine.wrap(function()
      body(table.unpack(arguments, 1, arguments.n))
    end)
  end
end

local yield = coroutine.yield

local count_from = stage(function(n)
  while true do
    yield(n)
    n = n + 1
  end
end)

local without_multiples = stage(function(source, of)
  for n in source do
    if n % of ~= 0 then yield(n) end
  end
end)

local take = stage(function(source, n)
  for _ = 1, n do yield(source()) end
end)

-- The sieve grows by a filter for each prime that comes through it.
local primes = stage(function()
  local source = count_from(2)
  while true do
    local prime = source()
    yield(prime)
    source = without_multiples(source, prime)
  end
end)

local words = stage(function(text)
  for word in text:gmatch("%a+") do yield(word:lower()) end
end)

local runs = stage(function(source)
  local current, length
  for item in source do
    if item == current then
      length = length + 1
    else
      if current then yield(current, length) end
      current, length = item, 1
    end
  end
  if current then yield(current, length) end
end)

local line = {}
for prime in take(primes(), 30) do line[#line + 1] = prime end
print(table.concat(line, " "))

for word, length in runs(words("Row, row, row your boat, gently gently down")) do
  print(word, length)
end

-- Errors come through the stages like values do.
local broken = stage(function(source)
  for n in source do
    if n == 3 then error("stage three failed", 0) end
    yield(n)
  end
end)
print(pcall(function()
  for n in take(broken(count_from(1)), 10) do io.write(n, " ") end
end))
