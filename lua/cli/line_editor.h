// Where the lines of the prompt come from.
//
// On a terminal: libedit (loaded when it is needed; plain reads if it is not
// there), with a history that is kept from one session to the next and
// completion with the tabulator.  Otherwise plain reads; the lines are echoed,
// so that what is written looks like a session.
//
// Guarded by tests/cli.
#ifndef LUA_CLI_LINE_EDITOR_H_
#define LUA_CLI_LINE_EDITOR_H_

#include <memory>
#include <string>

namespace m3lua {
class State;
}

namespace m3lua::cli {

class LineEditor {
 public:
  virtual ~LineEditor() = default;
  // A line without its line break; false at the end of the input.
  virtual bool Read(const std::string& prompt, std::string& line) = 0;
  // Adds a (perhaps long) text to the history.
  virtual void Remember(const std::string& text) = 0;

  // The one that suits the standard input.  `state` is for completion.
  static std::unique_ptr<LineEditor> ForTerminal(State& state);
};

// LUA_HISTORY, or m3lua/history in the folder for state of applications
// (XDG_STATE_HOME); empty: nowhere.
std::string HistoryFile();

}  // namespace m3lua::cli

#endif  // LUA_CLI_LINE_EDITOR_H_
