-- What the compiler says about sources with one token too few, too many or
-- another one: every message that differs is shown once, with the first source.
local sources = {
  "local a <const>, b <close> = 1, nil ; a = 2",
  "local function f ( a , b , ... ) return a + b * - c ^ 2 .. 'x' end",
  "function t . a . b : m ( x ) self . y = x [ 1 ] { z = 1 , [ 2 ] = 3 ; 4 } end",
  "for i = 1 , 10 , 2 do if i == 3 then break elseif not i then goto done else f ( ) end end :: done ::",
  "for k , v in pairs ( t ) do while x < y do repeat local z = # k until z end end return 1 , ...",
  "do local x = function ( ) return function ( ... ) return ... end end end f 's' ( 1 ) . y = nil",
  "a , b . c , d [ 1 ] = 1 // 2 , 3 >> 4 & 5 | ~ 6 ~ 7 , true and false or nil",
  "goto l1 ; do :: l1 :: end return ( a ) ; ",
  "local x < const > = 5 ; local function g ( ) x = 1 ; return x end",
  "break",
}
local tokens = {"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil", "not", "or",
  "repeat", "return", "then", "true", "until", "while", "+", "-", "*", "/", "%", "^", "#", "&", "~", "|", "<<", ">>", "//", "==", "~=", "<=", ">=", "<", ">",
  "=", "(", ")", "{", "}", "[", "]", "::", ";", ":", ",", ".", "..", "...", "name", "1", "0x1p4", "1.5", "'str'", "[[long]]", "'open", "[[open", "--[[open", "1x", "0x", "'\\q'", "'\\300'", "'\\u{110000000}'", "@", "$", "!", "\0", "\255", "~ =", "3..2", "''..", "[=", "[==[ ]=] ", "--[==[ ]==]", "\\"}
local seen, count = {}, 0
local function try(source)
  count = count + 1
  local f, message = load(source, "=s")
  message = message or "ok"
  if not seen[message] then seen[message] = true; print(message .. "   <-- " .. source:gsub("[%z\1-\31\128-\255]", "?")) end
end
for _, source in ipairs(sources) do
  local list = {}; for token in source:gmatch("%S+") do list[#list + 1] = token end
  local function with(i, j, ...) -- tokens i..j replaced
    local copy = table.move(list, 1, i - 1, 1, {}); for _, x in ipairs{...} do copy[#copy + 1] = x end
    return table.concat(table.move(list, j + 1, #list, #copy + 1, copy), " ")
  end
  try(source)
  for i = 1, #list do
    try(with(i, i)); try(with(i, i, list[i], list[i])); try(with(i, #list)); try(with(1, i))
    if list[i + 1] then try(with(i, i + 1, list[i + 1], list[i])); try(with(i, i + 1)) end
    for _, token in ipairs(tokens) do try(with(i, i, token)); try(with(i, i - 1, token)) end
  end
end
print(count)
