// Guarded by tests/cli.
#include "lua/cli/line_editor.h"

#include <editline/readline.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include "lua/cli/completion.h"
#include "lua/syntax/concat.h"

namespace m3lua::cli {
namespace {

class PlainReader : public LineEditor {
 public:
  bool Read(const std::string& prompt, std::string& line) override {
    std::fwrite(prompt.data(), 1, prompt.size(), stdout);
    std::fflush(stdout);
    line.clear();
    int c;
    while ((c = std::getc(stdin)) != EOF && c != '\n') {
      line.push_back(static_cast<char>(c));
    }
    if (c == EOF && line.empty()) return false;
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
    return true;
  }
  void Remember(const std::string&) override {}
};

// libedit's interface has global state, so there is one of these at a time.
class TerminalEditor : public LineEditor {
 public:
  explicit TerminalEditor(State& state) : history_file_(HistoryFile()) {
    completing_state = &state;
    rl_readline_name = const_cast<char*>("lua");
    rl_attempted_completion_function = Complete;
    // A path of fields is one word.
    static const char kWordBreaks[] = " \t\n\"\\'><=;+-*/%^~#{}()[],&|";
    rl_basic_word_break_characters = kWordBreaks;
    rl_completer_word_break_characters = const_cast<char*>(kWordBreaks);
    rl_completion_append_character = 0;
    rl_initialize();
    using_history();
    stifle_history(kHistoryEntries);
    if (history_file_.empty()) return;
    std::error_code ignored;
    std::filesystem::create_directories(
        std::filesystem::path(history_file_).parent_path(), ignored);
    read_history(history_file_.c_str());
  }

  ~TerminalEditor() override { completing_state = nullptr; }

  bool Read(const std::string& prompt, std::string& line) override {
    std::fflush(stdout);
    char* read = readline(prompt.c_str());
    if (read == nullptr) return false;
    line = read;
    std::free(read);
    return true;
  }

  void Remember(const std::string& text) override {
    if (text.empty() || text == last_) return;
    last_ = text;
    add_history(text.c_str());
    // At once: a script may end the process.
    if (!history_file_.empty()) write_history(history_file_.c_str());
  }

 private:
  static constexpr int kHistoryEntries = 1000;

  static char** Complete(const char* word, int, int) {
    // No names of files when nothing fits.
    rl_attempted_completion_over = 1;
    return rl_completion_matches(word, NextMatch);
  }

  // Called with 0 for the first match of a word, then until it returns null.
  static char* NextMatch(const char* word, int attempt) {
    static std::vector<std::string>* matches = new std::vector<std::string>;
    if (attempt == 0) *matches = Completions(*completing_state, word);
    size_t i = static_cast<size_t>(attempt);
    return i < matches->size() ? strdup((*matches)[i].c_str()) : nullptr;
  }

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
  if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
    return std::make_unique<TerminalEditor>(state);
  }
  return std::make_unique<PlainReader>();
}

}  // namespace m3lua::cli
