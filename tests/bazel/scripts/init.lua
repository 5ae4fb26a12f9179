-- Embedded with its line numbers and names; so is what it requires.
local scripts = {
  name = ...,
  place = select(2, ...),
  enemies = { require "scripts.enemy.goblin" },
}

function scripts.fail()
  require("geometry.angle").fail()
end

return scripts
