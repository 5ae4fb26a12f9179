#include "lua/bytecode/verifier.h"

#include <functional>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "lua/bytecode/builder.h"
#include "tests/unit/bytecode/samples.h"

namespace m3lua::bytecode {
namespace {

using B = FunctionBuilder;
using O = Opcode;

// A function with parameters in R0 and R1, constants K0 = "name", K1 = 1.5,
// K2 = nil, upvalues U0 and U1 (immutable), F0 that captures R1.
B NewBuilder() {
  B b;
  b.function().parameter_count = 2;
  b.function().upvalues = {{"_ENV", true, 0, false}, {"c", true, 1, true}};
  b.AddString("name");
  b.AddConstant(1.5);
  b.AddConstant(Nil());
  auto nested = std::make_unique<Function>();
  nested->upvalues = {{"a", true, 1, false}};
  nested->code = {Instruction::Abc(O::kReturn0, 0)};
  b.AddFunction(std::move(nested));
  return b;
}

// `problem` must be part of the message; "" if the function is fine.
void Expect(const char* what, const std::string& problem,
            const std::function<void(B&)>& body,
            const std::function<void(Function&)>& then = {}) {
  B b = NewBuilder();
  body(b);
  auto f = *std::move(b).Finish();
  if (then) then(*f);
  const absl::Status status = Verify(*f);
  if (problem.empty()) {
    EXPECT_TRUE(status.ok()) << what << ": " << status;
  } else {
    EXPECT_NE(std::string(status.message()).find(problem), std::string::npos)
        << what << ": expected \"" << problem << "\", got " << status;
  }
}

TEST(VerifierTest, SamplesPass) {
  EXPECT_TRUE(Verify(*SampleChunk()).ok()) << Verify(*SampleChunk());
}

TEST(VerifierTest, MessagesNameThePlace) {
  auto chunk = SampleChunk();
  chunk->functions[0]->code[0] = Instruction::Abc(O::kGetUpvalue, 2, 77);
  EXPECT_EQ(Verify(*chunk).message(),
            "function 0: pc 0 (GetUpvalue): operand B: upvalue 77 is out of "
            "range");
  chunk->code[0] = Instruction{0xFE};
  EXPECT_EQ(Verify(*chunk).message(), "main function: pc 0: no opcode 254");
}

TEST(VerifierTest, Headers) {
  const auto ret = [](B& b) { b.Emit(O::kReturn0); };
  Expect("smallest function", "", ret);
  Expect("no code", "no code", ret, [](Function& f) {
    f.code.clear();
    f.lines.clear();
  });
  Expect("one register", "number of registers", ret,
         [](Function& f) { f.register_count = 1; });
  Expect("parameters", "more parameters than registers", ret,
         [](Function& f) { f.parameter_count = 3; });
  Expect("lines", "line information", ret,
         [](Function& f) { f.lines.push_back(1); });
  Expect("no lines", "", ret, [](Function& f) { f.lines.clear(); });
  Expect("missing function", "missing", ret,
         [](Function& f) { f.functions[0] = nullptr; });
  Expect("256 upvalues", "too many upvalues", ret,
         [](Function& f) { f.upvalues.resize(256); });
  Expect("captures no register", "no register 9", ret,
         [](Function& f) { f.functions[0]->upvalues[0].index = 9; });
  Expect("captures no upvalue", "no upvalue 2", ret, [](Function& f) {
    f.functions[0]->upvalues = {{"", false, 2, false}};
  });
  Expect("captures an upvalue", "", ret, [](Function& f) {
    f.functions[0]->upvalues = {{"", false, 1, true}};
  });
  Expect("forgets that it is immutable", "immutable", ret, [](Function& f) {
    f.functions[0]->upvalues = {{"", false, 1, false}};
  });
}

TEST(VerifierTest, DebugInformation) {
  const auto ret = [](B& b) { b.Emit(O::kReturn0); };
  const auto locals = [&](const char* what, const std::string& problem,
                          std::vector<LocalInfo> list) {
    Expect(what, problem, ret,
           [&](Function& f) { f.locals = std::move(list); });
  };
  locals("whole code", "", {{"a", 0, 1, 0}, {"b", 0, 1, 1}});
  locals("one after the other", "", {{"a", 0, 0, 0}, {"b", 0, 1, 0}});
  locals("backwards", "outside", {{"a", 1, 0, 0}});
  locals("too long", "outside", {{"a", 0, 2, 0}});
  locals("no such register", "outside", {{"a", 0, 1, 2}});
  locals("unsorted", "not sorted", {{"a", 1, 1, 0}, {"b", 0, 1, 0}});
  locals("unsorted registers", "not sorted", {{"a", 0, 1, 1}, {"b", 0, 1, 0}});
  locals("overlap", "overlap", {{"a", 0, 1, 0}, {"b", 0, 1, 0}});
}

TEST(VerifierTest, OperandsOutOfRange) {
  const struct {
    const char* problem;
    Instruction i;
    int32_t word;
  } cases[] = {
      {"operand A: register 5 is", Instruction::Abc(O::kMove, 5, 0), 0},
      {"operand B: register 9 is", Instruction::Abc(O::kMove, 0, 9), 0},
      {"operand C: register 5 is", Instruction::Abc(O::kAdd, 0, 0, 5), 0},
      {"operand C: unused", Instruction::Abc(O::kMove, 0, 0, 1), 0},
      {"operand A: unused", Instruction::Abc(O::kReturn0, 1), 0},
      {"operand Bx: constant 3", Instruction::Abx(O::kLoadConst, 0, 3), 0},
      {"operand word: constant 3", Instruction::Abc(O::kLoadConstX, 0), 3},
      {"operand word: constant -1", Instruction::Abc(O::kLoadConstX, 0), -1},
      {"operand C: constant 0 is not a number",
       Instruction::Abc(O::kAddK, 0, 0, 0), 0},
      {"operand C: constant 9 is not a number",
       Instruction::Abc(O::kAddK, 0, 0, 9), 0},
      {"operand word: constant 1 is not a string",
       Instruction::Abc(O::kGetField, 0, 0), 1},
      {"operand word: constant -5 is not a string",
       Instruction::Abc(O::kGetField, 0, 0), -5},
      {"operand B: constant 200", Instruction::Abc(O::kSetFieldK, 0, 200), 0},
      {"operand B: upvalue 2", Instruction::Abc(O::kGetUpvalue, 0, 2), 0},
      {"operand A: upvalue 2", Instruction::Abc(O::kSetTabUp, 2, 0), 0},
      {"operand C: flag 2", Instruction::Abc(O::kTest, 0, 0, 2), -2},
      {"operand Bx: function 1", Instruction::Abx(O::kClosure, 0, 1), 0},
      {"operand word: -1 is negative", Instruction::Abc(O::kSetList, 0, 1), -1},
      {"immutable", Instruction::Abc(O::kSetUpvalue, 0, 1), 0},
      {"fewer than two", Instruction::Abc(O::kConcat, 0, 1), 0},
      {"out of proportion", Instruction::Abc(O::kNewTable, 0), 1 << 20},
      {"out of proportion", Instruction::Abc(O::kNewTable, 0, 31), 0},
      {"out of proportion", Instruction::Abc(O::kNewTable, 0, 200), 0},
      {"window", Instruction::Abc(O::kLoadNil, 2, 3), 0},
      {"window", Instruction::Abc(O::kSelf, 3, 0), 0},
      {"window", Instruction::Abc(O::kCall, 4, 1, 1), 0},
      {"window", Instruction::Abc(O::kCall, 0, 5, 1), 0},
      {"window", Instruction::Abc(O::kCall, 0, 1, 7), 0},
      {"window", Instruction::Abc(O::kTailCall, 0, 5, 0), 0},
      {"window", Instruction::Abc(O::kReturn, 3, 4, 0), 0},
      {"window", Instruction::Abc(O::kReturn, 6, 1, 0), 0},
      {"window", Instruction::Abc(O::kSetList, 0, 5), 0},
      {"window", Instruction::Abc(O::kConcat, 3, 3), 0},
      {"window", Instruction::Abc(O::kTestSet, 5, 0, 0), -2},
      {"window", Instruction::Abc(O::kForPrep, 2), -2},
      {"window", Instruction::Abc(O::kForLoop, 2), -2},
      {"window", Instruction::Abc(O::kTForPrep, 2), -2},
      {"window", Instruction::Abc(O::kTForCall, 0, 0, 1), 0},
      {"no results", Instruction::Abc(O::kTForCall, 0, 0, 0), 0},
      {"window", Instruction::Abc(O::kTForLoop, 1), -2},
      {"window", Instruction::Abc(O::kVarArg, 3, 0, 4), 0},
      {"window", Instruction::Abc(O::kClose, 5), 0},
      {"operand A: register 5", Instruction::Abc(O::kTbc, 5), 0},
      {"not vararg", Instruction::Abc(O::kVarArg, 0, 0, 1), 0},
      {"VarArgPrep belongs", Instruction::Abc(O::kVarArgPrep, 0), 0},
  };
  for (const auto& c : cases) {
    const std::string what(InfoOf(c.i.op()).name);
    const int window = c.i.op() == O::kTForCall && c.i.c() == 0 ? 12 : 5;
    Expect(
        what.c_str(), c.problem, [&](B& b) { b.Emit(O::kReturn0); },
        [&](Function& f) {
          f.register_count = static_cast<uint8_t>(window);
          f.lines.clear();
          f.code = {c.i};
          if (InfoOf(c.i.op()).has_word()) {
            f.code.push_back(Instruction::Word(c.word));
          }
          f.code.push_back(Instruction::Abc(O::kReturn0, 0));
        });
  }
}

TEST(VerifierTest, Jumps) {
  const auto jump = [](int32_t distance) {
    return [distance](B& b) {
      b.EmitWithWord(O::kTest, 0, 0, 1, distance);
      b.EmitWithWord(O::kTest, 0, 0, 1, -2);
      b.Emit(O::kReturn0);
    };
  };
  Expect("to itself", "", jump(-2));
  Expect("to the end", "", jump(2));
  Expect("into a word", "middle of an instruction", jump(1));
  Expect("into its own word", "middle of an instruction", jump(-1));
  Expect("past the end", "out of the code", jump(3));
  Expect("before the start", "out of the code", jump(-3));
  Expect("far", "out of the code", jump(INT32_MAX));
  Expect("far back", "out of the code", jump(INT32_MIN));
  Expect("runs off the end", "past the end",
         [](B& b) { b.Emit(O::kLoadTrue, 0); });
  Expect("branches off the end", "past the end",
         [](B& b) { b.EmitWithWord(O::kTest, 0, 0, 0, -2); });
  Expect("ends in a loop", "", [](B& b) { b.EmitJump(b.BindNewLabel()); });
  Expect("word cut off", "cut short", [](B& b) { b.Emit(O::kJump); });
}

TEST(VerifierTest, LoadFalseSkip) {
  Expect("as for comparisons", "", [](B& b) {
    b.Emit(O::kLoadFalseSkip, 0);
    b.Emit(O::kLoadTrue, 0);
    b.Emit(O::kReturn0);
  });
  Expect("two words", "one word", [](B& b) {
    b.Emit(O::kLoadFalseSkip, 0);
    b.EmitWithWord(O::kGetField, 0, 0, 0, 0);
    b.Emit(O::kReturn0);
  });
  Expect("nothing behind", "out of the code", [](B& b) {
    b.Emit(O::kLoadFalseSkip, 0);
    b.Emit(O::kReturn0);
  });
  Expect("last", "one word", [](B& b) { b.Emit(O::kLoadFalseSkip, 0); });
  Expect(
      "skips garbage", "one word",
      [](B& b) {
        b.Emit(O::kLoadFalseSkip, 0);
        b.Emit(O::kReturn0);
        b.Emit(O::kReturn0);
      },
      [](Function& f) { f.code[1].raw = 0xFFFFFFFF; });
}

TEST(VerifierTest, Varargs) {
  const auto vararg = [](Function& f) { f.is_vararg = true; };
  Expect(
      "fine", "",
      [](B& b) {
        b.Emit(O::kVarArgPrep);
        b.Emit(O::kVarArg, 2, 0, 3);
        b.Emit(O::kReturn, 2, 3);
      },
      vararg);
  Expect(
      "missing", "VarArgPrep belongs", [](B& b) { b.Emit(O::kReturn0); },
      vararg);
  Expect(
      "twice", "VarArgPrep belongs",
      [](B& b) {
        b.Emit(O::kVarArgPrep);
        b.Emit(O::kVarArgPrep);
        b.Emit(O::kReturn0);
      },
      vararg);
  Expect(
      "again and again", "VarArgPrep is a jump target",
      [](B& b) {
        const auto start = b.BindNewLabel();
        b.Emit(O::kVarArgPrep);
        b.EmitJump(start);
      },
      vararg);
}

TEST(VerifierTest, OpenLists) {
  Expect("f(g())", "", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kMove, 4, 1);
    b.Emit(O::kCall, 4, 1, 0);
    b.Emit(O::kCall, 2, 0, 1);
    b.Emit(O::kReturn0);
  });
  Expect("nobody consumes", "nothing consumes", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kCall, 2, 1, 0);
    b.Emit(O::kReturn0);
  });
  Expect("nobody produces", "nothing produces", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kReturn, 2, 0);
  });
  Expect("first instruction", "nothing produces",
         [](B& b) { b.Emit(O::kReturn, 0, 0); });
  Expect("too late", "nothing consumes", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kCall, 2, 1, 0);
    b.Emit(O::kMove, 0, 1);
    b.Emit(O::kReturn, 2, 0);
  });
  Expect("jumped to", "jump target", [](B& b) {
    const auto consumer = b.NewLabel();
    b.Emit(O::kMove, 2, 0);
    b.EmitJump(O::kTest, 0, 0, 1, consumer);
    b.Emit(O::kCall, 2, 1, 0);
    b.Bind(consumer);
    b.Emit(O::kReturn, 2, 0);
  });
  Expect("skipped to", "jump target", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kLoadFalseSkip, 0);
    b.Emit(O::kCall, 2, 1, 0);
    b.Emit(O::kReturn, 2, 0);
  });
  Expect("in the header", "begin below", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kMove, 3, 1);
    b.Emit(O::kCall, 3, 1, 0);
    b.Emit(O::kCall, 2, 0, 1);
    b.Emit(O::kReturn0);
  });
  Expect("below a return", "begin below", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kCall, 2, 1, 0);
    b.Emit(O::kReturn, 3, 0);
  });
  Expect(
      "a word that looks like a producer", "nothing produces",
      [](B& b) {
        b.EmitWithWord(O::kLoadConstX, 2, 0, 0, 0);
        b.Emit(O::kReturn, 2, 0);
      },
      [](Function& f) {
        f.constants.resize(size_t{0x20000});
        f.code[1] = Instruction::Abc(O::kCall, 2, 1, 0);
      });
  Expect("a hole between the arguments", "register 4 may be read", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kMove, 5, 1);
    b.Emit(O::kCall, 5, 1, 0);
    b.Emit(O::kCall, 2, 0, 1);
    b.Emit(O::kReturn0);
  });
}

