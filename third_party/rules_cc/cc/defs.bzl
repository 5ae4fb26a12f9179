"""The C++ rules under the label that newer Bazels want.

Debian's Bazel 4.2.3 has these rules built in, and Debian's bazel-rules-cc is
too new for it. BUILD files load from @rules_cc//cc:defs.bzl, so replacing this
repository by the real rules_cc is all that a newer Bazel needs.
"""

cc_binary = native.cc_binary
cc_import = native.cc_import
cc_library = native.cc_library
cc_proto_library = native.cc_proto_library
cc_test = native.cc_test
cc_toolchain = native.cc_toolchain
cc_toolchain_suite = native.cc_toolchain_suite
fdo_prefetch_hints = native.fdo_prefetch_hints
fdo_profile = native.fdo_profile
objc_library = native.objc_library
