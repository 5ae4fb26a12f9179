// Fuzz target: any text through the front end.  Nothing is run.
//
// Whatever the compiler accepts, the verifier accepts too; it can be listed;
// writing and reading it gives the same; the liveness analysis answers for
// every instruction; and no beginning of the text counts as hopeless.
#include <memory>
#include <string>
#include <string_view>

#include "lua/bytecode/disassembler.h"
#include "lua/bytecode/liveness.h"
#include "lua/bytecode/serializer.h"
#include "lua/bytecode/verifier.h"
#include "lua/compiler/compiler.h"
#include "lua/runtime/load.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/sandbox.h"

namespace m3lua::fuzz {
namespace {

void CheckLiveness(const bytecode::Function& f) {
  const bytecode::Liveness liveness(f);
  for (uint32_t pc = 0; pc < f.code.size();
       pc += bytecode::InstructionLength(f.code[pc])) {
    const bytecode::RegisterSet all = liveness.Visible(pc, false);
    if ((liveness.Visible(pc, true) & ~all).any()) {
      Violation("a call makes registers visible");
    }
    if ((all & ~bytecode::RegisterRange(0, f.register_count)).any()) {
      Violation("registers that do not exist are visible");
    }
  }
  for (const auto& nested : f.functions) CheckLiveness(*nested);
}

void CheckCopy(const bytecode::Function& f, bool strip) {
  const std::string bytes = bytecode::Serialize(f, strip);
  const auto copy = bytecode::Deserialize(bytes, "=copy");
  if (!copy.ok()) Violation(std::string(copy.status().message()));
  if (bytecode::Serialize(**copy, strip) != bytes) {
    Violation("a chunk changes when it is written and read");
  }
}

}  // namespace

void Run(std::string_view source) {
  const auto f = compiler::CompileSource(source, "=fuzz");
  if (!f.ok()) {
    if (f.status().message().empty()) Violation("an error without a message");
    return;
  }
  const absl::Status status = bytecode::Verify(**f);
  if (!status.ok()) Violation(std::string(status.message()));
  if (bytecode::Disassemble(**f, {.full = true}).empty()) {
    Violation("an empty listing");
  }
  CheckCopy(**f, false);
  CheckCopy(**f, true);
  CheckLiveness(**f);
  const size_t cut = Fingerprint(source) % (source.size() + 1);
  if (IsHopeless(source.substr(0, cut), "=fuzz")) {
    Violation("the beginning of a correct chunk counts as hopeless");
  }
}

}  // namespace m3lua::fuzz
