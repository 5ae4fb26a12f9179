-- Bugs of PUC Lua 5.4.4 (https://www.lua.org/bugs.html#5.4.4), tried on us; the table is in
-- docs/known_bugs.md. CVE-2022-28805 (constant _ENV) and CVE-2022-33099 are in ../cve.

local function bug(title, test)
  local ok, message = xpcall(test, debug.traceback)
  assert(ok, "bug: " .. title .. "\n" .. tostring(message))
end

bug("wrong code for constants in bitwise operations", function()
  for _, filler in ipairs{0, 250, 255, 256, 257, 300, 70000} do
    local code = {"local x = {"}
    for i = 1, filler do code[#code + 1] = i .. ".25," end
    code[#code + 1] = [[}
      local nothing, no = nil, false
      return (1 ~ (2 or 3)), (1 | (2 or 3)), (1 & (2 or 3)), (1 << (2 or 3)), (1 + (2 or 3)),
             ((2 or 3) ~ 1), ((12 or 3) & 4), ((2 or 3) >> 1), (1 ~ (no or 3)), ((nothing or 5) | 2),
             ((no or 6) << 1), (2 ^ (no or 3)), ((nothing or 7) // 2), ((nil and 1 or 9) % 4), #x]]
    local got = table.pack(load(table.concat(code))())
    local wanted = {3, 3, 0, 4, 3, 3, 4, 1, 2, 7, 12, 8.0, 3, 1, filler}
    for i = 1, #wanted do assert(got[i] == wanted[i], "expression " .. i .. " after " .. filler) end
  end
end)

bug("'break' may not close a variable of a 'for' loop", function()
  local closed = 0
  local object = setmetatable({}, {__close = function() closed = closed + 1 end})
  local kept = {}
  local function test(how)
    for k in next, {a = 1, b = 2}, nil, object do
      local function capture() return k end
      kept[#kept + 1] = capture
      if how == "break" then break end
      if how == "goto" then goto out end
      if how == "return" then return end
      if how == "error" then error("x") end
      while true do
        local y = k
        kept[#kept + 1] = function() return y end
        if how == "inner" then break end
        goto out
      end
    end
    ::out::
  end
  for i, how in ipairs{"break", "goto", "return", "error", "inner", "other"} do
    assert(pcall(test, how) == (how ~= "error"))
    assert(closed == i, how .. " did not close the variable once")
  end
  for _, f in ipairs(kept) do assert(f() == "a" or f() == "b") end
end)

bug("a full collection in generational mode sets no target for the next", function()
  collectgarbage("generational")
  local most = 0
  for i = 1, 300 do
    local t = {}
    for j = 1, 300 do t[j] = {j} end
    if i % 100 == 0 then collectgarbage() end
    most = math.max(most, collectgarbage("count"))
  end
  collectgarbage("incremental")
  assert(most < 30000, most .. " KB of garbage were not collected")
end)

bug("utf8.codes accepts continuation bytes without a start", function()
  for _, s in ipairs{"in\x80valid", "\xbfinvalid", "αλφ\xBFα", "\x80", "a\xE0\x80", "汉字\x80", "汉字\xBFx",
                     "hel\x80lo", "\xC3", "\xF0\x90\x80", "\xFF", "\xFE\x80\x80\x80\x80\x80\x80"} do
    local ok, message = pcall(function() for _ in utf8.codes(s) do end end)
    assert(not ok and message:find("invalid UTF-8 code", 1, true), s)
    assert(utf8.len(s) == nil)
    assert(not pcall(utf8.codepoint, s, 1, -1))
  end
end)

bug("nested coroutine.close overflows the C stack", function()
  for _, nest in ipairs{coroutine.close, function(c) return pcall(coroutine.close, c) end} do
    local count, chain = 0, nil
    for _ = 1, 2000 do
      local before = chain
      chain = coroutine.create(function()
        local x <close> = setmetatable({}, {__close = function()
          count = count + 1
          if before then assert(nest(before)) end
        end})
        coroutine.yield()
      end)
      assert(coroutine.resume(chain))
    end
    local ok, message = coroutine.close(chain)
    assert(ok or tostring(message):find("overflow", 1, true), message)
    assert(count > 50)
  end
end)

bug("the wrong line in errors of arithmetic", function()
  local function line(code)
    local ok, message = pcall(assert(load(code, "=l")))
    return tonumber(not ok and message:match("^l:(%d+):"))
  end
  assert(line("local a = 0\nlocal b = 1\nlocal c = b % a") == 3)
  assert(line("local a = {}\nlocal b = 1\nlocal c = 1 +\na") == 3)
  assert(line("local a = {}\nlocal b =\na\n.. 'x'\nlocal d") == 4)
  for i, op in ipairs{"+", "-", "*", "/", "//", "%", "^", "&", "|", "~", "<<", ">>", "..", "<"} do
    assert(line("local a = {}\n\nlocal b = 1\n\nlocal c = b " .. op .. " a\n") == 5, op)
  end
  for _, op in ipairs{"-", "~", "#"} do
    assert(line("local a\n\nlocal b = 1\nlocal c = " .. op .. "a\n") == 4, op)
  end
end)

bug("a corrupted binary chunk crashes", function()
  local good = string.dump(load([[
    local a, b = 1, "two"
    local function f(...) local x <const> = 3.5; return a, b, x, ... end
    for i = 1, 3 do if f(i) then b = b .. i end end
    return f, b]], "=chunk"))
  local random = math.random
  math.randomseed(42)
  local loaded = 0
  local function try(s)
    local f, message = load(s, "=x", "b")
    if f then loaded = loaded + 1 else assert(type(message) == "string") end
  end
  for cut = 0, #good do try(good:sub(1, cut)) end
  for i = 1, #good do
    for _, byte in ipairs{0, 0xFF, 0x7F, 0x80, 1} do
      try(good:sub(1, i - 1) .. string.char(byte) .. good:sub(i + 1))
    end
    try(good:sub(1, i - 1) .. good:sub(i + 1))
    try(good:sub(1, i) .. string.char(random(0, 255)) .. good:sub(i + 1))
  end
  for _ = 1, 500 do
    local bytes = {good:byte(1, -1)}
    for _ = 1, random(1, 8) do bytes[random(1, #bytes)] = random(0, 255) end
    try(string.char(table.unpack(bytes)))
  end
end)
