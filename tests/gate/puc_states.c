// puc_states N: creates and closes N states of PUC Lua with all libraries, one
// after the other: what `probe states N` does with ours.
#include <lua5.4/lauxlib.h>
#include <lua5.4/lualib.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: puc_states N\n");
    return 2;
  }
  for (int n = atoi(argv[1]); n > 0; --n) {
    lua_State* L = luaL_newstate();
    if (L == NULL) return 1;
    luaL_openlibs(L);
    lua_close(L);
  }
  return 0;
}
