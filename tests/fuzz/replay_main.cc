// The main() of a fuzz target where libFuzzer is not linked: runs the target
// over the files named, and over those in the folders named.
//
//   pattern_fuzzer [--mutants=N] FILE_OR_FOLDER...
//
// With --mutants each file is also changed N times, by the target's own mutator
// or by bytes, always in the same way.  Before an input runs it is written to
// $TEST_UNDECLARED_OUTPUTS_DIR/input (if that is set), so that the input of a
// crash is at hand.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxSize = 1 << 14;

std::mt19937& Random() {
  static std::mt19937 random(1);
  return random;
}

std::vector<fs::path> Files(const std::vector<std::string>& arguments) {
  std::vector<fs::path> files;
  for (const std::string& argument : arguments) {
    if (!fs::is_directory(argument)) {
      files.push_back(argument);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(argument)) {
      if (!entry.is_directory()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

void Run(const std::string& input) {
  if (const char* folder = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR")) {
    std::ofstream(fs::path(folder) / "input", std::ios::binary) << input;
  }
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()),
                         input.size());
}

std::string Mutant(const std::string& input) {
  std::string bytes = input.substr(0, kMaxSize);
  size_t size = bytes.size();
  bytes.resize(kMaxSize);
  auto* data = reinterpret_cast<uint8_t*>(bytes.data());
  size = LLVMFuzzerCustomMutator != nullptr
             ? LLVMFuzzerCustomMutator(data, size, kMaxSize,
                                       static_cast<unsigned>(Random()()))
             : LLVMFuzzerMutate(data, size, kMaxSize);
  bytes.resize(size);
  return bytes;
}

}  // namespace

size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size) {
  std::mt19937& random = Random();
  if (size < max_size && (size == 0 || random() % 3 == 0)) {
    const size_t at = random() % (size + 1);
    std::memmove(data + at + 1, data + at, size - at);
    data[at] = static_cast<uint8_t>(random());
    return size + 1;
  }
  if (size == 0) return 0;
  const size_t at = random() % size;
  if (random() % 3 == 0) {
    std::memmove(data + at, data + at + 1, size - at - 1);
    return size - 1;
  }
  data[at] = static_cast<uint8_t>(random() % 2 ? random()
                                               : data[at] ^ 1 << random() % 8);
  return size;
}

int main(int argc, char** argv) {
  std::vector<std::string> arguments;
  int mutants = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--mutants=")) {
      mutants = std::atoi(argument.c_str() + 10);
    } else {
      arguments.push_back(argument);
    }
  }
  const std::vector<fs::path> files = Files(arguments);
  if (files.empty()) {
    std::fprintf(stderr, "%s: no inputs to run\n", argv[0]);
    return 1;
  }
  size_t runs = 0;
  for (const fs::path& file : files) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
      std::fprintf(stderr, "%s: cannot read %s\n", argv[0], file.c_str());
      return 1;
    }
    const std::string input((std::istreambuf_iterator<char>(stream)), {});
    std::fprintf(stderr, "%s\n", file.c_str());
    Run(input);
    ++runs;
    std::string mutant = input;
    for (int n = 0; n < mutants; ++n, ++runs) {
      mutant = Mutant(n % 8 == 0 ? input : mutant);
      Run(mutant);
    }
  }
  std::fprintf(stderr, "%zu inputs run\n", runs);
  return 0;
}
