"""A kernel that the tests' Lab forks is like one that it starts: what a cell sees, and how it ends."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from jupyter_client import KernelManager
from jupyter_client.provisioning import local_provisioner

from tests.support import warm_kernels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no kernel is forked")

SECONDS = 60

# What a cell could see of how its kernel came to be; gc is a module that any other may import.
LOOK = """import json, os, signal, sys, threading
print(json.dumps({
    "modules": sorted(set(sys.modules) - {"gc"}),
    "path": sys.path,
    "arguments": [sys.argv[0], len(sys.argv)],
    "folder": os.getcwd(),
    "environment": {name: value for name, value in os.environ.items() if name != "JPY_PARENT_PID"},
    "parent": os.environ["JPY_PARENT_PID"] == str(os.getppid()),
    "session": os.getsid(0) == os.getpid(),
    "threads": sorted(type(thread).__name__ for thread in threading.enumerate()),
    "signals": [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)],
    "main": sys.modules["__main__"].__dict__ is globals(),
    "flags": list(sys.flags),
}))"""


class Kernel:
    """A kernel, and what it printed."""

    def __init__(self, folder: Path) -> None:
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder), env=dict(os.environ))
        self.process = psutil.Process(self.manager.provisioner.pid)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def run(self, code: str) -> str:
        printed: list[str] = []
        self.client.execute_interactive(
            code, timeout=SECONDS, output_hook=lambda message: printed.append(message["content"].get("text", ""))
        )
        return "".join(printed)

    def end(self) -> None:
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel()


@pytest.fixture
def fork(monkeypatch) -> Iterator[None]:
    """Have jupyter_client fork its kernels, from a nursery of this test's own."""
    monkeypatch.setattr(local_provisioner, "launch_kernel", warm_kernels.launch_kernel)
    warm_kernels.nursery.cache_clear()
    yield
    warm_kernels.nursery().close()
    warm_kernels.nursery.cache_clear()


@pytest.fixture
def kernel(fork, tmp_path) -> Iterator[Kernel]:
    """A kernel that was forked."""
    kernel = Kernel(tmp_path)
    yield kernel
    kernel.end()


def test_a_cell_sees_what_it_sees_in_any_kernel(tmp_path, monkeypatch, request):
    """Modules, paths, arguments, environment, folder, session, threads, signals."""
    own = Kernel(tmp_path)
    seen = json.loads(own.run(LOOK))
    own.end()

    with monkeypatch.context() as before:
        before.setenv("OF_THE_NURSERY", "1")
        request.getfixturevalue("fork")
        Kernel(tmp_path).end()

    assert json.loads(request.getfixturevalue("kernel").run(LOOK)) == seen


def test_it_is_interrupted(kernel):
    """As "Interrupt Kernel" does it; the variables stay."""
    asked = kernel.client.execute("import time; x = 1; print('at it'); time.sleep(60)")
    while kernel.client.get_iopub_msg(timeout=SECONDS)["content"].get("text") != "at it\n":
        pass
    kernel.manager.interrupt_kernel()
    while (reply := kernel.client.get_shell_msg(timeout=SECONDS))["parent_header"]["msg_id"] != asked:
        pass
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.run("print(x)") == "1\n"


def test_its_death_is_seen_and_it_is_started_again(kernel):
    """As JupyterLab does it, which kills once more what is dead."""
    assert kernel.manager.is_alive()
    kernel.process.kill()
    psutil.wait_procs([kernel.process], timeout=SECONDS)
    assert not kernel.manager.is_alive()

    kernel.manager.restart_kernel(now=True)
    kernel.client.wait_for_ready(timeout=SECONDS)
    assert kernel.run("print(6 * 7)") == "42\n"


def test_it_runs_what_is_registered_for_its_end(kernel, tmp_path):
    """A kernel that is shut down ends as any Python does."""
    kernel.run("import atexit, pathlib; atexit.register(pathlib.Path('ended').touch); None")
    kernel.end()
    assert (tmp_path / "ended").exists()


def test_it_ends_when_who_started_it_is_gone(kernel):
    """Killed or not: no kernel is left behind."""
    warm_kernels.nursery().close()
    gone, _ = psutil.wait_procs([kernel.process], timeout=SECONDS)
    assert gone