TEST(VerifierTest, RegistersAreWrittenBeforeTheyAreRead) {
  Expect("at once", "register 2 may be read before it is written",
         [](B& b) { b.Emit(O::kReturn1, 2); });
  Expect("on one path only", "register 2 may be read", [](B& b) {
    const auto join = b.NewLabel();
    b.EmitJump(O::kTest, 0, 0, 1, join);
    b.Emit(O::kLoadTrue, 2);
    b.Bind(join);
    b.Emit(O::kReturn1, 2);
  });
  Expect("on both paths", "", [](B& b) {
    const auto join = b.NewLabel();
    b.EmitJump(O::kTestSet, 2, 0, 1, join);
    b.Emit(O::kLoadTrue, 2);
    b.Bind(join);
    b.Emit(O::kReturn1, 2);
  });
  Expect("TestSet writes only if it jumps", "register 2 may be read", [](B& b) {
    const auto join = b.NewLabel();
    b.EmitJump(O::kTestSet, 2, 0, 1, join);
    b.Bind(join);
    b.Emit(O::kReturn1, 2);
  });
  Expect("the header is garbage after the call", "register 3 may be read",
         [](B& b) {
           b.Emit(O::kLoadNil, 2, 1);
           b.Emit(O::kCall, 2, 1, 2);
           b.Emit(O::kReturn1, 3);
         });
  Expect("Self does not write the header", "register 3 may be read", [](B& b) {
    b.EmitWithWord(O::kSelf, 2, 0, 0, 0);
    b.Emit(O::kReturn1, 3);
  });
  Expect("operands of Concat are gone", "register 3 may be read", [](B& b) {
    b.Emit(O::kLoadNil, 2, 1);
    b.Emit(O::kConcat, 2, 2);
    b.Emit(O::kReturn1, 3);
  });
  Expect("a loop reads in the second round what a call destroyed",
         "register 3 may be read", [](B& b) {
           b.Emit(O::kLoadNil, 2, 1);
           const auto loop = b.BindNewLabel();
           b.Emit(O::kMove, 0, 3);
           b.Emit(O::kMove, 2, 1);
           b.Emit(O::kCall, 2, 1, 1);
           b.EmitJump(loop);
         });
  Expect("unreachable code does not count", "", [](B& b) {
    b.Emit(O::kReturn0);
    b.Emit(O::kReturn1, 2);
  });
  Expect("a loop variable after no round", "register 5 may be read", [](B& b) {
    b.Emit(O::kLoadNil, 2, 2);
    const auto out = b.NewLabel();
    b.EmitJump(O::kForPrep, 2, 0, 0, out);
    b.Bind(out);
    b.Emit(O::kReturn1, 5);
  });
  Expect(
      "captured before it is written", "register 1 may be read",
      [](B& b) {
        b.Emit(O::kMove, 2, 0);
        b.EmitBx(O::kClosure, 2, 0);
        b.Emit(O::kReturn, 2, 2, 1);
      },
      [](Function& f) { f.parameter_count = 1; });
  Expect(
      "local function f captures f", "",
      [](B& b) {
        b.EmitBx(O::kClosure, 1, 0);
        b.Emit(O::kReturn, 1, 2, 1);
      },
      [](Function& f) { f.parameter_count = 1; });
}

