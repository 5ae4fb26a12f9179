// Superinstructions: each is chosen by the pre-decoder and run by a strategy,
// and nobody can tell.
//
// There is a program for each row of fusions.def (fusion_programs.inc).  It
// runs under two strategies: one that counts how often each handler runs, and
// the same without fusions, where a fused handler's word is that of its first
// instruction.  What the programs do must be equal: results, error messages,
// and what a hook sees, for operands that take the fast paths and for others
// (floats, strings, metamethods, nil).  After a slow path, the second
// instruction of a pair is entered by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "m3style/code/predecoder.h"
#include "m3style/code/static_cells.h"
#include "m3style/dispatch/strategy.h"
#include "tests/gate/counting_strategy.h"
#include "tests/unit/dispatch/use_strategy.h"
#include "tests/unit/engine/machine.h"

namespace m3lua::m3 {
namespace {

using ::m3lua::gate::CountingStrategy;
using ::m3lua::gate::DispatchCounts;
using ::m3lua::testing::Machine;
using ::m3lua::testing::UseStrategy;

struct Row {
  HandlerId fused;
  HandlerId first;
  uint32_t cells;
  HandlerId second;
  int links;
};

constexpr Row kRows[] = {
#define M3_FUSION(First, Cells, Second)                     \
  {HandlerId::k##First##Second, HandlerId::k##First, Cells, \
   HandlerId::k##Second, 0},
#define M3_FORWARD(First, Cells, Second, Operand)                    \
  {HandlerId::k##First##Second##Operand, HandlerId::k##First, Cells, \
   HandlerId::k##Second, kLink##Operand},
#include "m3style/code/fusions.def"
#undef M3_FORWARD
#undef M3_FUSION
};

// The body of a function of a, b, c, d (numbers), t (an array whose element d
// is a table), o (an object) and g (returns its arguments); u, ut and h are
// upvalues like b, t and g.
struct Program {
  const char* fused;
  const char* body;
};

constexpr Program kPrograms[] = {
#define M3_PROGRAM(fused, body) {#fused, body},
#include "tests/unit/code/fusion_programs.inc"
#undef M3_PROGRAM
};

// The same, with a jump to the second or third instruction, taken when a is
// nil.
constexpr Program kJumpsToTheMiddle[] = {
    {"MulRRAddRRB", "local x = b if a then x = b * c end x = x + c return x"},
    {"AddRRReturn1A", "local x = b if a then x = b + c end return x"},
    {"AddRIForLoopKept",
     "local s = 0 for i = 1, 3 do if a then s = s + 1 end end return s"},
    {"GetIndexGetFieldB",
     "local x = o if a then x = t[d] end x = x.x return x"},
    {"GetIndexAddRRCForLoopKept",
     "local s = 0 for i = 1, 3 do local x = b if a then x = t[i] end "
     "s = s + x end return s"},
    {"GetIndexAddRRCForLoopKept",
     "local s = 0 for i = 1, 3 do if a then s = s + t[i] end end return s"},
    {"SetIndexForLoopKept",
     "for i = 1, 3 do if a then t[i] = b end end return t[2]"},
    {"SetIndexKForLoopKept",
     "for i = 1, 3 do if a then t[i] = 0 end end return t[2]"},
    {"GetFieldAddRIB", "local x = b if a then x = o.x end x = x + 1 return x"},
    {"AddRISetFieldB",
     "local x = b if a then x = c + 1 end o.x = x return o.x"},
    {"GetUpvalueAddRRB", "local x = b if a then x = u end x = x + c return x"},
    {"MoveMove", "local x = b if a then x = c end local y = x return y"},
};

// What handing values on could get wrong: the same result twice, a result in
// the register of an operand, one that is read again later, and one behind
// which two others are due.
constexpr Program kHandedOn[] = {
    {"AddRRMulRRB", "local x = a + b x = x * x return x"},
    {"MulRRSubRRB", "local x = a * b local y = x - x return x .. y"},
    {"GetIndexAddRRB", "local x = t[a] local y = x + x return x .. y"},
    {"GetFieldMulRRB", "local x = o.x x = x * x return x"},
    {"GetIndexGetIndexMulRRBC",
     "local x , y = t[a] , t[b] y = x * y return x .. y"},
    {"GetFieldGetFieldMulRRBC",
     "local x , y = o.x , o.x x = x * y return x * y"},
    {"MulRRMulRRSubRRBC",
     "local x = a * b local y = b * c x = x - y return x .. y"},
    {"GetIndexGetFieldB", "local x = t x = x[d] x = x.x return x"},
    {"GetFieldGetFieldB", "local x = o x = x.p x = x.x return x"},
    {"GetIndexMulRRBAddRRC", "a = t[a] * b a = c + t[b] * c return a"},
    {"GetUpvalueAddRIBSetUpvalueA", "u = u + 1 u = u + 1 return u"},
    {"GetFieldAddRRBSetFieldB", "o.x = o.x + a o.x = o.x + b return o.x"},
    {"AddRRModRIB", "return (a + b) % 7 , (a - b) % 7"},
    {"MulRIModRIB", "return (a * -3) % 7 , a * -3"},
    {"AddRRDivRRC", "return a / (b + c) , a / (b - b)"},
};

std::vector<Program> AllPrograms() {
  std::vector<Program> all(std::begin(kPrograms), std::end(kPrograms));
  all.insert(all.end(), std::begin(kJumpsToTheMiddle),
             std::end(kJumpsToTheMiddle));
  all.insert(all.end(), std::begin(kHandedOn), std::end(kHandedOn));
  return all;
}

// Operands for a program: run(kind) calls it with operands of a kind and
// returns what came of it as text.
constexpr char kOperands[] = R"lua(
  local operand = {
    integers = function(n) return n end,
    floats = function(n) return n + 0.0 end,
    strings = tostring,
    ["nil and floats"] = function(n) if n ~= 2 then return n + 0.5 end end,
    ["an integer, a float, a string"] = function(n)
      return n == 1 and "1" or n == 2 and 2 or n + 0.5
    end,
    ["the greatest integers"] = function(n)
      return n == 1 and -1 or n == 2 and math.maxinteger or math.mininteger
    end,
    ["NaN and zeros"] = function(n)
      return n == 1 and 0.0 or n == 2 and 0 / 0 or n == 3 and -0.0 or 1 / 0
    end,
    metamethods = function(n) return boxed(n) end,
    ["metamethods that yield"] = function(n) return boxed(n) end,
  }
  local pause = function() end
  local function number(v) return type(v) == "table" and v.n or v end
  local box = {__index = function(v, k) return number(v) .. k end,
               __call = function(_, ...) return ... end,
               __concat = function(x, y) return number(x) .. "&" .. number(y) end,
               __lt = function(x, y) return number(x) < number(y) end}
  for event, f in pairs{add = function(x, y) return x + y end,
                        sub = function(x, y) return x - y end,
                        mul = function(x, y) return x * y end,
                        div = function(x, y) return x / y end,
                        mod = function(x, y) return x % y end} do
    box["__" .. event] = function(x, y)
      pause()
      return f(number(x), number(y))
    end
  end
  function boxed(n) return setmetatable({n = n}, box) end
  -- A table whose every access is a metamethod's.
  local function proxy(t)
    return setmetatable({}, {
      __index = function(_, k) pause() return t[number(k)] end,
      __newindex = function(_, k, v) pause() t[number(k)] = v end,
      __len = function() pause() return #t end,
      __call = function(_, ...) return ... end})
  end
  function make(kind)
    pause = kind == "metamethods that yield" and coroutine.yield or pause
    local boxes = kind:find("metamethods") == 1
    local wrap = boxes and proxy or function(x) return x end
    local new = operand[kind]
    local function object()
      return wrap{x = new(5), p = wrap{x = new(6)}, l = wrap{7, 8, 9},
                  7, 8, 9, m = function(self, ...) return ... end}
    end
    local function array() return wrap{new(4), new(3), new(2), object()} end
    local g = function(...) return ... end
    if boxes then g = wrap(g) end
    return new, array(), object(), g
  end
  local function text(ok, ...)
    local all = {tostring(ok)}
    for i = 1, select("#", ...) do
      local v = select(i, ...)
      all[#all + 1] = type(v) == "table" and "table " .. tostring(v.n)
                      or tostring(v)
    end
    return table.concat(all, " ")
  end
  function run(kind)
    local new, t, o, g = make(kind)
    local f = program(new(3), t, g)
    N = new(1)
    if kind ~= "metamethods that yield" then
      return text(pcall(f, new(2), new(3), new(1), 4, t, o, g))
    end
    local co = coroutine.create(f)
    local result = text(coroutine.resume(co, new(2), new(3), new(1), 4, t, o, g))
    while coroutine.status(co) == "suspended" do
      result = result .. ", " .. text(coroutine.resume(co))
    end
    return result
  end
)lua";

// A token a line, so that lines tell instructions apart.
std::string ProgramText(const Program& p) {
  return absl::StrCat(
      "local u, ut, h = ...\n", "return function(a, b, c, d, t, o, g)\n",
      absl::StrJoin(absl::StrSplit(p.body, ' '), "\n"), "\nend");
}

const Strategy& UnfusedStrategy() {
  static const Strategy strategy(
      "unfused",
      [](HandlerId id) {
        return CountingStrategy().handler_word()(FirstOf(id));
      },
      [](const Cell* pc, const Registers& r) {
        CountingStrategy().Run(pc, r);
      });
  return strategy;
}

// A state with one program, as the global function `program`.
class Loaded {
 public:
  Loaded(const Strategy& strategy, const Program& p)
      : use_(strategy), text_(ProgramText(p)) {
    EXPECT_EQ(machine_.Run(kOperands), "");
    Value chunk = Value::Nil();
    EXPECT_TRUE(Load(machine_.state, text_, "=f", "t", chunk))
        << text_ << machine_.Text(chunk);
    SetField(machine_.state, machine_.state.globals, "program", chunk);
  }

  // Only the program's function.
  DecodedCode Decode(const Strategy& strategy) {
    const Function* f = machine_.Global("program").function();
    return Predecode(
        *static_cast<const LuaClosure*>(f)->prototype->prototypes[0],
        strategy.handler_word());
  }
  std::string Run(const char* kind) {
    return machine_.Run(absl::StrCat("return run('", kind, "')"));
  }
  Machine& machine() { return machine_; }

 private:
  UseStrategy use_;
  const std::string text_;
  Machine machine_;
};

constexpr const char* kKinds[] = {"integers",
                                  "floats",
                                  "strings",
                                  "nil and floats",
                                  "an integer, a float, a string",
                                  "the greatest integers",
                                  "NaN and zeros",
                                  "metamethods",
                                  "metamethods that yield"};

// How often a handler ran.
[[maybe_unused]] uint64_t CountOf(HandlerId id) {
  return DispatchCounts()[static_cast<int>(id)];
}

HandlerId IdOfName(std::string_view name) {
  for (const Row& row : kRows) {
    if (HandlerName(row.fused) == name) return row.fused;
  }
  ADD_FAILURE() << name << " is not in fusions.def";
  return HandlerId::kMove;
}

// The cells with this handler.
std::vector<uint32_t> CellsWith(const DecodedCode& code, HandlerId id) {
  std::vector<uint32_t> cells;
  const uint64_t word = CountingStrategy().handler_word()(id);
  for (uint32_t i = 0; i < code.cells.size(); ++i) {
    if (code.cells[i].handler == word) cells.push_back(i);
  }
  return cells;
}

TEST(FusionsTest, EachIsFoundByItsPartsAndBack) {
  std::set<HandlerId> seen;
  for (const Row& row : kRows) {
    const char* name = HandlerName(row.fused);
    EXPECT_TRUE(seen.insert(row.fused).second) << name << " is listed twice";
    const FusedPair found =
        FusionOf(row.first, row.cells, row.second, row.links);
    EXPECT_EQ(found.id, row.fused) << name;
    EXPECT_EQ(found.links, std::popcount(static_cast<unsigned>(row.links)))
        << name << ": the number of values that are handed on";
    EXPECT_EQ(FusionOf(row.first, row.cells + 1, row.second, row.links).links,
              -1)
        << name << ": another number of cells is another instruction between";
    if (row.links != 0) {
      EXPECT_NE(FusionOf(row.first, row.cells, row.second, 0).id, row.fused)
          << name << ": its operand is not the result of the first";
    }
    EXPECT_EQ(FirstOf(row.fused), FirstOf(row.first)) << name;
    EXPECT_EQ(FirstOf(row.second), row.second)
        << name << ": what comes second is no fusion";
  }
  EXPECT_EQ(FirstOf(HandlerId::kMove), HandlerId::kMove);
  const FusedPair none = FusionOf(HandlerId::kMove, 1, HandlerId::kConcat, 0);
  EXPECT_EQ(none.id, HandlerId::kMove);
  EXPECT_EQ(none.links, -1);
}

TEST(FusionsTest, EachHasAProgram) {
  std::set<std::string_view> with_program;
  for (const Program& p : kPrograms) with_program.insert(p.fused);
  for (const Row& row : kRows) {
    EXPECT_TRUE(with_program.count(HandlerName(row.fused)))
        << "kPrograms has no program for " << HandlerName(row.fused);
  }
}

TEST(FusionsTest, EachIsEmittedAndRun) {
  for (const Program& p : AllPrograms()) {
    SCOPED_TRACE(absl::StrCat(p.fused, ": ", p.body));
    Loaded loaded(CountingStrategy(), p);
    const HandlerId fused = IdOfName(p.fused);
    EXPECT_FALSE(CellsWith(loaded.Decode(CountingStrategy()), fused).empty())
        << "the pre-decoder does not emit it for this program";
#ifndef M3LUA_STRESS  // (Stress builds step through each instruction.)
    const uint64_t before = CountOf(fused);
    loaded.Run("integers");
    EXPECT_GT(CountOf(fused), before) << "it is emitted, but never run";
#endif
  }
}

// So whatever leads to the second instruction finds it.
TEST(FusionsTest, CellsAreThoseOfTheInstructionsButForTheFirstHandler) {
  for (const Program& p : AllPrograms()) {
    SCOPED_TRACE(absl::StrCat(p.fused, ": ", p.body));
    Loaded loaded(CountingStrategy(), p);
    const DecodedCode with = loaded.Decode(CountingStrategy());
    const DecodedCode without = loaded.Decode(UnfusedStrategy());
    ASSERT_EQ(with.cells.size(), without.cells.size());
    EXPECT_EQ(with.cell_to_word, without.cell_to_word);
    for (size_t i = 0; i < with.cells.size(); ++i) {
      const Cell& a = with.cells[i];
      const Cell& b = without.cells[i];
      if (a.handler != b.handler) {
        EXPECT_EQ(CountingStrategy().IdOf(&a), UnfusedStrategy().IdOf(&b))
            << "cell " << i << " begins with another instruction";
      }
      EXPECT_EQ(std::memcmp(&a.handler + 1, &b.handler + 1,
                            sizeof(Cell) - sizeof(a.handler)),
                0)
          << "cell " << i << " has other operands";
    }
  }
}

TEST(FusionsTest, JumpsToTheMiddleAreThere) {
  for (const Program& p : kJumpsToTheMiddle) {
    SCOPED_TRACE(absl::StrCat(p.fused, ": ", p.body));
    Loaded loaded(CountingStrategy(), p);
    const DecodedCode code = loaded.Decode(CountingStrategy());
    const std::vector<uint32_t> fused = CellsWith(code, IdOfName(p.fused));
    ASSERT_FALSE(fused.empty());
    bool found = false;
    for (uint32_t i : CellsWith(code, HandlerId::kTestFalse)) {
      const auto target = JumpTarget(&code.cells[i]) - code.cells.data();
      found |= target > fused[0] && target <= fused[0] + 4;
    }
    EXPECT_TRUE(found) << "the program's jump leads elsewhere now";
  }
}

TEST(FusionsTest, ProgramsDoTheSameWithoutThem) {
  for (const Program& p : AllPrograms()) {
    Loaded with(CountingStrategy(), p);
    Loaded without(UnfusedStrategy(), p);
    for (const char* kind : kKinds) {
      EXPECT_EQ(with.Run(kind), without.Run(kind))
          << p.fused << " with " << kind << ": " << p.body;
    }
  }
}

// The second instruction says which variable it was, though it did not read it.
TEST(FusionsTest, ErrorsNameTheValueThatWasHandedOn) {
  struct {
    Program program;
    const char* want;
  } const kCases[] = {
      {{"GetFieldAddRRB", "return o.y + a"},
       "perform arithmetic on a nil value (field 'y')"},
      {{"GetUpvalueAddRRCReturn1A", "u = nil return a + u"},
       "perform arithmetic on a nil value (upvalue 'u')"},
      {{"GetFieldGetFieldB", "return o.y.x"}, "index a nil value (field 'y')"},
      {{"GetTabUpGetFieldB", "return nowhere.x"},
       "index a nil value (global 'nowhere')"},
      {{"GetFieldLtTrueA", "return o.l < a"}, "compare table with number"},
  };
  for (const auto& c : kCases) {
    Loaded loaded(CountingStrategy(), c.program);
    EXPECT_FALSE(
        CellsWith(loaded.Decode(CountingStrategy()), IdOfName(c.program.fused))
            .empty())
        << c.program.fused << ": " << c.program.body;
    EXPECT_THAT(loaded.Run("integers"), ::testing::HasSubstr(c.want))
        << c.program.body;
  }
}

// The lines of the program at which a hook was called, and the result.
std::string Trace(Loaded& loaded, const char* kind, const char* hook) {
  return loaded.machine().Run(absl::StrCat(
      "local lines = {} "
      "local function note() local at = debug.getinfo(2, 'Sl') "
      "if at.source == '=f' and at.what == 'Lua' then "
      "lines[#lines + 1] = at.currentline end end "
      "debug.sethook(note, ",
      hook, ") local result = run('", kind,
      "') debug.sethook() return table.concat(lines, ' '), result"));
}

TEST(FusionsTest, HooksSeeTheSameInstructionsAndLines) {
  for (const Program& p : AllPrograms()) {
    Loaded with(CountingStrategy(), p);
    Loaded without(UnfusedStrategy(), p);
    for (const char* kind : {"integers", "metamethods"}) {
      for (const char* hook : {"'', 1", "'l'"}) {
        EXPECT_EQ(Trace(with, kind, hook), Trace(without, kind, hook))
            << p.fused << " with " << kind << ", hook " << hook << ": "
            << p.body;
      }
    }
  }
}

TEST(FusionsTest, ACountHookSeesBothInstructions) {
  struct {
    Program program;
    const char* want;
  } const kCases[] = {
      // A token a line, the first in line 3: MulRR is in line 5, AddRR in
      // 7, Return1 where its expression ends.
      {{"MulRRAddRRB", "return a * b + c"}, "5 7 8 true 7"},
      {{"GetFieldGetFieldB", "return o.p .x"}, "4 5 5 true 6"},
      {{"AddRRModRIB", "return (a + b) % 7"}, "5 7 8 true 5"},
  };
  for (const auto& c : kCases) {
    Loaded loaded(CountingStrategy(), c.program);
    EXPECT_EQ(Trace(loaded, "integers", "'', 1"), c.want) << c.program.body;
  }
}

}  // namespace
}  // namespace m3lua::m3
