// See pattern.h.  Guarded by tests/unit/stdlib/pattern_test.cc.
//
// Names: `s` is a place in the subject, `p` one in the pattern, an item is a
// single-byte class (`a`, `.`, `%a`, `[set]`) and `end` is the end of an item.
#include "lua/stdlib/pattern.h"

#include <cstring>
#include <string>

namespace m3lua::stdlib {
namespace {

constexpr char kEscape = '%';

bool IsRepetition(char c) {
  return c == '*' || c == '+' || c == '?' || c == '-';
}

// Repetitions that accept nothing at all.
bool IsOptional(char c) { return c == '*' || c == '?' || c == '-'; }

// `p` is the '[', `last` the ']'.  A byte behind a '%' is a class or itself; a
// '-' between two bytes makes a range.  Calls `visit_set`, `visit_range`.
template <typename Set, typename Range>
void VisitBracket(const char* p, const char* last, Set visit_set,
                  Range visit_range) {
  while (++p < last) {
    const unsigned char c = *p;
    if (c == kEscape) {
      const unsigned char escaped = *++p;
      if (const CharSet* set = ClassNamed(escaped)) {
        visit_set(*set);
      } else {
        visit_range(escaped, escaped);
      }
    } else if (p[1] == '-' && p + 2 < last) {
      p += 2;
      visit_range(c, static_cast<unsigned char>(*p));
    } else {
      visit_range(c, c);
    }
  }
}

bool BracketHas(unsigned char c, const char* p, const char* last) {
  bool negated = p[1] == '^';
  bool found = false;
  VisitBracket(
      p + negated, last, [&](const CharSet& set) { found |= set.Has(c); },
      [&](unsigned char low, unsigned char high) {
        found |= low <= c && c <= high;
      });
  return found != negated;
}

CharSet MakeBracketSet(const char* p, const char* last) {
  CharSet result;
  bool negated = p[1] == '^';
  VisitBracket(
      p + negated, last, [&](const CharSet& set) { result.AddSet(set); },
      [&](unsigned char low, unsigned char high) {
        result.AddRange(low, high);
      });
  if (negated) result.Complement();
  return result;
}

size_t SpanOf(const CharSet& set, const char* s, const char* end) {
  const char* start = s;
  while (s != end && set.Has(static_cast<unsigned char>(*s))) ++s;
  return static_cast<size_t>(s - start);
}

}  // namespace

PatternMatcher::PatternMatcher(PatternHost* host, std::string_view subject,
                               std::string_view pattern, Anchors anchors)
    : host_(host),
      subject_(subject.data()),
      subject_end_(subject.data() + subject.size()),
      pattern_(pattern.data()),
      pattern_end_(pattern.data() + pattern.size()),
      anchored_(anchors == Anchors::kHonour && pattern.starts_with('^')) {
  if (anchored_) {
    ++pattern_;
  } else {
    AnalyseFirst();
  }
  for (KeptSet& kept : sets_) kept.item = nullptr;
}

void PatternMatcher::Error(std::string_view message) const {
  host_->PatternError(message);
  // (g++ 12 forgets that a virtual function does not return.)
  __builtin_unreachable();
}

void PatternMatcher::Check() { host_->PatternCheck(TakeSteps()); }

void PatternMatcher::CaptureIndexError(int index) const {
  Error("invalid capture index %" + std::to_string(index + 1));
}

// ---- searching

// Finds out what a match has to start with.  Only what can be said without
// raising an error: errors are due when the matcher gets there.
void PatternMatcher::AnalyseFirst() {
  const char* p = pattern_;
  if (p != pattern_end_ && *p == '(') {
    ++p;
    if (p != pattern_end_ && *p == ')') return;
  }
  if (p == pattern_end_) return;
  const char* end = p + 1;
  switch (*p) {
    case '.':
    case '(':
    case ')':
      return;
    case '$':
      if (end == pattern_end_) return;
      break;
    case kEscape: {
      if (end == pattern_end_) return;
      const unsigned char c = *end++;
      if (c == 'b' || c == 'f' || kDigit.Has(c)) return;
      if (end != pattern_end_ && IsOptional(*end)) return;
      first_set_ = ClassNamed(c);
      first_byte_ = c;
      first_ = first_set_ != nullptr ? First::kSet : First::kByte;
      AnalyseWhole(end);
      return;
    }
    case '[':
      // The end of the set is looked for only when the search goes on.
      first_bracket_ = p;
      first_ = First::kBracket;
      return;
    default:
      break;
  }
  if (end != pattern_end_ && IsOptional(*end)) return;
  first_byte_ = static_cast<unsigned char>(*p);
  first_ = First::kByte;
  AnalyseWhole(end);
}

// The first item, which is where a match starts, ends at `end`.
void PatternMatcher::AnalyseWhole(const char* end) {
  if (*pattern_ == '(') return;
  if (end == pattern_end_) {
    whole_ = Whole::kItem;
  } else if (*end == '+' && end + 1 == pattern_end_) {
    whole_ = Whole::kRun;
  }
}

// The first place from `s` on where a match may start, or null.
const char* PatternMatcher::NextCandidate(const char* s) {
  switch (first_) {
    case First::kUnknown:
      return s;
    case First::kByte:
      if (s == subject_end_) return nullptr;
      return static_cast<const char*>(
          std::memchr(s, first_byte_, static_cast<size_t>(subject_end_ - s)));
    case First::kBracket: {
      // A match was tried, so the set is known to be well formed.
      const char* end = ItemEnd(first_bracket_);
      if (end != pattern_end_ && IsOptional(*end)) {
        first_ = First::kUnknown;
        return s;
      }
      first_bracket_set_ = MakeBracketSet(first_bracket_, end - 1);
      first_set_ = &first_bracket_set_;
      first_ = First::kSet;
      AnalyseWhole(end);
      [[fallthrough]];
    }
    case First::kSet:
      while (s != subject_end_ &&
             !first_set_->Has(static_cast<unsigned char>(*s))) {
        ++s;
      }
      return s != subject_end_ ? s : nullptr;
  }
  return s;
}

const char* PatternMatcher::MatchAt(const char* s) {
  level_ = 0;
  depth_ = kMaxDepth;
  return Match(s, pattern_);
}

const char* PatternMatcher::Find(const char* from, const char* not_ending_at,
                                 const char*& start) {
  const char* s = from;
  if (!anchored_ && first_ != First::kBracket) {
    s = NextCandidate(s);
    if (s == nullptr) return nullptr;
    if (whole_ != Whole::kNo) {
      // (It is not empty, so it does not end where the match before did.)
      level_ = 0;
      start = s++;
      if (whole_ == Whole::kRun) {
        if (first_ == First::kSet) {
          s += SpanOf(*first_set_, s, subject_end_);
        } else {
          while (s != subject_end_ && *s == *start) ++s;
        }
      }
      Charge(static_cast<size_t>(s - start));
      return s;
    }
  }
  for (;;) {
    const char* end = MatchAt(s);
    if (end != nullptr && end != not_ending_at) {
      start = s;
      return end;
    }
    if (anchored_ || s == subject_end_) return nullptr;
    s = NextCandidate(s + 1);
    if (s == nullptr) return nullptr;
  }
}

// ---- matching

const char* PatternMatcher::Match(const char* s, const char* p) {
  if (depth_-- == 0) [[unlikely]] {
    Error("pattern too complex");
  }
  s = MatchHere(s, p);
  ++depth_;
  return s;
}

// Matches the pattern from `p` on at `s`.  What can only go on in one way is
// done in this loop; what may have to come back calls Match.
const char* PatternMatcher::MatchHere(const char* s, const char* p) {
  while (p != pattern_end_) {
    Charge(1);
    const char* end = p + 1;
    switch (*p) {
      case '(':
        if (end != pattern_end_ && *end == ')') {
          return StartCapture(s, end + 1, kPosition);
        }
        return StartCapture(s, end, kUnfinished);
      case ')':
        return EndCapture(s, end);
      case '$':
        if (end == pattern_end_) return s == subject_end_ ? s : nullptr;
        break;
      case kEscape:
        if (end != pattern_end_) {
          const unsigned char c = *end;
          if (c == 'b') {
            s = Balance(s, p + 2);
            if (s == nullptr) return nullptr;
            p += 4;
            continue;
          }
          if (c == 'f') {
            p += 2;
            if (p == pattern_end_ || *p != '[') {
              Error("missing '[' after '%f' in pattern");
            }
            end = ItemEnd(p);
            if (!AtFrontier(s, p, end)) return nullptr;
            p = end;
            continue;
          }
          if (kDigit.Has(c)) {
            s = BackReference(s, c);
            if (s == nullptr) return nullptr;
            p += 2;
            continue;
          }
        }
        end = ItemEnd(p);
        break;
      case '[':
        end = ItemEnd(p);
        break;
      default:
        break;
    }
    const char repetition = end != pattern_end_ ? *end : '\0';
    switch (repetition) {
      case '*':
        return Expand(s, p, end, 0);
      case '+':
        return Expand(s, p, end, 1);
      case '-':
        return ExpandLazily(s, p, end);
      case '?':
        if (s != subject_end_ &&
            ItemHas(static_cast<unsigned char>(*s), p, end)) {
          const char* result = Match(s + 1, end + 1);
          if (result != nullptr) return result;
        }
        p = end + 1;
        continue;
      default:
        if (s == subject_end_ ||
            !ItemHas(static_cast<unsigned char>(*s), p, end)) {
          return nullptr;
        }
        ++s;
        p = end;
        continue;
    }
  }
  return s;
}

const char* PatternMatcher::StartCapture(const char* s, const char* p,
                                         ptrdiff_t length) {
  if (level_ >= kMaxCaptures) Error("too many captures");
  captures_[level_++] = {s, length};
  const char* result = Match(s, p);
  if (result == nullptr) --level_;
  return result;
}

const char* PatternMatcher::EndCapture(const char* s, const char* p) {
  int open = level_ - 1;
  while (open >= 0 && captures_[open].length != kUnfinished) --open;
  if (open < 0) Error("invalid pattern capture");
  captures_[open].length = s - captures_[open].start;
  const char* result = Match(s, p);
  if (result == nullptr) captures_[open].length = kUnfinished;
  return result;
}

// `p` is behind "%b".
const char* PatternMatcher::Balance(const char* s, const char* p) {
  if (pattern_end_ - p < 2) {
    Error("malformed pattern (missing arguments to '%b')");
  }
  if (s == subject_end_ || *s != p[0]) return nullptr;
  size_t nesting = 1;
  for (const char* here = s + 1; here != subject_end_; ++here) {
    if (*here == p[1]) {
      if (--nesting == 0) {
        Charge(static_cast<size_t>(here - s));
        return here + 1;
      }
    } else if (*here == p[0]) {
      ++nesting;
    }
  }
  Charge(static_cast<size_t>(subject_end_ - s));
  return nullptr;
}

const char* PatternMatcher::BackReference(const char* s, unsigned char digit) {
  const int index = digit - '1';
  if (index < 0 || index >= level_ || captures_[index].length == kUnfinished) {
    CaptureIndexError(index);
  }
  const Capture& capture = captures_[index];
  if (capture.is_position() || subject_end_ - s < capture.length) {
    return nullptr;
  }
  const size_t length = static_cast<size_t>(capture.length);
  Charge(length);
  return std::memcmp(capture.start, s, length) == 0 ? s + length : nullptr;
}

// The edges of the subject count as '\0'.
bool PatternMatcher::AtFrontier(const char* s, const char* p, const char* end) {
  const unsigned char before = s == subject_ ? 0 : s[-1];
  const unsigned char after = s == subject_end_ ? 0 : *s;
  return !BracketHas(before, p, end - 1) && BracketHas(after, p, end - 1);
}

// Greedy repetition: as many as there are, then fewer down to `minimum`.
const char* PatternMatcher::Expand(const char* s, const char* p,
                                   const char* end, ptrdiff_t minimum) {
  ptrdiff_t count = static_cast<ptrdiff_t>(Span(s, p, end));
  Charge(static_cast<size_t>(count));
  if (count < minimum) return nullptr;
  const char* rest = end + 1;
  if (rest == pattern_end_) return s + count;
  const int next = PlainByteAt(rest);
  for (; count >= minimum; --count) {
    const char* here = s + count;
    if (next >= 0 &&
        (here == subject_end_ || static_cast<unsigned char>(*here) != next)) {
      continue;
    }
    const char* result = Match(here, rest);
    if (result != nullptr) return result;
  }
  return nullptr;
}

// Lazy repetition: as few as possible.
const char* PatternMatcher::ExpandLazily(const char* s, const char* p,
                                         const char* end) {
  const char* rest = end + 1;
  const int next = PlainByteAt(rest);
  for (;; ++s) {
    Charge(1);
    if (next < 0 ||
        (s != subject_end_ && static_cast<unsigned char>(*s) == next)) {
      const char* result = Match(s, rest);
      if (result != nullptr) return result;
    }
    if (s == subject_end_ || !ItemHas(static_cast<unsigned char>(*s), p, end)) {
      return nullptr;
    }
  }
}

// The byte that has to come next for the pattern from `p` on to match, or -1
// if that isn't one plain byte.  Looks through one end of a capture.
int PatternMatcher::PlainByteAt(const char* p) const {
  if (p != pattern_end_ && *p == ')') {
    // Without an open capture the ')' is an error, for EndCapture to raise.
    bool open = false;
    for (int i = 0; i < level_; ++i) {
      open |= captures_[i].length == kUnfinished;
    }
    if (!open) return -1;
    ++p;
  }
  if (p == pattern_end_) return -1;
  unsigned char c = *p++;
  switch (c) {
    case '(':
    case ')':
    case '.':
    case '[':
      return -1;
    case '$':
      if (p == pattern_end_) return -1;
      break;
    case kEscape:
      if (p == pattern_end_) return -1;
      c = *p++;
      if (c == 'b' || c == 'f' || kDigit.Has(c) || ClassNamed(c) != nullptr) {
        return -1;
      }
      break;
    default:
      break;
  }
  if (p != pattern_end_ && IsRepetition(*p) && *p != '+') return -1;
  return c;
}

// ---- items

const char* PatternMatcher::ItemEnd(const char* p) {
  const char c = *p++;
  if (c == kEscape) {
    if (p == pattern_end_) Error("malformed pattern (ends with '%')");
    return p + 1;
  }
  if (c != '[') return p;
  if (p != pattern_end_ && *p == '^') ++p;
  // A ']' right at the start stands for itself.
  do {
    if (p == pattern_end_) Error("malformed pattern (missing ']')");
    if (*p++ == kEscape && p != pattern_end_) ++p;
  } while (p == pattern_end_ || *p != ']');
  return p + 1;
}

bool PatternMatcher::ItemHas(unsigned char c, const char* p,
                             const char* end) const {
  switch (*p) {
    case '.':
      return true;
    case kEscape: {
      const unsigned char letter = p[1];
      const CharSet* set = ClassNamed(letter);
      return set != nullptr ? set->Has(c) : letter == c;
    }
    case '[':
      for (const KeptSet& kept : sets_) {
        if (kept.item == p) return kept.set.Has(c);
      }
      return BracketHas(c, p, end - 1);
    default:
      return static_cast<unsigned char>(*p) == c;
  }
}

// The number of bytes from `s` on that the item has.
size_t PatternMatcher::Span(const char* s, const char* p, const char* end) {
  const char* start = s;
  char c = *p;
  switch (c) {
    case '.':
      return static_cast<size_t>(subject_end_ - s);
    case kEscape:
      c = p[1];
      if (const CharSet* set = ClassNamed(static_cast<unsigned char>(c))) {
        return SpanOf(*set, s, subject_end_);
      }
      break;
    case '[':
      return SpanOf(BracketSet(p, end), s, subject_end_);
    default:
      break;
  }
  while (s != subject_end_ && *s == c) ++s;
  return static_cast<size_t>(s - start);
}

const CharSet& PatternMatcher::BracketSet(const char* p, const char* end) {
  for (const KeptSet& kept : sets_) {
    if (kept.item == p) return kept.set;
  }
  KeptSet& kept = sets_[next_set_++ % kKeptSets];
  kept.item = p;
  kept.set = MakeBracketSet(p, end - 1);
  return kept.set;
}

PatternMatcher::Capture PatternMatcher::GetCapture(int index, const char* start,
                                                   const char* end) const {
  if (index >= level_) {
    if (index != 0) CaptureIndexError(index);
    return {start, end - start};
  }
  const Capture& capture = captures_[index];
  if (capture.length == kUnfinished) Error("unfinished capture");
  return capture;
}

}  // namespace m3lua::stdlib
