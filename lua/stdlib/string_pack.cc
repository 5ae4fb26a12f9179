// string.pack, packsize and unpack (manual 6.4.2).
//
// FormatReader reads a format string one option at a time and knows byte order,
// maximum alignment and padding; the three functions do the rest.
//
// Guarded by tests/unit/stdlib/string_pack_test.cc and
// tests/conformance/string_pack.lua.
#include <algorithm>
#include <bit>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "lua/runtime/buffer.h"
#include "lua/runtime/native.h"
#include "lua/runtime/strings.h"
#include "lua/stdlib/character_class.h"
#include "lua/stdlib/string_functions.h"
#include "lua/stdlib/string_position.h"

namespace m3lua::stdlib {
namespace {

constexpr size_t kMaxIntegerSize = 16;
constexpr size_t kNativeAlignment = 8;  // of "!" without a number
constexpr size_t kLuaIntegerSize = sizeof(int64_t);
// Sizes that packsize reports fit an int, as in PUC.
constexpr size_t kMaxSize = INT_MAX;

enum class Kind : uint8_t {
  kInteger,
  kUnsigned,
  kFloat,
  kDouble,
  kFixedString,  // c[n]
  kString,       // s[n]
  kZeroString,   // z
  kPaddingByte,  // x
  kAlignment,    // X
  kNothing,      // byte order, alignment, space
};

struct Option {
  Kind kind;
  size_t size;     // bytes; of kString: of the length
  size_t padding;  // bytes before it
};

class FormatReader {
 public:
  FormatReader(NativeCall& call, std::string_view format)
      : call_(call),
        p_(format.data()),
        // (Like a C string, a format ends at a zero byte.)
        end_(p_ + std::min(format.size(), format.find('\0'))) {}

  bool done() const { return p_ == end_; }
  bool little_endian() const { return little_endian_; }

  // The next option, and the padding that it needs at offset `total`.
  Option Next(size_t total) {
    Option option = Read();
    size_t alignment = option.size;
    if (option.kind == Kind::kAlignment) {
      // X takes the alignment of the option behind it, and no data.
      Option next = {Kind::kFixedString, 0, 0};
      if (!done()) next = Read();
      alignment = next.size;
      if (next.kind == Kind::kFixedString || alignment == 0) {
        call_.ArgumentError(1, "invalid next option for option 'X'");
      }
    }
    if (alignment > 1 && option.kind != Kind::kFixedString) {
      alignment = std::min(alignment, max_alignment_);
      if (!std::has_single_bit(alignment)) {
        call_.ArgumentError(1, "format asks for alignment not power of 2");
      }
      option.padding =
          (alignment - (total & (alignment - 1))) & (alignment - 1);
    }
    return option;
  }

 private:
  // The number at p_, or `otherwise` if there is none.  Stops before a digit
  // that would make it too large: that digit is then no option.
  size_t Number(size_t otherwise) {
    if (done() || !kDigit.Has(*p_)) return otherwise;
    size_t number = 0;
    do {
      number = number * 10 + static_cast<size_t>(*p_++ - '0');
    } while (!done() && kDigit.Has(*p_) && number <= (kMaxSize - 9) / 10);
    return number;
  }

  size_t IntegerSize(size_t otherwise) {
    const size_t size = Number(otherwise);
    if (size == 0 || size > kMaxIntegerSize) {
      call_.ErrorF("integral size (%d) out of limits [1,%d]",
                   static_cast<int>(size), static_cast<int>(kMaxIntegerSize));
    }
    return size;
  }

