// An echo server and its clients over loopback sockets, each connection a Lua
// coroutine; all of them on one thread, driven by poll.
//
// The functions of the scripts (`accept`, `connect`, `read`, `write`) look
// blocking.  Each has a Resumer: what can't be done at once waits until poll
// says that it can.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "lua/embed/lua.h"

namespace {

using m3lua::Resumer;

// A descriptor that Lua owns: closed by __close, or when it is collected.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) { fcntl(fd_, F_SETFL, O_NONBLOCK); }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

class Poller {
 public:
  // Tries `action` until it says that it is through, each time the descriptor
  // is ready for `events`.
  void Add(int fd, short events, std::function<bool()> action) {
    if (!action()) waiting_.push_back({fd, events, std::move(action)});
  }

  void Run() {
    while (!waiting_.empty()) {
      std::vector<pollfd> polled;
      for (const Wait& wait : waiting_) {
        polled.push_back({wait.fd, wait.events, 0});
      }
      if (poll(polled.data(), polled.size(), 10000) <= 0) return;
      // (Actions may add others.)
      std::vector<Wait> round = std::move(waiting_);
      waiting_.clear();
      for (size_t i = 0; i < round.size(); ++i) {
        if (polled[i].revents == 0 || !round[i].action()) {
          waiting_.push_back(std::move(round[i]));
        }
      }
    }
  }

 private:
  struct Wait {
    int fd;
    short events;
    std::function<bool()> action;
  };
  std::vector<Wait> waiting_;
};

absl::Status SystemError(const char* what) {
  return absl::InternalError(std::string(what) + ": " + std::strerror(errno));
}

bool MustWait() { return errno == EAGAIN || errno == EINPROGRESS; }

sockaddr_in Loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

absl::Status Bind(m3lua::Lua& lua, Poller& poller) {
  absl::Status status = lua.Register(m3lua::Class<Socket>("Socket").Closable());
  auto set = [&](const char* name, auto function) {
    status.Update(lua.Set(name, std::move(function)));
  };
  // listen() -> socket, port
  set("listen", []() -> absl::StatusOr<std::tuple<Socket, int>> {
    Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(socket.fd(), generic, size) != 0 ||
        listen(socket.fd(), 100) != 0 ||
        getsockname(socket.fd(), generic, &size) != 0) {
      return SystemError("listen");
    }
    return std::tuple<Socket, int>(std::move(socket), ntohs(address.sin_port));
  });
  set("accept", [&poller](Socket& listener, Resumer resumer) {
    poller.Add(listener.fd(), POLLIN, [fd = listener.fd(), resumer]() mutable {
      int accepted = accept(fd, nullptr, nullptr);
      if (accepted < 0 && MustWait()) return false;
      (accepted < 0 ? resumer.Fail(SystemError("accept"))
                    : resumer.Resume(Socket(accepted)))
          .IgnoreError();
      return true;
    });
  });
  set("connect", [](int port) -> absl::StatusOr<Socket> {
    Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address = Loopback(port);
    if (connect(socket.fd(), reinterpret_cast<sockaddr*>(&address),
                sizeof address) != 0 &&
        !MustWait()) {
      return SystemError("connect");
    }
    return socket;  // (writing waits until it is connected)
  });
  // read(socket) -> bytes, or nil at the end
  set("read", [&poller](Socket& socket, Resumer resumer) {
    poller.Add(socket.fd(), POLLIN, [fd = socket.fd(), resumer]() mutable {
      char buffer[4096];
      ssize_t n = recv(fd, buffer, sizeof buffer, 0);
      if (n < 0 && MustWait()) return false;
      if (n < 0) {
        resumer.Fail(SystemError("read")).IgnoreError();
      } else if (n == 0) {
        resumer.Resume(nullptr).IgnoreError();
      } else {
        resumer.Resume(std::string_view(buffer, static_cast<size_t>(n)))
            .IgnoreError();
      }
      return true;
    });
  });
  set("write", [&poller](Socket& socket, std::string bytes, Resumer resumer) {
    poller.Add(socket.fd(), POLLOUT,
               [fd = socket.fd(), bytes, done = size_t{0}, resumer]() mutable {
                 ssize_t n = send(fd, bytes.data() + done, bytes.size() - done,
                                  MSG_NOSIGNAL);
                 if (n < 0 && MustWait()) return false;
                 if (n < 0) {
                   resumer.Fail(SystemError("write")).IgnoreError();
                   return true;
                 }
                 done += static_cast<size_t>(n);
                 if (done < bytes.size()) return false;
                 resumer.Resume().IgnoreError();
                 return true;
               });
  });
  set("finish", [](Socket& socket) { shutdown(socket.fd(), SHUT_WR); });
  return status;
}

constexpr char kServer[] = R"(
  local listener <close>, clients, spawn = ...
  for i = 1, clients do
    local client = accept(listener)
    spawn(function()
      local socket <close> = client
      for bytes in read, socket do write(socket, bytes) end
    end)
  end
)";

constexpr char kClient[] = R"(
  local port, number = ...
  local socket <close> = connect(port)
  local sent = ("client %d says hello. "):format(number):rep(100)
  write(socket, sent)
  finish(socket)
  local got = {}
  for bytes in read, socket do got[#got + 1] = bytes end
  assert(table.concat(got) == sent, "not what was sent")
  return #sent
)";

}  // namespace

int main() {
  constexpr int kClients = 50;
  Poller poller;
  m3lua::Lua lua;
  absl::Status status = Bind(lua, poller);
  int failures = 0;
  int64_t echoed = 0;
  auto report = [&](absl::StatusOr<m3lua::Values> results) {
    if (!results.ok()) {
      std::cerr << m3lua::Describe(results.status()) << "\n";
      ++failures;
    } else if (!results->empty()) {
      echoed += (*results)[0].As<int64_t>().value();
    }
  };
  auto spawn = [&](m3lua::Lua& state, m3lua::FunctionRef f) {
    return state.Spawn(f, report).status();
  };
  auto listening = lua.Eval<m3lua::Ref, int>("listen()");
  auto server = lua.Load(kServer, "=server");
  auto client = lua.Load(kClient, "=client");
  for (const absl::Status& s :
       {listening.status(), server.status(), client.status()}) {
    status.Update(s);
  }
  if (!status.ok()) {
    std::cerr << m3lua::Describe(status) << "\n";
    return 1;
  }
  auto& [listener, port] = *listening;
  status.Update(lua.Spawn(*server, report, listener, kClients, spawn).status());
  for (int i = 1; i <= kClients; ++i) {
    status.Update(lua.Spawn(*client, report, port, i).status());
  }
  poller.Run();
  std::cout << kClients << " clients got " << echoed << " bytes back, "
            << failures << " failures, " << lua.spawned() << " still running\n";
  return status.ok() && failures == 0 && lua.spawned() == 0 ? 0 : 1;
}
