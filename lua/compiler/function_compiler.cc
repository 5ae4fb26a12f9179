// The frame of a function: upvalues, parameters, the implicit return.
// See function_compiler.h.
#include "lua/compiler/function_compiler.h"

#include <utility>

namespace m3lua::compiler {

using bytecode::Opcode;
using syntax::ExpressionKind;

FunctionCompiler::FunctionCompiler(ChunkContext* context,
                                   const syntax::FunctionBody* body,
                                   FunctionCompiler* encloser)
    : context_(context),
      body_(body),
      encloser_(encloser),
      function_(std::make_unique<bytecode::Function>()),
      fs_(&context->diagnostics, function_.get()) {}

void FunctionCompiler::DeclareUpvalues() {
  upvalue_index_.reserve(body_->upvalues.size);
  for (const syntax::Upvalue& u : body_->upvalues) {
    if (u.local != nullptr && u.local->constant != nullptr) {
      upvalue_index_.push_back(-1);
      continue;
    }
    upvalue_index_.push_back(static_cast<int>(function_->upvalues.size()));
    bytecode::UpvalueInfo info;
    info.name = std::string(u.name);
    info.in_register = u.in_register;
    // The variable _ENV of a main chunk belongs to whoever loads it.
    info.immutable = u.local != nullptr && !u.local->reassigned;
    if (encloser_ == nullptr) {
      info.in_register = true;
    } else if (u.in_register) {
      info.index = static_cast<uint8_t>(u.local->reg);
    } else {
      info.index = static_cast<uint8_t>(encloser_->upvalue_index_[u.index]);
    }
    function_->upvalues.push_back(std::move(info));
  }
}

std::unique_ptr<bytecode::Function> FunctionCompiler::Compile() {
  function_->source = context_->chunk_name;
  function_->line_defined = body_->is_main ? 0 : body_->line_defined;
  function_->last_line_defined = body_->is_main ? 0 : body_->last_line_defined;
  function_->parameter_count = static_cast<uint8_t>(body_->parameters.size);
  function_->is_vararg = body_->is_vararg;
  fs_.set_statement_line(body_->line_defined);
  DeclareUpvalues();
  for (syntax::Local* parameter : body_->parameters) {
    parameter->reg = fs_.free();
    fs_.Reserve(1);
    fs_.Activate(parameter, parameter->reg);
  }
  if (body_->is_vararg) {
    fs_.Emit(Opcode::kVarArgPrep, 0, 0, 0,
             body_->is_main ? 1 : body_->line_defined);
  }
  Statements(*body_->body);
  const int last_line =
      body_->is_main ? body_->body->last_line : body_->last_line_defined;
  if (fs_.FirstOpen(0) >= 0) {
    fs_.Emit(Opcode::kReturn, 0, 1, 1, last_line);
  } else {
    fs_.Emit(Opcode::kReturn0, 0, 0, 0, last_line);
  }
  fs_.Deactivate(0);
  fs_.Finish();
  return std::move(function_);
}

std::unique_ptr<bytecode::Function> FunctionCompiler::CompileNested(
    const syntax::FunctionBody* body) {
  return FunctionCompiler(context_, body, this).Compile();
}

int LastLine(const syntax::Expression& e) {
  const syntax::Expression* x = &e;
  for (;;) {
    switch (x->kind) {
      case ExpressionKind::kUnary:
        x = x->left;
        continue;
      case ExpressionKind::kBinary:
        x = x->right;
        continue;
      case ExpressionKind::kFunction:
        return x->function->last_line_defined;
      case ExpressionKind::kTable:
        return x->end_line;
      case ExpressionKind::kCall:
      case ExpressionKind::kMethodCall:
      case ExpressionKind::kParen:
        return x->last_line;
      default:
        return x->line;
    }
  }
}

const syntax::Expression* WithoutParentheses(const syntax::Expression* e) {
  while (e->kind == ExpressionKind::kParen) e = e->left;
  return e;
}

bool HasMultipleResults(const syntax::Expression& e) {
  return e.kind == ExpressionKind::kCall ||
         e.kind == ExpressionKind::kMethodCall ||
         e.kind == ExpressionKind::kVarArg;
}

}  // namespace m3lua::compiler
