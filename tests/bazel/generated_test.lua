-- A module that another rule made, by a lua_binary.
local lines, place = require "tests.bazel.generated"
assert(#lines == 1 and lines[1] == "a line of data", lines[1])
assert(lines.area == 9)
assert(place == "tests/bazel/generated.lua", place)
