// How messages name a chunk.
//
// Guarded by tests/unit/syntax/parser_test.cc.
#include <algorithm>
#include <string>
#include <string_view>

#include "lua/syntax/concat.h"
#include "lua/syntax/parser.h"

namespace m3lua::syntax {
namespace {

// Bytes of PUC's buffer (LUA_IDSIZE) without the final NUL.
constexpr size_t kLongestId = 59;

}  // namespace

std::string ChunkId(std::string_view chunk_name) {
  // C strings, over there.
  chunk_name = chunk_name.substr(0, chunk_name.find('\0'));
  if (chunk_name.starts_with('=')) {
    return std::string(chunk_name.substr(1, kLongestId));
  }
  if (chunk_name.starts_with('@')) {
    chunk_name.remove_prefix(1);
    if (chunk_name.size() <= kLongestId) return std::string(chunk_name);
    // The end of a path says more than its beginning.
    constexpr std::string_view kDots = "...";
    return Concat(kDots, chunk_name.substr(chunk_name.size() - kLongestId +
                                           kDots.size()));
  }
  // Source text: its first line, cut to fit.
  constexpr std::string_view kBefore = "[string \"";
  constexpr std::string_view kAfter = "\"]";
  constexpr std::string_view kDots = "...";
  constexpr size_t kRoom =
      kLongestId - kBefore.size() - kDots.size() - kAfter.size();
  const size_t newline = chunk_name.find('\n');
  if (newline == std::string_view::npos && chunk_name.size() < kRoom) {
    return Concat(kBefore, chunk_name, kAfter);
  }
  const std::string_view line = chunk_name.substr(0, newline);
  return Concat(kBefore, line.substr(0, kRoom), kDots, kAfter);
}

}  // namespace m3lua::syntax
