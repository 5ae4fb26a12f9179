// The abstract syntax tree of a chunk, with names already resolved.
//
// The parser builds it in an arena; nothing in it is ever destroyed one by
// one.  Every name is resolved while parsing: to a local variable of the same
// function (Local), to an upvalue (an index into FunctionBody::upvalues), or
// to a field of the upvalue or local named _ENV.  Because the tree is complete
// before code is made, the compiler knows of each local whether it is captured
// by a closure and whether it is ever assigned again.
//
// Depth: the parser bounds nesting (kMaxNesting), but chains that the grammar
// parses by iteration - left-associative operators, suffixes a.b.c(), elseif -
// may be arbitrarily long.  Suffix and left-operator chains are therefore
// deep on their left side only (walk `prefix`/`left` with a loop, never by
// recursion), and elseif is a list.
//
// Guarded by tests/unit/syntax/parser_test.cc.
#ifndef LUA_SYNTAX_AST_H_
#define LUA_SYNTAX_AST_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace m3lua::syntax {

// Bump allocator for tree nodes; frees everything at once, runs no destructor
// (so nodes hold only arena memory and plain values).
// Told now and then how much work a parser or compiler has done, which it may
// stop by an exception.
class Progress {
 public:
  // `steps`: tokens, or nodes of the tree, since the last time.
  virtual void Step(int64_t steps) = 0;

 protected:
  ~Progress() = default;
};

class Arena {
 public:
  // Takes at most `limit` bytes; more raises std::bad_alloc.  `progress`, which
  // may be null, must outlive the arena.
  explicit Arena(size_t limit = SIZE_MAX, Progress* progress = nullptr)
      : left_(limit), progress_(progress) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* Allocate(size_t bytes, size_t alignment);
  template <typename T, typename... Args>
  T* New(Args&&... args) {
    return new (Allocate(sizeof(T), alignof(T)))
        T{static_cast<Args&&>(args)...};
  }
  // Copies bytes into the arena; a NUL follows the copy.
  std::string_view Copy(std::string_view text);
  template <typename T>
  struct Span {
    T* data = nullptr;
    uint32_t size = 0;
    T* begin() const { return data; }
    T* end() const { return data + size; }
    T& operator[](size_t i) const { return data[i]; }
    bool empty() const { return size == 0; }
  };
  template <typename T>
  Span<T> CopySpan(const std::vector<T>& v) {
    return CopyRange(v.data(), v.size());
  }
  template <typename T>
  Span<T> CopyRange(const T* items, size_t count) {
    if (count == 0) return {};
    T* p = static_cast<T*>(Allocate(sizeof(T) * count, alignof(T)));
    std::uninitialized_copy_n(items, count, p);
    return {p, static_cast<uint32_t>(count)};
  }

  // The one who works with the tree has done a step.
  void Step() {
    if (--steps_left_ == 0) ReportSteps();
  }

 private:
  static constexpr int64_t kStepsAtOnce = 1024;
  char* AddBlock(size_t bytes);
  void ReportSteps();

  size_t left_;
  Progress* progress_;
  int64_t steps_left_ = kStepsAtOnce;
  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  char* end_ = nullptr;
};
template <typename T>
using Span = Arena::Span<T>;

struct Expression;
struct Statement;
struct Block;
struct FunctionBody;

enum class Attribute : uint8_t { kNone, kConst, kClose };

// A local variable of one function.
struct Local {
  std::string_view name;
  FunctionBody* owner = nullptr;
  Attribute attribute = Attribute::kNone;
  bool captured = false;    // some inner closure refers to it
  bool reassigned = false;  // assigned after its declaration
  int32_t line = 0;
  int reg = -1;  // the compiler's, once it is allocated
  // A <const> whose value is a compile-time constant has no register; its
  // literal is here.  The parser sets it when the initialiser is a literal (and
  // resolves every use, in inner functions too, to a copy of the literal, so
  // such a local is never captured); the compiler may set it when folding
  // made the initialiser of a local that is not captured constant.
  const Expression* constant = nullptr;
};

// How a function reaches a variable of an enclosing function.
struct Upvalue {
  std::string_view name;
  // The variable it finally denotes; null: the main chunk's _ENV.
  Local* local = nullptr;
  // It is local->reg of the directly enclosing function; else `index` is its
  // place among that function's upvalues.
  bool in_register = false;
  uint8_t index = 0;
};

enum class ExpressionKind : uint8_t {
  kNil,
  kTrue,
  kFalse,
  kInteger,
  kFloat,
  kString,
  kVarArg,
  kFunction,
  kLocal,
  kUpvalue,
  kGlobal,
  kIndex,
  kCall,
  kMethodCall,
  kTable,
  kUnary,
  kBinary,
  kParen,
};

enum class BinaryOperator : uint8_t {
  kAdd,
  kSub,
  kMul,
  kMod,
  kPow,
  kDiv,
  kIDiv,
  kBAnd,
  kBOr,
  kBXor,
  kShl,
  kShr,
  kConcat,
  kEq,
  kLt,
  kLe,
  kNe,
  kGt,
  kGe,
  kAnd,
  kOr,
};
enum class UnaryOperator : uint8_t { kNegate, kBNot, kNot, kLength };

struct TableField {
  Expression* key = nullptr;  // null: positional
  Expression* value = nullptr;
  int32_t line = 0;  // of the field's last token: its store has it
};

// One node type for all expressions; which members are used depends on kind.
struct Expression {
  // (g++ 12 would delete a defaulted one, because of the unions below.)
  Expression() {}
  Expression(ExpressionKind kind, int32_t line) : kind(kind), line(line) {}

