// Files and memory: what the collector closes, what limits apply.  More in
// tests/conformance/io.lua and io_read.lua.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "lua/stdlib/libraries.h"
#include "tests/unit/stdlib/library_state.h"

namespace m3lua::testing {
namespace {

class IoTest : public ::testing::Test {
 protected:
  IoTest() : lua_(stdlib::OpenIo) {
    const char* folder = std::getenv("TEST_TMPDIR");
    name_ = std::string(folder != nullptr ? folder : "/tmp") + "/io_XXXXXX";
    close(mkstemp(name_.data()));
  }
  ~IoTest() override { unlink(name_.c_str()); }

  // A file that is a global of that name.
  Value Open(const char* mode, std::string_view global = "file") {
    Value file = lua_.Results("io.open", {lua_.Str(name_), lua_.Str(mode)})[0];
    SetField(lua_.state, lua_.state.globals, global, file);
    return file;
  }
  std::span<Value> Method(const char* name, Value file,
                          std::initializer_list<Value> arguments) {
    Value methods = GetField(lua_.state, file.userdata()->metatable, "__index");
    std::vector<Value> all = {file};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return lua_.engine.Call(
        lua_.co, GetField(lua_.state, methods.table(), name), all, -1);
  }
  std::string Contents() {
    std::ifstream in(name_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void Write(std::string_view text) {
    std::ofstream(name_, std::ios::binary) << text;
  }

  LibraryState lua_;
  std::string name_;
};

TEST_F(IoTest, WritesNumbersAndStrings) {
  Value file = Open("w");
  Value result = Method(
      "write", file, {lua_.Str("a\0b"), Int(INT64_MIN), Flt(1), Flt(0.1)})[0];
  EXPECT_EQ(result.userdata(), file.userdata());
  EXPECT_TRUE(Method("close", file, {})[0].is_truthy());
  EXPECT_EQ(Contents(), "a-922337203685477580810.1");
  EXPECT_EQ(lua_.ErrorOf([&] { Method("write", file, {Int(1)}); }),
            "attempt to use a closed file");
}

TEST_F(IoTest, ReadsLinesOfAnyLength) {
  for (size_t length : {0, 1, 510, 511, 512, 513, 1023, 5000}) {
    for (char c : {'x', '\0'}) {
      std::string line(length, c);
      Write(line + "\n" + line);
      Value file = Open("r");
      EXPECT_EQ(lua_.Text(Method("read", file, {lua_.Str("L")})[0]),
                line + "\n");
      Value rest = Method("read", file, {})[0];
      if (length == 0) {
        EXPECT_TRUE(rest.is_nil());
      } else {
        EXPECT_EQ(lua_.Text(rest), line) << "without a newline at the end";
      }
      Method("close", file, {});
    }
  }
}

TEST_F(IoTest, ReadsRespectTheMemoryLimit) {
  Write(std::string(4 << 20, 'x'));
  Value file = Open("r");
  lua_.state.heap().set_limit(1 << 20);
  for (const char* format : {"a", "l"}) {
    EXPECT_EQ(lua_.ErrorOf([&] { Method("read", file, {lua_.Str(format)}); }),
              "not enough memory");
  }
  // A count is no promise of so many bytes.
  lua_.state.heap().set_limit(0);
  Method("seek", file, {lua_.Str("end"), Int(-5)});
  EXPECT_EQ(lua_.Text(Method("read", file, {Int(INT64_MAX)})[0]), "xxxxx");
}

// Reading a file without end ends with the memory, with the steps that are
// left, or when the host wants it.
TEST_F(IoTest, FilesWithoutEndCanBeLeft) {
  const auto read = [&](const char* program, Value format) {
    Value file =
        lua_.Results("io.popen", {lua_.Str(program), lua_.Str("r")})[0];
    SetField(lua_.state, lua_.state.globals, "file", file);
    std::string error = lua_.ErrorOf([&] { Method("read", file, {format}); });
    Method("close", file, {});
    return error;
  };
  const char* const kZeros = "exec cat /dev/zero";
  const char* const kSpaces = "exec yes ' '";
  struct {
    const char* program;
    Value format;
  } const kCases[] = {{kZeros, lua_.Str("a")},
                      {kZeros, lua_.Str("l")},
                      {kZeros, Int(INT64_MAX)},
                      {kSpaces, lua_.Str("n")}};
  for (const auto& c : kCases) {
    lua_.state.limits.SetBudget(6000);
    EXPECT_EQ(read(c.program, c.format), "instruction budget exhausted")
        << c.program;
    lua_.state.limits.SetBudget(-1);
    lua_.state.interrupt = true;
    EXPECT_EQ(read(c.program, c.format), "interrupted!") << c.program;
    if (c.program == kSpaces) continue;
    lua_.state.heap().set_limit(1 << 20);
    EXPECT_EQ(read(c.program, c.format), "not enough memory");
    lua_.state.heap().set_limit(0);
  }
}

TEST_F(IoTest, GarbageIsClosed) {
  Value file = Open("w");
  Method("write", file, {lua_.Str("buffered")});
  EXPECT_EQ(Contents(), "");
  SetField(lua_.state, lua_.state.globals, "file", Value::Nil());
  lua_.state.heap().FullCollection(lua_.co);
  EXPECT_EQ(Contents(), "buffered");
}

TEST_F(IoTest, ClosingTheStateClosesFiles) {
  {
    LibraryState other(stdlib::OpenIo);
    Value file = other.Results("io.output", {other.Str(name_)})[0];
    EXPECT_TRUE(file.is_userdata());
    other.Call("io.write", {other.Str("at the end")});
  }
  EXPECT_EQ(Contents(), "at the end");
}

TEST_F(IoTest, IteratorsKeepTheirFile) {
  Write("1 one\n2 two\n");
  lua_.engine.collect_after_calls = true;
  Value step = lua_.Results("io.lines",
                            {lua_.Str(name_), lua_.Str("n"), lua_.Str("l")})[0];
  SetField(lua_.state, lua_.state.globals, "step", step);
  auto next = [&] {
    std::string text;
    for (Value v : lua_.engine.Call(lua_.co, step, {}, -1)) {
      text += lua_.Text(v) + ";";
    }
    return text;
  };
  EXPECT_EQ(next(), "1; one;");
  EXPECT_EQ(next(), "2; two;");
  EXPECT_EQ(next(), "");
  EXPECT_EQ(lua_.ErrorOf(next), "file is already closed");
}

TEST_F(IoTest, FailuresNameTheFile) {
  EXPECT_EQ(lua_.Call("io.open", {lua_.Str("/no/such/file")}),
            "nil /no/such/file: No such file or directory 2");
  EXPECT_EQ(lua_.Error("io.lines", {lua_.Str("/no/such/file")}),
            "cannot open file '/no/such/file' (No such file or directory)");
  EXPECT_EQ(lua_.Error("io.open", {lua_.Str(name_), lua_.Str("rw")}),
            "bad argument #2 to 'io.open' (invalid mode)");
}

}  // namespace
}  // namespace m3lua::testing
