-- A module with a dependency.
local geometry = require "geometry"

local report = {}

function report.square(side)
  local square = geometry.square(side)
  return ("%d x %d"):format(square.width, square.height)
end

return report
