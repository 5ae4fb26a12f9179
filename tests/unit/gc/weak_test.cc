// Guards weak tables (lua/gc/weak.cc).
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/gc/gc_testing.h"

namespace m3lua::testing {
namespace {

// What becomes of an entry (key, value), each of which is reachable otherwise
// or not, in a table of each mode.
TEST(Weak, WhichEntriesStay) {
  struct Case {
    const char* mode;
    bool key_alive, value_alive, stays;
  };
  const Case kCases[] = {
      {"", false, false, true},   {"v", false, false, false},
      {"v", true, false, false},  {"v", false, true, true},
      {"v", true, true, true},    {"k", false, false, false},
      {"k", true, false, true},   {"k", false, true, false},
      {"k", true, true, true},    {"kv", false, false, false},
      {"kv", true, false, false}, {"vk", false, true, false},
      {"kv", true, true, true},   {"x", false, false, true},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(std::string("mode ") + c.mode + (c.key_alive ? ", key" : "") +
                 (c.value_alive ? ", value" : ""));
    GcState t;
    Table* weak = t.Weak(c.mode);
    t.Push(Value::Of(weak));
    Value key = t.Probe("key"), value = t.Probe("value");
    if (c.key_alive) t.Push(key);
    if (c.value_alive) t.Push(value);
    t.Put(weak, key, value);
    t.Collect();
    EXPECT_EQ(t.Count(weak), c.stays ? 1 : 0);
    EXPECT_EQ(t.Alive("value"), c.value_alive || c.stays);
    t.Collect();  // a strong key survives the cycle that removes its entry
    EXPECT_EQ(t.Count(weak), c.stays ? 1 : 0);
    EXPECT_EQ(t.Alive("key"), c.key_alive || c.stays);
  }
}

TEST(Weak, StringsNumbersAndBooleansAreValues) {
  for (const char* mode : {"k", "v", "kv"}) {
    GcState t;
    Table* weak = t.Weak(mode);
    t.Push(Value::Of(weak));
    std::string text(300, 's');
    t.Put(weak, t.Str("short"), t.Str("short value"));
    t.Put(weak, t.Str(text), t.Str(text + text));
    t.Put(weak, Value::Integer(1), t.Str("one"));
    t.Put(weak, Value::Float(0.5), Value::Boolean(true));
    t.Put(weak, Value::LightUserdata(&t), Value::Boolean(false));
    for (int i = 0; i < 3; ++i) t.Collect();
    EXPECT_EQ(t.Count(weak), 5) << mode;
    EXPECT_EQ(t.At(weak, t.Str(text)).string()->view(), text + text);
    EXPECT_EQ(t.At(weak, t.Str("short")).string()->view(), "short value");
  }
}

TEST(Weak, StringsGoWithTheOtherHalfOfTheEntry) {
  GcState t;
  Table* weak = t.Weak("kv");
  t.Push(Value::Of(weak));
  size_t before = t.heap.bytes();
  t.Put(weak, t.Str(std::string(100000, 'a')), Value::Of(t.New()));
  t.Put(weak, Value::Of(t.New()), t.Str("value"));
  t.Collect();
  EXPECT_EQ(t.Count(weak), 0);
  EXPECT_LT(t.heap.bytes(), before + 1000);
}

TEST(Weak, ArrayPartsAreClearedAndKept) {
  GcState t;
  Table* weak = t.Weak("v");
  t.Push(Value::Of(weak));
  std::vector<Value> kept;
  for (int i = 1; i <= 100; ++i) {
    Value v = Value::Of(t.New());
    SetInteger(t.state, weak, i, v);
    if (i % 3 == 0) t.Push(v);
  }
  t.Collect();
  for (int i = 1; i <= 100; ++i) {
    EXPECT_EQ(GetInteger(weak, i).is_table(), i % 3 == 0) << i;
  }
  // The array part of a table with weak keys is strong.
  Table* keys = t.Weak("k");
  t.Push(Value::Of(keys));
  for (int i = 1; i <= 10; ++i)
    SetInteger(t.state, keys, i, Value::Of(t.New()));
  t.Collect();
  EXPECT_EQ(t.Count(keys), 10);
}

// Chains in which each value leads to the next key, in one table or several,
// inserted in either order; linear work whatever the length.
TEST(Ephemerons, ChainsLiveAndDieWhole) {
  for (int tables : {1, 3}) {
    for (bool forward : {true, false}) {
      for (bool wrapped : {true, false}) {
        GcState t;
        constexpr int kLength = 20000;
        std::vector<Table*> weak, keys;
        for (int i = 0; i < tables; ++i) {
          weak.push_back(t.Weak("k"));
          t.Push(Value::Of(weak.back()));
        }
        for (int i = 0; i <= kLength; ++i) keys.push_back(t.New());
        for (int n = 0; n < kLength; ++n) {
          int i = forward ? n : kLength - 1 - n;
          Value next = Value::Of(keys[i + 1]);
          if (wrapped) next = Value::Of(t.NewWith("next", next));
          t.Put(weak[i % tables], Value::Of(keys[i]), next);
        }
        Value* root = t.co.top;
        t.Push(Value::Of(keys[0]));
        t.Collect();
        Value v = *root;
        int length = 0;
        for (;;) {
          Value next = t.At(weak[length % tables], v);
          if (next.is_nil()) break;
          v = wrapped ? t.Field(next.table(), "next") : next;
          ++length;
        }
        EXPECT_EQ(length, kLength);
        root->SetNil();
        t.Collect();
        int left = 0;
        for (Table* w : weak) left += t.Count(w);
        EXPECT_EQ(left, 0);
      }
    }
  }
}

TEST(Ephemerons, ValueThatRefersToItsKeyDoesNotKeepIt) {
  GcState t;
  Table* weak = t.Weak("k");
  t.Push(Value::Of(weak));
  Value key = t.Probe("key");
  t.Put(weak, key, Value::Of(t.NewWith("key", key)));
  // A cycle through two tables.
  Table* other = t.Weak("k");
  t.Push(Value::Of(other));
  Value a = t.Probe("a"), b = t.Probe("b");
  t.Put(weak, a, b);
  t.Put(other, b, a);
  t.Collect();
  EXPECT_FALSE(t.Alive("key"));
  EXPECT_FALSE(t.Alive("a"));
  EXPECT_FALSE(t.Alive("b"));
}

TEST(Ephemerons, TableThatIsReachedThroughAnEphemeronWorksToo) {
  GcState t;
  Table* outer = t.Weak("k");
  t.Push(Value::Of(outer));
  Table* inner = t.Weak("k");
  Value k1 = t.Push(t.Probe("k1"));
  Value k2 = t.Push(t.Probe("k2"));
  t.Put(outer, k1, Value::Of(inner));
  t.Put(inner, k2, t.Probe("v2"));
  t.Put(inner, Value::Of(t.New()), t.Probe("v3"));
  Table* values = t.Weak("v");
  t.Put(inner, k1, Value::Of(values));
  t.Put(values, Value::Integer(1), t.Probe("v4"));
  t.Collect();
  EXPECT_TRUE(t.Alive("v2"));
  EXPECT_FALSE(t.Alive("v3"));
  EXPECT_FALSE(t.Alive("v4"));
  EXPECT_EQ(t.Count(values), 0);
}

// Removing entries during a traversal, with collections in between.
TEST(DeadKeys, TraversalGoesOn) {
  for (const char* mode : {"", "k", "v", "kv"}) {
    GcState t;
    Table* a = t.Weak(mode);
    t.Push(Value::Of(a));
    Table* keys = t.New();
    t.Push(Value::Of(keys));
    for (int i = 0; i < 50; ++i) {
      Value key = Value::Of(t.New());
      t.Put(keys, key, Value::Boolean(true));
      t.Put(a, key, Value::Integer(i));
    }
    Value* key = t.co.top;
    t.Push(Value::Nil());
    Value value = Value::Nil();
    int visited = 0;
    while (Next(t.co, a, *key, value)) {
      ++visited;
      t.Put(a, *key, Value::Nil());
      t.Put(keys, *key, Value::Nil());
      t.Collect();
    }
    EXPECT_EQ(visited, 50) << "mode " << mode;
    t.Collect();
    Value k = Value::Nil();
    EXPECT_FALSE(Next(t.co, a, k, value));
    // The nodes can be used again, and dead keys are not followed.
    for (int i = 0; i < 200; ++i) {
      t.Put(a, t.Push(Value::Of(t.New())), t.Push(t.Str(std::to_string(i))));
      t.Put(a, t.Push(t.Str(std::string(60, 'x') + std::to_string(i))),
            Value::Integer(i));
      if (i % 20 == 0) t.Collect();
    }
    EXPECT_EQ(t.Count(a), 400);
  }
}

TEST(Weak, ModeMayChangeDuringACycle) {
  for (const char* before : {"", "k", "v", "kv"}) {
    for (const char* after : {"", "k", "v", "kv"}) {
      GcState t;
      Table* a = t.Weak(before);
      t.Push(Value::Of(a));
      Value kept = t.Push(t.Probe("kept"));
      SetInteger(t.state, a, 1, t.Probe("value"));
      t.Put(a, t.Probe("key"), kept);
      t.heap.parameters().step_size = 0;
      t.heap.parameters().step_multiplier = 1;
      while (a->IsWhite()) t.heap.ManualStep(t.co, 0);
      t.heap.ManualStep(t.co, 0);
      ASSERT_EQ(t.heap.phase(), gc::Phase::kMark);
      SetField(t.state, a->metatable, "__mode", t.Str(after));
      while (t.heap.phase() != gc::Phase::kPause) t.heap.ManualStep(t.co, 0);
      // Whatever mode the cycle used, nothing dangles, and the next cycle uses
      // the new one.
      t.Collect();
      std::string mode = after;
      EXPECT_EQ(GetInteger(a, 1).is_table(), t.Alive("value"));
      if (mode.find('v') != mode.npos) {
        EXPECT_FALSE(t.Alive("value"));
      }
      if (mode.find('k') != mode.npos) {
        EXPECT_FALSE(t.Alive("key"));
      }
    }
  }
}

}  // namespace
}  // namespace m3lua::testing