TEST(VerifierTest, OpenRegistersAreClosed) {
  // Each first captures R1.
  const auto open = [](const char* what, const std::string& problem,
                       const std::function<void(B&)>& body) {
    Expect(what, problem, [&](B& b) {
      b.EmitBx(O::kClosure, 2, 0);
      body(b);
    });
  };
  const std::string returns = "returns without closing register 1";
  open("Return0", returns, [](B& b) { b.Emit(O::kReturn0); });
  open("Return1", returns, [](B& b) { b.Emit(O::kReturn1, 2); });
  open("Return", returns, [](B& b) { b.Emit(O::kReturn, 2, 2, 0); });
  open("TailCall", returns, [](B& b) { b.Emit(O::kTailCall, 2, 1, 0); });
  open("Return that closes", "", [](B& b) { b.Emit(O::kReturn, 2, 2, 1); });
  open("TailCall that closes", "", [](B& b) { b.Emit(O::kTailCall, 2, 1, 1); });
  open("Close", "", [](B& b) {
    b.Emit(O::kClose, 1);
    b.Emit(O::kReturn0);
  });
  open("Close above", returns, [](B& b) {
    b.Emit(O::kClose, 2);
    b.Emit(O::kReturn0);
  });
  open("Close on one path", returns, [](B& b) {
    const auto join = b.NewLabel();
    b.EmitJump(O::kTest, 0, 0, 1, join);
    b.Emit(O::kClose, 1);
    b.Bind(join);
    b.Emit(O::kReturn0);
  });
  open("call above", "", [](B& b) {
    b.Emit(O::kCall, 2, 1, 1);
    b.Emit(O::kReturn, 0, 1, 1);
  });
  open("call over it", "overwrites register 1", [](B& b) {
    b.Emit(O::kCall, 0, 1, 1);
    b.Emit(O::kReturn, 0, 1, 1);
  });
  open("call with a result there", "overwrites register 1", [](B& b) {
    b.Emit(O::kCall, 1, 1, 2);
    b.Emit(O::kReturn, 0, 1, 1);
  });
  open("concatenation over it", "overwrites register 1", [](B& b) {
    b.Emit(O::kConcat, 0, 2);
    b.Emit(O::kReturn, 0, 1, 1);
  });
  open("assignment", "", [](B& b) {
    b.Emit(O::kMove, 1, 0);
    b.Emit(O::kReturn, 0, 1, 1);
  });
}

