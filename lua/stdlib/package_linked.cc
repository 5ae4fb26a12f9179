// The searcher of package.searchers for modules that are linked into the
// program.
//
// Guarded by tests/unit/stdlib/linked_module_test.cc.
#include <string_view>

#include "lua/runtime/load.h"
#include "lua/runtime/native.h"
#include "lua/stdlib/linked_module.h"
#include "lua/stdlib/package_functions.h"
#include "lua/syntax/concat.h"

namespace m3lua::stdlib {
namespace {

using syntax::Concat;

// Two libraries that embed the same source bring the same code.
bool AreTheSame(const LinkedModule& a, const LinkedModule& b) {
  return a.make_loader() == nullptr && b.make_loader() == nullptr &&
         a.code() == b.code();
}

const LinkedModule* Find(NativeCall& call, std::string_view name) {
  const LinkedModule* found = nullptr;
  for (const LinkedModule* module = LinkedModule::first(); module != nullptr;
       module = module->next()) {
    if (module->name() != name) continue;
    if (found != nullptr && !AreTheSame(*found, *module)) {
      call.Error(Concat("this program has two modules '", name, "'"));
    }
    found = module;
  }
  return found;
}

}  // namespace

NativeResult SearchLinked(NativeCall& call) {
  std::string_view name = UpToZero(call.CheckView(1));
  const LinkedModule* module = Find(call, name);
  if (module == nullptr) {
    return call.ReturnString(Concat("no module '", name, "' in this program"));
  }
  Value loader = Value::Nil();
  if (module->make_loader() != nullptr) {
    loader = module->make_loader()(call.state());
  } else if (!Load(call.state(), module->code(), module->chunk_name(), "bt",
                   loader, ChunkOrigin::kProgram)) {
    call.Error(Concat("error loading module '", name, "' of this program:\n\t",
                      loader.string()->view()));
  }
  call.Push(loader);
  call.PushString(":linked:");
  return call.ReturnTop(2);
}

}  // namespace m3lua::stdlib
