-- Method calls of many classes, with inheritance, on a graph of objects that is
-- searched and changed: arrays as stacks, and fields that are compared.
--
-- Idea: DeltaBlue, the incremental solver of hierarchies of constraints by
-- Freeman-Benson, Maloney and Borning (1990).  Each constraint has a strength;
-- when they contradict each other, the weaker one is left unsatisfied.
--
-- n: length of a chain of equalities, and number of pairs in a projection;
-- result: what the variables at the ends came to be.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 20000
local expected = {
  [20] = "100 38950",
  [400] = "100 1197000",
  [20000] = "100 1039948000",
}

-- Strengths: the smaller, the stronger.
local REQUIRED, STRONG_PREFERRED, PREFERRED, STRONG_DEFAULT, NORMAL,
  WEAK_DEFAULT, WEAKEST = 0, 1, 2, 3, 4, 5, 6

local function class(parent)
  local c = setmetatable({}, parent)
  c.__index = c
  return c
end

---- variables

local Variable = class()

-- determined_by: the constraint that sets it; mark: the plan that saw it last;
-- walkabout: the strength that a constraint must exceed to change it; stay:
-- its value is known before the plan is run.
function Variable.new(value)
  return setmetatable({
    value = value, constraints = {}, determined_by = false, mark = 0,
    walkabout = WEAKEST, stay = true,
  }, Variable)
end

