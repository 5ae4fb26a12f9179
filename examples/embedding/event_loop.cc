// An event loop that serves 10,000 Lua coroutines on one thread.
//
// `sleep` is a C++20 coroutine that awaits a timer; calling it suspends the Lua
// coroutine, not the thread.  Time is the loop's own, so the program ends at
// once and always prints the same.
#include <coroutine>
#include <cstdint>
#include <iostream>
#include <queue>
#include <string>
#include <vector>

#include "lua/embed/lua.h"

namespace {

class Loop {
 public:
  // What `co_await loop.After(ms)` waits for.
  class Timer {
   public:
    Timer(Loop& loop, int64_t when) : loop_(loop), when_(when) {}
    // The task may be destroyed while it waits: then the loop forgets it.
    ~Timer() {
      if (slot_ >= 0) loop_.waiting_[static_cast<size_t>(slot_)] = nullptr;
    }
    bool await_ready() const { return when_ <= loop_.now_; }
    void await_suspend(std::coroutine_handle<> handle) {
      slot_ = static_cast<int64_t>(loop_.waiting_.size());
      loop_.waiting_.push_back(handle);
      loop_.timers_.push({when_, slot_});
    }
    void await_resume() { slot_ = -1; }

   private:
    Loop& loop_;
    int64_t when_;
    int64_t slot_ = -1;
  };

  Timer After(int64_t milliseconds) { return {*this, now_ + milliseconds}; }

  // Until nobody waits for anything.
  void Run() {
    while (!timers_.empty()) {
      Entry next = timers_.top();
      timers_.pop();
      now_ = next.when;
      auto handle =
          std::exchange(waiting_[static_cast<size_t>(next.slot)], nullptr);
      if (handle) handle.resume();
    }
  }
  int64_t now() const { return now_; }

 private:
  struct Entry {
    int64_t when;
    int64_t slot;
    bool operator<(const Entry& other) const {
      return when != other.when ? when > other.when : slot > other.slot;
    }
  };
  int64_t now_ = 0;
  std::priority_queue<Entry> timers_;
  std::vector<std::coroutine_handle<>> waiting_;
};

constexpr char kWorker[] = R"(
  local worker, rounds = ...
  local slept = 0
  for round = 1, rounds do
    local ms = (worker * 7 + round * 13) % 50 + 1
    sleep(ms)                       -- only this coroutine waits
    slept = slept + ms
  end
  return slept
)";

}  // namespace

int main(int argc, char** argv) {
  const int workers = argc > 1 ? std::stoi(argv[1]) : 10000;
  constexpr int kRounds = 5;
  Loop loop;
  m3lua::Lua lua;
  absl::Status status =
      lua.Set("sleep", [&loop](int64_t milliseconds) -> m3lua::Task<> {
        co_await loop.After(milliseconds);
      });
  absl::StatusOr<m3lua::FunctionRef> worker = lua.Load(kWorker, "=worker");
  if (!status.ok() || !worker.ok()) return 1;

  int64_t done = 0;
  int64_t slept = 0;
  for (int i = 1; i <= workers; ++i) {
    status = lua.Spawn(
                    *worker,
                    [&](absl::StatusOr<m3lua::Values> results) {
                      if (!results.ok()) {
                        std::cerr << m3lua::Describe(results.status()) << "\n";
                        return;
                      }
                      ++done;
                      slept += (*results)[0].As<int64_t>().value();
                    },
                    i, kRounds)
                 .status();
    if (!status.ok()) return 1;
  }
  std::cout << lua.spawned() << " coroutines wait\n";
  loop.Run();
  std::cout << done << " are done, after " << loop.now() << " ms; they slept "
            << slept << " ms\n";
  return done == workers ? 0 : 1;
}
