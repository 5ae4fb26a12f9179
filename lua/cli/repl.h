// The prompt of `lua`.
//
// Each line is tried as an expression first, whose values are printed, then as
// statements; lines are added while the text is incomplete ("near <eof>").
// _PROMPT and _PROMPT2 are the prompts.
//
// Guarded by tests/cli.
#ifndef LUA_CLI_REPL_H_
#define LUA_CLI_REPL_H_

#include "lua/cli/interpreter.h"

namespace m3lua::cli {

// Until the end of the input.  Raises errors of the prompts themselves.
void RunPrompt(Interpreter& interpreter);

}  // namespace m3lua::cli

#endif  // LUA_CLI_REPL_H_
