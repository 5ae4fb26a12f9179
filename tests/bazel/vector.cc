// A Lua module in C++, as users would write it.
#include <cmath>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "lua/embed/module.h"

namespace {

struct Vector {
  double x = 0;
  double y = 0;
  Vector() = default;
  Vector(double x, double y) : x(x), y(y) {}
  double Length() const { return std::hypot(x, y); }
};

absl::Status OpenVector(m3lua::TableRef module, std::string_view name) {
  absl::Status status = module.Register(
      m3lua::Class<Vector>("Vector")
          .Constructor<>()
          .Constructor<double, double>()
          .Field("x", &Vector::x)
          .Field("y", &Vector::y)
          .Method("length", &Vector::Length)
          .Operator("__add", [](const Vector& a, const Vector& b) {
            return Vector(a.x + b.x, a.y + b.y);
          }));
  if (!status.ok()) return status;
  status = module.Set("name", name);
  if (!status.ok()) return status;
  return module.Set("dot", [](const Vector& a, const Vector& b) {
    return a.x * b.x + a.y * b.y;
  });
}
M3LUA_MODULE(OpenVector);

}  // namespace
