-- Prints what a program is given: arguments, a variable, a file, a module.
for i, argument in ipairs(arg) do
  print(("argument %d: %s"):format(i, argument))
end
print("variable: " .. tostring(os.getenv "GREETING"))
local data = assert(io.open(os.getenv "RUNFILES_DIR" .. "/" .. os.getenv "DATA"))
print("data: " .. data:read("l"))
data:close()
print("module: " .. require("tests.bazel.report").square(2))
os.exit(tonumber(arg[1]) or 0)
