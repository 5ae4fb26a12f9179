-- Floating-point arithmetic on two long arrays, read and written at strides of
-- powers of two.
--
-- Idea: the fast Fourier transform of Cooley and Tukey, 1965, in place, one
-- array for the real and one for the imaginary parts.
--
-- n: points, a power of two; second argument: rounds of transforming there and
-- back; result: some of the spectrum, once it is sure that the way back led to
-- where it began.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 16384
local rounds = tonumber(arg[2]) or 36
local expected = {
  [64] = "-2.524132 0.295047",
  [1024] = "-20.036203 11.077528",
  [16384] = "-67.292898 16.806733",
}

local floor, sin, cos = math.floor, math.sin, math.cos

-- Element i goes to the place whose number is that of i with its bits in the
-- opposite order.
local function reorder(re, im)
  local j = 0
  for i = 0, n - 2 do
    if i < j then
      re[i + 1], re[j + 1] = re[j + 1], re[i + 1]
      im[i + 1], im[j + 1] = im[j + 1], im[i + 1]
    end
    local bit = floor(n / 2)
    while bit <= j do
      j = j - bit
      bit = floor(bit / 2)
    end
    j = j + bit
  end
end

local function transform(re, im, direction)
  reorder(re, im)
  local half = 1
  while half < n do
    local angle = direction * 3.141592653589793 / half
    -- The unit root advances by one multiplication a butterfly.
    local step_re, step_im = cos(angle), sin(angle)
    local root_re, root_im = 1, 0
    for offset = 1, half do
      for low = offset, n, 2 * half do
        local high = low + half
        local hr = re[high] * root_re - im[high] * root_im
        local hi = re[high] * root_im + im[high] * root_re
        local lr, li = re[low], im[low]
        re[low], im[low] = lr + hr, li + hi
        re[high], im[high] = lr - hr, li - hi
      end
      root_re, root_im = root_re * step_re - root_im * step_im,
        root_re * step_im + root_im * step_re
    end
    half = half * 2
  end
end

local re, im = {}, {}
local seed = 42
for i = 1, n do
  seed = seed * 16807 % 2147483647
  re[i], im[i] = seed / 2147483647 - 0.5, 0
end
local start_1, start_n = re[1], re[n]

local spectrum
for _ = 1, rounds do
  transform(re, im, 1)
  spectrum = string.format("%.6f %.6f", re[1], im[2])
  transform(re, im, -1)
  for i = 1, n do
    re[i], im[i] = re[i] / n, im[i] / n
  end
end
if math.abs(re[1] - start_1) > 1e-6 or math.abs(re[n] - start_n) > 1e-6 then
  error("fft: the way back leads elsewhere")
end

harness.finish("fft", n, expected, spectrum)
