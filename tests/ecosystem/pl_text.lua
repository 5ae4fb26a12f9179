-- Penlight: strings, templates, scanners, data files and documents.
package.path = "/usr/share/lua/5.4/?.lua"
package.cpath = ""

local stringx = require "pl.stringx"
local text = require "pl.text"
local template = require "pl.template"
local pretty = require "pl.pretty"
local lexer = require "pl.lexer"
local sip = require "pl.sip"
local lapp = require "pl.lapp"
local data = require "pl.data"
local xml = require "pl.xml"
local url = require "pl.url"
local stringio = require "pl.stringio"
local input = require "pl.input"
local config = require "pl.config"
local List = require "pl.List"
local tablex = require "pl.tablex"

-- Prints the results of one line, or its error, which must be equal too.
local function try(f)
  print(select(2, pcall(f)))
end
local sorted = dofile "printed.lua".sorted
-- pretty.write in an order of its own.
local function ordered(t) return sorted(pretty.read(pretty.write(t))) end

print "stringx"
for _, s in ipairs {"", "abc", "ABC", "a1", "12", " \t\n", "Ab c"} do
  try(function()
    return stringx.isalpha(s), stringx.isdigit(s), stringx.isalnum(s),
      stringx.isspace(s), stringx.islower(s), stringx.isupper(s), stringx.title(s)
  end)
end
try(function() return stringx.startswith("abc", "ab"), stringx.startswith("abc", {"x", "a"}), stringx.endswith("abc", {"z", "bc"}), stringx.endswith("abc", "b") end)
try(function() return stringx.join("-", {1, 2, 3}), List(stringx.splitlines "a\nb\r\nc\n"), List(stringx.splitlines("a\nb", true)):map(function(s) return ("%q"):format(s) end) end)
try(function() return stringx.split "  a b  c ", stringx.split("a,b,c,d", ",", 2), stringx.split("", ","), stringx.split("a||b", "||") end)
try(function() return ("%q"):format(stringx.expandtabs "a\tbc\tdef\t"), stringx.expandtabs("\tx", 4) end)
try(function() return stringx.lfind("abcabc", "bc"), stringx.lfind("abcabc", "bc", 3), stringx.rfind("abcabc", "bc"), stringx.rfind("abcabc", "bc", 1, 4), stringx.lfind("abc", "z"), stringx.rfind("a.b.c", ".") end)
try(function() return stringx.replace("aXbXc", "X", "--"), stringx.replace("a.b.c", ".", "%1", 1), stringx.count("banana", "an"), stringx.count("aaaa", "aa"), stringx.count("aaaa", "aa", true) end)
try(function() return stringx.ljust("ab", 5, "*"), stringx.rjust("ab", 5), stringx.center("ab", 7, "="), stringx.center("abc", 2) end)
try(function() return ("%q|%q|%q|%q"):format(stringx.lstrip "  x ", stringx.rstrip "  x ", stringx.strip "\n x\t", stringx.strip("[-x-]", "[-]")) end)
try(function() return stringx.splitv("a b c"), stringx.partition("k=v=w", "="), stringx.rpartition("k=v=w", "="), stringx.at("hello", -2) end)
try(function() return stringx.indent("a\nb", 3), stringx.indent("a\n\nb", 1, "> "), stringx.dedent "   one\n     two\n   three\n" end)
try(function() return stringx.fill("The quick brown fox jumps over the lazy dog and then runs", 20), stringx.fill(("x"):rep(45), 20, true) end)
try(function() return stringx.shorten("hello world", 8), stringx.shorten("hello world", 8, true), stringx.shorten("hi", 8), stringx.quote_string "a\n]]b", stringx.quote_string 'say "x"' end)
try(function() return stringx.isalpha(5) end)
for line in stringx.lines "one\ntwo\n\nfour" do io.write("<", line, ">") end
print()
do
  local old = getmetatable("").__mod
  stringx.format_operator()
  try(function() return "%s = %d" % {"x", 5}, "$a and $b" % {a = 1, b = "two"}, "%5.2f" % math.pi, "$f" % function(k) return k .. k end end)
  getmetatable("").__mod = old
