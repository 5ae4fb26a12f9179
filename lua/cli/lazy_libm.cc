// Loads the mathematical library when one of its functions is called first.
//
// libm chooses implementations for the processor when it is loaded, by code all
// over it: with tables and relocations, 400 KiB become resident, a seventh of
// the memory of a process that runs a small script.  Few scripts call any of
// its functions; sqrt, and floor of what fits an integer, are instructions.
//
// These definitions stand in for the library's, so nothing is left for -lm.  A
// call is one jump through a pointer, which is what a call of a shared library
// is anyway; the pointer leads to First until that has found the function.
//
// Guarded by tests/cli/resident_memory_test.py.
#include <dlfcn.h>

#include <atomic>
#include <cstddef>
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

void* Find(const char* name) {
  void* library = dlopen("libm.so.6", RTLD_NOW);
  void* address = library != nullptr ? dlsym(library, name) : nullptr;
  if (address == nullptr) {
    std::fprintf(stderr, "lua: %s\n", dlerror());
    std::abort();
  }
  return address;
}

template <Name kName, typename Signature>
struct Late;

template <Name kName, typename R, typename... A>
struct Late<kName, R(A...)> {
  using Function = R (*)(A...);

  static R First(A... arguments) {
    Function found = reinterpret_cast<Function>(Find(kName.text));
    function.store(found, std::memory_order_relaxed);
    return found(arguments...);
  }
  static R Call(A... arguments) {
    return function.load(std::memory_order_relaxed)(arguments...);
  }

  static inline constinit std::atomic<Function> function = First;
};

using Unary = double(double);
using Binary = double(double, double);

}  // namespace
}  // namespace m3lua::cli

using m3lua::cli::Binary;
using m3lua::cli::Late;
using m3lua::cli::Unary;

extern "C" {

double acos(double x) { return Late<"acos", Unary>::Call(x); }
double asin(double x) { return Late<"asin", Unary>::Call(x); }
double atan2(double y, double x) { return Late<"atan2", Binary>::Call(y, x); }
double ceil(double x) { return Late<"ceil", Unary>::Call(x); }
double cos(double x) { return Late<"cos", Unary>::Call(x); }
double cosh(double x) { return Late<"cosh", Unary>::Call(x); }
double exp(double x) { return Late<"exp", Unary>::Call(x); }
double floor(double x) { return Late<"floor", Unary>::Call(x); }
double fmod(double x, double y) { return Late<"fmod", Binary>::Call(x, y); }
double log(double x) { return Late<"log", Unary>::Call(x); }
double log10(double x) { return Late<"log10", Unary>::Call(x); }
double log2(double x) { return Late<"log2", Unary>::Call(x); }
double nan(const char* tag) {
  return Late<"nan", double(const char*)>::Call(tag);
}
float nanf(const char* tag) {
  return Late<"nanf", float(const char*)>::Call(tag);
}
double pow(double x, double y) { return Late<"pow", Binary>::Call(x, y); }
double sin(double x) { return Late<"sin", Unary>::Call(x); }
double sinh(double x) { return Late<"sinh", Unary>::Call(x); }
double sqrt(double x) { return Late<"sqrt", Unary>::Call(x); }
double tan(double x) { return Late<"tan", Unary>::Call(x); }
double tanh(double x) { return Late<"tanh", Unary>::Call(x); }
double trunc(double x) { return Late<"trunc", Unary>::Call(x); }

}  // extern "C"
