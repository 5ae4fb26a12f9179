// Reading files: the formats "n", "l", "L", "a" and counts (manual, file:read),
// and the iterators of io.lines and file:lines.
//
// Lines are read by fgets piece by piece: it looks for the newline in the
// stream's own buffer.  Results of any length pass through a Buffer, which
// the memory limit knows of.  Files without end (devices, pipes) are looked
// away from now and then, for the sake of interrupts.
//
// Guarded by tests/unit/stdlib/io_test.cc, tests/conformance/io_read.lua.
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <clocale>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "lua/runtime/buffer.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/strings.h"
#include "lua/stdlib/io_file.h"
#include "lua/stdlib/results.h"

namespace m3lua::stdlib {
namespace {

constexpr size_t kPiece = 512;        // of a line
constexpr size_t kBlock = 16 * 1024;  // of anything else
constexpr size_t kMaxBlock = 256 * 1024;

// Reads up to and with a newline, at most kPiece - 1 bytes, zeros included.
// Returns how many; *ended says whether the line or the file has ended.
size_t ReadPiece(std::FILE* stream, char* piece, bool* ended) {
  // fgets does not say how much it read, and the line may have zeros in it.
  // So the rest is filled with newlines before: the first newline that is
  // followed by the terminator is the line's own, any other first newline lies
  // behind the terminator.
  std::memset(piece, '\n', kPiece);
  *ended = true;
  if (std::fgets(piece, kPiece, stream) == nullptr) return 0;
  auto* newline = static_cast<char*>(std::memchr(piece, '\n', kPiece));
  if (newline == nullptr) {
    *ended = false;
    return kPiece - 1;
  }
  if (newline + 1 < piece + kPiece && newline[1] == '\0') {
    return newline + 1 - piece;
  }
  return newline - 1 - piece;  // the file ended without one
}

// ---- "n"

// Collects a numeral of at most kMaxNumeral characters; one that is longer, or
// malformed, gives no number, but what was looked at is consumed.
class NumeralReader {
 public:
  NumeralReader(NativeCall& call, std::FILE* stream)
      : stream_(stream), spaces_(call) {
    const std::lconv* locale = std::localeconv();
    locale_point_ = locale->decimal_point[0];
    flockfile(stream_);
    Advance();
  }
  ~NumeralReader() { funlockfile(stream_); }
  NumeralReader(const NumeralReader&) = delete;
  NumeralReader& operator=(const NumeralReader&) = delete;

  // The numeral's text; empty if it is too long.
  std::string_view Read() {
    bool hexadecimal = false;
    int digits = 0;
    while (std::isspace(next_)) {
      spaces_.Step();
      Advance();
    }
    Accept('+', '-');
    if (Accept('0', '0')) {
      if (Accept('x', 'X')) {
        hexadecimal = true;
      } else {
        digits = 1;
      }
    }
    digits += AcceptDigits(hexadecimal);
    if (AcceptPoint()) digits += AcceptDigits(hexadecimal);
    if (digits > 0 && (hexadecimal ? Accept('p', 'P') : Accept('e', 'E'))) {
      Accept('+', '-');
      AcceptDigits(false);
    }
    std::ungetc(next_, stream_);
    return overflow_ ? std::string_view() : std::string_view(text_, size_);
  }

 private:
  static constexpr size_t kMaxNumeral = 200;

  void Advance() { next_ = getc_unlocked(stream_); }

  // Takes the next character in as `c`; false if there is no room.
  bool Take(int c) {
    if (size_ >= kMaxNumeral) {
      overflow_ = true;
      return false;
    }
    text_[size_++] = static_cast<char>(c);
    Advance();
    return true;
  }

  bool Accept(char a, char b) {
    return (next_ == a || next_ == b) && Take(next_);
  }

  // The locale's decimal point counts as one, too.
  bool AcceptPoint() {
    return (next_ == '.' || next_ == locale_point_) && Take('.');
  }

  int AcceptDigits(bool hexadecimal) {
    int count = 0;
    while ((hexadecimal ? std::isxdigit(next_) : std::isdigit(next_)) &&
           Take(next_)) {
      ++count;
    }
    return count;
  }

