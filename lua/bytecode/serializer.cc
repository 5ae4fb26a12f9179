// The format, in order ("size" and other counts are varints, 7 bits a byte,
// low bits first, the last byte below 0x80; "signed" ones are zigzag-coded;
// everything of fixed width is little-endian):
//
//   header      the 31 bytes that PUC Lua 5.4 writes too (programs look at
//               them): signature, version, format, check data, sizes of
//               instruction, integer and float, a sample of the latter two
//   "m3lua bytecode N\n", N the version of what follows.  Here PUC's loader
//               expects a varint, and finds none: it says "integer overflow".
//   function:
//     flags     1 vararg, 2 has a source of its own, 4 no debug information
//     source    size, bytes         (otherwise that of the enclosing function)
//     lines of the definition       two signed
//     parameters, registers         a byte each
//     upvalues  count; flags (1 register, 2 immutable), index, name
//     code      count; 4 bytes a word
//     constants count; a tag and the value
//     functions count; each as here
//     lines     signed differences, one a word  \  unless flag 4
//     locals    count; name, start, length, register /
//
// Reading trusts no count: each is compared with the bytes that are left
// before anything is allocated for it.  What it means is left to Verify().
#include "lua/bytecode/serializer.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "lua/bytecode/verifier.h"

namespace m3lua::bytecode {
namespace {

constexpr uint8_t kVersion = 0x54;
constexpr uint8_t kFormat = 0;
constexpr std::string_view kCheckData = "\x19\x93\r\n\x1a\n";
constexpr int64_t kSampleInteger = 0x5678;
constexpr double kSampleFloat = 370.5;
constexpr std::string_view kMarker = "m3lua bytecode 1\n";
// What a function without debug information says of its source, as PUC's.
constexpr std::string_view kNoSource = "=?";

enum FunctionFlag : uint8_t { kIsVararg = 1, kOwnSource = 2, kStripped = 4 };
enum UpvalueFlag : uint8_t { kInRegister = 1, kImmutable = 2 };
enum ConstantTag : uint8_t { kNil, kFalse, kTrue, kInteger, kFloat, kString };

uint64_t ToZigzag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}

int64_t FromZigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1 ^ (~(value & 1) + 1));
}

// ---------------------------------------------------------------- writing

class Writer {
 public:
  explicit Writer(bool strip) : strip_(strip) {}

  std::string Write(const Function& function) {
    out_.append(kBinarySignature);
    Byte(kVersion);
    Byte(kFormat);
    out_.append(kCheckData);
    Byte(sizeof(Instruction));
    Byte(sizeof(int64_t));
    Byte(sizeof(double));
    Fixed<8>(static_cast<uint64_t>(kSampleInteger));
    Fixed<8>(std::bit_cast<uint64_t>(kSampleFloat));
    out_.append(kMarker);
    WriteFunction(function, nullptr);
    return std::move(out_);
  }

 private:
  void Byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }

  template <int kBytes>
  void Fixed(uint64_t value) {
    for (int n = 0; n < kBytes; ++n) Byte(value >> (8 * n) & 0xFF);
  }

  void Count(uint64_t value) {
    for (; value >= 0x80; value >>= 7) Byte(0x80 | (value & 0x7F));
    Byte(static_cast<uint8_t>(value));
  }

  void Signed(int64_t value) { Count(ToZigzag(value)); }

  void Text(std::string_view text) {
    Count(text.size());
    out_.append(text);
  }

  void WriteFunction(const Function& f, const Function* encloser) {
    const bool own_source =
        !strip_ && (encloser == nullptr || encloser->source != f.source);
    Byte((f.is_vararg ? kIsVararg : 0) | (own_source ? kOwnSource : 0) |
         (strip_ || f.lines.empty() ? kStripped : 0));
    if (own_source) Text(f.source);
    Signed(f.line_defined);
    Signed(f.last_line_defined);
    Byte(f.parameter_count);
    Byte(f.register_count);

    Count(f.upvalues.size());
    for (const UpvalueInfo& upvalue : f.upvalues) {
      Byte((upvalue.in_register ? kInRegister : 0) |
           (upvalue.immutable ? kImmutable : 0));
      Byte(upvalue.index);
      Text(strip_ ? std::string_view() : std::string_view(upvalue.name));
    }

    Count(f.code.size());
    for (const Instruction i : f.code) Fixed<4>(i.raw);

    Count(f.constants.size());
    for (const Constant& constant : f.constants) WriteConstant(constant);

    Count(f.functions.size());
    for (const auto& nested : f.functions) WriteFunction(*nested, &f);

    if (strip_ || f.lines.empty()) return;
    int64_t previous = f.line_defined;
    for (const int32_t line : f.lines) {
      Signed(line - previous);
      previous = line;
    }
    Count(f.locals.size());
    for (const LocalInfo& local : f.locals) {
      Text(local.name);
      Count(local.start);
      Count(local.end - local.start);
      Byte(local.reg);
    }
  }

  void WriteConstant(const Constant& constant) {
    if (std::holds_alternative<Nil>(constant)) {
      Byte(kNil);
    } else if (const bool* truth = std::get_if<bool>(&constant)) {
      Byte(*truth ? kTrue : kFalse);
    } else if (const int64_t* integer = std::get_if<int64_t>(&constant)) {
      Byte(kInteger);
      Signed(*integer);
    } else if (const double* number = std::get_if<double>(&constant)) {
      Byte(kFloat);
      Fixed<8>(std::bit_cast<uint64_t>(*number));
    } else {
      Byte(kString);
      Text(std::get<std::string>(constant));
    }
  }

  const bool strip_;
  std::string out_;
};

