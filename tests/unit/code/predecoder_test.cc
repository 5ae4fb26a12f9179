// Cells of small functions.
//
// A listing shows a cell a line: the handler, then a b c d as they are in the
// cell (registers are byte offsets, 16 a register) or, for handlers with an
// immediate or a jump, a b and the immediate; "->n" is a jump to cell n; data
// cells are indented.
#include "m3style/code/predecoder.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "lua/runtime/conversion.h"
#include "m3style/dispatch/default_strategy.h"
#include "tests/unit/engine/machine.h"

namespace m3lua::m3 {
namespace {

using testing::Machine;

enum class Form { kAbcd, kImmediate, kJump, kPlain };

Form FormOf(std::string_view name) {
  static const std::set<std::string_view> kJumps = {
      "Jump",    "JumpBack",    "LoadFalseJump", "ForPrep",
      "ForLoop", "ForLoopKept", "TForPrep",      "TForLoop"};
  static const std::set<std::string_view> kImmediates = {
      "LoadInt",    "LoadNils", "Enter",       "EnterVarArg",
      "NewTableOp", "SetList",  "SetListOpen", "Closure"};
  if (kJumps.count(name)) return Form::kJump;
  if (name.ends_with("True") || name.ends_with("False")) {
    return name.starts_with("Load") ? Form::kPlain : Form::kJump;
  }
  if (kImmediates.count(name) || name.ends_with("RI")) return Form::kImmediate;
  return Form::kAbcd;
}

class PredecoderTest : public ::testing::Test {
 protected:
  // The first function inside `code`, or the chunk itself.
  const Prototype* PrototypeOf(std::string_view code) {
    Value f = machine_.Compile(code);
    if (!f.is_function()) {
      ADD_FAILURE() << machine_.Text(f);
      return nullptr;
    }
    // The state keeps it, so that a test may compile another one.
    SetField(machine_.state, machine_.state.globals,
             absl::StrCat("kept", kept_++), f);
    Prototype* p = static_cast<LuaClosure*>(f.function())->prototype;
    return p->function->functions.empty() ? p : p->prototypes[0];
  }

  std::string DataText(const Value& v) {
    return v.is_string()
               ? absl::StrCat("'", std::string(v.string()->view()), "'")
               : machine_.Text(v);
  }

  // Without the entry cell and the final return, unless asked for.
  std::string List(std::string_view code, bool whole = false) {
    const Prototype* p = PrototypeOf(code);
    if (p == nullptr) return "";
    const Strategy& strategy = DefaultStrategy();
    DecodedCode decoded = Predecode(*p, strategy.handler_word());
    EXPECT_EQ(decoded.cells.size(), decoded.cell_to_word.size());
    std::string text;
    size_t count = decoded.cells.size();
    for (size_t i = 0; i < count; ++i) {
      const Cell& cell = decoded.cells[i];
      bool starts = i == 0 || i == 1 ||
                    decoded.cell_to_word[i] != decoded.cell_to_word[i - 1];
      if (!starts) {
        text += Data(decoded, i);
        continue;
      }
      HandlerId id = strategy.IdOf(&cell);
      name_ = HandlerName(id);
      if (!whole && (i == 0 || (i + 1 == count && id == HandlerId::kReturn0))) {
        continue;
      }
      absl::StrAppend(&text, text.empty() ? "" : "\n", HandlerName(id));
      switch (FormOf(name_)) {
        case Form::kAbcd:
          absl::StrAppend(&text, " ", cell.a, " ", cell.b, " ", cell.c, " ",
                          cell.d);
          break;
        case Form::kImmediate:
          absl::StrAppend(&text, " ", cell.a_, " ", cell.b_, " ", cell.imm);
          break;
        case Form::kJump:
          EXPECT_EQ(cell.imm % static_cast<int>(sizeof(Cell)), 0);
          absl::StrAppend(&text, " ", cell.a_, " ", cell.b_, " ->",
                          JumpTarget(&cell) - decoded.cells.data());
          break;
        case Form::kPlain:
          absl::StrAppend(&text, " ", cell.a);
          break;
      }
    }
    return text;
  }

