"""What the gate measures: programs, and the figures that are made of them.

To add a workload, add a line to WORKLOADS and run tools/gate --record.
"""

FIB = """
local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end
"""
# Calls that fib(30) makes.
FIB_30_CALLS = 2692537

# fib(30), then a loop over a global variable; all names global.
FORUM = """
function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end
total = fib(30)
x = 0
while x < 1000000 do
  x = x + 1
end
"""

# Small programs: their instructions above those of an empty one.
WORKLOADS = {
    "field_access": """
local t = {x = 1, y = 2}
for i = 1, 50000 do t.x = t.y + i end
""",
    "method_call": """
local C = {} C.__index = C
function C:add(n) self.sum = self.sum + n end
local o = setmetatable({sum = 0}, C)
for i = 1, 50000 do o:add(i) end
""",
    "string_building": """
local parts = {}
for i = 1, 5000 do parts[#parts + 1] = "n" .. i .. ";" end
local text = table.concat(parts)
""",
    "table_fill": """
for round = 1, 10 do
  local t = {}
  for i = 1, 5000 do t[i] = {i} end
end
""",
    "closures": """
local function counter(n) return function() n = n + 1 return n end end
for i = 1, 10000 do local f = counter(i) f() f() end
""",
    "floats": """
local x = 0.5
for i = 1, 100000 do x = x * 0.999 + i / 3 end
""",
    "sort": """
local t, seed = {}, 1
for i = 1, 3000 do seed = seed * 16807 % 2147483647 t[i] = seed end
table.sort(t, function(a, b) return a > b end)
""",
    "pairs": """
local t, sum = {}, 0
for i = 1, 200 do t["k" .. i] = i end
for round = 1, 100 do for k, v in pairs(t) do sum = sum + v end end
""",
    "coroutines": """
local co = coroutine.wrap(function() while true do coroutine.yield(1) end end)
for i = 1, 20000 do co() end
""",
    "pcall": """
local function f() end
for i = 1, 20000 do pcall(f) end
""",
    "patterns": """
local s = ("key = value; "):rep(100)
for i = 1, 10 do s:gsub("(%w+) = (%w+)", "%2 = %1") end
""",
}


def measure(tools):
    """All figures: name, value, unit, and bound (None: none).

    tools.instructions(command, ...), tools.run(...) and tools.file(code) are
    those of gate.py.
    """
    empty = tools.run("")

    yield ("fib30_per_call",
           (tools.run(FIB + "fib(30)") - empty) / FIB_30_CALLS,
           "instructions a Lua call in fib(30)", 120)
    yield ("forum", tools.run(FORUM),
           "instructions, fib(30) and x = x + 1 up to 1,000,000", 400e6)
    yield ("forum_dispatches", tools.number("dispatches", FORUM),
           "dispatches of the same program", 14e6)
    yield ("fib25_allocated",
           tools.number("allocations", FIB + "return function() fib(25) end"),
           "bytes that fib(25) allocates, called again", 0)

    ours = tools.per_state(tools.probe, "states")
    puc = tools.per_state(tools.puc_states)
    yield ("state", ours,
           "instructions to create and close a state with all libraries", None)
    yield ("state_of_puc", 100 * ours / puc,
           "per cent of what PUC Lua 5.4 takes for that", 60)

    for name, code in WORKLOADS.items():
        yield (name, tools.run(code) - empty, "instructions", None)
