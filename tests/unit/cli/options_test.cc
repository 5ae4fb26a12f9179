#include "lua/cli/options.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace m3lua::cli {
namespace {

Options Parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "lua");
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  // (The arguments of actions, which point into these strings, are not
  // looked at.)
  return ParseOptions(static_cast<int>(arguments.size()), argv.data());
}

struct Case {
  std::vector<std::string> arguments;
  int script;
  int bad;
  std::vector<Action::Kind> actions = {};
};

TEST(OptionsTest, ScriptsAndActions) {
  constexpr auto kExecute = Action::kExecute;
  constexpr auto kRequire = Action::kRequire;
  constexpr auto kWarn = Action::kWarningsOn;
  const Case kCases[] = {
      {{}, 0, 0},
      {{"x.lua", "-e", "a"}, 1, 0},
      {{"-"}, 1, 0},
      {{"--", "x.lua"}, 2, 0},
      {{"--"}, 2, 0},
      {{"-e", "code", "x.lua"}, 3, 0, {kExecute}},
      {{"-ecode", "x.lua"}, 2, 0, {kExecute}},
      {{"-e", "a", "-lm", "-l", "n", "-W", "-"},
       7,
       0,
       {kExecute, kRequire, kRequire, kWarn}},
      {{"-e", ""}, 0, 0, {kExecute}},
      {{"-i", "-v", "-E"}, 0, 0},
      {{"-e"}, 0, 1},
      {{"-l", "-x"}, 0, 1},
      {{"-E", "-x", "y"}, 0, 2},
      {{"-vv"}, 0, 1},
      {{"-Wx"}, 0, 1},
      {{"---"}, 0, 1},
      {{"--x"}, 0, 1},
  };
  for (const Case& c : kCases) {
    std::string shown = "lua";
    for (const std::string& argument : c.arguments) shown += " " + argument;
    SCOPED_TRACE(shown);
    Options options = Parse(c.arguments);
    EXPECT_EQ(options.script, c.script) << "index of the script";
    EXPECT_EQ(options.bad_argument, c.bad) << "index of the wrong argument";
    if (c.bad != 0) continue;
    ASSERT_EQ(options.actions.size(), c.actions.size());
    for (size_t i = 0; i < c.actions.size(); ++i) {
      EXPECT_EQ(options.actions[i].kind, c.actions[i]) << "action " << i;
    }
  }
}

TEST(OptionsTest, Flags) {
  Options options = Parse({"-i", "-E"});
  EXPECT_TRUE(options.interactive && options.version &&
              options.ignore_environment);
  EXPECT_FALSE(options.executes);
  EXPECT_TRUE(Parse({"-ex"}).executes);
  EXPECT_FALSE(Parse({"x.lua", "-v"}).version);
}

TEST(OptionsTest, UsageNamesTheProblem) {
  EXPECT_EQ(UsageText("lua", "-e").substr(0, 25), "lua: '-e' needs argument\n");
  EXPECT_EQ(UsageText("prog", "-x").substr(0, 30),
            "prog: unrecognized option '-x'");
}

}  // namespace
}  // namespace m3lua::cli
