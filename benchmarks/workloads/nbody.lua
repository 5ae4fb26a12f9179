-- Floating-point arithmetic on fields of small tables: seven fields read or
-- written for each pair of bodies.
--
-- Idea: the outer planets of the solar system, moved by a symplectic
-- integrator; a classic of language comparisons.  Masses are in solar masses
-- times 4 pi^2, distances in astronomical units, times in years.
--
-- n: steps of a hundredth of a year; result: the energy before and after.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 450000
local expected = {
  [50] = "-0.169075164 -0.169063618",
  [9000] = "-0.169075164 -0.169049734",
  [450000] = "-0.169075164 -0.169095614",
}

local sqrt = math.sqrt

local DAYS = 365.24
local SOLAR_MASS = 4 * 3.141592653589793 * 3.141592653589793

local function body(x, y, z, vx, vy, vz, mass)
  return {
    x = x, y = y, z = z,
    vx = vx * DAYS, vy = vy * DAYS, vz = vz * DAYS,
    mass = mass * SOLAR_MASS,
  }
end

local bodies = {
  body(0, 0, 0, 0, 0, 0, 1), -- the sun
  body( -- Jupiter
    4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
    1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05,
    9.54791938424326609e-04),
  body( -- Saturn
    8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
    -2.76742510726411855e-03, 4.99852801234917238e-03, 2.30417297573763929e-05,
    2.85885980666130812e-04),
  body( -- Uranus
    1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
    2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05,
    4.36624404335156298e-05),
  body( -- Neptune
    1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
    2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05,
    5.15138902046611451e-05),
}

-- The sun gets the opposite of what momentum the planets have together.
local function balance()
  local px, py, pz = 0, 0, 0
  for _, b in ipairs(bodies) do
    px = px + b.vx * b.mass
    py = py + b.vy * b.mass
    pz = pz + b.vz * b.mass
  end
  local sun = bodies[1]
  sun.vx = -px / SOLAR_MASS
  sun.vy = -py / SOLAR_MASS
  sun.vz = -pz / SOLAR_MASS
end

local function energy()
  local sum = 0
  for i = 1, #bodies do
    local b = bodies[i]
    sum = sum + 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz)
    for j = i + 1, #bodies do
      local c = bodies[j]
      local dx, dy, dz = b.x - c.x, b.y - c.y, b.z - c.z
      sum = sum - b.mass * c.mass / sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return sum
end

local function advance(dt)
  local count = #bodies
  for i = 1, count do
    local b = bodies[i]
    local bx, by, bz, bmass = b.x, b.y, b.z, b.mass
    local vx, vy, vz = b.vx, b.vy, b.vz
    for j = i + 1, count do
      local c = bodies[j]
      local dx, dy, dz = bx - c.x, by - c.y, bz - c.z
      local square = dx * dx + dy * dy + dz * dz
      local pull = dt / (square * sqrt(square))
      local from_c = c.mass * pull
      vx = vx - dx * from_c
      vy = vy - dy * from_c
      vz = vz - dz * from_c
      local from_b = bmass * pull
      c.vx = c.vx + dx * from_b
      c.vy = c.vy + dy * from_b
      c.vz = c.vz + dz * from_b
    end
    b.vx, b.vy, b.vz = vx, vy, vz
    b.x = bx + dt * vx
    b.y = by + dt * vy
    b.z = bz + dt * vz
  end
end

balance()
local before = energy()
for _ = 1, n do
  advance(0.01)
end
local result = string.format("%.9f %.9f", before, energy())

harness.finish("nbody", n, expected, result)
