-- Bugs of PUC Lua 5.3.1 (https://www.lua.org/bugs.html#5.3.1), tried on us; the table is in
-- docs/known_bugs.md.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("io.lines does not check the number of its formats", function()
  local name = os.tmpname()
  local f = assert(io.open(name, "w"))
  for i = 1, 300 do f:write(i, "\n") end
  f:close()
  for _, count in ipairs{0, 1, 249, 250, 251, 253, 255, 256, 1000} do
    local formats = {}
    for i = 1, count do formats[i] = "n" end
    local ok, iterator = pcall(io.lines, name, table.unpack(formats))
    if count <= 250 then
      assert(ok, iterator)
      local got = table.pack(iterator())
      assert(got.n == math.max(count, 1))
      if count > 0 then assert(got[count] == count) else assert(got[1] == "1") end
    else
      assert(not ok and iterator:find("too many arguments", 1, true), iterator)
    end
    f = assert(io.open(name))
    ok, iterator = pcall(f.lines, f, table.unpack(formats))
    assert(ok == (count <= 250))
    f:close()
  end
  os.remove(name)
end)
