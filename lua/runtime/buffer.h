// A growing buffer of bytes for results whose size is not known ahead:
// string.format, string.gsub, table.concat, string.pack.
//
// Small results stay inside the object (on the native stack); larger ones are
// buffers of the heap, so they count against the memory limit and raise "not
// enough memory".  A C++ exception (every Lua error is one) frees them.
//
// Guarded by tests/unit/runtime/buffer_test.cc.
#ifndef LUA_RUNTIME_BUFFER_H_
#define LUA_RUNTIME_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "lua/object/string.h"

namespace m3lua {

class State;

class Buffer {
 public:
  // Bytes that need no allocation.
  static constexpr size_t kInlineBytes = 1024;

  explicit Buffer(State& state)
      : state_(state), data_(inline_), capacity_(kInlineBytes) {}
  ~Buffer() {
    if (data_ != inline_) Release();
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const char* data() const { return data_; }
  std::string_view view() const { return {data_, size_}; }

  void Append(char c) {
    if (size_ == capacity_) [[unlikely]] {
      Grow(1);
    }
    data_[size_++] = c;
  }
  void Append(std::string_view bytes) { Append(bytes.data(), bytes.size()); }
  void Append(const char* bytes, size_t count) {
    char* room = Reserve(count);
    if (count <= 16) {
      CopyShort(room, bytes, count);
    } else {
      std::memcpy(room, bytes, count);
    }
    size_ += count;
  }
  // `count` times the byte `c`.
  void AppendFill(char c, size_t count) {
    char* room = Reserve(count);
    if (count != 0) std::memset(room, c, count);
    size_ += count;
  }

  // Room for `count` more bytes, to be written there and then committed.
  char* Reserve(size_t count) {
    if (count > capacity_ - size_) [[unlikely]] {
      Grow(count);
    }
    return data_ + size_;
  }
  void Commit(size_t count) { size_ += count; }

  // Forgets what is behind the first `size` bytes.
  void Truncate(size_t size) { size_ = size; }

  // The contents as a Lua string.
  String* ToString() const;

 private:
  // Up to 16 bytes, by moves that may overlap.
  static void CopyShort(char* to, const char* from, size_t count) {
    if (count >= 8) {
      uint64_t first, last;
      std::memcpy(&first, from, 8);
      std::memcpy(&last, from + count - 8, 8);
      std::memcpy(to, &first, 8);
      std::memcpy(to + count - 8, &last, 8);
    } else if (count >= 4) {
      uint32_t first, last;
      std::memcpy(&first, from, 4);
      std::memcpy(&last, from + count - 4, 4);
      std::memcpy(to, &first, 4);
      std::memcpy(to + count - 4, &last, 4);
    } else if (count != 0) {
      to[0] = from[0];
      to[count / 2] = from[count / 2];
      to[count - 1] = from[count - 1];
    }
  }

  // Makes room for `count` more bytes; "buffer too large" beyond what a size
  // can say.
  void Grow(size_t count);
  void Release();

  State& state_;
  char* data_;
  size_t size_ = 0;
  size_t capacity_;
  char inline_[kInlineBytes];
};

}  // namespace m3lua

#endif  // LUA_RUNTIME_BUFFER_H_