// ---------------------------------------------------------------- reading

class Reader {
 public:
  Reader(std::string_view bytes, size_t memory)
      : rest_(bytes), memory_(memory) {}

  // Null if the bytes are no chunk; then `problem` says why.
  std::unique_ptr<Function> Read() {
    ReadHeader();
    return ok() ? ReadFunction(kNoSource, 0) : nullptr;
  }

  const char* problem() const { return problem_; }

 private:
  // The smallest encodings, to bound counts by the bytes that are left.
  static constexpr size_t kMinUpvalue = 3;
  static constexpr size_t kMinFunction = 9;
  static constexpr size_t kMinLocal = 4;

  bool ok() const { return problem_ == nullptr; }
  // The first problem stays; from then on there are no more bytes.
  void Fail(const char* problem) {
    if (ok()) problem_ = problem;
    rest_ = {};
  }

  std::string_view Bytes(size_t count) {
    if (count > rest_.size()) {
      Fail("truncated chunk");
      return {};
    }
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  uint8_t Byte() {
    const std::string_view byte = Bytes(1);
    return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
  }

  template <int kBytes>
  uint64_t Fixed() {
    uint64_t value = 0;
    const std::string_view bytes = Bytes(kBytes);
    for (size_t n = 0; n < bytes.size(); ++n) {
      value |= uint64_t{static_cast<uint8_t>(bytes[n])} << (8 * n);
    }
    return value;
  }

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = Byte();
      if (shift == 63 && byte > 1) break;
      value |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return value;
    }
    Fail("integer overflow");
    return 0;
  }

  int64_t Signed() { return FromZigzag(Varint()); }

  // A count of things that take at least `min_bytes` each.
  size_t Count(size_t min_bytes) {
    const uint64_t count = Varint();
    if (count > rest_.size() / min_bytes) {
      Fail("truncated chunk");
      return 0;
    }
    return static_cast<size_t>(count);
  }

  std::string Text() { return std::string(Bytes(Take<char>(Count(1)))); }

  // Counts memory before it is taken.
  void Take(size_t bytes) {
    if (bytes > memory_) throw std::bad_alloc();
    memory_ -= bytes;
  }
  template <typename T>
  size_t Take(size_t count) {
    Take(count * sizeof(T));
    return count;
  }

  int32_t Line(int64_t value) {
    if (value < INT32_MIN || value > INT32_MAX) Fail("integer overflow");
    return static_cast<int32_t>(value);
  }

  uint32_t Position(uint64_t value) {
    if (value > UINT32_MAX) Fail("integer overflow");
    return static_cast<uint32_t>(value);
  }

  void Expect(std::string_view literal, const char* otherwise) {
    const std::string_view found = Bytes(literal.size());
    if (ok() && found != literal) Fail(otherwise);
  }

  void Expect(bool condition, const char* otherwise) {
    if (ok() && !condition) Fail(otherwise);
  }

  void ReadHeader() {
    Expect(kBinarySignature, "not a binary chunk");
    Expect(Byte() == kVersion, "version mismatch");
    Expect(Byte() == kFormat, "format mismatch");
    Expect(kCheckData, "corrupted chunk");
    Expect(Byte() == sizeof(Instruction), "Instruction size mismatch");
    Expect(Byte() == sizeof(int64_t), "lua_Integer size mismatch");
    Expect(Byte() == sizeof(double), "lua_Number size mismatch");
    Expect(Fixed<8>() == kSampleInteger, "integer format mismatch");
    Expect(Fixed<8>() == std::bit_cast<uint64_t>(kSampleFloat),
           "float format mismatch");
    Expect(kMarker, "version mismatch");
  }

  std::unique_ptr<Function> ReadFunction(const SourceName& encloser_source,
                                         int depth) {
    auto f = std::make_unique<Function>();
    const uint8_t flags = Byte();
    Expect((flags & ~(kIsVararg | kOwnSource | kStripped)) == 0,
           "corrupted chunk");
    f->is_vararg = flags & kIsVararg;
    f->source = flags & kOwnSource ? SourceName(Text()) : encloser_source;
    f->line_defined = Line(Signed());
    f->last_line_defined = Line(Signed());
    f->parameter_count = Byte();
    f->register_count = Byte();

    Take(sizeof(Function));
    f->upvalues.resize(Take<UpvalueInfo>(Count(kMinUpvalue)));
    for (UpvalueInfo& upvalue : f->upvalues) ReadUpvalue(upvalue);

    // (And what the verifier makes of it.)
    const size_t words = Count(sizeof(Instruction));
    Take(words * kVerifierBytes);
    f->code.resize(Take<Instruction>(words));
    for (Instruction& i : f->code) i.raw = static_cast<uint32_t>(Fixed<4>());

    f->constants.resize(Take<Constant>(Count(1)));
    for (Constant& constant : f->constants) ReadConstant(constant);

    const size_t functions = Count(kMinFunction);
    Expect(functions == 0 || depth < kMaxFunctionNesting,
           "functions are nested too deeply");
    for (size_t n = 0; n < functions && ok(); ++n) {
      f->functions.push_back(ReadFunction(f->source, depth + 1));
    }
    if ((flags & kStripped) == 0) ReadDebugInformation(*f);
    if (!ok()) return nullptr;
    return f;
  }

  void ReadUpvalue(UpvalueInfo& upvalue) {
    const uint8_t flags = Byte();
    Expect((flags & ~(kInRegister | kImmutable)) == 0, "corrupted chunk");
    upvalue.in_register = flags & kInRegister;
    upvalue.immutable = flags & kImmutable;
    upvalue.index = Byte();
    upvalue.name = Text();
  }

  void ReadConstant(Constant& constant) {
    switch (Byte()) {
      case kNil:
        break;
      case kFalse:
        constant = false;
        break;
      case kTrue:
        constant = true;
        break;
      case kInteger:
        constant = Signed();
        break;
      case kFloat:
        constant = std::bit_cast<double>(Fixed<8>());
        break;
      case kString:
        constant = Text();
        break;
      default:
        Fail("corrupted chunk");
    }
  }

  void ReadDebugInformation(Function& f) {
    if (f.code.size() > rest_.size()) return Fail("truncated chunk");
    f.lines.resize(Take<int32_t>(f.code.size()));
    int64_t line = f.line_defined;
    for (int32_t& slot : f.lines) {
      const int64_t difference = Signed();
      // Differences of lines need 33 bits; longer ones could overflow.
      Expect(
          difference >= -(int64_t{1} << 33) && difference <= int64_t{1} << 33,
          "integer overflow");
      if (!ok()) return;
      line += difference;
      slot = Line(line);
    }
    f.locals.resize(Take<LocalInfo>(Count(kMinLocal)));
    for (LocalInfo& local : f.locals) {
      local.name = Text();
      local.start = Position(Varint());
      local.end = Position(uint64_t{local.start} + Position(Varint()));
      local.reg = Byte();
    }
  }

  // For a word of code, about: a block is two words at least.
  static constexpr size_t kVerifierBytes = 80;

  std::string_view rest_;
  size_t memory_;
  const char* problem_ = nullptr;
};

// A chunk's name as messages show it.
std::string Printable(std::string_view chunk_name) {
  if (!chunk_name.empty()) {
    if (chunk_name[0] == '@' || chunk_name[0] == '=') {
      return std::string(chunk_name.substr(1));
    }
    if (chunk_name[0] == kBinarySignature[0]) return "binary string";
  }
  return std::string(chunk_name);
}

absl::Status BadChunk(std::string_view chunk_name, const std::string& reason) {
  return absl::InvalidArgumentError(absl::StrCat(
      Printable(chunk_name), ": bad binary format (", reason, ")"));
}

}  // namespace

std::string Serialize(const Function& function, bool strip_debug) {
  return Writer(strip_debug).Write(function);
}

absl::StatusOr<std::unique_ptr<Function>> Deserialize(
    std::string_view bytes, std::string_view chunk_name, size_t memory) {
  Reader reader(bytes, memory);
  std::unique_ptr<Function> function = reader.Read();
  if (function == nullptr) return BadChunk(chunk_name, reader.problem());
  const absl::Status status = Verify(*function);
  if (!status.ok()) {
    return BadChunk(chunk_name, std::string(status.message()));
  }
  return function;
}

}  // namespace m3lua::bytecode