  ExpressionKind kind = ExpressionKind::kNil;
  // The line that its instruction gets, as PUC's:
  //   kCall, kMethodCall    the opening '(' (or the only argument);
  //   kUnary, kBinary       the operator, but for comparisons the last token
  //                         of the right operand;
  //   kIndex                the name after the dot, or ']';
  //   kFunction             FunctionBody::last_line_defined;
  //   otherwise             the token itself (kTable: '{').
  int32_t line = 0;
  union {
    int64_t integer;         // kInteger
    double number;           // kFloat
    Local* local;            // kLocal; kGlobal: the local _ENV, or null
    uint32_t upvalue;        // kUpvalue: index into FunctionBody::upvalues
    FunctionBody* function;  // kFunction
    BinaryOperator binary;   // kBinary
    UnaryOperator unary;     // kUnary
    // kCall, kMethodCall, kParen: line of the last token; kTable: of the token
    // before it (NewTable has it).
    int32_t last_line;
    int64_t bits = 0;
  };
  // kGlobal with local == null: index of the upvalue _ENV.
  uint32_t env_upvalue = 0;
  // kTable: line of '}'; kMethodCall: of the method name; kBinary: of the
  // operator.
  int32_t end_line = 0;
  union {
    // kString: bytes; kGlobal: name; kMethodCall: method name.
    std::string_view string = {};
    Span<TableField> fields;  // kTable
  };
  // kBinary: left operand; kUnary, kParen: the operand; kIndex, kCall,
  // kMethodCall: the prefix.
  Expression* left = nullptr;
  union {
    Expression* right = nullptr;  // kBinary right; kIndex key
    Span<Expression*> arguments;  // kCall, kMethodCall
  };
};
static_assert(sizeof(Expression) == 64, "one cache line a node");

enum class StatementKind : uint8_t {
  kExpression,  // a call
  kLocal,
  kAssign,
  kDo,
  kWhile,
  kRepeat,
  kIf,
  kNumericFor,
  kGenericFor,
  kFunction,  // function a.b.c:d() end: target in targets[0], body in values[0]
  kLocalFunction,
  kReturn,
  kBreak,
  kGoto,
  kLabel,
};

struct IfClause {
  Expression* condition = nullptr;  // null: else
  Block* body = nullptr;
  int32_t line = 0;       // of "if", "elseif" or "else"
  int32_t then_line = 0;  // of "then": the test has it
};

// A label, resolved by the parser: every goto knows its label.
struct Label {
  std::string_view name;
  Statement* statement = nullptr;
  int32_t line = 0;
  // Locals of the function that are in scope at the label; a goto that leaves
  // captured or to-be-closed ones behind must close them.  A label at the end
  // of its block (followed by void statements only) counts the block's locals
  // as already out of scope.
  uint32_t active_locals = 0;
  int code_position = -1;  // the compiler's
};

struct Statement {
  StatementKind kind = StatementKind::kExpression;
  int32_t line = 0;  // of its first token
  // kLocal, kGenericFor; kLocalFunction, kNumericFor (one).
  Span<Local*> locals = {};
  Span<Expression*> targets = {};  // kAssign; kFunction (one)
  // kLocal, kAssign, kReturn, kGenericFor; kExpression, kFunction,
  // kLocalFunction (one); kNumericFor: start, limit, and step or null.
  Span<Expression*> values = {};
  Block* body = nullptr;            // kDo, kWhile, kRepeat, fors
  Expression* condition = nullptr;  // kWhile, kRepeat
  Span<IfClause> clauses = {};      // kIf
  // kLabel; kGoto and kBreak: the target (for a break, the loop's break label).
  Label* label = nullptr;
  // Of its last token: the closing "end"; for kRepeat "until"; for kReturn,
  // kAssign, kLocal and kExpression the last token before any ';' (stores and
  // the return have this line).
  int32_t end_line = 0;
  // kGenericFor: of the first token after "in" (its iterator call has it);
  // otherwise `line`.
  int32_t values_line = 0;
  int32_t do_line = 0;  // kWhile and fors: of "do" (FORPREP has it)
  // kGoto, kBreak: locals of the function in scope here.
  uint32_t active_locals = 0;
};

struct Block {
  Span<Statement*> statements = {};
  // Locals declared directly in this block, in order (not the loop's own).
  Span<Local*> locals = {};
  bool is_loop = false;  // break may leave it
  Label* break_label = nullptr;
  // Of the token that ends it ("end", "else", "until", …).
  int32_t end_line = 0;
  // Of the last token in it: jumps back or out have it.
  int32_t last_line = 0;
};

struct FunctionBody {
  FunctionBody* parent = nullptr;
  Span<Local*> parameters = {};  // with "self" first for methods
  bool is_vararg = false;
  bool is_main = false;
  Block* body = nullptr;
  Span<Upvalue> upvalues = {};  // complete after the function was parsed
  int32_t line_defined = 0;
  int32_t last_line_defined = 0;
  // Some local of it is captured by a closure, or is to be closed.  (The hidden
  // closing value of a generic for does not count: has_generic_for.)
  bool needs_close = false;
  bool has_generic_for = false;
};

struct Tree {
  std::unique_ptr<Arena> arena;
  FunctionBody* main = nullptr;
};

// Levels of nesting (blocks, functions, parentheses, right-associative and
// unary operators) that a chunk may have, as PUC's LUAI_MAXCCALLS.
inline constexpr int kMaxNesting = 200;
inline constexpr int kMaxLocals = 200;  // active in one function at once

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_AST_H_
