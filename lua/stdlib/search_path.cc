// Guarded by tests/unit/stdlib/search_path_test.cc.
#include "lua/stdlib/search_path.h"

#include <cstdio>
#include <cstdlib>

#include "lua/syntax/concat.h"

namespace m3lua::stdlib {

const char kDefaultPath[] =
    "/usr/local/share/lua/5.4/?.lua;/usr/local/share/lua/5.4/?/init.lua;"
    "/usr/local/lib/lua/5.4/?.lua;/usr/local/lib/lua/5.4/?/init.lua;"
    "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua;"
    "./?.lua;./?/init.lua";
const char kDefaultCPath[] =
    "/usr/local/lib/lua/5.4/?.so;/usr/lib/x86_64-linux-gnu/lua/5.4/?.so;"
    "/usr/lib/lua/5.4/?.so;/usr/local/lib/lua/5.4/loadall.so;./?.so";

std::string ReplaceAll(std::string_view text, std::string_view what,
                       std::string_view by) {
  std::string result;
  size_t from = 0;
  for (size_t at; (at = text.find(what, from)) != std::string_view::npos;
       from = at + what.size()) {
    result.append(text.substr(from, at - from)).append(by);
  }
  return result.append(text.substr(from));
}

bool SearchPath(std::string_view name, std::string_view path,
                std::string_view separator, std::string_view replacement,
                std::string& file, Platform& platform) {
  std::string file_part = separator.empty()
                              ? std::string(name)
                              : ReplaceAll(name, separator, replacement);
  std::string candidates = ReplaceAll(path, "?", file_part);
  std::string_view rest = candidates;
  while (!rest.empty()) {
    size_t end = rest.find(';');
    file = rest.substr(0, end);
    if (std::FILE* opened = platform.Open(file.c_str(), "r")) {
      std::fclose(opened);
      return true;
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  file = syntax::Concat("no file '",
                        ReplaceAll(candidates, ";", "'\n\tno file '"), "'");
  return false;
}

std::string PathFromEnvironment(const char* variable, bool ignore_environment,
                                std::string_view otherwise,
                                Platform& platform) {
  const char* value =
      platform.Environment(syntax::Concat(variable, "_5_4").c_str());
  if (value == nullptr) value = platform.Environment(variable);
  if (value == nullptr || ignore_environment) return std::string(otherwise);
  std::string_view text = value;
  size_t mark = text.find(";;");
  if (mark == std::string_view::npos) return std::string(text);
  std::string_view before = text.substr(0, mark);
  std::string_view after = text.substr(mark + 2);
  return syntax::Concat(before, before.empty() ? "" : ";", otherwise,
                        after.empty() ? "" : ";", after);
}

}  // namespace m3lua::stdlib
