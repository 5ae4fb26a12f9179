#include "lua/runtime/warnings.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace m3lua {
namespace {

// Pieces are separated by '|'; what comes out was compared with PUC Lua.
TEST(WarningsTest, ControlMessagesAndPieces) {
  struct {
    const char* messages[8];
    const char* written;
  } cases[] = {
      {{"silent"}, ""},
      {{"@on", "a|b", "@off", "x"}, "Lua warning: ab\n"},
      {{"a|@on", "now"}, "Lua warning: now\n"},
      {{"@on", "@foo", "@", ""}, "Lua warning: \n"},
      {{"@on", "@off|x"}, "Lua warning: @offx\n"},
      {{"@on", "y|@off", "z"}, "Lua warning: y@off\nLua warning: z\n"},
  };
  for (const auto& c : cases) {
    std::FILE* out = std::tmpfile();
    ASSERT_NE(out, nullptr);
    auto warn = DefaultWarnings(out);
    for (const char* const* m = c.messages; *m != nullptr; ++m) {
      std::string message = *m;
      size_t bar = message.find('|');
      if (bar != std::string::npos) {
        warn(message.substr(0, bar), true);
        message.erase(0, bar + 1);
      }
      warn(message, false);
    }
    std::rewind(out);
    char buffer[200];
    size_t n = std::fread(buffer, 1, sizeof buffer, out);
    std::fclose(out);
    EXPECT_EQ(std::string(buffer, n), c.written);
  }
}

}  // namespace
}  // namespace m3lua
