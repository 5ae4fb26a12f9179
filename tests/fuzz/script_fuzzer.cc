// Fuzz target: any text as a program, in a sandbox.
//
// Plain, or in a coroutine, or with a collection at every safepoint, or with
// hooks that look at all frames: the text's fingerprint says which.
#include <string_view>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/sandbox.h"

namespace m3lua::fuzz {
namespace {

// Arguments: the function, the way (0: plain).
constexpr std::string_view kDriver = R"lua(
local f, way = ...
local create, resume, status = coroutine.create, coroutine.resume,
  coroutine.status
local close, traceback, getinfo, getlocal, sethook = coroutine.close,
  debug.traceback, debug.getinfo, debug.getlocal, debug.sethook
local pcall, type = pcall, type
if way == 0 then
  pcall(f, 1, "two", {3})
elseif way == 1 then
  local co = create(f)
  for i = 1, 20 do
    resume(co, i, {})
    traceback(co)
    if status(co) ~= "suspended" then break end
  end
  close(co)
else
  local function look()
    for level = 2, 6 do
      local info = getinfo(level, "nSltufr")
      if not info then break end
      for i = 1, 250 do
        local name, value = getlocal(level, i)
        if not name then break end
        if type(value) == "string" then name = #value end
      end
    end
  end
  sethook(look, "crl", 3)
  pcall(f, 1, "two", {3})
  sethook()
end
)lua";

}  // namespace

void Run(std::string_view source) {
  const uint32_t way = Fingerprint(source) % 4;
  Sandbox sandbox({.steps = way == 3 ? 1500 : 5000});
  if (way == 3) sandbox.state().heap().set_stress(true);
  Value f = Value::Nil();
  if (!sandbox.Load(source, "t", f)) return;
  sandbox.Drive(kDriver, {f, Value::Integer(way % 3)});
}

}  // namespace m3lua::fuzz
