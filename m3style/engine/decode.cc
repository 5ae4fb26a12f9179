#include <cstring>

#include "m3style/code/predecoder.h"
#include "m3style/engine/engine_impl.h"
#include "m3style/ops/call.h"

namespace m3lua::m3 {

namespace {

// Instructions of a function whose decoding is worth mentioning.
constexpr size_t kLongCode = 1000;

}  // namespace

const Cell* EnsureDecoded(Coroutine& co, Prototype* prototype) {
  if (prototype->cells != nullptr) return prototype->cells;
  const size_t length = prototype->function->code.size();
  // (Both for what it costs to run, and to decode: some 20 ns a word.)
  co.state->limits.NoteCode(co, length);
  if (length > kLongCode) {
    co.state->limits.BeforeLong(co, static_cast<int64_t>(length) * 20);
  }
  DecodedCode code =
      Predecode(*prototype, EngineOf(co).strategy().handler_word());
  gc::Heap& heap = co.state->heap();
  size_t count = code.cells.size();
  auto* cells = static_cast<Cell*>(heap.AllocateBuffer(count * sizeof(Cell)));
  uint32_t* words;
  try {
    words =
        static_cast<uint32_t*>(heap.AllocateBuffer(count * sizeof(uint32_t)));
  } catch (...) {
    heap.FreeBuffer(cells, count * sizeof(Cell));
    throw;
  }
  std::memcpy(static_cast<void*>(cells), code.cells.data(),
              count * sizeof(Cell));
  std::memcpy(words, code.cell_to_word.data(), count * sizeof(uint32_t));
  prototype->cell_count = static_cast<uint32_t>(count);
  prototype->cell_to_word = words;
  prototype->cells = cells;
  return cells;
}

void EngineImpl::ForgetCaches(Prototype* prototype) {
  const uint64_t call = strategy_.handler_word()(HandlerId::kCall);
  for (uint32_t i = 0; i + 1 < prototype->cell_count; ++i) {
    // (A data cell whose first word happens to look like the handler would only
    // lose what follows if that were a cache: so instructions are told apart
    // by their word.)
    if (prototype->cells[i].handler == call &&
        (i == 0 ||
         prototype->cell_to_word[i] != prototype->cell_to_word[i - 1])) {
      prototype->cells[i + 1].call.callee = nullptr;
    }
  }
}

}  // namespace m3lua::m3
