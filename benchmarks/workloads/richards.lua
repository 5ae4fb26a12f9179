-- Method calls through tables of classes, linked lists and boolean fields: the
-- inner life of an operating system.
--
-- Idea: Martin Richards' simulation of a scheduler (1981): an idle task, a
-- worker, two handlers and two devices send packets to each other.
--
-- n: turns of the idle task; second argument: simulations; result: packets
-- queued and tasks held in each of them.

local harness = dofile((arg[0]:match("^.*/") or "") .. "harness.lua")
local n = tonumber(arg[1]) or 10000
local simulations = tonumber(arg[2]) or 35
local expected = {
  [500] = "1136 454",
  [10000] = "23246 9297",
}

local floor = math.floor

local IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 0, 1, 2, 3, 4, 5
local DATA_SIZE = 4

local function packet(link, owner, is_work)
  return {
    link = link, owner = owner, is_work = is_work, position = 0,
    data = { 0, 0, 0, 0 },
  }
end

-- Appends to a linked list; returns its head.
local function append(head, item)
  item.link = nil
  if not head then
    return item
  end
  local last = head
  while last.link do
    last = last.link
  end
  last.link = item
  return head
end

---- what all tasks have

local Task = {}
Task.__index = Task

local function class()
  local c = setmetatable({}, Task)
  c.__index = c
  return c
end

function Task:is_stuck()
  return self.held or (self.waiting and not self.pending)
end

-- Runs the task with its first packet if it was waiting for one; returns the
-- task to run next.
function Task:resume()
  local first = nil
  if self.waiting and self.pending then
    first = self.queue
    self.queue = first.link
    self.waiting = false
    self.pending = self.queue ~= nil
  end
  return self:work(first)
end

function Task:receive(item, sender)
  if self.queue then
    self.queue = append(self.queue, item)
  else
    self.queue = append(nil, item)
    self.pending = true
    if self.priority > sender.priority then
      return self
    end
  end
  return sender
end

---- the scheduler

local Scheduler = {}
Scheduler.__index = Scheduler

function Scheduler.new()
  return setmetatable({ queued = 0, holds = 0, tasks = {} }, Scheduler)
end

function Scheduler:add(kind, id, priority, queue, fields)
  local task = setmetatable(fields, kind)
  task.scheduler, task.id, task.priority = self, id, priority
  task.queue, task.pending = queue, queue ~= nil
  task.waiting, task.held = id ~= IDLE, false
  task.link = self.first
  self.first = task
  self.tasks[id] = task
end

function Scheduler:run()
  local task = self.first
  while task do
    if task:is_stuck() then
      task = task.link
    else
      self.current = task
      task = task:resume()
    end
  end
end

function Scheduler:wait()
  self.current.waiting = true
  return self.current
end

function Scheduler:hold()
  self.holds = self.holds + 1
  self.current.held = true
  return self.current.link
end

function Scheduler:release(id)
  local task = self.tasks[id]
  task.held = false
  if task.priority > self.current.priority then
    return task
  end
  return self.current
end

function Scheduler:send(item)
  local task = self.tasks[item.owner]
  self.queued = self.queued + 1
  item.owner = self.current.id
  return task:receive(item, self.current)
end

---- the tasks

local Idle = class()

-- Adds or removes a power of two, as an exclusive or with it does.
local function flip(word, power)
  if floor(word / power) % 2 == 1 then
    return word - power
  end
  return word + power
end

-- A shift register with feedback decides which device goes on.
function Idle:work()
  self.left = self.left - 1
  if self.left == 0 then
    return self.scheduler:hold()
  end
  local low = self.control % 2
  self.control = floor(self.control / 2)
  if low == 0 then
    return self.scheduler:release(DEVICE_A)
  end
  self.control = flip(flip(flip(flip(self.control, 32768), 16384), 4096), 8)
  return self.scheduler:release(DEVICE_B)
end

local Worker = class()

-- Fills a packet with letters and sends it to the handlers in turn.
function Worker:work(item)
  if not item then
    return self.scheduler:wait()
  end
  self.destination = HANDLER_A + HANDLER_B - self.destination
  item.owner, item.position = self.destination, 0
  for i = 1, DATA_SIZE do
    self.letter = self.letter % 26 + 1
    item.data[i] = self.letter
  end
  return self.scheduler:send(item)
end

local Handler = class()

-- Hands the letters of work packets, one by one, to its device.
function Handler:work(item)
  if item then
    if item.is_work then
      self.to_do = append(self.to_do, item)
    else
      self.free = append(self.free, item)
    end
  end
  local work = self.to_do
  if work then
    if work.position >= DATA_SIZE then
      self.to_do = work.link
      return self.scheduler:send(work)
    end
    local carrier = self.free
    if carrier then
      self.free = carrier.link
      work.position = work.position + 1
      carrier.position = work.data[work.position]
      return self.scheduler:send(carrier)
    end
  end
  return self.scheduler:wait()
end

local Device = class()

function Device:work(item)
  if item then
    self.busy_with = item
    return self.scheduler:hold()
  end
  local done = self.busy_with
  if not done then
    return self.scheduler:wait()
  end
  self.busy_with = nil
  return self.scheduler:send(done)
end

local function three_carriers(device)
  return packet(packet(packet(nil, device), device), device)
end

local function simulate()
  local s = Scheduler.new()
  s:add(Idle, IDLE, 0, nil, { left = n, control = 1 })
  s:add(Worker, WORKER, 1000, packet(packet(nil, WORKER, true), WORKER, true),
    { destination = HANDLER_A, letter = 0 })
  s:add(Handler, HANDLER_A, 2000, three_carriers(DEVICE_A), {})
  s:add(Handler, HANDLER_B, 3000, three_carriers(DEVICE_B), {})
  s:add(Device, DEVICE_A, 4000, nil, {})
  s:add(Device, DEVICE_B, 5000, nil, {})
  s:run()
  return string.format("%d %d", s.queued, s.holds)
end

local result = harness.repeated("richards", simulations, simulate)

harness.finish("richards", n, expected, result)
