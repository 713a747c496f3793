"""LoopPulse: the heartbeat of an event loop, and its tasks; it shows what happens to both when code blocks.

Two clocks: the loop that is watched beats ten times a second, if it is let; the background loop, which runs on its own
thread, looks for beats that stay away, and can therefore tell so while the other one is stuck.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import linecache
import logging
import sys
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from html import escape
from types import FrameType
from typing import Any, Final

from chatlib import background
from chatlib.front_end.bundle import front_end, style_sheet
from chatlib.widgets.live import LiveWidget

logger = logging.getLogger(__name__)

BEAT_SECONDS: Final = 0.1
GAP_SECONDS: Final = 0.3  # three beats that stayed away
BLOCK_SECONDS: Final = 2
GAPS_KEPT: Final = 50
SNAPSHOT_SECONDS: Final = 1  # shorter gaps come and go with the machine's load
BEATS_KEPT: Final = 80
BEAT: Final = "♥"
MISSED: Final = "·"
MARKS_A_SECOND: Final = 10
MARKS_SHOWN: Final = 50  # of one gap: five seconds
TASKS_SHOWN: Final = 30
KERNEL_PACKAGES: Final = frozenset({"IPython", "anyio", "ipykernel", "tornado", "zmq"})


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without a beat: its ``seconds``, and the line of the cell that ran meanwhile, "" if it was none."""

    seconds: float
    line: str = ""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task: its name, its coroutine, and the line of code at which it waits."""

    name: str
    coroutine: str
    line: str


class LoopPulse(LiveWidget):
    """The heartbeat of the loop that runs here, ten beats a second, and the list of its tasks.

    Beats that stay away for 0.3 s are a gap; the last 50 are kept. It ends with :meth:`stop`, or with its loop;
    :meth:`start`, or a click on "Start again", has it go on.
    """

    _esm = front_end("loop_pulse")
    _css = style_sheet("loop_pulse")

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._guard = threading.Lock()
        self._gaps: deque[Gap] = deque(maxlen=GAPS_KEPT)
        self._gap_count = 0
        self._beats = 0
        self._longest = 0.0
        self._last_beat = time.monotonic()
        self._line = ""
        self._told_tasks: dict[str, Any] = {}
        self._stopped = False
        self._starts = 0
        super().__init__()
        self._watching = self._begin_to_watch()
        self.at_close.callback(self.stop)
        self._beat()

    @property
    def running(self) -> bool:
        """False after :meth:`stop`, until :meth:`start`."""
        return not self._stopped

    @property
    def beats(self) -> int:
        """How often the loop has come round to beat."""
        return self._beats

    @property
    def longest_gap(self) -> float:
        """The longest time between two beats in seconds, the one that lasts now included."""
        with self._guard:
            return max(self._longest, 0.0 if self._stopped else time.monotonic() - self._last_beat)

    @property
    def gaps(self) -> list[Gap]:
        """The gaps that are over."""
        with self._guard:
            return list(self._gaps)

    @property
    def tasks(self) -> list[TaskLine]:
        """The loop's unfinished tasks, by name, without those with which the kernel itself runs."""
        return [_task_line(task) for task in sorted(self._all_tasks(), key=_order) if not _is_kernels(task)]

    def stop(self) -> None:
        """Beat no more, and watch no more; what was seen stays; idempotent."""
        with self._guard:
            if self._stopped:
                return
            self._longest = max(self._longest, time.monotonic() - self._last_beat)
            self._stopped = True
        self._watching.cancel()
        self.record("stopped", {}, key="")

    def start(self) -> None:
        """Beat and watch again after :meth:`stop`; the time between is no gap; idempotent.

        Raises:
            RuntimeError: its loop has ended, or it is closed.
        """
        with self._guard:
            if not self._stopped:
                return
            if self._loop.is_closed() or self.comm is None:
                raise RuntimeError("this pulse cannot go on, for its loop or its widget is closed: make a new one")
            self._stopped = False
            self._starts += 1
            self._last_beat = time.monotonic()
            self._line = ""
            self._watching = self._begin_to_watch()
        self.forget("stopped")
        self.record("started", {}, key="")
        self._loop.call_soon_threadsafe(self._beat_again, self._starts)

    def __repr__(self) -> str:
        state = "stopped" if self._stopped else "running"
        return f"<LoopPulse {state}, {self._beats} beats, longest gap {self.longest_gap:.1f} s>"

    def act(self, action: dict[str, Any]) -> None:
        """Block the loop, because somebody wants to see it, or start again."""
        match action:
            case {"do": "block"}:
                self._loop.call_soon_threadsafe(self._block)
            case {"do": "start"}:
                self.start()
            case _:
                raise ValueError(f"expected an action of the pulse's page, got {action!r}")

    def snapshot(self) -> str:
        """Return the heartbeat in marks, the gaps and the tasks; without what differs from run to run."""
        long = [gap for gap in self.gaps if gap.seconds >= SNAPSHOT_SECONDS]
        gaps = "".join(f"<li><strong>{gap.seconds:.0f} s</strong> {_code(gap.line)}</li>" for gap in long)
        tasks = "".join(
            f"<tr><td><strong>{escape(task.name)}</strong></td><td>{_code(task.coroutine)}</td><td>{_code(task.line)}</td></tr>"
            for task in self.tasks[:TASKS_SHOWN]
        )
        heads = "".join(f"<th scope='col'>{name}</th>" for name in ("Name", "Coroutine", "Waits at"))
        table = f"<table><caption>Tasks</caption><thead><tr>{heads}</tr></thead><tbody>{tasks}</tbody></table>"
        return "".join(
            (
                "<p><strong>The pulse of the event loop</strong>, ten beats a second</p>",
                f"<p aria-hidden='true'><code>{_marks(long)}</code></p>",
                f"<p>{BEAT} is a beat, {MISSED} one that did not come, because something blocked the loop.</p>",
                f"<p>Nothing else could run for:</p><ol>{gaps}</ol>" if gaps else "<p>No gap of a second or more.</p>",
                table if tasks else "<p>No tasks but the kernel’s own.</p>",
            )
        )

    # On the loop that is watched

    def _block(self) -> None:
        self._line = f"time.sleep({BLOCK_SECONDS})"
        time.sleep(BLOCK_SECONDS)

    def _beat(self) -> None:
        if self._stopped:
            return
        now = time.monotonic()
        with self._guard:
            gap = now - self._last_beat
            self._longest = max(self._longest, gap)
            self._last_beat = now
            if gap > GAP_SECONDS:
                self._end_gap(gap)
        self._beats += 1
        self.forget("beat", str(self._beats - BEATS_KEPT))
        self.record("beat", {}, key=str(self._beats))
        self._tell_tasks()
        self._loop.call_later(BEAT_SECONDS, self._beat_again, self._starts)

    def _beat_again(self, start: int) -> None:
        """Beat, unless it was stopped and started meanwhile, and another one beats."""
        if start == self._starts:
            self._beat()

    def _end_gap(self, seconds: float) -> None:
        self._gaps.append(Gap(seconds, self._line))
        self._tell_gap(seconds, over=True)
        self._gap_count += 1
        self._line = ""
        self.forget("gap", str(self._gap_count - GAPS_KEPT))

    def _all_tasks(self) -> set[asyncio.Task[Any]]:
        return asyncio.all_tasks(self._loop)

    def _tell_tasks(self) -> None:
        tasks = self.tasks
        told = {
            "tasks": [asdict(task) for task in tasks[:TASKS_SHOWN]],
            "more": len(tasks[TASKS_SHOWN:]),
            "kernel": len(self._all_tasks()) - len(tasks),
        }
        if told != self._told_tasks:
            self._told_tasks = told
            self.record("tasks", told, key="")

    # On the background loop

    def _begin_to_watch(self) -> concurrent.futures.Future[None]:
        watching = background.submit(self._watch())
        background.on_failure(watching, self._failed)
        return watching

    async def _watch(self) -> None:
        while not self._loop.is_closed():
            await asyncio.sleep(BEAT_SECONDS)
            with self._guard:
                gap = time.monotonic() - self._last_beat
                if gap > GAP_SECONDS and not self._stopped:
                    self._line = self._line or self._line_that_runs()
                    self._tell_gap(gap, over=False)

    def _tell_gap(self, seconds: float, *, over: bool) -> None:
        data = {"n": self._gap_count, "seconds": round(seconds, 1), "line": self._line, "over": over}
        self.record("gap", data, key=str(self._gap_count))

    def _line_that_runs(self) -> str:
        """Return the innermost line of the notebook's own code that the watched loop's thread is at."""
        notebook = vars(sys.modules["__main__"])
        frame: FrameType | None = sys._current_frames().get(self._thread)
        while frame is not None and frame.f_globals is not notebook:
            frame = frame.f_back
        return _source(frame.f_code.co_filename, frame.f_lineno) if frame is not None else ""

    def _failed(self, error: BaseException) -> None:
        logger.error("%r failed", self, exc_info=error)


