// Joins texts and integers into one string, for messages.
//
// absl::StrCat would do, but an abseil built for C++14, as distributions ship
// it, has a string_view of its own that std::string_view does not convert to.
// And absl::StrFormat ends the process when there is no memory for its result:
// it appends to it in a destructor.
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

// Puts the arguments, in order, in the place of "%s" (a text), "%d" (an
// integer) and "%c" (a char).  There are as many as arguments.
template <typename... Arguments>
std::string Format(std::string_view format, const Arguments&... arguments) {
  std::string text;
  const auto append = [&](const auto& argument) {
    const size_t place = format.find('%');
    text += format.substr(0, place);
    format.remove_prefix(place + 2);
    if constexpr (std::same_as<std::remove_cvref_t<decltype(argument)>, char>) {
      text += argument;
    } else {
      text += Concat(argument);
    }
  };
  (append(arguments), ...);
  text += format;
  return text;
}

}  // namespace m3lua::syntax

#endif  // LUA_SYNTAX_CONCAT_H_
