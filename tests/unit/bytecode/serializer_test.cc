#include "lua/bytecode/serializer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "gtest/gtest.h"
#include "lua/bytecode/builder.h"
#include "lua/bytecode/verifier.h"
#include "tests/unit/bytecode/samples.h"

namespace m3lua::bytecode {
namespace {

// Signature to the sample float, as in PUC Lua 5.4.
constexpr size_t kHeaderSize = 31;

std::string ErrorOf(std::string_view bytes, std::string_view name = "=x") {
  return std::string(Deserialize(bytes, name).status().message());
}

TEST(SerializerTest, WhatIsReadIsWhatWasWritten) {
  const auto chunk = SampleChunk();
  const auto copy = Deserialize(Serialize(*chunk, false), "=x");
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_TRUE(SameFunction(*chunk, **copy));
  EXPECT_EQ(Serialize(**copy, false), Serialize(*chunk, false));
}

TEST(SerializerTest, ExtremeNumbersSurvive) {
  FunctionBuilder b;
  b.function().source = std::string(100000, 's');
  b.function().line_defined = INT32_MAX;
  b.function().last_line_defined = INT32_MIN;
  for (const int64_t n : {INT64_MIN, INT64_MAX, int64_t{-1}, int64_t{127}}) {
    b.AddConstant(n);
  }
  b.AddString(std::string(70000, '\0'));
  for (const int32_t line : {INT32_MIN, INT32_MAX, -1, 0, INT32_MIN}) {
    b.SetLine(line);
    b.Emit(Opcode::kReturn0);
  }
  const auto f = *std::move(b).Finish();
  const auto copy = Deserialize(Serialize(*f, false), "=x");
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_TRUE(SameFunction(*f, **copy));
}

TEST(SerializerTest, StrippingLeavesOnlyWhatRuns) {
  const auto chunk = SampleChunk();
  const std::string bytes = Serialize(*chunk, true);
  for (const char* text : {"sample.lua", "_ENV", "local"}) {
    EXPECT_EQ(bytes.find(text), std::string::npos) << text;
  }
  const auto copy = Deserialize(bytes, "=x");
  ASSERT_TRUE(copy.ok()) << copy.status();
  for (const Function* f : {copy->get(), (*copy)->functions[0].get()}) {
    EXPECT_EQ(f->source, "=?");
    EXPECT_TRUE(f->lines.empty());
    EXPECT_TRUE(f->locals.empty());
    EXPECT_EQ(f->upvalues[0].name, "");
  }
  EXPECT_EQ((*copy)->functions[0]->line_defined, 3) << "as in PUC Lua";
  EXPECT_EQ((*copy)->code.size(), chunk->code.size());
  EXPECT_EQ(Serialize(**copy, true), bytes);
  const auto again = Deserialize(Serialize(**copy, false), "=x");
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(SameFunction(**copy, **again));
}

TEST(SerializerTest, NestedFunctionsShareTheSource) {
  auto chunk = NestedChunk(100);
  const std::string name(1000, 'x');
  for (Function* f = chunk.get();; f = f->functions[0].get()) {
    f->source = name;
    if (f->functions.empty()) break;
  }
  EXPECT_LT(Serialize(*chunk, false).size(), 5000u);
  const auto copy = Deserialize(Serialize(*chunk, false), "=x");
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_TRUE(SameFunction(*chunk, **copy));
  EXPECT_EQ(&(*copy)->source.str(), &(*copy)->functions[0]->source.str())
      << "sources are copied";
}

TEST(SerializerTest, TheHeaderIsThatOfLua54) {
  const std::string bytes = Serialize(*SampleChunk(), false);
  EXPECT_EQ(bytes.substr(0, kHeaderSize),
            std::string("\x1bLua\x54\0\x19\x93\r\n\x1a\n\4\10\10"
                        "\x78\x56\0\0\0\0\0\0\0\0\0\0\0\x28\x77\x40",
                        kHeaderSize));
  // PUC's loader reads a byte and then a varint, whose last byte is above
  // 0x7F; ten bytes without one are an "integer overflow".
  for (size_t n = kHeaderSize + 1; n < kHeaderSize + 11; ++n) {
    EXPECT_LT(static_cast<uint8_t>(bytes[n]), 0x80) << "byte " << n;
  }
}

TEST(SerializerTest, ForeignHeadersAreNamed) {
  const std::string bytes = Serialize(*SampleChunk(), false);
  for (size_t n = 0; n < kHeaderSize + 17; ++n) {
    std::string changed = bytes;
    ++changed[n];
    const char* problem = n < 4    ? "not a binary chunk"
                          : n < 5  ? "version mismatch"
                          : n < 6  ? "format mismatch"
                          : n < 12 ? "corrupted chunk"
                          : n < 13 ? "Instruction size mismatch"
                          : n < 14 ? "lua_Integer size mismatch"
                          : n < 15 ? "lua_Number size mismatch"
                          : n < 23 ? "integer format mismatch"
                          : n < 31 ? "float format mismatch"
                                   : "version mismatch";
    EXPECT_EQ(ErrorOf(changed),
              "x: bad binary format (" + std::string(problem) + ")")
        << "byte " << n;
  }
}

TEST(SerializerTest, ChunkNamesAreShownAsInPucLua) {
  const struct {
    const char *name, *shown;
  } cases[] = {{"=stdin", "stdin"},
               {"@a.lua", "a.lua"},
               {"\x1bLua", "binary string"},
               {"a\nb", "a\nb"},
               {"", ""},
               {"=", ""}};
  for (const auto& c : cases) {
    EXPECT_EQ(ErrorOf("\x1bLu", c.name),
              std::string(c.shown) + ": bad binary format (truncated chunk)");
  }
}

TEST(SerializerTest, EveryPrefixIsTruncated) {
  const auto chunk = SampleChunk();
  for (const bool strip : {false, true}) {
    const std::string bytes = Serialize(*chunk, strip);
    for (size_t n = 0; n < bytes.size(); ++n) {
      // A copy of its own size, so that reading too far is noticed.
      const std::string prefix(bytes, 0, n);
      EXPECT_EQ(ErrorOf(prefix), "x: bad binary format (truncated chunk)")
          << n << " of " << bytes.size() << " bytes";
    }
    EXPECT_TRUE(Deserialize(bytes + "more", "=x").ok())
        << "PUC Lua ignores what follows";
  }
}

TEST(SerializerTest, CountsAreNotTrusted) {
  // A stripped function without anything but a huge count, in each place.
  FunctionBuilder b;
  b.Emit(Opcode::kReturn0);
  const auto f = *std::move(b).Finish();
  const std::string bytes = Serialize(*f, true);
  const std::string start = bytes.substr(0, kHeaderSize + 17 + 5);
  const std::string huge = "\xff\xff\xff\xff\xff\xff\xff\xff\x7f";
  const std::string padding(1000, '\0');
  for (const std::string& before :
       {std::string(), std::string(1, '\0'), std::string(2, '\0'),
        std::string(3, '\0')}) {
    EXPECT_EQ(ErrorOf(start + before + huge + padding),
              "x: bad binary format (truncated chunk)")
        << before.size();
  }
  EXPECT_EQ(ErrorOf(start + std::string(20, '\xff')),
            "x: bad binary format (integer overflow)");
}

TEST(SerializerTest, WhatTheVerifierRejectsIsNotLoaded) {
  FunctionBuilder b;
  b.Emit(Opcode::kReturn1, 1);
  const auto f = *std::move(b).Finish();
  EXPECT_EQ(ErrorOf(Serialize(*f, false)),
            "x: bad binary format (main function: pc 0 (Return1): register 1 "
            "may be read before it is written)");
  EXPECT_TRUE(
      Deserialize(Serialize(*NestedChunk(kMaxFunctionNesting), false), "")
          .ok());
  EXPECT_EQ(ErrorOf(Serialize(*NestedChunk(kMaxFunctionNesting + 1), false)),
            "x: bad binary format (functions are nested too deeply)");
}

}  // namespace
}  // namespace m3lua::bytecode
