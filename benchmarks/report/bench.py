"""tools/bench: runs the workloads on our engine and on others, and reports.

tools/bench builds the engine and the program that measures, then calls this.
The modules beside it do the work: workloads and engines say what is run, runner
measures, code_size looks into programs, summary and figures calculate,
text_table, charts, page and markdown show.
"""

import argparse
import json
import os
import shlex
import sys

import code_size
import engines as engines_module
import environment
import markdown
import page
import runner as runner_module
import summary as summary_module
import text_table
import workloads as workloads_module

EPILOG = """\
The figure to compare is CPU time (user + system): on a shared machine wall time
measures the others too. Each workload checks its result; one that prints
something else counts as failed, and the exit code is then 1.

examples:
  tools/bench                                 everything, some minutes
  tools/bench --quick                         does everything still run?
  tools/bench --only 'fib*,gc' --rounds 10    some workloads, a category
  tools/bench --engine 'm3lua:old=/tmp/lua'   compare with another build of ours
  tools/bench --strategies --without 'lua*'   compare our dispatch strategies
  tools/bench --from DIR/results.json         the report again, from old results
"""


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="tools/bench", epilog=EPILOG,
        description="Compares engines on the programs in "
        "benchmarks/workloads.",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="NAMES",
                        help="workloads or categories, by commas; * matches")
    parser.add_argument("--list", action="store_true",
                        help="list workloads and engines, run nothing")
    parser.add_argument("--quick", action="store_true",
                        help="test sizes, one round")
    parser.add_argument("--size", choices=workloads_module.SIZES,
                        help="sizes of the workloads (default: default)")
    parser.add_argument("--rounds", type=int, metavar="N",
                        help="runs of each workload on each engine "
                        "(default: 5; 0: no times)")
    parser.add_argument("--engine", action="append", default=[],
                        metavar="NAME=COMMAND",
                        help="one more engine; m3lua:... is a variant of ours")
    parser.add_argument("--without", action="append", default=[],
                        metavar="NAME",
                        help="leave out an engine, or all that match NAME")
    parser.add_argument("--strategies", action="store_true",
                        help="all dispatch strategies, as variants of ours")
    parser.add_argument("--instructions", action="store_true",
                        help="count instructions with callgrind too, of small "
                        "sizes (a second or two a workload and engine)")
    parser.add_argument("--limit", type=int, default=120, metavar="SECONDS",
                        help="for one run (default: 120)")
    parser.add_argument("--out", metavar="DIR",
                        help="where results.json and report.html go "
                        "(default: .build/bench)")
    parser.add_argument("--json", action="store_true",
                        help="print the results as JSON instead of the table")
    parser.add_argument("--markdown", metavar="FILE",
                        help="renew the tables of strategies in this page, "
                        "docs/dispatch.md")
    parser.add_argument("--from", dest="source", metavar="FILE",
                        help="report on these results, run nothing")
    parser.add_argument("--ours", help=argparse.SUPPRESS)
    parser.add_argument("--dispatch", help=argparse.SUPPRESS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--root", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.size = options.size or ("test" if options.quick else "default")
    if options.rounds is None:
        options.rounds = 1 if options.quick else 5
    if options.rounds < (0 if options.instructions else 1):
        parser.error("--rounds must be 1 or more, or 0 with --instructions")
    options.only = [n for text in options.only for n in text.split(",") if n]
    options.out = options.out or os.path.join(options.root, ".build", "bench")
    return options


def shown_command(arguments):
    """The command as its user gave it."""
    hidden = ("--ours", "--dispatch", "--measure", "--root")
    words, skip = [], False
    for word in arguments:
        if skip or word in hidden:
            skip = not skip
        else:
            words.append(word)
    return shlex.join(["tools/bench"] + words)


def find_engines(options):
    if options.strategies:
        ours = engines_module.strategies(options.dispatch)
    else:
        ours = [engines_module.Engine(engines_module.OURS, [options.ours])]
    return engines_module.find(ours, options.engine, options.without)


def describe_strategies(options, engines):
    """For Summary.strategies."""
    names = {
        e.variables[engines_module.STRATEGY_VARIABLE]: e.name for e in engines
        if engines_module.STRATEGY_VARIABLE in e.variables}
    sizes = code_size.of_strategies(options.dispatch, list(names))
    return [{"name": name, "engine": engine, "code": sizes[name]}
            for name, engine in names.items()]


def measure(options, arguments):
    """The document of results."""
    workloads = workloads_module.select(
        workloads_module.load(), options.only)
    engines = find_engines(options)
    if not engines:
        raise ValueError("no engine is left")
    document = {
        "environment": environment.describe(
            options.root, engines, shown_command(arguments)),
        "size": options.size,
        "rounds": options.rounds,
    }
    if options.strategies:
        document["strategies"] = describe_strategies(options, engines)
    steps = len(workloads) * len(engines) * (
        options.rounds + bool(options.instructions))
    document["workloads"] = runner_module.run_all(
        runner_module.Runner(options.measure, options.limit), workloads,
        engines, options.size, options.rounds,
        runner_module.Progress(steps), options.instructions)
    return document


def list_all(options):
    for workload in workloads_module.select(
            workloads_module.load(), options.only):
        print(f"{workload.category:<12}{workload.name:<26}"
              f"{os.path.basename(workload.path)} "
              + " ".join(workload.arguments(options.size)))
    for engine in find_engines(options):
        print(f"engine      {engine.name:<26}{engine.shown_command()}")


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def main(arguments):
    options = parse_arguments(arguments)
    try:
        if options.list:
            list_all(options)
            return 0
        if options.source:
            with open(options.source, encoding="utf-8") as file:
                document = json.load(file)
        else:
            document = measure(options, arguments)
    except (ValueError, OSError) as problem:
        print(f"tools/bench: {problem}", file=sys.stderr)
        return 2
    summary = summary_module.Summary(document)
    results = json.dumps(document, indent=1) + "\n"
    os.makedirs(options.out, exist_ok=True)
    report = os.path.join(options.out, "report.html")
    write(report, page.render(summary))
    if not options.source:
        write(os.path.join(options.out, "results.json"), results)
    if options.markdown:
        try:
            markdown.write(options.markdown, summary)
        except (ValueError, OSError) as problem:
            print(f"tools/bench: {problem}", file=sys.stderr)
            return 2
    sys.stdout.write(results if options.json else text_table.report(summary))
    print(f"report: {os.path.relpath(report)}", file=sys.stderr)
    return 1 if summary.failures() else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\ntools/bench: interrupted")
