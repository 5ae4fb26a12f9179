-- N queens on a board of N by N, none attacking another: an iterator over all
-- solutions, made of a coroutine around a recursive search.
-- Usage: queens.lua [N]

local function solutions(n)
  local column_of = {}  -- by row

  local function is_safe(row, column)
    for r = 1, row - 1 do
      local c = column_of[r]
      if c == column or math.abs(c - column) == row - r then return false end
    end
    return true
  end

  local function place(row)
    if row > n then
      coroutine.yield(column_of)
      return
    end
    for column = 1, n do
      if is_safe(row, column) then
        column_of[row] = column
        place(row + 1)
      end
    end
  end

  return coroutine.wrap(function() place(1) end)
end

local function draw(column_of)
  for _, column in ipairs(column_of) do
    local row = {}
    for i = 1, #column_of do row[i] = i == column and "Q" or "." end
    print(table.concat(row, " "))
  end
end

local n = math.tointeger(arg and tonumber(arg[1])) or 8
local total = 0
for solution in solutions(n) do
  total = total + 1
  if total == 1 then draw(solution) end
end
print(("%d solutions for %d queens"):format(total, n))
