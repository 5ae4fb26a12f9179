// A game: C++ owns the world and the loop, a script says how things behave, and
// may be exchanged while the game runs.  What entities there are, and what the
// script has put into `state`, stays.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "lua/embed/lua.h"

namespace {

struct Vec {
  double x = 0;
  double y = 0;
};

class Entity {
 public:
  Entity(std::string name, Vec position)
      : name(std::move(name)), position(position) {}
  void Damage(int amount) { health -= amount; }
  bool alive() const { return health > 0; }

  std::string name;
  Vec position;
  Vec velocity;
  int health = 10;
};

class Game {
 public:
  Game() {
    Check(lua_.Register(m3lua::Class<Vec>("Vec")
                            .Constructor<>()
                            .Field("x", &Vec::x)
                            .Field("y", &Vec::y)));
    Check(lua_.Register(m3lua::Class<Entity>("Entity")
                            .ReadOnly("name", &Entity::name)
                            .Field("position", &Entity::position)
                            .Field("velocity", &Entity::velocity)
                            .ReadOnly("health", &Entity::health)
                            .Property("alive", &Entity::alive)
                            .Method("damage", &Entity::Damage)));
    // The game and its scripts hold entities together, so neither can leave the
    // other with one that is gone.
    Check(lua_.Set("spawn", [this](std::string name, double x, double y) {
      auto entity = std::make_shared<Entity>(std::move(name), Vec{x, y});
      entities_.push_back(entity);
      return entity;
    }));
    Check(lua_.RunString("state = {}"));
  }

  // Takes the new script if it is good, else goes on with the old one.
  void LoadScript(const std::string& source, const std::string& name) {
    auto chunk = lua_.Load(source, "=" + name);
    absl::Status status = chunk.ok() ? chunk->Call() : chunk.status();
    if (status.ok()) {
      auto update =
          lua_.Get<m3lua::TypedFunction<void(double, std::shared_ptr<Entity>)>>(
              "update");
      if (update.ok()) {
        update_ = *std::move(update);
        return;
      }
      status = update.status();
    }
    std::cout << "kept the old script: " << status.message() << "\n";
  }

  void Frame(double dt) {
    for (const auto& entity : entities_) {
      absl::Status status = update_(dt, entity);
      if (!status.ok()) std::cout << status.message() << "\n";
      entity->position.x += entity->velocity.x * dt;
      entity->position.y += entity->velocity.y * dt;
    }
    std::erase_if(entities_, [](const auto& e) { return !e->alive(); });
  }

  void Show() const {
    for (const auto& e : entities_) {
      std::cout << e->name << " at " << e->position.x << "," << e->position.y
                << " health " << e->health << "\n";
    }
    std::cout << "--\n";
  }

 private:
  static void Check(const absl::Status& status) {
    if (status.ok()) return;
    std::cerr << m3lua::Describe(status) << "\n";
    std::exit(1);
  }

  std::vector<std::shared_ptr<Entity>> entities_;
  m3lua::Lua lua_;
  m3lua::TypedFunction<void(double, std::shared_ptr<Entity>)> update_;
};

constexpr char kFirstScript[] = R"(
  if not state.hero then
    state.hero = spawn("hero", 0, 0)
    spawn("rat", 4, 0)
  end
  function update(dt, e)
    if e == state.hero then e.velocity.x = 1 end
  end
)";

// Hot reload: the rat bites.
constexpr char kSecondScript[] = R"(
  state.bites = state.bites or 0
  function update(dt, e)
    local hero = state.hero
    if e == hero then
      e.velocity.x = 2
    elseif math.abs(e.position.x - hero.position.x) < 2 then
      hero:damage(3)
      state.bites = state.bites + 1
      print(e.name .. " bites " .. hero.name .. ", " .. state.bites .. " bites")
    end
  end
)";

}  // namespace

int main() {
  std::cout << std::unitbuf;
  Game game;
  game.LoadScript(kFirstScript, "first.lua");
  game.Frame(0.5);
  game.Frame(0.5);
  game.Show();
  game.LoadScript("function update(dt, e) e.velocity.x = end", "broken.lua");
  game.LoadScript(kSecondScript, "second.lua");
  for (int i = 0; i < 6; ++i) game.Frame(0.5);
  game.Show();
}
