-- The most frequent words of a text.
-- Usage: word_count.lua [FILE]

local text
if arg and arg[1] then
  local file <close> = assert(io.open(arg[1]))
  text = file:read("a")
else
  text = [[
    To be, or not to be, that is the question:
    Whether 'tis nobler in the mind to suffer
    The slings and arrows of outrageous fortune,
    Or to take arms against a sea of troubles
    And by opposing end them.]]
end

local counts = setmetatable({}, {__index = function() return 0 end})
local total = 0
for word in text:lower():gmatch("%a+") do
  counts[word] = counts[word] + 1
  total = total + 1
end

local words = {}
for word in pairs(counts) do words[#words + 1] = word end
table.sort(words, function(a, b)
  if counts[a] ~= counts[b] then return counts[a] > counts[b] end
  return a < b
end)

print(("%d words, %d different"):format(total, #words))
for i = 1, math.min(6, #words) do
  print(("%-8s %s"):format(words[i], ("*"):rep(counts[words[i]])))
end
