#include "lua/runtime/load.h"

#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "lua/bytecode/serializer.h"
#include "lua/compiler/compiler.h"
#include "lua/runtime/prototype.h"
#include "lua/syntax/parser.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

// The message, or "loaded".
std::string TryLoad(State& state, std::string_view bytes,
                    std::string_view name = "=c",
                    std::string_view mode = "bt") {
  Value result = Value::Nil();
  if (Load(state, bytes, name, mode, result)) return "loaded";
  return std::string(result.string()->view());
}

LuaClosure* MustLoad(State& state, std::string_view bytes) {
  Value result = Value::Nil();
  bool loaded = Load(state, bytes, "=c", "bt", result);
  EXPECT_TRUE(loaded) << bytes;
  return loaded ? static_cast<LuaClosure*>(result.function()) : nullptr;
}

std::string BinaryOf(std::string_view source, bool strip = false) {
  auto chunk = compiler::CompileSource(source, "=c");
  return bytecode::Serialize(**chunk, strip);
}

TEST(LoadTest, PrototypesMirrorTheChunk) {
  TestState t;
  LuaClosure* closure = MustLoad(
      t.state,
      "local a = 'text'; local b = 1.5; "
      "return function() return function() return a end end, b, 1 << 40");
  Prototype* p = closure->prototype;
  ASSERT_EQ(p->function->functions.size(), 1u);
  EXPECT_EQ(p->source->view(), "=c");
  EXPECT_EQ(p->cells, nullptr);
  bool found_text = false;
  for (size_t i = 0; i < p->function->constants.size(); ++i) {
    Value v = p->constants[i];
    if (v.is_string() && v.string()->view() == "text") found_text = true;
  }
  EXPECT_TRUE(found_text) << "the constants are values";
  Prototype* nested = p->prototypes[0];
  EXPECT_EQ(nested->source, p->source);
  EXPECT_EQ(nested->function, p->function->functions[0].get());
  EXPECT_EQ(nested->chunk.use_count(), p->chunk.use_count())
      << "nested prototypes own the same chunk";
  EXPECT_EQ(nested->prototypes[0]->function->functions.size(), 0u);
}

TEST(LoadTest, FirstUpvalueIsTheGlobals) {
  TestState t;
  LuaClosure* f = MustLoad(t.state, "return x");
  LuaClosure* g = MustLoad(t.state, "return x");
  ASSERT_EQ(f->upvalue_count(), 1);
  EXPECT_FALSE(f->upvalues()[0]->is_open());
  EXPECT_EQ(f->upvalues()[0]->location->table(), t.state.globals);
  EXPECT_NE(f->upvalues()[0], g->upvalues()[0]) << "upvalues are fresh";
  Table* other = NewTable(t.state);
  SetInteger(t.state, t.state.registry, 2, Value::Of(other));
  EXPECT_EQ(MustLoad(t.state, "")->upvalues()[0]->location->table(), other)
      << "the table of globals is registry[2]";
}

TEST(LoadTest, Messages) {
  TestState t;
  EXPECT_EQ(TryLoad(t.state, "x ="), "c:1: unexpected symbol near <eof>");
  EXPECT_EQ(TryLoad(t.state, "x", "=c", "b"),
            "attempt to load a text chunk (mode is 'b')");
  EXPECT_EQ(TryLoad(t.state, BinaryOf("x = 1"), "=c", "t"),
            "attempt to load a binary chunk (mode is 't')");
  EXPECT_NE(
      TryLoad(t.state, BinaryOf("x = 1").substr(0, 10), "=c").find("truncated"),
      std::string::npos);
}

TEST(LoadTest, BinaryChunks) {
  TestState t;
  for (bool strip : {false, true}) {
    LuaClosure* f = MustLoad(t.state, BinaryOf("return x, 'k', ...", strip));
    EXPECT_TRUE(f->prototype->function->is_vararg);
    EXPECT_EQ(f->prototype->function->lines.empty(), strip);
  }
}

TEST(LoadTest, ReadsFiles) {
  TestState t;
  std::string name = ::testing::TempDir() + "load_test.lua";
  Value result = Value::Nil();
  bool cannot_read = false;
  std::ofstream(name) << "#!lua\nx = =";
  EXPECT_FALSE(LoadFile(t.state, name.c_str(), "bt", result, &cannot_read));
  EXPECT_EQ(result.string()->view(),
            syntax::ChunkId("@" + name) + ":2: unexpected symbol near '='");
  EXPECT_FALSE(cannot_read);
  std::remove(name.c_str());
  EXPECT_FALSE(LoadFile(t.state, name.c_str(), "bt", result, &cannot_read));
  EXPECT_EQ(result.string()->view(),
            "cannot open " + name + ": No such file or directory");
  EXPECT_TRUE(cannot_read);
  EXPECT_FALSE(LoadFile(t.state, "/", "bt", result, &cannot_read));
  EXPECT_EQ(result.string()->view(), "cannot read /: Is a directory");
  EXPECT_TRUE(cannot_read);
}

TEST(LoadTest, FilesWithoutEndCanBeLeft) {
  TestState t;
  Value result;
  const auto load = [&] { LoadFile(t.state, "/dev/zero", "bt", result); };
  t.state.interrupt = true;
  EXPECT_EQ(t.ErrorOf(load), "interrupted!");
  t.state.limits.SetBudget(1000);
  EXPECT_EQ(t.ErrorOf(load), "instruction budget exhausted");
  t.state.limits.SetBudget(-1);
  t.state.heap().set_limit(1 << 20);
  EXPECT_EQ(t.ErrorOf(load), "not enough memory");
}

TEST(LoadTest, EveryAllocationMayFail) {
  TestState t;
  const std::string source =
      "local a = 'a long string that is certainly not interned at all'; "
      "return function() return {a, 'b', function() return a .. 1.5 end} end";
  t.state.heap().FullCollection(t.co);
  size_t before = t.state.heap().bytes();
  for (uint64_t n = 1; n < 1000; ++n) {
    Value result = Value::Nil();
    t.state.heap().FailAllocation(n, /*sticky=*/true);
    std::string error =
        t.ErrorOf([&] { Load(t.state, source, "=c", "bt", result); });
    t.state.heap().FailAllocation(0);
    if (error.empty()) {
      EXPECT_TRUE(result.is_function());
      EXPECT_GT(n, 5u);
      t.state.heap().FullCollection(t.co);
      t.state.heap().FullCollection(t.co);
      EXPECT_LE(t.state.heap().bytes(), before + 1024)
          << "what failed attempts made is garbage";
      return;
    }
    EXPECT_EQ(error, "not enough memory") << "failing allocation " << n;
  }
  FAIL() << "loading never succeeds";
}

TEST(LoadTest, HopelessTexts) {
  struct {
    const char* text;
    bool hopeless;
  } kCases[] = {
      {"", false},
      {"x = 1\n", false},
      {"x = = 1\n", true},
      {"x = = 1", false},  // the line may go on
      {"for\n", false},
      {"if x then\n", false},
      {"s = [[\n", false},
      {"s = 'a\\\n", false},
      {"s = 'a\n", true},
      {"--[==[ x\n", false},
      {"goto later\n", false},
      {"break\n", false},
      {"x = 1e\n", true},
      {"local x <const> = 1\nx = 2\n", true},
      {"\x1bLua = =\n", false},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(IsHopeless(c.text, "=c"), c.hopeless) << c.text;
  }
}

}  // namespace
}  // namespace m3lua
