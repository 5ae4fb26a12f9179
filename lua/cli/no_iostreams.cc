// Leaves out the start of the standard streams (std::cout and so on).
//
// Headers of abseil include <iostream>, and each file that sees it makes one
// std::ios_base::Init, the first of which sets up eight streams, the default
// locale and its facets: 100 KiB of resident memory for streams that these
// programs do not use.  (Streams of one's own,
// std::ostringstream for example, set the locale up when they need it.)  These
// definitions take the place of those in libstdc++.a, whose member is not
// linked then.
//
// Guarded by tests/cli/resident_memory_test.py.
#include <ios>

namespace std {

ios_base::Init::Init() {}
ios_base::Init::~Init() {}

}  // namespace std
