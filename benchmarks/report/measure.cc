// measure: runs a command and tells what it used.
//
//   measure FD SECONDS COMMAND [ARGS...]
//
// Writes one line to the file descriptor FD:
//
//   OUTCOME NUMBER USER SYSTEM WALL PEAK
//
// OUTCOME is "exit" with its code, "signal" with its number or "timeout" (then
// the process was killed); times in seconds; PEAK is the largest resident set
// in KiB.
//
// Why a program: Linux counts into the peak of a process what its parent held
// at the time of exec.  Started by Python, each process would seem to need
// 15 MB; this program is linked statically and holds less than any Lua.
//
// Used by runner.py; guarded by tests/unit/benchmarks/report/runner_test.py.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace {

volatile sig_atomic_t timed_out = 0;
volatile pid_t child = 0;

void OnAlarm(int) {
  timed_out = 1;
  kill(child, SIGKILL);
}

double Seconds(const timeval& t) { return t.tv_sec + t.tv_usec / 1e6; }

double Now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    dprintf(STDERR_FILENO, "usage: measure FD SECONDS COMMAND [ARGS...]\n");
    return 2;
  }
  const int fd = atoi(argv[1]);
  const double begin = Now();
  child = fork();
  if (child < 0) {
    perror("measure: fork");
    return 2;
  }
  if (child == 0) {
    close(fd);
    execvp(argv[3], argv + 3);
    perror(argv[3]);
    _exit(127);
  }
  struct sigaction action = {};
  action.sa_handler = OnAlarm;
  action.sa_flags = SA_RESTART;
  sigaction(SIGALRM, &action, nullptr);
  alarm(static_cast<unsigned>(atoi(argv[2])));
  int status = 0;
  rusage usage = {};
  if (wait4(child, &status, 0, &usage) != child) {
    perror("measure: wait4");
    return 2;
  }
  const double wall = Now() - begin;
  const char* outcome = timed_out             ? "timeout"
                        : WIFSIGNALED(status) ? "signal"
                                              : "exit";
  const int number =
      WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  dprintf(fd, "%s %d %.6f %.6f %.6f %ld\n", outcome, number,
          Seconds(usage.ru_utime), Seconds(usage.ru_stime), wall,
          usage.ru_maxrss);
  return 0;
}