function Variable:add(constraint)
  self.constraints[#self.constraints + 1] = constraint
end

function Variable:remove(constraint)
  local list = self.constraints
  for i = 1, #list do
    if list[i] == constraint then
      table.remove(list, i)
      break
    end
  end
  if self.determined_by == constraint then
    self.determined_by = false
  end
end

---- the planner

local Planner = class()

function Planner.new()
  return setmetatable({ mark = 0 }, Planner)
end

function Planner:new_mark()
  self.mark = self.mark + 1
  return self.mark
end

local function push_consumers(variable, list)
  local determining = variable.determined_by
  local constraints = variable.constraints
  for i = 1, #constraints do
    local c = constraints[i]
    if c ~= determining and c:is_satisfied() then
      list[#list + 1] = c
    end
  end
end

function Planner:add(constraint)
  local mark = self:new_mark()
  local overridden = constraint:satisfy(mark, self)
  while overridden do
    overridden = overridden:satisfy(mark, self)
  end
end

function Planner:remove(constraint)
  local out = constraint:output()
  constraint:mark_unsatisfied()
  constraint:leave_graph()
  local unsatisfied = self:forget(out)
  for strength = REQUIRED, WEAKEST do
    for i = 1, #unsatisfied do
      if unsatisfied[i].strength == strength then
        self:add(unsatisfied[i])
      end
    end
  end
end

-- Tells everything downstream of `out` that it is no longer determined; returns
-- the constraints that may be satisfiable now.
function Planner:forget(out)
  out.determined_by, out.walkabout, out.stay = false, WEAKEST, true
  local unsatisfied, todo = {}, { out }
  while #todo > 0 do
    local variable = table.remove(todo)
    local constraints = variable.constraints
    local determining = variable.determined_by
    for i = 1, #constraints do
      local c = constraints[i]
      if not c:is_satisfied() then
        unsatisfied[#unsatisfied + 1] = c
      elseif c ~= determining then
        c:recalculate()
        todo[#todo + 1] = c:output()
      end
    end
  end
  return unsatisfied
end

-- Tells everything downstream of a constraint; false: it met itself.
function Planner:propagate(constraint, mark)
  local todo = { constraint }
  while #todo > 0 do
    local c = table.remove(todo)
    local out = c:output()
    if out.mark == mark then
      self:remove(constraint)
      return false
    end
    c:recalculate()
    push_consumers(out, todo)
  end
  return true
end

-- The order in which to execute what depends on `sources`.
function Planner:plan_from(sources)
  local mark = self:new_mark()
  local plan, todo = {}, {}
  for i = 1, #sources do
    if sources[i]:is_satisfied() then
      todo[#todo + 1] = sources[i]
    end
  end
  while #todo > 0 do
    local c = table.remove(todo)
    local out = c:output()
    if out.mark ~= mark and c:inputs_known(mark) then
      plan[#plan + 1] = c
      out.mark = mark
      push_consumers(out, todo)
    end
  end
  return plan
end

local function execute(plan)
  for i = 1, #plan do
    plan[i]:execute()
  end
end

---- constraints

local Constraint = class()

function Constraint:join(planner)
  self:enter_graph()
  planner:add(self)
end

function Constraint:leave(planner)
  if self:is_satisfied() then
    planner:remove(self)
  else
    self:leave_graph()
  end
end

-- Tries to be satisfied; returns the constraint that it overrode, if any.
function Constraint:satisfy(mark, planner)
  self:choose(mark)
  if not self:is_satisfied() then
    if self.strength == REQUIRED then
      error("deltablue: a required constraint can't be satisfied")
    end
    return false
  end
  self:mark_inputs(mark)
  local out = self:output()
  local overridden = out.determined_by
  if overridden then
    overridden:mark_unsatisfied()
  end
  out.determined_by = self
  if not planner:propagate(self, mark) then
    error("deltablue: a cycle")
  end
  out.mark = mark
  return overridden
end

-- On one variable.
local Unary = class(Constraint)

function Unary.make(kind, variable, strength, planner)
  local c = setmetatable(
    { variable = variable, strength = strength, satisfied = false }, kind)
  c:join(planner)
  return c
end

function Unary:enter_graph() self.variable:add(self) end
function Unary:leave_graph() self.variable:remove(self) end
function Unary:output() return self.variable end
function Unary:is_satisfied() return self.satisfied end
function Unary:mark_unsatisfied() self.satisfied = false end
function Unary:mark_inputs() end
function Unary:inputs_known() return true end
function Unary:execute() end

function Unary:choose(mark)
  local v = self.variable
  self.satisfied = v.mark ~= mark and self.strength < v.walkabout
end

function Unary:recalculate()
  self.variable.walkabout = self.strength
  self.variable.stay = self.stays
end

local Stay = class(Unary)
Stay.stays = true

local Edit = class(Unary)
Edit.stays = false

-- Between two variables; direction: 1 sets the second, -1 the first, 0 none.
local Binary = class(Constraint)

function Binary:enter_graph()
  self.first:add(self)
  self.second:add(self)
end

function Binary:leave_graph()
  self.first:remove(self)
  self.second:remove(self)
end

function Binary:input()
  return self.direction == 1 and self.first or self.second
end

function Binary:output()
  return self.direction == 1 and self.second or self.first
end

function Binary:is_satisfied() return self.direction ~= 0 end
function Binary:mark_unsatisfied() self.direction = 0 end
function Binary:mark_inputs(mark) self:input().mark = mark end

function Binary:inputs_known(mark)
  local v = self:input()
  return v.mark == mark or v.stay or not v.determined_by
end

function Binary:choose(mark)
  local first, second, strength = self.first, self.second, self.strength
  local direction = 0
  if first.mark == mark then
    if second.mark ~= mark and strength < second.walkabout then
      direction = 1
    end
  elseif second.mark == mark or first.walkabout > second.walkabout then
    if strength < first.walkabout then
      direction = -1
    end
  elseif strength < second.walkabout then
    direction = 1
  end
  self.direction = direction
end

function Binary:recalculate()
  local from, to = self:input(), self:output()
  to.walkabout = math.max(self.strength, from.walkabout)
  to.stay = from.stay
  if to.stay then
    self:execute()
  end
end

local Equality = class(Binary)

function Equality.make(first, second, strength, planner)
  local c = setmetatable(
    { first = first, second = second, strength = strength, direction = 0 },
    Equality)
  c:join(planner)
  return c
end

function Equality:execute()
  self:output().value = self:input().value
end

-- second = first * scale + offset
local Scale = class(Binary)

function Scale.make(first, scale, offset, second, strength, planner)
  local c = setmetatable({
    first = first, second = second, scale = scale, offset = offset,
    strength = strength, direction = 0,
  }, Scale)
  c:join(planner)
  return c
end

function Scale:enter_graph()
  Binary.enter_graph(self)
  self.scale:add(self)
  self.offset:add(self)
end

function Scale:leave_graph()
  Binary.leave_graph(self)
  self.scale:remove(self)
  self.offset:remove(self)
end

function Scale:mark_inputs(mark)
  Binary.mark_inputs(self, mark)
  self.scale.mark, self.offset.mark = mark, mark
end

function Scale:execute()
  if self.direction == 1 then
    self.second.value = self.first.value * self.scale.value + self.offset.value
  else
    self.first.value = (self.second.value - self.offset.value)
      / self.scale.value
  end
end

function Scale:recalculate()
  local from, to = self:input(), self:output()
  to.walkabout = math.max(self.strength, from.walkabout)
  to.stay = from.stay and self.scale.stay and self.offset.stay
  if to.stay then
    self:execute()
  end
end

---- two exercises

local function check(actual, wanted, what)
  if actual ~= wanted then
    error("deltablue: " .. what .. " is " .. actual .. ", not " .. wanted)
  end
end

-- A chain of equalities, whose first variable is edited a hundred times.
local function chain(length)
  local planner = Planner.new()
  local first = Variable.new(0)
  local last = first
  for _ = 1, length do
    local following = Variable.new(0)
    Equality.make(last, following, REQUIRED, planner)
    last = following
  end
  Stay:make(last, STRONG_DEFAULT, planner)
  local edit = Edit:make(first, PREFERRED, planner)
  local plan = planner:plan_from({ edit })
  for value = 1, 100 do
    first.value = value
    execute(plan)
    check(last.value, value, "the end of the chain")
  end
  edit:leave(planner)
  return last.value
end

local function change(variable, value, planner)
  local edit = Edit:make(variable, PREFERRED, planner)
  local plan = planner:plan_from({ edit })
  for _ = 1, 10 do
    variable.value = value
    execute(plan)
  end
  edit:leave(planner)
end

-- Pairs that depend on one scale and one offset; changed at every end.
local function projection(pairs_of)
  local planner = Planner.new()
  local scale, offset = Variable.new(10), Variable.new(1000)
  local from, to = {}, {}
  for i = 1, pairs_of do
    from[i], to[i] = Variable.new(i), Variable.new(i)
    Stay:make(from[i], NORMAL, planner)
    Scale.make(from[i], scale, offset, to[i], REQUIRED, planner)
  end
  local a, b = from[pairs_of], to[pairs_of]
  change(a, 17, planner)
  check(b.value, 1170, "the projection")
  change(b, 1050, planner)
  check(a.value, 5, "the origin")
  change(scale, 5, planner)
  for i = 1, pairs_of - 1 do
    check(to[i].value, i * 5 + 1000, "a projection after a new scale")
  end
  change(offset, 2000, planner)
  local sum = 0
  for i = 1, pairs_of - 1 do
    check(to[i].value, i * 5 + 2000, "a projection after a new offset")
    sum = sum + to[i].value
  end
  return sum
end

local result = string.format("%d %d", chain(n), projection(n))

harness.finish("deltablue", n, expected, result)
