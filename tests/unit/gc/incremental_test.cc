// Guards the barriers and the phases: a mutator and the collector take turns in
// tiny steps, and a model of the heap knows what must be there.
//
// The model: nodes have slots, and each slot is a variable (a "cell") that
// holds a node or nothing.  Slots of a closure and of a coroutine may share a
// cell: that is an open upvalue.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/gc/gc_testing.h"

namespace m3lua::testing {
namespace {

constexpr int kNone = -1;
constexpr int kSlots = 4;
constexpr int kRoots = 8;

enum class Kind { kTable, kUserdata, kNative, kLua, kCoroutine };

struct Model {
  struct Node {
    Kind kind;
    int cells[kSlots];
    Value object;  // not a root
  };
  std::vector<Node> nodes;
  std::vector<int> cells;
  int roots[kRoots];
  std::map<int, int> ephemerons;  // key -> value, in one table

  int NewCell(int node) {
    cells.push_back(node);
    return static_cast<int>(cells.size()) - 1;
  }

  std::vector<int> Reachable() const {
    std::vector<char> seen(nodes.size());
    std::vector<int> found;
    auto visit = [&](int n) {
      if (n == kNone || seen[n]) return;
      seen[n] = 1;
      found.push_back(n);
    };
    for (int r : roots) visit(r);
    for (size_t i = 0; i < found.size(); ++i) {
      for (int c : nodes[found[i]].cells) visit(cells[c]);
      auto e = ephemerons.find(found[i]);
      if (e != ephemerons.end()) visit(e->second);
    }
    return found;
  }
};

class Machine {
 public:
  explicit Machine(int seed) : random_(seed) {
    t.heap.parameters().step_size = 0;
    t.heap.parameters().step_multiplier = 1;
    all_ = t.Weak("v");
    ephemerons_ = t.Weak("k");
    SetField(t.state, t.state.registry, "all", Value::Of(all_));
    SetField(t.state, t.state.registry, "ephemerons", Value::Of(ephemerons_));
    roots_ = t.co.top;
    for (int i = 0; i < kRoots; ++i) {
      t.Push(Value::Nil());
      model_.roots[i] = kNone;
    }
  }

  void Run(int operations) {
    for (int i = 0; i < operations; ++i) {
      reachable_ = model_.Reachable();
      ++phases_[static_cast<int>(t.heap.phase())];
      switch (Below(16)) {
        case 0:
        case 1:
        case 2:
          Create();
          break;
        case 3:
        case 4:
        case 5:
        case 6:
          Store();
          break;
        case 7:
          SetRoot(Below(kRoots), Below(3) == 0 ? kNone : Any());
          break;
        case 8:
          CloseUpvalues();
          break;
        case 9:
          SetEphemeron();
          break;
        default:
          for (int k = Below(12); k > 0; --k) t.heap.ManualStep(t.co, 0);
      }
      if (i % 500 == 499) {
        if (i % 1500 == 1499) {
          t.heap.AtSafepoint();
          t.heap.FailAllocation(1);
          t.ErrorOf([&] { t.New(); });
        }
        Check(/*exact=*/i % 2000 == 1999);
        if (::testing::Test::HasFailure()) {
          ADD_FAILURE() << "after operation " << i;
          return;
        }
      }
    }
    for (int phase = 0; phase < 3; ++phase) {
      EXPECT_GT(phases_[phase], operations / 100)
          << "phase " << phase << " was hardly visited";
    }
  }

  void DropEverything(size_t baseline) {
    for (int i = 0; i < kRoots; ++i) roots_[i].SetNil();
    SetField(t.state, t.state.registry, "all", Value::Nil());
    SetField(t.state, t.state.registry, "ephemerons", Value::Nil());
    t.Collect();
    t.Collect();
    EXPECT_LE(t.heap.bytes(), baseline + 1000);
  }

  GcState t;

 private:
  int Below(int n) { return static_cast<int>(random_() % n); }
  int Any() {
    return reachable_.empty() ? kNone : reachable_[Below(reachable_.size())];
  }
  Value ValueOf(int node) {
    return node == kNone ? Value::Nil() : model_.nodes[node].object;
  }

