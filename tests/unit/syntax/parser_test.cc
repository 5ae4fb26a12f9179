// The tree: its shape, the variables and labels that names denote, the lines
// that the compiler gets, the limits.  Messages are in parser_error_test.cc.
#include "lua/syntax/parser.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lua/syntax/ast.h"
#include "tests/unit/syntax/tree_printer.h"

namespace m3lua::syntax {
namespace {

Tree MustParse(std::string_view source) {
  absl::StatusOr<Tree> tree = Parse(source, "=x");
  EXPECT_TRUE(tree.ok()) << source << "\n" << tree.status().message();
  return tree.ok() ? *std::move(tree) : Tree{};
}

// The statements of a chunk, printed.
std::string Print(std::string_view source) {
  const Tree tree = MustParse(source);
  return tree.main == nullptr ? "error"
                              : TreePrinter(tree.main).Print(*tree.main->body);
}

std::string Repeat(std::string_view text, size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

// Variables print as name (local), ^name (upvalue), $name (global).
TEST(Parser, Expressions) {
  const struct {
    std::string_view source;
    std::string_view tree;
  } kCases[] = {
      {"nil, true, false, 1, 1.5, 'a', ...", "nil true false 1 1.5 'a' ..."},
      {"a + b * c", "(+ $a (* $b $c))"},
      {"a * b + c", "(+ (* $a $b) $c)"},
      {"a - b - c", "(- (- $a $b) $c)"},
      {"a .. b .. c", "(.. $a (.. $b $c))"},
      {"a ^ b ^ c", "(^ $a (^ $b $c))"},
      {"-a ^ -b", "(- (^ $a (- $b)))"},
      {"not a == b", "(== (not $a) $b)"},
      {"#a .. ~b", "(.. (# $a) (~ $b))"},
      {"a or b and c", "(or $a (and $b $c))"},
      {"a < b == c <= d", "(<= (== (< $a $b) $c) $d)"},
      {"a | b ~ c & d << e .. f", "(| $a (~ $b (& $c (<< $d (.. $e $f)))))"},
      {"a > b, a >= b, a ~= b", "(> $a $b) (>= $a $b) (~= $a $b)"},
      {"a // b / c % d >> e", "(>> (% (/ (// $a $b) $c) $d) $e)"},
      {"(a)", "(paren $a)"},
      {"a.b['c'][d]", "(index (index (index $a 'b') 'c') $d)"},
      {"f(a, ...)", "(call $f $a ...)"},
      {"f()'a'{}", "(call (call (call $f) 'a') {})"},
      {"a:b(1):c'x'", "(call (call $a :b 1) :c 'x')"},
      {"('a'):b()", "(call (paren 'a') :b)"},
      {"{1, x = 2, [y] = 3; z, f()}", "{1 'x'=2 $y=3 $z (call $f)}"},
      {"{x == y}", "{(== $x $y)}"},
      {"{}", "{}"},
      {"function(a, b, ...) return a end", "(function a b ...: (return a))"},
      {"function() return x end", "(function: (return $x))"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Print("return " + std::string(c.source)),
              "(return " + std::string(c.tree) + ")");
  }
}

TEST(Parser, Statements) {
  const struct {
    std::string_view source;
    std::string_view tree;
  } kCases[] = {
      {"", ""},
      {";;;", ""},
      {"f(); a:b()", "(call $f) (call $a :b)"},
      {"a, b.c, d[1] = 1, 2", "(assign $a (index $b 'c') (index $d 1) = 1 2)"},
      {"local a, b <const>, c <close> = 1, f()",
       "(local a b<const> c<close> = 1 (call $f))"},
      {"local x = x; x = x", "(local x = $x) (assign x = x)"},
      {"local x; local x = x", "(local x) (local x = x)"},
      {"do local a end a = 1", "(do (local a)) (assign $a = 1)"},
      {"while a do b() end", "(while $a (call $b))"},
      {"repeat local a until a", "(repeat (local a) until a)"},
      {"if a then b() elseif c then else d() end",
       "(if $a ((call $b)) $c () else ((call $d)))"},
      {"for i = 1, 2 do f(i) end", "(for i = 1 2 (call $f i))"},
      {"for i = i, 2, 3 do end", "(for i = $i 2 3)"},
      {"for k, v in k, v do f(k, v) end", "(for k v in $k $v (call $f k v))"},
      {"function f() end", "(set $f (function:))"},
      {"function a.b.c() end", "(set (index (index $a 'b') 'c') (function:))"},
      {"function a.b:c(d) return self, d end",
       "(set (index (index $a 'b') 'c') (function self d: (return self d)))"},
      {"local function f() f() end", "(local f (function: (call ^f)))"},
      {"local f = function() f() end", "(local f = (function: (call $f)))"},
      {"return", "(return)"},
      {"return;", "(return)"},
      {"::a:: goto a", "(label a) (goto a)"},
      {"do break_ = 1 end while 1 do break end",
       "(do (assign $break_ = 1)) (while 1 (goto break))"},
      {"goto e; local x ::e:: ; ::f:: ;",
       "(goto e) (local x) (label e) (label f)"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Print(c.source), c.tree);
}

TEST(Parser, TextsOutliveTheSource) {
  std::string source = "local abc = 'def'; ghi(abc)";
  const Tree tree = MustParse(source);
  source.assign(source.size(), '#');
  EXPECT_EQ(TreePrinter(tree.main).Print(*tree.main->body),
            "(local abc = 'def') (call $ghi abc)");
}

// Upvalue lists print as "name" for those of the enclosing function's
// registers, "name^i" for the others.
std::string Upvalues(const FunctionBody& body) {
  std::string out;
  for (const Upvalue& upvalue : body.upvalues) {
    if (!out.empty()) out += ' ';
    out += upvalue.name;
    if (!upvalue.in_register) out += "^" + std::to_string(upvalue.index);
  }
  return out;
}

const FunctionBody& FunctionIn(const Block& block, size_t statement) {
  return *block.statements[statement]->values[0]->function;
}

TEST(Resolver, UpvaluesComeInOrderOfFirstUse) {
  const Tree tree = MustParse(R"(
    local a, b, c
    local function f()
      local d = b
      local function g() return c, d, a, print, c end
      return a
    end
    local function h() return 1 end)");
  EXPECT_EQ(Upvalues(*tree.main), "_ENV");
  const FunctionBody& f = FunctionIn(*tree.main->body, 1);
  EXPECT_EQ(Upvalues(f), "b c a _ENV^0");
  const FunctionBody& g = FunctionIn(*f.body, 1);
  EXPECT_EQ(Upvalues(g), "c^1 d a^2 _ENV^3");
  EXPECT_EQ(g.upvalues[3].local, nullptr) << "the _ENV of the main chunk";
  EXPECT_EQ(g.upvalues[1].local, f.body->locals[0]);
  EXPECT_EQ(g.parent, &f);
  const FunctionBody& h = FunctionIn(*tree.main->body, 2);
  EXPECT_EQ(Upvalues(h), "");
  EXPECT_TRUE(tree.main->needs_close);
  EXPECT_TRUE(f.needs_close) << "g captures d";
  EXPECT_FALSE(g.needs_close);
}

TEST(Resolver, LocalsKnowWhetherTheyAreCapturedAndReassigned) {
  const Tree tree = MustParse(R"(
    local plain, assigned, captured, both = 1, 2
    assigned = plain
    local function f(parameter)
      both = captured
      parameter = 1
      plain.field = 1
      local captured = 2
      captured = 3
    end
    for i = 1, 2 do i = 3 end
    function both() end)");
  const struct {
    size_t local;
    bool captured;
    bool reassigned;
  } kExpected[] = {
      {0, true, false}, {1, false, true}, {2, true, false}, {3, true, true}};
  for (const auto& e : kExpected) {
    const Local& local = *tree.main->body->locals[e.local];
    EXPECT_EQ(local.captured, e.captured) << local.name;
    EXPECT_EQ(local.reassigned, e.reassigned) << local.name;
    EXPECT_EQ(local.owner, tree.main) << local.name;
  }
  const FunctionBody& f = FunctionIn(*tree.main->body, 2);
  EXPECT_TRUE(f.parameters[0]->reassigned);
  EXPECT_FALSE(f.needs_close);
  ASSERT_EQ(f.body->locals.size, 1u) << "parameters are not the block's own";
  EXPECT_TRUE(f.body->locals[0]->reassigned);
  EXPECT_TRUE(tree.main->body->statements[3]->locals[0]->reassigned);
}

TEST(Resolver, EnvironmentMayBeALocal) {
  EXPECT_EQ(Print("local _ENV = t; x = 1"),
            "(local _ENV = $t) (assign $x = 1)");
  const Tree tree =
      MustParse("local _ENV = t; x = 1; local function f() return y end");
  const Expression& x = *tree.main->body->statements[1]->targets[0];
  EXPECT_EQ(x.local, tree.main->body->locals[0]);
  const FunctionBody& f = FunctionIn(*tree.main->body, 2);
  EXPECT_EQ(Upvalues(f), "_ENV");
  EXPECT_EQ(f.upvalues[0].local, tree.main->body->locals[0]);
  EXPECT_EQ(Print("local function f(_ENV) return x end"),
            "(local f (function _ENV: (return $x)))");
  EXPECT_EQ(Print("local _ENV <const> = 1; x = 2"),
            "(local _ENV<const> = 1) (assign (index 1 'x') = 2)");
}

TEST(Resolver, LiteralConstantsBecomeLiterals) {
  const struct {
    std::string_view source;
    std::string_view tree;
  } kCases[] = {
      {"local x <const> = 5; return x, (x), x.y",
       "(local x<const> = 5) (return 5 (paren 5) (index 5 'y'))"},
      {"local x <const> = -(5); return function() return x end",
       "(local x<const> = (- (paren 5))) (return (function: (return -5)))"},
      {"local x <const> = not 'a'; local y <const> = x; return y",
       "(local x<const> = (not 'a')) (local y<const> = false) (return false)"},
      {"local x <const> = ~0; return x",
       "(local x<const> = (~ 0)) (return -1)"},
      // None of these: a zero whose sign matters, a call, not the last one,
      // not as many values as names.
      {"local x <const> = -0.0; return x",
       "(local x<const> = (- 0.0)) "
       "(return x)"},
      {"local x <const> = f(); return x",
       "(local x<const> = (call $f)) (return x)"},
      {"local x <const>, y = 1, 2; return x",
       "(local x<const> y = 1 2) (return x)"},
      {"local x <const>, y <const> = 1; return x, y",
       "(local x<const> y<const> = 1) (return x y)"},
      {"local x = 1; return x", "(local x = 1) (return x)"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Print(c.source), c.tree);
  const Tree tree =
      MustParse("local x <const> = 5; local function f() return x end");
  EXPECT_EQ(Upvalues(FunctionIn(*tree.main->body, 1)), "");
  EXPECT_FALSE(tree.main->body->locals[0]->captured);
}

// Finds the jumps of a chunk and the labels that they got.
struct Jump {
  uint32_t at_goto;
  uint32_t at_label;
  std::string_view label;
};
void CollectJumps(const Block& block, std::vector<Jump>* jumps) {
  for (const Statement* s : block.statements) {
    if (s->kind == StatementKind::kGoto || s->kind == StatementKind::kBreak) {
      ASSERT_NE(s->label, nullptr);
      jumps->push_back(
          {s->active_locals, s->label->active_locals, s->label->name});
    }
    if (s->body != nullptr) CollectJumps(*s->body, jumps);
    for (const IfClause& clause : s->clauses) CollectJumps(*clause.body, jumps);
  }
}

TEST(Resolver, JumpsKnowTheLocalsInScopeOnBothEnds) {
  const struct {
    std::string_view source;
    Jump jump;
  } kCases[] = {
      {"local a ::l:: local b goto l", {2, 1, "l"}},
      {"local a do local b goto l end ::l:: f()", {2, 1, "l"}},
      {"local a do goto l; local b ::l:: ; ::m:: ; end", {1, 1, "l"}},
      {"local a goto m; local b ::l:: ::m::", {1, 0, "m"}},
      {"local a do local b ::l:: f() goto l end", {2, 2, "l"}},
      {"do ::l:: local b do goto l end end", {1, 0, "l"}},
      {"local a while 1 do local b break end", {2, 1, "break"}},
      {"local a for i = 1, 2 do local b if i then break end end",
       {3, 1, "break"}},
      {"local a for k, v in f do break end", {3, 1, "break"}},
      {"local a repeat local b break until b", {2, 1, "break"}},
      {"local a while 1 do for i = 1, 2 do end break end", {1, 1, "break"}},
      {"repeat local a; goto l; ::l:: until a", {1, 1, "l"}},
      {"while 1 do if x then goto l end local a f() ::l:: end", {0, 0, "l"}},
  };
  for (const auto& c : kCases) {
    const Tree tree = MustParse(c.source);
    ASSERT_NE(tree.main, nullptr);
    std::vector<Jump> jumps;
    CollectJumps(*tree.main->body, &jumps);
    ASSERT_EQ(jumps.size(), 1u) << c.source;
    EXPECT_EQ(jumps[0].at_goto, c.jump.at_goto) << c.source;
    EXPECT_EQ(jumps[0].at_label, c.jump.at_label) << c.source;
    EXPECT_EQ(jumps[0].label, c.jump.label) << c.source;
  }
}

TEST(Resolver, BreakGoesToTheInnermostLoop) {
  const Tree tree = MustParse("while 1 do repeat break until 1 break end");
  const Block& outer = *tree.main->body->statements[0]->body;
  const Block& inner = *outer.statements[0]->body;
  EXPECT_TRUE(outer.is_loop && inner.is_loop);
  EXPECT_NE(outer.break_label, inner.break_label);
  EXPECT_EQ(inner.statements[0]->label, inner.break_label);
  EXPECT_EQ(outer.statements[1]->label, outer.break_label);
}

TEST(Resolver, SameLabelInAnotherFunctionOrALaterBlock) {
  EXPECT_EQ(Print("::a:: local function f() ::a:: goto a end goto a"),
            "(label a) (local f (function: (label a) (goto a))) (goto a)");
  EXPECT_EQ(Print("do ::a:: goto a end do goto a; ::a:: end"),
            "(do (label a) (goto a)) (do (goto a) (label a))");
}

TEST(Parser, WhatNeedsClosing) {
  EXPECT_TRUE(MustParse("local a <close> = f()").main->needs_close);
  EXPECT_FALSE(MustParse("local a = f()").main->needs_close);
  const Tree tree = MustParse("for k in f do end");
  EXPECT_FALSE(tree.main->needs_close);
  EXPECT_TRUE(tree.main->has_generic_for);
  EXPECT_FALSE(MustParse("for i = 1, 2 do end").main->has_generic_for);
}

TEST(Parser, LinesOfExpressions) {
  const auto value = [](const Tree& tree) {
    return tree.main->body->statements[0]->values[0];
  };
  const struct {
    std::string_view source;
    int32_t line;
  } kCases[] = {
      {"return a\n+\nb", 2},        {"return a\n<\nb\n.c", 4},
      {"return a\n..\nb", 2},       {"return\n-\na", 2},
      {"return a\n.\nb", 3},        {"return a\n[\nb\n]", 4},
      {"return f\n.g\n(\n1\n)", 3}, {"return f\n'a'", 2},
      {"return a\n:\nb\n(\n)", 4},  {"return\nfunction()\n\nend", 4},
      {"return\n{\n}", 2},          {"return\nx", 2},
  };
  for (const auto& c : kCases) {
    const Tree tree = MustParse(c.source);
    EXPECT_EQ(value(tree)->line, c.line) << c.source;
  }
  EXPECT_EQ(value(MustParse("return a\n:\nb\n(\n)"))->end_line, 3);
  EXPECT_EQ(value(MustParse("return {\n1\n}"))->end_line, 3);
  EXPECT_EQ(value(MustParse("return a\n<\nb"))->end_line, 2);
  EXPECT_EQ(value(MustParse("return f(\n1\n)"))->last_line, 3);
  EXPECT_EQ(value(MustParse("return (\n1\n)"))->last_line, 3);
  EXPECT_EQ(value(MustParse("return\n{\n}"))->last_line, 1);
  EXPECT_EQ(value(MustParse("return {x =\n1\n}"))->fields[0].line, 2);
  const Tree function = MustParse("return function\n(\n)\n\nend");
  EXPECT_EQ(value(function)->function->line_defined, 2);
  EXPECT_EQ(value(function)->function->last_line_defined, 5);
}

TEST(Parser, LinesOfStatements) {
  const struct {
    std::string_view source;
    int32_t line;
    int32_t end_line;
    int32_t values_line;
    int32_t do_line;
  } kCases[] = {
      {"\na.b\n=\n1\n;", 2, 4, 0, 0},
      {"\nlocal\na\n", 2, 3, 0, 0},
      {"\nf\n(\n)\n", 2, 4, 0, 0},
      {"\nreturn\n1\n;", 2, 3, 0, 0},
      {"\nfunction\nf()\nend", 2, 4, 0, 0},
      {"\nlocal function\nf()\nend", 2, 4, 0, 0},
      {"\nwhile\na\ndo\n\nend", 2, 6, 0, 4},
      {"\nrepeat\n\nuntil\na", 2, 4, 0, 0},
      {"\nif\na\nthen\n\nend", 2, 6, 0, 0},
      {"\nfor\ni\n=\n1\n,\n2\ndo\nend", 2, 9, 2, 8},
      {"\nfor\ni\nin\nf\ndo\nend", 2, 7, 5, 6},
      {"\ndo\n\nend", 2, 4, 0, 0},
      {"\n::\na\n::", 2, 4, 0, 0},
  };
  for (const auto& c : kCases) {
    const Tree tree = MustParse(c.source);
    const Statement& s = *tree.main->body->statements[0];
    EXPECT_EQ(s.line, c.line) << c.source;
    EXPECT_EQ(s.end_line, c.end_line) << c.source;
    EXPECT_EQ(s.values_line, c.values_line) << c.source;
    EXPECT_EQ(s.do_line, c.do_line) << c.source;
  }
  const Tree tree = MustParse("if\na\nthen\nb()\nelseif\nc\nthen\nelse\nend\n");
  const Statement& s = *tree.main->body->statements[0];
  EXPECT_EQ(s.clauses[0].line, 1);
  EXPECT_EQ(s.clauses[0].then_line, 3);
  EXPECT_EQ(s.clauses[0].body->last_line, 4);
  EXPECT_EQ(s.clauses[0].body->end_line, 5);
  EXPECT_EQ(s.clauses[1].then_line, 7);
  EXPECT_EQ(s.clauses[2].line, 8);
  EXPECT_EQ(tree.main->body->last_line, 9);
}

// What the grammar repeats needs neither native stack nor more than linear
// time: these would take minutes, or crash, otherwise.
TEST(Parser, ChainsMayBeMillionsLong) {
  constexpr size_t kLong = 1000000;
  const struct {
    std::string_view before;
    std::string_view repeated;
    std::string_view after;
  } kCases[] = {
      {"return a", "+a", ""},
      {"return a", " == a", ""},
      {"return a", " and a", ""},
      {"return a", ".b", ""},
      {"return a", "[1]", ""},
      {"f", "()", ""},
      {"f", ":a''", ""},
      {"if a then ", "elseif a then ", "end"},
      {"return {", "1,", "}"},
      {"f(", "1,", "1)"},
      {"", "do end ", ""},
      {"", ";", ""},
      {"", "--[[]]", ""},
      {"", "while 1 do if x then break end end ", ""},
      {"while 1 do ", "goto continue ", "::continue:: end"},
  };
  for (const auto& c : kCases) {
    std::string source(c.before);
    source += Repeat(c.repeated, kLong);
    source += c.after;
    EXPECT_TRUE(Parse(source, "=x").ok()) << c.before << c.repeated;
  }
}

TEST(ChunkId, IsPrintable) {
  const std::string y44(44, 'y');
  const std::string y45(45, 'y');
  const std::string y59(59, 'y');
  const std::string y60(60, 'y');
  const struct {
    std::string name;
    std::string id;
  } kCases[] = {
      {"=stdin", "stdin"},
      {"=" + y60, y59},
      {"@a.lua", "a.lua"},
      {"@" + y59, y59},
      {"@" + y60, "..." + y60.substr(4)},
      {"return 1", "[string \"return 1\"]"},
      {"a\nb", "[string \"a...\"]"},
      {"\nb", "[string \"...\"]"},
      {"", "[string \"\"]"},
      {y44, "[string \"" + y44 + "\"]"},
      {y45, "[string \"" + y45 + "...\"]"},
      {y60 + "\nb", "[string \"" + y45 + "...\"]"},
  };
  for (const auto& c : kCases) EXPECT_EQ(ChunkId(c.name), c.id);
}

TEST(Arena, AlignsAndKeepsWhatItGaveOut) {
  Arena arena;
  std::vector<std::pair<char*, size_t>> given;
  for (size_t i = 0; i < 2000; ++i) {
    const size_t size = i % 97 == 0 ? 300000 : i % 61;
    const size_t alignment = size_t{1} << (i % 5);
    char* p = static_cast<char*>(arena.Allocate(size, alignment));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % alignment, 0u);
    std::fill(p, p + size, static_cast<char>(i));
    given.emplace_back(p, size);
  }
  for (size_t i = 0; i < given.size(); ++i) {
    const auto [p, size] = given[i];
    EXPECT_TRUE(std::all_of(p, p + size,
                            [i](char c) { return c == static_cast<char>(i); }))
        << "block " << i << " was overwritten";
  }
}

}  // namespace
}  // namespace m3lua::syntax
