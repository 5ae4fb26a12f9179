// Lua patterns (manual 6.4.1): the matcher under find, match, gmatch and gsub.
//
// A pattern is interpreted as it stands, by backtracking; nothing is allocated,
// so a matcher can be kept (gmatch does) and used again.  What makes it quick:
//
//   * each repetition scans its run with a loop of its own kind: a byte, any
//     byte, or a set of 256 bits.  Sets in brackets are turned into bits once
//     and kept, the latest four of them;
//   * after a repetition, positions that can't continue because the pattern
//     goes on with another plain byte are skipped;
//   * a pattern that is nothing but such a byte or set, alone or with `+`, ends
//     where that ends;
//   * a search for a pattern that starts with a byte or set that has to be
//     there visits only the positions where it is.
//
// Bounds: the matcher calls itself at most kMaxDepth deep ("pattern too
// complex"), whatever the pattern; and it reports to its host after each
// kCheckInterval steps, so that a search of exponential time can be stopped.
//
// Guarded by tests/unit/stdlib/pattern_test.cc.
#ifndef LUA_STDLIB_PATTERN_H_
#define LUA_STDLIB_PATTERN_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lua/stdlib/character_class.h"

namespace m3lua::stdlib {

// Whom a matcher turns to.
class PatternHost {
 public:
  // A malformed pattern and the like.  Must throw.
  [[noreturn]] virtual void PatternError(std::string_view message) = 0;
  // Called once in a while during long searches, with the number of steps since
  // the last time; may throw to stop them.
  virtual void PatternCheck(int64_t steps) = 0;

 protected:
  ~PatternHost() = default;
};

class PatternMatcher {
 public:
  static constexpr int kMaxCaptures = 32;
  static constexpr int kMaxDepth = 200;
  static constexpr int64_t kCheckInterval = 1 << 18;  // about a millisecond

  // Whether `^` at the start is an anchor (gmatch takes it as a plain byte).
  enum class Anchors { kHonour, kIgnore };

  // The bytes must outlive the matcher.
  PatternMatcher(PatternHost* host, std::string_view subject,
                 std::string_view pattern, Anchors anchors);

  // The host may differ from one use to the next.
  void set_host(PatternHost* host) { host_ = host; }

  bool anchored() const { return anchored_; }
  const char* subject() const { return subject_; }
  const char* subject_end() const { return subject_end_; }

  // Matches at `s` only: the end of the match, or null.
  const char* MatchAt(const char* s);

  // The first match that starts at `from` or after it (an anchored pattern: at
  // `from`) and does not end at `not_ending_at`: its end, or null.
  // `not_ending_at` is the end of the match before, so that an empty match
  // does not follow right behind another match.
  const char* Find(const char* from, const char* not_ending_at,
                   const char*& start);

  // Steps of which the host has not been told.
  int64_t TakeSteps() {
    const int64_t taken = kCheckInterval - steps_;
    steps_ = kCheckInterval;
    return taken;
  }

  // ---- the captures of the last match
  int capture_count() const { return level_; }
  struct Capture {
    const char* start;
    ptrdiff_t length;  // kPosition: a position capture
    bool is_position() const { return length == kPosition; }
  };
  // Capture `index` (from 0) of a match from `start` to `end`; capture 0 of a
  // pattern without captures is the whole match.  "invalid capture index",
  // "unfinished capture".
  Capture GetCapture(int index, const char* start, const char* end) const;

 private:
  static constexpr ptrdiff_t kUnfinished = -1;
  static constexpr ptrdiff_t kPosition = -2;

  enum class First : uint8_t {
    kUnknown,  // try every position
    kByte,     // the match starts with first_byte_
    kSet,      // the match starts with a byte of *first_set_
    kBracket,  // as kSet, once first_bracket_ has been turned into bits
  };

  void AnalyseFirst();
  void AnalyseWhole(const char* end);
  const char* NextCandidate(const char* s);

  const char* Match(const char* s, const char* p);
  const char* MatchHere(const char* s, const char* p);
  const char* StartCapture(const char* s, const char* p, ptrdiff_t length);
  const char* EndCapture(const char* s, const char* p);
  const char* Balance(const char* s, const char* p);
  const char* BackReference(const char* s, unsigned char digit);
  bool AtFrontier(const char* s, const char* p, const char* end);
  const char* Expand(const char* s, const char* p, const char* end,
                     ptrdiff_t minimum);
  const char* ExpandLazily(const char* s, const char* p, const char* end);
  int PlainByteAt(const char* p) const;

  const char* ItemEnd(const char* p);
  bool ItemHas(unsigned char c, const char* p, const char* end) const;
  size_t Span(const char* s, const char* p, const char* end);
  const CharSet& BracketSet(const char* p, const char* end);

  void Charge(size_t steps) {
    steps_ -= static_cast<int64_t>(steps);
    if (steps_ < 0) [[unlikely]] {
      Check();
    }
  }
  void Check();
  [[noreturn]] void Error(std::string_view message) const;
  [[noreturn]] void CaptureIndexError(int index) const;

  PatternHost* host_;
  const char* subject_;
  const char* subject_end_;
  const char* pattern_;  // behind the anchor
  const char* pattern_end_;
  int64_t steps_ = kCheckInterval;
  int level_ = 0;
  int depth_ = 0;
  bool anchored_;

  // Of patterns that are a single item, whose end is then known without
  // matching.
  enum class Whole : uint8_t {
    kNo,
    kItem,  // one byte
    kRun,   // as many as there are: the item and a `+`
  };

  First first_ = First::kUnknown;
  Whole whole_ = Whole::kNo;
  unsigned char first_byte_;
  unsigned char next_set_ = 0;
  const CharSet* first_set_;
  const char* first_bracket_;
  CharSet first_bracket_set_;

  static constexpr int kKeptSets = 4;
  struct KeptSet {
    const char* item;
    CharSet set;
  };
  KeptSet sets_[kKeptSets];
  Capture captures_[kMaxCaptures];
};

}  // namespace m3lua::stdlib

#endif  // LUA_STDLIB_PATTERN_H_
