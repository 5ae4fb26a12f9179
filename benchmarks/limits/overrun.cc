// How late a run ends: for each hostile call, how long after its deadline
// RunString returned; by the thread's processor time, so that other work of the
// machine has no part in it.
//
//   bazel run --config=opt //benchmarks/limits:overrun -- [--large]
//   [MILLISECONDS
//       [ROUNDS [PART OF A NAME]]]
//
// The deadline is 50 ms, each call runs 3 times.  Beside them, the same calls
// in PUC Lua, where a hook that is called after each 1,000 instructions raises
// an error from the deadline on; after 2 seconds they are killed.  --large:
// what needs up to 2 GB of memory, too.
//
// Exit status 1 if a call was later than 10 ms in its worst round.
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <lua5.4/lua.hpp>
#include <memory>
#include <span>
#include <string>

#include "benchmarks/limits/hostile.h"
#include "lua/embed/lua.h"
#include "lua/runtime/state.h"

namespace {

using m3lua::hostile::Call;

constexpr double kBar = 10;      // milliseconds
constexpr time_t kPatience = 2;  // seconds

int64_t Now(void* = nullptr) {  // nanoseconds
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}
double MillisecondsSince(int64_t start) {
  return static_cast<double>(Now() - start) / 1e6;
}

struct Result {
  double least = 1e9;
  double worst = 0;
  std::string note;
};

Result Measure(const Call& call, int limit, int rounds) {
  Result result;
  for (int i = 0; i < rounds; ++i) {
    m3lua::Lua::Options options;
    options.memory_limit = size_t{2} << 30;
    auto lua = std::make_unique<m3lua::Lua>(std::move(options));
    if (!lua->RunString(call.prepare).ok()) result.note = "not prepared; ";
    lua->state().limits.SetClock(Now, nullptr);
    lua->SetBounds({.time = absl::Milliseconds(limit)});
    const int64_t start = Now();
    absl::Status status = lua->RunString(call.code);
    const double overrun = MillisecondsSince(start) - limit;
    result.least = std::min(result.least, overrun);
    result.worst = std::max(result.worst, overrun);
    if (status.code() != absl::StatusCode::kDeadlineExceeded) {
      result.note += std::string(status.message()).substr(0, 60);
    }
  }
  return result;
}

// ---- PUC Lua

int64_t puc_deadline;

void Hook(lua_State* state, lua_Debug*) {
  if (Now() >= puc_deadline) luaL_error(state, "deadline exceeded");
}

// In a process of its own, for there is no other way to end it.  Negative: it
// had to be killed.
double MeasurePuc(const Call& call, int limit) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    lua_State* state = luaL_newstate();
    luaL_openlibs(state);
    if (luaL_dostring(state, call.prepare)) _exit(1);
    puc_deadline = Now() + int64_t{limit} * 1'000'000;
    lua_sethook(state, Hook, LUA_MASKCOUNT, 1000);
    const itimerval patience = {{}, {kPatience, 0}};
    setitimer(ITIMER_PROF, &patience, nullptr);
    if (!luaL_dostring(state, call.code)) _exit(1);
    const double overrun = MillisecondsSince(puc_deadline);
    if (write(ends[1], &overrun, sizeof overrun) < 0) _exit(1);
    _exit(0);
  }
  close(ends[1]);
  double overrun = -1;
  if (read(ends[0], &overrun, sizeof overrun) != sizeof overrun) overrun = -1;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return overrun;
}

}  // namespace

int main(int argc, char** argv) {
  const bool large = argc > 1 && std::strcmp(argv[1], "--large") == 0;
  if (large) {
    --argc;
    ++argv;
  }
  const int limit = argc > 1 ? std::atoi(argv[1]) : 50;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  const std::string only = argc > 3 ? argv[3] : "";
  std::printf("Milliseconds after a deadline of %d ms, %d rounds\n\n", limit,
              rounds);
  std::printf("%-36s %8s %8s %16s\n", "call", "least", "worst",
              "PUC with a hook");
  bool late = false;
  const auto show = [&](std::span<const Call> calls, bool puc) {
    for (const Call& call : calls) {
      if (std::string(call.name).find(only) == std::string::npos) continue;
      const Result result = Measure(call, limit, rounds);
      late |= result.worst > kBar;
      std::printf("%-36s %8.2f %8.2f", call.name, result.least, result.worst);
      if (puc) {
        const double other = MeasurePuc(call, limit);
        if (other < 0) {
          std::printf(" %16s", "runs on");
        } else {
          std::printf(" %16.2f", other);
        }
      }
      std::printf("%s%s\n", result.note.empty() ? "" : "  ",
                  result.note.c_str());
      std::fflush(stdout);
    }
  };
  show(m3lua::hostile::kCalls, /*puc=*/true);
  if (large) show(m3lua::hostile::kLargeCalls, /*puc=*/false);
  if (late) std::printf("\nlater than %.0f ms\n", kBar);
  return late ? 1 : 0;
}