// Expect, of a function with a generic for in R2, of which `rest` emits what is
// behind its TForCall.
void ExpectOfGenericFor(const char* what, const std::string& problem,
                        const std::function<void(B&, B::Label)>& rest) {
  Expect(what, problem, [&](B& b) {
    b.Emit(O::kLoadNil, 2, 3);
    const auto next = b.NewLabel();
    b.EmitJump(O::kTForPrep, 2, 0, 0, next);
    const auto body = b.BindNewLabel();
    b.Bind(next);
    b.Emit(O::kTForCall, 2, 0, 1);
    rest(b, body);
    b.Emit(O::kReturn0);
  });
}

TEST(VerifierTest, ToBeClosedVariables) {
  const auto tbc = [](const char* what, const std::string& problem,
                      const std::function<void(B&)>& body) {
    Expect(what, problem, [&](B& b) {
      b.Emit(O::kTbc, 1);
      body(b);
    });
  };
  tbc("Return that closes", "", [](B& b) { b.Emit(O::kReturn, 0, 2, 1); });
  tbc("Return1", "returns without closing register 1",
      [](B& b) { b.Emit(O::kReturn1, 0); });
  tbc("tail call", "tail call while register 1 is to be closed", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kTailCall, 2, 1, 1);
  });
  tbc("twice", "register 1 is already to be closed", [](B& b) {
    b.Emit(O::kTbc, 1);
    b.Emit(O::kReturn, 0, 1, 1);
  });
  tbc("out of order", "register 1 is already to be closed", [](B& b) {
    b.Emit(O::kTbc, 0);
    b.Emit(O::kReturn, 0, 1, 1);
  });
  tbc("in order", "", [](B& b) {
    b.Emit(O::kMove, 2, 0);
    b.Emit(O::kTbc, 2);
    b.Emit(O::kClose, 1);
    b.Emit(O::kReturn0);
  });
  ExpectOfGenericFor("closed", "", [](B& b, B::Label body) {
    b.EmitJump(O::kTForLoop, 2, 0, 0, body);
    b.Emit(O::kClose, 2);
  });
  ExpectOfGenericFor(
      "not closed", "returns without closing register 5",
      [](B& b, B::Label body) { b.EmitJump(O::kTForLoop, 2, 0, 0, body); });
}

