// Changes binary chunks so that most of them still get past the verifier:
// instructions and the tables of a function are changed as such, and lengths,
// jump distances and debug information follow.
//
// Targets that link it have it as their mutator (fuzz_target.h).
#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lua/bytecode/serializer.h"
#include "lua/bytecode/verifier.h"
#include "lua/compiler/compiler.h"
#include "tests/fuzz/fuzz_target.h"

namespace m3lua::fuzz {
namespace {

using bytecode::Constant;
using bytecode::Function;
using bytecode::InfoOf;
using bytecode::Instruction;
using bytecode::InstructionLength;
using bytecode::Opcode;
using bytecode::OperandKind;

// An instruction with its word, and with the jump's target as an index into
// the list of them.
struct Item {
  Instruction instruction;
  int32_t word = 0;
  size_t target = 0;
  int32_t line = 0;

  bool jumps() const { return InfoOf(instruction.op()).jumps(); }
  bool has_word() const { return InfoOf(instruction.op()).has_word(); }
};

// The code of a function while it is changed.
class Code {
 public:
  explicit Code(const Function& f) {
    std::vector<size_t> index_at(f.code.size() + 1);
    for (uint32_t pc = 0; pc < f.code.size();
         pc += InstructionLength(f.code[pc])) {
      index_at[pc] = items_.size();
      Item item{f.code[pc]};
      if (item.has_word()) item.word = f.code[pc + 1].word();
      if (!f.lines.empty()) item.line = f.lines[pc];
      items_.push_back(item);
      starts_.push_back(pc);
    }
    index_at[f.code.size()] = items_.size();
    for (size_t n = 0; n < items_.size(); ++n) {
      if (!items_[n].jumps()) continue;
      const int64_t target = int64_t{starts_[n]} + 2 + items_[n].word;
      items_[n].target = index_at[static_cast<size_t>(target)];
    }
    for (const bytecode::LocalInfo& local : f.locals) {
      scopes_.push_back({index_at[std::min<size_t>(local.start, f.code.size())],
                         index_at[std::min<size_t>(local.end, f.code.size())]});
    }
  }

  std::vector<Item>& items() { return items_; }
  const std::vector<Item>& items() const { return items_; }

  void Insert(size_t at, const Item& item) {
    Renumber([at](size_t n) { return n >= at ? n + 1 : n; });
    items_.insert(items_.begin() + static_cast<ptrdiff_t>(at), item);
  }
  void Remove(size_t at) {
    Renumber([at](size_t n) { return n > at ? n - 1 : n; });
    items_.erase(items_.begin() + static_cast<ptrdiff_t>(at));
  }

  void Store(Function& f) const {
    std::vector<uint32_t> starts;
    uint32_t size = 0;
    for (const Item& item : items_) {
      starts.push_back(size);
      size += item.has_word() ? 2 : 1;
    }
    starts.push_back(size);
    const bool has_lines = !f.lines.empty();
    f.code.clear();
    f.lines.clear();
    for (size_t n = 0; n < items_.size(); ++n) {
      const Item& item = items_[n];
      f.code.push_back(item.instruction);
      if (item.has_word()) {
        f.code.push_back(Instruction::Word(
            item.jumps()
                ? static_cast<int32_t>(
                      starts[std::min(item.target, items_.size() - 1)]) -
                      static_cast<int32_t>(starts[n] + 2)
                : item.word));
      }
      if (has_lines) f.lines.resize(f.code.size(), item.line);
    }
    for (size_t n = 0; n < f.locals.size() && n < scopes_.size(); ++n) {
      f.locals[n].start = starts[std::min(scopes_[n].first, items_.size())];
      f.locals[n].end = starts[std::min(scopes_[n].second, items_.size())];
    }
    std::sort(f.locals.begin(), f.locals.end(),
              [](const bytecode::LocalInfo& x, const bytecode::LocalInfo& y) {
                return std::pair(x.start, x.reg) < std::pair(y.start, y.reg);
              });
  }

 private:
  template <typename Renumbering>
  void Renumber(Renumbering renumber) {
    for (Item& item : items_) item.target = renumber(item.target);
    for (auto& [start, end] : scopes_) {
      start = renumber(start);
      end = renumber(end);
    }
  }

  std::vector<Item> items_;
  std::vector<uint32_t> starts_;
  std::vector<std::pair<size_t, size_t>> scopes_;
};

class Mutator {
 public:
  Mutator(Function& f, const Function& other, std::mt19937& random)
      : f_(f), other_(other), random_(random), code_(f) {}

