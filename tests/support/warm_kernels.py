"""Kernels for a tenth of the price: forked from a process that has imported ipykernel already.

Importing it is nearly all that a kernel's start costs, and most tests start a kernel of their own. The process that
all are forked from, the nursery, has run nothing else, so what a test finds is a kernel like any other: with an
environment, a folder, a session and an end of its own. Only its command line is the nursery's.

In the process that starts kernels, ``launch_kernel`` takes the place of jupyter_client's; this file, run as a script,
is the nursery, which ends with that process, and whose kernels end with it.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
from typing import Any

from jupyter_client import launcher

LAUNCHER = "ipykernel_launcher"
IMPORTED = ("ipykernel.kernelapp", "ipykernel.debugger", "ipykernel.zmqshell")
LONGEST_ORDER = 2**20  # bytes


class Kernel:
    """A kernel of the nursery, with what jupyter_client asks of a ``subprocess.Popen``."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._process = os.pidfd_open(pid)

    def __del__(self) -> None:
        os.close(self._process)

    def poll(self, seconds: float | None = 0) -> int | None:
        ended, _, _ = select.select([self._process], [], [], seconds)
        return 0 if ended else None

    def wait(self) -> int | None:
        return self.poll(None)

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has ended
            signal.pidfd_send_signal(self._process, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """The process that kernels are forked from; it ends when nobody can order one any more."""

    def __init__(self) -> None:
        self._orders, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, __file__, str(its.fileno())]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[its.fileno()])
        its.close()

    def order(self, argv: list[str], folder: str, environment: dict[str, str]) -> Kernel:
        """Return a kernel that has left home: it is the leader of its own session."""
        self._orders.send(json.dumps([argv, folder, environment]).encode())
        return Kernel(int(self._orders.recv(32)))

    def close(self) -> None:
        self._orders.close()
        self._process.wait()


@functools.cache
def nursery() -> Nursery:
    """Return the nursery of this process."""
    return Nursery()


def launch_kernel(cmd: list[str], **options: Any) -> Kernel | subprocess.Popen[bytes]:
    """Start a kernel as ``jupyter_client.launcher.launch_kernel`` does; one of this Python's ipykernel is forked."""
    if sys.platform != "linux" or cmd[:3] != [sys.executable, "-m", LAUNCHER]:
        return launcher.launch_kernel(cmd, **options)
    return nursery().order(cmd[2:], options.get("cwd") or os.getcwd(), options["env"])


def serve(orders: socket.socket) -> None:
    """Fork a kernel for each order until nobody can order more; return in each kernel, too, once it has ended."""
    given = dict(os.environ)
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # with this process a kernel ends; ipykernel's import reads it
    for name in IMPORTED:
        importlib.import_module(name)
    changed = {name: value for name, value in os.environ.items() if given.get(name) != value}  # by the imports, too
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has ended leaves no zombie
    while order := orders.recv(LONGEST_ORDER):
        if os.fork() == 0:
            argv, folder, environment = json.loads(order)
            become(orders, argv, folder, environment | changed)
            break


def become(orders: socket.socket, argv: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be the kernel that was ordered; who ordered it is told no more than the number of its process."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = argv
    del sys.path[0]  # this file's folder, which is no kernel's
    orders.send(str(os.getpid()).encode())
    orders.close()
    runpy.run_module(LAUNCHER, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
