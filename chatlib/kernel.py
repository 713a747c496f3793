"""What chatlib asks of the Jupyter kernel that it runs in, if it runs in one."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

REQUESTS_REMEMBERED: Final = 100

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
    with suppress(RuntimeError, NotImplementedError, OSError):  # no loop, one without readers, a system without sockets
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


def keep_requests_apart() -> None:
    """Have each cell keep its outputs and its end, whatever a page says meanwhile.

    ipykernel 7.4 hears a page while a cell awaits, and then makes the cell's request the current one again: even when
    that cell has ended, and the next one is running, whose outputs then go to the wrong cell, and whose end is never
    told, so that it shows [*] for good. Here no request becomes the current one again once there is a newer one. There
    is no public way to say so: this stands in the kernel's own ``set_parent``.
    """
    kernel: Any = getattr(shell(), "kernel", None)
    set_parent = getattr(kernel, "set_parent", None)
    if set_parent is None or isinstance(set_parent, _NewestFirst):  # a kernel in a browser's tab has none
        return
    kernel.set_parent = _NewestFirst(set_parent, request())


class _NewestFirst:
    """A kernel's ``set_parent``, for which a request of a cell is over once a newer one has come."""

    def __init__(self, set_parent: Callable[..., None], current: dict[str, Any]) -> None:
        self._set_parent = set_parent
        self._known: deque[str] = deque([current.get("header", {}).get("msg_id", "")], maxlen=REQUESTS_REMEMBERED)
        self._newest: dict[int, tuple[Any, Any]] = {}  # by thread: a subshell's requests are none of the main shell's

    def __call__(self, ident: Any, parent: dict[str, Any], channel: str = "shell") -> None:
        header = parent.get("header", {})
        if channel == "shell" and header.get("msg_type") == "execute_request":
            thread, id_ = threading.get_ident(), header["msg_id"]
            if id_ not in self._known:
                self._known.append(id_)
                self._newest[thread] = ident, parent
            ident, parent = self._newest.get(thread, (ident, parent))
        self._set_parent(ident, parent, channel)
