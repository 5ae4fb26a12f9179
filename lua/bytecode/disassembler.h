// Listings of bytecode for people (luac -l) and for golden tests.
//
//   function <test.lua:1,3> (7 words, 1 constant, ...)
//     0  [2]  GetTabUp       R1 U0 K0   ; _ENV "print"
//     2  [2]  Test           R1 0 to 6
//
// Registers are written R, upvalues U, constants K, nested functions F; plain
// numbers are immediates; after the semicolon stands what the numbers mean.
//
// Guarded by tests/unit/bytecode/disassembler_test.cc.
#ifndef LUA_BYTECODE_DISASSEMBLER_H_
#define LUA_BYTECODE_DISASSEMBLER_H_

#include <string>

#include "lua/bytecode/chunk.h"

namespace m3lua::bytecode {

struct DisassemblyOptions {
  bool lines = true;   // a column of source lines
  bool nested = true;  // the nested functions too
  bool full = false;   // constants, locals and upvalues as tables (luac -l -l)
};

// Any function can be listed, verified or not; what is out of range shows as
// "?".
std::string Disassemble(const Function& function,
                        const DisassemblyOptions& options = {});

// A constant as the listing shows it: strings quoted, with escapes for all but
// printable ASCII; floats in the shortest form that reads back as the same.
std::string ConstantText(const Constant& constant);

}  // namespace m3lua::bytecode

#endif  // LUA_BYTECODE_DISASSEMBLER_H_
