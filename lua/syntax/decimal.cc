#include "lua/syntax/decimal.h"

#include <array>
#include <bit>
#include <cstring>

namespace m3lua::syntax {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr int kMantissaBits = 52;
constexpr int kExponentBias = 1023 + kMantissaBits;

constexpr std::array<uint64_t, 20> kPowersOfTen = [] {
  std::array<uint64_t, 20> powers = {};
  uint64_t power = 1;
  for (uint64_t& p : powers) {
    p = power;
    power *= 10;
  }
  return powers;
}();

// "00", "01" ... "99".
constexpr std::array<char, 200> kPairs = [] {
  std::array<char, 200> pairs = {};
  for (int i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// value * 10^digits, rounded half to even.  False if it can't be told here.
bool Scale(double value, int digits, uint64_t& out) {
  const uint64_t bits = std::bit_cast<uint64_t>(value);
  const uint64_t biased = bits >> kMantissaBits;
  uint64_t mantissa = bits & ((uint64_t{1} << kMantissaBits) - 1);
  if (biased == 0) {
    // (Zero; smaller numbers than the normal ones are not usual.)
    out = 0;
    return mantissa == 0;
  }
  mantissa |= uint64_t{1} << kMantissaBits;
  // (Below 2^53 * 10^18 < 2^113.)
  const Uint128 product = static_cast<Uint128>(mantissa) * kPowersOfTen[digits];
  const int exponent = static_cast<int>(biased) - kExponentBias;
  if (exponent >= 0) {
    if (exponent > 10 || (product << exponent) >> 64 != 0) return false;
    out = static_cast<uint64_t>(product << exponent);
    return true;
  }
  const int shift = -exponent;
  if (shift > 126) return false;
  const Uint128 quotient = product >> shift;
  if (quotient >= UINT64_MAX) return false;
  out = static_cast<uint64_t>(quotient);
  const Uint128 rest = product - (quotient << shift);
  const Uint128 half = Uint128{1} << (shift - 1);
  if (rest > half || (rest == half && (out & 1))) ++out;
  return true;
}

int DigitCount(uint64_t n) {
  // 1233 / 4096 is a little more than the logarithm of 2.
  const int estimate = (std::bit_width(n | 1) * 1233) >> 12;
  return estimate + (estimate < 20 && n >= kPowersOfTen[estimate]) +
         (n == 0 && estimate == 0);
}

// The last `count` digits of `n`, with zeros in front, at `out`.
void WriteDigits(uint64_t n, int count, char* out) {
  while (count >= 2) {
    count -= 2;
    std::memcpy(out + count, &kPairs[2 * (n % 100)], 2);
    n /= 100;
  }
  if (count == 1) *out = static_cast<char>('0' + n % 10);
}

}  // namespace

char* FormatFixed(double value, int precision, char* out) {
  uint64_t scaled;
  if (precision > kMaxFixedPrecision || !Scale(value, precision, scaled)) {
    return nullptr;
  }
  const uint64_t whole = scaled / kPowersOfTen[precision];
  const int count = DigitCount(whole);
  WriteDigits(whole, count, out);
  out += count;
  if (precision > 0) {
    *out++ = '.';
    WriteDigits(scaled - whole * kPowersOfTen[precision], precision, out);
    out += precision;
  }
  return out;
}

char* FormatGeneral14(double value, char* out) {
  constexpr int kDigits = 14;
  if (!(value >= 1e-4 && value < 1e14)) return nullptr;
  // The place of the first digit, from the binary exponent: right, or one too
  // large.
  const int exponent =
      static_cast<int>(std::bit_cast<uint64_t>(value) >> kMantissaBits) - 1023;
  int first = ((exponent + 1) * 1233 + 4096 * 8) / 4096 - 8;
  uint64_t digits = 0;
  for (;; --first) {
    // (`first` can be 14 for the largest numbers, and -5 for none.)
    const int scale = kDigits - 1 - first;
    if (scale < 0) continue;
    if (scale > kMaxFixedPrecision || !Scale(value, scale, digits)) {
      return nullptr;
    }
    if (digits > kPowersOfTen[kDigits - 1]) break;
    if (digits == kPowersOfTen[kDigits - 1]) {
      // A power of ten, or rounded up to one for want of a digit.
      uint64_t finer;
      if (!Scale(value, scale + 1, finer)) return nullptr;
      if (finer >= kPowersOfTen[kDigits]) break;
      digits = finer;
      --first;
      break;
    }
  }
  if (digits >= kPowersOfTen[kDigits]) {
    // Rounded up to the next power of ten.
    digits = kPowersOfTen[kDigits - 1];
    if (++first >= kDigits) return nullptr;
  }
  char text[kDigits];
  WriteDigits(digits, kDigits, text);
  int size = kDigits;
  while (size > 1 && text[size - 1] == '0') --size;
  if (first < 0) {
    std::memcpy(out, "0.0000", 6);
    out += 1 - first;
    std::memcpy(out, text, kDigits);
    return out + size;
  }
  const int whole = first + 1;
  std::memcpy(out, text, kDigits);
  if (size <= whole) return out + whole;
  out[whole] = '.';
  std::memcpy(out + whole + 1, text + whole, static_cast<size_t>(size - whole));
  return out + size + 1;
}

}  // namespace m3lua::syntax
