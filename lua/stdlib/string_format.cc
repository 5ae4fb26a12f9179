// string.format (manual 6.4).
//
// Integers are written by hand, the usual floats exactly by syntax/decimal.h,
// and the others through std::to_chars, which gives the digits that C's printf
// gives; hexadecimal floats and the flag '#' of floats go to snprintf.
//
// Guarded by tests/unit/stdlib/string_format_test.cc and
// tests/conformance/string_format.lua.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "lua/runtime/buffer.h"
#include "lua/runtime/conversion.h"
#include "lua/runtime/native.h"
#include "lua/runtime/operations.h"
#include "lua/stdlib/character_class.h"
#include "lua/stdlib/string_functions.h"
#include "lua/syntax/decimal.h"

namespace m3lua::stdlib {
namespace {

// Longest text between '%' and the conversion.
constexpr size_t kMaxModifiers = 20;
// Longest number: 309 digits of the largest float, a point, 99 digits, a sign.
constexpr size_t kNumberBytes = 512;
// A string of this length or more is taken whole when no precision is given.
constexpr size_t kLongString = 100;

constexpr CharSet kModifiers = CharSet::Of("-+ #0123456789.");
// The flags that conversions allow.
constexpr CharSet kLeftFlag = CharSet::Of("-");
constexpr CharSet kSignedFlags = CharSet::Of("-+0 ");
constexpr CharSet kUnsignedFlags = CharSet::Of("-0");
constexpr CharSet kBaseFlags = CharSet::Of("-#0");
constexpr CharSet kFloatFlags = CharSet::Of("-+#0 ");

// One conversion, "%" modifiers letter.
struct Specification {
  std::string_view text;  // all of it, for messages and snprintf
  char conversion = 0;
  bool left = false;         // '-'
  bool plus = false;         // '+'
  bool space = false;        // ' '
  bool alternative = false;  // '#'
  bool zero = false;         // '0'
  int width = 0;
  int precision = -1;  // -1: none given
};

// Reads up to two digits; there are no longer widths and precisions.
const char* TwoDigits(const char* p, const char* end, int& number) {
  number = 0;
  for (int i = 0; i < 2 && p != end && kDigit.Has(*p); ++i) {
    number = number * 10 + (*p++ - '0');
  }
  return p;
}

// Takes the modifiers of `spec` apart; only `flags` are allowed, and a
// precision only with `precision`.
void ParseModifiers(NativeCall& call, Specification& spec, const CharSet& flags,
                    bool precision) {
  const char* p = spec.text.data() + 1;
  const char* end = spec.text.data() + spec.text.size() - 1;
  for (; p != end && flags.Has(*p); ++p) {
    switch (*p) {
      case '-':
        spec.left = true;
        break;
      case '+':
        spec.plus = true;
        break;
      case ' ':
        spec.space = true;
        break;
      case '#':
        spec.alternative = true;
        break;
      default:
        spec.zero = true;
        break;
    }
  }
  if (p != end && *p != '0') {
    p = TwoDigits(p, end, spec.width);
    if (p != end && *p == '.' && precision) {
      p = TwoDigits(p + 1, end, spec.precision);
    }
  }
  if (p != end) {
    call.ErrorF("invalid conversion specification: '%s'", spec.text);
  }
}

// Appends `prefix` and `body` padded to the width: with zeros between the two
// if `zeros`.
void AppendPadded(Buffer& out, const Specification& spec, bool zeros,
                  std::string_view prefix, std::string_view body) {
  const size_t size = prefix.size() + body.size();
  const size_t width = static_cast<size_t>(spec.width);
  const size_t padding = width > size ? width - size : 0;
  if (padding != 0 && !spec.left && !zeros) out.AppendFill(' ', padding);
  out.Append(prefix);
  if (padding != 0 && !spec.left && zeros) out.AppendFill('0', padding);
  out.Append(body);
  if (padding != 0 && spec.left) out.AppendFill(' ', padding);
}

std::string_view SignOf(const Specification& spec, bool negative) {
  return negative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
}

// ---- %d %i %u %o %x %X

void AppendInteger(Buffer& out, const Specification& spec, int64_t value) {
  const char conversion = spec.conversion;
  const bool is_signed = conversion == 'd' || conversion == 'i';
  const bool negative = is_signed && value < 0;
  const uint64_t bits = static_cast<uint64_t>(value);
  const uint64_t magnitude = negative ? 0 - bits : bits;
  const int base = conversion == 'o'                        ? 8
                   : conversion == 'x' || conversion == 'X' ? 16
                                                            : 10;
  // Room for a precision of 99 in front of the digits.
  char digits[128];
  char* start = digits + 100;
  char* end = std::to_chars(start, digits + sizeof digits, magnitude, base).ptr;
  if (conversion == 'X') {
    for (char* p = start; p != end; ++p) *p = ToUpper(*p);
  }
  if (magnitude == 0 && spec.precision == 0) end = start;
  while (end - start < spec.precision) *--start = '0';
  std::string_view prefix;
  if (is_signed) {
    prefix = SignOf(spec, negative);
  } else if (spec.alternative) {
    if (base == 8 && (start == end || *start != '0')) *--start = '0';
    if (base == 16 && magnitude != 0) prefix = conversion == 'x' ? "0x" : "0X";
  }
  AppendPadded(out, spec, spec.zero && spec.precision < 0, prefix,
               {start, static_cast<size_t>(end - start)});
}

// ---- %a %e %f %g

void AppendWithPrintf(Buffer& out, const Specification& spec, double value) {
  char format[kMaxModifiers + 3] = {};
  spec.text.copy(format, sizeof format - 1);
  char text[kNumberBytes];
  const int size = std::snprintf(text, sizeof text, format, value);
  out.Append(text, static_cast<size_t>(size));
}

void AppendFloat(Buffer& out, const Specification& spec, double value) {
  std::chars_format format = std::chars_format::general;
  bool upper = false;
  switch (spec.conversion) {
    case 'f':
      format = std::chars_format::fixed;
      break;
    case 'E':
      upper = true;
      [[fallthrough]];
    case 'e':
      format = std::chars_format::scientific;
      break;
    case 'G':
      upper = true;
      break;
    case 'g':
      break;
    default:
      return AppendWithPrintf(out, spec, value);
  }
  if (spec.alternative || !std::isfinite(value)) {
    return AppendWithPrintf(out, spec, value);
  }
  char text[kNumberBytes];
  const int precision = spec.precision < 0 ? 6 : spec.precision;
  char* end = nullptr;
  if (format == std::chars_format::fixed) {
    end = syntax::FormatFixed(std::fabs(value), precision, text);
  } else if (format == std::chars_format::general && precision == 14) {
    end = syntax::FormatGeneral14(std::fabs(value), text);
  }
  if (end == nullptr) {
    end = std::to_chars(text, text + sizeof text, std::fabs(value), format,
                        precision)
              .ptr;
  }
  if (upper) {
    for (char* p = text; p != end; ++p) *p = ToUpper(*p);
  }
  AppendPadded(out, spec, spec.zero, SignOf(spec, std::signbit(value)),
               {text, static_cast<size_t>(end - text)});
}

// ---- %q

void AppendQuoted(NativeCall& call, Buffer& out, std::string_view s) {
  out.Append('"');
  LongLoop loop(call);
  for (size_t i = 0; i < s.size(); ++i) {
    loop.Step();
    const unsigned char c = s[i];
    if (c == '"' || c == '\\' || c == '\n') {
      out.Append('\\');
      out.Append(static_cast<char>(c));
    } else if (kControl.Has(c)) {
      // Three digits where another digit follows.
      const bool full = i + 1 < s.size() && kDigit.Has(s[i + 1]);
      char* room = out.Reserve(8);
      out.Commit(static_cast<size_t>(
          std::snprintf(room, 8, full ? "\\%03d" : "\\%d", c)));
    } else {
      out.Append(static_cast<char>(c));
    }
  }
  out.Append('"');
}

void AppendLiteral(NativeCall& call, Buffer& out, int argument) {
  const Value v = call.arg(argument);
  switch (v.tag) {
    case Tag::kString:
      return AppendQuoted(call, out, v.string()->view());
    case Tag::kInteger:
      // The decimal digits of the smallest integer would be read as a float.
      if (v.integer() == INT64_MIN) return out.Append("0x8000000000000000");
      [[fallthrough]];
    case Tag::kNil:
    case Tag::kFalse:
    case Tag::kTrue:
      return out.Append(ToDisplayString(call.co, v)->view());
    case Tag::kFloat: {
      const double d = v.number();
      if (std::isnan(d)) return out.Append("(0/0)");
      if (std::isinf(d)) return out.Append(d > 0 ? "1e9999" : "-1e9999");
      // Hexadecimal keeps every bit.
      char* room = out.Reserve(64);
      out.Commit(static_cast<size_t>(std::snprintf(room, 64, "%a", d)));
      return;
    }
    default:
      call.ArgumentError(argument, "value has no literal form");
  }
}

// ---- %s %c %p

void AppendString(NativeCall& call, Buffer& out, Specification& spec,
                  int argument) {
  std::string_view s = ToDisplayString(call.co, call.arg(argument))->view();
  if (s.find('\0') != std::string_view::npos) {
    call.ArgumentError(argument, "string contains zeros");
  }
  ParseModifiers(call, spec, kLeftFlag, /*precision=*/true);
  if (spec.precision < 0 && s.size() >= kLongString) return out.Append(s);
  if (spec.precision >= 0) {
    s = s.substr(0, static_cast<size_t>(spec.precision));
  }
  AppendPadded(out, spec, false, {}, s);
}

void AppendPointer(Buffer& out, const Specification& spec, Value v) {
  const void* pointer =
      v.is_collectable() || v.is_light_userdata() ? v.pointer() : nullptr;
  char text[32] = "(null)";
  int size = 6;
  if (pointer != nullptr) {
    size = std::snprintf(text, sizeof text, "%p", pointer);
  }
  AppendPadded(out, spec, false, {}, {text, static_cast<size_t>(size)});
}

// Reads the specification that starts behind a '%' at `p`; returns its end.
const char* ReadSpecification(NativeCall& call, const char* p, const char* end,
                              Specification& spec) {
  const char* start = p;
  while (p != end && kModifiers.Has(*p)) ++p;
  if (static_cast<size_t>(p - start) > kMaxModifiers) {
    call.Error("invalid format (too long)");
  }
  spec.conversion = p != end ? *p++ : '\0';
  spec.text = {start - 1, static_cast<size_t>(p - start) + 1};
  return p;
}

void Convert(NativeCall& call, Buffer& out, Specification& spec, int argument) {
  switch (spec.conversion) {
    case 'c': {
      ParseModifiers(call, spec, kLeftFlag, false);
      const char c = static_cast<char>(call.CheckInteger(argument));
      return AppendPadded(out, spec, false, {}, {&c, 1});
    }
    case 'd':
    case 'i': {
      const int64_t n = call.CheckInteger(argument);
      ParseModifiers(call, spec, kSignedFlags, true);
      return AppendInteger(out, spec, n);
    }
    case 'u': {
      const int64_t n = call.CheckInteger(argument);
      ParseModifiers(call, spec, kUnsignedFlags, true);
      return AppendInteger(out, spec, n);
    }
    case 'o':
    case 'x':
    case 'X': {
      const int64_t n = call.CheckInteger(argument);
      ParseModifiers(call, spec, kBaseFlags, true);
      return AppendInteger(out, spec, n);
    }
    case 'a':
    case 'A':
      ParseModifiers(call, spec, kFloatFlags, true);
      return AppendFloat(out, spec, call.CheckNumber(argument));
    case 'f':
    case 'e':
    case 'E':
    case 'g':
    case 'G': {
      const double d = call.CheckNumber(argument);
      ParseModifiers(call, spec, kFloatFlags, true);
      return AppendFloat(out, spec, d);
    }
    case 'p':
      ParseModifiers(call, spec, kLeftFlag, false);
      return AppendPointer(out, spec, call.arg(argument));
    case 'q':
      if (spec.text.size() != 2) {
        call.Error("specifier '%q' cannot have modifiers");
      }
      return AppendLiteral(call, out, argument);
    case 's':
      return AppendString(call, out, spec, argument);
    default:
      // A '\0' ends the text, as it does in C.
      call.ErrorF("invalid conversion '%s' to 'format'",
                  spec.text.substr(0, spec.text.find('\0')));
  }
}

// The conversions without modifiers that programs use most; false: something
// else.
bool ConvertPlain(NativeCall& call, Buffer& out, char conversion,
                  int argument) {
  const Value v = call.arg(argument);
  switch (conversion) {
    case 's':
      if (v.is_string()) {
        out.Append(v.string()->view());
      } else if (v.is_number() && call.state().type_metatables[static_cast<int>(
                                      Type::kNumber)] == nullptr) {
        out.Commit(FormatNumberTo(v, out.Reserve(64)));
      } else {
        out.Append(ToDisplayString(call.co, v)->view());
      }
      return true;
    case 'd':
      out.Commit(FormatNumberTo(Value::Integer(call.CheckInteger(argument)),
                                out.Reserve(64)));
      return true;
    default:
      return false;
  }
}

// Those with a one-digit width or precision: %5d, %05d, %.2f.  `p` is behind
// the
// '%'; its end is returned, or null: something else.
const char* ConvertShort(NativeCall& call, Buffer& out, const char* p,
                         const char* end, int argument) {
  const Value v = call.arg(argument);
  const bool zeros = p != end && *p == '0';
  const bool point = p != end && *p == '.';
  p += zeros || point;
  if (end - p < 2 || !kDigit.Has(*p)) return nullptr;
  const int number = *p++ - '0';
  constexpr size_t kRoom = 64;
  if (point) {
    if (*p != 'f' || !v.is_float() || !std::isfinite(v.number())) {
      return nullptr;
    }
    char* room = out.Reserve(kRoom);
    *room = '-';
    const bool negative = std::signbit(v.number());
    char* last =
        syntax::FormatFixed(std::fabs(v.number()), number, room + negative);
    if (last == nullptr) return nullptr;
    out.Commit(static_cast<size_t>(last - room));
    return p + 1;
  }
  if (*p != 'd' || number == 0 || !v.is_integer() ||
      (zeros && v.integer() < 0)) {
    return nullptr;
  }
  char digits[kRoom / 2];
  const size_t size = FormatNumberTo(v, digits);
  const size_t width = static_cast<size_t>(number);
  const size_t padding = width > size ? width - size : 0;
  char* room = out.Reserve(kRoom);
  std::memset(room, zeros ? '0' : ' ', padding);
  std::memcpy(room + padding, digits, size);
  out.Commit(padding + size);
  return p + 1;
}

}  // namespace

NativeResult StringFormat(NativeCall& call) {
  std::string_view format = call.CheckView(1);
  const char* p = format.data();
  const char* end = p + format.size();
  Buffer out(call.state());
  int argument = 1;
  unsigned rounds = 0;
  while (p != end) {
    // (A conversion may take a microsecond.)
    if (++rounds % 64 == 0) call.Spend(64 * 16);
    const void* found = std::memchr(p, '%', static_cast<size_t>(end - p));
    const char* percent = found ? static_cast<const char*>(found) : end;
    out.Append(p, static_cast<size_t>(percent - p));
    if (percent == end) break;
    p = percent + 1;
    if (p != end && *p == '%') {
      out.Append('%');
      ++p;
      continue;
    }
    if (++argument > call.count()) call.ArgumentError(argument, "no value");
    if (p != end && ConvertPlain(call, out, *p, argument)) {
      ++p;
      continue;
    }
    if (const char* behind = ConvertShort(call, out, p, end, argument)) {
      p = behind;
      continue;
    }
    Specification spec;
    p = ReadSpecification(call, p, end, spec);
    Convert(call, out, spec, argument);
  }
  return call.Return(Value::Of(out.ToString()));
}

}  // namespace m3lua::stdlib