def _is_kernels(task: asyncio.Task[Any]) -> bool:
    frame = getattr(task.get_coro(), "cr_frame", None)
    return frame is not None and frame.f_globals.get("__name__", "").split(".")[0] in KERNEL_PACKAGES


def _order(task: asyncio.Task[Any]) -> tuple[int, str]:
    name = task.get_name()
    return len(name), name  # "Task-9" stands before "Task-10"


def _task_line(task: asyncio.Task[Any]) -> TaskLine:
    coroutine = task.get_coro()
    frames = task.get_stack(limit=1)
    line = _source(frames[0].f_code.co_filename, frames[0].f_lineno) if frames else ""
    return TaskLine(task.get_name(), getattr(coroutine, "__qualname__", repr(coroutine)), line)


def _source(filename: str, number: int) -> str:
    line = linecache.getline(filename, number).strip()
    return line if len(line) <= 80 else f"{line[:79]}…"


def _marks(gaps: list[Gap]) -> str:
    """Return the heartbeat as a row of marks, one for each tenth of a second: some beats, and between them each gap."""
    beats = " ".join(BEAT * 5)
    return beats + "".join(f" {_missed(gap.seconds)} {beats}" for gap in gaps)


def _missed(seconds: float) -> str:
    count = round(seconds) * MARKS_A_SECOND
    marks = " ".join(MISSED * min(count, MARKS_SHOWN))
    return marks if count <= MARKS_SHOWN else f"{marks} …"


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>" if text else ""
