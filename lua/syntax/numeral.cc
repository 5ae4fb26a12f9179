// Numerals: decimal ones through <charconv>, hexadecimal ones by hand.
//
// Nothing here looks at the C locale: os.setlocale must not change what a
// numeral means, nor how a number is printed.
//
// Guarded by tests/unit/syntax/numeral_test.cc.
#include "lua/syntax/numeral.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "lua/syntax/character_class.h"
#include "lua/syntax/decimal.h"

namespace m3lua::syntax {
namespace {

bool IsSpace(char c) { return IsBlank(c) || c == '\n' || c == '\r'; }

double WithSign(double magnitude, bool negative) {
  return negative ? -magnitude : magnitude;
}

// All digits, and the value fits: Lua's integers; else nothing (and the
// caller tries a float).
std::optional<int64_t> DecimalInteger(std::string_view digits, bool negative) {
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  const uint64_t limit = kMax + (negative ? 1 : 0);
  uint64_t value = 0;
  for (const char c : digits) {
    if (!IsDigit(c)) return std::nullopt;
    const uint64_t digit = static_cast<uint64_t>(c - '0');
    if (value > (limit - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return static_cast<int64_t>(negative ? 0 - value : value);
}

// from_chars reports overflow and underflow alike; this tells which by the
// decimal exponent of the first significant digit.
double OutOfRange(std::string_view text) {
  const size_t mark = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, mark);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  const size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return 0.0;
  const double magnitude = first < point ? static_cast<double>(point - first)
                                         : -static_cast<double>(first - point);
  double exponent = 0;
  if (mark != std::string_view::npos) {
    std::string_view rest = text.substr(mark + 1);
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    for (const char c : rest) exponent = exponent * 10 + (c - '0');
    exponent = WithSign(exponent, negative);
  }
  return magnitude + exponent > 0 ? std::numeric_limits<double>::infinity()
                                  : 0.0;
}

std::optional<double> DecimalFloat(std::string_view text) {
  // from_chars would take a second sign, "inf" and "nan".
  if (!IsDigit(text[0]) && text[0] != '.') return std::nullopt;
  double value = 0;
  const char* end = text.data() + text.size();
  const std::from_chars_result result =
      std::from_chars(text.data(), end, value);
  if (result.ptr != end) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) return OutOfRange(text);
  if (result.ec != std::errc()) return std::nullopt;
  return value;
}

// mantissa * 2^exponent, rounded once, to nearest even.  `mantissa` may carry
// a sticky low bit for digits that were cut off.
double Scale(uint64_t mantissa, int64_t exponent) {
  if (mantissa == 0) return 0.0;
  const int bits = std::bit_width(mantissa);
  const int64_t top = exponent + bits - 1;  // value in [2^top, 2^(top+1))
  if (top > 1023) return std::numeric_limits<double>::infinity();
  if (top < -1075) return 0.0;
  // How many bits the double keeps: fewer than 53 when it is subnormal.
  const int kept = static_cast<int>(std::min<int64_t>(53, top + 1075));
  const int cut = bits - kept;
  if (cut > 0) {
    const uint64_t half = uint64_t{1} << (cut - 1);
    const uint64_t rest = mantissa & (half | (half - 1));
    mantissa = cut < 64 ? mantissa >> cut : 0;
    if (rest > half || (rest == half && (mantissa & 1) != 0)) ++mantissa;
    exponent += cut;
  }
  return std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
}

// What follows "0x".
std::optional<Number> Hexadecimal(std::string_view text, bool negative) {
  uint64_t wrapped = 0;   // of an integer: modulo 2^64
  uint64_t mantissa = 0;  // of a float: the first 16 significant digits
  int64_t exponent = 0;   // binary
  bool any = false;
  bool point = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.') {
      if (point) return std::nullopt;
      point = true;
      continue;
    }
    if (!IsHexDigit(text[i])) break;
    const int digit = HexValue(text[i]);
    any = true;
    wrapped = wrapped << 4 | static_cast<uint64_t>(digit);
    if (mantissa >> 60 == 0) {
      mantissa = mantissa << 4 | static_cast<uint64_t>(digit);
      if (point) exponent -= 4;
    } else {
      if (digit != 0) mantissa |= 1;
      if (!point) exponent += 4;
    }
  }
  if (!any) return std::nullopt;
  if (i == text.size() && !point) {
    return static_cast<int64_t>(negative ? 0 - wrapped : wrapped);
  }
  if (i < text.size()) {
    if (text[i] != 'p' && text[i] != 'P') return std::nullopt;
    ++i;
    bool minus = false;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) {
      minus = text[i++] == '-';
    }
    if (i == text.size()) return std::nullopt;
    // Beyond any length of text, so that digits before it can't make up for
    // the digits cut off here.
    constexpr int64_t kHuge = int64_t{1} << 50;
    int64_t written = 0;
    for (; i < text.size(); ++i) {
      if (!IsDigit(text[i])) return std::nullopt;
      written = std::min(kHuge, written * 10 + (text[i] - '0'));
    }
    exponent += minus ? -written : written;
  }
  return WithSign(Scale(mantissa, exponent), negative);
}

}  // namespace

std::optional<Number> ParseNumber(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  if (text.size() > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
    return Hexadecimal(text.substr(2), negative);
  }
  if (const auto integer = DecimalInteger(text, negative)) return *integer;
  if (const auto number = DecimalFloat(text)) {
    return WithSign(*number, negative);
  }
  return std::nullopt;
}

size_t FormatNumber(int64_t value, char* buffer) {
  return static_cast<size_t>(
      std::to_chars(buffer, buffer + kNumberBufferSize, value).ptr - buffer);
}

size_t FormatNumber(double value, char* buffer) {
  char* start = buffer;
  if (value < 0) *start++ = '-';
  char* end = FormatGeneral14(std::fabs(value), start);
  if (end == nullptr) {
    end = std::to_chars(buffer, buffer + kNumberBufferSize - 2, value,
                        std::chars_format::general, 14)
              .ptr;
  }
  const bool integral =
      std::all_of(buffer, end, [](char c) { return c == '-' || IsDigit(c); });
  size_t length = static_cast<size_t>(end - buffer);
  if (integral) {
    std::memcpy(buffer + length, ".0", 2);
    length += 2;
  }
  return length;
}

std::string FormatNumber(int64_t value) {
  char buffer[kNumberBufferSize];
  return std::string(buffer, FormatNumber(value, buffer));
}

std::string FormatNumber(double value) {
  char buffer[kNumberBufferSize];
  return std::string(buffer, FormatNumber(value, buffer));
}

}  // namespace m3lua::syntax
