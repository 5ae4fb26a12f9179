// Guards third_party/: the wrapped Debian libraries compile, link and run in
// every configuration, and linking mimalloc leaves malloc and operator new
// alone. The second point rests on link order (third_party/mimalloc), which a
// new toolchain could change without an error.

#include <dlfcn.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#ifndef M3LUA_SYSTEM_ALLOCATOR
#include <mimalloc.h>
#endif

namespace m3lua {
namespace {

absl::StatusOr<int> Find(const absl::flat_hash_map<std::string, int>& map,
                         const std::string& key) {
  auto it = map.find(key);
  if (it == map.end()) return absl::NotFoundError(absl::StrCat("no ", key));
  return it->second;
}

TEST(SystemLibraries, AbseilLinksAndRuns) {
  absl::flat_hash_map<std::string, int> map;
  for (int i = 0; i < 1000; ++i) map[absl::StrFormat("k%03d", i)] = i;
  absl::StatusOr<int> found = Find(map, "k777");
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(*found, 777);
  EXPECT_EQ(Find(map, "x").status(), absl::NotFoundError("no x"));
}

TEST(SystemLibraries, GmockMatchersAreThere) {
  EXPECT_THAT((std::vector<int>{1, 2, 3}), ::testing::ElementsAre(1, 2, 3));
}

#ifndef M3LUA_SYSTEM_ALLOCATOR

std::string LibraryOf(void* address) {
  Dl_info info;
  return dladdr(address, &info) != 0 && info.dli_fname != nullptr
             ? info.dli_fname
             : "(unknown)";
}

// What the dynamic linker binds `symbol` to, for everyone in the process.
std::string LibraryOfSymbol(const char* symbol) {
  return LibraryOf(dlsym(RTLD_DEFAULT, symbol));
}

TEST(SystemLibraries, MimallocServesItsOwnHeaps) {
  EXPECT_THAT(LibraryOfSymbol("mi_malloc"), ::testing::HasSubstr("mimalloc"));
  mi_heap_t* heap = mi_heap_new();
  ASSERT_NE(heap, nullptr);
  void* block = mi_heap_malloc(heap, 100);
  EXPECT_TRUE(mi_heap_contains_block(heap, block));
  mi_heap_destroy(heap);
}

TEST(SystemLibraries, MimallocDoesNotReplaceMalloc) {
  for (const char* symbol :
       {"malloc", "calloc", "realloc", "free", "posix_memalign",
        "aligned_alloc", "malloc_usable_size", "_Znwm", "_ZdlPv", "_ZdlPvm",
        "_Znam", "_ZdaPv", "_ZnwmSt11align_val_t"}) {
    EXPECT_THAT(LibraryOfSymbol(symbol),
                ::testing::Not(::testing::HasSubstr("mimalloc")))
        << symbol << " is taken from mimalloc: the whole process would use "
        << "it. See the link order in third_party/mimalloc/BUILD.bazel.";
  }
  std::unique_ptr<void, decltype(&std::free)> block(std::malloc(100),
                                                    &std::free);
  EXPECT_FALSE(mi_is_in_heap_region(block.get()));
}

#endif  // M3LUA_SYSTEM_ALLOCATOR

}  // namespace
}  // namespace m3lua
