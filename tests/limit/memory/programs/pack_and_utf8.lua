local p = string.pack("<i1i2i4i8dfsz!8s4", 1, 2, 3, 4, 5.5, 6.5, "string", "zero", ("s"):rep(3000))
assert(string.unpack("<i1i2i4i8dfsz!8s4", p) == 1)
assert(string.packsize("<i4i8!8d") > 0)
fails("data string too short", string.unpack, "<i8", "abc")
fails("out of limits", string.pack, "i17", 1)
assert(#string.pack("c2000", "x") == 2000)
local u = utf8.char(72, 228, 8364, 128512, 0x7FFFFFFF)
assert(utf8.len("häß€") == 4 and #u > 5)
local many = {}
for i = 1, 200 do many[i] = 0x400 + i end
local text = utf8.char(table.unpack(many))
assert(utf8.len(text) == 200)
for _, c in utf8.codes(text) do assert(c > 0x400) end
assert(utf8.codepoint(text, 1, #text))
assert(utf8.offset(text, 5) == 9)
fails("invalid UTF%-8 code", utf8.codepoint, "\xff")
