// Superinstructions: each is chosen by the pre-decoder and run by a strategy,
// and nobody can tell.
//
// There is a program for each row of fusions.def.  It runs under two
// strategies: one that counts how often each handler runs, and the same without
// fusions, where a fused handler's word is that of its first instruction.  What
// the programs do must be equal: results, error messages, and what a hook sees,
// for operands that take the fast paths and for others (floats, strings,
// metamethods, nil).  After a slow path, the second instruction of a pair is
// entered by itself.
#include <gtest/gtest.h>

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
};

constexpr Row kRows[] = {
#define M3_FUSION(First, Cells, Second)                     \
  {HandlerId::k##First##Second, HandlerId::k##First, Cells, \
   HandlerId::k##Second},
#include "m3style/code/fusions.def"
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
    {"MulRRAddRR", "return a * b + c"},
    {"MulRRSubRR", "return a * b - c"},
    {"MulRRMulRR", "return a * b * c"},
    {"MulRRMulRRAddRR", "return a * a + b * c"},
    {"MulRRMulRRSubRR", "return a * a - b * c"},
    {"SubRRMulRR", "return (a - b) * c"},
    {"AddRRAddRI", "return a + b + 1"},
    {"AddRRForLoop", "local s = a for i = 1, 3 do s = s + b end return s"},
    {"AddRIForLoop", "local s = a for i = 1, 3 do s = s + 1 end return s"},
    {"AddRRReturn1", "return a + b"},
    {"AddRICall", "return (g(a + 1))"},
    {"AddRILtTrue", "local i = a while i < b do i = i + 1 end return i"},
    {"AddRRModRI", "return (a + b) % 7"},
    {"MulRRReturn1", "return a * b"},
    {"DivRRReturn1", "return a / b"},
    {"GetIndexAddRR", "return t[a] + b"},
    {"GetIndexAddRRForLoop",
     "local s = a for i = 1, 3 do s = s + t[i] end return s"},
    {"GetIndexMulRR", "return t[a] * b"},
    {"GetIndexMulRRAddRR", "return c + t[a] * b"},
    {"GetIndexSubRR", "return b - t[a]"},
    {"GetIndexGetIndex", "local x , y = t[a] , t[b] return x .. y"},
    {"GetIndexSetIndex", "t[a] = t[b] return t[a]"},
    {"GetIndexLtFalse", "if t[a] < b then return 1 end return 2"},
    {"GetIndexTestTrue", "local i = 1 while t[i] do i = i + 1 end return i"},
    {"GetIndexTestFalse", "if t[a] then return 1 end return 2"},
    {"GetIndexCall", "return (g(t[a]))"},
    {"GetIndexGetField", "return t[d] .x"},
    {"AddRIGetIndex", "return t[a + 1]"},
    {"AddRISetIndex", "t[a] = b + 1 return t[a]"},
    {"AddRRSetIndex", "t[a] = b + c return t[a]"},
    {"SubRRSetIndex", "t[a] = b - c return t[a]"},
    {"SetIndexForLoop", "for i = 1, 3 do t[i] = a end return t[2]"},
    {"SetIndexKForLoop", "for i = 1, 3 do t[i] = 0 end return t[2]"},
    {"GetFieldGetField", "return o.p .x"},
    {"GetFieldMulRR", "return a * o.x"},
    {"GetFieldAddRR", "return a + o.x"},
    {"GetFieldSubRR", "return a - o.x"},
    {"GetFieldAddRI", "return o.x + 1"},
    {"GetFieldTestTrue", "while o.x do o.x = nil end return o.x"},
    {"GetFieldTestFalse", "if o.x then return 1 end return 2"},
    {"GetFieldEqConstFalse", "if o.x == 5 then return 1 end return 2"},
    {"GetFieldReturn1", "return o.x"},
    {"GetFieldGetIndex", "return o.l [a]"},
    {"GetFieldCall", "return (g(o.x))"},
    {"AddRRSetField", "o.x = a + b return o.x"},
    {"SubRRSetField", "o.x = a - b return o.x"},
    {"AddRISetField", "o.x = a + 1 return o.x"},
    {"GetTabUpGetField", "return math .huge"},
    {"GetTabUpAddRI", "return N + 1"},
    {"GetTabUpAddRICall", "return (g(N + 1))"},
    {"GetUpvalueGetIndex", "return ut [a]"},
    {"GetUpvalueGetField", "local x , y = u , o.x return y"},
    {"GetUpvalueAddRR", "return a + u"},
    {"GetUpvalueAddRI", "return u + 1"},
    {"GetUpvalueMove", "return (h(a , 1))"},
    {"MoveMove", "local x , y = a , b return x .. y"},
    {"MoveMoveCall", "return (g(a))"},
    {"MoveCall", "return (g())"},
    {"GetUpvalueMoveCall", "return (h(a))"},
    {"SelfCall", "return (o:m())"},
    {"SelfMove", "return (o:m(a , 1))"},
    {"SelfMoveCall", "return (o:m(a))"},
    {"LoadIntCall", "return (g(1))"},
};

// The same, with a jump to the second or third instruction, taken when a is
// nil.
constexpr Program kJumpsToTheMiddle[] = {
    {"MulRRAddRR", "local x = b if a then x = b * c end x = x + c return x"},
    {"AddRRReturn1", "local x = b if a then x = b + c end return x"},
    {"AddRIForLoop",
     "local s = 0 for i = 1, 3 do if a then s = s + 1 end end return s"},
    {"GetIndexGetField", "local x = o if a then x = t[d] end x = x.x return x"},
    {"GetIndexAddRRForLoop",
     "local s = 0 for i = 1, 3 do local x = b if a then x = t[i] end "
     "s = s + x end return s"},
    {"GetIndexAddRRForLoop",
     "local s = 0 for i = 1, 3 do if a then s = s + t[i] end end return s"},
    {"SetIndexForLoop",
     "for i = 1, 3 do if a then t[i] = b end end return t[2]"},
    {"SetIndexKForLoop",
     "for i = 1, 3 do if a then t[i] = 0 end end return t[2]"},
    {"GetFieldAddRI", "local x = b if a then x = o.x end x = x + 1 return x"},
    {"AddRISetField", "local x = b if a then x = c + 1 end o.x = x return o.x"},
    {"GetUpvalueAddRR", "local x = b if a then x = u end x = x + c return x"},
    {"MoveMove", "local x = b if a then x = c end local y = x return y"},
};

std::vector<Program> AllPrograms() {
  std::vector<Program> all(std::begin(kPrograms), std::end(kPrograms));
  all.insert(all.end(), std::begin(kJumpsToTheMiddle),
             std::end(kJumpsToTheMiddle));
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
    metamethods = function(n) return boxed(n) end,
  }
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
    box["__" .. event] = function(x, y) return f(number(x), number(y)) end
  end
  function boxed(n) return setmetatable({n = n}, box) end
  -- A table whose every access is a metamethod's.
  local function proxy(t)
    return setmetatable({}, {
      __index = function(_, k) return t[number(k)] end,
      __newindex = function(_, k, v) t[number(k)] = v end,
      __call = function(_, ...) return ... end})
  end
  function make(kind)
    local wrap = kind == "metamethods" and proxy or function(x) return x end
    local new = operand[kind]
    local function object()
      return wrap{x = new(5), p = wrap{x = new(6)}, l = wrap{7, 8, 9},
                  m = function(self, ...) return ... end}
    end
    local function array() return wrap{new(4), new(3), new(2), object()} end
    local g = function(...) return ... end
    if kind == "metamethods" then g = wrap(g) end
    return new, array(), object(), g
  end
  kinds = {"integers", "floats", "strings", "nil and floats", "metamethods"}
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
    return text(pcall(f, new(2), new(3), new(1), 4, t, o, g))
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

constexpr const char* kKinds[] = {"integers", "floats", "strings",
                                  "nil and floats", "metamethods"};

// How often a handler ran.
uint64_t CountOf(HandlerId id) {
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
    EXPECT_EQ(FusionOf(row.first, row.cells, row.second), row.fused) << name;
    EXPECT_EQ(FusionOf(row.first, row.cells + 1, row.second), row.first)
        << name << ": another number of cells is another instruction between";
    EXPECT_EQ(FirstOf(row.fused), FirstOf(row.first)) << name;
    EXPECT_EQ(FirstOf(row.second), row.second)
        << name << ": what comes second is no fusion";
  }
  EXPECT_EQ(FirstOf(HandlerId::kMove), HandlerId::kMove);
  EXPECT_EQ(FusionOf(HandlerId::kMove, 1, HandlerId::kConcat),
            HandlerId::kMove);
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
      {{"MulRRAddRR", "return a * b + c"}, "5 7 8 true 7"},
      {{"GetFieldGetField", "return o.p .x"}, "4 5 5 true 6"},
      {{"AddRRModRI", "return (a + b) % 7"}, "5 7 8 true 5"},
  };
  for (const auto& c : kCases) {
    Loaded loaded(CountingStrategy(), c.program);
    EXPECT_EQ(Trace(loaded, "integers", "'', 1"), c.want) << c.program.body;
  }
}

}  // namespace
}  // namespace m3lua::m3
