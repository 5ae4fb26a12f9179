#include "lua/runtime/warnings.h"

namespace m3lua {
namespace {

class WarningWriter {
 public:
  explicit WarningWriter(std::FILE* out) : out_(out) {}

  void operator()(std::string_view message, bool to_continue) {
    // While off, a piece that ends a message counts as a message of its own.
    if (!inside_ && !to_continue && message.starts_with('@')) {
      if (message == "@on") on_ = true;
      if (message == "@off") on_ = false;
      return;  // other control messages are for other handlers
    }
    if (!on_) return;
    if (!inside_) std::fputs("Lua warning: ", out_);
    std::fwrite(message.data(), 1, message.size(), out_);
    if (!to_continue) std::fputc('\n', out_);
    std::fflush(out_);
    inside_ = to_continue;
  }

 private:
  std::FILE* out_;
  bool on_ = false;
  bool inside_ = false;  // a message was begun and continues
};

}  // namespace

std::function<void(std::string_view, bool)> DefaultWarnings(std::FILE* out) {
  return WarningWriter(out);
}

}  // namespace m3lua
