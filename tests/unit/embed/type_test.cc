#include "lua/embed/type.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/unit/embed/embed_testing.h"

namespace m3lua {
namespace {

using testing::Failure;
using testing::MessageOf;
using testing::MustRun;
using testing::Show;

struct Vec {
  Vec() = default;
  Vec(double x, double y) : x(x), y(y) {}
  double Dot(const Vec& other) const { return x * other.x + y * other.y; }
  void Scale(double by) {
    x *= by;
    y *= by;
  }
  double x = 0;
  double y = 0;
  int dimensions = 2;
};

struct Shape {
  virtual ~Shape() { --alive; }
  Shape() { ++alive; }
  Shape(const Shape& other) : name(other.name) { ++alive; }
  virtual std::string Kind() const { return "shape"; }
  std::string name = "unnamed";
  static int alive;
};
int Shape::alive = 0;

struct Other {
  int padding = 3;
  virtual int Padding() { return padding; }
  virtual ~Other() = default;
};

// (The bases are at different addresses.)
struct Circle : Other, Shape {
  explicit Circle(double r) : radius(r) {}
  std::string Kind() const override { return "circle"; }
  double radius;
  Vec centre{1, 2};
  const int corners = 0;
};

TypeDescription VecType() {
  return Class<Vec>("Vec")
      .Constructor<>()
      .Constructor<double, double>()
      .Field("x", &Vec::x)
      .Field("y", &Vec::y)
      .ReadOnly("dimensions", &Vec::dimensions)
      .Method("dot", &Vec::Dot)
      .Method("scale", &Vec::Scale)
      .Method("plus",
              [](const Vec& v, double d) { return Vec(v.x + d, v.y + d); })
      .Property("length2", [](const Vec& v) { return v.Dot(v); })
      .Property(
          "text", [](const Vec& v) { return std::to_string(int(v.x)); },
          [](Vec& v, const std::string& s) { v.x = std::stod(s); })
      .Operator("__add", [](const Vec& a,
                            const Vec& b) { return Vec(a.x + b.x, a.y + b.y); })
      .Operator(
          "__mul",
          Overload(
              [](const Vec& v, double d) { return Vec(v.x * d, v.y * d); },
              [](double d, const Vec& v) { return Vec(v.x * d, v.y * d); }))
      .Operator("__eq", [](const Vec& a,
                           const Vec& b) { return a.x == b.x && a.y == b.y; })
      .Operator("__tostring",
                [](const Vec& v) {
                  return std::to_string(int(v.x)) + "/" +
                         std::to_string(int(v.y));
                })
      .Static("unit", [] { return Vec(1, 0); })
      .Static("count", 2);
}

void RegisterAll(Lua& lua) {
  ASSERT_EQ(Failure(lua.Register(VecType())), "");
  ASSERT_EQ(Failure(lua.Register(Class<Shape>("Shape")
                                     .Constructor<>()
                                     .Field("name", &Shape::name)
                                     .Method("kind", &Shape::Kind))),
            "");
  ASSERT_EQ(Failure(lua.Register(
                Class<Other>("Other").Method("padding", &Other::Padding))),
            "");
  ASSERT_EQ(Failure(lua.Register(Class<Circle>("Circle")
                                     .Base<Shape>()
                                     .Base<Other>()
                                     .Constructor<double>()
                                     .Field("radius", &Circle::radius)
                                     .Field("centre", &Circle::centre)
                                     .Field("corners", &Circle::corners)
                                     .Closable())),
            "");
}

TEST(TypeTest, MembersOfAllKinds) {
  Lua lua;
  RegisterAll(lua);
  MustRun(lua, "v = Vec(3, 4) w = Vec.new()");
  const std::pair<const char*, const char*> kCases[] = {
      {"v.x, v.y, w.x, v.dimensions", "3.0 4.0 0.0 2"},
      {"v:dot(Vec(1, 1))", "7.0"},
      {"v:plus(1).y", "5.0"},
      {"v.length2, v.text", "25.0 3"},
      {"v + v, 2 * v, v * 2", "6/8 6/8 6/8"},
      {"v == Vec(3, 4), v == w, v ~= 1", "true false true"},
      {"Vec.unit(), Vec.count", "1/0 2"},
      {"v.nothing", "nil"},
      {"getmetatable(v), type(v)", "Vec userdata"},
      {"local u = Vec(1, 2) u.x = 5 u:scale(2) return u", "10/4"},
      {"local u = Vec(1, 2) u.text = '9' return u", "9/2"},
  };
  for (const auto& [code, expected] : kCases) {
    EXPECT_EQ(Show(lua, code), expected) << code;
  }
}

TEST(TypeTest, MistakesAreErrors) {
  Lua lua;
  RegisterAll(lua);
  MustRun(lua, "v = Vec(3, 4) c = Circle(1)");
  const std::pair<const char*, const char*> kCases[] = {
      {"Vec('x')",
       "bad argument #1 to 'Vec' (no overload for arguments (string))"},
      {"Circle('x')",
       "bad argument #1 to 'Circle' (number expected, got string)"},
      {"Circle.new()",
       "bad argument #1 to 'new' (number expected, got no value)"},
      {"v:dot(5)", "bad argument #1 to 'dot' (Vec expected, got number)"},
      {"v:dot(c)", "bad argument #1 to 'dot' (Vec expected, got Circle)"},
      {"v.dot(5, v)", "bad argument #1 to 'dot' (Vec expected, got number)"},
      {"v:dot()", "bad argument #1 to 'dot' (Vec expected, got no value)"},
      {"v:nothing()", "attempt to call a nil value (method 'nothing')"},
      {"v.dot(io.stdout)",
       "bad argument #1 to 'dot' (Vec expected, got FILE*)"},
      {"v.dot(print)", "bad argument #1 to 'dot' (Vec expected, got function)"},
      {"v - v", "attempt to perform arithmetic on a Vec value (global 'v')"},
      {"v .. 'x'", "attempt to concatenate a Vec value (global 'v')"},
      {"v()", "attempt to call a Vec value (global 'v')"},
      {"local u = v u.x = 'a'",
       "bad value for field 'x' (number expected, got string)"},
      {"v.nothing = 1 return", "no field 'nothing' to assign to in Vec"},
      {"v.dimensions = 1 return", "field 'dimensions' of Vec is read only"},
      {"v.length2 = 1 return", "field 'length2' of Vec is read only"},
      {"c.corners = 1 return", "field 'corners' of Circle is read only"},
      {"v.text = 'word' return", "stod"},
      {"Other.new()", "attempt to call a nil value (field 'new')"},
      {"setmetatable(Vec, nil)", "cannot change a protected metatable"},
  };
  for (const auto& [code, message] : kCases) {
    EXPECT_EQ(Show(lua, code), std::string("error: ") + message) << code;
  }
  EXPECT_EQ(MessageOf(lua.Register(VecType())),
            "type 'Vec' is registered already");
  Lua empty;
  // As the compiler calls it.
  constexpr const char* kVec =
#ifdef __clang__
      "m3lua::(anonymous namespace)::Vec";
#else
      "m3lua::{anonymous}::Vec";
#endif
  EXPECT_EQ(MessageOf(empty.Set("v", Vec())),
            std::string("type '") + kVec + "' is not registered in this state");
  EXPECT_EQ(MessageOf(empty.Register(Class<Circle>("Circle").Base<Shape>())),
            "a base of type 'Circle' is not registered");
}

TEST(TypeTest, Inheritance) {
  Lua lua;
  RegisterAll(lua);
  ASSERT_EQ(lua.Set("kind_of", [](const Shape& s) { return s.Kind(); }),
            absl::OkStatus());
  ASSERT_EQ(lua.Set("padding_of", [](Other* o) { return o->Padding(); }),
            absl::OkStatus());
  ASSERT_EQ(lua.Set("radius_of", [](Circle& c) { return c.radius; }),
            absl::OkStatus());
  MustRun(lua, "c = Circle(1.5) s = Shape()");
  EXPECT_EQ(Show(lua, "c:kind(), s:kind(), kind_of(c), kind_of(s)"),
            "circle shape circle shape");
  EXPECT_EQ(Show(lua, "c:padding(), padding_of(c), radius_of(c), c.name"),
            "3 3 1.5 unnamed");
  MustRun(lua, "c.name = 'round'");
  EXPECT_EQ(Show(lua, "c.name"), "round");
  EXPECT_EQ(Show(lua, "radius_of(s)"),
            "error: bad argument #1 to 'radius_of' (Circle expected, got "
            "Shape)");
}

TEST(TypeTest, Ownership) {
  const int before = Shape::alive;
  auto shared = std::make_shared<Circle>(5);
  Circle host(7);
  {
    Lua lua;
    RegisterAll(lua);
    ASSERT_EQ(Failure(lua.Set("value", Circle(1))), "");
    ASSERT_EQ(Failure(lua.Set("unique", std::make_unique<Circle>(2))), "");
    ASSERT_EQ(Failure(lua.Set("shared", shared)), "");
    ASSERT_EQ(Failure(lua.Set("pointer", &host)), "");
    ASSERT_EQ(Failure(lua.Set("constant", static_cast<const Circle*>(&host))),
              "");
    ASSERT_EQ(Failure(lua.Set("null", static_cast<Circle*>(nullptr))), "");
    EXPECT_EQ(Show(lua,
                   "value.radius, unique.radius, shared.radius, "
                   "pointer.radius, constant.radius, null"),
              "1.0 2.0 5.0 7.0 7.0 nil");
    EXPECT_EQ(Shape::alive, before + 4);
    EXPECT_EQ(shared.use_count(), 2);
    MustRun(lua, "pointer.radius = 8 shared.radius = 6");
    EXPECT_EQ(host.radius, 8);
    EXPECT_EQ(shared->radius, 6);
    EXPECT_EQ(Show(lua, "constant.radius = 1 return"),
              "error: mutable Circle expected, got const Circle");
    EXPECT_EQ(Show(lua, "constant.centre.x = 1 return"),
              "error: mutable Vec expected, got const Vec");
    EXPECT_EQ(Show(lua, "pointer == constant, pointer == shared"),
              "true false");

    // Shared and taken back.
    std::shared_ptr<Circle> kept;
    std::unique_ptr<Circle> taken;
    ASSERT_EQ(lua.Set("keep", [&](std::shared_ptr<Circle> c) { kept = c; }),
              absl::OkStatus());
    ASSERT_EQ(lua.Set("take", [&](std::unique_ptr<Circle> c,
                                  int) { taken = std::move(c); }),
              absl::OkStatus());
    MustRun(lua, "keep(shared)");
    EXPECT_EQ(kept, shared);
    // As a base, at another address, and const.
    std::shared_ptr<Shape> as_base;
    std::shared_ptr<const Circle> as_const;
    ASSERT_EQ(
        lua.Set("keep_base", [&](std::shared_ptr<Shape> s) { as_base = s; }),
        absl::OkStatus());
    ASSERT_EQ(lua.Set("keep_const",
                      [&](std::shared_ptr<const Circle> c) { as_const = c; }),
              absl::OkStatus());
    MustRun(lua, "keep_base(shared) keep_const(shared)");
    EXPECT_EQ(as_base, shared);
    EXPECT_EQ(as_base->Kind(), "circle");
    EXPECT_EQ(as_const, shared);
    as_base.reset();
    ASSERT_EQ(lua.Set("constant_share", as_const), absl::OkStatus());
    EXPECT_EQ(Show(lua, "keep_base(constant_share)"),
              "error: bad argument #1 to 'keep_base' (mutable Circle expected, "
              "got const Circle)");
    MustRun(lua, "constant_share = nil");
    as_const.reset();
    EXPECT_EQ(Show(lua, "keep_base(unique)"),
              "error: bad argument #1 to 'keep_base' (wrong owner)");
    EXPECT_EQ(Show(lua, "keep(value)"),
              "error: bad argument #1 to 'keep' (wrong owner)");
    EXPECT_EQ(Show(lua, "take(unique, 'x')").substr(0, 23),
              "error: bad argument #2 ");
    EXPECT_EQ(Show(lua, "unique.radius"), "2.0") << "not taken after all";
    MustRun(lua, "take(unique, 1)");
    EXPECT_EQ(taken->radius, 2);
    EXPECT_EQ(Show(lua, "unique.radius"),
              "error: Circle expected, got one that is gone");
    EXPECT_EQ(Show(lua, "take(unique, 1)"),
              "error: bad argument #1 to 'take' (Circle expected, got one that "
              "is gone)");
  }
  EXPECT_EQ(Shape::alive, before + 2) << "shared and host's";
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(TypeTest, ObjectsAreDestroyedWhenCollected) {
  const int before = Shape::alive;
  Lua lua;
  RegisterAll(lua);
  MustRun(lua, "for i = 1, 100 do Shape() end collectgarbage()");
  EXPECT_EQ(Shape::alive, before);
}

TEST(TypeTest, Close) {
  const int before = Shape::alive;
  Lua lua;
  RegisterAll(lua);
  MustRun(lua, "do local c <close> = Circle(1) kept = c end");
  EXPECT_EQ(Shape::alive, before);
  EXPECT_EQ(Show(lua, "kept.radius"),
            "error: Circle expected, got one that is gone");
  EXPECT_EQ(Show(lua, "local v <close> = Vec() return"),
            "error: variable 'v' got a non-closable value");
}

TEST(TypeTest, FieldsOfUserTypesReferToTheirObject) {
  Lua lua;
  RegisterAll(lua);
  MustRun(lua, "c = Circle(1) c.centre.x = 10");
  EXPECT_EQ(Show(lua, "c.centre.x, c.centre"), "10.0 10/2");
  MustRun(lua, "p = Circle(1).centre collectgarbage()");
  EXPECT_EQ(Show(lua, "p.x, p:dot(p), p + p"), "1.0 5.0 2/4")
      << "a field keeps its object";
  MustRun(lua, "do local c <close> = Circle(1) p = c.centre end");
  EXPECT_EQ(Show(lua, "p.x"), "error: Vec expected, got one that is gone");
  MustRun(lua, "c.centre = Vec(7, 8)");
  EXPECT_EQ(Show(lua, "c.centre"), "7/8");
}

TEST(TypeTest, ResultsByReferenceAndByValue) {
  Lua lua;
  RegisterAll(lua);
  static Vec host_vec(1, 1);
  ASSERT_EQ(lua.Set("reference", []() -> Vec& { return host_vec; }),
            absl::OkStatus());
  ASSERT_EQ(lua.Set("copy", []() -> const Vec& { return host_vec; }),
            absl::OkStatus());
  ASSERT_EQ(
      lua.Set("list", [] { return std::vector<Vec>{Vec(1, 2), Vec(3, 4)}; }),
      absl::OkStatus());
  ASSERT_EQ(lua.Set("sum",
                    [](const std::vector<Vec>& all) {
                      double sum = 0;
                      for (const Vec& v : all) sum += v.x;
                      return sum;
                    }),
            absl::OkStatus());
  MustRun(lua, "reference().x = 5 copy().x = 100");
  EXPECT_EQ(host_vec.x, 5);
  EXPECT_EQ(Show(lua, "list()[2], sum(list()), sum({Vec(5, 0)})"),
            "3/4 4.0 5.0");
  EXPECT_EQ(lua.Eval<Vec>("Vec(1, 2)").status(), absl::OkStatus());
}

// Whatever a script does with the debug library, memory stays safe.
TEST(TypeTest, ScriptsCannotConfuseTypes) {
  const int before = Shape::alive;
  {
    Lua lua;
    RegisterAll(lua);
    MustRun(lua, R"(
      local v, c = Vec(1, 2), Circle(3)
      local mt = debug.getmetatable(v)
      debug.setmetatable(c, mt)
      assert(not pcall(mt.__index, {}, 'x'))
      assert(not pcall(mt.__index, io.stdout, 'x'))
      assert(c.radius == 3.0, 'the object knows its members itself')
      assert(not pcall(function() return v.dot(c, c) end))
      debug.setmetatable(c, nil)
      mt.__gc = nil mt.__index = nil mt.__name = nil
      local p = Circle(3).centre
      assert(debug.setuservalue(p, {}, 1) == nil)
      collectgarbage()
      assert(not pcall(function() return p.x end))
    )");
  }
  EXPECT_EQ(Shape::alive, before);
}

TEST(TypeTest, NothingIsMadeWhileTheStateCloses) {
  const int before = Shape::alive;
  {
    Lua lua;
    RegisterAll(lua);
    MustRun(lua,
            "x = setmetatable({}, {__gc = function() made = Shape() "
            "end})");
  }
  EXPECT_EQ(Shape::alive, before);
}

}  // namespace
}  // namespace m3lua
