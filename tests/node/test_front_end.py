"""The front ends' modules that need no page, in Node: their unit tests are the files in tests/front_end."""

from __future__ import annotations

import subprocess

from tests.support.lab import ROOT


def test_the_modules_pass_their_unit_tests(node_path):
    """Node's own runner finds no failure in them, and finds them all."""
    files = sorted((ROOT / "tests" / "front_end").glob("*.test.js"))
    assert files
    run = subprocess.run(
        [node_path, "--test", *files], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
