// No memory for the frame of a function that pcall or xpcall calls: they catch
// the error, wherever in the chunks of the call arena it happens.
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/engine/machine.h"

namespace m3lua {
namespace {

using testing::Machine;

NativeResult Fail(NativeCall& call) {
  call.state().heap().FailAllocation(1);
  return call.Return();
}

// Whether an allocation has failed since.
NativeResult Stop(NativeCall& call) {
  const bool failed = call.state().heap().allocations_to_failure() == 0;
  call.state().heap().FailAllocation(0);
  return call.Return(Value::Boolean(failed));
}

// Calls `protected_call` (of `big`, a function with a large frame) at many
// depths of the stack.
std::string CalledAtManyDepths(const std::string& protected_call) {
  Machine m;
  m.Register("fail", Fail);
  m.Register("stop", Stop);
  std::string locals = "a0";
  for (int i = 1; i < 190; ++i) locals += ", a" + std::to_string(i);
  return m.Run("local function big() local " + locals +
               " return 1 end big() "
               "local function twice(f) "
               "  local a, b, c = pcall(pcall, f) "
               "  if a then return b, c end return a, b "
               "end "
               "twice(big) "  // (so that it has its cells)
               "local function at(depth) "
               "  if depth > 0 then "
               "    local failed, ok, e = at(depth - 1) return failed, ok, e "
               "  end "
               "  fail() local ok, e = " +
               protected_call +
               "  return stop(), ok, e "
               "end "
               "local caught, escaped = 0, 0 "
               "for depth = 1, 400 do "
               "  local passed, failed, ok, e = pcall(at, depth) "
               "  stop() "
               "  if not passed then "
               "    assert(failed == 'not enough memory', failed) "
               "    escaped = escaped + 1 "
               "  elseif failed then "
               "    assert(not ok and e == 'not enough memory', e) "
               "    caught = caught + 1 "
               "  else "
               "    assert(ok and e == 1) "
               "  end "
               "end "
               // (An error on the way into the protected call itself is not its
               // own.)
               "return caught > 5 * escaped, caught > 0, pcall(big)");
}

TEST(EnteringTest, PcallCatchesTheErrorOfTheEntry) {
  EXPECT_EQ(CalledAtManyDepths("pcall(big)"), "true true true 1");
}

TEST(EnteringTest, XpcallToo) {
  EXPECT_EQ(CalledAtManyDepths("xpcall(big, print)"), "true true true 1");
}

TEST(EnteringTest, AndThroughAnotherProtectedCall) {
  EXPECT_EQ(CalledAtManyDepths("twice(big)"), "true true true 1");
}

}  // namespace
}  // namespace m3lua