  void Run() {
    if (f_.code.empty()) return;
    switch (Below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        ChangeOperand(Pick());
        break;
      case 4:
      case 5:
        Pick() = RandomItem();
        break;
      case 6:
      case 7:
      case 8:
        code_.Insert(Below(code_.items().size() + 1), RandomItem());
        break;
      case 9:
        if (code_.items().size() > 1) code_.Remove(Below(code_.items().size()));
        break;
      case 10: {
        const size_t n = Below(code_.items().size());
        std::swap(code_.items()[n], Pick());
        break;
      }
      case 11:
        CopyRun(code_);
        break;
      case 12:
        CopyRun(Code(other_));
        break;
      case 13:
        ChangeConstant();
        return;
      case 14:
        ChangeHeader();
        return;
      default:
        ChangeDebugInformation();
        return;
    }
    code_.Store(f_);
  }

 private:
  size_t Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  Item& Pick() { return code_.items()[Below(code_.items().size())]; }

  // A value for an operand of that kind, valid in most cases.
  uint32_t Operand(OperandKind kind, bool is_byte) {
    const size_t mask = is_byte ? 256 : size_t{1} << 16;
    switch (kind) {
      case OperandKind::kNone:
        return 0;
      case OperandKind::kDef:
      case OperandKind::kUse:
      case OperandKind::kWin:
        return static_cast<uint32_t>(Below(f_.register_count));
      case OperandKind::kK:
      case OperandKind::kKNum:
      case OperandKind::kKStr:
      case OperandKind::kBxK:
        return static_cast<uint32_t>(
            Below(std::min<size_t>(f_.constants.size(), mask)));
      case OperandKind::kUp:
        return static_cast<uint32_t>(Below(f_.upvalues.size()));
      case OperandKind::kBxProto:
        return static_cast<uint32_t>(Below(f_.functions.size()));
      case OperandKind::kFlag:
        return static_cast<uint32_t>(Below(2));
      case OperandKind::kInt:
        return static_cast<uint32_t>(Below(Below(8) ? 4 : 256));
      case OperandKind::kBxInt:
        return static_cast<uint32_t>(Below(4) ? Below(5) : Below(65536));
      case OperandKind::kJump:
        return 0;
    }
    return 0;
  }

  static bool IsWide(OperandKind kind) {
    return kind == OperandKind::kBxK || kind == OperandKind::kBxInt ||
           kind == OperandKind::kBxProto;
  }

  void SetWord(Item& item) {
    if (item.jumps()) {
      item.target = Below(code_.items().size());
    } else {
      item.word =
          static_cast<int32_t>(Operand(InfoOf(item.instruction.op()).word, 0));
    }
  }

  Item RandomItem() {
    const auto op = static_cast<Opcode>(Below(bytecode::kOpcodeCount));
    const bytecode::OpcodeInfo& info = InfoOf(op);
    const uint32_t a = Operand(info.a, true);
    Item item{IsWide(info.b) ? Instruction::Abx(op, a, Operand(info.b, false))
                             : Instruction::Abc(op, a, Operand(info.b, true),
                                                Operand(info.c, true))};
    item.line = 1;
    SetWord(item);
    return item;
  }

  void ChangeOperand(Item& item) {
    const bytecode::OpcodeInfo& info = InfoOf(item.instruction.op());
    uint32_t& raw = item.instruction.raw;
    const auto set = [&raw](int shift, uint32_t value) {
      raw = (raw & ~(0xFFu << shift)) | (value & 0xFF) << shift;
    };
    switch (Below(5)) {
      case 0:
        set(8, Operand(info.a, true));
        break;
      case 1:
        if (IsWide(info.b)) {
          raw = (raw & 0xFFFF) | Operand(info.b, false) << 16;
        } else {
          set(16, Operand(info.b, true));
        }
        break;
      case 2:
        if (!IsWide(info.b)) set(24, Operand(info.c, true));
        break;
      case 3:
        SetWord(item);
        break;
      default: {  // one more or less
        const int shift = 8 * static_cast<int>(1 + Below(3));
        set(shift, (raw >> shift) + (Below(2) ? 1 : 255));
      }
    }
  }

