"""What `make test` installs for Node is what the tests ask for."""

from __future__ import annotations

import json
import subprocess

from tests.support.places import ROOT


def test_node_has_the_libraries_that_the_tests_talk_to(node_path):
    """`make test` installed them, at the versions of the lock."""
    script = "console.log(['ws', 'nodejs-websocket'].map((name) => require(name + '/package.json').version).join())"
    done = subprocess.run(
        [node_path, "-e", script], cwd=ROOT / "tests/node", capture_output=True, text=True, timeout=60, check=True
    )
    packages = json.loads((ROOT / "tests/node/package.json").read_text())["dependencies"]

    assert done.stdout.strip() == f"{packages['ws']},{packages['nodejs-websocket']}"
