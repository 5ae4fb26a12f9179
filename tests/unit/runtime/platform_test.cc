// What a state reaches of the system is what its Platform lets it reach.
#include "lua/runtime/platform.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

StateOptions With(Platform& platform) {
  StateOptions options;
  options.platform = &platform;
  return options;
}

TEST(PlatformTest, FilesInMemory) {
  MemoryFiles files;
  Machine m(With(files));
  const struct {
    const char* code;
    const char* result;
  } kCases[] = {
      {"return #io.read('a'), io.write('x') == io.stdout, "
       "os.setlocale('de_DE')",
       "0 true nil"},
      {"local f = io.open('a', 'w') f:write('one\\n', 2, '\\nthree') f:close() "
       "local t = {} for l in io.lines('a') do t[#t + 1] = l end return "
       "table.concat(t, '|')",
       "one|2|three"},
      {"local f <close> = io.open('a', 'a') f:write('!') f:flush() return 1",
       "1"},
      {"local f <close> = io.open('a', 'r+') f:seek('set', 4) f:write('X') "
       "f:seek('set') return #f:read('a'), f:seek('end')",
       "12 12"},
      {"return io.open('missing')", "nil missing: No such file or directory 2"},
      {"local f = io.tmpfile() f:write('abc') f:seek('set', 1) return "
       "f:read(1)",
       "b"},
      {"local n = os.tmpname() return io.open(n):read('a') == '', "
       "os.remove(n), "
       "os.remove(n)",
       "true true nil /tmp/lua_1: No such file or directory 2"},
      {"return os.rename('a', 'b'), io.open('a') == nil, "
       "io.open('b'):read('l')",
       "true true one"},
      {"return pcall(io.lines, 'a')",
       "false cannot open file 'a' (No such file or directory)"},
      {"io.output('out') io.write('x', 1.5) io.close() return "
       "io.open('out'):read('n', 'a')",
       "nil"},
      {"local f = io.open('m.lua', 'w') f:write('return 42') f:close() "
       "package.path = '?.lua' return require 'm'",
       "42 m.lua"},
      {"return dofile('m.lua'), loadfile('m.lua')()", "42 42"},
      {"return os.getenv('HOME'), os.execute(), io.popen('ls')",
       "nil false nil ls: Operation not permitted 1"},
      {"return os.execute('true')", "nil exit -1"},
      {"return os.time() > 0, os.clock() >= 0", "true true"},
  };
  for (const auto& c : kCases) {
    const std::string result = m.Run(c.code);
    if (std::string(c.code).find("os.execute('true')") != std::string::npos) {
      EXPECT_EQ(result.substr(0, 3), "nil") << result;
      continue;
    }
    if (std::string(c.code).find("io.output('out')") != std::string::npos) {
      EXPECT_EQ(result, "nil") << result;
      ASSERT_NE(files.Contents("out"), nullptr);
      EXPECT_EQ(*files.Contents("out"), "x1.5");
      continue;
    }
    EXPECT_EQ(result, c.result) << c.code;
  }
}

TEST(PlatformTest, MemoryFilesHaveALimit) {
  MemoryFiles files(1000);
  Machine m(With(files));
  EXPECT_EQ(
      m.Run("local f = io.open('a', 'w') f:setvbuf('no') f:write(('x')"
            ":rep(900)) local ok, message = f:write(('x'):rep(200)) return "
            "ok, message"),
      "nil No space left on device");
  EXPECT_EQ(m.Run("os.remove('a') collectgarbage() local f = io.open('b', 'w') "
                  "f:setvbuf('no') return f:write(('x'):rep(900)) == f"),
            "true");
}

TEST(PlatformTest, WhatTheHostPutsBeyondTheLimitIsNotGivenBackAsRoom) {
  MemoryFiles files(1000);
  files.Put("large", std::string(5000, 'x'));
  Machine m(With(files));
  const std::string write =
      "local f = io.open('a', 'w') f:setvbuf('no') "
      "return (f:write(('x'):rep(1001)))";
  EXPECT_EQ(m.Run(write), "nil");
  EXPECT_EQ(m.Run("os.remove('large') " + write), "nil")
      << "the files may have more bytes than before";
}

TEST(PlatformTest, NothingAtAll) {
  DenyAll nothing;
  Machine m(With(nothing));
  EXPECT_EQ(m.Run("return io.open('/etc/passwd')"),
            "nil /etc/passwd: Operation not permitted 1");
  EXPECT_EQ(m.Run("return pcall(dofile, '/etc/passwd')"),
            "false cannot open /etc/passwd: Operation not permitted");
  EXPECT_EQ(m.Run("return os.remove('x')"), "nil x: Operation not permitted 1");
  EXPECT_EQ(m.Run("return pcall(os.tmpname)"),
            "false unable to generate a unique filename");
  EXPECT_EQ(m.Run("return io.tmpfile()"), "nil Operation not permitted 1");
  EXPECT_EQ(m.Run("return package.searchpath('x', '/?')"), "nil no file '/x'");
}

}  // namespace
}  // namespace m3lua
