-- Arguments, variables and files of a lua_test.
assert(#arg == 2, "two arguments, not " .. #arg)
assert(arg[1] == "--verbose", arg[1])
assert(arg[2] == "tests/bazel/data.txt", arg[2])
assert(os.getenv "GREETING" == "it's $HOME", os.getenv "GREETING")
assert(os.getenv "LUA_PATH" == "/nowhere/?.lua", "LUA_PATH is there, but not used")
for _, name in ipairs { arg[2], os.getenv "DATA" } do
  local file = assert(io.open(name))
  assert(file:read("a") == "a line of data\n")
  file:close()
end
assert(os.getenv "TEST_TMPDIR", "Bazel's variables of tests")