  // Copies some instructions, its operands brought into range.
  void CopyRun(const Code& from) {
    const std::vector<Item> items = from.items();
    const size_t first = Below(items.size());
    const size_t count = std::min(items.size() - first, 1 + Below(6));
    const size_t at = Below(code_.items().size() + 1);
    for (size_t n = 0; n < count; ++n) {
      Item item = items[first + n];
      const bytecode::OpcodeInfo& info = InfoOf(item.instruction.op());
      uint32_t& raw = item.instruction.raw;
      const auto limit = [&](OperandKind kind, int shift, uint32_t mask) {
        const size_t end = Limit(kind);
        const uint32_t value = raw >> shift & mask;
        if (value >= end) {
          raw = (raw & ~(mask << shift)) | static_cast<uint32_t>(Below(end))
                                               << shift;
        }
      };
      limit(info.a, 8, 0xFF);
      limit(info.b, 16, IsWide(info.b) ? 0xFFFF : 0xFF);
      if (!IsWide(info.b)) limit(info.c, 24, 0xFF);
      if (item.jumps()) {
        // The same distance, if it stays within the code.
        const size_t distance = item.target - (first + n);
        const size_t target = at + n + distance;
        item.target = target <= code_.items().size()
                          ? target
                          : Below(code_.items().size());
      } else if (static_cast<size_t>(item.word) >= Limit(info.word)) {
        SetWord(item);
      }
      code_.Insert(at + n, item);
    }
  }

  size_t Limit(OperandKind kind) const {
    switch (kind) {
      case OperandKind::kDef:
      case OperandKind::kUse:
      case OperandKind::kWin:
        return f_.register_count;
      case OperandKind::kK:
      case OperandKind::kKNum:
      case OperandKind::kKStr:
      case OperandKind::kBxK:
        return f_.constants.size();
      case OperandKind::kUp:
        return f_.upvalues.size();
      case OperandKind::kBxProto:
        return f_.functions.size();
      default:
        return SIZE_MAX;
    }
  }

  void ChangeConstant() {
    static constexpr int64_t kIntegers[] = {
        0, 1, -1, 2, 255, INT32_MAX, INT64_MAX, INT64_MIN, 1LL << 53};
    static constexpr double kFloats[] = {
        0.0, -0.0, 0.5, 1e308, -1e308, 5e-324, 9223372036854775808.0, 1e15};
    static constexpr const char* kStrings[] = {
        "",          "x",        "__index",        "__newindex",
        "__close",   "__gc",     "__mode",         "kv",
        "__call",    "__eq",     "string",         "table",
        "coroutine", "yield",    "wrap",           "pcall",
        "error",     "debug",    "sethook",        "setmetatable",
        "getlocal",  "setlocal", "collectgarbage", "close",
        "traceback"};
    Constant k;
    switch (Below(5)) {
      case 0:
        k = kIntegers[Below(std::size(kIntegers))];
        break;
      case 1:
        k = kFloats[Below(std::size(kFloats))];
        break;
      case 2:
        k = Below(2) == 0;
        break;
      default:
        k = std::string(kStrings[Below(std::size(kStrings))]);
    }
    if (f_.constants.empty() || Below(3) == 0) {
      f_.constants.push_back(std::move(k));
    } else {
      f_.constants[Below(f_.constants.size())] = std::move(k);
    }
  }

  void ChangeHeader() {
    switch (Below(5)) {
      case 0:
        f_.register_count =
            static_cast<uint8_t>(Below(3) ? f_.register_count + 1 : Below(256));
        break;
      case 1:
        f_.parameter_count = static_cast<uint8_t>(Below(5));
        break;
      case 2:
        f_.is_vararg = !f_.is_vararg;
        if (f_.is_vararg) {
          code_.Insert(0, {Instruction::Abc(Opcode::kVarArgPrep, 0)});
        } else {
          code_.Remove(0);
        }
        code_.Store(f_);
        break;
      case 3:
        if (!f_.upvalues.empty()) {
          bytecode::UpvalueInfo& u = f_.upvalues[Below(f_.upvalues.size())];
          if (Below(2)) u.in_register = !u.in_register;
          u.index = static_cast<uint8_t>(Below(6));
          if (Below(4) == 0) u.immutable = !u.immutable;
        }
        break;
      default:
        if (f_.upvalues.size() < 8) {
          f_.upvalues.push_back(
              {"u", Below(2) == 0, static_cast<uint8_t>(Below(4)), false});
        }
    }
  }