  void SetRoot(int i, int node) {
    model_.roots[i] = node;
    roots_[i].Set(ValueOf(node));
  }

  void Create() {
    Model::Node n;
    n.kind = static_cast<Kind>(Below(12) == 0 ? 4 : Below(4));
    for (int& c : n.cells) c = model_.NewCell(kNone);
    int id = static_cast<int>(model_.nodes.size());
    switch (n.kind) {
      case Kind::kTable:
        n.object = Value::Of(NewTable(t.state, 2, Below(3)));
        break;
      case Kind::kUserdata:
        n.object = Value::Of(NewUserdata(t.state, Below(600), kSlots, nullptr));
        break;
      case Kind::kNative:
        n.object = Value::Of(NewNative(t.state, &CallThunk, kSlots));
        break;
      case Kind::kCoroutine: {
        Coroutine* co = t.engine.NewCoroutine(t.state, Value::Nil());
        for (int i = 0; i < kSlots; ++i) (co->top++)->SetNil();
        n.object = Value::Of(co);
        break;
      }
      case Kind::kLua: {
        Upvalue* upvalues[kSlots];
        for (int i = 0; i < kSlots; ++i) {
          int owner = Any();
          if (owner != kNone && model_.nodes[owner].kind == Kind::kCoroutine) {
            int slot = Below(kSlots);
            n.cells[i] = model_.nodes[owner].cells[slot];
            upvalues[i] =
                FindUpvalue(model_.nodes[owner].object.coroutine(), slot);
          } else {
            upvalues[i] = t.NewClosedUpvalue(Value::Nil());
          }
        }
        n.object = Value::Of(t.NewClosure(
            nullptr, {upvalues[0], upvalues[1], upvalues[2], upvalues[3]}));
      }
    }
    model_.nodes.push_back(n);
    SetInteger(t.state, all_, id + 1, n.object);
    // Now it has to be reachable.
    int holder = Any();
    if (holder == kNone || Below(3) == 0) {
      SetRoot(Below(kRoots), id);
    } else {
      StoreTo(holder, Below(kSlots), id);
    }
  }

  static Value* StackOf(Coroutine* co) { return co->chunk->slots() + 2; }

  Upvalue* FindUpvalue(Coroutine* co, int slot) {
    Value* location = StackOf(co) + slot;
    for (Upvalue* u = co->open_upvalues; u != nullptr; u = u->open.next_open) {
      if (u->location == location) return u;
    }
    return t.NewOpenUpvalue(co, location);
  }

  void Store() {
    int holder = Any();
    if (holder == kNone) return;
    StoreTo(holder, Below(kSlots), Below(4) == 0 ? kNone : Any());
  }

  // As the interpreter stores, with the barrier that it owes.
  void StoreTo(int holder, int slot, int node) {
    Model::Node& n = model_.nodes[holder];
    model_.cells[n.cells[slot]] = node;
    Value v = ValueOf(node);
    switch (n.kind) {
      case Kind::kTable:
        if (slot < 2) {
          SetInteger(t.state, n.object.table(), slot + 1, v);
        } else {
          SetField(t.state, n.object.table(), slot == 2 ? "two" : "three", v);
        }
        break;
      case Kind::kUserdata:
        n.object.userdata()->user_values()[slot].Set(v);
        t.heap.BarrierForward(n.object.object(), v);
        break;
      case Kind::kNative: {
        auto* f = static_cast<NativeClosure*>(n.object.function());
        f->upvalues()[slot].Set(v);
        t.heap.BarrierForward(f, v);
        break;
      }
      case Kind::kLua: {
        Upvalue* u =
            static_cast<LuaClosure*>(n.object.function())->upvalues()[slot];
        u->location->Set(v);
        t.heap.BarrierForward(u, v);
        break;
      }
      case Kind::kCoroutine:
        StackOf(n.object.coroutine())[slot].Set(v);
        break;
    }
  }

