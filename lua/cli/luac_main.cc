// The program `luac`: compiles, lists, writes binary chunks.
//
//   luac [-l] [-o name] [-p] [-s] [-v] [--] files
//
// Several files become one chunk that runs them in order.
//
// Guarded by tests/cli.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "lua/bytecode/disassembler.h"
#include "lua/bytecode/serializer.h"
#include "lua/bytecode/verifier.h"
#include "lua/cli/version.h"
#include "lua/compiler/compiler.h"
#include "lua/runtime/chunk_file.h"
#include "lua/syntax/concat.h"

namespace m3lua::cli {
namespace {

using bytecode::Function;
using syntax::Concat;

constexpr char kDefaultOutput[] = "luac.out";

struct CompilerOptions {
  int listing = 0;  // 2: full
  bool dump = true;
  bool strip = false;
  const char* output = kDefaultOutput;  // null: standard output
  std::vector<const char*> files;
};

class Compiler {
 public:
  explicit Compiler(const char* program) : program_(program) {}

  int Main(int argc, char** argv) {
    ParseOptions(argc, argv);
    std::vector<std::unique_ptr<Function>> functions;
    for (const char* file : options_.files) functions.push_back(Read(file));
    std::unique_ptr<Function> chunk = Combine(std::move(functions));
    if (options_.listing > 0) {
      bytecode::DisassemblyOptions listing;
      listing.full = options_.listing > 1;
      std::string text = bytecode::Disassemble(*chunk, listing);
      std::fwrite(text.data(), 1, text.size(), stdout);
    }
    if (options_.dump) Write(bytecode::Serialize(*chunk, options_.strip));
    if (std::fflush(stdout) != 0) FailOnFile("write", "standard output");
    return EXIT_SUCCESS;
  }

 private:
  [[noreturn]] void Fail(std::string_view message) {
    std::string text = Concat(program_, ": ", message, "\n");
    std::fputs(text.c_str(), stderr);
    std::exit(EXIT_FAILURE);
  }

  [[noreturn]] void FailOnFile(const char* what, const char* file) {
    Fail(Concat("cannot ", what, " ", file, ": ", std::strerror(errno)));
  }

  // `message` may be an option that nobody knows.
  [[noreturn]] void Usage(std::string_view message) {
    std::string text = Concat(program_, ": ");
    if (message.starts_with('-')) {
      text += Concat("unrecognized option '", message, "'\n");
    } else {
      text += Concat(message, "\n");
    }
    text += Concat("usage: ", program_, " [options] [filenames]\n");
    text +=
        "Available options are:\n"
        "  -l       list (use -l -l for full listing)\n"
        "  -o name  output to file 'name' (default is \"luac.out\")\n"
        "  -p       parse only\n"
        "  -s       strip debug information\n"
        "  -v       show version information\n"
        "  --       stop handling options\n"
        "  -        stop handling options and process stdin\n";
    std::fputs(text.c_str(), stderr);
    std::exit(EXIT_FAILURE);
  }

  void ParseOptions(int argc, char** argv) {
    int versions = 0;
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; ++i) {
      std::string_view option = argv[i];
      if (option == "--") {
        ++i;
        if (versions > 0) ++versions;
        break;
      } else if (option == "-l") {
        ++options_.listing;
      } else if (option == "-o") {
        const char* name = argv[++i];
        if (name == nullptr || name[0] == '\0' ||
            (name[0] == '-' && name[1] != '\0')) {
          Usage("'-o' needs argument");
        }
        options_.output = std::string_view(name) == "-" ? nullptr : name;
      } else if (option == "-p") {
        options_.dump = false;
      } else if (option == "-s") {
        options_.strip = true;
      } else if (option == "-v") {
        ++versions;
      } else {
        Usage(option);
      }
    }
    if (versions > 0) {
      std::puts(kCompilerVersionLine);
      if (versions == argc - 1) {
        std::fflush(stdout);
        std::exit(EXIT_SUCCESS);
      }
    }
    options_.files.assign(argv + std::min(i, argc), argv + argc);
    if (options_.files.empty()) {
      if (options_.listing == 0 && options_.dump) Usage("no input files given");
      // What was compiled before.
      options_.dump = false;
      options_.files.push_back(kDefaultOutput);
    }
  }

  std::unique_ptr<Function> Read(const char* name) {
    bool is_stdin = std::string_view(name) == "-";
    std::string chunk_name = is_stdin ? "=stdin" : Concat("@", name);
    std::FILE* file = is_stdin ? stdin : std::fopen(name, "rb");
    if (is_stdin) name = "stdin";
    if (file == nullptr) FailOnFile("open", name);
    std::string contents;
    char piece[16 * 1024];
    size_t count;
    while ((count = std::fread(piece, 1, sizeof piece, file)) > 0) {
      contents.append(piece, count);
    }
    if (std::ferror(file)) FailOnFile("read", name);
    if (file != stdin) std::fclose(file);
    std::string_view code = SkipFileHeader(contents);
    auto function = IsBinaryChunk(code)
                        ? bytecode::Deserialize(code, chunk_name)
                        : compiler::CompileSource(code, chunk_name);
    if (!function.ok()) {
      absl::string_view message = function.status().message();
      Fail({message.data(), message.size()});
    }
    return std::move(*function);
  }

  // A main function that calls empty functions, which are then replaced.
  std::unique_ptr<Function> Combine(
      std::vector<std::unique_ptr<Function>> functions) {
    if (functions.size() == 1) return std::move(functions[0]);
    std::string source;
    for (size_t i = 0; i < functions.size(); ++i) {
      source += "(function() end)();";
    }
    auto main = compiler::CompileSource(source, Concat("=(", program_, ")"));
    if (!main.ok()) Fail("too many files");
    for (size_t i = 0; i < functions.size(); ++i) {
      // Upvalue 0 of a chunk is the table of globals, that of main as well.
      for (bytecode::UpvalueInfo& upvalue : functions[i]->upvalues) {
        upvalue.in_register = false;
        upvalue.index = 0;
        upvalue.immutable = (*main)->upvalues[0].immutable;
      }
      (*main)->functions[i] = std::move(functions[i]);
    }
    absl::Status status = bytecode::Verify(**main);
    if (!status.ok()) Fail("these files can't be combined");
    return std::move(*main);
  }

  void Write(const std::string& bytes) {
    const char* name = options_.output != nullptr ? options_.output : "stdout";
    std::FILE* file =
        options_.output != nullptr ? std::fopen(name, "wb") : stdout;
    if (file == nullptr) FailOnFile("open", name);
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    if (std::ferror(file)) FailOnFile("write", name);
    if (file != stdout && std::fclose(file) != 0) FailOnFile("close", name);
  }

  const char* program_;
  CompilerOptions options_;
};

}  // namespace
}  // namespace m3lua::cli

int main(int argc, char** argv) {
  const char* program = argc > 0 && argv[0][0] != '\0' ? argv[0] : "luac";
  return m3lua::cli::Compiler(program).Main(argc, argv);
}
