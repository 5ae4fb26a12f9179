-- luacheck, through its library interface, over every Lua file of the
-- packages that these tests use.
--
package.path = "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.1/?.lua;" ..
  "/usr/share/lua/5.1/?/init.lua"
package.cpath = ""

local luacheck = require "luacheck"
print(luacheck._VERSION)

-- One that is not installed is skipped, by both engines.
local root = "/usr/share/lua/5.1/"
local modules = {
  "argparse", "dkjson", "inspect", "luaunit", "re", "MessagePack",
  "basexx", "binaryheap", "inifile", "markdown", "moses", "json", "json/decode",
  "json/encode", "json/util", "json/decode/composite", "json/decode/number",
  "json/decode/others", "json/decode/state", "json/decode/strings",
  "json/decode/util", "json/encode/array", "json/encode/calls",
  "json/encode/number", "json/encode/object", "json/encode/others",
  "json/encode/output", "json/encode/output_utility", "json/encode/strings",
}
for name in ([[Date List Map MultiMap OrderedMap Set app array2d class compat
    comprehension config data dir file func import_into init input lapp lexer
    luabalanced operator path permute pretty seq sip strict stringio stringx
    tablex template test text types url utils xml]]):gmatch "%S+" do
  modules[#modules + 1] = "pl/" .. name
end
for name in ([[builtin_standards/init builtin_standards/love
    builtin_standards/ngx builtin_standards/playdate cache check check_state
    config core_utils decoder expand_rockspec filter format fs globbing init
    lexer main multithreading options parser profiler runner serializer
    stages/detect_bad_whitespace stages/detect_compound_operators
    stages/detect_cyclomatic_complexity stages/detect_empty_blocks
    stages/detect_empty_statements stages/detect_globals
    stages/detect_reversed_fornum_loops stages/detect_unbalanced_assignments
    stages/detect_uninit_accesses stages/detect_unreachable_code
    stages/detect_unused_fields stages/detect_unused_locals stages/init
    stages/linearize stages/name_functions stages/parse
    stages/parse_inline_options stages/resolve_locals stages/unwrap_parens
    standards unicode unicode_printability_boundaries utils version
    vendor/sha1/bit32_ops vendor/sha1/bit_ops vendor/sha1/common
    vendor/sha1/init vendor/sha1/lua53_ops vendor/sha1/pure_lua_ops
    ]]):gmatch "%S+" do
  modules[#modules + 1] = "luacheck/" .. name
end

local names, sources = {}, {}
for _, module in ipairs(modules) do
  local file = io.open(root .. module .. ".lua", "rb")
  if file then
    names[#names + 1] = module
    sources[#sources + 1] = file:read "a"
    file:close()
  end
end
-- Some sources of our own, with every kind of warning.
local faulty = {
  "local x; local x = 1; for i = 10, 1 do end",
  "return = 5",
  "goto done; local y = 2; ::done:: print(y)",
  "local a, b, c = 1; a = a + 1; function foo() end foo.bar = unknown",
  "while true do break end do end if x then else end  \nlocal t = {1, [1]=2}",
  "local function f(a, ...) return a end return (f)(1), function() end",
  "x = 'unfinished",
  "--[[ no end",
  "if a then return 1 end return 2; ;;",
  "local s <const> = 1; s = 2; local c <close> = nil",
  "-- luacheck: push ignore 111\nq = 1\n-- luacheck: pop\nq = 2",
  "repeat local z = 1 until z; return z // 2 | 3 ~ 4 >> 5",
  "\xff = 1", "x = '\\q'", "x = 0x", "x = 1e", "for", "return ...",
  "local t = {} t.x, t.y = 1 return t.x:z 'a'",
}
for i, source in ipairs(faulty) do
  names[#names + 1] = "faulty " .. i
  sources[#sources + 1] = source
end
print(#sources, "sources")

local show = dofile "printed.lua".sorted

for _, options in ipairs {
  {std = "max", max_line_length = 100, max_cyclomatic_complexity = 12},
  {std = "lua51", unused_args = false, ignore = {"6.."}},
} do
  local report = luacheck.check_strings(sources, options)
  print(report.warnings, report.errors, report.fatals)
  for i, file in ipairs(report) do
    print(names[i], #file)
    for _, issue in ipairs(file) do
      print("", issue.line, issue.column, issue.code,
        luacheck.get_message(issue))
    end
    if i > #sources - #faulty then print(show(file)) end
  end
end

-- The formatters, and the errors of a misuse.
local format = require "luacheck.format"
local faulty_names = table.move(names, #names - #faulty + 1, #names, 1, {})
local report = luacheck.check_strings(faulty, {std = "min"})
for _, formatter in ipairs {"TAP", "JUnit", "visual_studio", "plain", "default"} do
  print(formatter)
  print(format.format(report, faulty_names, {
    formatter = formatter, color = false, codes = true, ranges = true,
    quiet = 0, limit = 0,
  }))
end
print(pcall(luacheck.check_strings, 1))
print(pcall(luacheck.check_strings, {1}))
print(pcall(luacheck.check_strings, {"x"}, {std = "nonsense"}))
print(pcall(luacheck.check_strings, {"x"}, {max_line_length = "wide"}))

-- The vendored SHA-1, whose operators come from 5.3's own.
local sha1 = require "luacheck.vendor.sha1"
print(sha1.sha1 "", sha1.sha1 "The quick brown fox")
print(sha1.hmac("key", ("message"):rep(40)))
