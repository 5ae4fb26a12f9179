local pricing = require "pricing"

local function check(order, expected)
  local total = pricing.total(order)
  assert(total == expected, ("%d instead of %d"):format(total, expected))
end

check({}, 0)
check({ { name = "pen", count = 3, price = 150 } }, 450)
check({ { name = "chair", count = 2, price = 10000 } }, 19000)
check({ { name = "desk", count = 10, price = 30000 } }, 270000)

local ok, message = pcall(pricing.total, { { name = "pen", count = 0, price = 1 } })
assert(not ok and message:find("a line without goods: pen", 1, true), message)
