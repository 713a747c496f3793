"""What a check is made of: a coroutine that returns praise, or raises NotYet with a hint.

A hint says what was seen: what was given, what came of it, and what was expected. Then it may say what the task asks
for, or where to look. It names no cause that the check has not seen: people come to the same wrong answer in many ways.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import re
import sys
import time
import traceback
import warnings
import weakref
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, Final, ParamSpec, Self, TypeVar

from websockets.exceptions import ConnectionClosedOK

from chatlib import languages
from chatlib.exercises.clocks import Clocks
from chatlib.exercises.naps import Naps
from chatlib.exercises.strangers import Strangers
from chatlib.exercises.watchdog import Watchdog
from chatlib.machine import tab
from chatlib.words import Text, joined

P = ParamSpec("P")
C = TypeVar("C", bound=type)

SECONDS: Final = 10.0  # since a function of the learner's was last called, or came back: there may be many calls
BUSY_FACTOR: Final = 3  # so many times as long it may take where nothing of the learner's waits: the machine is slow
LONG_SECONDS: Final = 120.0  # each wait of such a check has a limit of its own, which says more
SHOWN_CHARACTERS: Final = 80
CANCEL_SECONDS: Final = 5.0  # for the servers of a check to stop, and for what is stuck in them to be ended
HOLDS_ON: Final = Text(
    "Is a cancellation caught there, or waited on in a finally? An except Exception lets it through."
)
NO_TURN: Final = Text(
    "While it runs, nothing else can. Does a loop there end? Where it waits for something, it needs an await."
)
ALL_SLEEP: Final = Text("Meanwhile the loop stands still, and nobody else has a turn. Which sleep can be awaited?")
WHICH_METHOD: Final = Text(
    "The loop may not notice until something else wakes it. Which method of the loop may another thread call?"
)
STILL_THERE: Final = Text("What an earlier call had found is still in it. Is it made anew at each call?")
ORIGIN_FRAMES: Final = 4  # from the line that makes a coroutine to the learner's line, as in ws.once()
_NOT_AWAITED: Final = re.compile(r"(?<!\ba )(?<!argument: ')(?<!attribute ')\bcoroutine\b")  # no learner's own name
_NOT_TO_AWAIT: Final = re.compile(r"can't be (used in 'await' expression|awaited)$")

_left_behind: set[asyncio.Task[Any]] = set()


class _Calls:
    """The calls of what the learner wrote, and how long the last of them has lasted, or has been over."""

    def __init__(self) -> None:
        self._latest = time.monotonic()

    def note(self) -> None:
        """Take down that one begins, or has come back."""
        self._latest = time.monotonic()

    def left(self, seconds: float) -> float:
        """Return how much of so many seconds is left."""
        return self._latest + seconds - time.monotonic()


_calls: Final[ContextVar[_Calls | None]] = ContextVar("_calls", default=None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says: ``solved`` for programs, ``text`` for people; printed in the language of outputs."""

    solved: bool
    text: Text

    def __repr__(self) -> str:
        said = Text("Solved: {text}", text=self.text) if self.solved else Text("Not yet: {text}", text=self.text)
        return languages.printed(said)


class NotYet(Exception):
    """The answer is not right yet; the message is a hint, and not the answer.

    It is written as a ``Text`` is: ``NotYet("you returned {count} words.", count=3)``.
    """

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(Text.of_data(template, **values))
        self.at = time.monotonic()

    @classmethod
    def saying(cls, hint: Text) -> Self:
        """Make one of a hint that was written elsewhere."""
        return cls(hint)

    @property
    def hint(self) -> Text:
        """What it says."""
        hint: Text = self.args[0]
        return hint


def exercise(check: Callable[P, Awaitable[Text]]) -> Callable[P, Awaitable[Verdict]]:
    """Make a check of a coroutine function that returns praise or raises NotYet.

    What the learner's code raises is a hint too, and so is that it never returns, or never lets anything else run. The
    check's own timeout and Kernel → Interrupt are stronger than an ``except`` in what it runs.
    """
    return _checked(check, lambda: SECONDS)


def long_exercise(check: Callable[P, Awaitable[Text]]) -> Callable[P, Awaitable[Verdict]]:
    """Make a check, as :func:`exercise` does, that takes its time: it waits for a browser, or watches for seconds."""
    return _checked(check, lambda: LONG_SECONDS)


