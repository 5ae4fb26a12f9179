print(pcall(error)) print(pcall(error, nil)) print(pcall(error, {}, 2)) print(pcall(error, "x", 3))
print(xpcall(function() local x = nil; return x.y.z end, function(m) return debug.traceback(m, 1) end))
print(xpcall(function() error("deep") end, function(m) error(m) end))
print(pcall(function() return 1 + {} end)) print(pcall(function() return {} < {} end))
print(pcall(string.rep, "x", -1)) print(pcall(string.rep, "x", 1 << 40)) print(select(-1, 1, 2))
local function loop() return loop() end
local function deep(n) return 1 + deep(n + 1) end
print(pcall(deep, 1)) print(select("#", pcall(string.gsub, "x", ".", deep)))
