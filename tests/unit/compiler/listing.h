// Compiles source for the tests of this folder.
#ifndef TESTS_UNIT_COMPILER_LISTING_H_
#define TESTS_UNIT_COMPILER_LISTING_H_

#include <memory>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "lua/bytecode/chunk.h"
#include "lua/bytecode/verifier.h"
#include "lua/compiler/compiler.h"

namespace m3lua::compiler {

// The main function of `source`, which must compile and verify.
inline std::unique_ptr<bytecode::Function> Compiled(std::string_view source) {
  auto function = CompileSource(source, "=test");
  EXPECT_TRUE(function.ok()) << function.status() << " in: " << source;
  if (!function.ok()) return std::make_unique<bytecode::Function>();
  const absl::Status status = bytecode::Verify(**function);
  EXPECT_TRUE(status.ok()) << status << " in: " << source;
  return *std::move(function);
}

// The message that `source` fails with; empty when it compiles.
inline std::string Failure(std::string_view source) {
  const auto function = CompileSource(source, "=test");
  return function.ok() ? "" : std::string(function.status().message());
}

// Names and operands of the instructions, without line or position:
// "AddK 0 0 1; Return0".  VarArgPrep at the start and the Return0 that ends
// every function are left out.
inline std::string Brief(const bytecode::Function& function) {
  std::string text;
  const auto& code = function.code;
  for (size_t pc = 0; pc < code.size();) {
    const bytecode::Instruction i = code[pc];
    const bytecode::OpcodeInfo& info = bytecode::InfoOf(i.op());
    const size_t next = pc + bytecode::InstructionLength(i);
    const bool implied =
        i.op() == bytecode::Opcode::kVarArgPrep ||
        (i.op() == bytecode::Opcode::kReturn0 && next == code.size());
    if (!implied) {
      if (!text.empty()) text += "; ";
      text += info.name;
      using bytecode::OperandKind;
      if (info.a != OperandKind::kNone) text += " " + std::to_string(i.a());
      switch (info.b) {
        case OperandKind::kNone:
          break;
        case OperandKind::kBxInt:
          text += " " + std::to_string(i.sbx());
          break;
        case OperandKind::kBxK:
        case OperandKind::kBxProto:
          text += " " + std::to_string(i.bx());
          break;
        default:
          text += " " + std::to_string(i.b());
      }
      if (info.c != OperandKind::kNone) text += " " + std::to_string(i.c());
      if (info.jumps()) {
        text += " to " +
                std::to_string(static_cast<int>(pc) + 2 + code[pc + 1].word());
      } else if (info.has_word()) {
        text += " w" + std::to_string(code[pc + 1].word());
      }
    }
    pc = next;
  }
  return text;
}

inline std::string Brief(std::string_view source) {
  return Brief(*Compiled(source));
}

}  // namespace m3lua::compiler

#endif  // TESTS_UNIT_COMPILER_LISTING_H_
