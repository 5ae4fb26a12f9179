// Changes Lua programs by tokens and by generated statements and expressions,
// so that many of them still compile; sometimes bytes only.  The statements use
// few names, and every function of the libraries in a Sandbox.
//
// Targets that link it have it as their mutator (fuzz_target.h).
#include <algorithm>
#include <cctype>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/fuzz_target.h"

namespace m3lua::fuzz {
namespace {

constexpr std::string_view kNames[] = {"a", "b", "c", "d", "e", "_ENV", "self"};

constexpr std::string_view kNumbers[] = {
    "0",    "1",        "2",    "3",     "-1",  "0.5",
    "1e15", "2^53",     "1/0",  "-1/0",  "0/0", "0x7fffffffffffffff",
    "255",  "65536",    "-0.0", "1e308", "10",  "math.mininteger",
    "100",  "0x1p-1074"};

constexpr std::string_view kStrings[] = {"''",
                                         "'x'",
                                         "'abc'",
                                         "'10'",
                                         "'0x10'",
                                         "'%d'",
                                         "'%s%q'",
                                         "'%a'",
                                         "'.-'",
                                         "'%f[%w]'",
                                         "'(a*)()'",
                                         "'\\0'",
                                         "'\\u{7FFFFFFF}'",
                                         "'z'",
                                         "'i4'",
                                         "'!8s1'",
                                         "'kv'",
                                         "'k'",
                                         "'n'",
                                         "'__gc'",
                                         "'crl'",
                                         "'nSltufrL'",
                                         "'\\xff'",
                                         "'collect'",
                                         "'step'",
                                         "'generational'",
                                         "'incremental'",
                                         "'!%c'",
                                         "('x'):rep(50)"};

constexpr std::string_view kFunctions[] = {"assert",
                                           "collectgarbage",
                                           "error",
                                           "getmetatable",
                                           "ipairs",
                                           "load",
                                           "next",
                                           "pairs",
                                           "pcall",
                                           "rawequal",
                                           "rawget",
                                           "rawlen",
                                           "rawset",
                                           "select",
                                           "setmetatable",
                                           "tonumber",
                                           "tostring",
                                           "type",
                                           "warn",
                                           "xpcall",
                                           "coroutine.close",
                                           "coroutine.create",
                                           "coroutine.isyieldable",
                                           "coroutine.resume",
                                           "coroutine.running",
                                           "coroutine.status",
                                           "coroutine.wrap",
                                           "coroutine.yield",
                                           "debug.gethook",
                                           "debug.getinfo",
                                           "debug.getlocal",
                                           "debug.getmetatable",
                                           "debug.getregistry",
                                           "debug.getupvalue",
                                           "debug.getuservalue",
                                           "debug.sethook",
                                           "debug.setlocal",
                                           "debug.setmetatable",
                                           "debug.setupvalue",
                                           "debug.setuservalue",
                                           "debug.traceback",
                                           "debug.upvalueid",
                                           "debug.upvaluejoin",
                                           "debug.setcstacklimit",
                                           "math.abs",
                                           "math.ceil",
                                           "math.floor",
                                           "math.fmod",
                                           "math.max",
                                           "math.min",
                                           "math.modf",
                                           "math.random",
                                           "math.sqrt",
                                           "math.tointeger",
                                           "math.type",
                                           "math.ult",
                                           "os.clock",
                                           "os.date",
                                           "os.difftime",
                                           "os.time",
                                           "string.byte",
                                           "string.char",
                                           "string.dump",
                                           "string.find",
                                           "string.format",
                                           "string.gmatch",
                                           "string.gsub",
                                           "string.len",
                                           "string.lower",
                                           "string.match",
                                           "string.pack",
                                           "string.packsize",
                                           "string.rep",
                                           "string.reverse",
                                           "string.sub",
                                           "string.unpack",
                                           "string.upper",
                                           "table.concat",
                                           "table.insert",
                                           "table.move",
                                           "table.pack",
                                           "table.remove",
                                           "table.sort",
                                           "table.unpack",
                                           "utf8.char",
                                           "utf8.codepoint",
                                           "utf8.codes",
                                           "utf8.len",
                                           "utf8.offset"};

constexpr std::string_view kEvents[] = {
    "__index", "__newindex", "__eq",     "__len",   "__call",     "__gc",
    "__mode",  "__close",    "__add",    "__sub",   "__mul",      "__mod",
    "__pow",   "__div",      "__idiv",   "__band",  "__bor",      "__bxor",
    "__shl",   "__shr",      "__concat", "__unm",   "__bnot",     "__lt",
    "__le",    "__tostring", "__name",   "__pairs", "__metatable"};

constexpr std::string_view kBinary[] = {
    "+",  "-",  "*",  "/",  "//", "%", "^",  "..", "&",     "|",   "~",
    "<<", ">>", "==", "~=", "<",  ">", "<=", ">=", " and ", " or "};

constexpr std::string_view kUnary[] = {"-", "not ", "#", "~"};

class Generator {
 public:
  explicit Generator(std::mt19937& random) : random_(random) {}

