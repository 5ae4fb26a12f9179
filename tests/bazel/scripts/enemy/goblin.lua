#!/usr/bin/env lua
return { name = "goblin \"G\" ??/\\ \0 \u{e9}", loot = 3 }
