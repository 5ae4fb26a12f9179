// Character classes of the C locale as sets of bytes.
//
// Patterns, string.format and string.pack use these and not <cctype>, so that
// they neither depend on the locale nor call a function for each byte.
//
// Guarded by tests/unit/stdlib/pattern_test.cc.
#ifndef LUA_STDLIB_CHARACTER_CLASS_H_
#define LUA_STDLIB_CHARACTER_CLASS_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace m3lua::stdlib {

// A set of bytes, one bit each.
struct CharSet {
  uint64_t words[4] = {};

  constexpr bool Has(unsigned char c) const {
    return (words[c >> 6] >> (c & 63)) & 1;
  }
  constexpr void Add(unsigned char c) {
    words[c >> 6] |= uint64_t{1} << (c & 63);
  }
  // Adds low ... high; nothing if the range is empty.
  constexpr void AddRange(unsigned char low, unsigned char high) {
    for (unsigned c = low; c <= high; ++c) Add(static_cast<unsigned char>(c));
  }
  constexpr void AddSet(const CharSet& other) {
    for (int i = 0; i < 4; ++i) words[i] |= other.words[i];
  }
  constexpr void Complement() {
    for (uint64_t& word : words) word = ~word;
  }
  static constexpr CharSet Of(std::string_view bytes) {
    CharSet set;
    for (char c : bytes) set.Add(static_cast<unsigned char>(c));
    return set;
  }
};

namespace internal {

constexpr CharSet MakeClass(char letter) {
  CharSet set;
  switch (letter) {
    case 'a':
      set.AddRange('A', 'Z');
      set.AddRange('a', 'z');
      break;
    case 'c':
      set.AddRange(0, 31);
      set.Add(127);
      break;
    case 'd':
      set.AddRange('0', '9');
      break;
    case 'g':
      set.AddRange(33, 126);
      break;
    case 'l':
      set.AddRange('a', 'z');
      break;
    case 'p':
      set.AddRange(33, 47);
      set.AddRange(58, 64);
      set.AddRange(91, 96);
      set.AddRange(123, 126);
      break;
    case 's':
      set.AddRange(9, 13);
      set.Add(' ');
      break;
    case 'u':
      set.AddRange('A', 'Z');
      break;
    case 'w':
      set.AddRange('0', '9');
      set.AddRange('A', 'Z');
      set.AddRange('a', 'z');
      break;
    case 'x':
      set.AddRange('0', '9');
      set.AddRange('A', 'F');
      set.AddRange('a', 'f');
      break;
    case 'z':
      set.Add(0);
      break;  // deprecated in the language, still there
    default:
      break;
  }
  return set;
}

inline constexpr std::string_view kClassLetters = "acdglpsuwxz";

// Classes in the order of kClassLetters, each followed by its complement.
constexpr std::array<CharSet, 22> MakeClasses() {
  std::array<CharSet, 22> classes;
  for (size_t i = 0; i < kClassLetters.size(); ++i) {
    classes[2 * i] = MakeClass(kClassLetters[i]);
    classes[2 * i + 1] = classes[2 * i];
    classes[2 * i + 1].Complement();
  }
  return classes;
}

constexpr std::array<int8_t, 256> MakeClassIndex() {
  std::array<int8_t, 256> index;
  index.fill(-1);
  for (size_t i = 0; i < kClassLetters.size(); ++i) {
    const unsigned char letter = kClassLetters[i];
    index[letter] = static_cast<int8_t>(2 * i);
    index[letter - 'a' + 'A'] = static_cast<int8_t>(2 * i + 1);
  }
  return index;
}

inline constexpr std::array<CharSet, 22> kClasses = MakeClasses();
inline constexpr std::array<int8_t, 256> kClassIndex = MakeClassIndex();

}  // namespace internal

// The class that `%letter` means in a pattern, or null if the letter stands
// for itself.
constexpr const CharSet* ClassNamed(unsigned char letter) {
  const int index = internal::kClassIndex[letter];
  return index < 0 ? nullptr : &internal::kClasses[index];
}

inline constexpr CharSet kControl = internal::MakeClass('c');
inline constexpr CharSet kDigit = internal::MakeClass('d');

// The upper-case letter of a lower-case one, other bytes as they are.
constexpr char ToUpper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_CHARACTER_CLASS_H_
