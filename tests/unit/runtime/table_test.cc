#include "lua/runtime/table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lua/runtime/strings.h"
#include "tests/unit/testing/fake_engine.h"

namespace m3lua {
namespace {

using testing::TestState;

Value Int(int64_t i) { return Value::Integer(i); }

// A border as the manual defines it (3.4.7).
bool IsBorder(const Table* t, int64_t n) {
  return (n == 0 || !GetInteger(t, n).is_nil()) &&
         (n == INT64_MAX || GetInteger(t, n + 1).is_nil());
}

std::vector<std::pair<Value, Value>> Traverse(TestState& s, Table* t) {
  std::vector<std::pair<Value, Value>> entries;
  Value key = Value::Nil();
  Value value;
  while (Next(s.co, t, key, value)) entries.emplace_back(key, value);
  return entries;
}

TEST(TableTest, AFreshTableIsEmptyAndSharesTheEmptyNode) {
  TestState s;
  Table* t = NewTable(s.state);
  EXPECT_EQ(t->nodes, &kEmptyNode);
  EXPECT_EQ(Length(t), 0);
  EXPECT_TRUE(Get(s.state, t, Value::Nil()).is_nil());
  EXPECT_TRUE(Get(s.state, t, Value::Float(NAN)).is_nil());
  EXPECT_TRUE(GetInteger(t, 1).is_nil());
  EXPECT_TRUE(Traverse(s, t).empty());
  Set(s.co, t, Int(1), Value::Nil());
  SetString(s.state, t, NewString(s.state, "x"), Value::Nil());
  EXPECT_EQ(t->nodes, &kEmptyNode) << "removing absent keys must not allocate";
}

TEST(TableTest, EveryKindOfKey) {
  TestState s;
  Table* t = NewTable(s.state);
  std::string long_text(100, 'q');
  int host;
  Value boolean_with_rubbish = Value::Make(0xDEAD, Tag::kTrue);
  std::vector<Value> keys = {
      Int(0),
      Int(-1),
      Int(INT64_MAX),
      Int(INT64_MIN),
      Value::Float(0.5),
      Value::Float(INFINITY),
      Value::Float(0x1p63),
      boolean_with_rubbish,
      Value::Boolean(false),
      s.Str(""),
      s.Str("short"),
      s.Str(long_text),
      Value::Of(NewTable(s.state)),
      Value::LightUserdata(&host),
      Value::LightUserdata(nullptr),
  };
  for (size_t i = 0; i < keys.size(); ++i) Set(s.co, t, keys[i], Int(i));
  for (size_t i = 0; i < keys.size(); ++i) {
    Value v = Get(s.state, t, keys[i]);
    ASSERT_TRUE(v.is_integer()) << "key number " << i << " is lost";
    EXPECT_EQ(v.integer(), static_cast<int64_t>(i));
  }
  EXPECT_TRUE(RawEquals(Get(s.state, t, Value::Boolean(true)), Int(7)));
  EXPECT_TRUE(RawEquals(Get(s.state, t, s.Str(long_text)), Int(11)))
      << "long strings are found by content";
  EXPECT_EQ(Traverse(s, t).size(), keys.size());
}

TEST(TableTest, FloatKeysWithIntegerValuesAreIntegerKeys) {
  TestState s;
  Table* t = NewTable(s.state);
  Set(s.co, t, Value::Float(3.0), Int(30));
  Set(s.co, t, Value::Float(-0.0), Int(40));
  EXPECT_TRUE(RawEquals(GetInteger(t, 3), Int(30)));
  EXPECT_TRUE(RawEquals(GetInteger(t, 0), Int(40)));
  EXPECT_TRUE(RawEquals(Get(s.state, t, Value::Float(3.0)), Int(30)));
  EXPECT_TRUE(SetExisting(s.state, t, Value::Float(3.0), Int(31)));
  for (auto& [key, value] : Traverse(s, t)) EXPECT_TRUE(key.is_integer());
}

TEST(TableTest, KeysThatNoTableTakes) {
  TestState s;
  Table* t = NewTable(s.state);
  for (Value value : {Int(1), Value::Nil()}) {
    EXPECT_EQ(s.ErrorOf([&] { Set(s.co, t, Value::Nil(), value); }),
              "table index is nil");
    EXPECT_EQ(s.ErrorOf([&] { Set(s.co, t, Value::Float(NAN), value); }),
              "table index is NaN");
  }
  EXPECT_FALSE(SetExisting(s.state, t, Value::Nil(), Int(1)));
  EXPECT_FALSE(SetExisting(s.state, t, Value::Float(NAN), Int(1)));
}

TEST(TableTest, AbsurdSizesOverflow) {
  TestState s;
  EXPECT_EQ(s.ErrorOf([&] { NewTable(s.state, UINT32_MAX, 0); }),
            "table overflow");
  EXPECT_EQ(s.ErrorOf([&] { NewTable(s.state, 0, (1u << 30) + 1); }),
            "table overflow");
}

TEST(TableTest, AppendingKeepsEverythingInTheArrayPart) {
  TestState s;
  Table* t = NewTable(s.state);
  for (int i = 1; i <= 1000; ++i) SetInteger(s.state, t, i, Int(-i));
  EXPECT_EQ(t->array_size(), 1024u);
  EXPECT_EQ(t->nodes, &kEmptyNode);
  EXPECT_EQ(Length(t), 1000);
  for (int i = 1; i <= 1000; ++i) EXPECT_EQ(GetInteger(t, i).integer(), -i);
}

TEST(TableTest, AppendingPastAnArrayTakesItsContinuationFromTheHashPart) {
  TestState s;
  Table* t = NewTable(s.state, 4, 8);
  for (int i : {6, 7, 9, 100}) SetInteger(s.state, t, i, Int(i));
  for (int i = 1; i <= 4; ++i) SetInteger(s.state, t, i, Int(i));
  EXPECT_EQ(t->array_size(), 4u);
  SetInteger(s.state, t, 5, Int(5));
  EXPECT_EQ(t->array_size(), 8u);
  for (int i : {1, 2, 3, 4, 5, 6, 7, 9, 100}) {
    EXPECT_TRUE(RawEquals(GetInteger(t, i), Int(i))) << i;
  }
  EXPECT_EQ(Length(t), 7);
  EXPECT_EQ(Traverse(s, t).size(), 9u);
}

TEST(TableTest, SparseKeysStayOutOfTheArrayPart) {
  TestState s;
  Table* t = NewTable(s.state);
  for (int64_t i = 1; i < 1000000; i *= 3) SetInteger(s.state, t, i, Int(i));
  EXPECT_LE(t->array_size(), 8u);
  EXPECT_LE(t->node_count(), 16u);
}

TEST(TableTest, FilledBackwardsKeysMoveToTheArrayPart) {
  TestState s;
  Table* t = NewTable(s.state);
  for (int i = 256; i >= 1; --i) SetInteger(s.state, t, i, Int(i));
  SetString(s.state, t, NewString(s.state, "rehash, please"), Int(0));
  EXPECT_EQ(Length(t), 256);
  EXPECT_GE(t->array_size(), 128u);
}

TEST(TableTest, AnExactArrayIsNotEnlargedByFields) {
  TestState s;
  Table* t = NewTable(s.state, 10, 0);
  for (int i = 1; i <= 10; ++i) SetInteger(s.state, t, i, Int(i));
  SetString(s.state, t, NewString(s.state, "n"), Int(10));
  EXPECT_EQ(t->array_size(), 10u);
}

// Borders of constructors with holes, as PUC Lua finds them.
TEST(TableTest, LengthOfConstructorsWithHoles) {
  TestState s;
  struct {
    std::vector<int> elements;  // 0: nil
    int64_t length;
  } cases[] = {{{}, 0},           {{1}, 1},          {{1, 0, 3}, 3},
               {{0, 0, 3}, 3},    {{1, 2, 0}, 2},    {{0}, 0},
               {{1, 2, 0, 4}, 4}, {{1, 0, 0, 0}, 1}, {{0, 2}, 2}};
  for (const auto& c : cases) {
    Table* t = NewTable(s.state, c.elements.size(), 0);
    for (size_t i = 0; i < c.elements.size(); ++i) {
      if (c.elements[i] != 0) t->ArraySet(i, Int(c.elements[i]));
    }
    EXPECT_EQ(Length(t), c.length) << ::testing::PrintToString(c.elements);
  }
}

TEST(TableTest, LengthFollowsPushAndPop) {
  TestState s;
  Table* t = NewTable(s.state);
  for (int round = 0; round < 3; ++round) {
    for (int i = 1; i <= 100; ++i) {
      SetInteger(s.state, t, Length(t) + 1, Int(i));
      ASSERT_EQ(Length(t), i);
    }
    for (int i = 99; i >= 0; --i) {
      SetInteger(s.state, t, Length(t), Value::Nil());
      ASSERT_EQ(Length(t), i);
    }
  }
}

TEST(TableTest, LengthReachesIntoTheHashPart) {
  TestState s;
  Table* t = NewTable(s.state, 0, 64);
  for (int i = 30; i >= 1; --i) SetInteger(s.state, t, i, Int(i));
  EXPECT_EQ(Length(t), 30);
  // Powers of two up to the largest integer.
  Table* powers = NewTable(s.state, 0, 128);
  for (int b = 62; b >= 1; --b) {
    SetInteger(s.state, powers, int64_t{1} << b, Int(1));
  }
  SetInteger(s.state, powers, INT64_MAX, Int(1));
  SetInteger(s.state, powers, 1, Int(1));
  EXPECT_TRUE(IsBorder(powers, Length(powers)));
}

TEST(TableTest, TraversalMayRemoveWhatItSees) {
  TestState s;
  Table* t = NewTable(s.state);
  for (int i = 1; i <= 50; ++i) {
    SetInteger(s.state, t, i, Int(i));
    SetString(s.state, t, NewString(s.state, "k" + std::to_string(i)), Int(i));
    Set(s.co, t, Value::Float(i + 0.5), Int(i));
    Set(s.co, t, s.Str(std::string(60, 'x') + std::to_string(i)), Int(i));
  }
  int seen = 0;
  Value key = Value::Nil();
  Value value;
  while (Next(s.co, t, key, value)) {
    ++seen;
    Set(s.co, t, key, Value::Nil());
    // As the collector does with keys whose value is nil.
    for (uint32_t i = 0; i < t->node_count(); ++i) {
      Node& n = t->nodes[i];
      if (n.value_tag == Tag::kNil && n.GetKey().is_collectable()) {
        n.ForgetKey();
      }
    }
  }
  EXPECT_EQ(seen, 200);
  EXPECT_TRUE(Traverse(s, t).empty());
  for (int i = 1; i <= 50; ++i) {
    SetString(s.state, t, NewString(s.state, "k" + std::to_string(i)), Int(i));
  }
  EXPECT_EQ(Traverse(s, t).size(), 50u) << "places of dead keys are used again";
}

TEST(TableTest, NextRejectsKeysThatWereNeverThere) {
  TestState s;
  Table* t = NewTable(s.state, 2, 2);
  SetString(s.state, t, NewString(s.state, "a"), Int(1));
  for (Value key : {Int(3), s.Str("b"), Value::Boolean(true), Value::Float(NAN),
                    Value::Of(t)}) {
    Value value;
    EXPECT_EQ(s.ErrorOf([&] { Next(s.co, t, key, value); }),
              "invalid key to 'next'");
  }
  Value key = Int(2);  // in the array part, though nil
  Value value;
  EXPECT_TRUE(Next(s.co, t, key, value));
}

TEST(TableTest, FieldHintsNameTheNode) {
  TestState s;
  Table* t = NewTable(s.state);
  String* a = NewString(s.state, "a");
  String* b = NewString(s.state, "b");
  FieldHint hint = 77;
  EXPECT_FALSE(SetExistingField(s.state, t, a, Int(1), hint));
  EXPECT_EQ(hint, 77u);
  SetString(s.state, t, a, Int(1));
  SetString(s.state, t, b, Int(2));
  EXPECT_TRUE(SetExistingField(s.state, t, a, Int(5), hint));
  EXPECT_EQ(t->nodes[hint].key.pointer, a);
  EXPECT_EQ(GetString(s.state, t, a).integer(), 5);
  SetString(s.state, t, a, Value::Nil());
  EXPECT_FALSE(SetExistingField(s.state, t, a, Int(6), hint))
      << "a removed field does not exist";
}

TEST(TableTest, NewKeysForgetWhichMetamethodsAreAbsent) {
  TestState s;
  Table* t = NewTable(s.state);
  String* key = NewString(s.state, "__index");
  for (int round = 0; round < 2; ++round) {
    t->flags = 0xFF;
    SetString(s.state, t, key, Int(1));  // second round: into the old node
    EXPECT_EQ(t->flags, 0);
    SetString(s.state, t, key, Value::Nil());
  }
}

TEST(TableTest, AConstantPopulationDoesNotRehashAgainAndAgain) {
  TestState s;
  Table* t = NewTable(s.state);
  const int population = 1023;
  for (int i = 0; i < population; ++i)
    Set(s.co, t, Value::Float(i + .5), Int(i));
  int rehashes = 0;
  for (int i = population; i < 20000; ++i) {
    Set(s.co, t, Value::Float(i - population + .5), Value::Nil());
    const Node* before = t->nodes;
    Set(s.co, t, Value::Float(i + .5), Int(i));
    rehashes += t->nodes != before;
  }
  EXPECT_LT(rehashes, 60);
  EXPECT_LE(t->node_count(), 4096u);
}

TEST(TableTest, AFailedAllocationLeavesTheTableAsItWas) {
  TestState s;
  for (int fail = 1; fail <= 2; ++fail) {
    Table* t = NewTable(s.state);
    int i = 1;
    std::string error;
    // Both parts have to grow at the same time.
    for (; i <= 64 && error.empty(); ++i) {
      if (i == 33) s.state.heap().FailAllocation(fail);
      error = s.ErrorOf([&] {
        Set(s.co, t, Int(i < 33 ? i : 3 * i), Int(i));
        Set(s.co, t, Value::Float(i + .5), Int(i));
      });
    }
    s.state.heap().FailAllocation(0);
    EXPECT_EQ(error, "not enough memory");
    EXPECT_GE(Traverse(s, t).size(), 64u);
    for (int k = 1; k <= 32; ++k) {
      ASSERT_EQ(GetInteger(t, k).integer(), k);
      ASSERT_EQ(Get(s.state, t, Value::Float(k + .5)).integer(), k);
    }
  }
}

TEST(TableTest, ResizeKeepsAllEntries) {
  TestState s;
  Table* t = NewTable(s.state);
  for (int i = 1; i <= 20; ++i) {
    SetInteger(s.state, t, i, Int(i));
    SetString(s.state, t, NewString(s.state, "f" + std::to_string(i)), Int(i));
  }
  for (auto [array, hash] : {std::pair(0, 0), std::pair(100, 0),
                             std::pair(5, 100), std::pair(20, 20)}) {
    Resize(s.state, t, array, hash);
    EXPECT_EQ(t->array_size(), static_cast<uint32_t>(array));
    EXPECT_EQ(Traverse(s, t).size(), 40u);
    EXPECT_EQ(Length(t), 20);
  }
}

TEST(TableTest, BuffersAreAccountedFor) {
  TestState s;
  Table* t = NewTable(s.state);
  size_t before = s.state.heap().bytes();
  for (int i = 1; i <= 1000; ++i) {
    SetInteger(s.state, t, i, Int(i));
    Set(s.co, t, Value::Float(i + .5), Int(i));
  }
  EXPECT_GE(s.state.heap().bytes(), before + 1000 * 9 + 1000 * sizeof(Node));
  FreeTableBuffers(s.state, t);
  EXPECT_EQ(s.state.heap().bytes(), before);
}

// Random operations, with a std::map as the model.
class Shadow {
 public:
  Shadow(TestState& s, uint32_t seed) : s_(s), random_(seed) {
    table_ =
        NewTable(s.state, Below(3) ? 0 : Below(20), Below(3) ? 0 : Below(20));
    for (int i = 0; i < 40; ++i) {
      texts_.push_back(s.Str("text " + std::to_string(i)));
      texts_.push_back(s.Str(std::string(45, 'y') + std::to_string(i)));
    }
    keep_ = NewTable(s.state);
    SetField(s.state, s.state.registry, "keep", Value::Of(keep_));
    for (size_t i = 0; i < texts_.size(); ++i) {
      SetInteger(s.state, keep_, i + 1, texts_[i]);
    }
    SetField(s.state, s.state.registry, "table", Value::Of(table_));
  }

