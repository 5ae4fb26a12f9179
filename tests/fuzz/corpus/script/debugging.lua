local function f(a, b, ...)
  local c = a
  for i = 1, 9 do
    local n, v = debug.getlocal(1, i) if n then debug.setlocal(1, i, v) end
  end
  return debug.traceback("here", 1), debug.getinfo(1, "nSltufrL"), c
end
debug.sethook(function(e, l) local i = debug.getinfo(2, "r") end, "crl", 5)
f(1, 2, 3, 4)
debug.sethook()
print(debug.getupvalue(f, 1), debug.setupvalue(f, 1, _ENV), debug.upvalueid(f, 1))
debug.upvaluejoin(f, 1, function() return print end, 1)
print(debug.getmetatable(""), debug.getuservalue(1), debug.gethook())
