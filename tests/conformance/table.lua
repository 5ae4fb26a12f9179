-- The table library but for sort (manual 6.6).

local function fails(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "an error was expected: " .. text)
  assert(string.find(message, text, 1, true),
         "expected '" .. text .. "', got '" .. tostring(message) .. "'")
end

local function equal(list, ...)
  local wanted = table.pack(...)
  assert(#list == wanted.n, "length " .. #list .. ", not " .. wanted.n)
  for i = 1, wanted.n do
    assert(rawequal(list[i], wanted[i]), "element " .. i)
    assert(math.type(list[i]) == math.type(wanted[i]), "type of " .. i)
  end
end

local maxi, mini = math.maxinteger, math.mininteger

do  -- insert
  local t = {}
  assert(select("#", table.insert(t, "a")) == 0)
  table.insert(t, 1, "b")
  table.insert(t, #t + 1, "c")
  table.insert(t, 2, "d")
  equal(t, "b", "d", "a", "c")
  t = {}
  for i = 1, 1000 do table.insert(t, 1, i) end
  for i = 1, 1000 do assert(t[i] == 1001 - i) end
  for i = 1, 1000 do table.insert(t, i) end
  assert(#t == 2000 and t[2000] == 1000)
  t = {}
  table.insert(t, "1", "x")  -- a numeric string is a position
  equal(t, "x")
  table.insert(t, 1.0, "y")
  equal(t, "y", "x")
  table.insert(t, nil)  -- allowed: stores nil behind the end
  assert(#t == 2)
  fails("wrong number of arguments to 'insert'", table.insert, {})
  fails("wrong number of arguments to 'insert'", table.insert, {}, 1, 2, 3)
  fails("position out of bounds", table.insert, {}, 0, 1)
  fails("position out of bounds", table.insert, {}, 2, 1)
  fails("position out of bounds", table.insert, {1, 2}, 4, 1)
  fails("position out of bounds", table.insert, {1, 2}, -1, 1)
  fails("position out of bounds", table.insert, {}, mini, 1)
  fails("number expected, got string", table.insert, {}, "a", 1)
  fails("table expected, got nil", table.insert, nil, 1)
  fails("table expected, got no value", table.insert)
  fails("no integer representation", table.insert, {}, 1.5, 1)
  -- elements that live in the hash part
  t = {n = 1}
  for i = 10, 1, -1 do t[i] = i end
  table.insert(t, 5, "x")
  equal(t, 1, 2, 3, 4, "x", 5, 6, 7, 8, 9, 10)
end

do  -- remove
  local t = {1, 2, 3, 4}
  assert(table.remove(t, 1) == 1)
  equal(t, 2, 3, 4)
  assert(table.remove(t) == 4)
  assert(table.remove(t, 3) == nil)  -- #t + 1
  equal(t, 2, 3)
  assert(table.remove(t, 2) == 3)
  assert(table.remove(t) == 2)
  assert(table.remove(t) == nil)
  assert(table.remove(t, #t) == nil)
  assert(select("#", table.remove({})) == 1)
  fails("position out of bounds", table.remove, {}, 2)
  fails("position out of bounds", table.remove, {}, -1)
  fails("position out of bounds", table.remove, {1, 2, 3}, 0)
  fails("position out of bounds", table.remove, {1, 2, 3}, 5)
  fails("position out of bounds", table.remove, {1, 2, 3}, mini)
  fails("table expected", table.remove, 1)
  t = {[0] = "ban"}
  assert(#t == 0 and table.remove(t) == "ban" and t[0] == nil)
  t = {}
  for i = 1, 500 do t[i] = i end
  for i = 1, 499 do assert(table.remove(t, 1) == i) end
  equal(t, 500)
  t = {}
  for i = 1, 100 do t[#t + 1] = i end
  for i = 100, 1, -1 do assert(#t == i and table.remove(t) == i) end
  assert(#t == 0 and next(t) == nil)
end

do  -- concat
  assert(table.concat({}) == "")
  assert(table.concat({}, "x") == "")
  assert(table.concat({"a"}, "x") == "a")
  assert(table.concat({"a", "b", "c"}, ", ") == "a, b, c")
  assert(table.concat({1, 2.5, -3, 1e15, 2^53, mini}, " ") ==
         "1 2.5 -3 1e+15 9.007199254741e+15 -9223372036854775808")
  assert(table.concat({"a", "b", "c"}, "", 2) == "bc")
  assert(table.concat({"a", "b", "c"}, "-", 2, 2) == "b")
  assert(table.concat({"a", "b", "c"}, "-", 3, 2) == "")
  assert(table.concat({"a\0b", "\0"}, "\0") == "a\0b\0\0")
  assert(table.concat({"a", "b"}, 1) == "a1b")
  assert(table.concat({[maxi] = "x", [maxi - 1] = "y"}, "-", maxi - 1, maxi) ==
         "y-x")
  assert(table.concat({[mini] = "x", [mini + 1] = "y"}, "-", mini, mini + 1)
         == "x-y")
  assert(table.concat({}, "x", maxi, maxi - 1) == "")
  local t = {}
  for i = 1, 3000 do t[i] = i end
  local s = table.concat(t, ",")
  local n = 0
  for w in string.gmatch(s, "%d+") do n = n + 1; assert(tonumber(w) == n) end
  assert(n == 3000 and #s == 3000 - 1 + 9 + 180 + 2700 + 4 * 2001)
  for length = 36, 45 do  -- around the length at which strings are interned
    t = {}
    for i = 1, length do t[i] = "x" end
    assert(table.concat(t) == string.rep("x", length))
    assert(({[string.rep("x", length)] = true})[table.concat(t)])
  end
  fails("invalid value", table.concat, {"a", {}, "c"})
  fails("invalid value", table.concat, {"a", "b"}, ",", 1, 3)
  fails("invalid value", table.concat, {"a", true})
  fails("table expected", table.concat, 3)
  fails("string expected, got table", table.concat, {}, {})
  fails("number expected, got boolean", table.concat, {}, "", true)
  fails("invalid value", table.concat, {}, "", 1, maxi)
end

do  -- pack and unpack
  local t = table.pack()
  assert(t.n == 0 and #t == 0)
  t = table.pack(nil, nil)
  assert(t.n == 2 and t[1] == nil)
  t = table.pack(1, nil, "x")
  assert(t.n == 3 and t[1] == 1 and t[3] == "x")
  assert(select("#", table.unpack({}, 1, 3)) == 3)
  assert(select("#", table.unpack({})) == 0)
  local a, b, c, d = table.unpack({1, 2, 3})
  assert(a == 1 and b == 2 and c == 3 and d == nil)
  a, b = table.unpack({1, 2, 3}, 2)
  assert(a == 2 and b == 3)
  a, b = table.unpack({1, 2, 3}, -1, 1)
  assert(a == nil and b == nil)
  assert(select("#", table.unpack({1, 2, 3}, 3, 1)) == 0)
  assert(select("#", table.unpack({}, maxi, 0)) == 0)
  assert(table.unpack({[maxi] = 7}, maxi, maxi) == 7)
  a, b = table.unpack({[mini] = 7, [mini + 1] = 8}, mini, mini + 1)
  assert(a == 7 and b == 8)
  t = {}
  for i = 1, 2000 do t[i] = i end
  t = table.pack(table.unpack(t))
  assert(t.n == 2000 and t[2000] == 2000)
  for _, range in ipairs{{0, maxi}, {1, maxi}, {mini, maxi}, {mini, 0},
                         {1, 1e8 // 1 | 0}, {-maxi, maxi}} do
    fails("too many results to unpack", table.unpack, {}, range[1], range[2])
  end
  a, b = table.unpack("abc", 1, 2)  -- anything that can be indexed
  assert(a == nil and b == nil)
  fails("attempt to get length of a nil value", table.unpack)
  fails("attempt to index a nil value", table.unpack, nil, 1, 2)
  fails("number expected, got string", table.unpack, {}, "a")
end

do  -- move
  equal(table.move({10, 20, 30}, 1, 3, 2), 10, 10, 20, 30)
  equal(table.move({10, 20, 30}, 1, 3, 3), 10, 20, 10, 20, 30)
  equal(table.move({10, 20, 30}, 2, 3, 1), 20, 30, 30)
  equal(table.move({10, 20, 30}, 1, 3, 1), 10, 20, 30)
  equal(table.move({10, 20, 30}, 1, 3, 1, {}), 10, 20, 30)
  equal(table.move({10, 20, 30}, 2, 1, 1, {}))
  equal(table.move({10, 20, 30}, 1, 0, 3), 10, 20, 30)
  equal(table.move({10, 20, 30}, 1, 10, 1), 10, 20, 30)
  local t = {10, 20, 30, 40}
  assert(table.move(t, 1, 4, 2, t) == t)
  equal(t, 10, 10, 20, 30, 40)
  t = table.move({[maxi - 2] = 1, [maxi - 1] = 2, [maxi] = 3}, maxi - 2, maxi,
                 -10, {})
  assert(t[-10] == 1 and t[-9] == 2 and t[-8] == 3)
  t = table.move({[mini] = 1, [mini + 1] = 2}, mini, mini + 1, -10, {})
  assert(t[-10] == 1 and t[-9] == 2)
  t = table.move({45}, 1, 1, maxi, {})
  assert(t[maxi] == 45)
  t = table.move({45}, 1, 1, mini)
  assert(t[mini] == 45 and t[1] == 45)
  fails("too many elements to move", table.move, {}, 0, maxi, 1)
  fails("too many elements to move", table.move, {}, -1, maxi - 1, 1)
  fails("too many elements to move", table.move, {}, mini, maxi, 1)
  fails("too many elements to move", table.move, {}, mini, -1, 1)
  fails("destination wrap around", table.move, {}, 1, maxi, 2)
  fails("destination wrap around", table.move, {}, 1, 2, maxi)
  fails("destination wrap around", table.move, {}, mini, -2, 2)
  fails("table expected", table.move, 1, 2, 3, 4)
  fails("#5", table.move, {}, 1, 1, 1, 5)
  fails("number expected, got no value", table.move, {}, 1, 2)

  -- the order of accesses, by metamethods
  local function order(f, e, t)
    local log = {}
    local proxy = setmetatable({}, {
      __index = function(_, k) log[#log + 1] = "r" .. k; return k end,
      __newindex = function(_, k, v) log[#log + 1] = "w" .. k .. "=" .. v end,
    })
    assert(table.move(proxy, f, e, t) == proxy)
    return table.concat(log, " ")
  end
  assert(order(1, 2, 4) == "r1 w4=1 r2 w5=2")
  assert(order(1, 3, 2) == "r3 w4=3 r2 w3=2 r1 w2=1")
  assert(order(2, 3, 1) == "r2 w1=2 r3 w2=3")
end

do  -- metamethods
  local log = {}
  local store = {"a", "b", "c"}
  local proxy = setmetatable({}, {
    __len = function() return #store end,
    __index = function(_, k) return store[k] end,
    __newindex = function(_, k, v) log[#log + 1] = k; store[k] = v end,
  })
  table.insert(proxy, "d")
  equal(store, "a", "b", "c", "d")
  table.insert(proxy, 2, "x")
  equal(store, "a", "x", "b", "c", "d")
  assert(table.remove(proxy, 1) == "a")
  equal(store, "x", "b", "c", "d")
  assert(table.remove(proxy) == "d")
  assert(table.concat(proxy, "-") == "x-b-c")
  assert(select("#", table.unpack(proxy)) == 3)
  local moved = table.move(proxy, 1, 3, 2, {})
  assert(moved[2] == "x" and moved[4] == "c")
  table.sort(proxy)
  equal(store, "b", "c", "x")
  assert(rawlen(proxy) == 0 and next(proxy) == nil)

  -- only some of the events
  local t = setmetatable({1, 2}, {__len = function() return 5 end})
  table.insert(t, "x")
  assert(t[6] == "x" and t[3] == nil)
  t = setmetatable({}, {__len = function() return "abc" end})
  fails("object length is not an integer", table.insert, t, 1)
  t = setmetatable({}, {__len = function() return 2.0 end})
  table.insert(t, 7)
  assert(rawget(t, 3) == 7)
  t = setmetatable({}, {__len = function() error("no length") end})
  fails("no length", table.concat, t)
  t = setmetatable({}, {__len = function() return maxi end})
  table.insert(t, 20)  -- wraps around
  assert(t[mini] == 20)
  t = setmetatable({1, nil, 3},
                   {__index = function(_, k) return -k end,
                    __len = function() return 3 end})
  assert(table.concat(t, " ") == "1 -2 3")
  fails("invalid value (boolean)", table.concat,
        setmetatable({}, {__index = function() return true end}), "", 1, 2)

  -- things that are no tables, with metamethods and without
  debug.setmetatable(10, {
    __index = function(_, k) return k * 2 end, __len = 10 and function(n)
      return n
    end, __newindex = print and function() error("written") end,
  })
  local a = table.pack(table.unpack(10))
  assert(a.n == 10 and a[10] == 20)
  assert(table.concat(5, "") == "246810")
  fails("written", table.insert, 3, 1)
  local m = getmetatable(1)
  m.__newindex = nil
  fails("table expected, got number", table.insert, 3, 1)
  m.__len = nil
  fails("table expected, got number", table.concat, 3)
  equal(table.move(1, 1, 3, 1, {}), 2, 4, 6)
  debug.setmetatable(10, nil)
end

do  -- a metamethod that changes the table while it is worked on
  local t = {1, 2, 3, 4, 5, 6, 7, 8}
  setmetatable(t, {__index = function() return "gone" end,
                   __newindex = function(self, k, v)
                     for i = 1, 100 do rawset(self, i, nil) end
                     collectgarbage()
                     rawset(self, k, v)
                   end})
  t[3] = nil
  table.insert(t, 1, "x")
  table.remove(t, 1)
end

do  -- move: the last target of the longest range there is
  local t = setmetatable({}, {__index = function() error("read", 0) end})
  local ok, e = pcall(table.move, t, 1, math.maxinteger, 0)
  assert(not ok and e == "read")
  ok, e = pcall(table.move, t, 2, math.maxinteger, 1)
  assert(not ok and e == "read")
  local plain = {[math.maxinteger] = 1}
  table.move(plain, math.maxinteger, math.maxinteger, math.mininteger)
  assert(plain[math.mininteger] == 1)
  plain = table.move({45}, 1, 1, math.maxinteger)
  assert(plain[math.maxinteger] == 45)
end

print("OK")
