"""The dispatch strategies, and the flag that chooses one."""

# Bazel name (and source file) of each: its function.
STRATEGIES = {
    "computed_goto": "ComputedGotoStrategy",
    "switch": "SwitchStrategy",
    "tail_call": "TailCallStrategy",
    "tail_call_standard": "TailCallStandardStrategy",
    "trampoline": "TrampolineStrategy",
}

DEFAULT_STRATEGY = "tail_call"

def strategy_flags():
    """Makes :is_NAME, true under --define=m3lua_dispatch=NAME."""
    for name in STRATEGIES:
        native.config_setting(
            name = "is_" + name,
            define_values = {"m3lua_dispatch": name},
        )

def select_strategy(values):
    """A select() of what belongs to the chosen strategy.

    Args:
      values: for each name of STRATEGIES, the value.
    """
    choices = {":is_" + name: value for name, value in values.items()}
    choices["//conditions:default"] = values[DEFAULT_STRATEGY]
    return select(choices)
