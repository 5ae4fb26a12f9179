// Scopes: which variable a name denotes, which label a goto goes to.
//
// The parser announces functions, blocks, declarations, labels and gotos in
// the order of the source; the resolver keeps what is visible at this point
// and fills in the tree.
//
//   Locals    one stack for all open functions; a function sees its own part
//             from the top down.  A name that is not there is looked for in
//             the function's upvalues, then in the enclosing function, which
//             makes an upvalue in every function between (in PUC's order: that
//             of first use).  A <const> with a literal value is neither a
//             register nor an upvalue: uses become the literal.
//   Labels    visible in their block and the blocks inside, in one function.
//   Gotos     backward ones find their label at once; others are pending until
//             a label of their name appears in an enclosing block.  When a
//             block is left, its pending gotos count as standing at its place
//             in the outer block.  The end of the function ends the wait.
//   Breaks    find the innermost loop at once; those without any wait like
//             gotos, so that the first unresolved jump is the one reported.
//
// Errors go to the lexer, with PUC's texts.
//
// Guarded by tests/unit/syntax/parser_test.cc.
#ifndef LUA_SYNTAX_RESOLVER_H_
#define LUA_SYNTAX_RESOLVER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "lua/syntax/ast.h"
#include "lua/syntax/lexer.h"

namespace m3lua::syntax {

// Upvalues that one function may have.
inline constexpr size_t kMaxUpvalues = 255;

// What a name denotes in the current function.
struct Variable {
  enum class Kind : uint8_t { kNone, kLocal, kUpvalue, kConstant };
  Kind kind = Kind::kNone;
  uint32_t upvalue = 0;    // kUpvalue: its index
  Local* local = nullptr;  // the variable; null for the main chunk's _ENV
};

class Resolver {
 public:
  Resolver(Arena* arena, Lexer* lexer) : arena_(arena), lexer_(lexer) {}
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // An open block.  Lives on the stack of the parser.
  struct Scope {
    Block* block = nullptr;  // null: the loop variables of a for
    Label* break_label = nullptr;
    Scope* outer = nullptr;
    size_t first_local = 0;
    size_t first_label = 0;
    size_t first_goto = 0;
    uint32_t declared = 0;  // of the function, at entry
  };
  // An open function.  Lives on the stack of the parser.
  struct Function {
    FunctionBody* body = nullptr;
    Function* outer = nullptr;
    Scope* scope = nullptr;  // innermost
    size_t first_local = 0;
    size_t first_label = 0;
    size_t first_goto = 0;
    // Variables declared and still in scope, pending and hidden ones too.
    uint32_t declared = 0;
    std::vector<Upvalue> upvalues;
  };

  void EnterFunction(Function* function, FunctionBody* body);
  // Reports unresolved jumps and completes the body's upvalues.
  void LeaveFunction();

  void EnterBlock(Scope* scope, Block* block);
  // A block that break leaves: makes its break label.
  void EnterLoop(Scope* scope, Block* block, int32_t line);
  // Stores the locals declared in the block there.
  void LeaveBlock();

  // A new local of the current function; visible after Activate.
  Local* Declare(std::string_view name, int32_t line);
  // Variables that only the implementation sees but that count as locals.
  void DeclareHidden(uint32_t count);
  void Activate(Local* local) { locals_.push_back(local); }
  void Activate(Span<Local*> locals) {
    locals_.insert(locals_.end(), locals.begin(), locals.end());
  }

  // Looks a name up, making upvalues on the way.  kNone: it is a global name.
  Variable Resolve(std::string_view name) {
    return ResolveIn(function_, locals_.size(), name);
  }
  // The variable behind upvalue `index` of the current function, or null for
  // the main chunk's _ENV.
  Local* UpvalueTarget(uint32_t index) const {
    return function_->upvalues[index].local;
  }

  // The label at this point.  `at_block_end`: only void statements follow.
  void DefineLabel(Label* label, bool at_block_end);
  void AddGoto(Statement* statement, std::string_view name, int32_t line);
  void AddBreak(Statement* statement);

  FunctionBody* current_function() const { return function_->body; }

 private:
  struct PendingJump {
    std::string_view name;  // empty: a break
    Statement* statement;
    int32_t line;
    uint32_t active;  // locals in scope where it counts as standing
  };

  Variable ResolveIn(Function* function, size_t end, std::string_view name);
  Label* FindLabel(std::string_view name) const;
  uint32_t ActiveLocals() const {
    return static_cast<uint32_t>(locals_.size() - function_->first_local);
  }
  void CheckLimit(const Function& function, size_t count, size_t limit,
                  std::string_view what);

  Arena* arena_;
  Lexer* lexer_;
  Function* function_ = nullptr;
  std::vector<Local*> locals_;
  std::vector<Label*> labels_;
  std::vector<PendingJump> pending_;
};

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_RESOLVER_H_