  void Run(int steps) {
    for (int i = 0; i < steps; ++i) {
      Step();
      if (i % 64 == 0) Check();
      if (::testing::Test::HasFatalFailure()) return;
    }
    Check();
  }

 private:
  uint32_t Below(uint32_t n) { return random_() % n; }

  Value RandomKey() {
    switch (Below(9)) {
      case 0:
        return texts_[Below(texts_.size())];
      case 8:  // dies with its entry, and its address is used again
        return s_.Str("fresh " + std::to_string(Below(300)) +
                      (Below(2) ? std::string(40, 'z') : ""));
      case 1:
        return Value::Float(Below(64) / 2.0);
      case 2:
        return Int(static_cast<int64_t>(Below(2000)) - 1000);
      case 3:
        return Value::Boolean(Below(2));
      default:
        return Int(Below(64));
    }
  }

  static std::string NameOf(Value v) {
    int64_t i;
    switch (v.tag) {
      case Tag::kString:
        return "s" + std::string(v.string()->view());
      case Tag::kFloat:
        return FloatToInteger(v.number(), i) ? "i" + std::to_string(i)
                                             : "f" + std::to_string(v.number());
      case Tag::kInteger:
        return "i" + std::to_string(v.integer());
      default:
        return v.is_truthy() ? "true" : "false";
    }
  }

