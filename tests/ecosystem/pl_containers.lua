-- Penlight: its containers and the functions on sequences and tables.
package.path = "/usr/share/lua/5.4/?.lua"
package.cpath = ""

local List = require "pl.List"
local Map = require "pl.Map"
local OrderedMap = require "pl.OrderedMap"
local MultiMap = require "pl.MultiMap"
local Set = require "pl.Set"
local class = require "pl.class"
local tablex = require "pl.tablex"
local seq = require "pl.seq"
local array2d = require "pl.array2d"
local permute = require "pl.permute"
local types = require "pl.types"
local pretty = require "pl.pretty"

local function sorted(t)
  local parts = {}
  for k, v in pairs(t) do
    parts[#parts + 1] = tostring(k) .. "=" ..
      (type(v) == "table" and not getmetatable(v) and sorted(v) or tostring(v))
  end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end
local function list(t)
  local parts = {}
  for i, v in ipairs(t) do
    parts[i] = type(v) == "table" and list(v) or tostring(v)
  end
  return "[" .. table.concat(parts, " ") .. "]"
end

-- Prints the results of one line, or its error, which must be equal too.
local function try(f)
  print(select(2, pcall(f)))
end

print "List"
local l = List {10, 20, 30}
l:append(40):extend {50, 60}
l:insert(1, 5)
try(function() return l, #l, l:pop(), l:pop(1), l:pop(2), l end)
try(function() return l:index(40), l:index(99), l:contains(10), l:count(10) end)
try(function() return l:put(7), l:remove(2), l:remove_value(40), l end)
try(function() return List.range(1, 10), List.range(0, 1, 0.25), List.range(3) end)
try(function() return List.range(1, 10):slice(2, -2), List.range(5):slice(-2) end)
try(function() return List {3, 1, 2}:sort(), List {3, 1, 2}:sorted(), List {"b", "a"}:sort ">" end)
try(function() return List {1, 2, 3}:reverse(), List {1, 2} .. List {3}, List {1, 2} == List {1, 2} end)
try(function() return List {1, 2, 3, 4}:filter(function(x) return x % 2 == 0 end) end)
try(function() return List {1, 2, 3}:map("+", 5) end)
try(function() return List {1, 2, 3}:transform(function(x) return x ^ 2 end) end)
try(function() return List {1, 2, 3}:map2("*", {4, 5, 6}), List {1, 2, 3}:reduce "+" end)
try(function() return List {"a", "b"}:mapm("rep", 3), List {3, 9, 2}:minmax() end)
try(function() return List.split "one two  three", List.split("a,b,,c", ",") end)
try(function() return List {"x", "y"}:join "-", List {1, 2, 3, 4}:chop(2, 3), List "hello" end)
try(function() return List {1, 2, 3, 4, 5}:splice(2, {"a", "b"}), List {1, 2, 3}:concat ";" end)
try(function() return List(List.iterate "abc") end)
try(function() return List {1, 2, 3, 4}:partition(function(x)
  return x > 2 and "big" or "small"
end):get "big" end)
List {1, 2}:foreach(function(x, y) io.write(x, y, " ") end, "!")
try(function() return pcall(List.append, 5, 1) end)
try(function() return pcall(function() return List {1}:nothing() end) end)
try(function() return List:class_of(l), List:is_a(l), l:is_a(List), tostring(l._class == List) end)

print "Map, OrderedMap, MultiMap, Set"
local m = Map {a = 1, b = 2}
m:set("c", 3)
m:update {d = 4, a = 10}
try(function() return m:keys():sort(), m:values():sort(), m:items():map(table.concat), m:len() end)
try(function() return m:get "a", m:getvalues {"a", "c"}, m:setdefault("z", 26), m.z end)
try(function() return Map {x = 1} == Map {x = 1}, Map {x = 1} == Map {x = 2}, Map {q = 1} end)
local om = OrderedMap()
om:set("z", 1):set("a", 2):set("m", 3)
om:insert(1, "first", 0)
try(function() return om, om:keys(), om:values() end)
for k, v in om:iter() do io.write(k, "=", v, " ") end
om:set("a", nil)
om:sort()
try(function() return om, #om:keys() end)
om:update {{last = 9}}
try(function() return om, OrderedMap {{b = 1}, {a = 2}}, pcall(om.update, om, 5) end)
local mm = MultiMap()
mm:set("k", 1) mm:set("k", 2) mm:set("j", 3)
try(function() return sorted {k = list(mm:get "k"), j = list(mm:get "j")} end)
local s, t = Set {1, 2, 3}, Set {3, 4}
local function show(set) return Set.values(set):sort() end
try(function() return show(s + t), show(s * t), show(s - t), show(s ^ t), #s, s < t end)
try(function() return Set {1} < s, Set.issubset(Set {1, 2}, s), s == Set {3, 2, 1},
  Set.isdisjoint(Set {9}, s), show(Set.map(s, function(x) return x * 10 end)) end)
try(function() return tostring(Set {"only"}), Set.isempty(Set {}), s[2], s[7] end)

print "class"
class.Animal()
function Animal:_init(name) self.name = name end
function Animal:__tostring() return self.name .. ": " .. self:speak() end
class.Dog(Animal)
function Dog:speak() return "bark" end
class.Cat(Animal)
function Cat:_init(name, breed)
  self:super(name)
  self.breed = breed
end
function Cat:speak() return "meow" end
class.Lion(Cat)
function Lion:speak() return "roar" end
for _, pet in ipairs {Dog "Fido", Cat("Felix", "Tabby"), Lion("Leo", "African")} do
  print(pet, pet.breed, pet:is_a(Animal), pet:is_a(Cat), Dog:class_of(pet),
    pet:is_a()._name)
end
local Properties = class(class.properties)
function Properties:_init() self._size = 1 end
function Properties:get_size() return self._size end
function Properties:set_size(n) self._size = n * 2 end
local p = Properties()
p.size = 21
try(function() return p.size, p._size end)
local Missing = class()
Missing:catch(function(self, name) return "no " .. name end)
try(function() return Missing().thing end)
local Sum = class {
  _init = function(self, v) self.v = v end,
  __add = function(a, b) return a._class(a.v + b.v) end,
  __eq = function(a, b) return a.v == b.v end,
  __lt = function(a, b) return a.v < b.v end,
  __le = function(a, b) return a.v <= b.v end,
  __len = function(a) return a.v end,
  __call = function(a, x) return a.v * x end,
  __concat = function(a, b) return tostring(a) .. "&" .. tostring(b) end,
  __tostring = function(a) return "S" .. a.v end,
  __unm = function(a) return a._class(-a.v) end,
  __index = nil,
}
local one, two = Sum(1), Sum(2)
try(function() return one + two, one == Sum(1), one < two, one <= two, #two, two(21),
  one .. two, -two, Sum:class_of(one), Sum:class_of {} end)
try(function() return Sum:cast {v = 5} + one end)

print "tablex"
try(function() return tablex.deepcompare({1, {2, {3}}}, {1, {2, {3}}}),
  tablex.deepcompare({a = 1}, {a = 2}), tablex.deepcompare({1.0}, {1.05}, true, 0.1) end)
local deep = {1, {x = {y = "z"}}}
local copy = tablex.deepcopy(deep)
try(function() return copy ~= deep, copy[2] ~= deep[2], tablex.deepcompare(copy, deep) end)
try(function() return sorted(tablex.index_map {"a", "b"}), sorted(tablex.makeset {1, 2}) end)
try(function() return list(tablex.map("#", {"a", "bb"})), list(tablex.imap("+", {1, 2}, 10)) end)
try(function() return sorted(tablex.map(function(v) return v .. "!" end, {a = "x", b = "y"})) end)
try(function() return list(tablex.map2("-", {9, 8}, {1, 2})), list(tablex.imap2("..", {"a"}, {"b"})) end)
try(function() return tablex.reduce("*", {1, 2, 3, 4}), list(tablex.filter({5, 6, 7}, "<", 7)) end)
try(function() return list(tablex.mapn(function(a, b, c) return a + b + c end, {1, 2}, {3, 4}, {5, 6})) end)
try(function() return list(tablex.zip({1, 2}, {"a", "b"}, {true, false})) end)
try(function() return sorted(tablex.pairmap(function(k, v) return v, k end, {x = "y", z = "w"})) end)
try(function() return list(tablex.sub({1, 2, 3, 4}, 2, -2)), list(tablex.removevalues({1, 2, 3, 4}, 2, 3)) end)
try(function() return list(tablex.insertvalues({1, 4}, 2, {2, 3})), list(tablex.move({}, {7, 8}, 1)) end)
try(function() return sorted(tablex.merge({a = 1, b = 2}, {b = 3, c = 4})),
  sorted(tablex.merge({a = 1, b = 2}, {b = 3, c = 4}, true)),
  sorted(tablex.union({a = 1}, {b = 2})), sorted(tablex.intersection({a = 1, b = 2}, {b = 9})),
  sorted(tablex.difference({a = 1, b = 2}, {b = 9})), sorted(tablex.difference({a = 1, b = 2}, {b = 9, c = 1}, true)) end)
try(function() return tablex.size {a = 1, 2, 3}, tablex.find({4, 5, 6}, 5), tablex.rfind({5, 4, 5}, 5),
  tablex.find_if({1, 5, 9}, ">", 4), tablex.search({a = {b = {c = "deep"}}}, "deep") end)
for k, v in tablex.sort {c = 1, b = 3, a = 2} do io.write(k, v, " ") end
for k, v in tablex.sortv({c = 1, b = 3, a = 2}, function(x, y) return x > y end) do
  io.write(k, v, " ")
end
try(function() return tablex.compare({1, 2}, {1, 2}, "=="), tablex.compare_no_order({1, 2, 3}, {3, 1, 2}) end)
try(function() return list(tablex.new(3, 0)), tablex.count_map {1, 2, 2, 3, 3, 3}[3], list(tablex.range(2, 8, 3)) end)
try(function() return list(tablex.keys {9}),
  list(tablex.values {9}), list(tablex.copy {1, 2}) end)
try(function() return pcall(tablex.map, "nonsense", {1}), pcall(tablex.deepcopy, 5) end)
local ro = tablex.readonly {1, 2, 3}
try(function() return ro[2], #ro, pcall(function() ro[1] = 5 end) end)
tablex.foreachi({1, 2}, function(v, i) io.write(v, ":", i, " ") end)
tablex.foreach({only = 1}, function(v, k) io.write(v, ":", k, "\n") end)

print "seq"
try(function() return seq(seq.list {5, 3, 4}):sort():copy(), seq.sum {1, 2, 3.5}, seq.minmax {4, 9, -2} end)
try(function() return seq {1, 2, 3, 4}:filter(function(x) return x > 1 end):map(math.sqrt):copy() end)
try(function() return list(seq.copy(seq.range(1, 5))), list(seq.copy(seq.take(seq.range(1, 100), 3))) end)

try(function() return list(seq.copy2(seq.zip({1, 2}, {3, 4}))), seq.reduce("+", seq.list {1, 2, 3}) end)
try(function() return list(seq.copy(seq.unique {1, 2, 1, 3, 2})), seq.count({1, 2, 3}, function(x) return x > 1 end) end)

try(function() return list(seq.copy_tuples(seq.enum {"a", "b"})), sorted(seq.count_map {"a", "b", "a"}) end)
try(function() return seq {"one", "two"}:upper():copy(), seq {1, 2, 3}:last():copy_tuples()[1][2] end)
try(function() return seq.mapmethod({"abc"}, "sub", 2, 3)() end)
try(function() return seq.matching "b" "abc" end)
seq.foreach(seq.list {1, 2}, function(x) io.write(x, ",") end)
seq.printall({1, 2, 3}, " ", 3)
try(function() return seq.greater_than(3)(4), seq.less_than(3)(4), seq.equal_to(3)(3) end)

print "array2d"
local a = array2d.new(3, 4, function(i, j) return i * 10 + j end)
try(function() return list(a), array2d.size(a), list(array2d.column(a, 2)), list(array2d.row(a, 3)) end)
try(function() return list(array2d.map("+", a, 1)), list(array2d.reduce_rows("+", a)),
  list(array2d.reduce_cols("+", a)), array2d.reduce2("+", "*", a) end)
try(function() return list(array2d.slice(a, 2, 2, 3, 3)), list(array2d.transpose(a)) end)
try(function() return list(array2d.flatten(a)), list(array2d.reshape(a, 2)), list(array2d.reshape(a, 2, true)) end)
try(function() return list(array2d.swap_rows(tablex.deepcopy(a), 1, 3)), list(array2d.swap_cols(tablex.deepcopy(a), 1, 4)) end)
try(function() return list(array2d.extract_cols(tablex.deepcopy(a), {1, 3})), list(array2d.extract_rows(tablex.deepcopy(a), {2})) end)
try(function() return list(array2d.remove_row and {} or a), array2d.parse_range "B2:D4" end)
try(function() return list(array2d.product("..", {"a", "b"}, {1, 2})), list(array2d.range(a, "A1:B2")) end)
for i, j, v in array2d.iter(a, true, 1, 1, 2, 2) do io.write(i, j, "=", v, " ") end
for row in array2d.rows(a) do io.write(list(row), " ") end
array2d.write(a, nil, "%3d", 1, 1, 2, -1)
array2d.set(a, 0, 2, 2, 3, 3)
try(function() return list(a), list(array2d.map2("-", 2, 1, a, {1, 2, 3, 4})) end)

print "permute"
local count = 0
for p in permute.order_iter {1, 2, 3} do
  count = count + 1
  io.write(list(p), " ")
end
try(function() return count, list(permute.order_table {"a", "b", "c"}), #permute.order_table {1, 2, 3, 4, 5} end)
for x, y, z in permute.list_iter({1, 2}, {"a", "b"}, {true}) do io.write(x, y, tostring(z), " ") end
try(function() return list(permute.list_table({1, 2}, {3, 4})) end)

print "types"
try(function() return types.is_callable(print), types.is_callable(setmetatable({}, {__call = print})),
  types.is_indexable "x", types.is_iterable(l), types.is_writeable {}, types.is_integer(3.0),
  types.is_empty {}, types.is_empty "", types.is_empty(" ", true), types.type(l),
  types.type(io.stdout), types.to_bool "yes", types.to_bool("si", {"si"}), types.to_bool(0) end)
try(function() return pretty.write(List {1, 2, {3}}), pretty.write {a = {b = 1}} end)