def _checked(check: Callable[P, Awaitable[Text]], limit: Callable[[], float]) -> Callable[P, Awaitable[Verdict]]:
    @functools.wraps(check)
    async def checked(*args: P.args, **kwargs: P.kwargs) -> Verdict:
        names = getattr(args[0] if args else None, "__globals__", vars(sys.modules["__main__"]))
        with (
            Watchdog(__name__) as watchdog,
            Clocks(names),
            Naps(names) as naps,
            Strangers() as strangers,
            _Unseen() as unseen,
        ):
            verdict = await _judge(check(*args, **kwargs), limit(), unseen, watchdog.has_ended)
        if watchdog.found:
            return Verdict(False, Text("{found}. {hint}", found=watchdog.found, hint=NO_TURN))
        if strangers.line:  # whether the loop has noticed, is chance
            seen = Text("{line} ran in another thread, and touched what belongs to the loop", line=strangers.line)
            return Verdict(False, Text("{seen}. {hint}", seen=seen, hint=WHICH_METHOD))
        if verdict.solved and naps.line:
            return Verdict(False, Text("{line} sleeps with time.sleep(). {hint}", line=naps.line, hint=ALL_SLEEP))
        return verdict

    return checked


class _Unseen:
    """What happens to the learner's code while a check runs, and no result shows it.

    What a task raises nobody sees while a variable holds it; and a coroutine that nobody awaits does nothing. What an
    earlier answer left behind is not collected meanwhile, or its coroutines would be taken for this one's.
    """

    def __init__(self) -> None:
        self._ended: list[tuple[float, asyncio.Future[Any]]] = []
        self._begun: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self._loop = asyncio.get_running_loop()
        self._make = self._loop.get_task_factory()
        self._depth = sys.get_coroutine_origin_tracking_depth()
        self._catching = warnings.catch_warnings(record=True)
        self._warned: list[warnings.WarningMessage] | None = None

    def __enter__(self) -> Self:
        gc.freeze()
        if not tab.is_here():  # Pyodide's loop makes no task with a factory on Python 3.14: it names it by what is gone
            self._loop.set_task_factory(self._note)
        self._warned = self._catching.__enter__()
        warnings.filterwarnings("always", message="coroutine '.*' was never awaited", category=RuntimeWarning)
        sys.set_coroutine_origin_tracking_depth(max(self._depth, ORIGIN_FRAMES))
        return self

    def __exit__(self, *_: object) -> None:
        gc.unfreeze()
        sys.set_coroutine_origin_tracking_depth(self._depth)
        self._catching.__exit__(None, None, None)
        self._loop.set_task_factory(self._make)
        shown = ((str(each.message), each.category, each.filename, each.lineno) for each in self._warned or ())
        for message, category, file, line in dict.fromkeys(shown):
            warnings.warn_explicit(message.partition("\n")[0], category, file, line)  # without the lines of the check

    def add_to(self, hint: Text, until: float) -> Text:
        """Add to a hint what it does not name: what a task raised before it, in which line nobody awaited something."""
        for at, task in self._ended:
            if at > until or task.cancelled() or not (error := task.exception()):
                continue
            if isinstance(error, ConnectionClosedOK):  # a check that has seen enough says goodbye
                continue
            if (place := _place(error.__traceback__)) and place not in hint:
                return Text("{hint} A task of yours raised {error}.", hint=hint, error=raised(error))
        for each in self._warned or ():
            if (line := line_of_origin(each.source)) and line not in hint:
                return Text("{hint} Nobody awaited what was called in {line}.", hint=hint, line=line)
        return hint

    def waiting_lines(self) -> Text:
        """Return the lines of the learner's own code in which tasks of this check wait, "" if none does."""
        return joined(sorted({line for line in map(_waiting_line, self._begun) if line}), Text(" and "))

    def _note(self, loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        task: Any = (
            self._make(loop, coroutine, **options) if self._make else asyncio.Task(coroutine, loop=loop, **options)
        )
        self._begun.add(task)
        if is_learners(coroutine):
            task.add_done_callback(lambda task: self._ended.append((time.monotonic(), task)))
        return task


async def _judge(check: Awaitable[Text], seconds: float, unseen: _Unseen, is_stuck: asyncio.Event) -> Verdict:
    """Carry a check out in a task of its own: who catches even its cancellation can be left behind."""
    calls = _Calls()
    _calls.set(calls)
    task = asyncio.create_task(_carried_out(check, unseen))
    ending = asyncio.create_task(is_stuck.wait())
    until = time.monotonic() + LONG_SECONDS
    done: set[asyncio.Task[Any]] = set()
    try:
        while not done and (left := min(calls.left(seconds), until - time.monotonic())) > 0:
            done, _ = await asyncio.wait([task, ending], timeout=left, return_when=asyncio.FIRST_COMPLETED)
        longer = min(BUSY_FACTOR * seconds, LONG_SECONDS)
        if longer > seconds and not (done or _waiting_line(task) or unseen.waiting_lines()):
            await asyncio.wait([task, ending], timeout=longer - seconds, return_when=asyncio.FIRST_COMPLETED)
            seconds = longer
    except asyncio.CancelledError:  # Kernel → Interrupt
        await _end(task)
        raise
    finally:
        ending.cancel()
    if task.done():
        if isinstance(result := task.result(), KeyboardInterrupt):
            raise result
        return result
    waiting, elsewhere, now = _waiting_line(task), unseen.waiting_lines(), time.monotonic()
    await _end(task)
    late = Text("this was not over after {seconds:g} seconds", seconds=seconds)  # whoever it was that waited
    if elsewhere:  # in a handler, say
        late = Text(
            "this was not over after {seconds:g} seconds, and {line} still waited", seconds=seconds, line=elsewhere
        )
    if waiting:
        late = Text(
            "it did not come back within {seconds:g} seconds, and {line} still waited", seconds=seconds, line=waiting
        )
    if task.done():
        hint = Text("{late}. What does your code wait for?", late=late)
        if not (waiting or elsewhere):
            hint = Text("{late}, and no line of yours was waiting. What should have happened by then?", late=late)
        return Verdict(False, unseen.add_to(hint, until=now))
    stuck = Text(
        "{late}. {seconds:g} seconds after it was cancelled it had not ended either, and may go on until you restart "
        "the kernel. {hint}",
        late=late,
        seconds=CANCEL_SECONDS,
        hint=HOLDS_ON,
    )
    return Verdict(False, stuck)


async def _carried_out(check: Awaitable[Text], unseen: _Unseen) -> Verdict | KeyboardInterrupt:
    try:
        return Verdict(True, await check)
    except NotYet as hint:
        return Verdict(False, unseen.add_to(hint.hint, until=hint.at))
    except KeyboardInterrupt as interrupt:  # raised out of a task, it would end the loop
        return interrupt
    except BaseException as error:  # what was cancelled inside, exit(), what the watchdog ended
        return Verdict(False, Text("it raised {error}.", error=raised(error)))


async def _end(task: asyncio.Task[Any]) -> None:
    """Cancel a task, and give it some time to clean up; one that goes on is held, so that asyncio need not complain."""
    task.cancel()
    await asyncio.wait([task], timeout=CANCEL_SECONDS)
    if not task.done():
        _left_behind.add(task)
        task.add_done_callback(_left_behind.discard)


async def result_of(function: Callable[..., Any], *args: Any) -> Any:
    """Call what the learner wrote, ``def`` or ``async def``; return its result."""
    if inspect.iscoroutine(function):
        function.close()
        raise NotYet(
            "you called your function, and gave the check what came of it. Give it the function: its name alone."
        )
    if not callable(function):
        raise NotYet("this check needs a function, and was given {value}.", value=shown(function))
    calls = _calls.get() or _Calls()
    calls.note()
    try:
        result = function(*args)
        if inspect.isasyncgen(result):
            raise NotYet(
                "there is a yield in your function, so nothing in it runs when it is called. Use return instead."
            )
        return _as_it_is(await result if inspect.isawaitable(result) else result)
    finally:
        calls.note()


def _as_it_is(result: Any) -> Any:
    """Return what was returned as it is now: a list that is returned too early may be filled later."""
    if type(result) is tuple:
        return tuple(map(_as_it_is, result))
    return copy(result) if isinstance(result, list | deque) else result


def take_note(task: asyncio.Task[Any]) -> None:
    """Look at what a task raised that may be left behind: there is a verdict already, and asyncio need not complain."""
    if not task.cancelled():
        task.exception()


def names_around(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the names of the notebook in which it is written: a function, a partial of one, or what has a __call__."""
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(function)
    if not hasattr(function, "__globals__"):
        function = type(function).__call__
    names: dict[str, Any] = getattr(function, "__globals__", vars(sys.modules["__main__"]))
    return names


def is_learners(coroutine: Any) -> bool:
    """Tell whether it was written in the notebook."""
    frame = getattr(coroutine, "cr_frame", None)
    return frame is not None and frame.f_globals.get("__name__") == "__main__"


def is_list(value: object) -> bool:
    """Tell whether it is a list, as the task asks; a tuple or a deque will do. No set and no generator, nor a text."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def check_mapping(name: str, value: object) -> None:
    """Refuse what is no dictionary where the stub has one."""
    if not isinstance(value, Mapping):
        raise NotYet(
            "{name} is {value}. Leave it a dictionary, as it was, and replace each None in it.",
            name=name,
            value=shown(value),
        )


def differs_at(expected: Sequence[Any], found: Sequence[Any]) -> int:
    """Return the first place at which two sequences differ."""
    both = enumerate(zip(expected, found, strict=False))
    return next((place for place, (mine, theirs) in both if mine != theirs), min(len(expected), len(found)))


def shown(value: object) -> Text:
    """Return what a learner's value looks like, for a hint: short, and with its type where that says more."""
    text = repr(value)
    text = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    kind = type(value).__name__
    if value is None:
        return Text.of_data(text)
    if inspect.iscoroutine(value) and inspect.getcoroutinestate(value) == inspect.CORO_CREATED:
        return Text("{text}, a coroutine that nobody has awaited", text=text)
    if kind[0] in "aeiouAEIOU":
        return Text("{text}, an {kind}", text=text, kind=kind)
    return Text("{text}, a {kind}", text=text, kind=kind)


def named_as(kind: type) -> Callable[[C], C]:
    """Give a class the name of the one in whose place it comes: in what Python says of a mistake, learners read it."""

    def name(given: C) -> C:
        given.__name__, given.__qualname__, given.__module__ = kind.__name__, kind.__qualname__, kind.__module__
        return given

    return name


@contextmanager
def during(what: Text) -> Iterator[None]:
    """Have a hint about what the learner's code raises say what was going on."""
    try:
        yield
    except NotYet:
        raise
    except (Exception, asyncio.CancelledError) as error:  # a limit may cancel what it ends
        raise NotYet("{what}, and your function raised {error}.", what=what, error=raised(error)) from error


def raised(error: BaseException) -> Text:
    """Return what was raised, in which line of the learner's own code, and what it says; of a group, its first."""
    if isinstance(stop := error.__cause__, StopIteration):  # Python lets none out of a coroutine, as a check is one
        error = stop
    kind = Text("{kind}{place}", kind=type(error).__name__, place=_place(error.__traceback__))
    if isinstance(error, BaseExceptionGroup):  # of a TaskGroup: it says itself only how many there are
        return Text("{kind}: {error}", kind=kind, error=raised(error.exceptions[0]))
    said = str(error).removesuffix(".")  # a hint has a full stop of its own
    if not said:
        return kind
    if isinstance(error, AttributeError | TypeError):
        if _NOT_AWAITED.search(said) or _was_given_coroutine(error.__traceback__):
            return Text("{kind}: {error} (is it awaited?)", kind=kind, error=said)
        if _NOT_TO_AWAIT.search(said):
            return Text("{kind}: {error} (does it need an await?)", kind=kind, error=said)
    return Text("{kind}: {error}", kind=kind, error=said)


def _was_given_coroutine(trace: TracebackType | None) -> bool:
    """Tell whether the library's function that raised it was given a coroutine that nobody has awaited."""
    frame = next((frame for frame, _ in reversed([*traceback.walk_tb(trace)])), None)
    if frame is None or frame.f_globals.get("__name__") == "__main__":
        return False
    given = filter(inspect.iscoroutine, frame.f_locals.values())
    return any(inspect.getcoroutinestate(each) == inspect.CORO_CREATED for each in given)


def _waiting_line(task: asyncio.Task[Any]) -> Text:
    """Return the innermost line of the learner's own code in which it waits, "" if it waits elsewhere."""
    line = Text("")
    waiting: Any = task.get_coro()
    while inspect.iscoroutine(waiting) or inspect.isgenerator(waiting):
        frame: FrameType | None = getattr(waiting, "cr_frame", None) or getattr(waiting, "gi_frame", None)
        if frame is not None and frame.f_globals.get("__name__") == "__main__":
            line = Text("line {number} of {name}", number=frame.f_lineno, name=frame.f_code.co_name)
        waiting = getattr(waiting, "cr_await", None) or getattr(waiting, "gi_yieldfrom", None)
    return line


def line_of_origin(coroutine: Any) -> Text:
    """Return the line of the learner's own code in which a coroutine was made, "" if it was made elsewhere."""
    modules = {getattr(module, "__file__", None) for module in [*sys.modules.values()]}
    for file, number, name in getattr(coroutine, "cr_origin", None) or ():
        if file not in modules and not file.startswith("<frozen"):
            return Text("line {number} of {name}", number=number, name=name)
    return Text("")


def _place(trace: TracebackType | None) -> Text:
    """Return which line of the learner's own code raised it, "" if none did."""
    own = [
        (frame, number) for frame, number in traceback.walk_tb(trace) if frame.f_globals.get("__name__") == "__main__"
    ]
    if not own:
        return Text("")
    frame, number = own[-1]
    return Text(" in line {number} of {name}", number=number, name=frame.f_code.co_name)
