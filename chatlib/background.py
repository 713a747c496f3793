"""The one background event loop of this kernel.

A daemon thread runs one asyncio loop, and every socket of chatlib lives on it: so a cell that computes or sleeps for a
minute neither stalls the in-kernel server nor costs anyone a keepalive timeout. Whoever calls from elsewhere (a cell, a
widget's callback, another thread) hands over with :func:`submit`, :func:`run` or :func:`call`, which are thread-safe;
nothing else may touch what lives here.

Where no thread can start, the loop has another :class:`Home`.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from chatlib import kernel

T = TypeVar("T")

THREAD_NAME = "chatlib"
SHUTDOWN_SECONDS = 3.0

_lock = threading.RLock()  # a garbage collector that closes a widget may come where it is held
_loop: asyncio.AbstractEventLoop | None = None
_at_exit: list[Callable[[], Coroutine[Any, Any, None]]] = []
_entering: deque[Callable[[], object]] = deque()  # the first one has begun, or is about to


class Home(Protocol):
    """Where the loop runs, and how others wait for it."""

    def start(self) -> asyncio.AbstractEventLoop:
        """Return the loop, which runs from now on."""

    def hindrance(self) -> str:
        """Say why this caller cannot wait for what runs there, in words; "" if it can."""

    def wait(self, work: concurrent.futures.Future[Any], timeout: float | None) -> None:
        """Return when the work is done.

        Raises:
            TimeoutError: it was not within ``timeout`` seconds.
        """


class OwnThread:
    """The loop's home in every ordinary Python: a daemon thread."""

    def start(self) -> asyncio.AbstractEventLoop:
        """Start the thread."""
        ready = threading.Event()
        started = asyncio.new_event_loop()
        threading.Thread(target=self._run, args=(started, ready), name=THREAD_NAME, daemon=True).start()
        ready.wait()
        return started

    def _run(self, background: asyncio.AbstractEventLoop, ready: threading.Event) -> None:
        asyncio.set_event_loop(background)
        background.call_soon(ready.set)
        background.run_forever()

    def hindrance(self) -> str:
        """Let every thread wait but this one."""
        return "it would wait for itself: await instead" if is_current() else ""

    def wait(self, work: concurrent.futures.Future[Any], timeout: float | None) -> None:
        """Block the calling thread."""
        work.exception(timeout)


_home: Home = OwnThread()


def move(home: Home) -> None:
    """Have the loop run elsewhere; before its first use."""
    global _home
    with _lock:
        if _loop is not None:
            raise RuntimeError("the background loop runs already: move() comes before its first use")
        _home = home


def loop() -> asyncio.AbstractEventLoop:
    """Return the background loop, started on first use."""
    global _loop
    with _lock:
        if _loop is None:
            _loop = _home.start()
        kernel.wake_on_interrupt()  # each time: the first caller may be a thread that cannot have it so
        return _loop


def is_current() -> bool:
    """Tell whether the caller runs on the background loop."""
    try:
        return asyncio.get_running_loop() is _loop
    except RuntimeError:
        return False