  // A data cell behind a cell named name_.
  std::string Data(const DecodedCode& decoded, size_t i) {
    const Cell& cell = decoded.cells[i];
    if (name_.starts_with("TailCall") && i >= 2 &&
        decoded.cell_to_word[i - 2] == decoded.cell_to_word[i]) {
      return absl::StrCat("\n  then ",
                          HandlerName(DefaultStrategy().IdOf(&cell)));
    }
    if (name_.find("Call") != name_.npos) {
      EXPECT_EQ(cell.call.callee, nullptr) << "a cache must start empty";
      return "\n  cache";
    }
    bool field = name_.find("Field") != name_.npos ||
                 name_.find("TabUp") != name_.npos || name_.starts_with("Self");
    bool first =
        decoded.cell_to_word[i - 1] != decoded.cell_to_word[i] || i < 2 ||
        i - 1 == 1 ||
        (i >= 2 && decoded.cell_to_word[i - 2] != decoded.cell_to_word[i - 1]);
    if (field && first) {
      return absl::StrCat("\n  key ", std::string(cell.field.key->view()));
    }
    return absl::StrCat("\n  ", DataText(cell.value));
  }

  Machine machine_;
  std::string_view name_;
  int kept_ = 0;
};

TEST_F(PredecoderTest, Loads) {
  EXPECT_EQ(List("local a, b, c, d = 7, -40000, 2.5, 'text'"),
            "LoadInt 0 0 7\n"
            "LoadConst 16 0 0 0\n  -40000\n"
            "LoadConst 32 0 0 0\n  2.5\n"
            "LoadConst 48 0 0 0\n  'text'\n"
            "Return 0 0 2 0")
      << "(a chunk is a vararg function: its return is told so in c)";
}

TEST_F(PredecoderTest, EntriesAndReturns) {
  EXPECT_EQ(List("return function(a, b) end", true),
            "Enter 2 0 32\nReturn0 0 0 0 0");
  EXPECT_EQ(List("return function(a) return a end"), "Return1 0 0 0 0");
  EXPECT_EQ(List("return function(a, ...) return a end", true),
            "EnterVarArg 1 0 32\nReturn 0 1 2 0\nReturn 0 0 2 0");
  EXPECT_EQ(List("return function(...) return ... end"),
            "VarArgOpen 0 0 0 0\nReturnOpen 0 0 2 0\nReturn 0 0 2 0");
}

TEST_F(PredecoderTest, ArithmeticWithConstants) {
  struct {
    const char* expression;
    const char* want;
  } const kCases[] = {
      {"a + b", "AddRR 32 0 16 0"},
      {"a + 1", "AddRI 32 0 1"},
      {"a - 1", "AddRI 32 0 -1"},
      {"a + 1.5", "AddRF 32 0 0 0\n  1.5"},
      {"a - 1.5", "SubRF 32 0 0 0\n  1.5"},
      {"a * 3", "MulRI 32 0 3"},
      {"a / 2", "DivRF 32 0 0 0\n  2.0"},
      {"a // 2", "IDivRI 32 0 2"},
      {"a % 8", "ModRI 32 0 8"},
      {"a & 255", "BAndRI 32 0 255"},
      {"a << 4", "ShlRI 32 0 4"},
      {"a >> 4", "ShrRI 32 0 4"},
      {"a ^ b", "PowRR 32 0 16 0"},
      {"not a", "Not 32 0 0 0"},
      {"-a", "Unm 32 0 0 0"},
      {"#a", "Len 32 0 0 0"},
      {"~a", "BNot 32 0 0 0"},
  };
  for (const auto& c : kCases) {
    std::string code =
        absl::StrCat("return function(a, b) local c = ", c.expression, " end");
    EXPECT_EQ(List(code), c.want) << c.expression;
  }
  // ("a - 0" is not "a + -0" for a = -0.0.)
  for (const char* e : {"a - 0", "a % -8", "a // 0", "a % 0", "a | 1", "a ~ 1",
                        "a << 64", "a + 5000000000", "a ^ 2", "a // 1.5"}) {
    std::string code =
        absl::StrCat("return function(a, b) local c = ", e, " end");
    EXPECT_TRUE(List(code).starts_with("ArithRK 32 0 0 "))
        << e << " has no form of its own: " << List(code);
  }
}

TEST_F(PredecoderTest, JumpsAndSenses) {
  EXPECT_EQ(List("return function(a) if a then return 1 end return 2 end"),
            "TestFalse 0 0 ->4\n"
            "LoadInt 16 0 1\n"
            "Return1 16 0 0 0\n"
            "LoadInt 16 0 2\n"
            "Return1 16 0 0 0");
  EXPECT_EQ(List("return function(a, b) if a < b then a = b end end"),
            "LtFalse 0 16 ->3\nMove 0 16 0 0");
  EXPECT_EQ(List("return function(a, b) while true do end end"),
            "JumpBack 0 0 ->1");
}

TEST_F(PredecoderTest, EqualityWithConstantsIsByKind) {
  struct {
    const char* condition;
    const char* want;
  } const kCases[] = {
      {"a == nil", "EqTagFalse"},
      {"a ~= nil", "EqTagTrue"},
      {"a == true", "EqTagFalse"},
      {"a == 'short'", "EqBitsFalse"},
      {"a ~= 'short'", "EqBitsTrue"},
      {"a == 1", "EqConstFalse"},
      {"a == 1.5", "EqConstFalse"},
      {"a == 'long, longer than any string that is interned'", "EqConstFalse"},
      {"a < 1", "LtKFalse"},
      {"a >= 1", "GeKFalse"},
      {"1 < a", "GtKFalse"},
  };
  for (const auto& c : kCases) {
    std::string got = List(absl::StrCat("return function(a) if ", c.condition,
                                        " then a = a end end"));
    EXPECT_EQ(got.substr(0, got.find(' ')), c.want) << c.condition;
  }
}

TEST_F(PredecoderTest, Fields) {
  EXPECT_EQ(List("return function(t, v) local x = t.name end"),
            "GetField 32 0 0 0\n  key name");
  EXPECT_EQ(List("return function(t, v) t.name = v end"),
            "SetField 0 16 0 0\n  key name");
  EXPECT_EQ(List("return function(t) t.name = 'x' end"),
            "SetFieldK 0 0 0 0\n  key name\n  'x'");
  EXPECT_EQ(List("return function(t, v) t[1] = v; t[v] = 2 end"),
            "SetIndexInt 0 16 1 0\nSetIndexK 0 16 0 0\n  2");
  EXPECT_EQ(List("return function(t, v) t[v] = false; t[v] = nil end"),
            "SetIndexTag 0 16 0 0\n  false\nSetIndexTag 0 16 0 0\n  nil");
  EXPECT_EQ(List("return function() global = 1 end"),
            "SetTabUpK 0 0 0 0\n  key global\n  1");
  std::string long_name(50, 'n');
  EXPECT_EQ(List("return function(t) local x = t." + long_name + " end"),
            "GetFieldLong 16 0 0 0\n  key " + long_name);
}

TEST_F(PredecoderTest, Calls) {
  EXPECT_EQ(List("return function(f, a) f(a, 1) end"),
            "Move 32 0 0 0\nMove 64 16 0 0\nLoadInt 80 0 1\n"
            "Call 32 2 0 1\n  cache")
      << "b: arguments, d: results + 1; a slot for the header is left free";
  EXPECT_EQ(List("return function(f) local a, b = f() end"),
            "Move 16 0 0 0\nCall 16 0 0 3\n  cache");
  EXPECT_EQ(List("return function(f) return f() end"),
            "Move 16 0 0 0\nTailCall 16 0 0 0\n  cache\n  then ReturnOpen");
  EXPECT_EQ(List("return function(f, o) f(o:m()) end"),
            "Move 32 0 0 0\nSelf 64 16 0 0\n  key m\n"
            "Call 64 1 0 0\n  cache\nCallOpen 32 0 0 1\n  cache")
      << "an open call takes its arguments up to the top";
}

TEST_F(PredecoderTest, Loops) {
  EXPECT_EQ(List("return function(n) for i = 1, n do end end"),
            "LoadInt 16 0 1\nMove 32 0 0 0\nLoadInt 48 0 1\n"
            "ForPrep 16 0 ->6\nForLoopKept 16 0 ->5");
  // A body that assigns the variable: the index is kept apart.
  EXPECT_NE(List("return function(n) for i = 1, n do i = 2 end end")
                .find("ForLoop 16 0 ->5"),
            std::string::npos);
  std::string generic = List("return function(t) for k, v in t do end end");
  EXPECT_NE(generic.find("TForCall 16 0 0 3\n  cache\nTForLoop 16"),
            generic.npos)
      << generic;
}

TEST_F(PredecoderTest, EveryCellKnowsItsWord) {
  const Prototype* p = PrototypeOf(
      "return function(t, ...) for k, v in pairs(t) do if v.x == 'y' then "
      "print(k, v.x + 1, ...) end end return t:go(...) end");
  DecodedCode decoded = Predecode(*p, DefaultStrategy().handler_word());
  uint32_t last = 0;
  for (uint32_t word : decoded.cell_to_word) {
    EXPECT_GE(word, last);
    EXPECT_LT(word, p->function->code.size());
    last = word;
  }
}

TEST_F(PredecoderTest, FunctionsAreDecodedWhenTheyAreFirstCalled) {
  ASSERT_EQ(machine_.Run("function f() return 1 end"), "");
  const Prototype* p =
      static_cast<LuaClosure*>(machine_.Global("f").function())->prototype;
  EXPECT_EQ(p->cells, nullptr);
  ASSERT_EQ(machine_.Run("return f()"), "1");
  ASSERT_NE(p->cells, nullptr);
  EXPECT_EQ(DefaultStrategy().IdOf(p->cells), HandlerId::kEnter);
  EXPECT_EQ(machine_.Global("f").function()->entry, p->cells);
}

TEST_F(PredecoderTest, CallsRememberTheirCallee) {
  ASSERT_EQ(machine_.Run("function g(a) return a end "
                         "function f() return (g(1)) end "
                         "f()"),
            "");
  auto* f = static_cast<LuaClosure*>(machine_.Global("f").function());
  auto* g = static_cast<LuaClosure*>(machine_.Global("g").function());
  const Cell* call = nullptr;
  for (uint32_t i = 1; i < f->prototype->cell_count; ++i) {
    if (f->prototype->cells[i].handler ==
        DefaultStrategy().handler_word()(HandlerId::kCall)) {
      call = &f->prototype->cells[i];
    }
  }
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(call[1].call.callee, g);
  EXPECT_EQ(call[1].call.entry, g->prototype->cells + 1)
      << "enough arguments: the entry cell is passed over";
  EXPECT_EQ(call->c, g->prototype->function->register_count * kRegisterSize);
}

TEST(StaticCellsTest, ContinuationsSayHowManyResultsTheyWant) {
  const Strategy& strategy = DefaultStrategy();
  const Cell* cells = strategy.static_cells();
  struct {
    StaticId id;
    HandlerId handler;
    int wanted_plus_one;
  } const kCases[] = {
      {StaticId::kGetDone, HandlerId::kGetDone, 2},
      {StaticId::kSetDone, HandlerId::kSetDone, 1},
      {StaticId::kPairsDone, HandlerId::kPairsDone, 4},
      {StaticId::kPcallDone, HandlerId::kPcallDone, 0},
      {StaticId::kExit, HandlerId::kExit, 0},
  };
  for (const auto& c : kCases) {
    const Cell* cell = StaticCell(cells, c.id);
    EXPECT_EQ(strategy.IdOf(cell), c.handler);
    EXPECT_EQ(cell[-2].d, c.wanted_plus_one) << HandlerName(c.handler);
  }
}

TEST(StaticCellsTest, EveryHandlerHasAWordOfItsOwn) {
  const Strategy& strategy = DefaultStrategy();
  std::set<uint64_t> words;
  for (int i = 0; i < kHandlerCount; ++i) {
    uint64_t word = strategy.handler_word()(static_cast<HandlerId>(i));
    EXPECT_TRUE(words.insert(word).second)
        << HandlerName(static_cast<HandlerId>(i))
        << " shares its handler: stepping could not tell them apart";
  }
}

}  // namespace
}  // namespace m3lua::m3