end

print "text and template"
local t = text.Template "${here} is the $answer, $$"
try(function() return t:substitute {here = "one", answer = "two"}, t:safe_substitute {here = 1} end)
try(function() return t:substitute {} end)
try(function() return text.Template "for x do\n  $body\nend":indent_substitute {body = text.Template "if y then\n  $z()\nend" :substitute {z = "q"}} end)
try(function() return text.wrap("one two three four five six seven eight nine", 16), text.fill and text.fill("a b c d e f", 4) end)
local source = [[
<ul>
# for i, item in ipairs(items) do
# if i % 2 == 1 then
<li class="odd">$(i): $(item.name:upper())</li>
# else
<li>$(i)/$(#items): $(item.name)</li>
# end
# end
</ul>
# local total = 0
# for _, item in ipairs(items) do total = total + item.price end
Total $(("%.2f"):format(total))]]
local items = {{name = "pen", price = 1.5}, {name = "ink", price = 12.25}, {name = "nib", price = 3}}
try(function() return template.substitute(source, {items = items, ipairs = ipairs}) end)
try(function() return template.substitute("@ for i = 1, 3 do\n<<${i}>>\n@ end", {_escape = "@", _inline_escape = "$", _brackets = "{}"}) end)
try(function() return template.substitute("$(a.b)", {a = {}}) end)
try(function() return template.substitute("$(a.b.c)", {a = {}}) end)
try(function() return template.substitute("# for\nx", {}) end)
do
  local compiled, err = template.compile("# for k = 1, n do\n$(k)-$(upper 'z')\n# end\n", {chunk_name = "mine"})
  try(function() return compiled:render {n = 3, upper = string.upper} end)
  try(function() return compiled:render {n = "x"} end)
  try(function() return compiled:render({n = 1}, {upper = string.rep}) end)
end

print "pretty"
try(function() return pretty.write {1, 2, {3, 4}, "five", true, 1.5, -0.0, 1 // 1, [[a
b]]} end)
try(function() return pretty.write({1, {2}}, ""), pretty.write("str"), pretty.write(nil), pretty.write({["a b"] = 1}, "") end)
try(function() return pretty.write({[5] = "five"}, ""), pretty.write({x = {y = {}}}, " "), pretty.write({["for"] = 1}, "") end)
try(function() local loop = {} loop.self = loop return pretty.write(loop) end)
try(function() return ordered {a = 1, b = {c = {d = "e"}}, 10, 20, ["x y"] = "\0\r\n\"'"} end)
try(function() return sorted(pretty.read "{1, 2, a = 'x', [10] = {}}"), pretty.read "{os.exit()}", pretty.read "x", pretty.read "{" end)
try(function() return pretty.load("y = x * 2", {x = 21}).y, pretty.load("x = (", {}) end)
try(function() return pretty.number(123), pretty.number(12345, "M"), pretty.number(12345678, "M", 2), pretty.number(1234567, "N"), pretty.number(1234567, "T"), pretty.number(1e9, "N", 3) end)
try(function() return pretty.number(5, "Z") end)

