// A dispatch strategy: how the chain of handler bodies is driven.
//
// The bodies (m3style/ops) are plain functions that return the next cell.  A
// strategy decides what a cell's handler word holds and how one gets from the
// word to the body; it is one file with two functions, listed in all.cc.
// docs/dispatch.md walks through writing one, and compares those here.
//
// Guarded by tests/unit/dispatch/ and tests/dispatch/, which runs the tests of
// the language under each.
#ifndef M3STYLE_DISPATCH_STRATEGY_H_
#define M3STYLE_DISPATCH_STRATEGY_H_

#include <algorithm>
#include <compare>
#include <cstdint>
#include <iterator>
#include <mutex>
#include <string_view>

#include "m3style/code/cell.h"
#include "m3style/code/static_cells.h"
#include "m3style/ops/registers.h"

namespace m3lua::m3 {

class Strategy {
 public:
  // What a cell with handler `id` gets as its handler word.
  using HandlerWord = uint64_t (*)(HandlerId id);
  // Drives the chain from `pc` until the body of Exit is to be run (LeaveChain
  // in engine/exit.h has kept the registers).
  using Enter = void (*)(const Cell* pc, const Registers& r);

  // One object a process and strategy; `name` is a literal.
  Strategy(std::string_view name, HandlerWord handler_word, Enter enter);
  Strategy(const Strategy&) = delete;
  Strategy& operator=(const Strategy&) = delete;

  std::string_view name() const { return name_; }
  HandlerWord handler_word() const { return handler_word_; }
  void Run(const Cell* pc, const Registers& r) const { enter_(pc, r); }
  // Which handler a cell has; for a superinstruction, that of its first.
  // For those who step only: the table for it is made at the first call.
  HandlerId IdOf(const Cell* pc) const {
    std::call_once(ids_made_, &Strategy::MakeIds, this);
    return std::lower_bound(std::begin(ids_), std::end(ids_),
                            Identity{pc->handler, {}})
        ->id;
  }
  const Cell* static_cells() const { return static_cells_; }

 private:
  // Ascending; of handlers that share a word, the first counts.
  struct Identity {
    uint64_t word;
    HandlerId id;
    auto operator<=>(const Identity&) const = default;
  };
  void MakeIds() const;

  const std::string_view name_;
  const HandlerWord handler_word_;
  const Enter enter_;
  mutable std::once_flag ids_made_;
  mutable Identity ids_[kHandlerCount];
  Cell static_cells_[kStaticCount * 3];
};

// Each handler tail-calls the next; preserve_none keeps the four pinned values
// in registers that C++ functions preserve.  The default; clang only.
const Strategy& TailCallStrategy();
// Tail calls under the platform's calling convention.
const Strategy& TailCallStandardStrategy();
// Each handler returns the next cell to a loop, which calls it.
const Strategy& TrampolineStrategy();
// Labels as values: each body jumps to the next.
const Strategy& ComputedGotoStrategy();
// A loop around one switch.
const Strategy& SwitchStrategy();

// Runs the body of one cell: hooks, profiles and stress builds step through the
// chain with it, whatever the strategy.
const Cell* Step(const Strategy& strategy, const Cell* pc, Registers& r);

}  // namespace m3lua::m3

#endif  // M3STYLE_DISPATCH_STRATEGY_H_
