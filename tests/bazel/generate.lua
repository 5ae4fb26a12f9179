-- Makes a Lua module of the lines of a file.
local geometry = require "geometry"
print "return {"
for line in io.lines(arg[1]) do print(("  %q,"):format(line)) end
print(("  area = %d,"):format(geometry.square(3).width ^ 2))
print "}"