  Option Read() {
    const char c = *p_++;
    switch (c) {
      case 'b':
        return {Kind::kInteger, sizeof(char), 0};
      case 'B':
        return {Kind::kUnsigned, sizeof(char), 0};
      case 'h':
        return {Kind::kInteger, sizeof(short), 0};
      case 'H':
        return {Kind::kUnsigned, sizeof(short), 0};
      case 'l':
        return {Kind::kInteger, sizeof(long), 0};
      case 'L':
        return {Kind::kUnsigned, sizeof(long), 0};
      case 'j':
        return {Kind::kInteger, kLuaIntegerSize, 0};
      case 'J':
        return {Kind::kUnsigned, kLuaIntegerSize, 0};
      case 'T':
        return {Kind::kUnsigned, sizeof(size_t), 0};
      case 'i':
        return {Kind::kInteger, IntegerSize(sizeof(int)), 0};
      case 'I':
        return {Kind::kUnsigned, IntegerSize(sizeof(int)), 0};
      case 'f':
        return {Kind::kFloat, sizeof(float), 0};
      case 'd':
      case 'n':
        return {Kind::kDouble, sizeof(double), 0};
      case 's':
        return {Kind::kString, IntegerSize(sizeof(size_t)), 0};
      case 'c': {
        constexpr size_t kNone = SIZE_MAX;
        const size_t size = Number(kNone);
        if (size == kNone) call_.Error("missing size for format option 'c'");
        return {Kind::kFixedString, size, 0};
      }
      case 'z':
        return {Kind::kZeroString, 0, 0};
      case 'x':
        return {Kind::kPaddingByte, 1, 0};
      case 'X':
        return {Kind::kAlignment, 0, 0};
      case ' ':
        break;
      case '<':
        little_endian_ = true;
        break;
      case '>':
        little_endian_ = false;
        break;
      case '=':
        little_endian_ = std::endian::native == std::endian::little;
        break;
      case '!':
        max_alignment_ = IntegerSize(kNativeAlignment);
        break;
      default:
        call_.ErrorF("invalid format option '%c'", c);
    }
    return {Kind::kNothing, 0, 0};
  }

