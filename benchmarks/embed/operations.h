// What calls.cc and sol2_calls.cc do through one API each: the same type, the
// same Lua code.
#ifndef BENCHMARKS_EMBED_OPERATIONS_H_
#define BENCHMARKS_EMBED_OPERATIONS_H_

struct Vec {
  double x = 1.5;
  double y = 2.5;
  double Length2() const { return x * x + y * y; }
};

inline double Add(double a, double b) { return a + b; }

// An operation is a function of this name, which does it `rounds` times with
// the globals add (Add) and v (a Vec) that were there when this ran …
inline constexpr char kProgram[] = R"(
  local add, v = add, v
  function call_host(rounds) for i = 1, rounds do add(1.5, 2.5) end end
  function read_field(rounds) local x for i = 1, rounds do x = v.x end end
  function write_field(rounds) for i = 1, rounds do v.x = 1.5 end end
  function call_method(rounds) for i = 1, rounds do v:length2() end end
  function add_in_lua(a, b) return a + b end
  function empty_loop(rounds) for i = 1, rounds do end end
)";
// … or this one: calls of add_in_lua from C++.
inline constexpr char kCallLua[] = "call_lua";

#endif  // BENCHMARKS_EMBED_OPERATIONS_H_
