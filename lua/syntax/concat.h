// Joins texts and integers into one string, for messages.
//
// absl::StrCat would do, but an abseil built for C++14, as distributions ship
// it, has a string_view of its own that std::string_view does not convert to.
//
// Guarded by tests/unit/syntax/lexer_test.cc.
#ifndef LUA_SYNTAX_CONCAT_H_
#define LUA_SYNTAX_CONCAT_H_

#include <concepts>
#include <string>
#include <string_view>

namespace m3lua::syntax {

template <typename... Parts>
std::string Concat(const Parts&... parts) {
  std::string text;
  const auto append = [&text](const auto& part) {
    if constexpr (std::integral<std::remove_cvref_t<decltype(part)>>) {
      text += std::to_string(part);
    } else {
      text += std::string_view(part);
    }
  };
  (append(parts), ...);
  return text;
}

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_CONCAT_H_
