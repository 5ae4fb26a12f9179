// Loads the mathematical library when one of its functions is called first.
//
// libm chooses implementations for the processor when it is loaded, by code all
// over it: with tables and relocations, 350 KiB become resident, a sixth of
// the memory of a process that runs a small script.  Few scripts call any of
// its functions; sqrt, and floor of what fits an integer, are instructions.
//
// These definitions stand in for the library's, so nothing is left for -lm.  A
// call is one jump through a pointer, which is what a call of a shared library
// is anyway; the pointer leads to First until that has found the function.
//
// floor, ceil, trunc and fmod, which many scripts call, are instructions of the
// processor: those are taken where they are known.
//
// Guarded by tests/cli/resident_memory_test.py.
#include <dlfcn.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace m3lua::cli {
namespace {

// A literal as a parameter of a template.
template <size_t kSize>
struct Name {
  char text[kSize];
  consteval Name(const char (&literal)[kSize]) {  // NOLINT: implicit
    for (size_t i = 0; i < kSize; ++i) text[i] = literal[i];
  }
};

using Unary = double(double);
using Binary = double(double, double);

void* Find(const char* name) {
  void* library = dlopen("libm.so.6", RTLD_NOW);
  void* address = library != nullptr ? dlsym(library, name) : nullptr;
  if (address == nullptr) {
    std::fprintf(stderr, "lua: %s\n", dlerror());
    std::abort();
  }
  return address;
}

#if defined(__x86_64__) && defined(__clang__)

bool HasRounding() { return __builtin_cpu_supports("sse4.1"); }

// (roundsd)
[[gnu::target("sse4.1")]] double Floor(double x) { return __builtin_floor(x); }
[[gnu::target("sse4.1")]] double Ceil(double x) { return __builtin_ceil(x); }
[[gnu::target("sse4.1")]] double Trunc(double x) { return __builtin_trunc(x); }

// fprem is exact: a step takes at least 32 from the difference of the
// exponents, and says whether there is more to do.
double Fmod(double x, double y) {
  long double remainder = x;
  uint16_t status;
  do {
    asm("fprem\n\tfnstsw %1"
        : "+t"(remainder), "=a"(status)
        : "u"(static_cast<long double>(y))
        : "cc");
  } while (status & 0x400);
  return static_cast<double>(remainder);
}

#else

bool HasRounding() { return false; }
constexpr double (*Floor)(double) = nullptr;
constexpr double (*Ceil)(double) = nullptr;
constexpr double (*Trunc)(double) = nullptr;
constexpr double (*Fmod)(double, double) = nullptr;

#endif

// kOwn: what to call instead, if the processor can (HasRounding), or null.
template <Name kName, typename Signature, Signature* kOwn = nullptr>
struct Late;

template <Name kName, typename R, typename... A, R (*kOwn)(A...)>
struct Late<kName, R(A...), kOwn> {
  using Function = R (*)(A...);

  static R First(A... arguments) {
    Function found = kOwn != nullptr && HasRounding()
                         ? kOwn
                         : reinterpret_cast<Function>(Find(kName.text));
    function.store(found, std::memory_order_relaxed);
    return found(arguments...);
  }
  static R Call(A... arguments) {
    return function.load(std::memory_order_relaxed)(arguments...);
  }

  static inline constinit std::atomic<Function> function = First;
};

}  // namespace
}  // namespace m3lua::cli

namespace cli = m3lua::cli;

extern "C" {

double acos(double x) { return cli::Late<"acos", cli::Unary>::Call(x); }
double asin(double x) { return cli::Late<"asin", cli::Unary>::Call(x); }
double atan2(double y, double x) {
  return cli::Late<"atan2", cli::Binary>::Call(y, x);
}
double ceil(double x) {
  return cli::Late<"ceil", cli::Unary, cli::Ceil>::Call(x);
}
double cos(double x) { return cli::Late<"cos", cli::Unary>::Call(x); }
double cosh(double x) { return cli::Late<"cosh", cli::Unary>::Call(x); }
double exp(double x) { return cli::Late<"exp", cli::Unary>::Call(x); }
double floor(double x) {
  return cli::Late<"floor", cli::Unary, cli::Floor>::Call(x);
}
double fmod(double x, double y) {
  return cli::Late<"fmod", cli::Binary, cli::Fmod>::Call(x, y);
}
double log(double x) { return cli::Late<"log", cli::Unary>::Call(x); }
double log10(double x) { return cli::Late<"log10", cli::Unary>::Call(x); }
double log2(double x) { return cli::Late<"log2", cli::Unary>::Call(x); }
double nan(const char* tag) {
  return cli::Late<"nan", double(const char*)>::Call(tag);
}
float nanf(const char* tag) {
  return cli::Late<"nanf", float(const char*)>::Call(tag);
}
double pow(double x, double y) {
  return cli::Late<"pow", cli::Binary>::Call(x, y);
}
double sin(double x) { return cli::Late<"sin", cli::Unary>::Call(x); }
double sinh(double x) { return cli::Late<"sinh", cli::Unary>::Call(x); }
double sqrt(double x) { return cli::Late<"sqrt", cli::Unary>::Call(x); }
double tan(double x) { return cli::Late<"tan", cli::Unary>::Call(x); }
double tanh(double x) { return cli::Late<"tanh", cli::Unary>::Call(x); }
double trunc(double x) {
  return cli::Late<"trunc", cli::Unary, cli::Trunc>::Call(x);
}

}  // extern "C"
