"""What the numbers depend on: machine, time, versions."""

import datetime
import os
import platform
import subprocess


def describe(root, engines, command):
    """Plain data, for the results and the report."""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime(
            "%Y-%m-%d %H:%M UTC"),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "memory_mib": memory_mib(),
        "kernel": platform.system() + " " + platform.release(),
        "load_before": round(os.getloadavg()[0], 2),
        "commit": commit(root),
        "command": command,
        "engines": [
            {"name": e.name, "command": e.shown_command(),
             "version": e.version()}
            for e in engines],
    }


def cpu_model():
    for line in lines_of("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory_mib():
    for line in lines_of("/proc/meminfo"):
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) // 1024
    return None


def lines_of(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()
    except OSError:
        return []


def commit(root):
    """The short hash, with "+" if files differ from it."""
    def git(*arguments):
        return subprocess.run(
            ["git", "-C", root] + list(arguments), capture_output=True,
            text=True, check=True).stdout.strip()
    try:
        changed = git("status", "--porcelain", "--untracked-files=no")
        return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