print "lexer"
local code = [==[
local x <const> = 0x1F + 3.5e-2 --[[ block ]] -- line
for i, v in ipairs{"a", 'b\'', [[long]]} do x.y:z(i ~= v and i .. v or ...) end
::label:: goto label; return x // 2 >> 1, "unfinished]==]
for kind, value in lexer.lua(code) do io.write(kind, "{", tostring(value), "} ") end
print()
for kind, value in lexer.lua(code, {}) do io.write(kind, #tostring(value), " ") end
print()
for kind, value in lexer.cpp([[#include <x>
int main(int c, char* v[]) { /* no */ return c->x << 2 != 'a' && "s\"" ; } // end]]) do
  io.write(kind, "{", tostring(value), "} ")
end
print()
for kind, value in lexer.scan("alpha = sin(1.5) + 'str' 10 -3 0xfe") do
  io.write(kind, "{", tostring(value), "} ")
end
print()
do
  local tok = lexer.lua "(10, 20 + f(1, 2), {30}) rest of the line\nnext line"
  try(function() return tok() end)
  try(function()
    local lists = lexer.get_separated_list(tok)
    return #lists, List(lists):map(function(l) return List(l):map(function(p) return p[2] end):concat " " end)
  end)
  try(function() return lexer.lineno(tok), lexer.getrest(tok) end)
  local other = lexer.scan "a b"
  try(function() return lexer.expecting(other, "iden"), lexer.expecting(other, "number") end)
  lexer.insert(other, "fake", "token")
  try(function() return other() end)
end

print "sip"
for pattern, subject in pairs {["$v{name} = $d{num}"] = "width = 42"} do
  local res = {}
  try(function() return sip.match(pattern, subject, res), sorted(res) end)
end
for _, case in ipairs {
  {"$i{a}, $i{b}", "10, -20"}, {"$f{x} $f{y}", "1.5 -2e3"}, {"$q{quoted}", "'hi there'"},
  {"$p{path} $r{rest}", "/usr/bin some more"}, {"($r{inside})", "(a b c)"}, {"$S{word}!", "wow!"},
  {"$v $d", "name 5"}, {"$({list})", "(a(b)c) d"}, {"$<{tag}>", "<a>"}, {"$v{n}", "9"},
} do
  local res = {}
  try(function() return case[1], sip.match(case[1], case[2], res), sorted(res) end)
end
try(function() return (sip.create_pattern "$v{x} = $d{y}") end)
try(function() local m = sip.compile "ref=$S{file}:$d{line}" local r = {} return m("ref=hello.c:10", r), r.file, r.line, math.type(r.line) end)
try(function() return sip.compile "$d{x} $d" end)
do
  sip.pattern("TODO($v{who}): $r{what}", function(res) print("todo", res.who, res.what) end)
  sip.pattern("DATE: $d{y}-$d{m}", function(res) print("date", res.y, res.m) end)
  try(function() return sip.read(stringio.open "x\nTODO(me): fix it\nDATE: 2024-02\n") end)
end

print "lapp"
local usage = [[
Does some calculations
  -v,--verbose             be wordy
  -o,--offset (default 0.0)  Offset to add to scaled number
  -s,--scale  (number)       Scaling factor
  -n,--count  (1..9 default 3) A count
  -m,--mode   (one|two|three default one) A mode
  --names     (optional string) Names
  <number>    (number)       Number to be scaled
  <rest...>   (default none) The others
]]
lapp.show_usage_error = "throw"
for _, arguments in ipairs {
  {"-s", "2.5", "7"}, {"--scale=3", "-v", "1", "a", "b"}, {"-vo", "5", "-s1", "4", "--mode", "two"},
  {"-n", "12", "-s", "1", "1"}, {"-m", "four", "-s", "1", "1"}, {"--what"}, {"1"}, {"-s", "x", "1"},
} do
  try(function()
    local args = lapp(usage, arguments)
    return sorted(args)
  end)
end
try(function() return lapp.process_options_string("  -x (default 5)\n  --long-name (default 'abc')\n", {"-x", "3"}).x end)

print "data"
local csv = [[
Name,Age,"Full, Address",Score
Ann,31,"1 Main St, Town",3.5
Bob,42,"2 ""Side"" St",-1
Cyd,27,Nowhere,1e3
]]
try(function()
  local d = data.read(stringio.open(csv), {csv = true})
  return List(d.fieldnames), #d, List(d[1]), d[2][3], math.type(d[1][2]), math.type(d[1][4]), d:column_by_name "Age"
end)
try(function()
  local d = data.read(stringio.open(csv), {csv = true})
  local out = {}
  for name, age in data.query(d, "Name,Age where Age > 30 sort by Age desc") do out[#out + 1] = name .. age end
  for row in d:select_row {fields = "Name,Score", where = "Score < 100", sort_by = "Name"} do out[#out + 1] = table.concat(row, "|") end
  return table.concat(out, " ")
end)
try(function()
  local d = data.new({{1, 2}, {3, 4}}, {"x", "y"})
  local s = stringio.create()
  d:write(s)
  d:copy_select("x,y where x > 1 "):write(s)
  data.write({{7, 8}}, s, {"p", "q"}, ";")
  return s:value()
end)
try(function() return data.read(stringio.open "a\tb\n1\t2\n3\t4\n")[2][1], #data.read(stringio.open "1 2\n3 4\n5 6\n", {no_convert = true, delim = " "}) end)
try(function() local d = data.new {{1}} return type(d:select "nope") end)
try(function() return data.read(stringio.open "x y\n1 a\n2 b\n", {numfields = {1}}):column_by_name "x" end)

print "config and input"
try(function()
  return sorted(config.read(stringio.open [[
# a comment
name = value
numbers = 1,2,3.5
; another
[section]
on = true
path = /usr/share
long text = with = signs
[section.deeper]
list = a,b,c
]]))
end)
try(function() return sorted(config.read(stringio.open "a: 1\nb: x y\n", {keysep = ":", list_delim = " ", variabilize = true})) end)
for n in input.numbers "1 2.5 -3e2 x 0x10" do io.write(tostring(n), " ") end
for w in input.words "some words, here" do io.write(w, ".") end
for a, b in input.fields({1, 3}, ",", "1,2,3\n4,5,6\n") do io.write(a, "/", b, " ") end
print()

print "xml"
local document = [[<?xml version="1.0"?>
<!-- comment -->
<library name='town' open="yes">
  <book id="1"><title>One &amp; only</title><price>3.5</price></book>
  <book id="2"><title>Two &lt;2&gt;</title><empty/></book>
  text &quot;outside&quot;
</library>]]
try(function()
  local d = xml.parse(document, false, true)
  return d.tag, d.attr.name, d.attr.open, #d, d:first_childtag().tag, d:child_with_name "book":get_text(), List(d:get_elements_with_name "title"):map(function(e) return e[1] end)
end)
try(function() return xml.tostring(xml.parse(document, false, true):child_with_name "book") end)
try(function() return xml.tostring(xml.parse("<a><b x='1'>t</b><c/></a>", false, true), "", "  ") end)
try(function()
  local d = xml.new "top"
  d:addtag "alice":text "say": up():addtag("bob", {x = "1"}):up():text "end <&>"
  return xml.tostring(d), xml.is_tag(d), xml.compare(d, xml.clone(d))
end)
try(function()
  local children, child, toy = xml.tags "children,child,toy"
  return tostring(children {child {name = "ann", toy "ball"}, child "bob"})
end)
try(function()
  local templ = xml.elem("friend", {name = "$name", xml.elem("pet", "$pet")})
  return xml.tostring(templ:subst {{name = "x", pet = "cat"}, {name = "y", pet = "dog"}, tag = "friends"})
end)
try(function()
  local d = xml.parse("<w><c city='Rome'><t v='20'/></c></w>", false, true)
  local res, ok = d:match "<w><c city='$city'><t v='$v'/></c></w>"
  return sorted(res), ok
end)
try(function() return xml.parse("<a><b></a>", false, true) end)
try(function() return tostring(xml.parsehtml "<html><body><p>one<br>two</p></body></html>") end)
try(function() return xml.xml_escape "<a href='x'>&\"", xml.xml_unescape "&lt;&amp;&apos;&gt;&quot;" end)
try(function()
  local seen = {}
  xml.walk(xml.parse(document, false, true), false, function(tag) seen[#seen + 1] = tag end)
  return table.concat(seen, " ")
end)

print "url and stringio"
try(function() return url.quote "a b&c=d/e\xc3\xa9", url.quote("a b", true), url.unquote "a%20b%26%zz+c", url.quote(5) end)
do
  local out = stringio.create()
  out:write("one ", 2, "\n")
  out:writef("%05.1f|%s\n", 3.14159, "x")
  print(out:value(), tostring(out))
  local inp = stringio.open "12 0x1F line\nrest of it\n\nlast"
  try(function() return inp:read("n", "n", "l"), inp:read "L", inp:seek("cur", 0), inp:read(3) end)
  try(function() return inp:seek("set", 3), inp:read "*a" end)
  for line in stringio.lines "p\nq" do io.write("[", line, "]") end
  print(inp:close())
end
