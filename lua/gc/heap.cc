// Allocation and accounting.  See heap.h and collector.h.
#include "lua/gc/heap.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "lua/gc/allocator.h"
#include "lua/gc/collector.h"
#include "lua/runtime/errors.h"

namespace m3lua::gc {

Heap::Heap(State& state)
    : state_(state), impl_(std::make_unique<Impl>(*this, state)) {
#ifdef M3LUA_STRESS
  stress_ = true;
  set_self_check(256);
#endif
  SetDebt(0);
}

Heap::~Heap() { impl_.reset(); }

// Frees everything at once: only objects that own memory are looked at one by
// one, and the intern table is not kept up to date.
Heap::Impl::~Impl() {
  for (size_t i = 0; i < large.size(); ++i) {
    // A sweep that is under way has freed these, or moved them down.
    if (heap.phase_ == Phase::kSweep && i >= large_write && i < large_read) {
      continue;
    }
    // Strings own nothing, and the intern table is gone.
    Object* o = large[i]->object();
    if (o->kind != ObjectKind::kString) ReleaseBuffers(o);
    heap.footprint_ -= large[i]->bytes;
    SystemFree(large[i]);
  }
  for (SizeClass& c : classes) {
    for (Block* block = c.first; block != nullptr;) {
      for (uint32_t i = 0; i < block->carved; ++i) {
        Object* o = block->cell(i);
        if (o->kind != ObjectKind::kString) ReleaseBuffers(o);
      }
      heap.footprint_ -= block->bytes;
      SystemFree(std::exchange(block, block->next));
    }
  }
  if (heap.at_end_ != nullptr) *heap.at_end_ = heap.footprint_;
}

// ---- objects

Object* Heap::AllocateSlow(ObjectKind kind, size_t bytes) {
  auto attempt = [&] {
    return bytes <= kMaxCellBytes ? impl_->AllocateCell(kind, bytes)
                                  : impl_->AllocateLarge(kind, bytes);
  };
  bool refused = impl_->AtAllocation();
  if (!refused) {
    if (Object* o = attempt()) return o;
  }
  if (refused) {
    impl_->EmergencyCollection();  // as if for this: tests look at what it does
  } else if (impl_->MakeRoom(bytes)) {
    if (Object* o = attempt()) return o;
  }
  ThrowMemoryError(state_);
}

Object* Heap::Impl::AllocateCell(ObjectKind kind, size_t bytes) {
  size_t size_class = (bytes + kCellUnit - 1) / kCellUnit;
  FreeCell* cell = TakeCells(size_class);
  if (cell == nullptr) return nullptr;
  (heap.each_counts_ ? classes[size_class].current->free
                     : heap.free_[size_class]) = cell->next;
  heap.debt_ += static_cast<int64_t>(size_class * kCellUnit);
  return heap.Initialise(cell, kind, bytes);
}

FreeCell* Heap::Impl::TakeCells(size_t size_class) {
  SizeClass& c = classes[size_class];
  for (;;) {
    if (Block* block = c.current) {
      if (block->free != nullptr) return std::exchange(block->free, nullptr);
      if (block->carved < block->cell_count) return Carve(block);
    }
    Block* next = c.current != nullptr ? c.current->next : c.first;
    if (next == nullptr) {
      size_t cell_bytes = size_class * kCellUnit;
      size_t bytes = c.NextBlockBytes(cell_bytes);
      void* memory = FitsLimit(bytes) ? SystemAllocate(bytes) : nullptr;
      if (memory == nullptr) {
        bytes = SizeClass::SmallestBlockBytes(cell_bytes);
        if (FitsLimit(bytes)) memory = SystemAllocate(bytes);
        if (memory == nullptr) return nullptr;
      }
      heap.AddFootprint(bytes);
      next = MakeBlock(memory, bytes, cell_bytes, sweep_number);
      c.Append(next);
    } else if (next->swept != sweep_number) {
      Collecting collecting(heap);
      SweepBlock(next);
    }
    c.current = next;
  }
}

Object* Heap::Impl::AllocateLarge(ObjectKind kind, size_t bytes) {
  if (bytes > kMaxRequest) return nullptr;
  size_t total =
      sizeof(LargeObject) + (bytes + kCellUnit - 1) / kCellUnit * kCellUnit;
  if (!FitsLimit(total)) return nullptr;
  large.push_back(nullptr);  // (raises before there is something to lose)
  // Sanitizers see an overflow by one byte.
  void* memory = SystemAllocate(sizeof(LargeObject) + bytes);
  if (memory == nullptr) {
    large.pop_back();
    return nullptr;
  }
  LargeObject* l = static_cast<LargeObject*>(memory);
  l->bytes = total;
  large.back() = l;
  heap.AddFootprint(total);
  heap.debt_ += static_cast<int64_t>(total);
  return heap.Initialise(l->object(), kind, bytes);
}

void Heap::Impl::DropCells() {
  for (size_t i = 0; i < kSizeClasses; ++i) {
    heap.free_[i] = nullptr;
    classes[i].current = nullptr;
  }
}

void Heap::Impl::StashCells() {
  for (size_t i = 0; i < kSizeClasses; ++i) {
    if (heap.free_[i] == nullptr) continue;
    classes[i].current->free = std::exchange(heap.free_[i], nullptr);
  }
}

bool Heap::Impl::AtAllocation() {
  if (heap.emergency_countdown_ > 0 && --heap.emergency_countdown_ == 0) {
    heap.emergency_countdown_ = heap.emergency_period_;
    EmergencyCollection();
  }
  if (heap.fail_countdown_ == 0 || --heap.fail_countdown_ > 0) return false;
  if (heap.fail_sticky_) heap.fail_countdown_ = 1;
  return true;
}

void Heap::FailAllocation(uint64_t n, bool sticky) {
  fail_countdown_ = n;
  fail_sticky_ = sticky;
  impl_->CountEach();
}

void Heap::set_emergency_period(uint32_t period) {
  emergency_period_ = emergency_countdown_ = period;
  impl_->CountEach();
}

void Heap::Impl::CountEach() {
  heap.each_counts_ = heap.fail_countdown_ > 0 || heap.emergency_period_ > 0;
  if (heap.each_counts_) StashCells();
}

// ---- buffers

void* Heap::AllocateBuffer(size_t bytes) {
  return ReallocateBuffer(nullptr, 0, bytes);
}

void* Heap::ReallocateBuffer(void* buffer, size_t old_bytes, size_t new_bytes) {
  if (new_bytes == 0) {
    FreeBuffer(buffer, old_bytes);
    return nullptr;
  }
  auto attempt = [&]() -> void* {
    if (new_bytes > kMaxRequest) return nullptr;
    if (new_bytes <= old_bytes) {
      // Shrinking does not fail: a buffer that can't shrink stays as it is.
      void* p = SystemReallocate(buffer, new_bytes);
      return p != nullptr ? p : buffer;
    }
    if (!impl_->FitsLimit(new_bytes - old_bytes)) return nullptr;
    return SystemReallocate(buffer, new_bytes);
  };
  bool refused = new_bytes > old_bytes && impl_->AtAllocation();
  void* p = refused ? nullptr : attempt();
  if (p == nullptr) {
    if (refused) {
      impl_->EmergencyCollection();
    } else if (impl_->MakeRoom(new_bytes - std::min(new_bytes, old_bytes))) {
      p = attempt();
    }
    if (p == nullptr) ThrowMemoryError(state_);
  }
  footprint_ -= old_bytes;
  AddFootprint(new_bytes);
  if (new_bytes >= old_bytes) {
    debt_ += static_cast<int64_t>(new_bytes - old_bytes);
  } else {
    Uncount(old_bytes - new_bytes);
  }
  return p;
}

void* Heap::TryAllocateBuffer(size_t bytes) {
  if (impl_->AtAllocation() || bytes > kMaxRequest ||
      !impl_->FitsLimit(bytes)) {
    return nullptr;
  }
  void* p = SystemAllocate(bytes);
  if (p == nullptr) return nullptr;
  AddFootprint(bytes);
  debt_ += static_cast<int64_t>(bytes);
  return p;
}

void Heap::FreeBuffer(void* buffer, size_t bytes) {
  if (buffer == nullptr) return;
  SystemFree(buffer);
  footprint_ -= bytes;
  Uncount(bytes);
}

void Heap::AddExternal(int64_t bytes) {
  if (bytes >= 0) {
    AddFootprint(static_cast<size_t>(bytes));
    debt_ += bytes;
  } else {
    footprint_ -= static_cast<size_t>(-bytes);
    Uncount(static_cast<size_t>(-bytes));
  }
}

void Heap::Uncount(size_t bytes) {
  peak_ = std::max(peak_, this->bytes());
  // Under stress, any allocation after the last step has to keep the debt
  // positive.
  if (stress_) {
    base_ -= static_cast<int64_t>(bytes);
    return;
  }
  debt_ -= static_cast<int64_t>(bytes);
  window_start_ -= static_cast<int64_t>(bytes);
  pinned_window_ -= static_cast<int64_t>(bytes);
}

// ---- bytecode

namespace {

template <typename T>
size_t VectorBytes(const std::vector<T>& v) {
  return v.capacity() * sizeof(T);
}

size_t TextBytes(const std::string& s) {
  return s.capacity() > 15 ? s.capacity() + 1 : 0;
}

// An approximation.
size_t BytecodeBytes(const Prototype* prototype) {
  const bytecode::Function& f = *prototype->function;
  size_t bytes = sizeof f + VectorBytes(f.code) + VectorBytes(f.constants) +
                 VectorBytes(f.upvalues) + VectorBytes(f.functions) +
                 VectorBytes(f.lines) + VectorBytes(f.locals);
  // The functions of a chunk share its name, which may be its whole text.
  if (&f == prototype->chunk.get()) bytes += TextBytes(f.source.str());
  for (const bytecode::Constant& c : f.constants) {
    if (auto* s = std::get_if<std::string>(&c)) bytes += TextBytes(*s);
  }
  for (const bytecode::UpvalueInfo& u : f.upvalues) bytes += TextBytes(u.name);
  for (const bytecode::LocalInfo& l : f.locals) bytes += TextBytes(l.name);
  return bytes;
}

}  // namespace

void Heap::CountBytecode(Prototype* prototype) {
  if (prototype->aux32 != 0) return;
  prototype->aux32 = static_cast<uint32_t>(
      std::min<size_t>(BytecodeBytes(prototype), UINT32_MAX));
  AddExternal(prototype->aux32);
}

void Heap::UncountBytecode(Prototype* prototype) {
  AddExternal(-int64_t{prototype->aux32});
}

}  // namespace m3lua::gc
