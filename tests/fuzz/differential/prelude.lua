-- What generated programs may call besides the standard library; the head of
-- every program that runs alone, and loaded by harness.lua for batches.
--
--   P(...)      prints values: integers and floats apart, strings quoted,
--               tables with their fields sorted, no addresses
--   T(f, ...)   calls f protected and prints what came out
--   CO(f, ...)  runs f as a coroutine to its end, printing every yield
--   Y(...)      yields, where that is possible
--   F()         counts; raises an error once a program ran too long
--   C(v)        v, but no more than 80 bytes of a string
--   S(t)        the pairs of t as a sorted list of texts
--   LOG, FLUSH  collect lines, and print them sorted
do
  local type, mathtype, next, pcall, select = type, math.type, next, pcall, select
  local format, gsub, sub, concat, sort =
    string.format, string.gsub, string.sub, table.concat, table.sort
  local rawequal, tostring, error, write = rawequal, tostring, error, io.write
  local create, resume, status, close, yield, isyieldable = coroutine.create,
    coroutine.resume, coroutine.status, coroutine.close, coroutine.yield,
    coroutine.isyieldable
  local printed, fuel, lines = 0, 0, {}

  local function escape(c) return format("\\%03d", c:byte()) end

  local show
  local function fields(t, depth)
    local list = {}
    for k, v in next, t do
      if #list >= 40 then return {"(many)"} end
      list[#list + 1] = "[" .. show(k, depth) .. "]=" .. show(v, depth)
    end
    sort(list)
    return list
  end

  function show(v, depth)
    local kind = type(v)
    if kind == "number" then
      if mathtype(v) == "integer" then return format("%d", v) end
      if v ~= v then return "nan" end
      return format("%.17g", v) .. "f"
    elseif kind == "string" then
      local text = #v > 300 and sub(v, 1, 300) .. "#" .. #v or v
      return '"' .. gsub(text, '[%c\128-\255"\\]', escape) .. '"'
    elseif kind == "table" then
      if depth >= 2 then return "{...}" end
      return "{" .. concat(fields(v, depth + 1), " ") .. "}"
    elseif kind == "nil" or kind == "boolean" then
      return tostring(v)
    end
    return kind
  end

  local function put(text)
    printed = printed + #text
    if printed <= 30000 then write(text, "\n") end
  end

  function P(...)
    local list = {}
    for i = 1, select("#", ...) do list[i] = show((select(i, ...)), 0) end
    put(concat(list, " "))
  end

  local function outcome(ok, ...)
    P(ok and "ok" or "error", ...)
    return ...
  end

  function T(f, ...) return outcome(pcall(f, ...)) end

  function CO(f, ...)
    local co = create(f)
    local function step(ok, ...)
      P(ok and status(co) or "failed", ...)
      return ok and status(co) == "suspended"
    end
    local again = step(resume(co, ...))
    for i = 1, 12 do
      if not again then break end
      again = step(resume(co, i, i + 0.5))
    end
    P("close", close(co))
  end

  function Y(...)
    if isyieldable() then return yield(...) end
    return ...
  end

  function F()
    fuel = fuel + 1
    if fuel > 1500 then error("out of fuel", 0) end
  end

  function C(v)
    if type(v) == "string" and #v > 80 then return sub(v, 1, 80) end
    return v
  end

  function S(t)
    if type(t) ~= "table" then return t end
    return concat(fields(t, 1), " ")
  end

  function LOG(...)
    local list = {}
    for i = 1, select("#", ...) do list[i] = show((select(i, ...)), 0) end
    lines[#lines + 1] = concat(list, " ")
  end

  function FLUSH()
    sort(lines)
    put("log " .. concat(lines, "; "))
    lines = {}
  end

  -- For the harness: a fresh start for the next program.
  function RESET() printed, fuel, lines = 0, 0, {} end
end
