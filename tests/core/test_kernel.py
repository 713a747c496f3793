"""What is asked of the kernel: its shell and its message, and that an interrupt wakes its loop."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import threading
import time
from types import SimpleNamespace

import pytest

from chatlib import background, kernel

SECONDS = 30.0


@pytest.fixture
def in_a_kernel(monkeypatch):
    """IPython's shell in a kernel, as far as it is asked; the signals' file descriptor is as before when it ends."""
    parent = {"header": {"msg_id": "one"}}
    shell = SimpleNamespace(kernel=SimpleNamespace(get_parent=lambda: parent))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(kernel, "_is_settled", False)
    before = signal.set_wakeup_fd(-1)
    yield parent
    signal.set_wakeup_fd(before)


@pytest.mark.parametrize("ipython", [None, SimpleNamespace(get_ipython=lambda: None)])
def test_outside_of_a_kernel_there_is_nothing(monkeypatch, ipython):
    """IPython may be imported, or not."""
    monkeypatch.setitem(sys.modules, "IPython", ipython)

    assert (kernel.shell(), kernel.request()) == (None, {})


def test_a_terminals_shell_has_no_message(monkeypatch):
    """IPython without a kernel."""
    shell = SimpleNamespace()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))

    assert (kernel.shell(), kernel.request()) == (shell, {})


def test_in_a_kernel_it_is_the_message_that_it_works_on(in_a_kernel):
    """It tells which cell asks."""
    assert kernel.request() is in_a_kernel


def wakeup_fd() -> int:
    """Return the file descriptor that hears of signals, -1 if there is none."""
    now = signal.set_wakeup_fd(-1)
    if now != -1:
        signal.set_wakeup_fd(now)
    return now


@pytest.mark.usefixtures("in_a_kernel")
async def test_a_signal_wakes_the_loop():
    """What a handler does to a future, as ipykernel's does, is seen at once, not with the loop's next timer."""
    heard = asyncio.get_running_loop().create_future()
    before = signal.signal(signal.SIGINT, lambda *_: heard.set_result(True))
    kernel.wake_on_interrupt()
    began = time.monotonic()
    threading.Timer(0.02, signal.raise_signal, (signal.SIGINT,)).start()
    try:
        await asyncio.wait([heard], timeout=SECONDS)
    finally:
        signal.signal(signal.SIGINT, before)

    assert time.monotonic() - began < SECONDS


@pytest.mark.usefixtures("in_a_kernel")
async def test_a_signal_wakes_the_loop_also_where_a_thread_came_first():
    """The doctor's checks are threads, and it is the first that notebook 00 calls."""
    await asyncio.to_thread(background.loop)
    assert wakeup_fd() == -1
    background.loop()

    assert wakeup_fd() != -1


@pytest.mark.usefixtures("in_a_kernel")
async def test_whoever_waits_for_signals_already_goes_on():
    """Their file descriptor stays."""
    hears, tells = socket.socketpair()
    with hears, tells:
        tells.setblocking(False)
        signal.set_wakeup_fd(tells.fileno())
        kernel.wake_on_interrupt()

        assert wakeup_fd() == tells.fileno()
        signal.set_wakeup_fd(-1)


async def test_where_no_interrupt_comes_nothing_is_set(in_a_kernel, monkeypatch):
    """On another thread, with no loop, and outside of a kernel."""
    await asyncio.to_thread(lambda: asyncio.run(asyncio.to_thread(kernel.wake_on_interrupt)))
    await asyncio.to_thread(kernel.wake_on_interrupt)
    monkeypatch.setitem(sys.modules, "IPython", None)
    kernel.wake_on_interrupt()

    assert wakeup_fd() == -1


@pytest.mark.usefixtures("in_a_kernel")
async def test_a_system_without_sockets_is_no_trouble(monkeypatch):
    """A kernel in a browser's tab has none."""

    def none():
        raise OSError(138, "Not supported")

    monkeypatch.setattr(kernel.socket, "socketpair", none)
    kernel.wake_on_interrupt()

    assert wakeup_fd() == -1


class PlayedKernel:
    """ipykernel's bookkeeping of what it works on, without a kernel."""

    def __init__(self) -> None:
        self.current = request_of("first")

    def get_parent(self):
        return self.current

    def set_parent(self, ident, parent, channel="shell"):
        self.current = parent


def request_of(id_: str, kind: str = "execute_request") -> dict:
    return {"header": {"msg_id": id_, "msg_type": kind}}


@pytest.fixture
def played(monkeypatch):
    played = PlayedKernel()
    monkeypatch.setattr(kernel, "shell", lambda: SimpleNamespace(kernel=played))
    kernel.keep_requests_apart()
    return played


def test_a_request_does_not_become_the_current_one_again(played):
    """Neither the one in which the first widget was made, nor a later one."""
    for id_ in ("second", "third"):
        before = played.current
        played.set_parent([], request_of(id_))
        played.set_parent([], before)  # a page's message, heard when that cell was about to end, is done
        assert played.current == request_of(id_)


def test_a_pages_message_comes_between(played):
    """And then the cell's request is the current one again."""
    played.set_parent([], request_of("a page's", "comm_msg"))
    assert played.current == request_of("a page's", "comm_msg")
    played.set_parent([], request_of("first"))
    assert played.current == request_of("first")


def test_requests_are_kept_apart_once(played):
    """However many widgets there are, nothing is wrapped twice."""
    wrapped = played.set_parent
    kernel.keep_requests_apart()
    assert played.set_parent is wrapped


def test_a_kernel_that_sets_no_parents_is_left_alone(monkeypatch):
    """A kernel in a browser's tab works on one request after the other."""
    monkeypatch.setattr(kernel, "shell", lambda: SimpleNamespace(kernel=object()))
    kernel.keep_requests_apart()


def test_the_control_channel_is_left_alone(played):
    """An interrupt or a shutdown comes there, and belongs to no cell."""
    played.set_parent([], request_of("second"))
    played.set_parent([], request_of("first"), channel="control")
    assert played.current == request_of("first")
