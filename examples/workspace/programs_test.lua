-- Runs the programs, and looks at what they print.
local failures = 0

local function check(command, expected)
  local process = assert(io.popen(command))
  local output = process:read("a")
  process:close()
  if output ~= expected then
    print(("%s: expected\n%sbut got\n%s"):format(command, expected, output))
    failures = failures + 1
  end
end

check("./hello", "Hello, WORLD!\n")
check("./hello reader", "Hello, READER!\n")
check("./orders", [[
total: 28928 cents
pricing/init.lua:9: a line without goods: pen
]])
check("./sign Wikipedia 'a b'", [[
11e60398  Wikipedia
01c800e4  a b
]])

os.exit(failures == 0)
