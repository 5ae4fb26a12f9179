// What crossing the border between Lua and C++ costs: this embedding API next
// to PUC Lua's C API, each written as its manual says, on the same Lua code.
//
//   bazel run --config=opt //benchmarks/embed:calls
//
// The machine's load does not matter to instruction counts; count.sh takes them
// with callgrind, by
//
//   calls --count=OPERATION ROUNDS
//
// which runs that one operation so often.
#include <lua5.4/lauxlib.h>
#include <lua5.4/lualib.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "benchmark/benchmark.h"
#include "benchmarks/embed/operations.h"
#include "lua/embed/lua.h"

namespace {

[[noreturn]] void Die(std::string_view what) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(what.size()), what.data());
  std::exit(1);
}

// ---- this API

class Ours {
 public:
  Ours() {
    Check(lua_.Register(m3lua::Class<Vec>("Vec")
                            .Field("x", &Vec::x)
                            .Field("y", &Vec::y)
                            .Method("length2", &Vec::Length2)));
    Check(lua_.Set("v", Vec()));
    Check(lua_.Set("add", Add));
    Check(lua_.RunString(kProgram));
    add_ = *lua_.Get<m3lua::FunctionRef>("add_in_lua");
  }
  void Run(const char* function, int rounds) {
    Check(lua_.Call(function, rounds));
  }
  void CallLua(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      absl::StatusOr<double> sum = add_.Call<double>(1.5, 2.5);
      if (!sum.ok()) Die("add_in_lua");
      benchmark::DoNotOptimize(*sum);
    }
  }

 private:
  static void Check(const absl::Status& status) {
    if (!status.ok()) Die(m3lua::Describe(status));
  }
  m3lua::Lua lua_;
  m3lua::FunctionRef add_;
};

// ---- PUC Lua's C API

constexpr char kVec[] = "Vec";

int AddC(lua_State* L) {
  lua_pushnumber(L, Add(luaL_checknumber(L, 1), luaL_checknumber(L, 2)));
  return 1;
}
int Length2C(lua_State* L) {
  auto* v = static_cast<Vec*>(luaL_checkudata(L, 1, kVec));
  lua_pushnumber(L, v->Length2());
  return 1;
}
// Upvalue 1: the methods.
int IndexC(lua_State* L) {
  auto* v = static_cast<Vec*>(luaL_checkudata(L, 1, kVec));
  const char* key = luaL_checkstring(L, 2);
  if (std::strcmp(key, "x") == 0) {
    lua_pushnumber(L, v->x);
  } else if (std::strcmp(key, "y") == 0) {
    lua_pushnumber(L, v->y);
  } else {
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
  }
  return 1;
}
int NewIndexC(lua_State* L) {
  auto* v = static_cast<Vec*>(luaL_checkudata(L, 1, kVec));
  const char* key = luaL_checkstring(L, 2);
  if (std::strcmp(key, "x") == 0) {
    v->x = luaL_checknumber(L, 3);
  } else if (std::strcmp(key, "y") == 0) {
    v->y = luaL_checknumber(L, 3);
  } else {
    return luaL_error(L, "no field '%s'", key);
  }
  return 0;
}

class Puc {
 public:
  Puc() : L(luaL_newstate()) {
    luaL_openlibs(L);
    luaL_newmetatable(L, kVec);
    lua_newtable(L);
    lua_pushcfunction(L, Length2C);
    lua_setfield(L, -2, "length2");
    lua_pushcclosure(L, IndexC, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, NewIndexC);
    lua_setfield(L, -2, "__newindex");
    lua_pop(L, 1);
    *static_cast<Vec*>(lua_newuserdatauv(L, sizeof(Vec), 0)) = Vec();
    luaL_setmetatable(L, kVec);
    lua_setglobal(L, "v");
    lua_pushcfunction(L, AddC);
    lua_setglobal(L, "add");
    if (luaL_dostring(L, kProgram) != 0) Die(lua_tostring(L, -1));
    lua_getglobal(L, "add_in_lua");
    add_ = luaL_ref(L, LUA_REGISTRYINDEX);
  }
  ~Puc() { lua_close(L); }
  void Run(const char* function, int rounds) {
    lua_getglobal(L, function);
    lua_pushinteger(L, rounds);
    if (lua_pcall(L, 1, 0, 0) != LUA_OK) Die(lua_tostring(L, -1));
  }
  void CallLua(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      lua_rawgeti(L, LUA_REGISTRYINDEX, add_);
      lua_pushnumber(L, 1.5);
      lua_pushnumber(L, 2.5);
      if (lua_pcall(L, 2, 1, 0) != LUA_OK) Die("add_in_lua");
      int is_number;
      double sum = lua_tonumberx(L, -1, &is_number);
      if (!is_number) Die("add_in_lua");
      benchmark::DoNotOptimize(sum);
      lua_pop(L, 1);
    }
  }

 private:
  lua_State* L;
  int add_;
};

// ----

constexpr const char* kOperations[] = {
    "call_host",   // Lua -> double(double, double)
    kCallLua,      // C++ -> function(a, b)
    "read_field",  // of a bound type
    "write_field", "call_method",
    "empty_loop",  // to be subtracted
};

template <typename Api>
void Do(Api& api, const char* operation, int rounds) {
  if (std::strcmp(operation, kCallLua) == 0) {
    api.CallLua(rounds);
  } else {
    api.Run(operation, rounds);
  }
}

template <typename Api>
void Benchmark(benchmark::State& state, const char* operation) {
  constexpr int kRounds = 100;
  Api api;
  for (auto _ : state) Do(api, operation, kRounds);
  state.SetItemsProcessed(state.iterations() * kRounds);
}

template <typename Api>
int Count(const char* name, int rounds) {
  Api api;
  for (const char* operation : kOperations) {
    if (std::strcmp(operation, name) == 0) {
      Do(api, operation, rounds);
      return 0;
    }
  }
  Die("no such operation");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--count=ours") == 0) {
    return Count<Ours>(argv[2], std::atoi(argv[3]));
  }
  if (argc == 4 && std::strcmp(argv[1], "--count=puc") == 0) {
    return Count<Puc>(argv[2], std::atoi(argv[3]));
  }
  for (const char* operation : kOperations) {
    const std::string name = operation;
    benchmark::RegisterBenchmark((name + "/m3lua").c_str(), Benchmark<Ours>,
                                 operation);
    benchmark::RegisterBenchmark((name + "/puc").c_str(), Benchmark<Puc>,
                                 operation);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
