#include "lua/runtime/table_site.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "lua/gc/heap.h"
#include "lua/runtime/state.h"
#include "lua/runtime/table.h"

namespace m3lua {
namespace {

// Arrays that outgrow the room behind the object start with this much of it.
constexpr uint32_t kElementsOfLongArrays = 4;
// Longer ones than this are not taken as they are.
constexpr uint32_t kMaxLearnedElements = 8;
// More tables than this that are not like the image: they are maps.
constexpr uint8_t kMaxMisfits = 3;

// Sets what tables of the site have, without keys.
void SetRoom(TableSite* site, uint32_t nodes, uint32_t elements) {
  std::memset(static_cast<void*>(&site->image), 0, sizeof site->image);
  const uint32_t room = InlineUnits(nodes, elements);
  Table& t = site->image.table;
  t.kind = ObjectKind::kTable;
  t.nodes = const_cast<Node*>(&kEmptyNode);
  t.aux = static_cast<uint8_t>(room);
  t.aux32 = elements;
  t.length_hint = site->asked_elements;
  if (nodes != 0) {
    t.node_mask = nodes - 1;
    t.free_index = nodes;
  }
  site->nodes = static_cast<uint8_t>(nodes);
  site->elements = static_cast<uint8_t>(elements);
  site->keys = 0;
  const size_t bytes = sizeof(Table) + room * sizeof(uint64_t);
  site->image_bytes =
      static_cast<uint16_t>((bytes + TableSite::kImageUnit - 1) &
                            ~(TableSite::kImageUnit - size_t{1}));
}

bool IsField(const Node& n) {
  return n.key_tag == Tag::kString &&
         static_cast<const String*>(n.key.pointer)->is_short();
}

// How the nodes of a table compare with the image.
struct Comparison {
  bool fields_only = true;  // every key is a short string
  bool same_places = true;  // all keys of the image are where it has them
  uint32_t used = 0;        // nodes with a value
  uint32_t known = 0;       // of these, keys of the image in their places

  Comparison(TableSite* site, const Table* t) {
    if (t->nodes == &kEmptyNode) {
      same_places = site->keys == 0;
      return;
    }
    const bool same_size = t->node_count() == site->nodes;
    same_places = same_size;
    for (uint32_t i = 0; i < t->node_count(); ++i) {
      const Node& n = t->nodes[i];
      const Node* ours = same_size ? &site->image_nodes()[i] : nullptr;
      const bool ours_here =
          ours != nullptr && ours->key_tag != Tag::kNil &&
          n.key_tag == ours->key_tag &&
          (n.key.bits == ours->key.bits || n.HadKey(ours->key));
      if (ours != nullptr && ours->key_tag != Tag::kNil && !ours_here) {
        same_places = false;
      }
      if (n.key_tag == Tag::kNil) continue;
      if (n.value_tag == Tag::kNil) {
        // A key that was removed may be gone; one of the image is not.
        if (!ours_here) fields_only = false;
        continue;
      }
      ++used;
      known += ours_here;
      if (!IsField(n)) fields_only = false;
    }
  }
};

void TakeNodes(State& state, Prototype* prototype, TableSite* site,
               const Table* t, uint32_t elements) {
  const uint32_t nodes = t->node_count();
  SetRoom(site, nodes, elements);
  site->image.table.free_index = t->free_index;
  Node* image = site->image_nodes();
  for (uint32_t i = 0; i < nodes; ++i) {
    const Node& n = t->nodes[i];
    image[i] = n;
    image[i].value.bits = 0;
    image[i].value_tag = Tag::kNil;
    if (n.key_tag == Tag::kNil) continue;
    // (Dead keys are those of the image before, which kept them.)
    if (n.HasDeadKey()) image[i].key.bits ^= 1;
    ++site->keys;
    state.heap().BarrierForward(prototype, image[i].key.object);
  }
}

void Learn(State& state, Prototype* prototype, TableSite* site,
           const Table* t) {
  uint32_t elements = t->array_size();
  if (elements > kMaxLearnedElements) elements = kElementsOfLongArrays;
  // (What the constructor fills is no surprise.)
  elements = std::max<uint32_t>(elements, site->asked_elements);
  // As many as all of them came to need.
  if (site->taught && elements > site->elements) elements = site->elements;
  site->taught = true;
  const Comparison c(site, t);
  const bool fits = t->nodes != &kEmptyNode && c.fields_only &&
                    t->node_count() <= kMaxInlineNodes && c.used != 0;
  if (site->misfits > kMaxMisfits) {
    SetRoom(site, site->asked_nodes, elements);
  } else if (c.same_places && c.used == c.known) {
    // Has nothing else; but does it have use for what it was given?
    if (c.known * 2 < site->keys) ++site->misfits;
    if (elements != site->elements) {
      if (site->keys != 0) {
        TakeNodes(state, prototype, site, t, elements);
      } else {
        SetRoom(site, site->nodes, elements);
      }
    }
  } else if (fits && c.used > site->keys) {
    TakeNodes(state, prototype, site, t, elements);
  } else {
    ++site->misfits;
  }
}

// Neither a field nor an element.
bool HasNothing(const Table* t) {
  for (uint32_t i = 0; i < t->array_size(); ++i) {
    if (t->ArrayTag(i) != Tag::kNil) return false;
  }
  if (t->nodes == &kEmptyNode) return true;
  return std::all_of(t->nodes, t->nodes + t->node_count(),
                     [](const Node& n) { return n.value_tag == Tag::kNil; });
}

}  // namespace

TableSite* NewTableSite(State& state, Prototype* prototype, uint32_t elements,
                        uint32_t nodes) {
  auto* site = static_cast<TableSite*>(
      state.heap().TryAllocateBuffer(sizeof(TableSite)));
  if (site == nullptr) return nullptr;
  std::memset(static_cast<void*>(site), 0, sizeof *site);
  site->asked_nodes = static_cast<uint8_t>(nodes);
  site->asked_elements = static_cast<uint8_t>(elements);
  SetRoom(site, nodes, elements);
  site->next = prototype->sites;
  prototype->sites = site;
  return site;
}

Table* MakeTable(State& state, Prototype* prototype, TableSite* site) {
  if (!site->settled()) {
    const Table* last = std::exchange(site->last, nullptr);
    if (last == nullptr) {
      site->looks += TableSite::kLook;
    } else if (HasNothing(last)) {
      ++site->looks;
    } else {
      site->looks += TableSite::kLook;
      Learn(state, prototype, site, last);
    }
  }
  auto* t = static_cast<Table*>(
      state.heap().Allocate(ObjectKind::kTable, site->image_bytes));
  CopyImage(t, site);
  if (!site->settled()) {
    // As long as nobody else has it, a collection must not free it.
    state.heap().BarrierCache(t);
    site->last = t;
  }
  return t;
}

size_t SiteBytes(const Prototype* prototype) {
  size_t bytes = 0;
  for (TableSite* s = prototype->sites; s != nullptr; s = s->next) {
    bytes += sizeof *s;
  }
  return bytes;
}

void FreeSites(State& state, Prototype* prototype) {
  while (TableSite* site = prototype->sites) {
    prototype->sites = site->next;
    state.heap().FreeBuffer(site, sizeof *site);
  }
}

}  // namespace m3lua