TEST(VerifierTest, TForLoopFollowsTForCall) {
  ExpectOfGenericFor("other registers", "no TForLoop", [](B& b, B::Label body) {
    b.EmitJump(O::kTForLoop, 1, 0, 0, body);
  });
  ExpectOfGenericFor("something between", "no TForLoop",
                     [](B& b, B::Label body) {
                       b.Emit(O::kMove, 0, 1);
                       b.EmitJump(O::kTForLoop, 2, 0, 0, body);
                     });
  ExpectOfGenericFor("nothing", "no TForLoop",
                     [](B& b, B::Label) { b.Emit(O::kClose, 2); });
}

TEST(VerifierTest, SetListFindsItsTable) {
  const auto list = [](const char* what, const std::string& problem,
                       const std::function<void(B&)>& between) {
    Expect(what, problem, [&](B& b) {
      b.EmitWithWord(O::kNewTable, 2, 0, 0, 1);
      b.Emit(O::kMove, 3, 0);
      between(b);
      b.EmitWithWord(O::kSetList, 2, 1, 0, 0);
      b.Emit(O::kReturn, 2, 2, 1);
    });
  };
  list("constructor", "", [](B&) {});
  list("overwritten", "something else than a new table",
       [](B& b) { b.Emit(O::kMove, 2, 0); });
  list("overwritten on one path", "something else than a new table", [](B& b) {
    const auto join = b.NewLabel();
    b.EmitJump(O::kTestSet, 2, 0, 0, join);
    b.Bind(join);
  });
  list("within reach of a closure", "something else than a new table",
       [](B& b) {
         b.function().functions[0]->upvalues[0].index = 2;
         b.EmitBx(O::kClosure, 4, 0);
       });
  Expect("a parameter", "something else than a new table", [](B& b) {
    b.EmitWithWord(O::kSetList, 0, 1, 0, 0);
    b.Emit(O::kReturn0);
  });
}

