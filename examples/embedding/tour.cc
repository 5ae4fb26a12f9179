// The snippets of docs/embedding.md, compiled and run: what stands between
// "// [name]" and "// [end]" is what the page shows (docs_test.sh compares).
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lua/embed/lua.h"
#include "lua/runtime/platform.h"

namespace {

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << m3lua::Describe(status) << "\n";
  std::exit(1);
}

void Values() {
  m3lua::Lua lua;
  // [values]
  Check(lua.Set("limits", std::map<std::string, int>{{"width", 640}}));
  Check(lua.RunString("limits.height = 480; names = {'a', 'b'}"));
  int height = lua.Get<int>("limits", "height").value();
  auto names = lua.Get<std::vector<std::string>>("names").value();
  std::optional<int> depth =
      lua.Get<std::optional<int>>("limits", "depth").value();
  absl::StatusOr<int> wrong = lua.Get<int>("names");
  // wrong.status(): INVALID_ARGUMENT: number expected, got table
  // [end]
  std::cout << height << " " << names.size() << " " << depth.has_value() << " "
            << wrong.status().message() << "\n";
}

void Functions() {
  m3lua::Lua lua;
  // [functions]
  Check(lua.Set("resize", [](std::string_view name, int width,
                             std::optional<int> height) {
    return std::string(name) + " " + std::to_string(width) + "x" +
           std::to_string(height.value_or(width));
  }));
  Check(lua.RunString("print(resize('icon', 16), resize('photo', 30, 20))"));
  absl::Status status = lua.RunString("resize('icon', 'big')", "=script");
  // script:1: bad argument #2 to 'resize' (number expected, got string)

  Check(lua.RunString("function area(w, h) return w * h, 'm2' end"));
  auto area = lua.Get<m3lua::FunctionRef>("area").value();
  auto [size, unit] = area.Call<double, std::string>(3, 4).value();
  // [end]
  std::cout << status.message() << "\n" << size << " " << unit << "\n";
}

void Buffers() {
  m3lua::Lua lua;
  // [buffers]
  std::vector<float> samples = {0.5, -0.25, 1};
  m3lua::Buffer<float> buffer(samples);
  Check(lua.Set("samples", buffer));
  Check(lua.Set("peak", [](std::span<const float> s) {
    return *std::max_element(s.begin(), s.end());
  }));
  Check(
      lua.RunString("for i, x in ipairs(samples) do samples[i] = x / 2 end\n"
                    "print(#samples, peak(samples))"));
  buffer.Revoke();  // as its destructor does
  absl::Status status = lua.RunString("print(samples[1])", "=script");
  // script:1: the buffer is gone
  // [end]
  std::cout << status.message() << "\n";
}

void Errors() {
  m3lua::Lua lua;
  // [errors]
  absl::Status status =
      lua.RunString("error({code = 404, path = '/x'})", "=script");
  if (const m3lua::ErrorInfo* error = m3lua::ErrorInfo::Of(status)) {
    auto value = error->value().As<m3lua::TableRef>().value();
    std::cout << value.Get<int>("code").value() << " in " << error->source()
              << ", line " << error->line() << "\n";
  }
  // [end]
}

void References() {
  // [references]
  m3lua::Ref kept;
  {
    m3lua::Lua lua;
    kept = lua.Eval<m3lua::Ref>("{1, 2, 3}").value();
    lua.Collect();  // does not take it
    std::cout << kept.As<std::vector<int>>()->size() << "\n";
  }
  // The state is gone: FAILED_PRECONDITION, and no dangling pointer.
  std::cout << kept.As<std::vector<int>>().status().message() << "\n";
  // [end]
}

// [types]
struct Account {
  explicit Account(std::string owner) : owner(std::move(owner)) {}
  void Deposit(double amount) { balance += amount; }
  std::string owner;
  double balance = 0;
};

absl::Status BindAccount(m3lua::Lua& lua) {
  return lua.Register(m3lua::Class<Account>("Account")
                          .Constructor<std::string>()
                          .Field("owner", &Account::owner)
                          .ReadOnly("balance", &Account::balance)
                          .Method("deposit", &Account::Deposit)
                          .Operator("__tostring", [](const Account& a) {
                            return a.owner + "'s account";
                          }));
}
// [end]

