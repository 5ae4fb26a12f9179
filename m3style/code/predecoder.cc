#include "m3style/code/predecoder.h"

#include <utility>

#include "lua/runtime/metatables.h"
#include "m3style/code/operands.h"

namespace m3lua::m3 {
namespace {

using bytecode::Instruction;
using bytecode::Opcode;

class Predecoder {
 public:
  Predecoder(const Prototype& prototype, uint64_t (*handler_word)(HandlerId))
      : prototype_(prototype),
        function_(*prototype.function),
        handler_word_(handler_word),
        first_cell_(function_.code.size() + 1) {}

  DecodedCode Run() {
    Entry();
    uint32_t size = static_cast<uint32_t>(function_.code.size());
    while (word_ < size) {
      first_cell_[word_] = CellCount();
      Instruction i = function_.code[word_];
      next_word_ = word_ + static_cast<uint32_t>(InstructionLength(i));
      Decode(i);
      word_ = next_word_;
    }
    for (auto [cell, word] : jumps_) {
      out_.cells[cell].imm = static_cast<int32_t>(
          (static_cast<int64_t>(first_cell_[word]) - cell) *
          static_cast<int64_t>(sizeof(Cell)));
    }
    Fuse();
    return std::move(out_);
  }

 private:
  static uint16_t Reg(unsigned index) {
    return static_cast<uint16_t>(index * kRegisterSize);
  }
  uint32_t CellCount() const {
    return static_cast<uint32_t>(out_.cells.size());
  }

  Cell& Add(HandlerId id) {
    Cell& cell = Data();
    cell.handler = handler_word_(id);
    instructions_.push_back({CellCount() - 1, id});
    return cell;
  }
  Cell& Data() {
    out_.cells.emplace_back();
    out_.cell_to_word.push_back(word_);
    return out_.cells.back();
  }
  void AddAbc(HandlerId id, unsigned a, unsigned b, unsigned c) {
    Cell& cell = Add(id);
    cell.a = Reg(a);
    cell.b = Reg(b);
    cell.c = Reg(c);
  }
  Cell& AddAb(HandlerId id, unsigned a, unsigned b, int32_t imm = 0) {
    Cell& cell = Add(id);
    cell.a_ = Reg(a);
    cell.b_ = Reg(b);
    cell.imm = imm;
    return cell;
  }
  void AddConstant(uint32_t index) {
    Data().value = prototype_.constants[index];
  }
  void AddKey(uint32_t index) {
    Cell& cell = Data();
    cell.field.key = prototype_.constants[index].string();
    cell.field.hint = 0;
    cell.field.hint2 = 0;
    // A good first guess of where the key is: its main position.
    if (cell.field.key->is_short()) cell.field.hint = cell.field.key->aux32;
  }
  // The instruction's word as the index of a key.
  uint32_t KeyIndex() const {
    return static_cast<uint32_t>(function_.code[word_ + 1].word());
  }
  bool KeyIsShort() const {
    return prototype_.constants[KeyIndex()].string()->is_short();
  }
  uint32_t TargetWord() const {
    return static_cast<uint32_t>(static_cast<int64_t>(next_word_) +
                                 function_.code[word_ + 1].word());
  }
  // `cell`, just added, jumps to the instruction's target.
  void JumpFrom(uint32_t cell) { jumps_.push_back({cell, TargetWord()}); }
  void AddJump(HandlerId id, unsigned a, unsigned b) {
    uint32_t at = CellCount();
    AddAb(id, a, b);
    JumpFrom(at);
  }

  // The operands of instruction `k` that name the registers which those before
  // it write (if they are of the kind that does), from instruction `first` on.
  int LinksOf(size_t first, size_t k) const {
    const Cell& next = out_.cells[instructions_[k].first];
    const uint16_t before = out_.cells[instructions_[k - 1].first].a;
    int links = (next.a == before ? kLinkA : 0) |
                (next.b == before ? kLinkB : 0) |
                (next.c == before ? kLinkC : 0);
    if (k == first + 2) {
      const uint16_t other = out_.cells[instructions_[first].first].a;
      if (other != before) {
        links |= (next.a == other ? kLinkFirstA : 0) |
                 (next.b == other ? kLinkFirstB : 0);
      }
    }
    return links;
  }