  void ChangeDebugInformation() {
    switch (Below(4)) {
      case 0:
        if (!f_.locals.empty()) {
          f_.locals.erase(f_.locals.begin() +
                          static_cast<ptrdiff_t>(Below(f_.locals.size())));
        }
        break;
      case 1:
        if (!f_.locals.empty()) {
          bytecode::LocalInfo& local = f_.locals[Below(f_.locals.size())];
          local.end =
              local.start +
              static_cast<uint32_t>(Below(f_.code.size() - local.start + 1));
        }
        break;
      case 2:
        if (!f_.locals.empty()) {
          f_.locals[Below(f_.locals.size())].reg =
              static_cast<uint8_t>(Below(f_.register_count));
        }
        break;
      default:
        for (int32_t& line : f_.lines) {
          if (Below(4) == 0) line = static_cast<int32_t>(Below(5));
        }
    }
  }

  Function& f_;
  const Function& other_;
  std::mt19937& random_;
  Code code_;
};

void Collect(Function& f, std::vector<Function*>& all) {
  all.push_back(&f);
  for (const auto& nested : f.functions) Collect(*nested, all);
}

// Changes one thing somewhere in `root`, whose code must consist of whole
// instructions.  `other` may lend instructions.  The result need not be
// acceptable.
void MutateFunction(Function& root, const Function& other,
                    std::mt19937& random) {
  std::vector<Function*> all;
  Collect(root, all);
  std::vector<Function*> others;
  Collect(const_cast<Function&>(other), others);
  Mutator(*all[random() % all.size()], *others[random() % others.size()],
          random)
      .Run();
}

std::unique_ptr<Function> ReadChunk(std::string_view bytes) {
  auto f = bytes.starts_with(bytecode::kBinarySignature)
               ? bytecode::Deserialize(bytes, "=x")
               : compiler::CompileSource(bytes, "=x");
  return f.ok() ? std::move(*f) : nullptr;
}

// Changes copies of `root` until the verifier accepts one, mostly.
std::string AcceptedMutant(const Function& root, const Function& other,
                           std::mt19937& random) {
  const std::string original = bytecode::Serialize(root, random() % 16 == 0);
  std::string bytes;
  for (int attempt = 0; attempt < 40; ++attempt) {
    const auto copy = ReadChunk(original);
    for (uint32_t n = 1 + random() % 3; n > 0; --n) {
      MutateFunction(*copy, other, random);
      if (!bytecode::Verify(*copy).ok()) break;
      bytes = bytecode::Serialize(*copy, false);
    }
    if (!bytes.empty()) break;
    // Now and then one that is to be refused.
    if (random() % 64 == 0) return bytecode::Serialize(*copy, false);
  }
  return bytes.empty() ? original : bytes;
}

}  // namespace
}  // namespace m3lua::fuzz

// A text becomes a chunk.  What is no chunk at all gets its header repaired and
// is changed byte by byte.
size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                               unsigned seed) {
  using namespace m3lua::fuzz;
  namespace bytecode = m3lua::bytecode;
  std::mt19937 random(seed);
  const std::string_view input = View(data, size);
  const auto root = ReadChunk(input);
  if (root == nullptr || random() % 32 == 0) {
    if (root != nullptr && !input.starts_with(bytecode::kBinarySignature)) {
      size = Store(bytecode::Serialize(*root, false), data, max_size);
    }
    size = LLVMFuzzerMutate(data, size, max_size);
    // An empty function shows what the header looks like.
    Function empty;
    empty.code = {Instruction::Abc(Opcode::kReturn0, 0)};
    const std::string sample = bytecode::Serialize(empty, true);
    const size_t header = sample.rfind('\n') + 1;
    if (size >= header && random() % 16)
      std::copy_n(sample.data(), header, data);
    return size;
  }
  const std::string bytes = AcceptedMutant(*root, *root, random);
  if (bytes.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  return Store(bytes, data, max_size);
}

// The first chunk with some instructions of the second.
size_t LLVMFuzzerCustomCrossOver(const uint8_t* data1, size_t size1,
                                 const uint8_t* data2, size_t size2,
                                 uint8_t* out, size_t max_size, unsigned seed) {
  using namespace m3lua::fuzz;
  namespace bytecode = m3lua::bytecode;
  std::mt19937 random(seed);
  const auto root = ReadChunk(View(data1, size1));
  const auto other = ReadChunk(View(data2, size2));
  if (root == nullptr || other == nullptr) return 0;
  const std::string bytes = AcceptedMutant(*root, *other, random);
  return bytes.size() > max_size ? 0 : Store(bytes, out, max_size);
}
