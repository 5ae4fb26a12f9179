-- The n-body problem: the Sun and four planets, integrated step by step.
-- Usage: nbody.lua [STEPS]

local PI = math.pi
local SOLAR_MASS = 4 * PI * PI
local DAYS_PER_YEAR = 365.24

local function body(x, y, z, vx, vy, vz, mass)
  return {
    x = x, y = y, z = z,
    vx = vx * DAYS_PER_YEAR, vy = vy * DAYS_PER_YEAR, vz = vz * DAYS_PER_YEAR,
    mass = mass * SOLAR_MASS,
  }
end

local bodies = {
  -- Sun
  body(0, 0, 0, 0, 0, 0, 1),
  -- Jupiter
  body(4.84143144246472090e+00, -1.16032004402742839e+00,
       -1.03622044471123109e-01, 1.66007664274403694e-03,
       7.69901118419740425e-03, -6.90460016972063023e-05,
       9.54791938424326609e-04),
  -- Saturn
  body(8.34336671824457987e+00, 4.12479856412430479e+00,
       -4.03523417114321381e-01, -2.76742510726411719e-03,
       4.99852801234917238e-03, 2.30417297573763929e-05,
       2.85885980666130812e-04),
  -- Uranus
  body(1.28943695621391310e+01, -1.51111514016986312e+01,
       -2.23307578892655734e-01, 2.96460137564761618e-03,
       2.37847173959480950e-03, -2.96589568540237556e-05,
       4.36624404335156298e-05),
  -- Neptune
  body(1.53796971148509165e+01, -2.59193146099879641e+01,
       1.79258772950371181e-01, 2.68067772490389322e-03,
       1.62824170038242295e-03, -9.51592254519715870e-05,
       5.15138902046611451e-05),
}

-- Moves all bodies on by `dt` years.
local function advance(dt)
  local count = #bodies
  for i = 1, count do
    local a = bodies[i]
    local ax, ay, az = a.x, a.y, a.z
    local avx, avy, avz = a.vx, a.vy, a.vz
    for j = i + 1, count do
      local b = bodies[j]
      local dx, dy, dz = ax - b.x, ay - b.y, az - b.z
      local distance2 = dx * dx + dy * dy + dz * dz
      local pull = dt / (distance2 * math.sqrt(distance2))
      local towards_b = b.mass * pull
      avx = avx - dx * towards_b
      avy = avy - dy * towards_b
      avz = avz - dz * towards_b
      local towards_a = a.mass * pull
      b.vx = b.vx + dx * towards_a
      b.vy = b.vy + dy * towards_a
      b.vz = b.vz + dz * towards_a
    end
    a.vx, a.vy, a.vz = avx, avy, avz
    a.x, a.y, a.z = ax + dt * avx, ay + dt * avy, az + dt * avz
  end
end

local function energy()
  local sum = 0
  for i, a in ipairs(bodies) do
    sum = sum + 0.5 * a.mass * (a.vx ^ 2 + a.vy ^ 2 + a.vz ^ 2)
    for j = i + 1, #bodies do
      local b = bodies[j]
      local distance =
        math.sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2 + (a.z - b.z) ^ 2)
      sum = sum - a.mass * b.mass / distance
    end
  end
  return sum
end

-- The Sun moves so that the momentum of all is zero.
local function offset_momentum()
  local px, py, pz = 0, 0, 0
  for _, a in ipairs(bodies) do
    px, py, pz = px + a.vx * a.mass, py + a.vy * a.mass, pz + a.vz * a.mass
  end
  local sun = bodies[1]
  sun.vx, sun.vy, sun.vz =
    -px / SOLAR_MASS, -py / SOLAR_MASS, -pz / SOLAR_MASS
end

local steps = tonumber(arg and arg[1]) or 1000
offset_momentum()
print(string.format("%.9f", energy()))
for _ = 1, steps do advance(0.01) end
print(string.format("%.9f", energy()))