  std::FILE* stream_;
  LongLoop spaces_;
  int next_ = EOF;
  int locale_point_ = '.';
  bool overflow_ = false;
  size_t size_ = 0;
  char text_[kMaxNumeral];
};

bool ReadNumber(NativeCall& call, std::FILE* stream, Value& out) {
  NumeralReader reader(call, stream);
  std::string_view text = reader.Read();
  if (text.empty()) return false;
  return ToNumber(Value::Of(NewString(call.state(), text)), out);
}

// ---- counts and "a"

bool AtEnd(std::FILE* stream) {
  int c = std::getc(stream);
  std::ungetc(c, stream);
  return c == EOF;
}

// Up to `wanted` bytes.
String* ReadBytes(NativeCall& call, std::FILE* stream, size_t wanted) {
  char block[kBlock];
  size_t size = std::fread(block, 1, std::min(wanted, kBlock), stream);
  if (size < kBlock || wanted == kBlock) {
    return NewString(call.state(), {block, size});
  }
  Buffer buffer(call.state());
  buffer.Append(block, size);
  // At most twice as much each time, so that a large count needs no more memory
  // than there is in the file.
  for (;;) {
    size_t step = std::min({wanted - buffer.size(), buffer.size(), kMaxBlock});
    call.state().limits.SpendBytes(call.co, step);
    size = std::fread(buffer.Reserve(step), 1, step, stream);
    buffer.Commit(size);
    if (size < step || buffer.size() == wanted) return buffer.ToString();
  }
}

// Reads as argument i says.
bool ReadFormat(NativeCall& call, std::FILE* stream, int i, Value& out) {
  if (call.arg(i).is_number()) {
    int64_t wanted = call.CheckInteger(i);
    if (wanted < 0) ThrowMemoryError(call.state());
    if (wanted == 0) {
      out = Value::Of(NewString(call.state(), ""));
      return !AtEnd(stream);
    }
    String* bytes = ReadBytes(call, stream, static_cast<size_t>(wanted));
    out = Value::Of(bytes);
    return bytes->size() > 0;
  }
  const char* format = call.CheckString(i)->data();
  if (*format == '*') ++format;  // as before 5.3
  switch (*format) {
    case 'n':
      return ReadNumber(call, stream, out);
    case 'l':
      return ReadLine(call, stream, false, out);
    case 'L':
      return ReadLine(call, stream, true, out);
    case 'a':
      out = Value::Of(ReadBytes(call, stream, SIZE_MAX));
      return true;
    default:
      call.ArgumentError(i, "invalid format");
  }
}

// ---- iterators

// Upvalues: the file, whether to close it at the end, the formats.
constexpr int kLinesFile = 1;
constexpr int kLinesClose = 2;
constexpr int kLinesFormats = 3;
constexpr int kMaxLinesFormats = 250;

NativeResult LinesEnd(NativeCall& call, FileHandle& handle) {
  if (call.upvalue(kLinesClose).is_truthy()) {
    CloseFile(call, handle);
  }
  return call.Return();
}

// A step with formats, which become the arguments from 2 on.
NativeResult LinesStepFormats(NativeCall& call, FileHandle& handle, int count) {
  call.EnsureSlots(static_cast<uint32_t>(count) + NativeCall::kMinimumSlots,
                   "too many arguments");
  if (call.count() == 0) call.co.base[0].SetNil();
  call.co.top = call.co.base + 1;
  for (int i = 0; i < count; ++i) call.Push(call.upvalue(kLinesFormats + i));
  NativeCall formats(call.co, static_cast<uint32_t>(count) + 1);
  NativeResult result = ReadFormats(formats, handle.stream, 2);
  if (result.first[0].is_truthy()) return result;
  if (result.count > 1 && result.first[1].is_string()) {
    call.Error(result.first[1].string()->view());
  }
  return LinesEnd(call, handle);
}

NativeResult LinesStep(NativeCall& call) {
  FileHandle& handle = HandleOf(call.upvalue(kLinesFile).userdata());
  if (handle.is_closed()) call.Error("file is already closed");
  int formats = call.closure()->upvalue_count() - kLinesFormats + 1;
  if (formats > 0) return LinesStepFormats(call, handle, formats);
  Value line;
  std::clearerr(handle.stream);
  errno = 0;
  bool found = ReadLine(call, handle.stream, false, line);
  if (std::ferror(handle.stream)) call.Error(std::strerror(errno));
  return found ? call.Return(line) : LinesEnd(call, handle);
}

}  // namespace

bool ReadLine(NativeCall& call, std::FILE* stream, bool keep_newline,
              Value& line) {
  char piece[kPiece];
  bool ended;
  size_t size = ReadPiece(stream, piece, &ended);
  if (ended) {
    if (size == 0) return false;
    if (!keep_newline && piece[size - 1] == '\n') --size;
    line = Value::Of(NewString(call.state(), {piece, size}));
    return true;
  }
  Buffer buffer(call.state());
  LongLoop pieces(call);
  for (;;) {
    if (ended && size > 0 && !keep_newline && piece[size - 1] == '\n') --size;
    buffer.Append({piece, size});
    if (ended) break;
    pieces.Step();
    size = ReadPiece(stream, piece, &ended);
  }
  line = Value::Of(buffer.ToString());
  return true;
}

NativeResult ReadFormats(NativeCall& call, std::FILE* stream, int first) {
  int count = call.count() - first + 1;
  std::clearerr(stream);
  errno = 0;
  bool found = true;
  int results = 0;
  Value value;
  if (count <= 0) {
    found = ReadLine(call, stream, false, value);
    call.Push(found ? value : Value::Nil());
    results = 1;
  } else {
    call.EnsureSlots(static_cast<uint32_t>(count) + NativeCall::kMinimumSlots,
                     "too many arguments");
    for (int i = first; i < first + count && found; ++i) {
      found = ReadFormat(call, stream, i, value);
      call.Push(found ? value : Value::Nil());
      ++results;
    }
  }
  if (std::ferror(stream)) return FileResult(call, false, nullptr);
  return call.ReturnTop(results);
}

NativeClosure* MakeLines(NativeCall& call, Userdata* file, bool close_at_end) {
  int formats = std::max(call.count() - 1, 0);
  if (formats > kMaxLinesFormats) {
    call.ArgumentError(kMaxLinesFormats + 2, "too many arguments");
  }
  NativeClosure* step =
      NewNative(call.state(), LinesStep, kLinesFormats - 1 + formats);
  Value* upvalues = step->upvalues();
  upvalues[kLinesFile - 1] = Value::Of(file);
  upvalues[kLinesClose - 1] = Value::Boolean(close_at_end);
  for (int i = 0; i < formats; ++i) {
    upvalues[kLinesFormats - 1 + i] = call.arg(i + 2);
  }
  return step;
}

}  // namespace m3lua::stdlib