  // Gives each instruction the superinstruction that starts there and makes the
  // way to the end of the function cheapest: a dispatch costs two, and a value
  // that is handed on saves one.  (From the end: what follows is known then.)
  void Fuse() {
    std::vector<int> costs(instructions_.size() + 1, 0);
    for (size_t i = instructions_.size(); i-- > 0;) {
      const auto [start, id] = instructions_[i];
      constexpr int kDispatch = 2;
      int saved = 0;
      costs[i] = kDispatch + costs[i + 1];
      FusedPair fused{id, 0};
      HandlerId best = id;
      for (size_t k = i + 1; k < instructions_.size(); ++k) {
        const auto [cell, second] = instructions_[k];
        fused = FusionOf(fused.id, cell - start, second, LinksOf(i, k));
        if (fused.links < 0) break;
        saved += fused.links;
        const int cost = kDispatch - saved + costs[k + 1];
        if (cost <= costs[i]) {
          costs[i] = cost;
          best = fused.id;
        }
      }
      if (best != id) out_.cells[start].handler = handler_word_(best);
    }
  }

  void Entry() {
    Cell& cell =
        Add(function_.is_vararg ? HandlerId::kEnterVarArg : HandlerId::kEnter);
    cell.a_ = function_.parameter_count;
    cell.imm = static_cast<int32_t>(function_.register_count * kRegisterSize);
  }

  void Decode(Instruction i);
  void DecodeArithmeticK(Instruction i, Event event);
  void DecodeEqK(Instruction i);
  void DecodeCompareK(Instruction i, HandlerId if_true, HandlerId if_false);
  void DecodeReturn(Instruction i);

  static bool Fits32(int64_t v) { return v == static_cast<int32_t>(v); }

