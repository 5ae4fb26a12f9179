// Guarded by tests/cli.
#include "lua/cli/line_editor.h"

#include <dlfcn.h>
#include <editline/readline.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

#include "lua/cli/completion.h"
#include "lua/syntax/concat.h"

namespace m3lua::cli {
namespace {

// What is used of libedit: pointers to its functions and variables.
struct Editline {
  decltype(&::add_history) add_history;
  decltype(&::read_history) read_history;
  decltype(&::readline) readline;
  decltype(&::rl_completion_matches) rl_completion_matches;
  decltype(&::rl_initialize) rl_initialize;
  decltype(&::stifle_history) stifle_history;
  decltype(&::using_history) using_history;
  decltype(&::write_history) write_history;
  decltype(&::rl_attempted_completion_function)
      rl_attempted_completion_function;
  decltype(&::rl_attempted_completion_over) rl_attempted_completion_over;
  decltype(&::rl_basic_word_break_characters) rl_basic_word_break_characters;
  decltype(&::rl_completer_word_break_characters)
      rl_completer_word_break_characters;
  decltype(&::rl_completion_append_character) rl_completion_append_character;
  decltype(&::rl_readline_name) rl_readline_name;

  // Null if it is not installed.  Loaded for the prompt only: with what it
  // needs itself, it would add 400 KiB to every process that runs a script.
  // Stays loaded.
  static const Editline* Load();
};

const Editline* Editline::Load() {
  static Editline editline;
  void* library = dlopen("libedit.so.2", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return nullptr;
  bool complete = true;
  auto find = [&](auto& pointer, const char* name) {
    void* address = dlsym(library, name);
    pointer = reinterpret_cast<std::decay_t<decltype(pointer)>>(address);
    complete = complete && address != nullptr;
  };
#define M3LUA_FIND(name) find(editline.name, #name)
  M3LUA_FIND(add_history);
  M3LUA_FIND(read_history);
  M3LUA_FIND(readline);
  M3LUA_FIND(rl_completion_matches);
  M3LUA_FIND(rl_initialize);
  M3LUA_FIND(stifle_history);
  M3LUA_FIND(using_history);
  M3LUA_FIND(write_history);
  M3LUA_FIND(rl_attempted_completion_function);
  M3LUA_FIND(rl_attempted_completion_over);
  M3LUA_FIND(rl_basic_word_break_characters);
  M3LUA_FIND(rl_completer_word_break_characters);
  M3LUA_FIND(rl_completion_append_character);
  M3LUA_FIND(rl_readline_name);
#undef M3LUA_FIND
  return complete ? &editline : nullptr;
}

class PlainReader : public LineEditor {
 public:
  // `echo`: what is read is written, for an input that is not shown otherwise.
  explicit PlainReader(bool echo) : echo_(echo) {}

  bool Read(const std::string& prompt, std::string& line) override {
    std::fwrite(prompt.data(), 1, prompt.size(), stdout);
    std::fflush(stdout);
    line.clear();
    int c;
    while ((c = std::getc(stdin)) != EOF && c != '\n') {
      line.push_back(static_cast<char>(c));
    }
    if (c == EOF && line.empty()) return false;
    if (echo_) {
      std::fwrite(line.data(), 1, line.size(), stdout);
      std::fputc('\n', stdout);
      std::fflush(stdout);
    }
    return true;
  }
  void Remember(const std::string&) override {}

 private:
  const bool echo_;
};

// libedit's interface has global state, so there is one of these at a time.
class TerminalEditor : public LineEditor {
 public:
  TerminalEditor(State& state, const Editline& library)
      : history_file_(HistoryFile()) {
    completing_state = &state;
    editline = &library;
    *library.rl_readline_name = const_cast<char*>("lua");
    *library.rl_attempted_completion_function = Complete;
    // A path of fields is one word.
    static const char kWordBreaks[] = " \t\n\"\\'><=;+-*/%^~#{}()[],&|";
    *library.rl_basic_word_break_characters = kWordBreaks;
    *library.rl_completer_word_break_characters =
        const_cast<char*>(kWordBreaks);
    *library.rl_completion_append_character = 0;
    library.rl_initialize();
    library.using_history();
    library.stifle_history(kHistoryEntries);
    if (history_file_.empty()) return;
    std::error_code ignored;
    std::filesystem::create_directories(
        std::filesystem::path(history_file_).parent_path(), ignored);
    library.read_history(history_file_.c_str());
  }

  ~TerminalEditor() override { completing_state = nullptr; }

  bool Read(const std::string& prompt, std::string& line) override {
    std::fflush(stdout);
    char* read = editline->readline(prompt.c_str());
    if (read == nullptr) return false;
    line = read;
    std::free(read);
    return true;
  }

  void Remember(const std::string& text) override {
    if (text.empty() || text == last_) return;
    last_ = text;
    editline->add_history(text.c_str());
    // At once: a script may end the process.
    if (!history_file_.empty()) editline->write_history(history_file_.c_str());
  }

 private:
  static constexpr int kHistoryEntries = 1000;

  static char** Complete(const char* word, int, int) {
    // No names of files when nothing fits.
    *editline->rl_attempted_completion_over = 1;
    return editline->rl_completion_matches(word, NextMatch);
  }

  // Called with 0 for the first match of a word, then until it returns null.
  static char* NextMatch(const char* word, int attempt) {
    static std::vector<std::string>* matches = new std::vector<std::string>;
    if (attempt == 0) *matches = Completions(*completing_state, word);
    size_t i = static_cast<size_t>(attempt);
    return i < matches->size() ? strdup((*matches)[i].c_str()) : nullptr;
  }

  static inline const Editline* editline = nullptr;
  static inline State* completing_state = nullptr;
  std::string history_file_;
  std::string last_;
};

}  // namespace

std::string HistoryFile() {
  if (const char* file = std::getenv("LUA_HISTORY")) return file;
  const char* folder = std::getenv("XDG_STATE_HOME");
  if (folder != nullptr && folder[0] == '/') {
    return syntax::Concat(folder, "/m3lua/history");
  }
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] == '\0') return "";
  return syntax::Concat(home, "/.local/state/m3lua/history");
}

std::unique_ptr<LineEditor> LineEditor::ForTerminal(State& state) {
  bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
  if (terminal) {
    if (const Editline* library = Editline::Load()) {
      return std::make_unique<TerminalEditor>(state, *library);
    }
  }
  return std::make_unique<PlainReader>(/*echo=*/!terminal);
}

}  // namespace m3lua::cli
