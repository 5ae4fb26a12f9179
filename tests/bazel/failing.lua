-- A test that fails: program_test.sh looks at how.
local angle = require "geometry.angle"
if arg[1] == "exit" then os.exit(3) end
angle.fail()