TEST(VerifierTest, SetListIsInProportion) {
  Expect("a short chunk for a huge table", "out of proportion", [](B& b) {
    b.EmitWithWord(O::kNewTable, 2, 0, 0, 0);
    b.Emit(O::kMove, 3, 0);
    b.EmitWithWord(O::kSetList, 2, 1, 0, INT32_MAX);
    b.Emit(O::kReturn0);
  });
}

TEST(VerifierTest, NothingWrittenBetweenCaptureAndCloseCounts) {
  Expect("a table in a captured register", "something else than a new table",
         [](B& b) {
           b.Emit(O::kLoadNil, 2, 0);
           b.function().functions[0]->upvalues[0].index = 2;
           b.EmitBx(O::kClosure, 4, 0);
           b.EmitWithWord(O::kNewTable, 2, 0, 0, 1);
           b.Emit(O::kMove, 3, 0);
           b.Emit(O::kClose, 2);
           b.EmitWithWord(O::kSetList, 2, 1, 0, 0);
           b.Emit(O::kReturn0);
         });
}

// ForLoop trusts the tags that ForPrep has checked.
TEST(VerifierTest, ForLoopFindsItsState) {
  const auto loop = [](const char* what, const std::string& problem,
                       const std::function<void(B&)>& body) {
    Expect(what, problem, [&](B& b) {
      for (unsigned r = 2; r < 5; ++r) b.EmitSignedBx(O::kLoadInt, r, 1);
      const auto end = b.NewLabel();
      b.EmitJump(O::kForPrep, 2, 0, 0, end);
      const auto again = b.BindNewLabel();
      body(b);
      b.EmitJump(O::kForLoop, 2, 0, 0, again);
      b.Bind(end);
      b.Emit(O::kReturn, 0, 1, 1);
      b.NeedRegisters(9);
    });
  };
  const std::string kProblem = "something else than the state of a loop";
  loop("an ordinary loop", "", [](B&) {});
  loop("a body that captures the variable", "", [](B& b) {
    b.function().functions[0]->upvalues[0].index = 5;
    b.EmitBx(O::kClosure, 6, 0);
    b.Emit(O::kClose, 5);
  });
  for (unsigned r = 2; r < 5; ++r) {
    loop("overwritten state", kProblem, [&](B& b) { b.Emit(O::kMove, r, 0); });
    loop("overwritten on one path", kProblem, [&](B& b) {
      const auto join = b.NewLabel();
      b.EmitJump(O::kTestSet, r, 0, 0, join);
      b.Bind(join);
    });
    loop("captured state", kProblem, [&](B& b) {
      b.function().functions[0]->upvalues[0].index = static_cast<uint8_t>(r);
      b.EmitBx(O::kClosure, 6, 0);
    });
    loop("state that was captured and closed", kProblem, [&](B& b) {
      b.function().functions[0]->upvalues[0].index = static_cast<uint8_t>(r);
      b.EmitBx(O::kClosure, 6, 0);
      b.Emit(O::kClose, r);
    });
  }
  loop("a call's results over the state", kProblem, [](B& b) {
    b.Emit(O::kMove, 4, 0);
    b.Emit(O::kCall, 4, 1, 2);
  });
  loop("another loop's state", kProblem, [](B& b) {
    for (unsigned r = 3; r < 6; ++r) b.EmitSignedBx(O::kLoadInt, r, 1);
    const auto end = b.NewLabel();
    b.EmitJump(O::kForPrep, 3, 0, 0, end);
    b.Bind(end);
  });
  Expect("no ForPrep", kProblem, [](B& b) {
    for (unsigned r = 2; r < 5; ++r) b.EmitSignedBx(O::kLoadInt, r, 1);
    const auto again = b.BindNewLabel();
    b.EmitJump(O::kForLoop, 2, 0, 0, again);
    b.Emit(O::kReturn0);
  });
  Expect("ForPrep backward", "jumps backward", [](B& b) {
    for (unsigned r = 2; r < 5; ++r) b.EmitSignedBx(O::kLoadInt, r, 1);
    const auto again = b.BindNewLabel();
    b.EmitJump(O::kForPrep, 2, 0, 0, again);
    b.Emit(O::kReturn0);
  });
  Expect("TForPrep backward", "jumps backward", [](B& b) {
    b.Emit(O::kLoadNil, 2, 3);
    const auto again = b.BindNewLabel();
    b.EmitJump(O::kTForPrep, 2, 0, 0, again);
  });
}