  Value Load(int holder, int slot) {
    Model::Node& n = model_.nodes[holder];
    switch (n.kind) {
      case Kind::kTable:
        return slot < 2
                   ? GetInteger(n.object.table(), slot + 1)
                   : t.Field(n.object.table(), slot == 2 ? "two" : "three");
      case Kind::kUserdata:
        return n.object.userdata()->user_values()[slot];
      case Kind::kNative:
        return static_cast<NativeClosure*>(n.object.function())
            ->upvalues()[slot];
      case Kind::kLua:
        return *static_cast<LuaClosure*>(n.object.function())
                    ->upvalues()[slot]
                    ->location;
      case Kind::kCoroutine:
        return StackOf(n.object.coroutine())[slot];
    }
    return Value::Nil();
  }

  // A scope of a coroutine ends: its variables and the closures part.
  void CloseUpvalues() {
    int owner = Any();
    if (owner == kNone || model_.nodes[owner].kind != Kind::kCoroutine) return;
    Coroutine* co = model_.nodes[owner].object.coroutine();
    while (Upvalue* u = co->open_upvalues) {
      co->open_upvalues = u->open.next_open;
      u->closed.Set(Value(*u->location));
      u->location = &u->closed;
      t.heap.BarrierForward(u, u->closed);
    }
    for (int& c : model_.nodes[owner].cells)
      c = model_.NewCell(model_.cells[c]);
  }

  void SetEphemeron() {
    int key = Any();
    if (key == kNone) return;
    int value = Below(4) == 0 ? kNone : Any();
    t.Put(ephemerons_, ValueOf(key), ValueOf(value));
    if (value == kNone) {
      model_.ephemerons.erase(key);
    } else {
      model_.ephemerons[key] = value;
    }
  }

  static ObjectKind ObjectKindOf(Kind kind) {
    constexpr ObjectKind kKinds[] = {
        ObjectKind::kTable, ObjectKind::kUserdata, ObjectKind::kNativeClosure,
        ObjectKind::kLuaClosure, ObjectKind::kCoroutine};
    return kKinds[static_cast<int>(kind)];
  }

  void Check(bool exact) {
    if (exact) t.Collect();
    reachable_ = model_.Reachable();
    std::set<Object*> distinct;
    for (int n : reachable_) {
      Object* o = model_.nodes[n].object.object();
      ASSERT_EQ(o->kind, ObjectKindOf(model_.nodes[n].kind))
          << "a reachable object was freed";
      ASSERT_TRUE(distinct.insert(o).second)
          << "the memory of a reachable object was given away";
      ASSERT_EQ(GetInteger(all_, n + 1).payload.bits, ValueOf(n).payload.bits)
          << "a reachable object was removed from a weak table";
      for (int slot = 0; slot < kSlots; ++slot) {
        Value expected = ValueOf(model_.cells[model_.nodes[n].cells[slot]]);
        Value found = Load(n, slot);
        ASSERT_EQ(found.tag, expected.tag);
        if (!found.is_nil()) {
          ASSERT_EQ(found.payload.bits, expected.payload.bits);
        }
      }
      auto e = model_.ephemerons.find(n);
      Value expected =
          e == model_.ephemerons.end() ? Value::Nil() : ValueOf(e->second);
      Value found = t.At(ephemerons_, ValueOf(n));
      ASSERT_EQ(found.tag, expected.tag);
      if (!found.is_nil()) {
        ASSERT_EQ(found.payload.bits, expected.payload.bits);
      }
    }
    std::erase_if(model_.ephemerons, [&](auto& e) {
      return std::find(reachable_.begin(), reachable_.end(), e.first) ==
             reachable_.end();
    });
    if (exact) {
      EXPECT_EQ(t.Count(all_), static_cast<int>(reachable_.size()))
          << "garbage survived a full collection";
      EXPECT_EQ(t.Count(ephemerons_),
                static_cast<int>(model_.ephemerons.size()));
    }
  }

