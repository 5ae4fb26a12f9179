-- Embedded modules and modules in C++, in the program `lua`.
local vector, place = require "math2d.vector"
assert(vector.name == "math2d.vector" and place == ":linked:")
local sum = vector.Vector(1, 2) + vector.Vector(2, 2)
assert(sum:length() == 5, "a method")
assert(vector.dot(sum, vector.Vector(1, 0)) == 3, "a function")
assert(Vector == nil, "the type is no global")
local ok, message = pcall(vector.dot, sum, 1)
assert(not ok and message:find("bad argument #2", 1, true), message)

local scripts = require "scripts"
assert(scripts.name == "scripts" and scripts.place == ":linked:")
assert(scripts.enemies[1].name == "goblin \"G\" ??/\\ \0 é", "bytes arrive as they were")
assert(scripts.enemies[1].loot == 3)

-- A file beside what is linked is found as well, after it.
assert(require "tests.bazel.helper" == "helper")
assert(package.path == "?.lua;?/init.lua", package.path)

-- Objects outlive the module, and go with the state.
kept, package.loaded["math2d.vector"], vector = sum, nil, nil
collectgarbage()
assert(kept.x == 3)
