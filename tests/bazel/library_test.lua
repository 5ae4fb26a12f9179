-- What lua_library says: names of modules, dependencies of dependencies, and
-- nothing beside them.
local geometry, place = require "geometry"
assert(geometry.name == "geometry", "init.lua is the module of its folder")
assert(geometry.right_angle == math.pi / 2, "a submodule")
assert(place == "tests/bazel/geometry/init.lua", "a file: " .. tostring(place))

local report = require "tests.bazel.report"
assert(report.square(3) == "3 x 3", "the module has its dependency")
assert(require "tests.bazel.helper" == "helper", "a source that is no program")

local found, message = pcall(require, "geometry.undeclared")
assert(not found, "a file that is in no library was found")
assert(message:find("no file 'tests/bazel/geometry/undeclared.lua'", 1, true), message)

assert(not package.path:find "/usr", "modules of the system are on package.path")
assert(package.cpath == "", "modules of the system are on package.cpath")