  std::mt19937 random_;
  Model model_;
  Table* all_;
  Table* ephemerons_;
  Value* roots_;
  std::vector<int> reachable_;
  int phases_[4] = {};
};

class Incremental : public ::testing::TestWithParam<int> {};

TEST_P(Incremental, AgreesWithTheModel) {
  Machine machine(GetParam());
  size_t baseline = machine.t.heap.bytes();
  machine.Run(12000);
  machine.DropEverything(baseline);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Incremental, ::testing::Range(1, 13));

// One barrier at a time: the holder is black when the white object is stored.
TEST(Barriers, StoreIntoBlackObjectsKeepsTheValue) {
  for (int kind = 0; kind < 4; ++kind) {
    for (bool in_sweep : {false, true}) {
      GcState t;
      t.heap.parameters().step_size = 0;
      t.heap.parameters().step_multiplier = 1;
      Table* table = t.New();
      Userdata* userdata = NewUserdata(t.state, 8, 1, table);
      NativeClosure* native = NewNative(t.state, &CallThunk, 1);
      Upvalue* upvalue = t.NewClosedUpvalue(Value::Nil());
      t.Push(Value::Of(userdata));
      t.Push(Value::Of(native));
      t.Push(Value::Of(t.NewClosure(nullptr, {upvalue})));
      Object* holders[] = {table, userdata, native, upvalue};
      // Enough that marking goes on behind the holder.
      for (int i = 0; i < 100; ++i)
        t.Push(Value::Of(t.NewWith("x", t.Str("y"))));
      auto wanted = in_sweep ? gc::Phase::kSweep : gc::Phase::kMark;
      while (t.heap.phase() != wanted || !holders[kind]->IsBlack()) {
        t.heap.ManualStep(t.co, 0);
      }
      Value v = t.Probe("value");
      switch (kind) {
        case 0:
          SetInteger(t.state, table, 1, v);
          break;
        case 1:
          userdata->user_values()[0].Set(v);
          t.heap.BarrierForward(userdata, v);
          break;
        case 2:
          native->upvalues()[0].Set(v);
          t.heap.BarrierForward(native, v);
          break;
        case 3:
          upvalue->closed.Set(v);
          t.heap.BarrierForward(upvalue, v);
          break;
      }
      if (in_sweep) {
        EXPECT_FALSE(holders[kind]->IsBlack());
      }
      do {
        t.heap.ManualStep(t.co, 0);
      } while (t.heap.phase() != gc::Phase::kPause);
      EXPECT_TRUE(t.Alive("value")) << kind << in_sweep;
      EXPECT_EQ(v.object()->kind, ObjectKind::kTable);
      t.Collect();
      EXPECT_TRUE(t.Alive("value"));
    }
  }
}

TEST(Barriers, RootsMayChangeWhileMarking) {
  GcState t;
  t.heap.parameters().step_size = 0;
  t.heap.parameters().step_multiplier = 1;
  t.heap.ManualStep(t.co, 0);
  ASSERT_EQ(t.heap.phase(), gc::Phase::kMark);
  t.state.type_metatables[0] = t.Probe("metatable").table();
  t.state.pending_error.Set(t.Probe("error"));
  t.Push(t.Probe("register"));
  while (t.heap.phase() != gc::Phase::kPause) t.heap.ManualStep(t.co, 0);
  for (const char* name : {"metatable", "error", "register"}) {
    EXPECT_TRUE(t.Alive(name)) << name;
  }
}

TEST(Barriers, CachesShadeWhileMarking) {
  GcState t;
  t.heap.parameters().step_size = 0;
  t.heap.parameters().step_multiplier = 1;
  Value v = t.Probe("cached");
  t.heap.BarrierCache(v.object());
  EXPECT_TRUE(v.object()->IsWhite()) << "between cycles there is nothing to do";
  t.heap.ManualStep(t.co, 0);
  ASSERT_EQ(t.heap.phase(), gc::Phase::kMark);
  t.heap.BarrierCache(v.object());
  EXPECT_FALSE(v.object()->IsWhite());
}

}  // namespace
}  // namespace m3lua::testing
