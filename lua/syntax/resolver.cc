// Guarded by tests/unit/syntax/parser_test.cc.
#include "lua/syntax/resolver.h"

#include <algorithm>
#include <string>

#include "lua/syntax/concat.h"

namespace m3lua::syntax {

void Resolver::CheckLimit(const Function& function, size_t count, size_t limit,
                          std::string_view what) {
  if (count <= limit) return;
  const FunctionBody& body = *function.body;
  const std::string where =
      body.is_main ? "main function"
                   : Concat("function at line ", body.line_defined);
  lexer_->FailNear(
      Concat("too many ", what, " (limit is ", limit, ") in ", where));
}

void Resolver::EnterFunction(Function* function, FunctionBody* body) {
  function->body = body;
  function->outer = function_;
  function->first_local = locals_.size();
  function->first_label = labels_.size();
  function->first_goto = pending_.size();
  if (function_ != nullptr) body->parent = function_->body;
  if (body->is_main) {
    function->upvalues.push_back({.name = "_ENV", .in_register = true});
  }
  function_ = function;
}

void Resolver::LeaveFunction() {
  if (pending_.size() > function_->first_goto) {
    const PendingJump& jump = pending_[function_->first_goto];
    lexer_->FailHere(jump.name.empty()
                         ? Concat("break outside loop at line ", jump.line)
                         : Concat("no visible label '", jump.name,
                                  "' for <goto> at line ", jump.line));
    pending_.resize(function_->first_goto);
  }
  function_->body->upvalues = arena_->CopySpan(function_->upvalues);
  function_ = function_->outer;
}

void Resolver::EnterBlock(Scope* scope, Block* block) {
  scope->block = block;
  scope->outer = function_->scope;
  scope->first_local = locals_.size();
  scope->first_label = labels_.size();
  scope->first_goto = pending_.size();
  scope->declared = function_->declared;
  function_->scope = scope;
}

void Resolver::EnterLoop(Scope* scope, Block* block, int32_t line) {
  EnterBlock(scope, block);
  scope->break_label = arena_->New<Label>("break");
  scope->break_label->line = line;
  scope->break_label->active_locals = ActiveLocals();
}

void Resolver::LeaveBlock() {
  const Scope& scope = *function_->scope;
  if (scope.block != nullptr) {
    scope.block->locals = arena_->CopyRange(locals_.data() + scope.first_local,
                                            locals_.size() - scope.first_local);
  }
  locals_.resize(scope.first_local);
  labels_.resize(scope.first_label);
  const uint32_t active = ActiveLocals();
  for (size_t i = scope.first_goto; i < pending_.size(); ++i) {
    pending_[i].active = std::min(pending_[i].active, active);
  }
  function_->declared = scope.declared;
  function_->scope = scope.outer;
}

Local* Resolver::Declare(std::string_view name, int32_t line) {
  DeclareHidden(1);
  Local* local = arena_->New<Local>(name, function_->body);
  local->line = line;
  return local;
}

void Resolver::DeclareHidden(uint32_t count) {
  function_->declared += count;
  CheckLimit(*function_, function_->declared, kMaxLocals, "local variables");
}

Variable Resolver::ResolveIn(Function* function, size_t end,
                             std::string_view name) {
  using enum Variable::Kind;
  for (size_t i = end; i > function->first_local; --i) {
    Local* local = locals_[i - 1];
    if (local->name != name) continue;
    const auto kind = local->constant != nullptr ? kConstant : kLocal;
    return {.kind = kind, .local = local};
  }
  std::vector<Upvalue>& upvalues = function->upvalues;
  for (uint32_t i = 0; i < upvalues.size(); ++i) {
    // By name is enough: while this function is open, nothing can come to be
    // declared around it, so a name keeps its meaning there.
    if (upvalues[i].name == name) {
      return {.kind = kUpvalue, .upvalue = i, .local = upvalues[i].local};
    }
  }
  if (function->outer == nullptr) return {};
  const Variable outer =
      ResolveIn(function->outer, function->first_local, name);
  if (outer.kind == kNone || outer.kind == kConstant) return outer;
  CheckLimit(*function, upvalues.size() + 1, kMaxUpvalues, "upvalues");
  if (outer.kind == kLocal) {
    outer.local->captured = true;
    outer.local->owner->needs_close = true;
  }
  upvalues.push_back({.name = name,
                      .local = outer.local,
                      .in_register = outer.kind == kLocal,
                      .index = static_cast<uint8_t>(outer.upvalue)});
  return {.kind = kUpvalue,
          .upvalue = static_cast<uint32_t>(upvalues.size() - 1),
          .local = outer.local};
}

Label* Resolver::FindLabel(std::string_view name) const {
  for (size_t i = labels_.size(); i > function_->first_label; --i) {
    if (labels_[i - 1]->name == name) return labels_[i - 1];
  }
  return nullptr;
}

void Resolver::DefineLabel(Label* label, bool at_block_end) {
  if (const Label* other = FindLabel(label->name)) {
    lexer_->FailHere(Concat("label '", label->name,
                            "' already defined on line ", other->line));
    return;
  }
  const Scope& scope = *function_->scope;
  label->active_locals = ActiveLocals();
  if (at_block_end) {
    label->active_locals =
        static_cast<uint32_t>(scope.first_local - function_->first_local);
  }
  labels_.push_back(label);
  const auto first =
      pending_.begin() + static_cast<ptrdiff_t>(scope.first_goto);
  const auto last =
      std::remove_if(first, pending_.end(), [&](const PendingJump& jump) {
        if (jump.name != label->name) return false;
        if (jump.active < label->active_locals) {
          const Local& entered = *locals_[function_->first_local + jump.active];
          lexer_->FailHere(Concat("<goto ", jump.name, "> at line ", jump.line,
                                  " jumps into the scope of local '",
                                  entered.name, "'"));
        }
        jump.statement->label = label;
        return true;
      });
  pending_.erase(last, pending_.end());
}

void Resolver::AddGoto(Statement* statement, std::string_view name,
                       int32_t line) {
  statement->active_locals = ActiveLocals();
  statement->label = FindLabel(name);
  if (statement->label == nullptr) {
    pending_.push_back({name, statement, line, statement->active_locals});
  }
}

void Resolver::AddBreak(Statement* statement) {
  statement->active_locals = ActiveLocals();
  for (const Scope* scope = function_->scope; scope != nullptr;
       scope = scope->outer) {
    if (scope->break_label != nullptr) {
      statement->label = scope->break_label;
      return;
    }
  }
  pending_.push_back({{}, statement, statement->line, 0});
}

}  // namespace m3lua::syntax
