-- Upvalues of the encloser's registers and of its upvalues; fields of them.
local a, b, t = 1, 2, {}
local function outer()
  a = a + 1
  t.field = t.other
  t[1] = b
  return function()
    a, b = b, nil
    return a
  end
end
