// Pins the code that the compiler makes: each FILE.lua of this folder has its
// listing beside it, FILE.lst.  After an intended change run
// tools/update_golden and read the difference.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lua/bytecode/chunk.h"
#include "lua/bytecode/disassembler.h"
#include "lua/bytecode/instruction.h"
#include "lua/bytecode/verifier.h"
#include "lua/compiler/compiler.h"

namespace m3lua {
namespace {

namespace fs = std::filesystem;
using bytecode::Function;
using bytecode::Opcode;

// Set by tools/update_golden: the folder whose listings are to be written.
const char* UpdateFolder() { return std::getenv("M3LUA_UPDATE_GOLDEN"); }

fs::path Folder() {
  if (const char* folder = UpdateFolder()) return folder;
  return "tests/golden";  // tests run in the root of the workspace
}

std::vector<fs::path> Sources() {
  std::vector<fs::path> sources;
  for (const auto& entry : fs::directory_iterator(Folder())) {
    if (entry.path().extension() == ".lua") sources.push_back(entry.path());
  }
  std::sort(sources.begin(), sources.end());
  return sources;
}

std::string Read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::unique_ptr<Function> CompileFile(const fs::path& path) {
  const std::string name = "=" + path.filename().string();
  auto function = compiler::CompileSource(Read(path), name);
  EXPECT_TRUE(function.ok()) << function.status();
  if (!function.ok()) return nullptr;
  return *std::move(function);
}

void CollectOpcodes(const Function& function, std::set<Opcode>* opcodes) {
  for (size_t pc = 0; pc < function.code.size();
       pc += bytecode::InstructionLength(function.code[pc])) {
    opcodes->insert(function.code[pc].op());
  }
  for (const auto& nested : function.functions) {
    CollectOpcodes(*nested, opcodes);
  }
}

TEST(Golden, ListingsAreUnchanged) {
  const std::vector<fs::path> sources = Sources();
  ASSERT_FALSE(sources.empty()) << "no sources in " << Folder();
  for (const fs::path& source : sources) {
    const auto function = CompileFile(source);
    ASSERT_NE(function, nullptr) << source;
    EXPECT_TRUE(bytecode::Verify(*function).ok())
        << source << ": " << bytecode::Verify(*function);
    const std::string listing = bytecode::Disassemble(*function);
    fs::path golden = source;
    golden.replace_extension(".lst");
    if (UpdateFolder() != nullptr) {
      std::ofstream(golden, std::ios::binary) << listing;
    } else {
      EXPECT_EQ(listing, Read(golden))
          << "The compiler makes other code for " << source
          << ". If that is intended, run tools/update_golden.";
    }
  }
}

TEST(Golden, EveryOpcodeIsShown) {
  std::set<Opcode> opcodes;
  // Takes more constants than anybody wants to see; compiler_test.cc has it.
  opcodes.insert(Opcode::kLoadConstX);
  for (const fs::path& source : Sources()) {
    if (const auto function = CompileFile(source)) {
      CollectOpcodes(*function, &opcodes);
    }
  }
  for (int op = 0; op < bytecode::kOpcodeCount; ++op) {
    const Opcode opcode = static_cast<Opcode>(op);
    EXPECT_TRUE(opcodes.contains(opcode))
        << "no listing shows " << bytecode::InfoOf(opcode).name;
  }
}

}  // namespace
}  // namespace m3lua
