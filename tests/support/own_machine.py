"""A plain laptop, whatever runs the tests: for those of the doctor, who looks at everything."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from chatlib.machine import processes


@pytest.fixture(autouse=True)
def own_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nothing run on this machine but the test and what it starts: what the doctor resets is its own."""
    mark = secrets.token_hex()
    monkeypatch.setenv("CHATLIB_TEST", mark)
    all_processes, proc = processes.processes, processes.PROC

    def own_processes() -> Iterator[processes.Process]:
        for process in all_processes():
            is_made_up = proc != processes.PROC
            is_marked = processes.environment_of(process).get("CHATLIB_TEST") == mark
            if is_made_up or is_marked or process.pid == os.getpid():
                yield process

    monkeypatch.setattr(processes, "processes", own_processes)
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("JUPYTERHUB_", "BINDER_", "COLAB_", "VSCODE_")):
            monkeypatch.delenv(name)
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)
    monkeypatch.delenv("TERM_PROGRAM", raising=False)