def submit(coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
    """Run a coroutine on the background loop; the returned future is for other threads."""
    return asyncio.run_coroutine_threadsafe(coroutine, loop())


def run(coroutine: Coroutine[Any, Any, T], *, timeout: float | None = None) -> T:
    """Run a coroutine on the background loop and wait for its result, at most ``timeout`` seconds.

    Not from the background loop itself, which would wait for itself: that raises RuntimeError.
    """
    if hindrance := _home.hindrance():
        coroutine.close()
        raise RuntimeError(f"background.run() cannot wait here: {hindrance}")
    future = submit(coroutine)
    try:
        _home.wait(future, timeout)
        return future.result(0)
    except BaseException:  # a timeout, or the learner's interrupt: the coroutine must not go on unowned
        future.cancel()
        raise


def finish(coroutine: Coroutine[Any, Any, None], report: Callable[[BaseException], object]) -> None:
    """Run what ends something, and wait for it: also where a garbage collector asks for that, on whatever thread.

    Where nobody can wait, as on the background loop itself, it is only begun, and what it raises goes to ``report``.
    """
    if _home.hindrance():
        on_failure(submit(coroutine), report)
    else:
        run(coroutine)


def call(function: Callable[..., object], *args: object) -> None:
    """Call a plain function on the background loop, soon."""
    loop().call_soon_threadsafe(function, *args)


def enter(function: Callable[[], object]) -> None:
    """Call a plain function where it may :func:`run`: here, at once; where nobody can wait, on the loop, soon.

    For a page's messages: in a browser's tab they come in a callback of JavaScript's. One that waits there keeps the
    next ones waiting, as on a thread of their own.
    """
    if not _home.hindrance():
        function()
        return
    _entering.append(function)
    if len(_entering) == 1:
        call(_enter_next)


def _enter_next() -> None:
    try:
        _entering[0]()
    finally:
        _entering.popleft()
        if _entering:
            call(_enter_next)


def call_next(function: Callable[..., object], *args: object) -> None:
    """Do as :func:`call`; but where a callback of the background loop asks, nobody wakes that loop: it is awake.

    Not for what a garbage collector may call: that comes at any time, also when the loop is just about to wait.
    """
    if is_current():
        asyncio.get_running_loop().call_soon(function, *args)
    else:
        call(function, *args)


def report(error: BaseException) -> None:
    """Show an exception below the cell whose context this is, where a learner looks; without IPython on stderr."""
    shell = kernel.shell()
    show = shell.showtraceback if shell else lambda details: sys.excepthook(*details)
    show((type(error), error, error.__traceback__))


def on_failure(
    work: concurrent.futures.Future[Any] | asyncio.Future[Any], report: Callable[[BaseException], object]
) -> None:
    """Have ``report`` called with what ``work`` raises, unless it was cancelled: nothing fails unseen."""

    def ended(done: Any) -> None:
        if not done.cancelled() and (error := done.exception()) is not None:
            report(error)

    work.add_done_callback(ended)


class Tasks:
    """The tasks of one owner on the running loop: kept until they end, and what they raise goes to ``report``."""

    def __init__(self, report: Callable[[BaseException], object]) -> None:
        self._report = report
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run a coroutine as a task of this owner."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        on_failure(task, self._report)
        return task

    async def cancel(self) -> None:
        """Cancel those that still run, and wait until they are over."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def at_exit(closer: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Have ``closer`` awaited when the process ends (so that clients are told 1001); return how to take that back."""
    _at_exit.append(closer)

    def forget() -> None:
        with suppress(ValueError):  # once is enough
            _at_exit.remove(closer)

    return forget


def _shut_down() -> None:
    if _loop is None or not _at_exit:
        return

    async def close_all() -> None:
        await asyncio.gather(*(closer() for closer in list(_at_exit)), return_exceptions=True)

    future = asyncio.run_coroutine_threadsafe(close_all(), _loop)
    concurrent.futures.wait([future], timeout=SHUTDOWN_SECONDS)


atexit.register(_shut_down)


def detach(sockets: Iterable[Any]) -> None:
    """In a forked child: give up inherited sockets, which would keep their connections and ports from ending.

    Their numbers stay taken, by the null device, for the objects that know them still live here.
    """
    null = os.open(os.devnull, os.O_RDWR)
    for inherited in sockets:
        with suppress(OSError, ValueError):  # closed before the fork
            os.dup2(null, inherited.fileno())
    os.close(null)


_after_fork: list[Callable[[], None]] = []


def after_fork(action: Callable[[], None]) -> None:
    """Have ``action`` called in every forked child, before the background loop of the parent is forgotten there."""
    _after_fork.append(action)


def _leave_the_parent() -> None:
    """Leave the parent's loop and lock behind; its sockets are closed by those that own them."""
    global _loop, _lock
    for action in _after_fork:
        action()
    _lock = threading.RLock()
    _loop = None
    _at_exit.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_the_parent)