  const Prototype& prototype_;
  const bytecode::Function& function_;
  uint64_t (*handler_word_)(HandlerId);
  DecodedCode out_;
  std::vector<uint32_t> first_cell_;
  std::vector<std::pair<uint32_t, uint32_t>> jumps_;
  std::vector<std::pair<uint32_t, HandlerId>> instructions_;  // first cells
  uint32_t word_ = 0;
  uint32_t next_word_ = 0;
};

void Predecoder::DecodeArithmeticK(Instruction i, Event event) {
  unsigned a = i.a();
  unsigned b = i.b();
  Value k = prototype_.constants[i.c()];
  auto immediate = [&](HandlerId id, int64_t imm) {
    AddAb(id, a, b, static_cast<int32_t>(imm));
  };
  auto with_constant = [&](HandlerId id, Value constant) {
    AddAb(id, a, b);
    Data().value = constant;
  };
  if (k.is_integer() && Fits32(k.integer())) {
    int64_t v = k.integer();
    switch (event) {
      case Event::kAdd:
        return immediate(HandlerId::kAddRI, v);
      case Event::kSub:
        // (x - 0 is not x + -0 for x = -0.0.)
        if (v != 0 && Fits32(-v)) return immediate(HandlerId::kAddRI, -v);
        break;
      case Event::kMul:
        return immediate(HandlerId::kMulRI, v);
      case Event::kMod:
        if (v > 0) return immediate(HandlerId::kModRI, v);
        break;
      case Event::kIDiv:
        if (v > 0) return immediate(HandlerId::kIDivRI, v);
        break;
      case Event::kDiv:
        return with_constant(HandlerId::kDivRF,
                             Value::Float(static_cast<double>(v)));
      case Event::kBAnd:
        return immediate(HandlerId::kBAndRI, v);
      case Event::kShl:
        if (v >= 0 && v < 64) return immediate(HandlerId::kShlRI, v);
        break;
      case Event::kShr:
        if (v >= 0 && v < 64) return immediate(HandlerId::kShrRI, v);
        break;
      default:
        break;
    }
  } else if (k.is_float()) {
    switch (event) {
      case Event::kAdd:
        return with_constant(HandlerId::kAddRF, k);
      case Event::kSub:
        return with_constant(HandlerId::kSubRF, k);
      case Event::kMul:
        return with_constant(HandlerId::kMulRF, k);
      case Event::kDiv:
        return with_constant(HandlerId::kDivRF, k);
      default:
        break;
    }
  }
  Cell& cell = Add(HandlerId::kArithRK);
  cell.a = Reg(a);
  cell.b = Reg(b);
  cell.d = static_cast<uint16_t>(event);
  Data().value = k;
}

void Predecoder::DecodeEqK(Instruction i) {
  Value k = prototype_.constants[i.b()];
  bool sense = i.c();
  uint32_t at = CellCount();
  if (k.is_nil() || k.is_boolean()) {
    Cell& cell = Add(sense ? HandlerId::kEqTagTrue : HandlerId::kEqTagFalse);
    cell.a_ = Reg(i.a());
    cell.b_ = static_cast<uint16_t>(k.tag);
    JumpFrom(at);
    return;
  }
  if (k.is_string() && k.string()->is_short()) {
    AddJump(sense ? HandlerId::kEqBitsTrue : HandlerId::kEqBitsFalse, i.a(), 0);
  } else {
    AddJump(sense ? HandlerId::kEqConstTrue : HandlerId::kEqConstFalse, i.a(),
            0);
  }
  Data().value = k;
}

void Predecoder::DecodeCompareK(Instruction i, HandlerId if_true,
                                HandlerId if_false) {
  AddJump(i.c() ? if_true : if_false, i.a(), 0);
  AddConstant(i.b());
}

void Predecoder::DecodeReturn(Instruction i) {
  uint16_t flags =
      (i.c() ? kClosesVariables : 0) | (function_.is_vararg ? kVarArgFrame : 0);
  if (flags == 0 && i.b() == 1) {
    Add(HandlerId::kReturn0);
    return;
  }
  if (flags == 0 && i.b() == 2) {
    AddAb(HandlerId::kReturn1, i.a(), 0);
    return;
  }
  Cell& cell = Add(i.b() == 0 ? HandlerId::kReturnOpen : HandlerId::kReturn);
  cell.a = Reg(i.a());
  cell.b = static_cast<uint16_t>(i.b() == 0 ? 0 : i.b() - 1);
  cell.c = flags;
}

void Predecoder::Decode(Instruction i) {
  unsigned a = i.a();
  unsigned b = i.b();
  unsigned c = i.c();
  switch (i.op()) {
    case Opcode::kMove:
      AddAb(HandlerId::kMove, a, b);
      break;
    case Opcode::kLoadInt:
      AddAb(HandlerId::kLoadInt, a, 0, i.sbx());
      break;
    case Opcode::kLoadFloat:
      AddAb(HandlerId::kLoadConst, a, 0);
      Data().value = Value::Float(i.sbx());
      break;
    case Opcode::kLoadConst:
      AddAb(HandlerId::kLoadConst, a, 0);
      AddConstant(i.bx());
      break;
    case Opcode::kLoadConstX:
      AddAb(HandlerId::kLoadConst, a, 0);
      AddConstant(KeyIndex());
      break;
    case Opcode::kLoadNil:
      if (b == 0) {
        AddAb(HandlerId::kLoadNil, a, 0);
      } else {
        AddAb(HandlerId::kLoadNils, a, 0, static_cast<int32_t>(b));
      }
      break;
    case Opcode::kLoadFalse:
      AddAb(HandlerId::kLoadFalse, a, 0);
      break;
    case Opcode::kLoadTrue:
      AddAb(HandlerId::kLoadTrue, a, 0);
      break;
    case Opcode::kLoadFalseSkip: {
      uint32_t at = CellCount();
      AddAb(HandlerId::kLoadFalseJump, a, 0);
      jumps_.push_back({at, next_word_ + 1});
      break;
    }
    case Opcode::kGetUpvalue:
    case Opcode::kSetUpvalue: {
      Cell& cell = Add(i.op() == Opcode::kGetUpvalue ? HandlerId::kGetUpvalue
                                                     : HandlerId::kSetUpvalue);
      cell.a = Reg(a);
      cell.b = static_cast<uint16_t>(b * sizeof(Upvalue*));
      break;
    }
    case Opcode::kGetTabUp: {
      // A global with a long name is rare: the slow path finds it.
      Cell& cell = Add(HandlerId::kGetTabUp);
      cell.a = Reg(a);
      cell.b = static_cast<uint16_t>(b * sizeof(Upvalue*));
      AddKey(KeyIndex());
      break;
    }
    case Opcode::kSetTabUp:
    case Opcode::kSetTabUpK: {
      bool constant = i.op() == Opcode::kSetTabUpK;
      Cell& cell = Add(constant ? HandlerId::kSetTabUpK : HandlerId::kSetTabUp);
      cell.a = constant ? 0 : Reg(b);
      cell.b = static_cast<uint16_t>(a * sizeof(Upvalue*));
      AddKey(KeyIndex());
      if (constant) AddConstant(b);
      break;
    }
    case Opcode::kGetIndex:
      AddAbc(HandlerId::kGetIndex, a, b, c);
      break;
    case Opcode::kGetIndexInt: {
      Cell& cell = AddAb(HandlerId::kGetIndexInt, a, b);
      cell.c = static_cast<uint16_t>(c);
      break;
    }
    case Opcode::kGetField:
      AddAb(KeyIsShort() ? HandlerId::kGetField : HandlerId::kGetFieldLong, a,
            b);
      AddKey(KeyIndex());
      break;
    case Opcode::kSetIndex:
      AddAbc(HandlerId::kSetIndex, a, b, c);
      break;
    case Opcode::kSetIndexK:
      AddAb(prototype_.constants[c].tag <= Tag::kTrue ? HandlerId::kSetIndexTag
                                                      : HandlerId::kSetIndexK,
            a, b);
      AddConstant(c);
      break;
    case Opcode::kSetIndexInt: {
      Cell& cell = AddAb(HandlerId::kSetIndexInt, a, c);
      cell.c = static_cast<uint16_t>(b);
      break;
    }
    case Opcode::kSetIndexIntK: {
      Cell& cell = AddAb(HandlerId::kSetIndexIntK, a, 0);
      cell.c = static_cast<uint16_t>(b);
      AddConstant(c);
      break;
    }
    case Opcode::kSetField:
      AddAb(KeyIsShort() ? HandlerId::kSetField : HandlerId::kSetFieldLong, a,
            b);
      AddKey(KeyIndex());
      break;
    case Opcode::kSetFieldK:
      AddAb(KeyIsShort() ? HandlerId::kSetFieldK : HandlerId::kSetFieldLongK, a,
            0);
      AddKey(KeyIndex());
      AddConstant(b);
      break;
    case Opcode::kNewTable: {
      Cell& cell =
          AddAb(HandlerId::kNewTableOp, a, 0, function_.code[word_ + 1].word());
      cell.b_ = static_cast<uint16_t>(b);
      Data();
      break;
    }
    case Opcode::kSelf:
      AddAb(KeyIsShort() ? HandlerId::kSelf : HandlerId::kSelfLong, a, b);
      AddKey(KeyIndex());
      break;
    case Opcode::kSetList: {
      Cell& cell = AddAb(b == 0 ? HandlerId::kSetListOpen : HandlerId::kSetList,
                         a, 0, function_.code[word_ + 1].word());
      cell.b_ = static_cast<uint16_t>(b);
      break;
    }
    case Opcode::kAdd:
      AddAbc(HandlerId::kAddRR, a, b, c);
      break;
    case Opcode::kSub:
      AddAbc(HandlerId::kSubRR, a, b, c);
      break;
    case Opcode::kMul:
      AddAbc(HandlerId::kMulRR, a, b, c);
      break;
    case Opcode::kMod:
      AddAbc(HandlerId::kModRR, a, b, c);
      break;
    case Opcode::kPow:
      AddAbc(HandlerId::kPowRR, a, b, c);
      break;
    case Opcode::kDiv:
      AddAbc(HandlerId::kDivRR, a, b, c);
      break;
    case Opcode::kIDiv:
      AddAbc(HandlerId::kIDivRR, a, b, c);
      break;
    case Opcode::kBAnd:
      AddAbc(HandlerId::kBAndRR, a, b, c);
      break;
    case Opcode::kBOr:
      AddAbc(HandlerId::kBOrRR, a, b, c);
      break;
    case Opcode::kBXor:
      AddAbc(HandlerId::kBXorRR, a, b, c);
      break;
    case Opcode::kShl:
      AddAbc(HandlerId::kShlRR, a, b, c);
      break;
    case Opcode::kShr:
      AddAbc(HandlerId::kShrRR, a, b, c);
      break;
    case Opcode::kAddK:
      DecodeArithmeticK(i, Event::kAdd);
      break;
    case Opcode::kSubK:
      DecodeArithmeticK(i, Event::kSub);
      break;
    case Opcode::kMulK:
      DecodeArithmeticK(i, Event::kMul);
      break;
    case Opcode::kModK:
      DecodeArithmeticK(i, Event::kMod);
      break;
    case Opcode::kPowK:
      DecodeArithmeticK(i, Event::kPow);
      break;
    case Opcode::kDivK:
      DecodeArithmeticK(i, Event::kDiv);
      break;
    case Opcode::kIDivK:
      DecodeArithmeticK(i, Event::kIDiv);
      break;
    case Opcode::kBAndK:
      DecodeArithmeticK(i, Event::kBAnd);
      break;
    case Opcode::kBOrK:
      DecodeArithmeticK(i, Event::kBOr);
      break;
    case Opcode::kBXorK:
      DecodeArithmeticK(i, Event::kBXor);
      break;
    case Opcode::kShlK:
      DecodeArithmeticK(i, Event::kShl);
      break;
    case Opcode::kShrK:
      DecodeArithmeticK(i, Event::kShr);
      break;
    case Opcode::kUnm:
      AddAb(HandlerId::kUnm, a, b);
      break;
    case Opcode::kBNot:
      AddAb(HandlerId::kBNot, a, b);
      break;
    case Opcode::kNot:
      AddAb(HandlerId::kNot, a, b);
      break;
    case Opcode::kLen:
      AddAb(HandlerId::kLen, a, b);
      break;
    case Opcode::kConcat: {
      Cell& cell = AddAb(HandlerId::kConcat, a, 0);
      cell.b = static_cast<uint16_t>(b);
      break;
    }
    case Opcode::kJump:
      AddJump(TargetWord() <= word_ ? HandlerId::kJumpBack : HandlerId::kJump,
              0, 0);
      break;
    case Opcode::kTest:
      AddJump(c ? HandlerId::kTestTrue : HandlerId::kTestFalse, a, 0);
      break;
    case Opcode::kTestSet:
      AddJump(c ? HandlerId::kTestSetTrue : HandlerId::kTestSetFalse, a, b);
      break;
    case Opcode::kEq:
      AddJump(c ? HandlerId::kEqTrue : HandlerId::kEqFalse, a, b);
      break;
    case Opcode::kLt:
      AddJump(c ? HandlerId::kLtTrue : HandlerId::kLtFalse, a, b);
      break;
    case Opcode::kLe:
      AddJump(c ? HandlerId::kLeTrue : HandlerId::kLeFalse, a, b);
      break;
    case Opcode::kEqK:
      DecodeEqK(i);
      break;
    case Opcode::kLtK:
      DecodeCompareK(i, HandlerId::kLtKTrue, HandlerId::kLtKFalse);
      break;
    case Opcode::kLeK:
      DecodeCompareK(i, HandlerId::kLeKTrue, HandlerId::kLeKFalse);
      break;
    case Opcode::kGtK:
      DecodeCompareK(i, HandlerId::kGtKTrue, HandlerId::kGtKFalse);
      break;
    case Opcode::kGeK:
      DecodeCompareK(i, HandlerId::kGeKTrue, HandlerId::kGeKFalse);
      break;
    case Opcode::kForPrep:
      AddJump(HandlerId::kForPrep, a, 0);
      break;
    case Opcode::kForLoop:
      AddJump(c ? HandlerId::kForLoopKept : HandlerId::kForLoop, a, 0);
      break;
    case Opcode::kTForPrep:
      AddJump(HandlerId::kTForPrep, a, 0);
      break;
    case Opcode::kTForCall: {
      Cell& cell = AddAb(HandlerId::kTForCall, a, 0);
      cell.d = static_cast<uint16_t>(c + 1);
      Data();
      break;
    }
    case Opcode::kTForLoop:
      AddJump(HandlerId::kTForLoop, a, 0);
      break;
    case Opcode::kCall: {
      Cell& cell = Add(b == 0 ? HandlerId::kCallOpen : HandlerId::kCall);
      cell.a = Reg(a);
      cell.b = static_cast<uint16_t>(b == 0 ? 0 : b - 1);
      cell.c = 0;
      cell.d = static_cast<uint16_t>(c);
      Cell& cache = Data();
      cache.call.callee = nullptr;
      cache.call.entry = nullptr;
      break;
    }
    case Opcode::kTailCall: {
      Cell& cell =
          Add(b == 0 ? HandlerId::kTailCallOpen : HandlerId::kTailCall);
      cell.a = Reg(a);
      cell.b = static_cast<uint16_t>(b == 0 ? 0 : b - 1);
      cell.c =
          (c ? kClosesVariables : 0) | (function_.is_vararg ? kVarArgFrame : 0);
      cell.d = 0;  // all results
      uint16_t flags = cell.c;
      Data();  // as behind a call (frame.h)
      // Where native functions return to, which are called, not jumped to.
      Cell& done = Add(HandlerId::kReturnOpen);
      done.a = Reg(a);
      done.c = flags;
      break;
    }
    case Opcode::kReturn:
      DecodeReturn(i);
      break;
    case Opcode::kReturn0:
      DecodeReturn(Instruction::Abc(Opcode::kReturn, 0, 1, 0));
      break;
    case Opcode::kReturn1:
      DecodeReturn(Instruction::Abc(Opcode::kReturn, a, 2, 0));
      break;
    case Opcode::kClosure:
      AddAb(HandlerId::kClosure, a, 0, static_cast<int32_t>(i.bx()));
      break;
    case Opcode::kVarArg: {
      Cell& cell = Add(c == 0 ? HandlerId::kVarArgOpen : HandlerId::kVarArg);
      cell.a = Reg(a);
      cell.b = static_cast<uint16_t>(c == 0 ? 0 : c - 1);
      cell.c = function_.parameter_count;
      break;
    }
    case Opcode::kVarArgPrep:
      break;  // the entry cell does it
    case Opcode::kClose:
      AddAb(HandlerId::kClose, a, 0);
      break;
    case Opcode::kTbc:
      AddAb(HandlerId::kTbc, a, 0);
      break;
  }
}

}  // namespace

DecodedCode Predecode(const Prototype& prototype,
                      uint64_t (*handler_word)(HandlerId id)) {
  return Predecoder(prototype, handler_word).Run();
}

}  // namespace m3lua::m3
