// Small programs that are run under every budget from 0 on
// (budget_sweep_test.cc): wherever the engine charges a step, one of them is
// ended there.
//
// They note what they do in the global list `log`, which costs no step, so that
// code which must not run is seen even if it does not get as far as its first
// step.  kSweepPrelude is run before each.  The test provides the functions
//   mark(value)       gives the table, which has a field `id`, the __close of
//                     the host, and returns it
//   finalized(value)  the same with a __gc
//   call(f, ...)      its first result
//   try(f, ...)       the same, or the error
#ifndef TESTS_UNIT_ENGINE_SWEEP_PROGRAMS_H_
#define TESTS_UNIT_ENGINE_SWEEP_PROGRAMS_H_

#include <ostream>

namespace m3lua::testing {

// open(name [, body]): a value whose __close notes "-name " and runs `body`.
// What it is assigned to is to be closed before anything else takes a step.
inline constexpr char kSweepPrelude[] = R"lua(
log = {}
function open(name, body)
  local value = setmetatable({}, {__close = function(_, e)
    log[#log + 1] = '-' .. name
    if body then body(e) end
  end})
  log[#log + 1] = '+' .. name
  return value
end
function host() return mark({id = 0}) end
function work() for i = 1, 3 do end end
)lua";

struct SweepProgram {
  const char* name;
  const char* code;
  // Coroutines may be left in the middle, which closes nothing.
  bool abandons = false;
  // With hooks bounds are looked at earlier, and the last events may be left
  // out.
  bool hooks = false;

  friend std::ostream& operator<<(std::ostream& out, const SweepProgram& p) {
    return out << p.name;
  }
};

inline constexpr SweepProgram kSweepPrograms[] = {
    {"loops", R"lua(
      local n = 0
      for i = 1, 5 do n = n + i end
      for i = 1.0, 3 do n = n + 1 end
      while n < 25 do n = n + 1 end
      repeat n = n + 1 until n > 30
      ::again:: n = n + 1 if n < 35 then goto again end
      for _, v in ipairs({1, 2}) do n = n + v end
      for _, v in pairs({1, a = 2}) do n = n + v end
      log[#log + 1] = n
      return n)lua"},
    {"close at return", R"lua(
      local function f(...)
        local a <close> = open('a', work)
        local b <close> = host()
        local c <close> = open('c')
        log[#log + 1] = 'body'
        return ...
      end
      local function g() local d <close> = open('d', work) return f(1, 2) end
      return f(), f(1), f(1, 2, 3), g())lua"},
    {"close at the end of blocks", R"lua(
      for i = 1, 3 do
        local a <close> = open('a' .. i)
        local b <close> = host()
        if i == 2 then goto continue end
        do local c <close> = open('c' .. i, work) end
        ::continue::
      end
      while true do local d <close> = host() break end
      log[#log + 1] = 'end')lua"},
    {"close of nested blocks, upvalues", R"lua(
      local get
      do
        local x = 1
        local a <close> = open('a', function() x = x + 1 end)
        local b <close> = open('b', function() x = x * 10 end)
        get = function() return x end
      end
      return get())lua"},
    {"close by an error", R"lua(
      local function f()
        local a <close> = open('a', work)
        local b <close> = host()
        local c <close> = open('c', function(e) log[#log + 1] = e end)
        error('x', 0)
      end
      local ok, e = pcall(f)
      log[#log + 1] = 'caught'
      return ok, e, pcall(f))lua"},
    {"errors in __close", R"lua(
      local function f(fails)
        local a <close> = open('a', function(e) log[#log + 1] = e end)
        local b <close> = host()
        local c <close> = open('c', function() error('in c', 0) end)
        if fails then error('first', 0) end
        return 1
      end
      local r = {pcall(f, true)}
      log[#log + 1] = r[2]
      return r[2], pcall(f, false))lua"},
    {"__close that closes", R"lua(
      local function nest(n)
        if n == 0 then return end
        local a <close> = open('a' .. n, function() nest(n - 1) end)
        local b <close> = host()
      end
      nest(3)
      return pcall(function()
        local a <close> = open('z', function() nest(2) end)
        error('x', 0)
      end))lua"},
    {"pcall and xpcall", R"lua(
      local function fail(x) work() error(x, 0) end
      local function handler(e) log[#log + 1] = 'handled' work() return e .. '!' end
      local r = {pcall(pcall, fail, 'a')}
      log[#log + 1] = tostring(r[3])
      r = {xpcall(fail, handler, 'b')}
      log[#log + 1] = tostring(r[2])
      r = {xpcall(function()
        local c <close> = open('c', work)
        local d <close> = host()
        return xpcall(fail, function(e) error(e, 0) end, 'c')
      end, handler)}
      log[#log + 1] = tostring(r[1])
      r = {pcall(error)}
      return pcall(xpcall), xpcall(work, handler), #r)lua"},
    {"the handler closes", R"lua(
      return xpcall(function()
        local a <close> = open('a')
        local b <close> = host()
        error('x', 0)
      end, function(e)
        local c <close> = open('c', work)
        local d <close> = host()
        return e .. '!'
      end))lua"},
    {"metamethods", R"lua(
      local mt = {}
      local function note(name, result)
        mt[name] = function(...)
          local c <close> = open(name)
          local h <close> = host()
          work()
          return result
        end
      end
      for _, name in ipairs({'__add', '__unm', '__index', '__concat', '__len',
                             '__call', '__band', '__idiv'}) do
        note(name, 7)
      end
      note('__eq', true) note('__lt', true) note('__le', false)
      mt.__newindex = function(t, k, v) log[#log + 1] = 'set' rawset(t, k, v) end
      local t, u = setmetatable({}, mt), setmetatable({}, mt)
      t.y = 1
      if t < u and t == u and not (t <= u) then log[#log + 1] = 'compared' end
      return t + 1, -t, t.x, t .. 'a', 'a' .. t, #t, t(1, 2), t & 1, t // 2)lua"},
    {"chains of __index and __call", R"lua(
      local base = setmetatable({}, {__index = function(_, k) work() return k end})
      local derived = setmetatable({}, {__index = base, __newindex = base})
      local callable = setmetatable({}, {__call = function(self, ...)
        log[#log + 1] = 'called'
        return select('#', ...), ...
      end})
      local outer = setmetatable({}, {__call = callable})
      derived.x = 1
      local r = {pcall(outer, 1, 2)}
      return derived.a, rawget(base, 'x'), callable(1), #r, pcall(callable))lua"},
    {"tail calls and varargs", R"lua(
      local function count(n, ...)
        if n == 0 then return select('#', ...), ... end
        return count(n - 1, n, ...)
      end
      local function closes(...)
        local a <close> = host()
        local t = {...}
        return (count(#t, ...))
      end
      local function native(...) return select(2, ...) end
      log[#log + 1] = count(4)
      log[#log + 1] = closes(1, 2, 3)
      return native('x', 'y', 'z'), count(3, table.unpack({1, 2, 3})))lua"},
    {"generic for with a closing value", R"lua(
      local function each(n, fails)
        return function(_, i)
          if i == n then return nil end
          if fails and i == 1 then error('in the iterator', 0) end
          return i + 1
        end, nil, 0, open('each', work)
      end
      for i in each(3) do log[#log + 1] = i end
      for i in each(3) do if i == 2 then break end end
      local function first() for i in each(3) do return i end end
      local x = first()
      for k in next, {1}, nil, host() do work() end
      return x, pcall(function() for i in each(3, true) do work() end end))lua"},
    {"coroutines", R"lua(
      local co = coroutine.create(function(a)
        local c <close> = open('c', work)
        local d <close> = host()
        local b = coroutine.yield(a + 1)
        log[#log + 1] = b
        return 'end'
      end)
      local r = {coroutine.resume(co, 1)}
      log[#log + 1] = tostring(r[2])
      r = {coroutine.resume(co, 5)}
      log[#log + 1] = tostring(r[2])
      local sum = 0
      for v in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
      do sum = sum + v end
      return sum, coroutine.status(co), coroutine.resume(co))lua",
     true},
    {"wrapped coroutines that fail", R"lua(
      local function gen(n)
        return coroutine.wrap(function()
          local a <close> = open('a' .. n, work)
          local b <close> = host()
          if n > 0 then gen(n - 1)() end
          error('x' .. n, 0)
        end)
      end
      local r = {pcall(gen(2))}
      log[#log + 1] = tostring(r[2])
      return pcall(gen(0)))lua"},
    {"coroutine.close", R"lua(
      local function suspended(body)
        local co = coroutine.create(function()
          local a <close> = open('a', body)
          local b <close> = host()
          local c <close> = open('c', work)
          coroutine.yield()
        end)
        coroutine.resume(co)
        return co
      end
      local r = {coroutine.close(suspended(work))}
      log[#log + 1] = tostring(r[1])
      r = {coroutine.close(suspended(function() error('x', 0) end))}
      log[#log + 1] = tostring(r[2])
      local failed = coroutine.create(function()
        local d <close> = host()
        error('y', 0)
      end)
      coroutine.resume(failed)
      return coroutine.close(failed))lua",
     true},
    {"yields everywhere", R"lua(
      local yield = coroutine.yield
      local function body()
        local mt = {__add = function() return yield('add') end,
                    __index = function(_, k) return yield(k) end}
        local t = setmetatable({}, mt)
        local n = t + t
        pcall(function()
          local a <close> = open('a', function() yield('closing') end)
          local b <close> = host()
          yield('in pcall')
          error('x', 0)
        end)
        do local c <close> = open('c', function() yield('closing c') end) end
        xpcall(function() yield('in xpcall') error('y', 0) end,
               function(e) log[#log + 1] = 'handled' end)
        for v in function() return yield('iterator') end do n = n + v end
        return t.x
      end
      local co = coroutine.wrap(body)
      local answers = {1, 2, 3, 4, 5, 1, nil, 8}
      for i = 1, 8 do
        local v = co(answers[i - 1])
        log[#log + 1] = v
      end
      return co(9))lua",
     true},
    {"native functions that call back", R"lua(
      local t = {3, 1, 2}
      table.sort(t, function(a, b)
        local c <close> = open('sort')
        local d <close> = host()
        return a < b
      end)
      log[#log + 1] = table.concat(t)
      local s = string.gsub('abc', '%w', function(x)
        local c <close> = open(x, work)
        return x .. x
      end)
      log[#log + 1] = s
      for w in string.gmatch('x y', '%a') do log[#log + 1] = w end
      local parts = {'return ', '1 ', '+ 2'}
      local i = 0
      local f = load(function() i = i + 1 work() return parts[i] end)
      local text = tostring(setmetatable({}, {__tostring = function()
        local c <close> = open('text') return 'text' end}))
      return f(), text, pcall(table.sort, {1, 2, 3}, function() error('z', 0) end))lua"},
    {"host functions that call back", R"lua(
      local function f(x)
        local a <close> = open('a', work)
        local b <close> = host()
        if x then error(x, 0) end
        return 'f'
      end
      local x, y, z = call(f), try(f, 'x'), try(f)
      log[#log + 1] = x .. y .. z
      return try(pcall, call, f, 'y'), pcall(call, f, 'z'))lua"},
    {"close of what is native in part", R"lua(
      local function closing(method, value)
        return setmetatable(value or {}, {__close = method, __call = function()
          log[#log + 1] = 'called' work() end})
      end
      do local a <close> = closing(pcall) end
      local wrapped = coroutine.wrap(function()
        log[#log + 1] = 'wrapped' coroutine.yield() end)
      do local b <close> = closing(wrapped) end
      do local c <close> = closing(closing(work)) end
      return pcall(function()
        local d <close> = closing(pcall)
        local e <close> = closing(coroutine.wrap(function()
          log[#log + 1] = 'again' end))
        local f <close> = closing(closing(work))
        error('x', 0)
      end))lua"},
    {"finalizers", R"lua(
      local function garbage(name)
        setmetatable({}, {__gc = function()
          log[#log + 1] = 'gc ' .. name
          local c <close> = open(name, work)
          local h <close> = host()
          work()
        end})
      end
      garbage('a')
      collectgarbage()
      finalized({id = 0})
      collectgarbage()
      garbage('b')
      pcall(collectgarbage)
      pcall(function()
        finalized({id = 0})
        collectgarbage()
        error('x', 0)
      end)
      log[#log + 1] = 'end'
      return 1)lua"},
    {"hooks", R"lua(
      local lines = 0
      debug.sethook(function(event)
        local c <close> = host()
        lines = lines + 1
        work()
      end, 'crl', 3)
      pcall(function()
        local a <close> = open('a')
        error('x', 0)
      end)
      work()
      debug.sethook()
      return lines > 10)lua",
     false, true},
    {"deep frames", R"lua(
      local function deep(n, ...)
        local a <close> = n % 4 == 0 and host() or nil
        if n == 0 then error('bottom', 0) end
        return (deep(n - 1, n, ...))
      end
      return pcall(deep, 40))lua"},
};

}  // namespace m3lua::testing

#endif  // TESTS_UNIT_ENGINE_SWEEP_PROGRAMS_H_
