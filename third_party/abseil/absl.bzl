"""abseil-cpp from Debian's libabsl-dev, under its upstream labels.

Headers are in /usr/include, on the compiler's own path. The archives are
linked statically and as one group, so that a label need not know which of
them it needs; the linker takes only the members that are used.
"""

load("@rules_cc//cc:defs.bzl", "cc_library")

# All archives of libabsl-dev 20220623 but the test helpers. The linker finds
# them by name in its architecture's directory.
ARCHIVES = [
    "bad_any_cast_impl",
    "bad_optional_access",
    "bad_variant_access",
    "base",
    "city",
    "civil_time",
    "cord",
    "cord_internal",
    "cordz_functions",
    "cordz_handle",
    "cordz_info",
    "cordz_sample_token",
    "debugging_internal",
    "demangle_internal",
    "examine_stack",
    "exponential_biased",
    "failure_signal_handler",
    "flags_commandlineflag",
    "flags_commandlineflag_internal",
    "flags_config",
    "flags_internal",
    "flags_marshalling",
    "flags_parse",
    "flags_private_handle_accessor",
    "flags_program_name",
    "flags_reflection",
    "flags_usage",
    "flags_usage_internal",
    "graphcycles_internal",
    "hash",
    "hashtablez_sampler",
    "int128",
    "leak_check",
    "log_severity",
    "low_level_hash",
    "malloc_internal",
    "periodic_sampler",
    "random_distributions",
    "random_internal_platform",
    "random_internal_pool_urbg",
    "random_internal_randen",
    "random_internal_randen_hwaes",
    "random_internal_randen_hwaes_impl",
    "random_internal_randen_slow",
    "random_internal_seed_material",
    "random_seed_gen_exception",
    "random_seed_sequences",
    "raw_hash_set",
    "raw_logging_internal",
    "scoped_set_env",
    "spinlock_wait",
    "stacktrace",
    "status",
    "statusor",
    "str_format_internal",
    "strerror",
    "strings",
    "strings_internal",
    "symbolize",
    "synchronization",
    "throw_delegate",
    "time",
    "time_zone",
]

def absl_archives(name):
    """All of abseil's compiled code, for the targets of absl_package."""
    cc_library(
        name = name,
        linkopts = ["-Wl,--start-group"] +
                   ["-l:libabsl_%s.a" % lib for lib in ARCHIVES] +
                   ["-Wl,--end-group", "-pthread", "-lrt"],
        visibility = ["//absl:__subpackages__"],
    )

def absl_package(names):
    """Defines the public labels of one folder of abseil."""
    for name in names:
        cc_library(
            name = name,
            visibility = ["//visibility:public"],
            deps = ["//:archives"],
        )
