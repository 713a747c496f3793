"""Run the fast tests again and again under load, and say which of them do not always pass (`make test-steady`).

A test that passes on a quiet machine may still wait for too short a time, or for the wrong thing. Busy loops beside it
bring that out. ``python -m tools.steady --runs 5 -- -k chat`` hands everything behind ``--`` to pytest.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN_SECONDS = 600

# What `make test-fast` runs, and how: the order in which several processes come by the tests differs from run to run.
SLOW = ("browser", "lab", "lite", "node", "process")
FAST = ("--numprocesses", "6", "--dist", "worksteal", *(f"--ignore=tests/{folder}" for folder in SLOW))

# It ends with who started it, however that one ends: then there is nobody at the other end of its stdin.
BUSY = """
import os, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()
while True: pass
"""


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """Keep so many cores busy."""
    with ExitStack() as stack:
        for _ in range(loops):
            command = [sys.executable, "-c", BUSY]
            process = stack.enter_context(subprocess.Popen(command, stdin=subprocess.PIPE))
            stack.callback(process.kill)
        yield


def run(arguments: list[str]) -> tuple[str, list[str]]:
    """Run pytest once; return its last line, and what did not pass: tests, or the run itself."""
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=short", *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=RUN_SECONDS)
    except subprocess.TimeoutExpired:
        return f"not over after {RUN_SECONDS} s", ["the whole run"]
    last = (done.stdout.strip().splitlines() or ["it printed nothing"])[-1]
    failed = re.findall(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout, flags=re.MULTILINE)
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n", flush=True)
        failed = failed or ["the whole run"]
    return last, failed


def main(arguments: list[str] | None = None) -> None:
    """Run the tests as often as asked; end with status 1 if anything failed once."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--busy", type=int, default=2, help="busy loops beside the tests")
    parser.add_argument("pytest", nargs="*", help="what pytest is told besides")
    options = parser.parse_args(arguments)
    failures: defaultdict[str, list[int]] = defaultdict(list)
    with busy(options.busy):
        for number in range(1, options.runs + 1):
            began = time.monotonic()
            last, failed = run([*FAST, *options.pytest])
            for name in failed:
                failures[name].append(number)
            print(f"run {number} of {options.runs}, {time.monotonic() - began:.0f} s: {last.strip('= ')}", flush=True)
    for name, numbers in sorted(failures.items(), key=lambda failure: -len(failure[1])):
        print(f"failed in {len(numbers)} of {options.runs} (run {', '.join(map(str, numbers))}): {name}")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