  NativeCall& call_;
  const char* p_;
  const char* end_;
  bool little_endian_ = std::endian::native == std::endian::little;
  size_t max_alignment_ = 1;
};

// Copies `size` bytes, reversed unless `little_endian` is how this machine
// has them.
void CopyOrdered(char* to, const char* from, size_t size, bool little_endian) {
  if (little_endian == (std::endian::native == std::endian::little)) {
    std::memcpy(to, from, size);
  } else {
    std::reverse_copy(from, from + size, to);
  }
}

// The low `size` bytes of `bits`; bytes beyond 8 are `fill`.
void AppendInteger(Buffer& out, uint64_t bits, size_t size, uint8_t fill,
                   bool little_endian) {
  char* to = out.Reserve(size);
  for (size_t i = 0; i < size; ++i) {
    const uint8_t byte =
        i < kLuaIntegerSize ? static_cast<uint8_t>(bits >> (8 * i)) : fill;
    to[little_endian ? i : size - 1 - i] = static_cast<char>(byte);
  }
  out.Commit(size);
}

template <typename Float>
void AppendFloat(Buffer& out, Float value, bool little_endian) {
  char bytes[sizeof(Float)];
  std::memcpy(bytes, &value, sizeof bytes);
  CopyOrdered(out.Reserve(sizeof bytes), bytes, sizeof bytes, little_endian);
  out.Commit(sizeof bytes);
}

template <typename Float>
Value ReadFloat(const char* from, bool little_endian) {
  char bytes[sizeof(Float)];
  CopyOrdered(bytes, from, sizeof bytes, little_endian);
  Float value;
  std::memcpy(&value, bytes, sizeof value);
  return Value::Float(static_cast<double>(value));
}

// An integer of `size` bytes, sign extended if it is_signed; what doesn't fit
// 64 bits is an error.
int64_t ReadInteger(NativeCall& call, const char* from, size_t size,
                    bool is_signed, bool little_endian) {
  auto byte = [&](size_t i) {  // i-th from the least significant one
    return static_cast<uint8_t>(from[little_endian ? i : size - 1 - i]);
  };
  uint64_t bits = 0;
  for (size_t i = std::min(size, kLuaIntegerSize); i-- > 0;) {
    bits = bits << 8 | byte(i);
  }
  if (size < kLuaIntegerSize) {
    if (is_signed) {
      const uint64_t sign = uint64_t{1} << (size * 8 - 1);
      bits = (bits ^ sign) - sign;
    }
    return static_cast<int64_t>(bits);
  }
  const uint8_t fill =
      is_signed && static_cast<int64_t>(bits) < 0 ? UCHAR_MAX : 0;
  for (size_t i = kLuaIntegerSize; i < size; ++i) {
    if (byte(i) != fill) {
      call.ErrorF("%d-byte integer does not fit into Lua Integer",
                  static_cast<int>(size));
    }
  }
  return static_cast<int64_t>(bits);
}

// The arguments of pack end with a nil, as it were.
void CheckPresent(NativeCall& call, int argument, const char* expected) {
  if (!call.has(argument)) {
    call.ArgumentError(argument,
                       syntax::Concat(expected, " expected, got nil"));
  }
}

std::string_view CheckPackString(NativeCall& call, int argument) {
  CheckPresent(call, argument, "string");
  return call.CheckView(argument);
}

double CheckPackNumber(NativeCall& call, int argument) {
  CheckPresent(call, argument, "number");
  return call.CheckNumber(argument);
}

void PackInteger(NativeCall& call, Buffer& out, const Option& option,
                 bool little_endian, int argument) {
  CheckPresent(call, argument, "number");
  const int64_t n = call.CheckInteger(argument);
  const bool is_signed = option.kind == Kind::kInteger;
  if (option.size < kLuaIntegerSize) {
    const int bits = static_cast<int>(option.size) * 8;
    if (is_signed) {
      const int64_t limit = int64_t{1} << (bits - 1);
      if (n < -limit || n >= limit) {
        call.ArgumentError(argument, "integer overflow");
      }
    } else if (static_cast<uint64_t>(n) >> bits != 0) {
      call.ArgumentError(argument, "unsigned overflow");
    }
  }
  AppendInteger(out, static_cast<uint64_t>(n), option.size,
                is_signed && n < 0 ? UCHAR_MAX : 0, little_endian);
}

// At least the number of results that unpacking with `format` gives.
size_t CountResults(std::string_view format) {
  constexpr CharSet kWithResult = CharSet::Of("bBhHlLjJTiIfdnscz");
  size_t count = 0;
  for (char c : format) count += kWithResult.Has(static_cast<unsigned char>(c));
  return count;
}

// The length in front of an `s` must hold it.
void CheckLengthFits(NativeCall& call, size_t length, size_t size,
                     int argument) {
  if (size < sizeof(size_t) && length >> (size * 8) != 0) {
    call.ArgumentError(argument, "string length does not fit in given size");
  }
}

}  // namespace

NativeResult StringPack(NativeCall& call) {
  FormatReader format(call, call.CheckView(1));
  Buffer out(call.state());
  int argument = 1;
  LongLoop loop(call);
  while (!format.done()) {
    loop.Step();
    const Option option = format.Next(out.size());
    out.AppendFill('\0', option.padding);
    const bool little_endian = format.little_endian();
    switch (option.kind) {
      case Kind::kInteger:
      case Kind::kUnsigned:
        PackInteger(call, out, option, little_endian, ++argument);
        break;
      case Kind::kFloat:
        AppendFloat(out, static_cast<float>(CheckPackNumber(call, ++argument)),
                    little_endian);
        break;
      case Kind::kDouble:
        AppendFloat(out, CheckPackNumber(call, ++argument), little_endian);
        break;
      case Kind::kFixedString: {
        std::string_view s = CheckPackString(call, ++argument);
        if (s.size() > option.size) {
          call.ArgumentError(argument, "string longer than given size");
        }
        out.Append(s);
        out.AppendFill('\0', option.size - s.size());
        break;
      }
      case Kind::kString: {
        std::string_view s = CheckPackString(call, ++argument);
        CheckLengthFits(call, s.size(), option.size, argument);
        AppendInteger(out, s.size(), option.size, 0, little_endian);
        out.Append(s);
        break;
      }
      case Kind::kZeroString: {
        std::string_view s = CheckPackString(call, ++argument);
        if (s.find('\0') != std::string_view::npos) {
          call.ArgumentError(argument, "string contains zeros");
        }
        out.Append(s);
        out.Append('\0');
        break;
      }
      case Kind::kPaddingByte:
        out.Append('\0');
        break;
      case Kind::kAlignment:
      case Kind::kNothing:
        break;
    }
  }
  return call.Return(Value::Of(out.ToString()));
}

NativeResult StringPackSize(NativeCall& call) {
  FormatReader format(call, call.CheckView(1));
  size_t total = 0;
  LongLoop loop(call);
  while (!format.done()) {
    loop.Step();
    const Option option = format.Next(total);
    if (option.kind == Kind::kString || option.kind == Kind::kZeroString) {
      call.ArgumentError(1, "variable-length format");
    }
    const size_t size = option.padding + option.size;
    if (total > kMaxSize - std::min(size, kMaxSize)) {
      call.ArgumentError(1, "format result too large");
    }
    total += size;
  }
  return call.Return(Value::Integer(static_cast<int64_t>(total)));
}

NativeResult StringUnpack(NativeCall& call) {
  FormatReader format(call, call.CheckView(1));
  std::string_view data = call.CheckView(2);
  size_t position = StartPosition(call.OptInteger(3, 1), data.size()) - 1;
  if (position > data.size()) {
    call.ArgumentError(3, "initial position out of string");
  }
  // Room for all results at once.  Without it, only a script whose data would
  // really give so many gets the error.
  call.BeforeLong(call.CheckView(1).size());
  const size_t wanted = CountResults(call.CheckView(1)) + 1;
  const size_t room =
      wanted <= UINT32_MAX && call.TryEnsureSlots(static_cast<uint32_t>(wanted))
          ? wanted
          : NativeCall::kMinimumSlots / 2;
  int results = 0;
  LongLoop loop(call);
  while (!format.done()) {
    loop.Step();
    const Option option = format.Next(position);
    if (option.padding + option.size > data.size() - position) {
      call.ArgumentError(2, "data string too short");
    }
    position += option.padding;
    const char* from = data.data() + position;
    const bool little_endian = format.little_endian();
    Value result = Value::Nil();
    bool has_result = true;
    switch (option.kind) {
      case Kind::kInteger:
      case Kind::kUnsigned:
        result = Value::Integer(ReadInteger(call, from, option.size,
                                            option.kind == Kind::kInteger,
                                            little_endian));
        break;
      case Kind::kFloat:
        result = ReadFloat<float>(from, little_endian);
        break;
      case Kind::kDouble:
        result = ReadFloat<double>(from, little_endian);
        break;
      case Kind::kFixedString:
        result = Value::Of(NewString(call.state(), {from, option.size}));
        break;
      case Kind::kString: {
        const uint64_t length = static_cast<uint64_t>(
            ReadInteger(call, from, option.size, false, little_endian));
        if (length > data.size() - position - option.size) {
          call.ArgumentError(2, "data string too short");
        }
        result = Value::Of(NewString(
            call.state(), {from + option.size, static_cast<size_t>(length)}));
        position += static_cast<size_t>(length);
        break;
      }
      case Kind::kZeroString: {
        const size_t end = data.find('\0', position);
        if (end == std::string_view::npos) {
          call.ArgumentError(2, "unfinished string for format 'z'");
        }
        result = Value::Of(NewString(call.state(), {from, end - position}));
        position = end + 1;
        break;
      }
      case Kind::kPaddingByte:
      case Kind::kAlignment:
      case Kind::kNothing:
        has_result = false;
        break;
    }
    position += option.size;
    if (has_result) {
      if (static_cast<size_t>(results) + 2 > room) {
        call.Error("stack overflow (too many results)");
      }
      call.Push(result);
      ++results;
    }
  }
  call.Push(Value::Integer(static_cast<int64_t>(position) + 1));
  return call.ReturnTop(results + 1);
}

}  // namespace m3lua::stdlib
