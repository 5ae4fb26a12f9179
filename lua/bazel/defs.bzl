"""Rules for Lua in Bazel; docs/bazel.md is a tour.

    load("@m3lua//lua/bazel:defs.bzl", "lua_binary", "lua_library", "lua_test")
"""

load(":cc_lua_module.bzl", _cc_lua_module = "cc_lua_module")
load(":lua_embed.bzl", _lua_embed = "lua_embed")
load(":lua_library.bzl", _LuaInfo = "LuaInfo", _lua_library = "lua_library")
load(
    ":lua_program.bzl",
    _lua_binary = "lua_binary",
    _lua_interpreter = "lua_interpreter",
    _lua_test = "lua_test",
)

LuaInfo = _LuaInfo
cc_lua_module = _cc_lua_module
lua_binary = _lua_binary
lua_embed = _lua_embed
lua_interpreter = _lua_interpreter
lua_library = _lua_library
lua_test = _lua_test