void Types() {
  m3lua::Lua lua;
  Check(BindAccount(lua));
  // [types_use]
  auto shared = std::make_shared<Account>("Ann");
  Check(lua.Set("ann", shared));  // Lua and C++ own it together
  Check(lua.RunString(R"(
    ann:deposit(10)
    local bob = Account('Bob')      -- Lua's: destroyed when collected
    bob.owner = 'Robert'
    print(ann, ann.balance, bob)
  )"));
  absl::Status status = lua.RunString("ann.balance = 1e9", "=script");
  // script:1: field 'balance' of Account is read only
  // [end]
  std::cout << shared->balance << " " << status.message() << "\n";
}

void Coroutines() {
  m3lua::Lua lua;
  // [coroutines]
  Check(lua.RunString(R"(
    function numbers(n)
      for i = 1, n do coroutine.yield(i) end
    end
  )"));
  auto numbers = lua.Get<m3lua::FunctionRef>("numbers").value();
  m3lua::CoroutineRef co = lua.NewCoroutine(numbers).value();
  absl::StatusOr<int> n = co.Resume<int>(3);
  for (; n.ok() && !co.done(); n = co.Resume<int>()) {
    std::cout << *n << " ";
  }
  // [end]
  std::cout << "\n";
}

void Suspending() {
  m3lua::Lua lua;
  // [suspending]
  std::vector<m3lua::Resumer> waiting;
  Check(lua.Set("fetch", [&](const std::string& url, m3lua::Resumer resumer) {
    std::cout << "fetching " << url << "\n";
    waiting.push_back(std::move(resumer));  // some time later ...
  }));
  auto main = lua.Load("print('got ' .. fetch('a') .. fetch('b'))").value();
  Check(lua.Spawn(main,
                  [](absl::StatusOr<m3lua::Values> results) {
                    std::cout << (results.ok() ? "done\n" : "failed\n");
                  })
            .status());
  while (!waiting.empty()) {
    m3lua::Resumer resumer = std::move(waiting.back());
    waiting.pop_back();
    Check(resumer.Resume("text "));  // ... the call returns this
  }
  // [end]
}

void Overloads() {
  m3lua::Lua lua;
  // [overloads]
  Check(lua.Set("describe",
                m3lua::Overload([](int64_t) { return "integer"; },
                                [](double) { return "float"; },
                                [](m3lua::TableRef) { return "table"; })));
  Check(lua.Set("join", m3lua::Defaults(
                            [](std::vector<std::string> parts,
                               const std::string& separator) {
                              std::string all;
                              for (const std::string& part : parts) {
                                all += all.empty() ? part : separator + part;
                              }
                              return all;
                            },
                            ", ")));
  Check(lua.Set("count", [](m3lua::Arguments all) { return all.size(); }));
  Check(
      lua.RunString("print(describe(1), describe(1.0), describe {})"
                    "print(join {'a', 'b'}, count(nil, nil))"));
  // [end]
}

void Sinks() {
  // [options]
  m3lua::Lua::Options options;
  options.libraries = m3lua::Library::kBase | m3lua::Library::kString |
                      m3lua::Library::kTable | m3lua::Library::kPackage;
  options.memory_limit = 16 << 20;
  options.output = [](std::string_view text) { std::cout << text; };
  options.loader = [](std::string_view module) -> absl::StatusOr<std::string> {
    if (module == "greet") return "return function(n) print('hi ' .. n) end";
    return absl::NotFoundError("");
  };
  m3lua::Lua lua(options);
  Check(lua.RunString("require('greet')('you'); print(io, os)"));
  // [end]
}

void Bounds() {
  m3lua::Lua lua;
  // [bounds]
  lua.SetBounds({.steps = 1'000'000, .time = absl::Seconds(10)});
  absl::Status status =
      lua.RunString("while true do pcall(string.rep, 'x', -1) end", "=hostile");
  std::cout << status.message() << "\n";  // kResourceExhausted
  lua.ClearBounds();
  // [end]
  // [slices]
  std::vector<m3lua::BoundedRun> runs;
  for (int i = 1; i <= 3; ++i) {
    auto f = lua.Load("for i = 1, 1000 * ... do end return ...").value();
    runs.emplace_back(lua.NewCoroutine(f).value());
  }
  for (bool busy = true; busy;) {
    busy = false;
    for (size_t i = 0; i < runs.size(); ++i) {
      if (runs[i].done()) continue;
      busy = true;
      auto outcome = runs[i].Run({.steps = 500}, i + 1).value();
      if (outcome == m3lua::BoundedRun::Outcome::kFinished) {
        std::cout << runs[i].results()[0].ToString().value() << " is done\n";
      }
    }
  }
  // [end]
}

void Sandboxes() {
  // [sandboxes]
  m3lua::MemoryFiles files;
  files.Put("data.txt", "42");
  m3lua::Lua::Options options;
  options.platform = &files;
  m3lua::Lua lua(options);
  auto sandbox =
      m3lua::Sandbox::Create(lua, {.libraries = m3lua::LibrarySet::kFiles})
          .value();
  auto ann = sandbox.NewEnvironment().value();
  auto bob = sandbox.NewEnvironment().value();
  Check(ann.Run("answer = io.open('data.txt'):read('n'); string = nil"));
  Check(bob.Run("assert(answer == nil and string.rep and not os.exit)"));
  std::cout << ann.Get<int>("answer").value() << "\n";
  std::cout << bob.Run("string.rep = print", "=bob").message() << "\n";
  // [end]
}

}  // namespace

int main() {
  std::cout << std::unitbuf;
  Values();
  Functions();
  std::cout.flush();
  Errors();
  References();
  Types();
  Coroutines();
  Suspending();
  Overloads();
  Sinks();
  std::cout.flush();
  Buffers();
  Bounds();
  Sandboxes();
}
