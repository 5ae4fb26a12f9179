// What a chunk in a file starts with.  Needs nothing of the heap.
//
// Guarded by tests/unit/runtime/chunk_file_test.cc.
#ifndef LUA_RUNTIME_CHUNK_FILE_H_
#define LUA_RUNTIME_CHUNK_FILE_H_

#include <string_view>

namespace m3lua {

// True for binary chunks, told by their first byte.
bool IsBinaryChunk(std::string_view bytes);

// `contents` of a file without a UTF-8 byte order mark, and without a first
// line that starts with '#'.  The break of a skipped line stays, so that lines
// keep their numbers, unless a binary chunk follows.
std::string_view SkipFileHeader(std::string_view contents);

}  // namespace m3lua

#endif  // LUA_RUNTIME_CHUNK_FILE_H_
