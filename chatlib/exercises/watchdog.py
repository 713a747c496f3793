"""A watchdog for checks: it ends code that keeps the loop to itself, and says which line that was.

``while ws.readyState == 0: pass`` waits for something that cannot come, for nothing else runs meanwhile: neither the
check's own timeout, nor Kernel → Interrupt, which ipykernel turns into a cancellation. So a thread asks the loop again
and again for a turn, and where it gets none it sends this process the signal of an interrupt. The signal's handler runs
on the main thread, in the very line that is stuck, and raises there; an interrupt that somebody else sent is passed on.
"""

from __future__ import annotations

import _thread
import asyncio
import signal
import sys
import threading
from asyncio import events
from collections.abc import Container
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Final, Self

from chatlib.words import Text

NOTHING: Final = Text("")
SECONDS: Final = 5.0
PAUSE_SECONDS: Final = 0.1


class Stuck(BaseException):
    """The learner's code gave the loop no turn; no ``except Exception`` of theirs shall catch it.

    An ``except:`` does; then it is raised again and again: at once, and after one line, two lines, …, until it is
    raised where nothing catches it.
    """


class Watchdog:
    """Watches the running loop for the length of a ``with`` in the module ``owner``; ``found`` says what it ended.

    ``has_ended`` is set by the loop's next turn: what waits for the ended code would wait in vain.

    Only what the learner's code calls is ended, and not what has called it: the owner, the loop. Off the main thread,
    where Python lets nobody handle signals, it does nothing; nor where no thread can start, as in a browser's tab.
    """

    def __init__(self, owner: str) -> None:
        self.found = NOTHING
        self.has_ended = asyncio.Event()
        self._callers = {owner, events.__name__}
        self._loop = asyncio.get_running_loop()
        self._turn = threading.Event()
        self._is_over = threading.Event()
        self._guard = threading.Lock()
        self._barks = False
        self._raised = 0
        self._handler_before: Any = None
        self._trace_before = sys.gettrace()

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            with suppress(RuntimeError):
                threading.Thread(target=self._watch, name="chatlib watchdog", daemon=True).start()
                self._handler_before = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:  # a signal sent later would be somebody's interrupt
            self._is_over.set()
            self._turn.set()
        if self._raised > 1:
            sys.settrace(self._trace_before)
        if self._handler_before is not None:
            signal.signal(signal.SIGINT, self._handler_before)

    def _watch(self) -> None:
        while not self._is_over.wait(PAUSE_SECONDS):
            self._turn.clear()
            try:
                self._loop.call_soon_threadsafe(self._turn.set)
            except RuntimeError:  # the loop is closed
                return
            patience = PAUSE_SECONDS if self.found else SECONDS  # who was ended once has more of the kind
            while not self._turn.wait(patience):
                self._bark()
                patience = PAUSE_SECONDS

    def _bark(self) -> None:
        """Send the signal, unless one is on its way: two can come as one, and then as somebody's own interrupt."""
        with self._guard:
            if not self._is_over.is_set() and not self._barks:
                self._barks = True
                _interrupt_main_thread()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self._barks:
            if callable(self._handler_before):
                self._handler_before(number, frame)
            return
        self._barks = False
        if not self._turn.is_set() and (line := learners_line(frame, self._callers)):
            self.found = self.found or Text(
                "your code has not given the loop a turn for {seconds:g} s: {line}", seconds=SECONDS, line=line
            )
            self._loop.call_soon_threadsafe(self.has_ended.set)
            if self._raised:
                self._raise_later(frame, lines=self._raised)
            self._raised += 1
            raise Stuck(self.found)

    def _raise_later(self, frame: FrameType | None, *, lines: int) -> None:
        """Raise so many lines later: an ``except:`` catches what is raised within its ``try`` only."""

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            nonlocal lines
            if event == "call" and not _is_called_by(caller, frame):  # another task's, which is not stuck
                return None
            lines -= event == "line" and frame.f_globals.get("__name__") == "__main__"
            if lines <= 0:  # Python itself takes away a trace function that raises
                raise Stuck(self.found)
            return trace

        while frame is not None and frame.f_globals.get("__name__") not in self._callers:
            frame.f_trace = trace
            frame = frame.f_back
        caller = frame
        sys.settrace(trace)


def learners_line(frame: FrameType | None, callers: Container[str | None]) -> Text:
    """Return the innermost line of the learner's code that runs in this frame, "" if it is the turn of somebody else.

    ``callers`` are the modules that call learners' code. Who waits in the loop itself has no caller below: only the
    kernel's own main module, which is no learner.
    """
    line = NOTHING
    while frame is not None and (module := frame.f_globals.get("__name__")) not in callers:
        if module == "__main__" and not line:
            line = Text("line {number} of {name}", number=frame.f_lineno, name=frame.f_code.co_name)
        frame = frame.f_back
    return line if frame is not None else NOTHING


def _is_called_by(caller: FrameType | None, frame: FrameType | None) -> bool:
    while frame is not None and frame is not caller:
        frame = frame.f_back
    return frame is caller


def _interrupt_main_thread() -> None:
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:  # a real signal: it also ends time.sleep()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
