"""What chatlib asks of the Jupyter kernel that it runs in, if it runs in one."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import Any

_is_settled = False  # an interrupt wakes the loop, or it is somebody else who sees to that


def shell() -> Any:
    """Return IPython's shell; None where there is none."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def request() -> dict[str, Any]:
    """Return the message that the kernel works on in this context; empty outside of a kernel."""
    kernel = getattr(shell(), "kernel", None)
    parent: dict[str, Any] = kernel.get_parent() if kernel is not None else {}
    return parent


def wake_on_interrupt() -> None:
    """Have Kernel → Interrupt end a cell that awaits, and not only when its loop wakes for some other reason.

    ipykernel cancels the cell in a signal handler, which does not wake the loop. Python writes a byte to a file
    descriptor for each signal, if it is given one: here a socket on which the kernel's loop listens. Only the main
    thread may do so, so elsewhere nothing is done: call it again. A descriptor that is set already, by somebody who
    waits for signals, stays.
    """
    global _is_settled
    if _is_settled or threading.current_thread() is not threading.main_thread() or not hasattr(shell(), "kernel"):
        return
    with suppress(RuntimeError, NotImplementedError):  # no loop, one without readers
        loop = asyncio.get_running_loop()
        _is_settled = True
        hears, tells = socket.socketpair()
        hears.setblocking(False)
        tells.setblocking(False)
        before = signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
        if before != -1:
            signal.set_wakeup_fd(before)
            return
        loop.add_reader(hears, _hear, hears, tells)


def _hear(hears: socket.socket, _tells: socket.socket) -> None:
    """Read what woke the loop; as long as the loop lives, it keeps both ends for this."""
    hears.recv(4096)
