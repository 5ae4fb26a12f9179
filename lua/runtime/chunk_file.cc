// Guarded by tests/unit/runtime/chunk_file_test.cc.
#include "lua/runtime/chunk_file.h"

#include "lua/bytecode/serializer.h"

namespace m3lua {

bool IsBinaryChunk(std::string_view bytes) {
  return !bytes.empty() && bytes[0] == bytecode::kBinarySignature[0];
}

std::string_view SkipFileHeader(std::string_view contents) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (contents.starts_with(kByteOrderMark)) {
    contents.remove_prefix(kByteOrderMark.size());
  }
  if (contents.starts_with('#')) {
    size_t end = contents.find('\n');
    contents.remove_prefix(end == std::string_view::npos ? contents.size()
                                                         : end);
    if (IsBinaryChunk(contents.substr(contents.empty() ? 0 : 1))) {
      contents.remove_prefix(1);
    }
  }
  return contents;
}

}  // namespace m3lua
