local angle = {}

function angle.radians(degrees)
  return degrees * math.pi / 180
end

-- For tests of positions in messages: line 9 raises an error.
function angle.fail()
  error("no angle")
end

return angle
