// A compiled chunk: functions as plain data, without any heap object, so that
// it can be built, verified, serialised and printed alone.
//
// Guarded by tests/unit/bytecode/.
#ifndef LUA_BYTECODE_CHUNK_H_
#define LUA_BYTECODE_CHUNK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "lua/bytecode/instruction.h"

namespace m3lua::bytecode {

struct Nil {
  bool operator==(const Nil&) const = default;
};

// A constant: nil, boolean, integer, float or string (any bytes).
using Constant = std::variant<Nil, bool, int64_t, double, std::string>;

// How a closure finds one of its upvalues when it is made: a register of the
// enclosing function, or an upvalue of it.
struct UpvalueInfo {
  std::string name;  // empty when debug information was stripped
  bool in_register = false;
  uint8_t index = 0;
  // The kind of variable: it is never assigned after its initialisation.
  bool immutable = false;
};

// A local variable's name and the code range [start, end) where it is live, in
// words.  Sorted by start, then by register.
struct LocalInfo {
  std::string name;
  uint32_t start = 0;
  uint32_t end = 0;
  uint8_t reg = 0;
};

// The name of a chunk, shared by its functions: it may be the chunk's whole
// text, and a chunk may have thousands of functions.  Otherwise a constant
// std::string (where a template keeps it from converting, use str()).
class SourceName {
 public:
  SourceName() = default;
  SourceName(std::string name)  // NOLINT: converts
      : name_(std::make_shared<const std::string>(std::move(name))) {}
  SourceName(std::string_view name)  // NOLINT: converts
      : SourceName(std::string(name)) {}
  SourceName(const char* name)  // NOLINT: converts
      : SourceName(std::string(name)) {}

  const std::string& str() const {
    static const std::string kEmpty;
    return name_ == nullptr ? kEmpty : *name_;
  }
  operator const std::string&() const { return str(); }  // NOLINT: converts
  operator std::string_view() const { return str(); }    // NOLINT: converts
  bool empty() const { return str().empty(); }
  size_t size() const { return str().size(); }

  friend bool operator==(const SourceName& x, const SourceName& y) {
    return x.name_ == y.name_ || x.str() == y.str();
  }

 private:
  std::shared_ptr<const std::string> name_;
};

struct Function {
  // Chunk name as given to load ("@file", "=stdin", text); "=?" when stripped.
  // Nested functions share that of their encloser.
  SourceName source;
  int32_t line_defined = 0;  // 0 for a main chunk
  int32_t last_line_defined = 0;
  uint8_t parameter_count = 0;
  bool is_vararg = false;
  // Registers the function needs, at least 2; every register operand is below.
  uint8_t register_count = 2;
  std::vector<Instruction> code;
  std::vector<Constant> constants;
  std::vector<UpvalueInfo> upvalues;
  std::vector<std::unique_ptr<Function>> functions;
  // Debug information; empty when stripped.  One line for each word of code.
  std::vector<int32_t> lines;
  std::vector<LocalInfo> locals;
};

// The distance in words from the instruction at `pc` to the next one.
inline int InstructionLength(Instruction i) {
  return InfoOf(i.op()).has_word() ? 2 : 1;
}

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_CHUNK_H_