  std::string Statement(int depth) {
    if (depth <= 0) return Simple();
    switch (Below(14)) {
      case 0:
        return "if " + Expression(2) + " then " + Block(depth - 1) +
               (Below(2) ? " else " + Block(depth - 1) : "") + " end ";
      case 1:
        return "for " + Name() + "=" + Number() + "," + Number() +
               (Below(2) ? "," + Number() : "") + " do " + Block(depth - 1) +
               " end ";
      case 2:
        return "for a,b in " + Expression(2) + " do " + Block(depth - 1) +
               " end ";
      case 3:
        return "for a,b in pairs(" + Expression(1) + ") do " +
               Block(depth - 1) + " end ";
      case 4:
        return "while " + Expression(2) + " do " + Block(depth - 1) +
               (Below(2) ? " break" : "") + " end ";
      case 5:
        return "repeat " + Block(depth - 1) + " until " + Expression(2) + " ";
      case 6:
        return "local function " + Name() + "(a, ...) " + Block(depth - 1) +
               " end ";
      case 7:
        return "do local " + Name() +
               (Below(2) ? " <close> = setmetatable({}, {__close=" +
                               Function(2) + "}) "
                         : " <const> = " + Expression(1) + " ") +
               Block(depth - 1) + " end ";
      case 8:
        return "do goto l1 " + Block(depth - 1) + " ::l1:: end ";
      case 9:
        return "setmetatable(" + Expression(1) + ", {" +
               std::string(Pick(kEvents)) + "=" + Function(2) + ", " +
               std::string(Pick(kEvents)) + "=" + Expression(2) + "}) ";
      case 10:
        return Name() + " = coroutine.wrap(" + Function(2) + ") ";
      case 11:
        return Name() + " = coroutine.create(" + Function(2) + ") ";
      default:
        return Simple();
    }
  }

  std::string Expression(int depth) {
    if (depth <= 0) return Atom();
    switch (Below(14)) {
      case 0:
      case 1:
        return "(" + Expression(depth - 1) + std::string(Pick(kBinary)) +
               Expression(depth - 1) + ")";
      case 2:
        return std::string(Pick(kUnary)) + Atom();
      case 3:
        return Call(depth - 1);
      case 4:
        return "{" + Expression(depth - 1) + ", " + Expression(depth - 1) +
               (Below(2) ? "; x=" + Atom() : "") + "}";
      case 5:
        return Function(depth - 1);
      case 6:
        return Name() + "[" + Expression(depth - 1) + "]";
      case 7:
        return Name() + ".x";
      case 8:
        return "setmetatable({" + Atom() + "}, {" + std::string(Pick(kEvents)) +
               "=" + Expression(depth - 1) + "})";
      case 9:
        return "(...)";
      case 10:
        return Name() + "(" + Atom() + ")";
      case 11:
        return Name() + ":x(" + Atom() + ")";
      default:
        return Atom();
    }
  }

 private:
  template <typename List>
  std::string_view Pick(const List& list) {
    return list[Below(std::size(list))];
  }
  size_t Below(size_t limit) { return random_() % limit; }

  std::string Name() { return std::string(kNames[Below(Below(8) ? 5 : 7)]); }
  std::string Number() { return std::string(Pick(kNumbers)); }

  std::string Atom() {
    switch (Below(8)) {
      case 0:
      case 1:
        return Number();
      case 2:
      case 3:
        return std::string(Pick(kStrings));
      case 4:
        return Below(2) ? "nil" : "true";
      case 5:
        return std::string(Pick(kFunctions));
      default:
        return Name();
    }
  }

  std::string Call(int depth) {
    const size_t count = Below(5);
    std::string text = Below(4) ? "" : "pcall(";
    text += Pick(kFunctions);
    text += text.starts_with("pcall(") ? (count > 0 ? ", " : "") : "(";
    for (size_t n = 0; n < count; ++n) {
      if (n > 0) text += ", ";
      text += Expression(depth);
    }
    return text + ")";
  }

