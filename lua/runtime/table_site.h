// Places in the code that make tables, and what they learned.
//
// A site looks at the tables that it made: whenever it makes another one, at
// first, it looks at the one before, which by then has its fields.  From then
// on its tables start with room for as many elements, and with nodes that have
// the same keys in the same places, without values.  So a constructor that is
// followed by stores of fields, in it or behind it, takes one allocation and no
// rehash, the stores find their node by its hint (StoreField in
// m3style/ops/table.h), and so do all reads: tables of one site are alike.
//
// Tables that are used as maps have other keys each time; then the site gives
// them nothing but what the constructor asks for.
//
// A site belongs to its prototype and keeps the keys of its image alive.
//
// Guarded by tests/unit/runtime/table_site_test.cc.
#ifndef LUA_RUNTIME_TABLE_SITE_H_
#define LUA_RUNTIME_TABLE_SITE_H_

#include <cstdint>
#include <cstring>

#include "lua/object/function.h"
#include "lua/object/table.h"

namespace m3lua {

class State;

struct TableSite {
  // How many tables a site looks at before it is settled.  One that has nothing
  // counts a sixteenth: mostly it is still to get its fields, from the result
  // of a recursive call that is making the next table now.
  static constexpr uint32_t kLook = 16;
  static constexpr uint32_t kLooks = 12 * kLook;
  static constexpr uint32_t kImageUnit = 16;

  TableSite* next;  // of the same prototype
  Table* last;      // made last, while there is something to learn; weak
  uint32_t looks;   // tables seen, times kLook
  uint8_t nodes;    // that new tables have: 0 or a power of two
  uint8_t elements;
  uint8_t keys;         // in the image
  uint8_t misfits;      // tables that were not like the image
  uint8_t asked_nodes;  // by the constructor
  uint8_t asked_elements;
  uint16_t image_bytes;  // a multiple of kImageUnit, as the heap's cells are
  bool taught;           // has seen a table with its fields

  // What a new table looks like, but for its header and the pointers to what
  // is behind it.
  struct Image {
    Table table;
    uint64_t room[InlineUnits(kMaxInlineNodes, kMaxInlineElements)];
  } image;
  static_assert(sizeof(Image) % kImageUnit == 0);

  bool settled() const { return looks >= kLooks; }
  Node* image_nodes() { return image.table.InlineNodes(); }
};

// A site of `prototype` whose constructor asks for this (at most what fits
// behind an object).  Null if there is no memory for it.
TableSite* NewTableSite(State& state, Prototype* prototype, uint32_t elements,
                        uint32_t nodes);
// A table, and learns from the one before.
Table* MakeTable(State& state, Prototype* prototype, TableSite* site);
// Makes `t` (its header is set, the rest is not) a table of the site.
inline void CopyImage(Table* t, const TableSite* site) {
  const auto* from = reinterpret_cast<const char*>(&site->image);
  auto* to = reinterpret_cast<char*>(t);
  t->aux = site->image.table.aux;
  t->aux32 = site->image.table.aux32;
  t->array = site->image.table.array;
  constexpr uint32_t kUnit = TableSite::kImageUnit;
  const uint32_t bytes = site->image_bytes;
  for (uint32_t i = kUnit; i < bytes; i += kUnit) {
    std::memcpy(to + i, from + i, kUnit);
  }
  if (site->nodes != 0) t->nodes = t->InlineNodes();
  if (site->elements != 0) {
    t->array = t->InlineArray(site->nodes, site->elements);
  }
}

// Bytes of a prototype's sites, and their end (the collector).
size_t SiteBytes(const Prototype* prototype);
void FreeSites(State& state, Prototype* prototype);

}  // namespace m3lua

#endif  // LUA_RUNTIME_TABLE_SITE_H_
