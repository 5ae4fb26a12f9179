-- Prints its arguments, each with a checksum.
local checksum = require "checksum"

for _, text in ipairs(arg) do
  print(("%08x  %s"):format(checksum.adler32(text), text))
end
