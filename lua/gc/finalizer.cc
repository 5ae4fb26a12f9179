// Finalizers (manual 2.5.3).
//
// `finalizable` lists objects with a finalizer in the order in which they were
// marked for finalization.  The atomic phase moves those that are not marked to
// the end of `pending_finalizers`, the newest first, and marks them: from there
// they are called, and are ordinary objects again the moment they leave it.
//
// During a finalizer the collector does not run (but for emergencies, which
// call none), so finalizers never nest.
#include <algorithm>
#include <span>
#include <string>

#include "absl/strings/str_cat.h"
#include "lua/gc/collector.h"
#include "lua/runtime/engine.h"
#include "lua/runtime/metatables.h"

namespace m3lua::gc {
namespace {

// Sets a flag for as long as a finalizer runs, even if it ends by an exception.
class Setting {
 public:
  Setting(bool& flag, bool value) : flag_(flag), before_(flag) { flag = value; }
  ~Setting() { flag_ = before_; }

 private:
  bool& flag_;
  bool before_;
};

}  // namespace

void Heap::RegisterFinalizer(Object* object) {
  // Objects marked for finalization while the state closes stay unfinalized.
  if ((object->mark & kHasFinalizer) || closing_) return;
  object->mark |= kHasFinalizer;
  impl_->finalizable.push_back(object);
}

void Heap::Impl::SeparateFinalizable(bool all) {
  size_t kept = 0;
  size_t first = pending_finalizers.size();
  for (Object* o : finalizable) {
    if (all || o->IsWhite()) {
      pending_finalizers.push_back(o);
    } else {
      finalizable[kept++] = o;
    }
  }
  finalizable.resize(kept);
  std::reverse(pending_finalizers.begin() + static_cast<ptrdiff_t>(first),
               pending_finalizers.end());
}

void Heap::Impl::MarkPendingFinalizers() {
  for (size_t i = next_finalizer; i < pending_finalizers.size(); ++i) {
    Mark(pending_finalizers[i]);
  }
}

void Heap::Impl::CallOneFinalizer(Coroutine& co) {
  Object* o = pending_finalizers[next_finalizer++];
  if (!HasPendingFinalizers()) {
    pending_finalizers.clear();
    next_finalizer = 0;
  }
  o->mark &= static_cast<uint8_t>(~kHasFinalizer);
  Value v = o->kind == ObjectKind::kTable
                ? Value::Of(static_cast<Table*>(o))
                : Value::Of(static_cast<Userdata*>(o));
  Value finalizer = MetamethodOf(state, v, Event::kGc);
  if (finalizer.is_nil()) return;  // taken away since

  Setting in_finalizer(heap.in_finalizer_, true);
  bool no_hook = false;
  Setting hook(co.hook != nullptr ? co.hook->active : no_hook, true);
  std::span<Value> results;
  if (state.engine().ProtectedCall(co, finalizer, std::span<const Value>(&v, 1),
                                   0, Value::Nil(), results)) {
    return;
  }
  if (!state.warn) return;
  const char* message = !results.empty() && results[0].is_string()
                            ? results[0].string()->data()
                            : "error object is not a string";
  state.warn(absl::StrCat("error in __gc (", message, ")"), false);
}

void Heap::Impl::CallAllFinalizers(Coroutine& co) {
  while (HasPendingFinalizers()) CallOneFinalizer(co);
}

void Heap::FinalizeAll(Coroutine& co) {
  closing_ = true;
  impl_->EnterSafepoint();
  impl_->SeparateFinalizable(/*all=*/true);
  impl_->CallAllFinalizers(co);
}

}  // namespace m3lua::gc