// A block for each two words, with ways forward and back; the facts about each
// register start at another place and arrive everywhere at another time.
std::unique_ptr<Function> TangledFunction(int blocks) {
  auto f = std::make_unique<Function>();
  f->register_count = kMaxRegisters;
  f->parameter_count = 1;
  std::vector<int> starts;
  auto& code = f->code;
  code.push_back(Instruction::Abc(O::kLoadNil, 0, kMaxRegisters - 1));
  auto nested = std::make_unique<Function>();
  nested->code = {Instruction::Abc(O::kReturn0, 0)};
  f->functions.push_back(std::move(nested));
  for (int n = 0; n < blocks; ++n) {
    starts.push_back(static_cast<int>(code.size()));
    // Captured from here on, for whoever is behind or before.
    auto capture = std::make_unique<Function>();
    if (n % 8 == 0 && f->functions.size() + 4 < kMaxRegisters) {
      capture->upvalues = {
          {"", true, static_cast<uint8_t>(f->functions.size()), false}};
      capture->code = {Instruction::Abc(O::kReturn0, 0)};
      code.push_back(Instruction::Abx(
          O::kClosure, 0, static_cast<unsigned>(f->functions.size())));
      f->functions.push_back(std::move(capture));
    }
    // To the block before; otherwise on to the next one.
    const int target = n == 0 ? 0 : starts[static_cast<size_t>(n) - 1];
    code.push_back(Instruction::Abc(O::kTest, 0, 0, 1));
    code.push_back(
        Instruction::Word(target - static_cast<int>(code.size()) - 1));
  }
  code.push_back(Instruction::Abc(O::kReturn, 0, 1, 1));
  return f;
}

TEST(VerifierTest, TangledFlowIsRefused) {
  EXPECT_TRUE(Verify(*TangledFunction(100)).ok()) << "small enough for any";
  const absl::Status status = Verify(*TangledFunction(2500));
  EXPECT_NE(std::string(status.message()).find("too tangled"),
            std::string::npos)
      << status;
}

TEST(VerifierTest, NestingIsBounded) {
  EXPECT_TRUE(Verify(*NestedChunk(kMaxFunctionNesting)).ok());
  const absl::Status status = Verify(*NestedChunk(kMaxFunctionNesting + 1));
  EXPECT_NE(std::string(status.message()).find("nested too deeply"),
            std::string::npos)
      << status;
}

}  // namespace
}  // namespace m3lua::bytecode