  std::string Function(int depth) {
    switch (Below(5)) {
      case 0:
        return std::string(Pick(kFunctions));
      case 1:
        return "function(...) coroutine.yield(...) " + Block(depth) + " end";
      case 2:
        return "function(a, b) " + Block(depth) + " return " +
               Expression(depth - 1) + " end";
      default:
        return "function(a, ...) " + Block(depth) + " end";
    }
  }

  std::string Block(int depth) {
    std::string text;
    for (size_t n = Below(3); n > 0; --n) text += Statement(depth - 1);
    return text + Simple();
  }

  std::string Simple() {
    switch (Below(8)) {
      case 0:
        return "local " + Name() + ", " + Name() + " = " + Expression(2) + " ";
      case 1:
        return Name() + ", " + Name() + " = " + Expression(2) + ", " +
               Expression(1) + " ";
      case 2:
        return Name() + "[" + Atom() + "] = " + Expression(2) + " ";
      case 3:
        return Name() + "." + std::string(Pick(kEvents)) + " = " + Function(1) +
               " ";
      case 4:
        return "do return " + Expression(2) + " end ";
      case 5:
        return "do return " + Call(1) + " end ";
      case 6:
        return Name() + " = " + Call(2) + " ";
      default:
        return Call(2) + " ";
    }
  }

  std::mt19937& random_;
};

// Names, numbers, strings, blanks and single other bytes.
std::vector<std::string> Tokens(std::string_view text) {
  std::vector<std::string> tokens;
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  for (size_t i = 0; i < text.size();) {
    const size_t start = i;
    const char c = text[i++];
    if (is_word(c)) {
      while (i < text.size() && is_word(text[i])) ++i;
    } else if (std::isspace(static_cast<unsigned char>(c))) {
      while (i < text.size() &&
             std::isspace(static_cast<unsigned char>(text[i])))
        ++i;
    } else if (c == '"' || c == '\'') {
      while (i < text.size() && text[i] != c && text[i] != '\n') {
        i += text[i] == '\\' ? 2 : 1;
      }
      i = std::min(i + 1, text.size());
    }
    tokens.emplace_back(text.substr(start, i - start));
  }
  return tokens;
}

void MutateTokens(std::vector<std::string>& tokens, std::mt19937& random) {
  Generator generator(random);
  const auto below = [&random](size_t limit) {
    return limit == 0 ? 0 : random() % limit;
  };
  const auto at = [&tokens](size_t n) {
    return tokens.begin() + static_cast<ptrdiff_t>(n);
  };
  const size_t from = below(tokens.size() + 1);
  const size_t count =
      std::min(tokens.size() - from, 1 + below(below(4) ? 4 : 40));
  switch (below(10)) {
    case 0:
      tokens.erase(at(from), at(from + count));
      break;
    case 1: {
      const std::vector<std::string> run(at(from), at(from + count));
      tokens.insert(at(below(tokens.size() + 1)), run.begin(), run.end());
      break;
    }
    case 2:
      if (count > 0) std::swap(tokens[from], tokens[below(tokens.size())]);
      break;
    case 3:
      if (count > 0) tokens[from] = tokens[below(tokens.size())];
      break;
    case 4:
      tokens.erase(at(from), at(from + std::min<size_t>(count, 1)));
      tokens.insert(at(from), generator.Expression(2));
      break;
    case 5: {  // a statement behind a line or a block
      size_t n = from;
      while (n < tokens.size() && tokens[n].find('\n') == std::string::npos &&
             tokens[n] != "end" && tokens[n] != "do") {
        ++n;
      }
      tokens.insert(at(std::min(n + 1, tokens.size())),
                    " " + generator.Statement(3));
      break;
    }
    case 6:
      tokens.insert(tokens.begin(), generator.Statement(3));
      break;
    case 7:
      tokens.push_back(" " + generator.Statement(3));
      break;
    case 8:
      tokens.insert(at(from), "(" + generator.Expression(1) + ")");
      break;
    default: {
      static constexpr std::string_view kOdd[] = {
          ";",       "\n",      "::l1::", "goto l1 ", "break ",
          "<const>", "<close>", "--",     "[[",       "]]",
          "[==[",    "...",     "end ",   "return ",  "'\\z  x'"};
      tokens.insert(at(from), std::string(kOdd[below(std::size(kOdd))]));
    }
  }
}

}  // namespace
}  // namespace m3lua::fuzz

size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                               unsigned seed) {
  using namespace m3lua::fuzz;
  std::mt19937 random(seed);
  if (random() % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  std::vector<std::string> tokens = Tokens(View(data, size));
  for (uint32_t n = 1 + random() % 3; n > 0; --n) MutateTokens(tokens, random);
  std::string text;
  for (const std::string& token : tokens) text += token;
  if (text.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  return Store(text, data, max_size);
}
