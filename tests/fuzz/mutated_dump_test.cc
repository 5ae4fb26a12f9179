// Dumped programs with three bytes changed at random: loaded, and called with
// limits.  Each is refused, or runs; none crashes, none takes for ever.
//
// Every round is determined by its number.  The environment makes the test
// longer or repeats a round that has failed:
//
//   M3LUA_DUMPS=100000   rounds
//   M3LUA_DUMPS_FROM=17  the first one
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "lua/bytecode/serializer.h"
#include "lua/compiler/compiler.h"
#include "tests/fuzz/sandbox.h"

namespace m3lua::fuzz {
namespace {

// Together they use most instructions.
constexpr std::string_view kPrograms[] = {
    R"lua(
local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end
local t = {}
for i = 1, 10 do t[#t + 1] = fib(i) * 2 // 3 end
for i = 10, 1, -3 do t[i] = i .. ":" .. t[i] end
for k, v in pairs(t) do if v == 1 then t[k] = nil end end
return table.concat(t, ","), fib, function() t.x = t return t end
)lua",
    R"lua(
local Account = {} Account.__index = Account
function Account.new(b) return setmetatable({balance = b, log = {}}, Account) end
function Account:deposit(v) self.balance = self.balance + v
  self.log[#self.log + 1] = {v, "in", n = 1} return self end
local a = Account.new(10):deposit(5):deposit(2.5)
local ok, e = pcall(function() a:withdraw(1) end)
return a.balance > 17 and not ok and e, a, Account.deposit
)lua",
    R"lua(
local function gen(n, ...) local extra = {...}
  return coroutine.wrap(function()
    for i = 1, n do
      local guard <close> = setmetatable({}, {__close = function() n = n + 0 end})
      coroutine.yield(i, table.unpack(extra))
    end
  end)
end
local sum = 0
for i, x, y in gen(5, 1, 2) do sum = sum + i * x - y end
while sum > 0 do sum = sum - 7 if sum == 3 then goto done end end
::done::
return sum, gen, select('#', ...), ...
)lua",
    R"lua(
local s, n = "the quick brown fox", 0
local counts = setmetatable({}, {__index = function() return 0 end})
for w in s:gmatch("%a+") do counts[w] = counts[w] + #w n = n ~ #w << 2 end
local r = s:gsub("%w+", function(w) return w:upper():reverse() end)
repeat local k = next(counts) counts[k] = nil until k == nil or n < 0
return r, n & 0xFF, string.format("%5.1f %q", n / 3, s), -n, ~n, not n
)lua",
};

long FromEnvironment(const char* name, long otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atol(text);
}

volatile std::sig_atomic_t current_round = 0;

// Says which round it was; what a sanitizer or the system does then, they do.
void OnSignal(int signal) {
  char text[64];
  const int size = std::snprintf(text, sizeof text, "signal %d in round %ld\n",
                                 signal, static_cast<long>(current_round));
  if (write(STDERR_FILENO, text, static_cast<size_t>(size)) < 0) _exit(2);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

double CpuSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

TEST(MutatedDumpTest, ThreeBytesChanged) {
  const long from = FromEnvironment("M3LUA_DUMPS_FROM", 0);
  const long rounds = FromEnvironment("M3LUA_DUMPS", 1200);
  constexpr unsigned kHang = 300;  // seconds
  std::signal(SIGALRM, OnSignal);
  std::signal(SIGABRT, OnSignal);
#ifndef M3LUA_SYSTEM_ALLOCATOR  // (Sanitizers say more.)
  std::signal(SIGSEGV, OnSignal);
#endif

  std::vector<std::string> dumps;
  for (std::string_view program : kPrograms) {
    const auto f = compiler::CompileSource(program, "=program");
    ASSERT_TRUE(f.ok()) << f.status();
    dumps.push_back(bytecode::Serialize(**f, false));
    dumps.push_back(bytecode::Serialize(**f, true));
  }

  long refused = 0, failed = 0, returned = 0;
  double slowest = 0;
  for (long round = from; round < from + rounds; ++round) {
    current_round = static_cast<std::sig_atomic_t>(round);
    std::mt19937 random(static_cast<uint32_t>(round));
    std::string bytes = dumps[random() % dumps.size()];
    for (int n = 0; n < 3; ++n) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    alarm(kHang);
    const double start = CpuSeconds();
    // Refused by what needs no state: most are.
    if (!bytecode::Deserialize(bytes, "=dump").ok()) {
      ++refused;
    } else {
      Sandbox sandbox({.steps = 20000});
      Value f = Value::Nil();
      ASSERT_TRUE(sandbox.Load(bytes, "b", f)) << "round " << round;
      std::span<Value> results;
      if (!sandbox.Call(f, {Value::Integer(1)}, &results)) {
        ++failed;
      } else {
        ++returned;
        if (!results.empty() && results.back().is_function()) {
          sandbox.Call(results.back(), {Value::Integer(3)});
        }
      }
    }
    slowest = std::max(slowest, CpuSeconds() - start);
    alarm(0);
    if ((round + 1) % 10000 == 0) {
      std::fprintf(stderr, "%ld rounds: %ld refused\n", round + 1, refused);
    }
  }
  std::fprintf(stderr,
               "%ld dumps: %ld refused, %ld ended with an error, %ld returned; "
               "the slowest took %.3f s of CPU time\n",
               rounds, refused, failed, returned, slowest);
  EXPECT_EQ(refused + failed + returned, rounds);
  if (rounds >= 1000) {
    EXPECT_GT(refused, rounds / 10) << "the changes do not matter";
    EXPECT_GT(failed + returned, rounds / 100) << "nothing gets to run";
  }
}

}  // namespace
}  // namespace m3lua::fuzz
