-- Calls with many arguments and results, varargs of all sizes, deep recursion.
local function count(...) return select("#", ...) end
local function pass(...) return ... end
local function last(...) return (select(-1, ...)) end
for _, n in ipairs {0, 1, 2, 3, 10, 50, 199, 200, 249, 250, 251, 255, 256, 257, 1000, 20000, 200000} do
  local t = {}
  for i = 1, n do t[i] = i end
  local packed = table.pack(table.unpack(t))
  print(n, packed.n, count(table.unpack(t)), count(pass(table.unpack(t))),
    n > 0 and last(table.unpack(t)), #{pass(table.unpack(t))},
    count(select(n // 2 + 1, table.unpack(t))), count(table.unpack(t, 1, n + 3)),
    (select("#", pcall(pass, table.unpack(t)))))
  if n <= 20000 then  -- (how many fit into a coroutine's stack differs)
    local co = coroutine.wrap(function(...)
      local got = count(...)
      return got, count(coroutine.yield(pass(...)))
    end)
    print(count(co(table.unpack(t))), co(table.unpack(t)))
  end
end
print(pcall(table.unpack, {}, 1, 1e7))
print(pcall(table.unpack, {}, math.mininteger, math.maxinteger))
print(pcall(string.rep, "x", -1), pcall(string.rep, "ab", 1 << 40))

-- Parameters against arguments.
local function three(a, b, c, ...) return a, b, c, select("#", ...), ... end
print(three()) print(three(1)) print(three(1, 2, 3)) print(three(1, 2, 3, nil, nil))
print((three(1, 2, 3, 4)))
local t = {three(9, 8, 7, 6, 5), three(1)}
print(#t, table.concat({table.unpack(t, 1, 2)}, ","))
local function tail(n, ...) if n == 0 then return ... end return tail(n - 1, n, ...) end
print(count(tail(150))) print(select(-1, tail(5)), (tail(3)))
local function forever(n) if n == 0 then return "done" end return forever(n - 1) end
print(forever(1000000))

-- Deep recursion, caught, again and again.
local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
print(deep(10000), deep(150000))
local function endless(n) return 1 + endless(n + 1) end
for _ = 1, 3 do
  local ok, message = pcall(endless, 1)
  print(ok, (message:gsub("^(.-stack overflow).*", "%1")))
end
local function through_pcall(n) if n == 0 then error "bottom" end return pcall(through_pcall, n - 1) end
print(select("#", through_pcall(150)), select(-1, through_pcall(100)))
local meta = {}
meta.__index = function(self, k) if k == 0 then return "end" end return self[k - 1] end
print(setmetatable({}, meta)[150])
meta.__add = function(a, n) if n == 0 then return 0 end return 1 + (a + (n - 1)) end
print(setmetatable({}, meta) + 150)
local s = string.rep("(", 150) .. "1" .. string.rep(")", 150)
print(load("return " .. s)())
-- (Where PUC's parser overflows, lua's handler adds a traceback: cut off.)
for _, pair in ipairs {"()", "{}"} do
  local open, close = pair:sub(1, 1), pair:sub(2)
  local f, message = load("return " .. open:rep(300) .. "1" .. close:rep(300))
  print(f, message:match "^[^\n]*")
end

-- Method call chains.
local Chain = {}
Chain.__index = Chain
function Chain.new() return setmetatable({items = {}}, Chain) end
function Chain:push(...) for i = 1, select("#", ...) do self.items[#self.items + 1] = select(i, ...) end return self end
function Chain:map(f) local n = Chain.new() for i, v in ipairs(self.items) do n:push(f(v)) end return n end
function Chain:join(sep) return table.concat(self.items, sep) end
print(Chain.new():push(1, 2):push(3):map(function(x) return x * x end):push("end"):join "-")
print(("x"):rep(3):upper():lower():len(), ("%d-%s"):format(5, "a"):reverse():sub(2, -2), #("abc"):rep(2, ","))
print(Chain.new():push(pass(1, 2, 3)):push(pass()):push((pass(4, 5))):join ",")
-- Results in the middle are one value.
print(pass(1, 2), pass(3, 4), (pass(5, 6)))
print(({pass(1, 2), pass(3, 4)})[3], #{pass(1, 2), (pass(3, 4))}, #{pass(), pass()}, #{(pass())})
