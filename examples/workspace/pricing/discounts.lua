-- Who buys much pays less.
local steps = { { from = 100000, percent = 10 }, { from = 20000, percent = 5 } }

local discounts = {}

function discounts.of(total)
  for _, step in ipairs(steps) do
    if total >= step.from then return total * step.percent // 100 end
  end
  return 0
end

return discounts