  void Step() {
    Value key = Below(4) == 0 ? Int(Length(table_) + 1) : RandomKey();
    if (Below(6) == 0) key = Int(Length(table_));
    std::string name = NameOf(key);
    if (Below(10) == 0 && key.is_integer() && key.integer() > 0) {
      key = Value::Float(static_cast<double>(key.integer()));
    }
    Value value = Below(3) == 0 ? Value::Nil() : Int(++last_);
    if (Below(5) == 0) {
      bool was = model_.contains(name);
      ASSERT_EQ(SetExisting(s_.state, table_, key, value), was) << name;
      if (!was) return;
    } else {
      Set(s_.co, table_, key, value);
    }
    if (value.is_nil()) {
      model_.erase(name);
    } else {
      model_[name] = value.integer();
    }
    Value now = Get(s_.state, table_, key);
    ASSERT_TRUE(RawEquals(now, value)) << name;
    ASSERT_TRUE(IsBorder(table_, Length(table_)));
    if (Below(500) == 0) {
      Resize(s_.state, table_, Below(100), Below(100));
    }
    if (Below(100) == 0) s_.state.heap().FullCollection(s_.co);
    s_.state.heap().Safepoint(s_.co);
  }

  void Check() {
    std::map<std::string, int64_t> seen;
    Value key = Value::Nil();
    Value value;
    while (Next(s_.co, table_, key, value)) {
      ASSERT_TRUE(seen.emplace(NameOf(key), value.integer()).second)
          << "traversed twice: " << NameOf(key);
    }
    ASSERT_EQ(seen, model_);
    seen.clear();
    uint32_t position = 0;
    while (NextAt(table_, position, key, value)) {
      seen.emplace(NameOf(key), value.integer());
    }
    ASSERT_EQ(seen, model_);
  }

  TestState& s_;
  std::mt19937 random_;
  Table* table_;
  Table* keep_;
  std::vector<Value> texts_;
  std::map<std::string, int64_t> model_;
  int64_t last_ = 0;
};

TEST(TableTest, AgreesWithAMapOverRandomOperations) {
  for (uint32_t seed = 1; seed <= 30; ++seed) {
    StateOptions options;
    options.hash_seed = seed;  // so that a failure can be repeated
    TestState s(options);
    SCOPED_TRACE(seed);
    Shadow(s, seed).Run(3000);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace m3lua
