// Finalizers (manual 2.5.3).
//
// `finalizable` lists objects with a finalizer in the order in which they were
// marked for finalization.  The atomic phase moves those that are not marked to
// the end of `pending_finalizers`, the newest first, and marks them: from there
// they are called, and are ordinary objects again the moment they leave it.
//
// A run that its limits have ended (runtime/limits.h) calls no more of them;
// they stay pending.  If that is while the state closes, only those that
// release what a host's object holds - userdata, with a native function - are
// called.
//
// During a finalizer the collector does not run (but for emergencies, which
// call none), so finalizers never nest.
#include <algorithm>
#include <new>
#include <span>
#include <string>

#include "absl/strings/str_cat.h"
#include "lua/gc/collector.h"
#include "lua/runtime/engine.h"
#include "lua/runtime/metatables.h"

namespace m3lua::gc {
namespace {

// Sets a variable for as long as a finalizer runs, even if it ends by an
// exception.
template <typename T>
class Setting {
 public:
  Setting(T& variable, T value) : variable_(variable), before_(variable) {
    variable = value;
  }
  ~Setting() { variable_ = before_; }

 private:
  T& variable_;
  T before_;
};

}  // namespace

bool Heap::RegisterFinalizer(Object* object) {
  // Objects marked for finalization while the state closes stay unfinalized.
  if (closing_) return false;
  if (object->mark & kHasFinalizer) return true;
  impl_->finalizable.push_back(object);  // (may raise)
  object->mark |= kHasFinalizer;
  return true;
}

void Heap::Impl::SeparateFinalizable() {
  size_t dead = 0;
  for (Object* o : finalizable) dead += o->IsWhite();
  size_t kept = 0;
  size_t first = pending_finalizers.size();
  pending_finalizers.reserve(first + dead);  // (may raise, before any change)
  for (Object* o : finalizable) {
    if (o->IsWhite()) {
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
  CallFinalizer(co, o);
}

void Heap::Impl::CallFinalizer(Coroutine& co, Object* o) {
  // An emergency collection may come before it is an argument.
  Setting in_call(in_finalizer_call, o);
  o->mark &= static_cast<uint8_t>(~kHasFinalizer);
  if (o->kind == ObjectKind::kUserdata &&
      static_cast<Userdata*>(o)->host != nullptr) {
    // (A C++ object, whatever scripts have done to the metatable.)
    Setting in_finalizer(heap.in_finalizer_, true);
    state.destroy_host_object(*static_cast<Userdata*>(o));
    return;
  }
  Value v = o->kind == ObjectKind::kTable
                ? Value::Of(static_cast<Table*>(o))
                : Value::Of(static_cast<Userdata*>(o));
  Value finalizer = MetamethodOf(state, v, Event::kGc);
  if (finalizer.is_nil()) return;  // taken away since
  if (state.limits.halted() &&
      (o->kind == ObjectKind::kTable || !finalizer.is_function() ||
       finalizer.function()->kind == ObjectKind::kLuaClosure)) {
    return;
  }

  Setting in_finalizer(heap.in_finalizer_, true);
  bool no_hook = false;
  Setting hook(co.hook != nullptr ? co.hook->active : no_hook, true);
  std::span<Value> results;
  if (state.engine().ProtectedCall(co, finalizer, std::span<const Value>(&v, 1),
                                   0, Value::Nil(), results)) {
    return;
  }
  if (state.limits.halted() || !state.warn) return;
  const char* message = !results.empty() && results[0].is_string()
                            ? results[0].string()->data()
                            : "error object is not a string";
  try {
    state.warn(absl::StrCat("error in __gc (", message, ")"), false);
  } catch (const std::bad_alloc&) {
    // Then the warning gets lost.
  }
}

void Heap::Impl::CallAllFinalizers(Coroutine& co) {
  // Those that wait now: a finalizer that makes such objects may bring about
  // emergency collections, which find more of them, without end.
  size_t left = pending_finalizers.size() - next_finalizer;
  for (; left > 0 && HasPendingFinalizers(); --left) {
    if (state.limits.IsOver(co)) return;
    CallOneFinalizer(co);
  }
}

void Heap::FinalizeAll(Coroutine& co) {
  closing_ = true;  // there will be no more of them
  impl_->EnterSafepoint();
  std::vector<Object*>& rest = impl_->finalizable;
  for (;;) {
    while (impl_->HasPendingFinalizers()) impl_->CallOneFinalizer(co);
    if (rest.empty()) return;
    // (One by one: moving them to the list of pending ones could fail.)
    Object* o = rest.back();
    rest.pop_back();
    impl_->CallFinalizer(co, o);
  }
}

}  // namespace m3lua::gc
