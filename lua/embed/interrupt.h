// What InterruptHandles of a state share with it.
//
// Guarded by tests/unit/embed/{bounds,threads}_test.cc.
#ifndef LUA_EMBED_INTERRUPT_H_
#define LUA_EMBED_INTERRUPT_H_

#include <atomic>
#include <mutex>

#include "lua/embed/limits.h"

namespace m3lua {

struct InterruptHandle::Shared {
  std::mutex mutex;
  std::atomic<bool>* flag = nullptr;  // null: the state is gone
};

}  // namespace m3lua

#endif  // LUA_EMBED_INTERRUPT_H_
