// A configuration file that is Lua: values with defaults, types checked, and
// errors that name the field.
//
// The file can't do more than compute: it gets a table of its own as globals'
// place would be, and of the libraries only strings and mathematics.
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lua/embed/lua.h"

namespace {

struct Config {
  std::string name;
  int width = 0;
  double scale = 1.0;
  std::vector<std::string> plugins;
  std::map<std::string, int> limits;
};

absl::StatusOr<Config> ReadConfig(const std::string& text) {
  m3lua::Lua::Options options;
  options.libraries = m3lua::Library::kString | m3lua::Library::kMath;
  options.memory_limit = 4 << 20;
  m3lua::Lua lua(options);
  absl::Status status = lua.RunString(text, "=config");
  if (!status.ok()) return status;

  Config config;
  // Each field's own error: "limits: field 'cpu': number expected, got string".
  auto read = [&]<typename T>(const char* field, T& out) {
    if (!status.ok()) return;
    auto value = lua.Get<std::optional<T>>(field);
    if (!value.ok()) {
      status = absl::InvalidArgumentError(
          std::string(field) + ": " + std::string(value.status().message()));
    } else if (value->has_value()) {
      out = **value;
    }
  };
  read("name", config.name);
  read("width", config.width);
  read("scale", config.scale);
  read("plugins", config.plugins);
  read("limits", config.limits);
  if (!status.ok()) return status;
  return config;
}

void Show(const std::string& text) {
  absl::StatusOr<Config> config = ReadConfig(text);
  if (!config.ok()) {
    std::cout << "error: " << config.status().message() << "\n";
    return;
  }
  std::cout << config->name << " " << config->width << " " << config->scale;
  for (const std::string& plugin : config->plugins) std::cout << " " << plugin;
  for (const auto& [key, limit] : config->limits) {
    std::cout << " " << key << "=" << limit;
  }
  std::cout << "\n";
}

}  // namespace

int main() {
  Show(R"(
    local base = 320
    name = ("view"):upper()
    width = base * 2
    plugins = {"grid", "zoom"}
    limits = {cpu = 4, memory = 1 << 10}
  )");
  Show("name = 'small'  scale = 1 / 4");
  Show("width = 1.5");
  Show("limits = {cpu = 'many'}");
  Show("width = = 3");
  Show("os.remove('/etc/passwd')");
}
