// Guarded by tests/unit/stdlib/linked_module_test.cc.
#include "lua/stdlib/linked_module.h"

namespace m3lua::stdlib {

constinit const LinkedModule* LinkedModule::first_ = nullptr;

}  // namespace m3lua::stdlib
