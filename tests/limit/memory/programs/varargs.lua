local function count(...) return select("#", ...) end
local function pass(...) return ... end
local function first(a, ...) return a, count(...), pass(...) end
assert(first(1, 2, 3) == 1)
local many = {}
for i = 1, 3000 do many[i] = i end
assert(count(table.unpack(many)) == 3000)
assert(count(pass(table.unpack(many))) == 3000)
assert(select(-1, pass(table.unpack(many))) == 3000)
local t = {pass(table.unpack(many))}
assert(#t == 3000)
local function recursive(n, ...) if n == 0 then return count(...) end return recursive(n - 1, n, ...) end
assert(recursive(100) == 100)
assert(math.max(table.unpack(many)) == 3000 and string.char(table.unpack(many, 65, 90)):len() == 26)
local ok, n = pcall(count, table.unpack(many))
check_memory(n)
assert(n == 3000)
fails("too many results to unpack", table.unpack, {}, 1, 1e8)
