// See buffer.h.  Guarded by tests/unit/runtime/buffer_test.cc.
#include "lua/runtime/buffer.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "lua/gc/heap.h"
#include "lua/runtime/errors.h"
#include "lua/runtime/state.h"
#include "lua/runtime/strings.h"

namespace m3lua {

void Buffer::Grow(size_t count) {
  constexpr size_t kLimit = PTRDIFF_MAX;
  if (count > kLimit - size_) ThrowString(state_, "buffer too large");
  const size_t needed = size_ + count;
  // Doubling keeps appending linear; the members change only once the
  // allocation, which may throw, has succeeded.
  const size_t wanted =
      capacity_ > kLimit / 2 ? needed : std::max(needed, capacity_ * 2);
  state_.limits.BeforeLong(*state_.current, static_cast<int64_t>(wanted));
  if (data_ == inline_) {
    char* bytes = static_cast<char*>(state_.heap().AllocateBuffer(wanted));
    std::memcpy(bytes, inline_, size_);
    data_ = bytes;
  } else {
    data_ = static_cast<char*>(
        state_.heap().ReallocateBuffer(data_, capacity_, wanted));
  }
  capacity_ = wanted;
}

void Buffer::Release() { state_.heap().FreeBuffer(data_, capacity_); }

String* Buffer::ToString() const { return NewString(state_, view()); }

}  // namespace m3lua
