-- The smallest program.  Try: tools/run examples/hello.lua World
local name = arg and arg[1] or "World"
print("Hello, " .. name .. "!")
print(_VERSION, #"hello")
