// The compiler behind lua_embed (defs.bzl): Lua modules to C++ that links them
// into a program.
//
//   compile_modules OUTPUT FORM (MODULE CHUNK_NAME FILE)...
//   compile_modules @ARGUMENTS     a file with one argument a line
//
// CHUNK_NAME is what messages call the file ("@a/b.lua").  FORM:
//
//   debug     precompiled, with line numbers and names
//   stripped  precompiled, without them
//   source    as text
//   check     nothing but the syntax; OUTPUT becomes an empty file
//
// All forms find all syntax errors: "FILE:LINE: message", exit code 1.
//
// Guarded by tests/bazel.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "lua/bytecode/serializer.h"
#include "lua/compiler/compiler.h"
#include "lua/runtime/chunk_file.h"
#include "lua/syntax/concat.h"

namespace m3lua {
namespace {

using syntax::Concat;

struct Module {
  std::string name;
  std::string chunk_name;
  std::string file;
  std::string bytes;  // of the form that is wanted
};

void Complain(std::string_view message) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(message.size()),
               message.data());
}

bool ReadFile(const std::string& name, std::string& contents) {
  std::ifstream file(name, std::ios::binary);
  contents.assign(std::istreambuf_iterator<char>(file), {});
  if (file.good() || file.eof()) return true;
  Complain(Concat("cannot read ", name, ": ", std::strerror(errno)));
  return false;
}

// Fills in module.bytes.
bool Compile(const std::string& form, Module& module) {
  std::string contents;
  if (!ReadFile(module.file, contents)) return false;
  std::string_view source = SkipFileHeader(contents);
  if (IsBinaryChunk(source)) {
    Complain(Concat(module.file, ": a binary chunk; sources are wanted"));
    return false;
  }
  auto function = compiler::CompileSource(source, module.chunk_name);
  if (!function.ok()) {
    // Once more, since messages shorten long names.
    function = compiler::CompileSource(source, "=?");
    absl::string_view message = function.status().message();
    Complain(
        Concat(module.file, std::string_view(message.data(), message.size())
                                .substr(std::string_view("?").size())));
    return false;
  }
  module.bytes =
      form == "source"
          ? std::string(source)
          : bytecode::Serialize(**function, /*strip_debug=*/form == "stripped");
  return true;
}

// A string literal, in pieces of a line each.
void AppendLiteral(std::string_view bytes, std::string& out) {
  constexpr size_t kLine = 76;
  out += "    \"";
  size_t start = out.size();
  for (unsigned char c : bytes) {
    if (out.size() - start > kLine) {
      out += "\"\n    \"";
      start = out.size();
    }
    if (c == '"' || c == '\\' || c == '?') {  // (??: trigraphs)
      out += '\\';
      out += static_cast<char>(c);
    } else if (c >= ' ' && c < 0x7F) {
      out += static_cast<char>(c);
    } else {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\%03o", static_cast<unsigned>(c));
      out += escape;
    }
  }
  out += '"';
}

std::string Generate(const std::vector<Module>& modules) {
  std::string out =
      "// Made by //lua/bazel:compile_modules.\n"
      "#include \"lua/stdlib/linked_module.h\"\n\n"
      "namespace {\n";
  for (size_t i = 0; i < modules.size(); ++i) {
    const Module& module = modules[i];
    std::string number = std::to_string(i);
    out += Concat("\nconstexpr char kCode", number, "[] =  // ", module.file,
                  "\n");
    AppendLiteral(module.bytes, out);
    out += Concat(";\nconst m3lua::stdlib::LinkedModule kModule", number,
                  "(\n    \"", module.name, "\", {kCode", number,
                  ", sizeof kCode", number, " - 1},\n");
    AppendLiteral(module.chunk_name, out);
    out += ");\n";
  }
  out += "\n}  // namespace\n";
  return out;
}

int Main(std::vector<std::string> arguments) {
  if (arguments.size() == 1 && arguments[0].starts_with('@')) {
    std::ifstream file(arguments[0].substr(1));
    arguments.clear();
    for (std::string line; std::getline(file, line);) arguments.push_back(line);
  }
  if (arguments.size() < 2 || arguments.size() % 3 != 2) {
    Complain(
        "usage: compile_modules OUTPUT FORM (MODULE CHUNK_NAME FILE)...\n"
        "       compile_modules @ARGUMENTS");
    return EXIT_FAILURE;
  }
  const std::string& output = arguments[0];
  const std::string& form = arguments[1];
  if (form != "debug" && form != "stripped" && form != "source" &&
      form != "check") {
    Complain(Concat("no form '", form, "'"));
    return EXIT_FAILURE;
  }

  std::vector<Module> modules;
  std::map<std::string, std::string> files;
  bool ok = true;
  for (size_t i = 2; i < arguments.size(); i += 3) {
    Module& module = modules.emplace_back(
        Module{arguments[i], arguments[i + 1], arguments[i + 2], ""});
    ok = Compile(form, module) && ok;
    auto [other, is_new] = files.emplace(module.name, module.file);
    if (!is_new && form != "check") {
      Complain(Concat("two files for module '", module.name,
                      "': ", other->second, " and ", module.file));
      ok = false;
    }
  }
  if (!ok) return EXIT_FAILURE;

  std::ofstream file(output, std::ios::binary);
  if (form != "check") file << Generate(modules);
  file.close();
  if (!file.good()) {
    Complain(Concat("cannot write ", output, ": ", std::strerror(errno)));
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace m3lua

int main(int argc, char** argv) {
  return m3lua::Main(std::vector<std::string>(argv + 1, argv + argc));
}
