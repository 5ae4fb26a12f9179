// Userdata of a host, as Lua programs see them: metamethods, the table library,
// user values, weak tables, finalizers. Lua itself has no way to make some, so
// that the other tests know those of files only.
//
// Each program runs with the collector in every mode, and with a collection at
// every safepoint: a user value that a barrier forgets is gone then.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/engine/machine.h"

namespace m3lua::testing {
namespace {

// newuserdata([number of user values]).
NativeResult NewUserdata(NativeCall& call) {
  const int user_values = static_cast<int>(call.OptInteger(1, 0));
  return call.Return(
      Value::Of(m3lua::NewUserdata(call.state(), 8, user_values, nullptr)));
}

class UserdataTest : public ::testing::TestWithParam<const char*> {
 protected:
  UserdataTest() {
    m_.Register("newuserdata", NewUserdata);
    if (std::string_view(GetParam()) == "stress") {
      m_.state.heap().set_stress(true);
    } else {
      EXPECT_EQ(m_.Run("collectgarbage('" + std::string(GetParam()) + "')"),
                "");
    }
  }

  std::string Run(std::string_view program) {
    return m_.Run(
        "local with = debug.setmetatable "
        "local function fails(text, f, ...) local ok, m = pcall(f, ...) "
        "assert(not ok and m:find(text, 1, true), m) end " +
        std::string(program));
  }

  Machine m_;
};

TEST_P(UserdataTest, EqualityAsksTheMetamethodOfEither) {
  constexpr const char* kProgram = R"lua(
    local u1, u2, u3 = newuserdata(1), newuserdata(1), newuserdata(1)
    assert(u1 ~= u2 and u1 ~= u3 and u1 == u1)
    debug.setuservalue(u1, 1) debug.setuservalue(u2, 2)
    debug.setuservalue(u3, 1)
    with(u1, {__eq = function(a, b)
      return debug.getuservalue(a) == debug.getuservalue(b)
    end})
    with(u2, {__eq = function() return 1 end})
    assert(u1 == u3 and u3 == u1 and u1 ~= u2)
    assert(u2 == u1 and u2 == u3 and u3 == u2 and not (u2 ~= u1))
    assert(u2 ~= {} and u2 ~= io.stdout or u2 == io.stdout)
    assert(rawequal(u1, u1) and not rawequal(u1, u3)))lua";
  EXPECT_EQ(Run(kProgram), "");
}

TEST_P(UserdataTest, IndexingAndOperatorsGoToTheMetatable) {
  constexpr const char* kProgram = R"lua(
    local mirror, u = {}, newuserdata()
    fails("attempt to index a userdata value (upvalue 'u')",
          function() return u.x end)
    fails("attempt to compare two userdata values",
          function() return u < u end)
    with(u, {__index = mirror, __newindex = mirror, __len = function() return 9 end,
      __call = function(_, ...) return ... end, __concat = function() return "c" end,
      __lt = function() return true end, __unm = function() return "minus" end})
    for i = 1, 10 do u[i] = i u["k" .. i] = -i end
    for i = 1, 10 do assert(u[i] == i and u["k" .. i] == -i and mirror[i] == i) end
    return #u, (u(1, 2)), u .. 1, 1 .. u, u < u, -u)lua";
  EXPECT_EQ(Run(kProgram), "9 1 c c true minus");
}

TEST_P(UserdataTest, TheTableLibraryTakesThoseThatActLikeTables) {
  constexpr const char* kProgram = R"lua(
    local list, mt, u = {10, 20, 30}, {}, newuserdata()
    local function refused()
      fails("table expected, got userdata", table.insert, u, 40)
      fails("table expected, got userdata", table.remove, u)
    end
    refused()
    with(u, mt) refused()
    mt.__index = list refused()
    mt.__newindex = list refused()
    mt.__len = function() return #list end
    table.insert(u, 40)
    assert(#u == 4 and list[4] == 40 and table.remove(u) == 40)
    table.insert(u, 1, 50)
    assert(table.concat(u, " ") == "50 10 20 30")
    table.sort(u)
    assert(table.concat(list, " ") == "10 20 30 50")
    assert(select("#", table.unpack(u)) == 4)
    -- for move, reading and writing are enough
    mt.__newindex, mt.__len = nil, nil
    local copy, to = {}, newuserdata()
    with(to, {__newindex = function(_, k, v) copy[k] = v end})
    assert(table.move(u, 1, 4, 1, to) == to)
    return table.concat(copy, " "))lua";
  EXPECT_EQ(Run(kProgram), "10 20 30 50");
}

TEST_P(UserdataTest, UserValuesAreKept) {
  constexpr const char* kProgram = R"lua(
    local get, set = debug.getuservalue, debug.setuservalue
    local u = newuserdata(3)
    for i = 1, 3 do
      assert(set(u, {i}, i) == u)
      collectgarbage("step", 0)
    end
    collectgarbage()
    assert(get(u, 1)[1] == 1 and get(u)[1] == 1 and get(u, 3)[1] == 3)
    for _, i in ipairs {0, -1, 4, math.maxinteger, math.mininteger} do
      assert(set(u, 10, i) == nil and get(u, i) == nil)
    end
    local v, known = get(newuserdata(1))
    assert(v == nil and known == true and select("#", get(newuserdata())) == 1)
    -- stores into one that the collector has seen already
    for round = 1, 60 do
      collectgarbage("step", round % 3)
      set(u, {round, {round}}, 1 + round % 3)
      collectgarbage("step", 0)
      local inner = {}
      for i = 1, 20 do inner[i] = {i} end
      local v = get(u, 1 + round % 3)
      assert(v[1] == round and v[2][1] == round)
    end
    -- a chain that is longer than any native stack is deep
    local chain
    for i = 1, 2000 do
      local link = newuserdata(1)
      set(link, chain) chain = link
    end
    collectgarbage()
    local n = 0
    while chain do chain = get(chain) n = n + 1 end
    return n)lua";
  EXPECT_EQ(Run(kProgram), "2000");
}

TEST_P(UserdataTest, WeakTablesAndFinalizers) {
  constexpr const char* kProgram = R"lua(
    local mt, seen = {}, {}
    local weak = setmetatable({}, {__mode = "kv"})
    mt.__gc = function(o)
      -- values of weak tables are gone when finalizers run, keys are not
      seen[#seen + 1] = weak[o]
      assert(getmetatable(o) == mt and weak[weak[o] or 0] == nil)
    end
    -- metatables are set in another order than the objects were made in
    local made = {}
    for i = 1, 10 do made[i] = newuserdata() end
    for i = 10, 1, -1 do with(made[i], mt) end
    for i = 1, 10 do weak[made[i]] = i weak[i] = made[i] end
    local kept = made[7]
    made = nil
    for i = 1, 4 do collectgarbage() end
    local n = 0
    for k in pairs(weak) do n = n + 1 assert(k == kept or k == 7) end
    assert(n == 2)
    return table.concat(seen, " "))lua";
  EXPECT_EQ(Run(kProgram), "1 2 3 4 5 6 8 9 10");
}

INSTANTIATE_TEST_SUITE_P(Modes, UserdataTest,
                         ::testing::Values("incremental", "generational",
                                           "stress"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace m3lua::testing
