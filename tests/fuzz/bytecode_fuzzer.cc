// Fuzz target: any bytes as a binary chunk.  They are refused, or they run
// safely: the verifier's promise.
//
// A text is compiled first, so Lua programs serve as seeds.  What is accepted
// is called, with hooks or in a coroutine or with a collection at every
// safepoint, together with the functions that it returns; its frames, locals
// and upvalues are looked at; and it is dumped and read again.
#include <memory>
#include <string>
#include <string_view>

#include "lua/bytecode/serializer.h"
#include "lua/compiler/compiler.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/sandbox.h"

namespace m3lua::fuzz {
namespace {

// Arguments: the function, the way.
constexpr std::string_view kDriver = R"lua(
local f, way = ...
local create, resume, status = coroutine.create, coroutine.resume,
  coroutine.status
local close, traceback, getinfo, getlocal, sethook = coroutine.close,
  debug.traceback, debug.getinfo, debug.getlocal, debug.sethook
local getupvalue, pcall, type, next, dump, load = debug.getupvalue, pcall, type,
  next, string.dump, load

local function touch(v)
  local kind = type(v)
  if kind == "string" then return #v, v .. "x" end
  if kind == "table" then return #v, pcall(next, v) end
  if kind == "function" then return getinfo(v, "SuL") end
  if kind == "thread" then return status(v) end
end

local function look(co)
  for level = co and 0 or 2, 7 do
    local info
    if co then info = getinfo(co, level, "nSltufr")
    else info = getinfo(level, "nSltufr") end
    if not info then break end
    for step = 1, -1, -2 do
      for i = 1, 255 do
        local name, value
        if co then name, value = getlocal(co, level, i * step)
        else name, value = getlocal(level, i * step) end
        if not name then break end
        touch(value)
      end
    end
    for i = 1, 255 do
      local name, value = getupvalue(info.func, i)
      if not name then break end
      touch(value)
    end
  end
end

local function exercise(f, depth)
  if way == 1 then
    local co = create(f)
    for i = 1, 10 do
      touch(select(2, resume(co, i, {}, "s")))
      look(co)
      traceback(co)
      if status(co) ~= "suspended" then break end
    end
    close(co)
  else
    local results = table.pack(pcall(f, 1, {2}, "three", 4.5))
    for i = 2, results.n do
      touch(results[i])
      if depth > 0 and type(results[i]) == "function" then
        exercise(results[i], depth - 1)
      end
    end
  end
end

local ok, bytes = pcall(dump, f)
if ok and not load(bytes, "=again", "b") then
  violation("a function that was accepted is refused when dumped")
end
if way == 2 then sethook(function() look() end, "crl", 2) end
exercise(f, 2)
sethook()
)lua";

}  // namespace

void Run(std::string_view input) {
  std::string bytes(input);
  if (!input.starts_with(bytecode::kBinarySignature)) {
    const auto f = compiler::CompileSource(input, "=seed");
    if (!f.ok()) return;
    bytes = bytecode::Serialize(**f, false);
  }
  const uint32_t way = Fingerprint(bytes) % 4;
  Sandbox sandbox({.steps = way == 3 ? 1000 : 4000});
  Value f = Value::Nil();
  if (!sandbox.Load(bytes, "b", f)) return;
  if (way == 3) sandbox.state().heap().set_stress(true);
  sandbox.Drive(kDriver, {f, Value::Integer(way)});
}

}  // namespace m3lua::fuzz
