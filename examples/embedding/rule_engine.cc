// Rules that anybody may write: each is a Lua script in an environment of its
// own, runs within bounds, and can harm neither the host nor the other rules.
//
// A rule defines `check(order)`, which returns what it has to say about an
// order, or nothing.
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lua/embed/lua.h"
#include "lua/runtime/platform.h"

namespace {

struct Order {
  std::string customer;
  int amount = 0;
  std::vector<std::string> items;
};

struct Rule {
  std::string name;
  m3lua::Environment environment;
};

class RuleEngine {
 public:
  RuleEngine() : lua_(MakeOptions()), sandbox_(MakeSandbox(lua_)) {
    // For all that runs here, finalizers included.
    lua_.SetBounds({.steps = kSteps});
  }

  // A rule that can't be loaded is reported, and left out.
  void Add(const std::string& name, const std::string& code) {
    lua_.SetBounds({.steps = kSteps});
    absl::StatusOr<m3lua::Environment> environment = sandbox_.NewEnvironment();
    absl::Status status = environment.ok() ? environment->Run(code, "=" + name)
                                           : environment.status();
    if (status.ok()) {
      rules_.push_back({name, *std::move(environment)});
    } else {
      std::cout << "not added: " << status.message() << "\n";
    }
  }

  void Judge(const Order& order) {
    std::cout << order.customer << ", " << order.amount << "\n";
    for (Rule& rule : rules_) {
      lua_.SetBounds({.steps = kSteps, .time = absl::Seconds(1)});
      absl::StatusOr<std::optional<std::string>> verdict = Check(rule, order);
      if (!verdict.ok()) {
        std::cout << "  " << rule.name
                  << " failed: " << verdict.status().message() << "\n";
      } else if (verdict->has_value()) {
        std::cout << "  " << rule.name << ": " << **verdict << "\n";
      }
    }
  }

 private:
  static constexpr int64_t kSteps = 1'000'000;

  static m3lua::Lua::Options MakeOptions() {
    static m3lua::DenyAll nothing;
    m3lua::Lua::Options options;
    options.memory_limit = 4 << 20;
    options.platform = &nothing;
    options.allow_bytecode = false;
    return options;
  }
  static m3lua::Sandbox MakeSandbox(m3lua::Lua& lua) {
    return m3lua::Sandbox::Create(lua, {.libraries = m3lua::LibrarySet::kPure})
        .value();
  }

  // Each rule gets a table of its own, so none sees what another does to it.
  absl::StatusOr<std::optional<std::string>> Check(Rule& rule,
                                                   const Order& order) {
    absl::StatusOr<m3lua::FunctionRef> check =
        rule.environment.Get<m3lua::FunctionRef>("check");
    if (!check.ok()) return check.status();
    absl::StatusOr<m3lua::TableRef> table = lua_.NewTable();
    if (!table.ok()) return table.status();
    absl::Status status = table->Set("customer", order.customer);
    if (status.ok()) status = table->Set("amount", order.amount);
    if (status.ok()) status = table->Set("items", order.items);
    if (!status.ok()) return status;
    return check->Call<std::optional<std::string>>(*table);
  }

  m3lua::Lua lua_;
  m3lua::Sandbox sandbox_;
  std::vector<Rule> rules_;
};

}  // namespace

int main() {
  RuleEngine engine;
  engine.Add("large", R"(
    function check(order)
      if order.amount > 1000 then return ("ask a human: %d"):format(order.amount) end
    end)");
  engine.Add("regular", R"(
    local seen = {}
    function check(order)
      seen[order.customer] = (seen[order.customer] or 0) + 1
      if seen[order.customer] > 1 then return "known for " .. seen[order.customer] end
    end)");

  // What follows means no good.
  engine.Add("broken", "function check(order) retrun 1 end");
  engine.Add("endless", "function check() while true do end end");
  engine.Add("stubborn", R"(
    function check() while true do pcall(function() while true do end end) end end)");
  engine.Add("pattern",
             "function check() return (('a'):rep(3000):find('.-.-.-b$')) end");
  engine.Add("greedy", R"(
    function check() local t = {} for i = 1, math.huge do t[i] = {} end end)");
  engine.Add("curious",
             "function check() return io.open('/etc/passwd'):read('a') end");
  engine.Add("vandal",
             "function check(order) order.amount = 0 string.format = nil end");
  engine.Add("wrong", "function check() return {} end");

  engine.Judge({"Ann", 1200, {"anvil"}});
  engine.Judge({"Ann", 20, {"rope", "hook"}});
}
