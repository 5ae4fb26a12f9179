#include "tests/unit/bytecode/samples.h"

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "lua/bytecode/builder.h"

namespace m3lua::bytecode {
namespace {

// function f (a, b) ... end with the upvalues x, f and _ENV.
std::unique_ptr<Function> Inner() {
  FunctionBuilder b;
  b.function().source = "@sample.lua";
  b.function().line_defined = 3;
  b.function().last_line_defined = 90;
  b.function().parameter_count = 2;
  b.function().upvalues = {
      {"x", true, 1, false}, {"f", true, 2, true}, {"_ENV", false, 0, false}};
  b.StartLocal("a", 0);
  b.StartLocal("b", 1);
  b.SetLine(4);
  b.Emit(Opcode::kGetUpvalue, 2, 0);
  b.Emit(Opcode::kSetUpvalue, 2, 0);
  const int number = b.AddConstant(-0.0);
  for (int op = int(Opcode::kAdd); op <= int(Opcode::kShr); ++op) {
    b.SetLine(b.line() + 1);
    b.Emit(Opcode(op), 2, 0, 1);
  }
  for (int op = int(Opcode::kAddK); op <= int(Opcode::kShrK); ++op) {
    b.SetLine(b.line() + 2);
    b.Emit(Opcode(op), 2, 0, number);
  }
  for (int op = int(Opcode::kUnm); op <= int(Opcode::kLen); ++op) {
    b.Emit(Opcode(op), 2, 1);
  }
  b.SetLine(7);
  const int name = b.AddString("name\n\0\xff");
  b.EmitWithWord(Opcode::kSetTabUp, 2, 0, 0, name);
  b.EmitWithWord(Opcode::kSetTabUpK, 2, number, 0, name);
  b.Emit(Opcode::kGetIndex, 2, 0, 1);
  b.Emit(Opcode::kGetIndexInt, 2, 0, 255);
  b.EmitWithWord(Opcode::kGetField, 2, 0, 0, name);
  b.Emit(Opcode::kSetIndex, 0, 1, 2);
  b.Emit(Opcode::kSetIndexK, 0, 1, number);
  b.Emit(Opcode::kSetIndexInt, 0, 200, 2);
  b.Emit(Opcode::kSetIndexIntK, 0, 200, number);
  b.EmitWithWord(Opcode::kSetField, 0, 2, 0, name);
  b.EmitWithWord(Opcode::kSetFieldK, 0, number, 0, name);
  const auto end = b.NewLabel();
  for (const Opcode op : {Opcode::kEq, Opcode::kLt, Opcode::kLe}) {
    b.EmitJump(op, 0, 1, 0, end);
  }
  for (const Opcode op :
       {Opcode::kLtK, Opcode::kLeK, Opcode::kGtK, Opcode::kGeK}) {
    b.EmitJump(op, 0, number, 1, end);
  }
  b.LoadConstant(2, 2.0);
  b.EmitWithWord(Opcode::kLoadConstX, 2, 0, 0,
                 b.AddConstant(std::numeric_limits<int64_t>::min()));
  b.Emit(Opcode::kLoadFalse, 2);
  b.LoadConstant(2, std::nan(""));
  b.Emit(Opcode::kReturn1, 2);
  b.Bind(end);
  b.AddConstant(true);
  b.AddConstant(false);
  b.Emit(Opcode::kReturn0);
  return *std::move(b).Finish();
}

}  // namespace

std::unique_ptr<Function> SampleChunk() {
  FunctionBuilder b;
  b.function().source = "@sample.lua";
  b.function().is_vararg = true;
  b.function().upvalues = {{"_ENV", true, 0, false}};
  b.SetLine(1);
  b.Emit(Opcode::kVarArgPrep);
  // local t = {1, "x", ...}
  b.EmitWithWord(Opcode::kNewTable, 0, 0, 0, 2);
  b.LoadConstant(1, int64_t{1});
  b.LoadConstant(2, std::string("x"));
  b.Emit(Opcode::kVarArg, 3, 0, 0);
  b.EmitWithWord(Opcode::kSetList, 0, 0, 0, 0);
  b.StartLocal("t", 0);
  b.SetLine(2);
  b.LoadConstant(1, 1.5);
  b.StartLocal("x", 1);
  // local function f
  b.SetLine(90);
  b.StartLocal("f", 2);
  b.EmitBx(Opcode::kClosure, 2, b.AddFunction(Inner()));
  // for i = 1, 10 do t.x = i + 1.5 end
  b.SetLine(91);
  b.LoadConstant(3, int64_t{1});
  b.LoadConstant(4, int64_t{10});
  b.LoadConstant(5, int64_t{1});
  const auto after_for = b.NewLabel();
  b.EmitJump(Opcode::kForPrep, 3, 0, 0, after_for);
  const auto for_body = b.BindNewLabel();
  const size_t i = b.StartLocal("i", 6);
  b.Emit(Opcode::kAddK, 7, 6, b.AddConstant(1.5));
  b.EmitWithWord(Opcode::kSetField, 0, 7, 0, b.AddString("x"));
  b.EndLocal(i);
  b.EmitJump(Opcode::kForLoop, 3, 0, 0, for_body);
  b.Bind(after_for);
  // for k, v in pairs(t) do local _ = k .. v end
  b.SetLine(92);
  b.EmitWithWord(Opcode::kGetTabUp, 3, 0, 0, b.AddString("pairs"));
  b.Emit(Opcode::kMove, 5, 0);
  b.Emit(Opcode::kCall, 3, 2, 5);
  const auto next = b.NewLabel();
  b.EmitJump(Opcode::kTForPrep, 3, 0, 0, next);
  const auto body = b.BindNewLabel();
  const size_t k = b.StartLocal("k", 7);
  const size_t v = b.StartLocal("v", 8);
  b.Emit(Opcode::kMove, 9, 7);
  b.Emit(Opcode::kMove, 10, 8);
  b.Emit(Opcode::kConcat, 9, 2);
  b.EndLocal(k);
  b.EndLocal(v);
  b.Bind(next);
  b.Emit(Opcode::kTForCall, 3, 0, 2);
  b.EmitJump(Opcode::kTForLoop, 3, 0, 0, body);
  b.Emit(Opcode::kClose, 3);
  // local b = x < 2
  b.SetLine(94);
  const auto truth = b.NewLabel();
  b.EmitJump(Opcode::kLtK, 1, b.AddConstant(int64_t{2}), 1, truth);
  b.Emit(Opcode::kLoadFalseSkip, 3);
  b.Bind(truth);
  b.Emit(Opcode::kLoadTrue, 3);
  // local y = b and t
  const auto joined = b.NewLabel();
  b.EmitJump(Opcode::kTestSet, 4, 3, 0, joined);
  b.Emit(Opcode::kMove, 4, 0);
  b.Bind(joined);
  // do local z <close> = nil; t:m(f(...)) end
  b.SetLine(95);
  b.Emit(Opcode::kLoadNil, 5, 1);
  b.Emit(Opcode::kTbc, 5);
  const size_t z = b.StartLocal("z", 5);
  b.EmitWithWord(Opcode::kSelf, 6, 0, 0, b.AddString("m"));
  b.Emit(Opcode::kMove, 9, 2);
  b.Emit(Opcode::kVarArg, 11, 0, 0);
  b.Emit(Opcode::kCall, 9, 0, 0);
  b.Emit(Opcode::kCall, 6, 0, 1);
  b.EndLocal(z);
  b.Emit(Opcode::kClose, 5);
  // if b == nil or b then return f(t) else return 1, f() end
  b.SetLine(96);
  const auto otherwise = b.NewLabel();
  b.EmitJump(Opcode::kEqK, 3, b.AddConstant(Nil()), 0, otherwise);
  b.EmitJump(Opcode::kTest, 3, 0, 1, otherwise);
  b.Emit(Opcode::kMove, 5, 2);
  b.Emit(Opcode::kMove, 7, 0);
  b.Emit(Opcode::kTailCall, 5, 2, 1);
  b.Bind(otherwise);
  b.LoadConstant(5, int64_t{1});
  b.Emit(Opcode::kMove, 6, 2);
  b.Emit(Opcode::kCall, 6, 1, 0);
  b.Emit(Opcode::kReturn, 5, 0, 1);
  const auto never = b.BindNewLabel();
  b.EmitJump(never);
  return *std::move(b).Finish();
}

std::unique_ptr<Function> NestedChunk(int depth) {
  std::unique_ptr<Function> inner;
  for (int n = 0; n <= depth; ++n) {
    FunctionBuilder b;
    if (inner != nullptr) b.AddFunction(std::move(inner));
    b.Emit(Opcode::kReturn0);
    inner = *std::move(b).Finish();
  }
  return inner;
}

bool SameFunction(const Function& x, const Function& y) {
  const auto raw = [](const std::vector<Instruction>& code) {
    std::vector<uint32_t> words;
    for (const Instruction i : code) words.push_back(i.raw);
    return words;
  };
  bool same =
      x.source == y.source && x.line_defined == y.line_defined &&
      x.last_line_defined == y.last_line_defined &&
      x.parameter_count == y.parameter_count && x.is_vararg == y.is_vararg &&
      x.register_count == y.register_count && raw(x.code) == raw(y.code) &&
      x.lines == y.lines && x.constants.size() == y.constants.size() &&
      x.upvalues.size() == y.upvalues.size() &&
      x.locals.size() == y.locals.size() &&
      x.functions.size() == y.functions.size();
  for (size_t n = 0; same && n < x.constants.size(); ++n) {
    const Constant &k = x.constants[n], &l = y.constants[n];
    const double *d = std::get_if<double>(&k), *e = std::get_if<double>(&l);
    same = d != nullptr && e != nullptr
               ? std::bit_cast<uint64_t>(*d) == std::bit_cast<uint64_t>(*e)
               : k == l;
  }
  for (size_t n = 0; same && n < x.upvalues.size(); ++n) {
    const UpvalueInfo &u = x.upvalues[n], &w = y.upvalues[n];
    same = u.name == w.name && u.in_register == w.in_register &&
           u.index == w.index && u.immutable == w.immutable;
  }
  for (size_t n = 0; same && n < x.locals.size(); ++n) {
    const LocalInfo &l = x.locals[n], &m = y.locals[n];
    same = l.name == m.name && l.start == m.start && l.end == m.end &&
           l.reg == m.reg;
  }
  for (size_t n = 0; same && n < x.functions.size(); ++n) {
    same = SameFunction(*x.functions[n], *y.functions[n]);
  }
  return same;
}

}  // namespace m3lua::bytecode
