#include "tests/limit/memory/failing_new.h"

#include <cstdlib>
#include <new>

namespace m3lua::testing {
namespace {

uint64_t countdown = 0;
uint64_t failed = 0;
bool is_sticky = false;

void* Allocate(size_t bytes) noexcept {
  if (countdown > 0 && --countdown == 0) {
    if (is_sticky) countdown = 1;
    ++failed;
    return nullptr;
  }
  return std::malloc(bytes == 0 ? 1 : bytes);
}

void* AllocateOrThrow(size_t bytes) {
  void* p = Allocate(bytes);
  if (p == nullptr) throw std::bad_alloc();
  return p;
}

}  // namespace

void FailNew(uint64_t n, bool sticky) {
  countdown = n;
  is_sticky = sticky;
}
uint64_t NewsToFailure() { return countdown; }
uint64_t FailedNews() { return failed; }

}  // namespace m3lua::testing

using m3lua::testing::Allocate;
using m3lua::testing::AllocateOrThrow;

void* operator new(size_t n) { return AllocateOrThrow(n); }
void* operator new[](size_t n) { return AllocateOrThrow(n); }
void* operator new(size_t n, const std::nothrow_t&) noexcept {
  return Allocate(n);
}
void* operator new[](size_t n, const std::nothrow_t&) noexcept {
  return Allocate(n);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, const std::nothrow_t&) noexcept { std::free(p); }
void operator delete[](void* p, const std::nothrow_t&) noexcept {
  std::free(p);
}
