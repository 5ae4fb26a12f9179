-- A package: what `require "geometry"` finds.
local angle = require "geometry.angle"
local shape = require "geometry.shape"

return {
  name = ...,
  right_angle = angle.radians(90),
  square = shape.square,
}
