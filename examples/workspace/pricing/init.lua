-- What an order costs, in cents.
local discounts = require "pricing.discounts"

local pricing = {}

function pricing.total(order)
  local total = 0
  for _, line in ipairs(order) do
    if line.count < 1 then error("a line without goods: " .. line.name) end
    total = total + line.count * line.price
  end
  return total - discounts.of(total)
end

return pricing
