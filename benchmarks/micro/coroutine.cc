// Coroutines: switching, making, ending.
#include "benchmarks/micro/snippets.h"

namespace m3lua::micro {
namespace {

[[maybe_unused]] const bool registered = RegisterSnippets(
    "coroutine",
    {
        {"switch",
         "local resume, yield = coroutine.resume, coroutine.yield "
         "local co = coroutine.create(function() while true do yield() end "
         "end)",
         "", "resume(co)"},
        {"switch_with_values",
         "local resume, yield = coroutine.resume, coroutine.yield "
         "local co = coroutine.create(function(a, b) "
         "while true do a, b = yield(b, a) end end)",
         "local a, b, c", "a, b, c = resume(co, 1, 2)"},
        {"wrap",
         "local yield = coroutine.yield "
         "local f = coroutine.wrap(function() while true do yield(1) end end)",
         "local a", "a = f()"},
        {"deep_yield",
         "local yield = coroutine.yield "
         "local function deep(n) if n == 0 then yield(1) else deep(n - 1) end "
         "end "
         "local f = coroutine.wrap(function() while true do deep(10) end end)",
         "local a", "a = f()"},
        {"yield_through_pcall",
         "local yield = coroutine.yield "
         "local f = coroutine.wrap(function() "
         "while true do pcall(yield, 1) end end)",
         "local a", "a = f()"},
        {"life",
         "local create, resume = coroutine.create, coroutine.resume "
         "local function f() end",
         "", "resume(create(f))"},
        {"generator_of_ten",
         "local wrap, yield = coroutine.wrap, coroutine.yield "
         "local function ten() for i = 1, 10 do yield(i) end end",
         "local a", "for i in wrap(ten) do a = i end", 10},
        {"running", "local running = coroutine.running", "local a",
         "a = running()"},
        {"close",
         "local create, close = coroutine.create, coroutine.close "
         "local function f() end",
         "", "close(create(f))"},
    });

}  // namespace
}  // namespace m3lua::micro
